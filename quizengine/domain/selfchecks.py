"""自查清单: what units ask themselves each year; a file of `question_bank/checklists/`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Literal

from pydantic import Field

from quizengine.domain.asked import Content
from quizengine.domain.problems import Finding
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Text

ItemId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
_SHARE = {"yes": Decimal(1), "partly": Decimal("0.5"), "no": Decimal(0)}
_CENT = Decimal("0.01")


class Item(Content):
    """One thing that a unit asks itself."""

    id: ItemId = Field(description="Unique within the file; never used for something else.")
    text: Title = Field(description="What is asked.")
    points: Decimal = Field(
        gt=0, le=1000, max_digits=6, decimal_places=2, description="Points for a full yes."
    )
    evidence: bool = Field(
        False, description="Whether 'yes' and 'partly' need a file that shows it."
    )


class Part(Content):
    """Items that belong together."""

    title: Title = Field(description="Its name.")
    items: list[Item] = Field(min_length=1, description="The items, in this order.")


class Checklist(Content):
    """A checklist file."""

    schema_: Literal[1] = Field(alias="schema", description="Version of this format.")
    year: int = Field(ge=2000, le=2100, description="The year; one file a year.")
    title: Title = Field(description="Its name.")
    levels: list[Annotated[int, Field(ge=1, le=3)]] = Field(
        min_length=1, description="Levels of the units that answer it."
    )
    opens: date = Field(description="First day on which units can answer.")
    due: date = Field(description="Last day for handing it in; later is possible, and marked.")
    parts: list[Part] = Field(min_length=1, description="The parts, in this order.")

    @property
    def items(self) -> dict[str, Item]:
        """All items by id, in order."""
        return {item.id: item for part in self.parts for item in part.items}

    @property
    def total(self) -> Decimal:
        """Points of all items together."""
        return sum((item.points for item in self.items.values()), Decimal(0))


@dataclass(frozen=True)
class Answered:
    """A unit's answer to an item: 'yes', 'partly' or 'no'; points None: as usual for the choice."""

    choice: str
    points: Decimal | None = None
    remark: str = ""


def usual_points(item: Item, choice: str) -> Decimal:
    """All for yes, half for partly, none for no; half up to 0.01."""
    return (item.points * _SHARE[choice]).quantize(_CENT, ROUND_HALF_UP).normalize() + Decimal(0)


def points_fault(item: Item, choice: str, points: Decimal) -> bool:
    """Whether the points don't fit: 'no' gives none, and nothing gives more than the item has."""
    if choice == "no":
        return points != 0
    return not 0 <= points <= item.points or points != round(points, 2)


def number_of(checklist: Checklist, name: str) -> int:
    """The number of an item in the list, from 1."""
    return list(checklist.items).index(name) + 1


def missing(checklist: Checklist, answers: Mapping[str, Answered]) -> list[str]:
    """Ids of items without an answer."""
    return [name for name in checklist.items if name not in answers]


def check_checklist(checklist: Checklist) -> list[Finding]:
    """What is wrong with a well-formed checklist, with paths into it."""
    found = []
    names = Counter(item.id for part in checklist.parts for item in part.items)
    for number, part in enumerate(checklist.parts):
        for place, item in enumerate(part.items):
            if names[item.id] > 1:
                text = Text(N_("The id %(id)s is used twice in this file."), {"id": item.id})
                found.append(Finding("duplicate-id", ("parts", number, "items", place, "id"), text))
    if checklist.due < checklist.opens:
        text = Text(N_("The last day is before the first one."))
        found.append(Finding("bad-value", ("due",), text))
    if not checklist.opens.year <= checklist.year <= checklist.due.year:
        text = Text(
            N_("The days have nothing to do with the year %(year)s."), {"year": checklist.year}
        )
        found.append(Finding("bad-value", ("opens",), text, "warning"))
    return found
