"""How a sheet with questions is laid out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A column: its index from 0, its header, its field ("" for none), and how sure that is."""

    index: int
    header: str
    field: str
    sure: float


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid out: the index of its header row, -1 without one, and its columns."""

    header: int
    columns: tuple[Column, ...]

    def index(self, field: str) -> int | None:
        """Where a field stands."""
        return next((c.index for c in self.columns if c.field == field), None)

    @property
    def usable(self) -> bool:
        """Whether questions can be read: there is a column of stems."""
        return self.index("stem") is not None
