"""Findings stay until somebody else confirms the answer; the ledger says whether it was in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.evidence import evidence_of
from quizengine.services.finding_list import (
    FindingFilter,
    finding_counts,
    findings_of,
    is_late,
    list_findings,
    own_findings,
)
from quizengine.services.findings import (
    FindingPlan,
    answer_finding,
    answer_record,
    confirm_finding,
    extend_finding,
    hand_over,
    may_answer,
    may_judge,
    open_finding,
    record_of,
    seen_finding,
    send_back,
)
from quizengine.services.history import history_of
from quizengine.services.inspections import InspectionPlan, ItemPlan, plan_inspection
from quizengine.services.todo import todos
from quizengine.services.uploads import Upload
from quizengine.storage.models import Finding

PROOF = [Upload("整改照片.png", b"\x89PNG\r\n\x1a\n...")]
DUE = TODAY + timedelta(days=10)


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def inspection(office: Office) -> int:
    plan = InspectionPlan(
        unit_id=office.school.units["CS-1"],
        kind="planned",
        title="检查",
        planned_on=TODAY,
        items=[ItemPlan("一项", Decimal(5))],
        inspectors=[office.id("wang")],
    )
    return plan_inspection(office.act(), plan)


def opened(office: Office, due: date = DUE, **changes: Any) -> int:
    values = {
        "what": "保密柜未上锁",
        "severity": "general",
        "owner_id": office.id("li"),
        "due_on": due,
        **changes,
    }
    return open_finding(office.act("wang"), inspection(office), FindingPlan(**values))


def row(office: Office, finding_id: int) -> Finding:
    return office.session.get_one(Finding, finding_id)


def todo_texts(office: Office, login: str) -> list[str]:
    return [str(one.text) for one in todos(office.session, office.now, ZONE, office.id(login))]


def test_answered_with_evidence_and_confirmed_by_another(office: Office) -> None:
    finding_id = opened(office)
    assert any("Answer the finding" in text for text in todo_texts(office, "li"))
    li, wang = office.act("li"), office.act("wang")
    assert code_of(lambda: answer_finding(li, finding_id, "已上锁")) == "finding-evidence"
    assert code_of(lambda: answer_finding(li, finding_id, " ", PROOF)) == "finding-faults"
    assert code_of(lambda: answer_finding(office.act("zhao"), finding_id, "x", PROOF)) == (
        "finding-unknown"
    )
    # Who confirms does not answer.
    assert code_of(lambda: answer_finding(wang, finding_id, "x", PROOF)) == "forbidden"
    assert code_of(lambda: confirm_finding(wang, finding_id)) == "finding-state"
    answer_finding(li, finding_id, "已配新锁并登记", PROOF)
    assert code_of(lambda: answer_finding(li, finding_id, "x", PROOF)) == "finding-state"
    assert any("Waits to be confirmed" in text for text in todo_texts(office, "li"))
    assert any("Confirm the answer" in text for text in todo_texts(office, "wang"))
    for login, code in (
        ("li", "forbidden"),
        ("zhao", "finding-unknown"),
        ("chen", "finding-unknown"),
    ):
        assert code_of(partial(confirm_finding, office.act(login), finding_id)) == code
    confirm_finding(wang, finding_id)
    assert code_of(lambda: confirm_finding(office.act(), finding_id)) == "finding-state"
    kinds = [(e["kind"], e["unit"], e["data"].get("on_time")) for e in office.entries()]
    assert kinds == [
        ("finding-opened", "CS-1", None),
        ("finding-answered", "CS-1", True),
        ("finding-closed", "CS-1", True),
    ]
    assert "保密柜" not in str(office.entries())
    [answer] = row(office, finding_id).answers
    assert len(evidence_of(office.session, answer_record(answer))) == 1
    assert [
        event.what for event in history_of(office.session, record_of(row(office, finding_id)))
    ] == [
        "finding-closed",
        "finding-answered",
        "finding-opened",
    ]


def test_an_owner_with_rights_does_not_confirm_the_own_answer(office: Office) -> None:
    office.grant("li", "organizer", "CS")
    finding_id = opened(office)
    li = office.act("li")
    assert may_answer(li.actor, row(office, finding_id))
    answer_finding(li, finding_id, "已整改", PROOF)
    assert not may_judge(li.actor, row(office, finding_id))
    assert code_of(lambda: confirm_finding(li, finding_id)) == "own-case"
    assert code_of(lambda: send_back(li, finding_id, "x")) == "own-case"
    assert may_judge(office.act().actor, row(office, finding_id))
    confirm_finding(office.act(), finding_id)


def test_sent_back_and_late(office: Office) -> None:
    finding_id = opened(office)
    li, wang = office.act("li"), office.act("wang")
    answer_finding(li, finding_id, "已整改", PROOF)
    assert code_of(lambda: send_back(wang, finding_id, "")) == "reason-missing"
    past = TODAY - timedelta(days=1)
    assert code_of(lambda: send_back(wang, finding_id, "x", past)) == "finding-due"
    send_back(wang, finding_id, "未见登记簿", TODAY + timedelta(days=2))
    assert (row(office, finding_id).state, row(office, finding_id).first_due_on) == ("open", DUE)
    office.now += timedelta(days=3)
    assert is_late(office.act(), row(office, finding_id))
    later = office.act("wang")
    assert code_of(lambda: extend_finding(later, finding_id, DUE, "x")) == "finding-due"
    answer_finding(office.act("li"), finding_id, "补登记", PROOF)
    # What came too late stays too late, whatever day is set now.
    assert code_of(lambda: send_back(later, finding_id, "x", DUE)) == "finding-due"
    confirm_finding(later, finding_id)
    assert office.entries("finding-closed")[0]["data"]["on_time"] is False
    assert is_late(office.act(), row(office, finding_id))


def test_more_time_and_another_owner(office: Office, school: School) -> None:
    office.grant("li", "organizer", "CS-1")
    finding_id = opened(office)
    wang = office.act("wang")
    later = DUE + timedelta(days=5)
    assert code_of(lambda: extend_finding(wang, finding_id, later, "")) == "reason-missing"
    assert code_of(lambda: extend_finding(wang, finding_id, DUE, "x")) == "finding-due"
    # An organizer of the unit may answer for the owner, but not give it more time.
    assert code_of(lambda: extend_finding(office.act("li"), finding_id, later, "x")) == "forbidden"
    extend_finding(wang, finding_id, later, "采购周期较长")
    assert row(office, finding_id).due_on == later
    event = history_of(office.session, f"finding:{finding_id}")[0]
    assert event.detail["before"] == DUE.isoformat()
    assert code_of(lambda: hand_over(wang, finding_id, office.id("zhao"))) == "person-unknown"
    assert code_of(lambda: hand_over(wang, finding_id, office.id("li"))) == "finding-owner"


def test_what_is_not_opened(office: Office) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"what": " "}, "finding-faults"),
        ({"severity": "grave"}, "finding-faults"),
        ({"due_on": TODAY - timedelta(days=1)}, "finding-faults"),
        ({"owner_id": office.id("zhao")}, "person-unknown"),
        ({"owner_id": 99999}, "person-unknown"),
    ]
    for changes, code in cases:
        assert code_of(partial(opened, office, **changes)) == code
    plan = FindingPlan("x", "slight", office.id("li"), DUE)
    assert code_of(lambda: open_finding(office.act("li"), inspection(office), plan)) == (
        "inspection-unknown"
    )
    assert office.entries() == []


def test_lists(office: Office) -> None:
    first = opened(office, due=TODAY)
    second = opened(office, severity="serious")
    li = office.act("li")
    answer_finding(li, first, "x", PROOF)
    office.now += timedelta(days=20)
    act = office.act()

    def ids(login: str = "organizer", **wanted: Any) -> list[int]:
        return [one.id for one in list_findings(office.act(login), FindingFilter(**wanted))]

    assert ids() == [first, second]
    assert ids(state="late") == [second]
    assert ids(state="answered") == [first]
    assert ids(state="todo", severity="serious", year=2026) == [second]
    assert ids(year=2025) == []
    assert ids("wang") == [first, second]
    assert ids("auditor", unit_id=office.school.units["CS"]) == [first, second]
    assert ids("zhao") == []
    assert [one.id for one in own_findings(office.session, office.id("li"))] == [first, second]
    found = row(office, first).inspection_id
    assert [one.id for one in findings_of(office.session, found)] == [first]
    assert finding_counts(office.session, [found])[found].pending == 1
    assert (
        code_of(lambda: seen_finding(office.session, office.act("chen").actor, first))
        == "finding-unknown"
    )
    assert not is_late(act, row(office, first))
