"""Days of a series, and streaks."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.mass_series import Rhythm, Streak, streak

ZONE = ZoneInfo("Asia/Shanghai")


def rhythm(**changes: object) -> Rhythm:
    values: dict[str, object] = {
        "period": "day",
        "weekday": 0,
        "opens_minute": 8 * 60,
        "open_minutes": 12 * 60,
        "first_day": date(2026, 3, 2),
        "last_day": date(2026, 3, 15),
    }
    return Rhythm(**{**values, **changes})  # type: ignore[arg-type]


def test_a_daily_series_has_a_contest_each_day_at_local_time() -> None:
    found = list(rhythm().occurrences(ZONE))
    assert [each.number for each in found] == list(range(14))
    assert found[0].opens_at.astimezone(ZONE).isoformat() == "2026-03-02T08:00:00+08:00"
    assert found[0].closes_at.astimezone(ZONE).isoformat() == "2026-03-02T20:00:00+08:00"
    assert found[-1].day == date(2026, 3, 15)


def test_a_weekly_series_begins_on_its_weekday() -> None:
    weekly = rhythm(period="week", weekday=2, open_minutes=7 * 24 * 60)
    assert [each.day for each in weekly.occurrences(ZONE)] == [date(2026, 3, 4), date(2026, 3, 11)]


def test_a_change_of_the_clocks_moves_no_opening() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    spring = rhythm(first_day=date(2026, 3, 28), last_day=date(2026, 3, 30))
    hours = [each.opens_at.astimezone(berlin).hour for each in spring.occurrences(berlin)]
    assert hours == [8, 8, 8]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        ({"open_minutes": 24 * 60}, None),
        ({"open_minutes": 24 * 60 + 1}, "overlap"),
        ({"open_minutes": 0}, "minutes"),
        ({"opens_minute": 24 * 60}, "minutes"),
        ({"last_day": date(2026, 3, 1)}, "days"),
        ({"period": "week", "weekday": 6, "last_day": date(2026, 3, 5)}, "days"),
    ],
)
def test_faults_of_a_rhythm_are_found(changes: dict[str, object], fault: str | None) -> None:
    assert rhythm(**changes).fault() == fault


@pytest.mark.parametrize(
    ("taken", "latest", "running", "found"),
    [
        ([], None, False, Streak(0, 0)),
        ([0, 1, 2], 2, False, Streak(3, 3)),
        ([0, 1], 2, True, Streak(2, 2)),
        ([0, 1], 2, False, Streak(0, 2)),
        ([0, 1, 3], 3, True, Streak(1, 2)),
        ([0, 1, 2, 5], 8, True, Streak(0, 3)),
    ],
)
def test_a_streak_ends_with_a_missed_day(
    taken: list[int], latest: int | None, running: bool, found: Streak
) -> None:
    assert streak(taken, latest, running=running) == found


@given(st.sets(st.integers(0, 30)), st.integers(0, 30), st.booleans())
def test_no_streak_is_longer_than_what_was_taken(
    taken: set[int], latest: int, running: bool
) -> None:
    found = streak([n for n in taken if n <= latest], latest, running=running)
    assert 0 <= found.current <= found.longest <= len(taken)
