"""Texts with markup (HTML, XHTML, MathML) as the plain text of a bank, and what is lost by it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quizengine.bank.exchange.drafts import Guess, Need
from quizengine.bank.exchange.mathtext import math_text, raised
from quizengine.bank.exchange.xmlnode import Node, read_html
from quizengine.domain.text import N_, Text

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "caption",
        "dd",
        "div",
        "dl",
        "dt",
        "figure",
        "figcaption",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "prompt",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "itembody",
        "contentbody",
        "rubricblock",
    }
)
_PLAIN = _BLOCKS - {"table", "td", "th", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"}
_SILENT = frozenset(
    {
        "script",
        "style",
        "head",
        "title",
        "meta",
        "link",
        "colgroup",
        "col",
        "annotation",
    }
)
_MEDIA = frozenset(
    {
        "img",
        "object",
        "embed",
        "audio",
        "video",
        "iframe",
        "svg",
        "canvas",
        "picture",
    }
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[a-zA-Z/!][^>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);")
_NO_BREAK = "\u00a0"
# Chinese is written without spaces: a line end in the source is none in the text (CSS Text 4.1.2).
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
_WIDE_BREAK = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n[ \t\n\r\f]*(?={_WIDE})")


@dataclass
class Notes:
    """What a text lost on its way to plain text; `field` of the draft is said by the caller."""

    pictures: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    def guesses(self, name: str) -> list[Guess]:
        """What a person may want to look at in the field `name`."""
        found = [Guess(name, why, sure) for kind, why, sure in _KINDS if kind in self.kinds]
        for link in self.links:
            text = Text(N_("The link to %(address)s was left out."), {"address": link})
            found.append(Guess(name, text, 0.8))
        return found

    def needs(self) -> list[Need]:
        """What a person must put in by hand."""
        return [
            Need(
                "picture-missing",
                Text(N_("The picture %(name)s is not in the text."), {"name": picture}),
            )
            for picture in self.pictures
        ]


_KINDS = (
    ("formatting", Text(N_("Bold type, colours and the like were left out.")), 0.95),
    ("formula", Text(N_("A formula was written in one line.")), 0.5),
    ("table", Text(N_("A table was written line by line.")), 0.6),
    ("script", Text(N_("A script in the text was left out.")), 0.8),
    ("markdown", Text(N_("Marks of Markdown may be in the text.")), 0.7),
)


class _Lines:
    """Collects text as a browser would show it: white space once, blocks on lines of their own."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._fresh = True
        self._spaced = True

    def add(self, text: str) -> None:
        text = _SPACE.sub(" ", _WIDE_BREAK.sub("", text))
        if self._spaced:
            text = text.removeprefix(" ")
        if text:
            self._parts.append(text)
            self._spaced = text.endswith(" ")
            self._fresh = False

    def exactly(self, text: str) -> None:
        self._parts.append(text)
        self._fresh = self._spaced = text.endswith("\n")

    def line_break(self) -> None:
        self._parts.append("\n")
        self._fresh = self._spaced = True

    def block(self) -> None:
        if not self._fresh:
            self.line_break()

    def text(self) -> str:
        lines = "".join(self._parts).split("\n")
        joined = "\n".join(line.strip(" ") for line in lines).strip("\n")
        return joined.replace(_NO_BREAK, " ").strip()


class _Reader:
    def __init__(self, notes: Notes) -> None:
        self.notes = notes
        self.out = _Lines()

    def read(self, node: Node) -> None:
        for part in node.content:
            if isinstance(part, str):
                self.out.add(part)
            else:
                self._element(part)

    def _element(self, node: Node) -> None:
        tag = node.tag.lower()
        if tag in _SILENT:
            self._silent(tag)
        elif tag == "br":
            self.out.line_break()
        elif tag in _MEDIA:
            self._medium(node)
        elif tag == "math":
            self.notes.kinds.add("formula")
            self.out.add(math_text(node))
        elif tag in ("sub", "sup"):
            self.out.add(raised(node.text(), tag))
        elif tag == "pre":
            self.out.block()
            self.out.exactly(node.text().strip("\n"))
            self.out.block()
        elif tag in _BLOCKS:
            self._block(node, tag)
        else:
            self._inline(node, tag)

    def _silent(self, tag: str) -> None:
        if tag == "script":
            self.notes.kinds.add("script")

    def _medium(self, node: Node) -> None:
        address = node.get("src") or node.get("data")
        name = "data:…" if address.startswith("data:") else address.rpartition("/")[2]
        shown = node.get("alt") or _SPACE.sub(" ", node.text()).strip() or name or node.tag
        self.notes.pictures.append(shown)
        self.out.add(f"〔{shown}〕")

    def _block(self, node: Node, tag: str) -> None:
        if tag in ("table", "td", "th"):
            self.notes.kinds.add("table")
        elif tag not in _PLAIN or node.get("style"):
            self.notes.kinds.add("formatting")
        if tag in ("td", "th"):
            self.out.add(" ")
            self.read(node)
            self.out.add(" ")
            return
        self.out.block()
        self.read(node)
        self.out.block()

    def _inline(self, node: Node, tag: str) -> None:
        if tag == "a" and node.get("href"):
            self.notes.links.append(node.get("href"))
        elif tag != "span" or node.get("style"):
            self.notes.kinds.add("formatting")
        self.read(node)


def plain(node: Node, notes: Notes) -> str:
    """The text of an element of HTML or XHTML; `notes` gets what it loses."""
    reader = _Reader(notes)
    reader.read(node)
    return reader.out.text()


def plain_html(source: str, notes: Notes) -> str:
    """The text of a piece of HTML as text."""
    return plain(read_html(source), notes)


def has_markup(source: str) -> bool:
    """Whether `source` has tags or character references, so that it is meant as HTML."""
    return _TAG.search(source) is not None
