"""Blocks of a printed paper as a PDF: A4, Chinese glyphs embedded, page numbers below."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from fpdf import FPDF
from fpdf.enums import Align
from pylopdf_fonts_zh_cn import serif_path

from quizengine.services.print_blocks import Block
from quizengine.services.print_lines import wrapped

PDF_TYPE = "application/pdf"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 20.0
_ROOM = _WIDTH - 2 * _MARGIN
_BOTTOM = _HEIGHT - _MARGIN
_FONT = "serif"
_BODY, _LARGE, _TITLE = 10.5, 12.0, 16.0
# Millimetres: a line of text, a character of 10.5 pt, a line to write on.
_LINE, _CHARACTER, _WRITTEN = 6.0, 3.7, 9.0
_GREY = (128, 128, 128)


def blocks_pdf(blocks: Iterable[Block]) -> bytes:
    """The pages; a question stays on one page where it fits."""
    pages = _Pages()
    for group in _groups(blocks):
        pages.draw(group)
    return bytes(pages.output())


def _groups(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    """Blocks that stay together: each that is kept with the next one."""
    number = 0
    numbered = []
    for block in blocks:
        numbered.append((number, block))
        number += not block.kept
    for _, group in groupby(numbered, key=lambda pair: pair[0]):
        yield [block for _, block in group]


class _Document(FPDF):
    """Pages with their number below."""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font(_FONT, size=9)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align=Align.C)


class _Pages:
    def __init__(self) -> None:
        self._pdf = _Document(unit="mm", format="A4")
        self._pdf.set_auto_page_break(False)
        self._pdf.set_margins(_MARGIN, _MARGIN)
        self._pdf.add_font(_FONT, fname=serif_path())
        self._pdf.set_creator("quizengine")
        self._pdf.set_line_width(0.2)
        self._pdf.set_draw_color(*_GREY)
        self._pdf.add_page()
        self._y = _MARGIN

    def output(self) -> bytearray:
        """The file."""
        return self._pdf.output()

    def draw(self, group: list[Block]) -> None:
        """Draw blocks that stay together."""
        height = sum(self._height(block) for block in group)
        if self._y + height > _BOTTOM and self._y > _MARGIN and height <= _BOTTOM - _MARGIN:
            self._break()
        for block in group:
            _DRAW[block.kind](self, block)

    def _break(self) -> None:
        self._pdf.add_page()
        self._y = _MARGIN

    def _height(self, block: Block) -> float:
        if block.kind == "lines":
            return block.count * _WRITTEN
        if block.kind == "grid":
            return 2 * 8.0 + 3
        if block.kind == "row":
            return self._row_height(block) * _LINE
        extra = {"title": 8.0, "heading": 4.0, "note": 3.0}.get(block.kind, 0.0)
        return len(self._lines_of(block)) * _LINE + extra

    def _lines_of(self, block: Block, size: float = _BODY) -> list[str]:
        room = _ROOM - block.indent * _CHARACTER
        return self._wrapped(block.text, room, size)

    def _wrapped(self, text: str, room: float, size: float) -> list[str]:
        self._pdf.set_font(_FONT, size=size)
        return wrapped(text.replace("\t", "  "), room - 1, self._pdf.get_string_width)

    def _row_height(self, block: Block) -> int:
        return max((len(lines) for lines in self._cells(block)), default=1)

    def _cells(self, block: Block) -> list[list[str]]:
        room = (_ROOM - block.indent * _CHARACTER) / max(len(block.cells), 1)
        return [self._wrapped(cell, room, _BODY) for cell in block.cells]

    def _write(self, lines: list[str], x: float, size: float, align: Align = Align.L) -> None:
        self._pdf.set_font(_FONT, size=size)
        for line in lines:
            if self._y + _LINE > _BOTTOM:
                self._break()
                self._pdf.set_font(_FONT, size=size)
            self._pdf.set_xy(x, self._y)
            self._pdf.cell(_WIDTH - _MARGIN - x, _LINE, line, align=align)
            self._y += _LINE

    def title(self, block: Block) -> None:
        """The title, in the middle."""
        for line in self._lines_of(block, _TITLE):
            self._write([line], _MARGIN, _TITLE, Align.C)
            self._y += 2

    def centre(self, block: Block) -> None:
        """A line in the middle."""
        self._write([block.text], _MARGIN, _LARGE, Align.C)

    def note(self, block: Block) -> None:
        """A remark with room around it."""
        self._y += 1.5
        self._write(self._lines_of(block), _MARGIN, _BODY)
        self._y += 1.5

    def heading(self, block: Block) -> None:
        """A section's heading."""
        self._y += 3
        self._write(self._lines_of(block, _LARGE), _MARGIN, _LARGE)
        self._y += 1

    def text(self, block: Block) -> None:
        """A text, set in by its indent."""
        self._write(self._lines_of(block), _MARGIN + block.indent * _CHARACTER, _BODY)

    def row(self, block: Block) -> None:
        """Texts side by side."""
        left = _MARGIN + block.indent * _CHARACTER
        step = (_WIDTH - _MARGIN - left) / max(len(block.cells), 1)
        cells = self._cells(block)
        if len(cells) == 1:
            self._write(cells[0], left, _BODY)
            return
        top, lowest = self._y, self._y
        for place, lines in enumerate(cells):
            self._y = top
            self._write(lines, left + step * place, _BODY)
            lowest = max(lowest, self._y)
        self._y = lowest

    def lines(self, block: Block) -> None:
        """Lines to write on."""
        for _ in range(block.count):
            if self._y + _WRITTEN > _BOTTOM:
                self._break()
            self._y += _WRITTEN
            self._pdf.line(_MARGIN, self._y, _WIDTH - _MARGIN, self._y)
        self._y += 2

    def grid(self, block: Block) -> None:
        """A table of numbers and answers."""
        width, height = _ROOM / block.count, 8.0
        self._pdf.set_font(_FONT, size=_BODY)
        for place, text in enumerate(block.cells):
            row, column = divmod(place, block.count)
            self._pdf.set_xy(_MARGIN + column * width, self._y + row * height)
            self._pdf.cell(width, height, text, border=1, align=Align.C)
        self._y += height * (len(block.cells) // block.count) + 3

    def page(self, _block: Block) -> None:
        """A new page."""
        self._break()


_DRAW: dict[str, Callable[[_Pages, Block], None]] = {
    "title": _Pages.title,
    "centre": _Pages.centre,
    "note": _Pages.note,
    "heading": _Pages.heading,
    "text": _Pages.text,
    "row": _Pages.row,
    "lines": _Pages.lines,
    "grid": _Pages.grid,
    "page": _Pages.page,
}
