"""试卷: the revisions that one member gets, with their points and orders for display."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from quizengine.domain.candidates import Arrangement


@dataclass(frozen=True)
class PaperItem:
    """One question of a paper; `parts` by part id for a `case`, in the author's order."""

    ref: int
    question_id: str
    points: Decimal
    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    parts: Mapping[str, Arrangement] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """Plain JSON data; what is empty is left out, points are text to stay exact."""
        data: dict[str, Any] = {
            "ref": self.ref,
            "id": self.question_id,
            "points": str(self.points),
            **_keys(self.options, self.right),
        }
        if self.parts:
            data["parts"] = {name: _keys(p.options, p.right) for name, p in self.parts.items()}
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PaperItem:
        """The inverse of `to_data`."""
        return cls(
            data["ref"],
            data["id"],
            Decimal(data["points"]),
            tuple(data.get("options", ())),
            tuple(data.get("right", ())),
            {
                name: Arrangement(tuple(part.get("options", ())), tuple(part.get("right", ())))
                for name, part in data.get("parts", {}).items()
            },
        )


def _keys(options: tuple[str, ...], right: tuple[str, ...]) -> dict[str, list[str]]:
    named = {"options": list(options), "right": list(right)}
    return {name: keys for name, keys in named.items() if keys}


@dataclass(frozen=True)
class Paper:
    """Items in the order of display: section by section."""

    items: tuple[PaperItem, ...]

    @property
    def points(self) -> Decimal:
        """The most points that the paper can earn."""
        return sum((item.points for item in self.items), Decimal(0))

    def to_data(self) -> dict[str, Any]:
        """Plain JSON data, as it is stored."""
        return {"items": [item.to_data() for item in self.items]}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Paper:
        """The inverse of `to_data`."""
        return cls(tuple(PaperItem.from_data(item) for item in data["items"]))
