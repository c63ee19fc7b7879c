"""What a contest is at, and which standings may be shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from quizengine.domain.mass_stage import Course, window_fault

HOUR = timedelta(hours=1)
OPEN = datetime(2026, 3, 2, tzinfo=UTC)
FREEZE, CLOSE = OPEN + 8 * HOUR, OPEN + 10 * HOUR
COURSE = Course(OPEN, CLOSE, FREEZE, None, None)


def test_a_contest_goes_from_coming_to_over() -> None:
    concluded = replace(COURSE, concluded_at=CLOSE + HOUR)
    published = replace(concluded, published_at=CLOSE + 2 * HOUR)
    assert COURSE.state(OPEN - HOUR) == "coming"
    assert COURSE.state(OPEN) == "open"
    assert COURSE.state(CLOSE) == "closing"
    assert concluded.state(CLOSE + HOUR) == "unpublished"
    assert published.state(CLOSE + 2 * HOUR) == "over"
    assert replace(COURSE, cancelled_at=OPEN).state(OPEN) == "cancelled"


def test_shown_standings_stand_still_from_the_freeze_to_the_publication() -> None:
    assert COURSE.shown(FREEZE - HOUR) == "live"
    assert COURSE.shown(FREEZE) == "frozen"
    concluded = replace(COURSE, concluded_at=CLOSE + HOUR)
    assert concluded.shown(CLOSE + 3 * HOUR) == "frozen"
    assert replace(concluded, published_at=CLOSE + HOUR).shown(CLOSE + HOUR) == "final"


def test_without_a_freeze_nothing_is_ever_frozen() -> None:
    course = replace(COURSE, freeze_at=None)
    assert course.shown(CLOSE) == "live"
    assert replace(course, concluded_at=CLOSE, published_at=CLOSE).shown(CLOSE) == "final"


@pytest.mark.parametrize(
    ("opens", "closes", "freeze", "fault"),
    [
        (OPEN, CLOSE, FREEZE, None),
        (OPEN, CLOSE, None, None),
        (OPEN, CLOSE, CLOSE, None),
        (OPEN, OPEN, None, "order"),
        (CLOSE, OPEN, None, "order"),
        (OPEN - 9 * HOUR, OPEN - HOUR, None, "past"),
        (OPEN, CLOSE, OPEN, "freeze"),
        (OPEN, CLOSE, CLOSE + HOUR, "freeze"),
    ],
)
def test_times_in_a_wrong_order_are_found(
    opens: datetime, closes: datetime, freeze: datetime | None, fault: str | None
) -> None:
    assert window_fault(opens, closes, freeze, OPEN) == fault
