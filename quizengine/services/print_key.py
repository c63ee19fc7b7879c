"""参考答案及评分标准: the key of a printed form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from quizengine.domain.asked import (
    Asked,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Short,
    Single,
    TrueFalse,
)
from quizengine.domain.questions import CaseQuestion
from quizengine.domain.text import N_
from quizengine.services.print_blocks import (
    Block,
    Printing,
    grid,
    letter,
    plain_number,
    section_title,
)
from quizengine.services.print_forms import Form, Numbered
from quizengine.services.question_view import AskedView

_MARKS = {"a": "√", "b": "×"}
_GRIDDED = (Single, Multiple, TrueFalse, Order)


def key_blocks(printing: Printing, form: Form) -> Iterator[Block]:
    """The key: letters in tables, and below them what single answers need."""
    yield Block("title", printing.say(N_("%(title)s: key"), title=printing.title))
    yield Block("centre", printing.say(N_("Form %(letter)s"), letter=form.letter))
    for place, section in enumerate(form.sections):
        yield Block("heading", section_title(printing, place, section), kept=True)
        if isinstance(section[0].question, _GRIDDED):
            yield from grid((str(e.number), short_answer(e.question, e.view)) for e in section)
            continue
        for each in section:
            yield from _answers(printing, each)


def short_answer(asked: Asked, view: AskedView) -> str:
    """The right answer in the letters of the form; of blanks the accepted texts."""
    letters = {option.key: letter(place) for place, option in enumerate(view.options)}
    if isinstance(asked, TrueFalse):
        return _MARKS.get(asked.answer[0], asked.answer[0])
    if isinstance(asked, Single | Multiple):
        return "".join(sorted(letters[key] for key in asked.answer))
    if isinstance(asked, Order):
        return "".join(letters[key] for key in asked.answer)
    if isinstance(asked, Match):
        pairs = enumerate((asked.answer.get(left.key, "") for left in view.left), start=1)
        return "，".join(f"{number}–{letters.get(key, '')}" for number, key in pairs)
    if isinstance(asked, Fill):
        return "；".join(" / ".join(variants) for variants in asked.answer)
    if isinstance(asked, Numeric):
        return "；".join(_quantity(n.value, n.tolerance, n.unit) for n in asked.answer)
    return asked.answer or "" if isinstance(asked, Short) else ""


def _quantity(value: Decimal, tolerance: Decimal, unit: str | None) -> str:
    spread = f" ± {plain_number(tolerance)}" if tolerance else ""
    return f"{plain_number(value)}{spread}{unit or ''}"


def _answers(printing: Printing, each: Numbered) -> Iterator[Block]:
    question = each.question
    if not isinstance(question, CaseQuestion):
        yield from _one(printing, f"{each.number}. ", question, each.view)
        return
    yield Block("text", f"{each.number}.", kept=True)
    pairs = zip(question.parts, each.view.parts, strict=True)
    for number, (part, view) in enumerate(pairs, start=1):
        yield from _one(printing, f"（{number}）", part, view)


def _one(printing: Printing, label: str, asked: Asked, view: AskedView) -> Iterator[Block]:
    yield Block("text", f"{label}{short_answer(asked, view)}")
    if isinstance(asked, Short):
        weights = sum((point.points for point in asked.key_points), Decimal(0))
        for point in asked.key_points:
            # To the cent, as marks are given.
            share = (view.points * point.points / weights).quantize(Decimal("0.01"))
            points = printing.say(N_("(%(points)s points)"), points=plain_number(share))
            yield Block("text", f"· {point.text}{points}", indent=2)
