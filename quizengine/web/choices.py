"""Units to choose from."""

from __future__ import annotations

from collections.abc import Iterable

from quizengine.services.units import UnitRow


def unit_choices(units: Iterable[UnitRow]) -> list[tuple[int, str]]:
    """Units for a choice, each set in under the one above it."""
    shown: set[int] = set()
    choices = []
    for unit in units:
        depth = sum(step in shown for step in steps(unit.path))
        shown.add(unit.id)
        choices.append((unit.id, "\u3000" * depth + unit.name))
    return choices


def steps(path: str) -> list[int]:
    """Ids of the units on the way to a unit, from the root down to itself."""
    return [int(step) for step in path.strip("/").split("/")]
