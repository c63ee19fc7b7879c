"""How often somebody may try: per day, per week and in all, in the site's zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.mass_attempts import Limits, allowance

ZONE = ZoneInfo("Asia/Shanghai")
# A Wednesday, half an hour before midnight in Shanghai.
LATE = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)


def test_nothing_used_leaves_everything() -> None:
    left = allowance(Limits(2, 5, 10), [], LATE, ZONE)
    assert (left.today, left.this_week, left.in_all) == (2, 5, 10)
    assert (left.left, left.barred_by) == (2, None)


def test_an_attempt_that_began_before_midnight_belongs_to_that_day() -> None:
    limits = Limits(per_day=1)
    assert allowance(limits, [LATE], LATE, ZONE).barred_by == "day"
    assert allowance(limits, [LATE], LATE + timedelta(hours=1), ZONE).barred_by is None


def test_a_week_begins_on_monday_in_the_zone() -> None:
    limits = Limits(per_week=1)
    sunday = datetime(2026, 3, 8, 15, 59, tzinfo=UTC)
    assert allowance(limits, [LATE], sunday, ZONE).barred_by == "week"
    assert allowance(limits, [LATE], sunday + timedelta(minutes=1), ZONE).barred_by is None


@pytest.mark.parametrize(
    ("limits", "bound"),
    [
        (Limits(1, 1, 1), "all"),
        (Limits(1, 1, None), "week"),
        (Limits(1, None, 2), "day"),
        (Limits(), None),
    ],
)
def test_the_longest_bar_is_named(limits: Limits, bound: str | None) -> None:
    assert allowance(limits, [LATE], LATE, ZONE).barred_by == bound


@given(
    st.lists(st.integers(0, 60 * 24 * 20), max_size=12),
    st.integers(1, 3),
    st.integers(1, 5),
    st.integers(1, 8),
)
def test_who_keeps_to_the_allowance_never_exceeds_a_limit(
    minutes: list[int], per_day: int, per_week: int, in_all: int
) -> None:
    limits = Limits(per_day, per_week, in_all)
    starts: list[datetime] = []
    for minute in sorted(minutes):
        now = LATE + timedelta(minutes=minute)
        if allowance(limits, starts, now, ZONE).barred_by is None:
            starts.append(now)
    days = [start.astimezone(ZONE).date() for start in starts]
    assert len(days) <= in_all
    for day in days:
        assert days.count(day) <= per_day
        monday = day - timedelta(days=day.weekday())
        assert sum(monday <= other < monday + timedelta(days=7) for other in days) <= per_week
