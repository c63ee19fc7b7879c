"""Inspections: the level above directs, inspectors record, pairs and people are drawn openly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from examroom import GRACE, ExamRoom, wrong
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.mass_lottery import check, commitment, list_digest
from quizengine.domain.text import Refused
from quizengine.services.audience import exams_of_member
from quizengine.services.closing import close_due, conclude_due
from quizengine.services.finding_list import (
    InspectionFilter,
    inspection_years,
    list_inspections,
    own_inspections,
    own_spot_checks,
)
from quizengine.services.findings import FindingPlan, open_finding
from quizengine.services.inspection_access import person_below, seen_inspection
from quizengine.services.inspection_results import Judged, correct_marks, hold, record_marks
from quizengine.services.inspection_rounds import RoundPlan, draw_round, round_record, seen_round
from quizengine.services.inspections import (
    InspectionPlan,
    ItemPlan,
    cancel_inspection,
    change_inspection,
    plan_inspection,
)
from quizengine.services.spot import SpotPlan, draw_people, fix_list, spot_file, spot_of
from quizengine.services.spot_quiz import PaperResult, QuizPlan, enter_paper, open_quiz, take_over
from quizengine.services.todo import todos
from quizengine.services.uploads import Upload
from quizengine.storage.models import Exam, Inspection

PDF = Upload("报告.pdf", b"%PDF-1.7 report")


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def plan(office: Office, unit: str = "CS-1", **changes: Any) -> InspectionPlan:
    values: dict[str, Any] = {
        "unit_id": office.school.units[unit],
        "kind": "planned",
        "title": "上半年保密检查",
        "planned_on": TODAY + timedelta(days=7),
        "items": [ItemPlan("责任制落实", Decimal(40)), ItemPlan("载体管理", Decimal(60))],
        "inspectors": [office.id("wang")],
        **changes,
    }
    return InspectionPlan(**values)


def planned(office: Office, unit: str = "CS-1", login: str = "organizer", **changes: Any) -> int:
    return plan_inspection(office.act(login), plan(office, unit, **changes))


def marks(office: Office, inspection_id: int, *points: str | None) -> dict[int, Judged]:
    items = office.session.get_one(Inspection, inspection_id).items
    return {
        item.id: Judged(None if got is None else Decimal(got), "查看台账")
        for item, got in zip(items, points, strict=True)
    }


def test_from_the_plan_to_the_ledger(office: Office) -> None:
    inspection_id = planned(office)
    wang = office.act("wang")
    [todo] = todos(office.session, office.now, ZONE, office.id("wang"))
    assert (todo.endpoint, todo.due) == ("inspections.inspection", TODAY + timedelta(days=7))
    assert code_of(lambda: hold(wang, inspection_id, TODAY)) == "inspection-unfinished"
    record_marks(wang, inspection_id, marks(office, inspection_id, "38", None), "总体较好")
    assert code_of(lambda: hold(wang, inspection_id, TODAY)) == "inspection-unfinished"
    record_marks(wang, inspection_id, marks(office, inspection_id, "38", "52.5"), "较好", [PDF])
    plan_ = FindingPlan("台账缺页", "general", office.id("li"), TODAY + timedelta(days=10))
    open_finding(wang, inspection_id, plan_)
    assert code_of(lambda: hold(wang, inspection_id, TODAY + timedelta(1))) == "day-future"
    hold(wang, inspection_id, TODAY - timedelta(days=1))
    assert code_of(lambda: hold(wang, inspection_id, TODAY)) == "inspection-state"
    [entry] = office.entries("inspection-held")
    assert entry["unit"] == "CS-1"
    data = entry["data"]
    assert (data["score"], data["max_score"], data["findings"]) == ("90.5", "100", 1)
    assert (data["kind"], data["on"]) == ("planned", "2026-03-01")
    assert "台账" not in str(entry)
    # Later points are a correction, for those who direct the inspection, and with a reason.
    other = marks(office, inspection_id, "30", "52.5")
    assert code_of(lambda: correct_marks(wang, inspection_id, other, "复核")) == "forbidden"
    organizer = office.act()
    assert code_of(lambda: correct_marks(organizer, inspection_id, other, " ")) == "reason-missing"
    correct_marks(organizer, inspection_id, other, "复核发现漏项")
    assert code_of(lambda: correct_marks(organizer, inspection_id, other, "x")) == "inspection-same"
    correction = office.entries("inspection-held")[1]
    assert (correction["data"]["score"], correction["corrects"]) == ("82.5", entry["seq"])


def test_what_is_not_planned(office: Office) -> None:
    cases: list[tuple[str, str, dict[str, Any], str]] = [
        # The level above directs: nobody inspects the unit that they organize themselves.
        ("organizer", "CS", {}, "forbidden"),
        ("organizer", "PHY-1", {}, "unit-unknown"),
        ("auditor", "CS-1", {}, "forbidden"),
        ("organizer", "CS-1", {"kind": "x"}, "inspection-faults"),
        ("organizer", "CS-1", {"title": " "}, "inspection-faults"),
        ("organizer", "CS-1", {"items": [ItemPlan("x", Decimal(0))]}, "inspection-faults"),
        ("organizer", "CS-1", {"items": [ItemPlan(" ", Decimal(1))]}, "inspection-faults"),
        ("organizer", "CS-1", {"items": [ItemPlan("x", Decimal("0.001"))]}, "inspection-faults"),
        ("organizer", "CS-1", {"inspectors": [99999]}, "person-unknown"),
    ]
    for login, unit, changes, code in cases:
        assert code_of(partial(planned, office, unit, login, **changes)) == code, (unit, changes)


def test_nobody_inspects_the_own_unit(office: Office) -> None:
    assert code_of(lambda: planned(office, inspectors=[office.id("li")])) == "own-unit"
    assert planned(office, "HQ", "admin", inspectors=[office.id("wang")])


def test_a_surprise_is_hidden_from_the_unit_until_it_was_held(office: Office) -> None:
    office.grant("li", "organizer", "CS-1")
    surprise = planned(office, kind="surprise")
    announced = planned(office)

    def seen(login: str) -> set[int]:
        return {one.id for one in list_inspections(office.act(login), InspectionFilter())}

    assert seen("li") == {announced}
    for login in ("organizer", "wang", "admin", "auditor"):
        assert seen(login) == {announced, surprise}, login
    assert seen("zhao") == set()
    li = office.act("li")
    assert (
        code_of(lambda: seen_inspection(office.session, li.actor, surprise)) == "inspection-unknown"
    )
    record_marks(office.act("wang"), surprise, marks(office, surprise, "1", "1"), "x")
    hold(office.act("wang"), surprise, TODAY)
    assert seen("li") == {announced, surprise}
    wanted = InspectionFilter(office.school.units["CS"], "surprise", "held", 2026)
    assert [one.id for one in list_inspections(office.act(), wanted)] == [surprise]
    assert inspection_years(office.act()) == [2026]


def test_changing_and_cancelling(office: Office) -> None:
    inspection_id = planned(office)
    act = office.act()
    record_marks(act, inspection_id, marks(office, inspection_id, "10", "20"), "")
    same = plan(office, title="检查（改期）", inspectors=[office.id("zhao"), office.id("chen")])
    change_inspection(act, inspection_id, same)
    row = office.session.get_one(Inspection, inspection_id)
    # The points stay where the checklist does.
    assert [item.got for item in row.items] == [Decimal(10), Decimal(20)]
    assert {one.person_id for one in row.inspectors} == {office.id("zhao"), office.id("chen")}
    change_inspection(act, inspection_id, plan(office, items=[ItemPlan("一项", Decimal(5))]))
    assert [item.got for item in row.items] == [None]
    over = {row.items[0].id: Judged(Decimal(6))}
    assert code_of(lambda: record_marks(act, inspection_id, over, "")) == "inspection-faults"
    assert code_of(lambda: cancel_inspection(act, inspection_id, "")) == "reason-missing"
    cancel_inspection(act, inspection_id, "与上级检查合并")
    assert code_of(lambda: cancel_inspection(act, inspection_id, "x")) == "inspection-state"
    found = planned(office)
    open_finding(act, found, FindingPlan("缺", "slight", office.id("li"), TODAY))
    assert code_of(lambda: cancel_inspection(act, found, "x")) == "inspection-begun"
    assert own_inspections(office.session, office.id("wang")) != []


def test_a_round_of_mutual_inspections(office: Office) -> None:
    office.appoint("CS-1", "li")
    units = [office.school.units[code] for code in ("CS-1", "CS-2")]
    wanted = RoundPlan(office.school.units["CS"], "支部互查", TODAY, units, [])
    assert code_of(lambda: draw_round(office.act("li"), wanted)) == "unit-unknown"
    alone = RoundPlan(office.school.units["CS"], "支部互查", TODAY, units[:1], [])
    assert code_of(lambda: draw_round(office.act(), alone)) == "inspection-faults"
    strange = RoundPlan(
        office.school.units["CS"], "x", TODAY, [*units, office.school.units["PHY-1"]], []
    )
    assert code_of(lambda: draw_round(office.act(), strange)) == "inspection-faults"
    found = seen_round(office.act(), draw_round(office.act(), wanted))
    record = json.loads(round_record(found))
    [entry] = office.entries("inspection-round")
    assert entry["data"]["pairs"] == record["pairs"]
    drawn = {(one.by_unit and one.by_unit.code, one.unit.code) for one in found.inspections}
    assert (
        drawn
        == {tuple(pair) for pair in record["pairs"]}
        == {
            ("CS-1", "CS-2"),
            ("CS-2", "CS-1"),
        }
    )
    heads = {
        one.unit.code: [inspector.person_id for inspector in one.inspectors]
        for one in found.inspections
    }
    assert heads == {"CS-2": [office.id("li")], "CS-1": []}


def fixed(office: Office, count: int = 1, source: str = "") -> int:
    inspection_id = planned(office, "CS", "admin", kind="surprise", inspectors=[office.id("zhao")])
    fix_list(office.act("admin"), inspection_id, SpotPlan(count, source))
    return inspection_id


def test_people_are_drawn_from_what_was_fixed_before(office: Office) -> None:
    inspection_id = fixed(office, 2, "当日福利彩票3D开奖号码")
    admin = office.act("admin")
    assert code_of(lambda: fix_list(admin, inspection_id, SpotPlan(1))) == "spot-fixed"
    [before] = office.entries("spot-fixed")
    # The level above is named, so that the unit doesn't see it coming.
    assert before["unit"] == "HQ"
    row = spot_of(office.session, inspection_id)
    assert row is not None
    assert "seed" not in spot_file(row)
    assert code_of(lambda: draw_people(admin, inspection_id)) == "public-value"
    draw_people(admin, inspection_id, "7 3 9")
    assert code_of(lambda: draw_people(admin, inspection_id, "7 3 9")) == "spot-drawn"
    [after] = office.entries("spot-drawn")
    seed = after["data"]["seed"]
    assert commitment(seed) == before["data"]["commitment"]
    record = json.loads(spot_file(row))
    assert list_digest(record["entries"]) == before["data"]["list_sha256"]
    assert [winner["entry"] for winner in record["winners"]] == after["data"]["drawn"]
    assert check(record) == []
    assert check(record | {"public": "7 3 8"}) != []
    assert len(row.drawn) == 2
    # organizer, cs-admin, li and wang belong to the subtree.
    assert before["data"]["people"] == 4


def test_what_is_not_drawn(office: Office) -> None:
    surprise = planned(office, kind="surprise")
    admin = office.act("admin")
    for faulty in (SpotPlan(0), SpotPlan(2), SpotPlan(1, "x" * 201)):
        assert code_of(partial(fix_list, admin, surprise, faulty)) == "spot-faults"
    assert code_of(lambda: fix_list(office.act("wang"), surprise, SpotPlan(1))) == "forbidden"
    assert code_of(lambda: draw_people(admin, surprise)) == "spot-unknown"
    results = {office.id("li"): PaperResult(Decimal(5))}
    args = (admin, surprise, results, Decimal(10), Decimal(6), TODAY)
    assert code_of(lambda: enter_paper(*args)) == "spot-unknown"


def test_a_quiz_on_paper(office: Office) -> None:
    inspection_id = fixed(office, 4)
    admin, zhao = office.act("admin"), office.act("zhao")
    draw_people(admin, inspection_id)
    li, wang, organizer = (office.id(login) for login in ("li", "wang", "organizer"))
    results = {
        li: PaperResult(Decimal("8.5")),
        wang: PaperResult(Decimal(3)),
        organizer: PaperResult(None, "出差"),
        office.id("chen"): PaperResult(Decimal(9)),
    }

    def enter(given: dict[int, PaperResult]) -> int:
        return enter_paper(zhao, inspection_id, given, Decimal(10), Decimal(6), TODAY)

    # Who wasn't drawn gets nothing.
    assert enter(results) == 2
    assert enter(results) == 0
    first = {e["data"]["passed"]: e["seq"] for e in office.entries("spot-check")}
    assert set(first) == {True, False}
    assert code_of(lambda: enter({li: PaperResult(Decimal(11))})) == "spot-faults"
    assert code_of(lambda: enter({li: PaperResult(None)})) == "spot-faults"
    assert enter({wang: PaperResult(Decimal(6))}) == 1
    correction = office.entries("spot-check")[-1]
    assert correction["corrects"] == first[False]
    [own] = own_spot_checks(office.session, wang)
    assert (own.score, own.passed) == (Decimal(6), True)


def test_a_quiz_on_screen_reaches_those_drawn_alone(
    office: Office, small_bank: Path, session: Session, school: School
) -> None:
    inspection_id = fixed(office, 2)
    admin = office.act("admin")
    quiz: dict[str, Any] = {
        "tier": "graduate",
        "topics": [],
        "single": 2,
        "true_false": 1,
        "minutes": 10,
        "pass_percent": 60,
        "opens_at": office.now,
        "closes_at": office.now + timedelta(minutes=30),
    }
    assert code_of(lambda: open_quiz(admin, inspection_id, QuizPlan(**quiz))) == "spot-undrawn"
    draw_people(admin, inspection_id)
    for wrong_plan in ({"single": 0, "true_false": 0}, {"tier": "x"}, {"minutes": 0}):
        given = QuizPlan(**{**quiz, **wrong_plan})
        assert code_of(partial(open_quiz, admin, inspection_id, given)) == "spot-faults"
    many = QuizPlan(**{**quiz, "single": 40})
    with pytest.raises(Refused):
        open_quiz(admin, inspection_id, many)
    exam = session.get_one(Exam, open_quiz(admin, inspection_id, QuizPlan(**quiz)))
    assert code_of(lambda: open_quiz(admin, inspection_id, QuizPlan(**quiz))) == "spot-quiz"
    row = spot_of(session, inspection_id)
    assert row is not None
    drawn = [one.person_id for one in row.drawn]
    names = {school.persons[login]: login for login in school.persons}
    for login, person_id in school.persons.items():
        listed = {one.id for one in exams_of_member(session, ZONE, person_id)}
        assert (exam.id in listed) == (person_id in drawn), login
    room = ExamRoom(session, school, office.now)
    room.sit(names[drawn[0]], exam)
    room.sit(names[drawn[1]], exam, wrong)
    assert code_of(lambda: take_over(admin, inspection_id)) == "spot-running"
    later = office.now + timedelta(hours=1)
    close_due(session, later)
    conclude_due(session, later, ZONE, GRACE)
    assert take_over(admin, inspection_id) == 2
    assert take_over(admin, inspection_id) == 0
    assert [e["data"]["passed"] for e in office.entries("spot-check")] == [True, False]
    assert office.entries("exam-missed") == []


def test_inspectors_find_people_of_the_unit_alone(office: Office) -> None:
    row = office.session.get_one(Inspection, planned(office))
    assert person_below(office.session, row.unit, " LI ").id == office.id("li")
    assert person_below(office.session, row.unit, "李雷").id == office.id("li")
    assert code_of(lambda: person_below(office.session, row.unit, "wang")) == "person-unknown"
    assert office.session.scalar(select(Inspection.planned_on)) > date(2026, 3, 2)
