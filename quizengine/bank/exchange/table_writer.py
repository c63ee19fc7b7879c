"""Questions as rows of a table that `table_rows` reads back; a part of a case has its own row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quizengine.bank.exchange.lawnames import LawNames, cite
from quizengine.bank.exchange.table_columns import HEADERS, OPTION_FIELDS
from quizengine.bank.exchange.text_writer import (
    TITLES,
    answer_text,
    key_point_text,
    labels_of,
    lettered,
    options_of,
)
from quizengine.domain.asked import Asked, Match, Short
from quizengine.domain.questions import CaseQuestion, Question
from quizengine.domain.registry import Registry

_BEFORE = ("id", "type", "part", "stem")
_BEHIND = (
    *("answer", "explanation", "basis", "difficulty", "topics", "tiers", "points"),
    *("cognitive_level", "pool", "valid", "revision", "any_order", "key_points", "left", "right"),
)
# There are always so many columns for options, as in the templates of most systems.
_LEAST_OPTIONS = 4


def table_of(questions: Sequence[Question], registry: Registry) -> list[list[str]]:
    """The rows, the header first."""
    names = LawNames(registry)
    rows = [row for question in questions for row in _rows(question, registry, names)]
    used = [place for place, name in enumerate(OPTION_FIELDS) if any(name in row for row in rows)]
    count = max([_LEAST_OPTIONS, *(place + 1 for place in used)])
    behind = [name for name in _BEHIND if name not in _RARE or any(name in row for row in rows)]
    before = [name for name in _BEFORE if name not in _RARE or any(name in row for row in rows)]
    fields = [*before, *OPTION_FIELDS[:count], *behind]
    return [list(map(_header, fields)), *([row.get(name, "") for name in fields] for row in rows)]


_RARE = {"part", "points", "valid", "revision", "any_order", "key_points", "left", "right"}


def _header(field: str) -> str:
    return f"选项{field[-1].upper()}" if field.startswith("option_") else HEADERS[field][0]


def _rows(question: Question, registry: Registry, names: LawNames) -> Iterator[dict[str, str]]:
    row = {"type": TITLES[question.type], "stem": question.stem, **labels_of(question)}
    if question.explanation:
        row["explanation"] = question.explanation
    if question.basis:
        row["basis"] = "；".join(cite(basis, registry) for basis in question.basis)
    elif question.explanation and any(names.cited_in(question.explanation)):
        row["basis"] = "无"
    if not isinstance(question, CaseQuestion):
        yield row | _asked(question)
        return
    yield row
    for number, part in enumerate(question.parts, 1):
        yield {
            "type": TITLES[part.type],
            "part": str(number),
            "stem": part.stem,
            "points": f"{part.points.normalize():f}",
            "explanation": part.explanation or "",
            **_asked(part),
        }


def _asked(asked: Asked) -> dict[str, str]:
    row = dict(zip(OPTION_FIELDS, options_of(asked).values(), strict=False))
    if isinstance(asked, Short):
        row["answer"] = asked.answer or ""
        row["key_points"] = "\n".join(map(key_point_text, asked.key_points))
    else:
        row["answer"] = answer_text(asked)
    if isinstance(asked, Match):
        row["left"] = "\n".join(lettered(asked.left))
        row["right"] = "\n".join(lettered(asked.right))
    if getattr(asked, "any_order", False):
        row["any_order"] = "不限"
    return row
