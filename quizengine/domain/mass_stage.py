"""网络竞赛: what a contest is at, and which standings its boards may show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["cancelled", "coming", "open", "closing", "unpublished", "over"]
Shown = Literal["live", "frozen", "final"]


@dataclass(frozen=True)
class Course:
    """The times that a contest goes by; None for what has not happened, or never will.

    `concluded_at`: nobody sits any more. `freeze_at`: nothing shown moves from then on, until
    `published_at`.
    """

    opens_at: datetime
    closes_at: datetime
    freeze_at: datetime | None
    concluded_at: datetime | None
    published_at: datetime | None
    cancelled_at: datetime | None = None

    def state(self, now: datetime) -> State:
        """Where the contest is; 'closing': over, but somebody may still sit."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.concluded_at is not None:
            return "over" if self.published_at is not None else "unpublished"
        if now < self.opens_at:
            return "coming"
        return "open" if now < self.closes_at else "closing"

    def frozen(self, now: datetime) -> bool:
        """Whether shown standings stand still at present."""
        return self.freeze_at is not None and now >= self.freeze_at and self.published_at is None

    def shown(self, now: datetime) -> Shown:
        """Which standings boards show."""
        if self.frozen(now):
            return "frozen"
        return "final" if self.concluded_at is not None else "live"


def window_fault(
    opens_at: datetime, closes_at: datetime, freeze_at: datetime | None, now: datetime
) -> str | None:
    """What is wrong with the times: 'order', 'past', 'freeze', or None.

    The freeze lies after the opening and not after the closing.
    """
    if closes_at <= opens_at:
        return "order"
    if closes_at <= now:
        return "past"
    if freeze_at is not None and not opens_at < freeze_at <= closes_at:
        return "freeze"
    return None
