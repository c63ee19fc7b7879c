"""What members are shown, ready for JSON: pages and the JSON API give the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema

from quizengine.storage.models import Exam


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


Number: TypeAlias = Annotated[
    Decimal,
    PlainSerializer(_number, when_used="json"),
    WithJsonSchema({"type": "number"}),
]
"""Points: exact here, a number in JSON (they have two decimals at most)."""


class Shown(BaseModel):
    """Base of all of it. Times are aware, and RFC 3339 in UTC in JSON."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True
    )


class ExamName(Shown):
    """An exam by its name."""

    id: int
    title: str


def title_of(exam: Exam, language: str) -> str:
    """The exam's English title for `en…`, else the Chinese one."""
    return exam.title_en if language.startswith("en") else exam.title_zh
