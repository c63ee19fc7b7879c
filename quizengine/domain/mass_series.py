"""每日一题、每周一测: the days of a series, and streaks of taking part."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Period = Literal["day", "week"]
DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class Occurrence:
    """One contest of a series: its number from 0, its day, and its window (aware, in UTC)."""

    number: int
    day: date
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True)
class Rhythm:
    """When the contests of a series take place.

    `weekday` (0 for Monday) matters to weekly ones. `opens_minute` counts from midnight in the
    zone; `open_minutes` is how long each is open, by the clock on the wall.
    """

    period: Period
    weekday: int
    opens_minute: int
    open_minutes: int
    first_day: date
    last_day: date

    @property
    def step(self) -> timedelta:
        """From one contest to the next."""
        return timedelta(days=1 if self.period == "day" else 7)

    def occurrences(self, zone: ZoneInfo) -> Iterator[Occurrence]:
        """All of them, the first one first."""
        day = self.first_day
        if self.period == "week":
            day += timedelta(days=(self.weekday - day.weekday()) % 7)
        number = 0
        while day <= self.last_day:
            opens = datetime.combine(day, time()) + timedelta(minutes=self.opens_minute)
            closes = opens + timedelta(minutes=self.open_minutes)
            yield Occurrence(number, day, _utc(opens, zone), _utc(closes, zone))
            number += 1
            day += self.step

    def fault(self) -> str | None:
        """What is wrong: 'days' without any contest, 'minutes', 'overlap', or None."""
        if not 0 <= self.opens_minute < DAY_MINUTES or self.open_minutes < 1:
            return "minutes"
        if self.open_minutes > self.step.days * DAY_MINUTES:
            return "overlap"
        if next(self.occurrences(ZoneInfo("UTC")), None) is None:
            return "days"
        return None


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone).astimezone(UTC)


@dataclass(frozen=True)
class Streak:
    """Contests in a row that somebody took part in: up to now, and the longest ever."""

    current: int
    longest: int


def streak(taken: Collection[int], latest: int | None, *, running: bool) -> Streak:
    """The streak of somebody who took part in the contests numbered `taken`.

    `latest` is the number of the latest contest that has opened, None before the first one. While
    that one is `running`, not having taken part yet breaks nothing.
    """
    longest = length = 0
    previous: int | None = None
    for number in sorted(set(taken)):
        length = length + 1 if previous is not None and number == previous + 1 else 1
        longest = max(longest, length)
        previous = number
    if latest is None or previous is None:
        return Streak(0, longest)
    alive = previous == latest or (running and previous == latest - 1)
    return Streak(length if alive else 0, longest)
