"""Findings of inspections: open → answered → closed, or back to open; nothing without an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from quizengine.domain.text import N_, Refused

OPEN, ANSWERED, CLOSED = "open", "answered", "closed"


@dataclass(frozen=True)
class Course:
    """How far a finding is: `owner` has to answer by `due`; people are ids.

    `answered_by` and `answered_on` are of the answer that waits for confirmation, or was confirmed.
    """

    owner: int
    due: date
    state: str = OPEN
    answered_by: int | None = None
    answered_on: date | None = None

    @property
    def on_time(self) -> bool | None:
        """Whether the answer came by the day due; None without an answer."""
        return None if self.answered_on is None else self.answered_on <= self.due

    def overdue(self, today: date) -> bool:
        """Whether it is not closed, and the answer is late or still to come after the day due."""
        if self.state == CLOSED:
            return False
        return (self.answered_on or today) > self.due


def answer(course: Course, by: int, on: date) -> Course:
    """Somebody answers. Refused `finding-state` (409) unless it is open."""
    _require(course, OPEN)
    return replace(course, state=ANSWERED, answered_by=by, answered_on=on)


def confirm(course: Course, by: int) -> Course:
    """The answer is enough: closed.

    Refused: `finding-state` (409), `own-case` (403) for the owner and who answered.
    """
    _require(course, ANSWERED)
    _refuse_own(course, by)
    return replace(course, state=CLOSED)


def send_back(course: Course, by: int, today: date, due: date | None = None) -> Course:
    """The answer is not enough: open again, by `due` if one is given.

    A new day is for those who answered in time: what was late stays late. Refused as `confirm`;
    `finding-due` (409) for a new day after a late answer, or one that is past.
    """
    _require(course, ANSWERED)
    _refuse_own(course, by)
    if due is not None and due != course.due:
        if not course.on_time:
            raise Refused("finding-due", N_("The answer was late: the day due stays as it is."))
        _refuse_past(due, today)
    return replace(course, state=OPEN, due=due or course.due, answered_by=None, answered_on=None)


def extend(course: Course, by: int, today: date, due: date) -> Course:
    """More time. Nobody gives it to themselves, and not after the day due: what is late stays late.

    Refused: `finding-state`, `finding-due` (409), `own-case` (403).
    """
    _require(course, OPEN)
    _refuse_own(course, by)
    if course.overdue(today):
        raise Refused(
            "finding-due",
            N_("The day due is past: the answer can still be given, but it stays late."),
        )
    if due <= course.due:
        raise Refused("finding-due", N_("The new day is not later than the one before."))
    return replace(course, due=due)


def hand_over(course: Course, by: int, owner: int) -> Course:
    """Somebody else has to answer. Refused as `extend`."""
    _require(course, OPEN)
    _refuse_own(course, by)
    if owner == course.owner:
        raise Refused("finding-owner", N_("This person has to answer already."))
    return replace(course, owner=owner)


def _require(course: Course, state: str) -> None:
    if course.state != state:
        raise Refused(
            "finding-state", N_("The finding is at another step meanwhile: reload the page.")
        )


def _refuse_own(course: Course, by: int) -> None:
    if by in (course.owner, course.answered_by):
        raise Refused(
            "own-case",
            N_("Nobody decides in their own case: somebody else has to record this."),
            status=403,
        )


def _refuse_past(due: date, today: date) -> None:
    if due < today:
        raise Refused("finding-due", N_("The new day is past already."))
