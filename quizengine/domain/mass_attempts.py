"""网络竞赛: how many attempts a participant has left today, this week and in all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Bound = Literal["day", "week", "all"]


@dataclass(frozen=True)
class Limits:
    """Attempts allowed per day, per week (from Monday) and in all; None for any number."""

    per_day: int | None = None
    per_week: int | None = None
    in_all: int | None = None


@dataclass(frozen=True)
class Allowance:
    """Attempts left by each limit; None where there is none."""

    today: int | None
    this_week: int | None
    in_all: int | None

    @property
    def left(self) -> int | None:
        """How many may be started now; None for any number."""
        known = [n for n in (self.today, self.this_week, self.in_all) if n is not None]
        return min(known, default=None)

    @property
    def barred_by(self) -> Bound | None:
        """The limit that is used up for the longest time; None while one may start."""
        if self.in_all == 0:
            return "all"
        if self.this_week == 0:
            return "week"
        return "day" if self.today == 0 else None


def allowance(
    limits: Limits, starts: Iterable[datetime], now: datetime, zone: ZoneInfo
) -> Allowance:
    """What is left after attempts begun at `starts` (aware).

    Days and weeks are those of `zone`. An attempt belongs to the day on which it began, also if it
    goes on past midnight.
    """
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    days = [start.astimezone(zone).date() for start in starts]
    return Allowance(
        _left(limits.per_day, sum(day == today for day in days)),
        _left(limits.per_week, sum(monday <= day <= today for day in days)),
        _left(limits.in_all, len(days)),
    )


def _left(limit: int | None, used: int) -> int | None:
    return None if limit is None else max(0, limit - used)
