"""The lines of a Word document (ECMA-376 part 1, WordprocessingML) as a person sees them.

Automatic numbers are counted as Word counts them, underlined blanks become ____, tracked deletions
are gone; a table gives a line for each row.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from quizengine.bank.exchange.docx_numbers import Numbering, W
from quizengine.bank.exchange.drafts import Line
from quizengine.bank.exchange.xmltext import parse_xml
from quizengine.domain.text import N_, Refused

_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPAT = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MAX_UNPACKED = 200 * 2**20
_DAMAGED = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, KeyError, NotImplementedError)
# Ticks and crosses of the fonts in which Word inserts them as symbols.
_SYMBOLS = {
    ("wingdings", "FC"): "√", ("wingdings", "FB"): "×", ("wingdings", "FE"): "☑",
    ("wingdings 2", "50"): "√", ("wingdings 2", "4F"): "×", ("wingdings 2", "52"): "☑",
    ("symbol", "D6"): "√", ("symbol", "B4"): "×",
}  # fmt: skip
_PICTURES = {f"{W}drawing", f"{W}pict", f"{W}object"}
_BLANK = "____"
_PICTURE = "［图片］"


@dataclass
class Document:
    """The lines of the body, tables among them, and what stands around it: headers, notes.

    `pictures` are lines that hold a picture, which no text can tell.
    """

    lines: list[Line] = field(default_factory=list)
    around: list[Line] = field(default_factory=list)
    pictures: list[Line] = field(default_factory=list)
    tables: list[list[tuple[Line, list[str]]]] = field(default_factory=list)


def read_document(data: bytes) -> Document:
    """The document in `data`; Refused `file-unreadable` (400) if it is none."""
    try:
        parts = _parts(data)
    except _DAMAGED as fault:
        raise _unreadable() from fault
    if "word/document.xml" not in parts:
        raise _unreadable()
    body = parse_xml(parts["word/document.xml"], "word/document.xml").find(f"{W}body")
    if body is None:
        raise _unreadable()
    numbering = Numbering(
        *(parse_xml(parts[name], name) if name in parts else None
          for name in ("word/numbering.xml", "word/styles.xml"))
    )  # fmt: skip
    document = Document()
    _Body(document, numbering).read(body)
    for name in sorted(parts):
        if name.startswith(("word/header", "word/footer", "word/footnotes", "word/endnotes")):
            _read_around(document, parse_xml(parts[name], name), name.split("/")[1])
    return document


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [entry for entry in archive.infolist() if entry.filename.endswith(".xml")]
        if sum(entry.file_size for entry in entries) > _MAX_UNPACKED:
            raise Refused(
                "file-too-large", N_("This file is too large once it is unpacked."), status=400
            )
        return {entry.filename: archive.read(entry) for entry in entries}


def _unreadable() -> Refused:
    return Refused(
        "file-unreadable",
        N_("This is not a Word document (.docx), or it is damaged or has a password."),
        status=400,
    )


def _read_around(document: Document, root: Element, part: str) -> None:
    for number, paragraph in enumerate(root.iter(f"{W}p"), 1):
        text = "".join(_texts(paragraph)).strip()
        if text:
            document.around.append(Line(part, number, text))


class _Body:
    def __init__(self, document: Document, numbering: Numbering) -> None:
        self.document = document
        self.numbering = numbering
        self.count = 0

    def read(self, parent: Element) -> None:
        for element in parent:
            if element.tag == f"{W}p":
                self._paragraph(element)
            elif element.tag == f"{W}tbl":
                self._table(element)
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
                self.read(element)

    def _paragraph(self, paragraph: Element) -> None:
        text = self.numbering.label(paragraph) + "".join(_texts(paragraph))
        picture = any(element.tag in _PICTURES for element in paragraph.iter())
        # A text box is drawn too, but its text is read.
        picture = picture and paragraph.find(f".//{W}txbxContent") is None
        text += _PICTURE if picture else ""
        for line in text.split("\n"):
            self._add(line)
        if picture:
            self.document.pictures.append(self.document.lines[-1])
        for box in paragraph.iter(f"{W}txbxContent"):
            self.read(box)

    def _add(self, text: str) -> Line:
        self.count += 1
        line = Line("", self.count, text)
        self.document.lines.append(line)
        return line

    def _table(self, table: Element) -> None:
        rows = []
        for row in table.findall(f"{W}tr"):
            cells = [self._cell(cell) for cell in row.findall(f"{W}tc")]
            first = self.count
            for text in _row_lines(cells):
                self._add(text)
            rows.append((self.document.lines[first], cells))
        self.document.tables.append(rows)

    def _cell(self, cell: Element) -> str:
        return "\n".join(
            self.numbering.label(p) + "".join(_texts(p)) for p in cell.iter(f"{W}p")
        ).strip()


def _row_lines(cells: list[str]) -> list[str]:
    """A row as one line, or as several if its cells have several."""
    if any("\n" in cell for cell in cells):
        return [line for cell in cells for line in cell.split("\n")]
    return ["\t".join(cell for cell in cells if cell)]


def _texts(element: Element) -> Iterator[str]:
    """The text of a paragraph or a part of it, in reading order."""
    for child in element:
        tag = child.tag
        if tag == f"{W}r":
            yield _run(child)
        elif tag == f"{_MATH}t":
            yield child.text or ""
        elif tag == f"{_COMPAT}AlternateContent":
            chosen = child.find(f"{_COMPAT}Choice")
            yield from _texts(chosen) if chosen is not None else ()
        elif tag not in (f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}txbxContent"):
            yield from _texts(child)


def _run(run: Element) -> str:
    text = ""
    for child in run:
        if child.tag == f"{W}t":
            text += child.text or ""
        elif child.tag in (f"{W}tab", f"{W}ptab"):
            text += "\t"
        elif child.tag in (f"{W}br", f"{W}cr"):
            text += "\n"
        elif child.tag == f"{W}noBreakHyphen":
            text += "-"
        elif child.tag == f"{W}sym":
            text += _symbol(child)
    underline = run.find(f"{W}rPr/{W}u")
    if underline is not None and underline.get(f"{W}val") != "none" and text and not text.strip():
        return _BLANK if "\n" not in text and len(text) > 1 else text
    return text


def _symbol(symbol: Element) -> str:
    font = (symbol.get(f"{W}font") or "").lower()
    return _SYMBOLS.get((font, (symbol.get(f"{W}char") or "")[-2:].upper()), "")
