"""What stands on a printed paper, its answer sheet and its key, as blocks in their order.

`print_docx` and `print_pdf` draw them. Letters of options are those of the form: A is what stands
first there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.questioncheck import BLANK
from quizengine.domain.text import N_, Text
from quizengine.services.print_forms import Form, Numbered
from quizengine.services.print_lines import columns_of
from quizengine.services.question_view import AskedView

Kind = Literal["title", "centre", "note", "heading", "text", "row", "lines", "grid", "page"]
Gettext = Callable[[str], str]
# Half-width columns of a line of text on the paper, for options in four, two or one column.
_LINE = 84
_GRID = 10
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫"
_NUMERALS = "一二三四五六七八九十"
_TYPES = {
    "single": N_("Single choice"),
    "multiple": N_("Multiple choice"),
    "true_false": N_("True or false"),
    "fill": N_("Fill in the blanks"),
    "numeric": N_("Numbers"),
    "short": N_("Short answers"),
    "case": N_("Cases"),
    "order": N_("Put in order"),
    "match": N_("Match"),
}
_GRIDDED = ("single", "multiple", "true_false", "order")
_PLACES = "（　　）"


@dataclass(frozen=True)
class Block:
    """A piece of a page.

    `row` has `cells` side by side in as many equal columns; `grid` is a table of pairs of a number
    and an answer; `lines` are `count` empty lines to write on; `page` begins a new one. `indent`
    is in characters. A block that is `kept` stays on one page with the next one.
    """

    kind: Kind
    text: str = ""
    cells: tuple[str, ...] = ()
    count: int = 0
    indent: int = 0
    kept: bool = False


@dataclass(frozen=True)
class Printing:
    """What the pages say at their head: title of the exam, its blueprint, and its language."""

    title: str
    blueprint: Blueprint
    language: str
    gettext: Gettext

    def say(self, template: str, **params: object) -> str:
        """A text in the language of the pages."""
        return Text(template, params).render(self.gettext)

    def type_name(self, kind: str) -> str:
        """The name of a type of question."""
        return self.gettext(_TYPES[kind])


def paper_blocks(printing: Printing, form: Form) -> Iterator[Block]:
    """The paper, and its answer sheet on pages of its own."""
    yield from _head(printing, form, printing.title)
    total, minutes = printing.blueprint.total, -(-printing.blueprint.duration_s // 60)
    yield Block(
        "note",
        printing.say(
            N_("Working time %(minutes)s minutes, %(total)s points, passed with %(mark)s."),
            minutes=minutes,
            total=plain_number(total),
            mark=plain_number(printing.blueprint.pass_mark),
        ),
    )
    for place, section in enumerate(form.sections):
        yield Block("heading", section_title(printing, place, section), kept=True)
        for each in section:
            yield from _question(printing, each)
    yield Block("page")
    sheet = printing.say(N_("%(title)s: answer sheet"), title=printing.title)
    yield from _head(printing, form, sheet)
    for place, section in enumerate(form.sections):
        yield Block("heading", section_title(printing, place, section), kept=True)
        yield from _sheet(section)


def _head(printing: Printing, form: Form, title: str) -> Iterator[Block]:
    yield Block("title", title)
    yield Block("centre", printing.say(N_("Form %(letter)s"), letter=form.letter))
    names = (N_("Unit"), N_("Name"), N_("Number"), N_("Score"))
    yield Block("row", cells=tuple(f"{printing.gettext(name)}：__________" for name in names))


def section_title(printing: Printing, place: int, section: Sequence[Numbered]) -> str:
    """The heading of the section at `place`, from 0: its type, how many, and their points."""
    points = [each.view.points for each in section]
    chinese = not printing.language.startswith("en") and place < len(_NUMERALS)
    return printing.say(
        N_("%(number)s. %(type)s (%(count)s questions, %(total)s points)"),
        number=_NUMERALS[place] if chinese else place + 1,
        type=printing.type_name(section[0].question.type),
        count=len(section),
        total=plain_number(sum(points, Decimal(0))),
    )


def plain_number(value: Decimal) -> str:
    """Points without zeros at the end."""
    return f"{value.normalize():f}"


def _question(printing: Printing, each: Numbered) -> Iterator[Block]:
    view = each.view
    points = printing.say(N_("(%(points)s points)"), points=plain_number(view.points))
    yield from _asked(f"{each.number}. ", view, points, 0)
    for number, part in enumerate(view.parts, start=1):
        share = printing.say(N_("(%(points)s points)"), points=plain_number(part.points))
        yield from _asked(f"（{number}）", part, share, 2)


def _asked(label: str, view: AskedView, points: str, indent: int) -> Iterator[Block]:
    place = _PLACES if view.type in _GRIDDED else ""
    options = list(_options(view, indent + 2))
    stem = f"{label}{_with_units(view)}{place}{points}"
    yield Block("text", stem, indent=indent, kept=bool(options))
    for number, option in enumerate(options, start=1):
        yield option if number == len(options) else _kept(option)


def _with_units(view: AskedView) -> str:
    """The stem with the unit behind each blank, and a blank behind one that has none."""
    if view.type not in ("fill", "numeric"):
        return view.stem
    stem = view.stem if BLANK.search(view.stem) else f"{view.stem} ________"
    units = iter(view.units)
    return BLANK.sub(lambda blank: f"{blank[0]}{next(units, None) or ''}", stem)


def _kept(block: Block) -> Block:
    return Block(block.kind, block.text, block.cells, block.count, block.indent, True)


def _options(view: AskedView, indent: int) -> Iterator[Block]:
    if view.type == "true_false":
        return
    lefts = [f"{_CIRCLED[n]} {each.text} {_PLACES}" for n, each in enumerate(view.left)]
    yield from _rows(lefts, indent)
    options = [f"{letter(n)}. {option.text}" for n, option in enumerate(view.options)]
    yield from _rows(options, indent)


def _rows(texts: Sequence[str], indent: int) -> Iterator[Block]:
    """The texts in four, two or one column, as the longest allows."""
    widest = max((columns_of(text) for text in texts), default=0) + 2
    several = any("\n" in text for text in texts)
    room = _LINE - 2 * indent
    columns = 1 if several else 4 if widest * 4 <= room else 2 if widest * 2 <= room else 1
    for start in range(0, len(texts), columns):
        row = tuple(texts[start : start + columns])
        yield Block("row", cells=(*row, *("",) * (columns - len(row))), indent=indent)


def letter(place: int) -> str:
    """The letter of the option at `place`, from 0."""
    return chr(ord("A") + place)


def _sheet(section: Sequence[Numbered]) -> Iterator[Block]:
    if section[0].question.type in _GRIDDED:
        yield from grid((str(each.number), "") for each in section)
        return
    for each in section:
        if not each.view.parts:
            yield Block("text", f"{each.number}.", kept=True)
            yield Block("lines", count=_lines_for(each.view))
        for number, part in enumerate(each.view.parts, start=1):
            yield Block("text", f"{each.number}.（{number}）", kept=True)
            yield Block("lines", count=_lines_for(part))


def _lines_for(view: AskedView) -> int:
    return 6 if view.type == "short" else 1


def grid(pairs: Iterator[tuple[str, str]]) -> Iterator[Block]:
    """Tables of ten numbers and what stands below each."""
    listed = list(pairs)
    for start in range(0, len(listed), _GRID):
        part = listed[start : start + _GRID]
        part += [("", "")] * (_GRID - len(part))
        cells = (*(number for number, _ in part), *(answer for _, answer in part))
        yield Block("grid", cells=cells, count=_GRID)
