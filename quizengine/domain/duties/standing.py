"""How somebody stands in a duty on a day: what is owed, what is there, what is missing till when.

Nothing here reads a clock: the same rule, times of belonging and events give the same answer for
the same day, whenever it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import NamedTuple

from quizengine.domain.duties.rules import DutyRule, Per

MET, OPEN, SHORT, MADE_UP = "met", "open", "short", "made-up"
# How long one who was new stays on the list.
NEW_DAYS = 366
_DAY = timedelta(days=1)
_MONTHS: dict[str, int] = {"year": 12, "half_year": 6, "quarter": 3, "month": 1}


class Period(NamedTuple):
    """From `first` to `last`, both inclusive; `key` as in '2026-Q3' or 'joining:2026-03-01'."""

    key: str
    first: date
    last: date


class Span(NamedTuple):
    """A time of belonging; `last` is None while it goes on."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


class Event(NamedTuple):
    """An entry that counts, and how much it does."""

    day: date
    seq: int
    amount: Fraction


@dataclass(frozen=True)
class Standing:
    """`entries` are the numbers of those that count; `missing` is 0 once the duty is met."""

    period: Period
    needed: Fraction
    have: Fraction
    state: str
    entries: tuple[int, ...]

    @property
    def missing(self) -> Fraction:
        """What still has to come, or would have had to."""
        return max(self.needed - self.have, Fraction(0))


def period_on(per: Per, day: date) -> Period:
    """The period of the calendar in which a day lies; not for `joining`."""
    length = _MONTHS[per]
    start = (day.month - 1) // length * length + 1
    after = date(day.year + (start + length > 12), (start + length - 1) % 12 + 1, 1)
    names = {
        "year": f"{day.year}",
        "half_year": f"{day.year}-H{start // 6 + 1}",
        "quarter": f"{day.year}-Q{start // 3 + 1}",
        "month": f"{day.year}-{start:02}",
    }
    return Period(names[per], date(day.year, start, 1), after - _DAY)


def in_force(rule: DutyRule, day: date) -> bool:
    """Whether the rule holds on the day."""
    return rule.from_ <= day and (rule.to is None or day <= rule.to)


def standing_on(
    rule: DutyRule, spans: Sequence[Span], events: Iterable[Event], day: date
) -> Standing | None:
    """How one with these times of belonging stands on `day`; None if nothing is owed.

    Whoever does not belong on the day owes nothing, whatever was before.
    """
    if rule.per == "joining":
        return _joined(rule, spans, events, day)
    period = period_on(rule.per, day)
    if not any(span.covers(day) for span in spans) or not in_force(rule, day):
        return None
    needed = _needed(rule, spans, period)
    if not needed:
        return None
    have, entries = _counted(events, period.first, min(day, period.last))
    state = MET if have >= needed else OPEN
    return Standing(period, needed, have, state, entries)


def concluded(
    rule: DutyRule, spans: Sequence[Span], events: Iterable[Event], period: Period
) -> Standing | None:
    """How one stood when a period ended: met or short."""
    found = standing_on(rule, spans, events, period.last)
    if found is None or found.state != OPEN:
        return found
    return Standing(found.period, found.needed, found.have, SHORT, found.entries)


def _joined(
    rule: DutyRule, spans: Sequence[Span], events: Iterable[Event], day: date
) -> Standing | None:
    new = [
        span
        for span in spans
        if span.covers(day) and in_force(rule, span.first) and (day - span.first).days < NEW_DAYS
    ]
    if not new:
        return None
    first = max(span.first for span in new)
    last = first + timedelta(days=rule.within or 0)
    period = Period(f"joining:{first.isoformat()}", first - timedelta(days=rule.before), last)
    known = list(events)
    needed = Fraction(rule.least)
    have, entries = _counted(known, period.first, min(day, last))
    if have >= needed:
        return Standing(period, needed, have, MET, entries)
    if day <= last:
        return Standing(period, needed, have, OPEN, entries)
    have, entries = _counted(known, period.first, day)
    return Standing(period, needed, have, MADE_UP if have >= needed else SHORT, entries)


def _counted(events: Iterable[Event], first: date, last: date) -> tuple[Fraction, tuple[int, ...]]:
    inside = [event for event in events if first <= event.day <= last]
    total = sum((event.amount for event in inside), Fraction(0))
    return total, tuple(event.seq for event in inside)


def _needed(rule: DutyRule, spans: Sequence[Span], period: Period) -> Fraction:
    least = Fraction(rule.least)
    if rule.partial == "full":
        return least
    whole = (period.last - period.first).days + 1
    present = _days(rule, spans, period)
    if present == whole:
        return least
    return (
        Fraction(0)
        if rule.partial == "none"
        else Fraction(floor(least * present / whole + Fraction(1, 2)))
    )


def _days(rule: DutyRule, spans: Sequence[Span], period: Period) -> int:
    """On how many days of the period one belongs while the rule is in force."""
    first, last = max(period.first, rule.from_), min(period.last, rule.to or period.last)
    count, reached = 0, first - _DAY
    for span in sorted(spans, key=lambda span: span.first):
        begin = max(span.first, reached + _DAY)
        end = min(span.last or last, last)
        if begin <= end:
            count += (end - begin).days + 1
            reached = end
    return count
