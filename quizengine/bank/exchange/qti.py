"""QTI 2.1 and 2.2: packages and single items, read and written.

After 1EdTech (IMS) "Question and Test Interoperability Assessment Test, Section and Item
Information Model", version 2.2, its "Implementation Guide", and "Content Packaging" 1.1.4.
"""

from __future__ import annotations

import posixpath

from quizengine.bank.exchange.drafts import Draft, Line, Reading, Span, Unread
from quizengine.bank.exchange.qti_items import Item, read_item
from quizengine.bank.exchange.qti_package import Package, Resource, is_zip, open_package
from quizengine.bank.exchange.qti_write import write
from quizengine.bank.exchange.xmlnode import Document, Node, read_xml
from quizengine.domain.text import N_, Refused, Text

__all__ = ["read", "write"]

_ITEM = "assessmentItem"


def read(data: bytes, name: str) -> Reading:
    """The items of a QTI package, or the single item in an XML file.

    Refused (400) `file-unreadable` if it is neither zip nor XML, `file-unsafe` if it isn't safe to
    unpack or defines entities, `other-format` if there is no item of QTI 2 in it.
    """
    reader = _Reader()
    if is_zip(data):
        reader.package(open_package(data, name))
    else:
        document = read_xml(data, name)
        if document.root.tag == _ITEM:
            reader.item("", document, data, Resource(name, ""))
    if not reader.has_items:
        raise Refused(
            "other-format",
            N_("%(name)s has no question of QTI 2.1 or 2.2 in it."),
            status=400,
            name=name,
        )
    return reader.reading()


class _Reader:
    def __init__(self) -> None:
        self.has_items = False
        self._drafts: list[Draft] = []
        self._unread: list[Unread] = []
        self._lines: list[Line] = []

    def reading(self) -> Reading:
        """All that was read."""
        return Reading(
            drafts=tuple(self._drafts),
            unread=tuple(self._unread),
            lines=tuple(self._lines),
            encoding="utf-8",
        )

    def package(self, package: Package) -> None:
        """Read the items that the manifest names, or all there are without a manifest."""
        known = {each.href: each for each in package.resources}
        named = [each.href for each in package.resources if each.href in package.files]
        others = [name for name in package.files if not package.manifest and name.endswith(".xml")]
        read = set()
        for name in dict.fromkeys((*named, *others)):
            if self._file(name, package.files[name], known.get(name, Resource(name, ""))):
                read.add(name)
        for each in package.resources:
            if each.href not in package.files and each.type.startswith("imsqti_"):
                self._skip(each.href, each.href, Text(N_("The file is not in the package.")))
        for name in package.others(read):
            self._skip(name, posixpath.basename(name), Text(N_("Only the questions are read.")))

    def _file(self, name: str, data: bytes, resource: Resource) -> bool:
        """Read a file of a package; False if it has nothing of its own to tell."""
        if not name.lower().endswith(".xml"):
            return False
        try:
            document = read_xml(data, name)
        except Refused as refused:
            if refused.code == "file-unsafe":
                raise
            self._skip(name, posixpath.basename(name), refused.text)
            return True
        if document.root.tag == _ITEM:
            self.item(name, document, data, resource)
        else:
            self._other(name, document.root)
        return True

    def _other(self, name: str, root: Node) -> None:
        why = Text(N_("%(root)s is no question of QTI 2.1 or 2.2."), {"root": root.tag})
        if root.tag == "assessmentTest":
            why = Text(N_("Order, weights and time limits of a test are not read."))
        self._skip(name, f"{root.path}: {root.get('title') or root.get('ident')}", why)

    def _skip(self, part: str, text: str, why: Text, number: int = 1) -> None:
        line = Line(part, number, text)
        self._lines.append(line)
        self._unread.append(Unread(line, why))

    def item(self, part: str, document: Document, data: bytes, resource: Resource) -> None:
        """Read an item from the file `part` of the package, "" if it is a file of its own."""
        self.has_items = True
        root = document.root
        lines = _source_lines(data)
        draft = read_item(Item(root, Span(part, 1, len(lines)), resource))
        if isinstance(draft, Text):
            text = " ".join(root.text().split())
            self._skip(part, f"{root.path}: {text}", draft, root.first)
            return
        self._drafts.append(draft)
        numbered = enumerate(lines, start=1)
        self._lines += [Line(part, number, line) for number, line in numbered if line.strip()]


def _source_lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
