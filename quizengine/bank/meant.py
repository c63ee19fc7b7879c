"""A faulty entry as it was probably meant, so that all its other faults show in the same run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import deepcopy
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from quizengine.domain.problems import Finding, Path

Model = TypeVar("Model", bound=BaseModel)

# Mending one fault may lay open another, behind the choice of a class.
_ROUNDS = 4
_TEXT = "?"
_OPTIONS = {"a": "?", "b": "??"}
_STAND_INS: dict[str, Any] = {
    "id": "p",
    "stem": _TEXT,
    "text": _TEXT,
    "tiers": [_TEXT],
    "topics": [_TEXT],
    "law": _TEXT,
    "article": "1",
    "value": "1",
    "options": _OPTIONS,
    "left": _OPTIONS,
    "right": _OPTIONS,
    "key_points": [{"text": _TEXT}],
    "title": {"zh": _TEXT, "en": _TEXT},
    "blueprint": _TEXT,
    "values": [{"points": 1, "blueprint": _TEXT}],
}
# A round of a contest of whose kind nothing is known: one that asks nothing of its rules.
_ROUND = {"kind": "audience", "id": "p", "title": {"zh": _TEXT, "en": _TEXT}, "blueprint": _TEXT}
_ANSWERS: dict[str, Any] = {
    "single": ["a"],
    "true_false": ["a"],
    "multiple": ["a", "b"],
    "order": ["a", "b"],
    "fill": [_TEXT],
    "numeric": ["1"],
    "match": {},
}
# What hangs together: with one of these fields stood in for, these findings say nothing.
_TIED_FIELDS = ("stem", "options", "left", "right", "answer")
_TIED_CODES = (
    "answer-unknown",
    "answer-count",
    "answer-duplicate",
    "blank-count",
    "option-duplicate",
    "translation-gap",
)


def as_meant(cls: type[Model], value: Any) -> tuple[Model | None, set[Path]]:
    """`value` as `cls`, and the paths of what stands in for something faulty; None if hopeless.

    Unknown fields are left out, numbers quoted where text is wanted; what else does not fit is
    replaced by something that does.
    """
    copy, replaced = deepcopy(value), set[Path]()
    for _ in range(_ROUNDS):
        try:
            return cls.model_validate(copy), replaced
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                _mend(copy, fault, replaced)
    return None, replaced


def still_telling(findings: Iterable[Finding], replaced: set[Path]) -> Iterator[Finding]:
    """The findings that do not come from what stands in for something."""
    tied = {path[:-1] for path in replaced if path and path[-1] in _TIED_FIELDS}
    for finding in findings:
        way = [finding.path[:length] for length in range(len(finding.path) + 1)]
        if not replaced.isdisjoint(way):
            continue
        if finding.code in _TIED_CODES and not tied.isdisjoint(way):
            continue
        yield finding


def _mend(value: Any, fault: Any, replaced: set[Path]) -> None:
    path = _real_path(value, fault["loc"])
    if not path:
        return
    holder, last = _at(value, path[:-1]), path[-1]
    if fault["type"] == "extra_forbidden":
        if isinstance(holder, dict):
            holder.pop(last, None)
    elif fault["type"] == "string_type" and isinstance(fault["input"], int | float):
        holder[last] = str(fault["input"])
    elif fault["loc"][-1] == "[key]":
        holder[f"z{len(holder)}"] = holder.pop(last)
        replaced.add(path[:-1])
    else:
        replaced.add(_stand_in(value, path))


def _real_path(value: Any, loc: tuple[str | int, ...]) -> Path:
    """`loc` without the tags of unions, which stand in no file."""
    path: Path = ()
    for place, element in enumerate(loc):
        inside = (isinstance(value, dict) and element in value) or (
            isinstance(value, list) and isinstance(element, int) and element < len(value)
        )
        if inside:
            path, value = (*path, element), value[element]
        elif place == len(loc) - 1 and isinstance(value, dict) and element != "[key]":
            path = (*path, element)
    return path


def _at(value: Any, path: Path) -> Any:
    for element in path:
        value = value[element]
    return value


def _stand_in(value: Any, path: Path) -> Path:
    """Replace the innermost field around `path` that can be stood in for; where that was."""
    if len(path) > 1 and path[-2] in ("tiers", "topics"):
        _at(value, path[:-1])[path[-1]] = _TEXT
        return path
    for end in range(len(path), 0, -1):
        holder, field = _at(value, path[: end - 1]), path[end - 1]
        if field == "answer" and isinstance(holder, dict) and holder.get("type") in _ANSWERS:
            holder[field] = deepcopy(_ANSWERS[holder["type"]])
            return path[:end]
        if field in _STAND_INS and isinstance(holder, dict):
            nested = end > 1
            holder[field] = deepcopy(_STAND_INS[field])
            if field == "id" and not nested:
                holder[field] = "p-1"
            return path[:end]
    if path[0] == "rounds" and len(path) == 2:
        _at(value, path[:1])[path[1]] = {**_ROUND, "id": f"p{path[1]}"}
        return path
    # Everything else may be left out.
    end = 3 if path[0] in ("parts", "rounds") and len(path) > 2 else 1
    if path[0] == "basis" and path[-1] in ("paragraph", "item"):
        end = len(path)
    _at(value, path[: end - 1]).pop(path[end - 1], None)
    return path[:end]
