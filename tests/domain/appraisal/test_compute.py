"""A year computed by hand and by the program, and what must never change a result."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.appraisal.compute import ALL_YEAR, compute, kinds_of
from quizengine.domain.appraisal.evidence import evidence
from quizengine.domain.appraisal.facts import SNAPSHOT, read_facts
from quizengine.domain.appraisal.measures import rounded
from quizengine.domain.appraisal.ranking import UnitResult, YearResult
from quizengine.domain.appraisal.rules import AppraisalRules

Body = dict[str, Any]

RULES = AppraisalRules.model_validate(
    yaml.safe_load(
        """
schema: 1
year: 2026
title: {zh: 年度考核, en: Appraisal}
stages:
  - {id: h1, title: {zh: 上半年, en: First half}, from: 2026-01-01, to: 2026-06-30}
  - {id: h2, title: {zh: 下半年, en: Second half}, from: 2026-07-01, to: 2026-12-31}
tasks:
  - id: exam
    title: {zh: 考试, en: Exam}
    weight: 60
    stages: {h1: 40, h2: 60}
    measure:
      op: share
      of: {op: persons, kind: [exam-result], where: {passed: true}}
      among: {op: members}
  - id: score
    title: {zh: 成绩, en: Scores}
    weight: 30
    stages: {h2: 100}
    measure: {op: mean, kind: [exam-result], field: score, out_of: max_score}
  - id: classes
    title: {zh: 培训, en: Classes}
    weight: 10
    stages: {h1: 50, h2: 50}
    measure: {op: scale, of: {op: count, kind: [training-held]}, full_at: 2}
adjustments:
  - id: prize
    title: {zh: 获奖, en: Prizes}
    sign: bonus
    each: 2
    measure: {op: count, kind: [contest-result], where: {rank: {max: 3}}}
    cap: 3
vetoes:
  - id: leak
    title: {zh: 泄密, en: Leak}
    measure: {op: count, kind: [incident], where: {severity: [serious, grave]}}
    cap: 59
    grade: failed
    reaches: [2, 3]
grades:
  - {id: good, title: {zh: 优秀, en: Good}, from: 85}
  - {id: fair, title: {zh: 合格, en: Fair}, from: 60}
  - {id: failed, title: {zh: 不合格, en: Failed}, from: 0}
people:
  - id: commended
    title: {zh: 表扬, en: Commended}
    purpose: commend
    conditions:
      - {measure: {op: mean, kind: [exam-result], field: score, out_of: max_score}, min: 0.9}
      - {measure: {op: count, kind: [incident]}, max: 0}
  - id: limited
    title: {zh: 限制, en: Limited}
    purpose: limit
    match: any
    conditions:
      - {measure: {op: count, kind: [incident]}, min: 1}
      - {measure: {op: count, kind: [exam-missed]}, min: 1}
"""
    )
)


class Ledger:
    """Bodies of entries, as the ledger hands them over."""

    def __init__(self) -> None:
        self.bodies: list[Body] = []
        self.tree({"A1": ("A", 2), "A2": ("A", 2)}, "2026-01-01")

    def tree(self, branches: dict[str, tuple[str, int]], on: str) -> None:
        """A school R with faculties A and B, and branches with their members."""
        members = {"A": 0, "B": 0}
        for above, count in branches.values():
            members[above] += count
        units: list[Body] = [
            {"code": "R", "parent": None, "level": 1, "members": sum(members.values())}
        ]
        units += [{"code": c, "parent": "R", "level": 2, "members": n} for c, n in members.items()]
        units += [
            {"code": c, "parent": above, "level": 3, "members": n}
            for c, (above, n) in branches.items()
        ]
        self.add(SNAPSHOT, on, data={"on": on, "units": units})

    def add(
        self,
        kind: str,
        on: str,
        unit: str | None = None,
        who: str | None = None,
        data: Body | None = None,
        corrects: int | None = None,
    ) -> int:
        seq = len(self.bodies) + 1
        self.bodies.append(
            {
                "seq": seq,
                "at": f"{on}T04:00:00.000000Z",
                "kind": kind,
                "subject": who,
                "unit": unit,
                "data": data or {},
                "corrects": corrects,
            }
        )
        return seq

    def exam(self, who: str, unit: str, score: int, on: str) -> int:
        data = {"score": str(score), "max_score": "100", "passed": score >= 60}
        return self.add("exam-result", on, unit, who, data)

    def result(self) -> YearResult:
        return compute(RULES, self.bodies)

    def unit(self, code: str) -> UnitResult:
        return next(u for u in self.result().units if u.unit.code == code)


@pytest.fixture
def ledger() -> Ledger:
    """The year of the worked example.

    A1 (2 members): first half one passes of two (0.5 × 40 = 20); second half both (60): exam 80.
    Scores of the second half: 90 and 80, mean 0.85: 85. Classes: one in the first half, two in
    the second: 25 + 50 = 75. 0.6 × 80 + 0.3 × 85 + 0.1 × 75 = 48 + 25.5 + 7.5 = 81. A second
    place gives 2 more: 83.
    """
    made = Ledger()
    made.exam("p1", "A1", 70, "2026-03-01")
    made.exam("p2", "A1", 50, "2026-03-02")
    made.exam("p1", "A1", 90, "2026-09-01")
    made.exam("p2", "A1", 55, "2026-09-02")
    made.exam("p2", "A1", 80, "2026-09-03")
    made.add("training-held", "2026-05-01", "A1")
    made.add("training-held", "2026-10-01", "A1")
    made.add("training-held", "2026-11-01", "A1")
    made.add("contest-result", "2026-11-20", "A1", "p1", {"rank": 2})
    made.add("contest-result", "2026-11-20", "A1", "p2", {"rank": 4})
    return made


def test_the_worked_example_comes_to_what_was_computed_by_hand(ledger: Ledger) -> None:
    unit = ledger.unit("A1")
    assert [unit.task_points(t) for t in ("exam", "score", "classes")] == [80, 85, 75]
    assert unit.adjustments == {"prize": 2}
    assert (unit.total, unit.grade, unit.rank) == (Decimal("83.00"), "fair", 1)


def test_units_above_count_all_members_and_a_rank_is_shared(ledger: Ledger) -> None:
    above = ledger.unit("A")
    # Two of four members passed in the second half, one of four in the first.
    assert above.task_points("exam") == Fraction(1, 4) * 40 + Fraction(2, 4) * 60
    assert (ledger.unit("A2").total, ledger.unit("A2").rank) == (Decimal("0.00"), 2)
    assert ledger.unit("R").total == above.total


def test_somebody_who_moves_counts_where_the_entry_was_made(ledger: Ledger) -> None:
    ledger.tree({"A1": ("A", 1), "A2": ("A", 3)}, "2026-10-01")
    ledger.exam("p2", "A2", 100, "2026-12-01")
    # A2 had no member in the second half but p2, who passed there too; A counts p2 once.
    assert ledger.unit("A2").task_points("exam") == Fraction(1, 3) * 60
    assert ledger.unit("A").task_points("score") == 95


def test_a_unit_that_changes_its_place_takes_only_later_entries_along(ledger: Ledger) -> None:
    ledger.tree({"A1": ("B", 2), "A2": ("A", 2)}, "2026-10-15")
    assert ledger.unit("B").task_points("classes") == 25
    assert ledger.unit("A").task_points("classes") == 50


def test_a_correction_holds_on_the_day_of_what_it_corrects(ledger: Ledger) -> None:
    data = {"score": "95", "max_score": "100", "passed": True}
    wrong = next(b["seq"] for b in ledger.bodies if b["data"].get("score") == "50")
    second = ledger.add("result-correction", "2026-12-30", "A1", "p2", data, corrects=wrong)
    assert ledger.unit("A1").task_points("exam") == 100
    ledger.add("result-correction", "2026-12-31", "A1", "p2", {"void": True}, corrects=second)
    assert ledger.unit("A1").task_points("exam") == 80


def test_what_is_entered_later_counts_on_the_day_when_it_happened(ledger: Ledger) -> None:
    ledger.add("training-held", "2027-01-15", "A1", data={"on": "2026-02-02"})
    assert ledger.unit("A1").task_points("classes") == 100
    ledger.add("training-held", "2027-01-15", "A2")
    assert ledger.unit("A2").task_points("classes") == 0


def test_a_veto_caps_the_unit_and_those_above_it_at_its_levels(ledger: Ledger) -> None:
    ledger.add("incident", "2026-08-01", "A1", "p1", {"severity": "grave"})
    assert (ledger.unit("A1").total, ledger.unit("A1").grade) == (Decimal("59.00"), "failed")
    assert ledger.unit("A").vetoes == ("leak",)
    assert ledger.unit("R").vetoes == ()


def test_people_are_listed_by_what_stands_in_the_ledger_about_them(ledger: Ledger) -> None:
    ledger.add("exam-missed", "2026-12-01", "A2", "p3")
    assert ledger.result().people == {"commended": ("p1",), "limited": ("p3",)}
    ledger.add("incident", "2026-12-02", "A1", "p1", {"severity": "slight"})
    assert ledger.result().people == {"commended": (), "limited": ("p1", "p3")}


def test_a_number_leads_down_to_its_entries(ledger: Ledger) -> None:
    facts = read_facts(ledger.bodies, kinds_of(RULES), ZoneInfo("Asia/Shanghai"))
    measure = RULES.tasks[0].measure
    assert evidence(RULES, facts, measure, "A", "h1") == [2]
    assert evidence(RULES, facts, measure, "A", ALL_YEAR) == [2, 4, 6]
    assert evidence(RULES, facts, measure, "B", ALL_YEAR) == []


def test_without_a_tree_of_units_there_is_no_result() -> None:
    assert compute(RULES, []) == YearResult(0, (), {"commended": (), "limited": ()})


@given(st.integers(0, 2**32), st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_the_order_of_entries_of_other_people_changes_nothing(
    seed: int, scores: Sequence[int]
) -> None:
    def year(order: Sequence[tuple[int, int]]) -> tuple[UnitResult, ...]:
        made = Ledger()
        for person, score in order:
            made.exam(f"p{person}", "A1" if person % 2 else "A2", score, "2026-09-01")
        return made.result().units

    people = list(enumerate(scores))
    shuffled = people[:]
    random.Random(seed).shuffle(shuffled)
    assert year(people) == year(shuffled)


@given(st.fractions(0, 1000), st.integers(0, 4))
def test_a_total_is_rounded_once_half_up(value: Fraction, places: int) -> None:
    found = Fraction(rounded(value, places))
    assert -Fraction(1, 2) < (value - found) * 10**places <= Fraction(1, 2) or (
        (found - value) * 10**places == Fraction(1, 2)
    )
    assert rounded(Fraction(5, 1000), 2) == Decimal("0.01")
