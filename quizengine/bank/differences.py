"""What became of the questions between two states of a bank: question by question, not lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from pydantic import ValidationError

from quizengine.bank.loader import RESERVED
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain.problems import Problem
from quizengine.domain.questions import question_from_data, question_to_data

# Fields that hold texts or answers under keys of their own: each of these is told apart.
_NESTED = ("options", "left", "right", "en", "parts", "valid")


@dataclass(frozen=True)
class Change:
    """A field with its values before and after; None where it is not there."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Differences:
    """Questions by id: `added`, `removed` with their data, `changed` with their fields."""

    added: dict[str, dict[str, Any]]
    removed: dict[str, dict[str, Any]]
    changed: dict[str, list[Change]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def to_data(self) -> dict[str, Any]:
        """JSON form of `quizengine bank diff --json`."""
        return {
            "added": list(self.added),
            "removed": list(self.removed),
            "changed": [
                {
                    "id": name,
                    "fields": [
                        {"field": c.field, "before": c.before, "after": c.after} for c in changes
                    ],
                }
                for name, changes in self.changed.items()
            ],
        }


def question_data(files: Iterable[YamlFile]) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
    """The questions of bank files by id, with their files' defaults; and what can't be read.

    A question that the schema refuses stands for itself as it is written; one without an id is
    left out, and of two with one id the first counts: the lint tells of both.
    """
    found: dict[str, dict[str, Any]] = {}
    problems: list[Problem] = []
    for file in files:
        problems += file.problems if file.value is None else []
        if PurePosixPath(file.name).parts[0] in RESERVED or not isinstance(file.value, dict):
            continue
        questions, defaults = file.value.get("questions"), file.value.get("defaults")
        given = defaults if isinstance(defaults, dict) else {}
        for raw in questions if isinstance(questions, list) else ():
            if isinstance(raw, dict) and isinstance(raw.get("id"), str):
                found.setdefault(raw["id"], _settled({**given, **raw}))
    return found, problems


def _settled(raw: dict[str, Any]) -> dict[str, Any]:
    """The question with all that its type leaves open filled in, so that styles don't matter."""
    try:
        return question_to_data(question_from_data(raw))
    except ValidationError:
        return raw


def differences(
    before: Mapping[str, dict[str, Any]], after: Mapping[str, dict[str, Any]]
) -> Differences:
    """What has to be done to `before` to have `after`; the order of questions doesn't matter."""
    both = [name for name in after if name in before]
    changed = {name: list(_changes(before[name], after[name], "")) for name in both}
    return Differences(
        added={name: data for name, data in after.items() if name not in before},
        removed={name: data for name, data in before.items() if name not in after},
        changed={name: changes for name, changes in changed.items() if changes},
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any], at: str) -> Iterable[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = _keyed(name, before.get(name)), _keyed(name, after.get(name))
        if old == new:
            # The order of options is what members see where they are not shuffled.
            if isinstance(old, dict) and list(old) != list(new):
                yield Change(f"{at}{name}", list(old), list(new))
        elif isinstance(old, dict) and isinstance(new, dict) and (at or name in _NESTED):
            yield from _changes(old, new, f"{at}{name}.")
        else:
            yield Change(f"{at}{name}", before.get(name), after.get(name))


def _keyed(name: str, value: Any) -> Any:
    """Parts of a case by their ids."""
    if name != "parts" or not isinstance(value, list):
        return value
    if not all(isinstance(part, dict) and "id" in part for part in value):
        return value
    return {str(part["id"]): part for part in value}
