"""Findings of inspections: whatever anybody tries, nothing is closed without another's word."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from quizengine.domain import findings
from quizengine.domain.findings import ANSWERED, CLOSED, OPEN, Course
from quizengine.domain.text import Refused

DAY = date(2026, 3, 2)
people = st.integers(1, 4)
days = st.integers(-5, 20)


class FindingMachine(RuleBasedStateMachine):
    """Four people do what they like, while days go by."""

    def __init__(self) -> None:
        super().__init__()
        self.today = DAY
        self.course = Course(owner=1, due=DAY + timedelta(days=5))
        # What people who keep the rules would know.
        self.confirmed_by: int | None = None
        self.was_late = False

    @rule(count=st.integers(1, 4))
    def days_go_by(self, count: int) -> None:
        self.today += timedelta(days=count)
        self._note_lateness()

    @rule(by=people)
    def answer(self, by: int) -> None:
        before = self.course
        try:
            self.course = findings.answer(before, by, self.today)
        except Refused as refused:
            assert refused.code == "finding-state"
            assert before.state != OPEN
        else:
            assert before.state == OPEN
            self._note_lateness()

    @rule(by=people)
    def confirm(self, by: int) -> None:
        before = self.course
        try:
            self.course = findings.confirm(before, by)
        except Refused:
            assert before.state != ANSWERED or by in (before.owner, before.answered_by)
        else:
            self.confirmed_by = by
            assert by not in (before.owner, before.answered_by)

    @rule(by=people, due=st.none() | days)
    def send_back(self, by: int, due: int | None) -> None:
        before, day = self.course, None if due is None else DAY + timedelta(days=due)
        try:
            self.course = findings.send_back(before, by, self.today, day)
        except Refused:
            return
        assert self.course.state == OPEN
        assert self.course.answered_by is None
        if self.course.due != before.due:
            assert before.on_time
            assert self.course.due >= self.today

    @rule(by=people, due=days)
    def extend(self, by: int, due: int) -> None:
        before = self.course
        try:
            self.course = findings.extend(before, by, self.today, DAY + timedelta(days=due))
        except Refused:
            return
        assert not before.overdue(self.today)
        assert by != before.owner
        assert self.course.due > before.due

    @rule(by=people, owner=people)
    def hand_over(self, by: int, owner: int) -> None:
        before = self.course
        try:
            self.course = findings.hand_over(before, by, owner)
        except Refused:
            return
        assert before.state == OPEN
        assert by != before.owner

    @precondition(lambda self: self.course.state == CLOSED)
    @rule(by=people)
    def closed_is_for_good(self, by: int) -> None:
        for attempt in (
            lambda: findings.answer(self.course, by, self.today),
            lambda: findings.extend(self.course, by, self.today, self.today + timedelta(9)),
            lambda: findings.send_back(self.course, by, self.today),
        ):
            try:
                attempt()
            except Refused as refused:
                assert refused.code == "finding-state"
            else:
                raise AssertionError("a closed finding moved")

    @invariant()
    def closed_only_with_an_answer_and_another_person(self) -> None:
        course = self.course
        assert (course.state == OPEN) == (course.answered_on is None)
        if course.state == CLOSED:
            assert self.confirmed_by not in (None, course.owner, course.answered_by)

    @invariant()
    def what_was_late_stays_late(self) -> None:
        course = self.course
        if self.was_late and course.state == CLOSED:
            assert course.on_time is False
        if self.was_late and course.state != CLOSED:
            assert course.overdue(self.today)

    def _note_lateness(self) -> None:
        self.was_late = self.was_late or self.course.overdue(self.today)


TestFindings = FindingMachine.TestCase
TestFindings.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
