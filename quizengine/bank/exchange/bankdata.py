"""Drafts as the data of a bank file, and back from it what a format has held."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from quizengine.bank.exchange.drafts import Draft
from quizengine.domain.asked import Basis
from quizengine.domain.questions import question_from_data, question_to_data

# Fields of a bank question in the order of the bank's own files.
ORDER = (
    *("id", "revision", "state", "type", "points", "pool", "tiers", "topics", "difficulty"),
    *("cognitive_level", "stem", "options", "left", "right", "parts", "key_points", "answer"),
    *("any_order", "basis", "valid", "cleared", "explanation", "en"),
)

_DEFAULTS = {
    "revision": 1,
    "pool": "exam",
    "difficulty": 3,
    "cognitive_level": "understand",
    "basis": [],
    "valid": {},
    "cleared": [],
}


def draft_data(draft: Draft) -> dict[str, Any]:
    """The draft as a question of a bank file, as far as it goes; what is missing is left out."""
    data = _asked_data(draft)
    if draft.difficulty is not None:
        data["difficulty"] = draft.difficulty
    if draft.parts:
        data["parts"] = [_part_data(part) for part in draft.parts]
        data.pop("answer", None)
    if draft.basis:
        data["basis"] = [basis_data(basis) for basis in draft.basis]
    return in_order(data)


def _part_data(part: Draft) -> dict[str, Any]:
    data = _asked_data(part)
    for name in ("tiers", "topics", "pool", "cognitive_level", "valid", "revision"):
        data.pop(name, None)
    if part.points:
        data["points"] = part.points
    return in_order(data)


def _asked_data(draft: Draft) -> dict[str, Any]:
    data: dict[str, Any] = {**draft.more, "type": draft.type, "stem": draft.stem}
    for name, options in (("options", draft.options), ("left", draft.left), ("right", draft.right)):
        if options:
            data[name] = dict(options)
    if draft.answer is not None:
        data["answer"] = draft.answer
    if draft.explanation:
        data["explanation"] = draft.explanation
    return data


def basis_data(basis: Basis) -> dict[str, str]:
    """A basis as a bank file has it."""
    data: dict[str, str] = basis.model_dump(exclude_none=True)
    return data


def in_order(data: dict[str, Any]) -> dict[str, Any]:
    """The fields in the order of a bank file."""
    known = [name for name in ORDER if name in data]
    return {name: data[name] for name in (*known, *(n for n in data if n not in ORDER))}


def full_data(data: dict[str, Any]) -> dict[str, Any]:
    """The data with all defaults filled in, also if it is no complete question."""
    try:
        return question_to_data(question_from_data(data))
    except ValidationError:
        return {**_DEFAULTS, **data}
