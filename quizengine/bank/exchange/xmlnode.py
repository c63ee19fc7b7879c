"""XML and HTML from outside as one kind of tree, each element with its lines and its path.

XML is read by expat without entities of its own and without looking anything up: a document type
is refused before it is read, as it may define entities that grow without end (XML 1.0, 4.2 and
4.4). HTML is read leniently, as editors of learning platforms write it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.parsers import expat

from quizengine.domain.text import N_, Refused

_DEEPEST = 120
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
    }
)
# An element that ends an open one of the same kind, as in <p>one<p>two (HTML 13.1.2.4).
_CLOSES = {
    "p": ("p",),
    "li": ("li",),
    "tr": ("tr", "td", "th"),
    "td": ("td", "th"),
    "th": ("td", "th"),
    "option": ("option",),
}


@dataclass
class Node:
    """An element; `tag` and attributes are local names without their namespace.

    `first` and `last` are its lines, from 1 (0 in HTML inside of something else); `path` leads to
    it, as in `/quiz/question[3]/answer[2]`. `within` is its namespace, "" without one.
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    content: list[Node | str] = field(default_factory=list)
    first: int = 0
    last: int = 0
    path: str = ""
    within: str = ""

    def children(self, *tags: str) -> list[Node]:
        """The elements in it, all or those called one of `tags`."""
        nodes = [part for part in self.content if isinstance(part, Node)]
        return [node for node in nodes if node.tag in tags] if tags else nodes

    def child(self, tag: str) -> Node | None:
        """The first element in it that is called `tag`."""
        return next(iter(self.children(tag)), None)

    def walk(self) -> Iterator[Node]:
        """It and all elements in it, at any depth, in the order of the document."""
        yield self
        for node in self.children():
            yield from node.walk()

    def inside(self, *tags: str) -> list[Node]:
        """All elements in it that are called one of `tags`, at any depth."""
        return [node for node in self.walk() if node is not self and node.tag in tags]

    def text(self) -> str:
        """All text in it, as it stands."""
        return "".join(part if isinstance(part, str) else part.text() for part in self.content)

    def said(self, tag: str) -> str:
        """The text of the first element called `tag` without white space around it, or ""."""
        node = self.child(tag)
        return node.text().strip() if node else ""

    def get(self, name: str, default: str = "") -> str:
        """The attribute `name`."""
        return self.attributes.get(name, default)


@dataclass
class Document:
    """An XML document: its root, and the comments outside of the root's elements with lines."""

    root: Node
    comments: list[tuple[int, str]] = field(default_factory=list)


def read_xml(data: bytes, name: str) -> Document:
    """The document in `data`, a file called `name`.

    Refused `file-unreadable` (400) if it is not well-formed, has a document type, or is nested
    more than 120 deep.
    """
    builder = _Builder(name)
    try:
        builder.parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise Refused(
            "file-unreadable",
            N_("%(name)s is not well-formed XML: %(fault)s."),
            status=400,
            name=name,
            fault=str(fault),
        ) from fault
    return builder.document


class _Builder:
    def __init__(self, name: str) -> None:
        self._name = name
        self._open: list[Node] = []
        self._counts: list[dict[str, int]] = [{}]
        self.document = Document(Node(""))
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data
        self.parser.CommentHandler = self._comment

    def _doctype(self, *_: object) -> None:
        self._refuse(
            N_("%(name)s, line %(line)s: a document type with entities of its own is not read.")
        )

    def _refuse(self, template: str) -> None:
        line = self.parser.CurrentLineNumber
        raise Refused("file-unsafe", template, status=400, name=self._name, line=line)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            self._refuse(N_("%(name)s, line %(line)s: the elements are nested too deeply."))
        tag = _local(name)
        counts = self._counts[-1]
        counts[tag] = counts.get(tag, 0) + 1
        parent = self._open[-1] if self._open else None
        number = f"[{counts[tag]}]" if parent else ""
        node = Node(
            tag,
            {_local(key): value for key, value in attributes.items()},
            first=self.parser.CurrentLineNumber,
            path=f"{parent.path if parent else ''}/{tag}{number}",
            within=name.rpartition(" ")[0],
        )
        if parent:
            parent.content.append(node)
        else:
            self.document.root = node
        self._open.append(node)
        self._counts.append({})

    def _end(self, _name: str) -> None:
        self._open.pop().last = self.parser.CurrentLineNumber
        self._counts.pop()

    def _data(self, text: str) -> None:
        self._open[-1].content.append(text)

    def _comment(self, text: str) -> None:
        if len(self._open) <= 1 and text.strip():
            self.document.comments.append((self.parser.CurrentLineNumber, text.strip()))


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def read_html(source: str) -> Node:
    """A piece of HTML as a tree under a `div`; nothing is too broken for it."""
    reader = _HtmlReader()
    reader.feed(source)
    reader.close()
    return reader.root


class _HtmlReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("div")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self._open) > 1 and self._open[-1].tag in _CLOSES.get(tag, ()):
            self._open.pop()
        node = Node(tag, {key: value or "" for key, value in attrs})
        self._open[-1].content.append(node)
        # What is nested beyond all reason is read as if it stood side by side.
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].content.append(Node(tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, 0, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].content.append(data)
