"""Frequency duties: what is owed on a day follows from dates and entries alone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.appraisal.facts import SNAPSHOT, read_facts
from quizengine.domain.duties.check import check_duty
from quizengine.domain.duties.events import events_of, kinds_of
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import (
    MADE_UP,
    MET,
    OPEN,
    SHORT,
    Event,
    Span,
    concluded,
    period_on,
    standing_on,
)
from quizengine.domain.ledgerkinds import KINDS

DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))


def rule(**changes: Any) -> DutyRule:
    values = {
        "schema": 1,
        "id": "classes",
        "title": {"zh": "培训", "en": "Classes"},
        "who": {"of": "people", "posts": ["core"]},
        "counts": [{"op": "count", "kind": ["training-attended"]}],
        "least": "4",
        "per": "year",
        "from": date(2025, 1, 1),
        **changes,
    }
    return DutyRule.model_validate(values)


def events(*days: date, amount: int = 1) -> list[Event]:
    return [Event(day, number, Fraction(amount)) for number, day in enumerate(days, start=1)]


@given(DAYS, st.sampled_from(["year", "half_year", "quarter", "month"]))
def test_periods_follow_one_another_without_gap(day: date, per: Any) -> None:
    period = period_on(per, day)
    assert period.first <= day <= period.last
    after = period_on(per, period.last + timedelta(days=1))
    assert after.first == period.last + timedelta(days=1)
    assert period_on(per, period.first) == period_on(per, period.last) == period
    assert after.key != period.key


@given(DAYS, st.lists(DAYS, max_size=12), st.lists(st.tuples(DAYS, DAYS), max_size=4))
def test_what_is_owed_never_exceeds_the_rule_and_more_entries_never_hurt(
    day: date, held: list[date], times: list[tuple[date, date]]
) -> None:
    spans = [Span(min(pair), max(pair)) for pair in times]
    found = standing_on(rule(), spans, events(*held), day)
    if not any(span.covers(day) for span in spans):
        assert found is None
        return
    if found is None:
        return
    assert 0 < found.needed <= 4
    assert (found.state == MET) == (found.have >= found.needed) == (found.missing == 0)
    counted = [one for one in held if found.period.first <= one <= day]
    assert found.have == len(found.entries) == len(counted)
    more = standing_on(rule(), spans, events(*held, day), day)
    assert more is not None
    assert more.missing <= found.missing


@given(DAYS, DAYS)
def test_later_entries_change_nothing_as_of_an_earlier_day(day: date, later: date) -> None:
    spans = [Span(date(2024, 1, 1))]
    known = events(day)
    new = [*known, Event(max(later, day + timedelta(days=1)), 99, Fraction(1))]
    assert standing_on(rule(), spans, known, day) == standing_on(rule(), spans, new, day)


def test_who_comes_in_the_middle_owes_a_part_half_up() -> None:
    since = [Span(date(2026, 7, 1))]
    day = date(2026, 10, 1)
    found = standing_on(rule(), since, [], day)
    assert found is not None
    assert (found.needed, found.state, found.period.last) == (2, OPEN, date(2026, 12, 31))
    # Two times that touch are one; a day in both counts once.
    two = [Span(date(2026, 7, 1), date(2026, 9, 30)), Span(date(2026, 9, 1))]
    assert standing_on(rule(), two, [], day) == found
    full = standing_on(rule(partial="full"), since, [], day)
    assert full is not None
    assert full.needed == 4
    assert standing_on(rule(partial="none"), since, [], day) is None
    # In the last days of a year nothing can be owed any more.
    assert standing_on(rule(), [Span(date(2026, 12, 20))], [], date(2026, 12, 31)) is None


def test_a_rule_owes_from_its_first_day_to_its_last() -> None:
    always = [Span(date.min)]
    young = rule(**{"from": date(2026, 7, 1)})
    assert standing_on(young, always, [], date(2026, 6, 30)) is None
    found = standing_on(young, always, [], date(2026, 12, 31))
    assert found is not None
    assert found.needed == 2
    assert standing_on(rule(to=date(2026, 3, 1)), always, [], date(2026, 3, 2)) is None


def test_at_the_end_of_a_period_one_has_met_it_or_is_short() -> None:
    period = period_on("quarter", date(2026, 5, 5))
    quarterly = rule(per="quarter", least="1")
    always = [Span(date.min)]
    short = concluded(quarterly, always, events(date(2026, 7, 1)), period)
    assert short is not None
    assert (short.state, short.have, short.missing) == (SHORT, 0, 1)
    met = concluded(quarterly, always, events(date(2026, 6, 30)), period)
    assert met is not None
    assert met.state == MET
    left = [Span(date.min, date(2026, 6, 29))]
    assert concluded(quarterly, left, [], period) is None


def test_new_ones_are_due_once_and_may_be_late() -> None:
    joining = rule(per="joining", least="1", within=30, before=10)
    came = date(2026, 3, 2)
    span = [Span(came)]

    def state(day: date, *held: date) -> str | None:
        found = standing_on(joining, span, events(*held), day)
        return found.state if found else None

    assert state(came - timedelta(days=1)) is None
    assert state(came) == OPEN
    assert state(date(2026, 4, 1)) == OPEN
    assert state(date(2026, 4, 2)) == SHORT
    assert state(date(2026, 4, 2), date(2026, 2, 20)) == MET
    assert state(date(2026, 4, 2), date(2026, 2, 19)) == SHORT
    assert state(date(2026, 4, 9), date(2026, 4, 5)) == MADE_UP
    assert state(came + timedelta(days=366)) is None
    # Whoever came before the rule owes nothing by it.
    old = standing_on(joining, [Span(date(2024, 12, 1))], [], date(2025, 1, 2))
    assert old is None


def entry(seq: int, kind: str, day: str, **more: Any) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": f"{day}T04:00:00.000000Z",
        "kind": kind,
        "subject": None,
        "unit": None,
        "corrects": None,
        "data": {},
        **more,
    }


def test_entries_count_for_people_and_for_the_units_above() -> None:
    def tree(branch_under: str) -> list[dict[str, Any]]:
        return [
            {"code": "HQ", "parent": None, "level": 1, "members": 9},
            {"code": "CS", "parent": "HQ", "level": 2, "members": 5},
            {"code": "PHY", "parent": "HQ", "level": 2, "members": 4},
            {"code": "B", "parent": branch_under, "level": 3, "members": 4},
        ]

    bodies = [
        entry(1, SNAPSHOT, "2026-01-01", data={"units": tree("CS")}),
        entry(2, "training-held", "2026-02-01", unit="B"),
        entry(3, SNAPSHOT, "2026-03-01", data={"units": tree("PHY")}),
        entry(4, "training-held", "2026-03-02", unit="B"),
        entry(5, "training-attended", "2026-03-02", subject="p", data={"hours": "2.5"}),
        entry(6, "training-attended", "2026-03-03", subject="p", data={"hours": "many"}),
        entry(7, "exam-result", "2026-03-04", subject="p", data={"passed": True}),
        entry(8, "training-attended", "2026-03-05", subject="p", data={"hours": "1"}),
        entry(9, "training-attended", "2026-03-06", subject="p", corrects=8, data={"void": True}),
    ]
    lecture = rule(
        who={"of": "units", "levels": [2]}, counts=[{"op": "count", "kind": ["training-held"]}]
    )
    hours = rule(
        counts=[
            {"op": "sum", "kind": ["training-attended"], "field": "hours"},
            {"op": "count", "kind": ["exam-result"], "where": {"passed": True}},
        ]
    )
    kinds = kinds_of([lecture, hours])
    facts = read_facts(bodies, kinds, ZoneInfo("Asia/Shanghai"))
    # A branch that moved counts where it was on the day.
    by_unit = {code: [e.seq for e in found] for code, found in events_of(lecture, facts).items()}
    assert by_unit == {"B": [2, 4], "CS": [2], "PHY": [4], "HQ": [2, 4]}
    [found] = events_of(hours, facts).values()
    assert [(e.seq, e.amount) for e in found] == [(5, Fraction(5, 2)), (6, 0), (7, 1)]


def test_faults_that_one_field_alone_does_not_show() -> None:
    def codes(**changes: Any) -> list[str]:
        found = check_duty(rule(**changes), KINDS, {"leader"})
        return [f"{'.'.join(map(str, one.path))}: {one.code}" for one in found]

    assert codes() == []
    assert codes(counts=[{"op": "count", "kind": ["lectures"]}]) == [
        "counts.0.kind.0: unknown-source"
    ]
    assert codes(who={"of": "people", "tiers": ["leaders"]}) == ["who.tiers.0: unknown-tier"]
    assert codes(who={"of": "units", "posts": ["core"]}) == ["who.posts: bad-value"]
    assert codes(per="joining") == ["per: missing-field"]
    assert codes(per="joining", within=3, who={"of": "heads"}) == ["who.of: bad-value"]
    assert codes(within=3) == ["within: bad-value"]
    assert codes(before=3) == ["before: bad-value"]
    assert codes(to=date(2024, 1, 1)) == ["to: bad-value"]
    assert Decimal(rule().least) == 4
