"""Incidents: who sees them, who decides, and how decisions correct what stands in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from office import ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.appraisal.facts import read_facts
from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.incident_appeals import (
    Verdict,
    appeal,
    decide,
    may_decide,
    own_liabilities,
    own_liability,
)
from quizengine.services.incident_list import (
    IncidentFilter,
    incident_state,
    incident_years,
    list_incidents,
    report_late,
)
from quizengine.services.incidents import (
    IncidentPlan,
    add_step,
    close_incident,
    hold_liable,
    record_incident,
    report,
    seen_incident,
)
from quizengine.services.uploads import Upload
from quizengine.storage.models import Incident, IncidentLiable

KINDS = {"incident", "incident-liability"}
HAPPENED = date(2026, 2, 20)


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def recorded(office: Office, login: str = "organizer", unit: str = "CS-1", **changes: Any) -> int:
    values: dict[str, Any] = {
        "unit_id": office.school.units[unit],
        "kind": "leak",
        "severity": "general",
        "title": "涉密文件误发至公共邮箱",
        "what": "将标密文件以普通邮件发送。",
        "happened_on": HAPPENED,
        "found_at": office.now - timedelta(days=1),
        **changes,
    }
    return record_incident(office.act(login), IncidentPlan(**values))


def liable(office: Office, incident_id: int, login: str = "li", sanction: str = "warning") -> int:
    person_id = office.id(login)
    return hold_liable(office.act(), incident_id, person_id, "direct", sanction)


def appealed(office: Office) -> tuple[int, int, int]:
    """Incident, liability and appeal of li."""
    incident_id = recorded(office)
    liable_id = liable(office, incident_id)
    assert appeal(office.session, office.now, office.id("li"), liable_id, "文件当时已解密。")
    row = office.session.get_one(IncidentLiable, liable_id)
    return incident_id, liable_id, row.appeals[0].id


def verdict(outcome: str = "upheld", **changes: Any) -> Verdict:
    values: dict[str, Any] = {
        "reason": "事实清楚，证据确凿。",
        "severity": "general",
        "liability": "direct",
        "sanction": "warning",
        **changes,
    }
    return Verdict(outcome, **values)


def facts(office: Office) -> dict[str, dict[str, Any]]:
    """What holds after all corrections, by kind (the last one of each)."""
    found = read_facts(office.entries(), KINDS, ZONE, 2026).facts
    return {fact.kind: {**fact.data, "day": fact.day} for fact in found}


def test_an_incident_told_later_names_both_days_and_the_author(office: Office) -> None:
    incident_id = recorded(office)
    [entry] = office.entries()
    assert (entry["kind"], entry["unit"], entry["subject"]) == ("incident", "CS-1", None)
    assert entry["data"]["on"] == "2026-02-20"
    assert entry["data"]["by"]
    assert "邮箱" not in str(entry)
    assert facts(office)["incident"]["day"] == HAPPENED
    incident = office.session.get_one(Incident, incident_id)
    assert incident.report_by == incident.found_at + timedelta(hours=24)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"severity": "huge"},
        {"title": ""},
        {"what": " "},
        {"happened_on": date(2026, 3, 3)},
        {"happened_on": date(2026, 3, 2)},
        {"found_at": datetime(2026, 3, 2, 9, 0, tzinfo=ZONE) + timedelta(days=1)},
        {"reported_at": datetime(2026, 2, 1, tzinfo=ZONE)},
    ],
)
def test_faulty_incidents_are_refused(office: Office, changes: dict[str, Any]) -> None:
    assert code_of(lambda: recorded(office, **changes)) == "incident-faults"
    assert office.entries() == []


def test_incidents_are_seen_by_those_who_handle_them_alone(office: Office) -> None:
    incident_id = recorded(office)

    def sees(login: str) -> bool:
        actor = office.act(login).actor
        listed = [i.id for i in list_incidents(office.session, actor, IncidentFilter())]
        try:
            seen_incident(office.session, actor, incident_id)
        except Refused as refused:
            assert refused.code == "incident-unknown"
            return bool(listed)
        return listed == [incident_id]

    office.grant("zhao", "organizer", "PHY")
    seen = {login: sees(login) for login in ("organizer", "cs-admin", "admin", "auditor", "zhao")}
    assert seen == {
        "organizer": True,
        "cs-admin": True,
        "admin": True,
        "auditor": False,
        "zhao": False,
    }
    assert code_of(lambda: recorded(office, "auditor")) == "forbidden"
    assert code_of(lambda: recorded(office, "zhao")) == "unit-unknown"


def test_a_sanction_decided_later_corrects_the_liability(office: Office) -> None:
    incident_id = recorded(office)
    liable_id = liable(office, incident_id, sanction="none")
    assert liable(office, incident_id, sanction="demerit") == liable_id
    first, second = office.entries("incident-liability")
    assert second["corrects"] == first["seq"]
    assert facts(office)["incident-liability"]["sanction"] == "demerit"
    assert code_of(lambda: liable(office, incident_id, sanction="demerit")) == "liable-same"
    assert len(office.entries("incident-liability")) == 2


def test_who_may_be_held_liable_by_whom(office: Office) -> None:
    incident_id = recorded(office)

    def code(login: str, person: str, liability: str = "main", sanction: str = "none") -> str:
        person_id = office.id(person)
        act = office.act(login)
        return code_of(lambda: hold_liable(act, incident_id, person_id, liability, sanction))

    assert code("organizer", "organizer") == "own-case"
    assert code("organizer", "zhao") == "person-unknown"
    assert code("auditor", "li") == "incident-unknown"
    assert code("organizer", "li", "all") == "incident-faults"
    assert code("organizer", "li", "main", "prison") == "incident-faults"


def test_a_leak_is_reported_within_a_day(office: Office) -> None:
    incident_id = recorded(office, found_at=office.now - timedelta(hours=30))
    incident = office.session.get_one(Incident, incident_id)
    assert report_late(incident, office.now)
    early = incident.found_at - timedelta(minutes=1)
    assert code_of(lambda: report(office.act(), incident_id, early)) == "incident-faults"
    report(office.act(), incident_id, incident.found_at + timedelta(hours=20))
    assert not report_late(incident, office.now)
    assert code_of(lambda: report(office.act(), incident_id, office.now)) == "incident-reported"
    violation = office.session.get_one(Incident, recorded(office, kind="violation"))
    assert (violation.report_by, report_late(violation, office.now)) == (None, False)


def test_an_incident_is_closed_when_nothing_is_open(office: Office) -> None:
    incident_id = recorded(office)

    def close() -> None:
        close_incident(office.act(), incident_id)

    assert code_of(close) == "incident-pending"
    report(office.act(), incident_id, office.now)
    liable_id = liable(office, incident_id, sanction="none")
    assert code_of(close) == "incident-pending"
    liable(office, incident_id)
    appeal(office.session, office.now, office.id("li"), liable_id, "不服。")
    assert code_of(close) == "incident-pending"
    [waiting] = office.session.get_one(IncidentLiable, liable_id).appeals
    decide(office.act("admin"), waiting.id, verdict())
    close()
    assert code_of(close) == "incident-closed"
    step = code_of(lambda: add_step(office.act(), incident_id, HAPPENED, "x"))
    assert step == "incident-closed"


def test_steps_have_days_texts_and_files(office: Office) -> None:
    incident_id = recorded(office)
    pdf = Upload("调查报告.pdf", b"%PDF-1.7")
    add_step(office.act(), incident_id, date(2026, 2, 21), "封存邮箱并取证。", [pdf])
    add_step(office.act(), incident_id, date(2026, 2, 20), "立即撤回邮件。")
    incident = office.session.get_one(Incident, incident_id)
    office.session.refresh(incident)
    assert [step.what[:2] for step in incident.steps] == ["立即", "封存"]
    assert code_of(lambda: add_step(office.act(), incident_id, HAPPENED, " ")) == "incident-faults"
    future = date(2026, 3, 3)
    assert code_of(lambda: add_step(office.act(), incident_id, future, "x")) == "day-future"


def test_the_person_concerned_sees_and_appeals_once(office: Office) -> None:
    incident_id, liable_id, _ = appealed(office)
    [own] = own_liabilities(office.session, office.id("li"))
    assert own.incident.id == incident_id
    assert incident_state(own.incident) == "appeal"
    person_id = office.id("li")
    assert not appeal(office.session, office.now, person_id, liable_id, "再次申诉。")
    assert len(office.entries("incident-appeal")) == 1
    other = office.id("wang")
    refused = code_of(lambda: appeal(office.session, office.now, other, liable_id, "x"))
    assert refused == "incident-unknown"
    assert code_of(lambda: own_liability(office.session, other, liable_id)) == "incident-unknown"
    assert own_liabilities(office.session, other) == []
    empty = code_of(lambda: appeal(office.session, office.now, person_id, liable_id, " "))
    assert empty == "appeal-faults"


def test_while_an_appeal_is_open_the_sanction_stays(office: Office) -> None:
    incident_id, _, _ = appealed(office)
    assert code_of(lambda: liable(office, incident_id, sanction="none")) == "liable-appealed"


def test_somebody_else_decides(office: Office) -> None:
    incident_id, liable_id, appeal_id = appealed(office)
    row = office.session.get_one(IncidentLiable, liable_id)
    assert not may_decide(office.act("organizer").actor, row)
    assert may_decide(office.act("cs-admin").actor, row)
    refused = [
        code_of(lambda login=login: decide(office.act(login), appeal_id, verdict()))
        for login in ("organizer", "auditor", "li")
    ]
    assert refused == ["forbidden", "incident-unknown", "incident-unknown"]
    # Neither does somebody else who is liable for the same.
    liable(office, incident_id, "cs-admin")
    assert code_of(lambda: decide(office.act("cs-admin"), appeal_id, verdict())) == "forbidden"
    decide(office.act("admin"), appeal_id, verdict())
    assert code_of(lambda: decide(office.act("admin"), appeal_id, verdict())) == "appeal-decided"
    [entry] = office.entries("incident-decided")
    assert entry["data"]["outcome"] == "upheld"
    assert entry["data"]["by"]
    what = [event.what for event in history_of(office.session, f"incident:{incident_id}")]
    assert what[0] == "incident-decided"
    # A decision is final.
    again = code_of(
        lambda: appeal(office.session, office.now, office.id("li"), liable_id, "再申诉")
    )
    assert again == "appeal-decided"


def test_a_decision_that_changes_something_is_a_correction(office: Office) -> None:
    incident_id, _, appeal_id = appealed(office)
    liable(office, incident_id, "wang", "criticism")
    decide(
        office.act("admin"), appeal_id, verdict("changed", severity="slight", sanction="criticism")
    )
    incident_entry = office.entries("incident")[0]
    corrections = office.entries("incident-decided")
    # The person's liability, the incident itself, and the liability of the other person.
    assert [entry["subject"] is None for entry in corrections] == [False, True, False]
    assert corrections[1]["corrects"] == incident_entry["seq"]
    assert facts(office)["incident"]["severity"] == "slight"
    found = read_facts(office.entries(), KINDS, ZONE, 2026).facts
    liabilities = [f.data for f in found if f.kind == "incident-liability"]
    assert [(d["severity"], d["sanction"]) for d in liabilities] == [("slight", "criticism")] * 2
    assert all(fact.day == HAPPENED for fact in found)


def test_a_lifted_liability_counts_no_more(office: Office) -> None:
    _, liable_id, appeal_id = appealed(office)
    decide(office.act("admin"), appeal_id, verdict("lifted"))
    assert "incident-liability" not in facts(office)
    assert office.session.get_one(IncidentLiable, liable_id).lifted_at is not None


@pytest.mark.parametrize(
    "bad",
    [
        verdict("maybe"),
        verdict(reason=" "),
        verdict(sanction="prison"),
        verdict("changed"),
    ],
)
def test_faulty_decisions_are_refused(office: Office, bad: Verdict) -> None:
    _, _, appeal_id = appealed(office)
    assert code_of(lambda: decide(office.act("admin"), appeal_id, bad)) == "appeal-faults"
    assert office.entries("incident-decided") == []


def test_filters_of_incidents(office: Office) -> None:
    one = recorded(office)
    two = recorded(office, kind="violation", severity="slight", happened_on=date(2025, 12, 1))

    def ids(**wanted: Any) -> list[int]:
        actor = office.act().actor
        return [i.id for i in list_incidents(office.session, actor, IncidentFilter(**wanted))]

    assert ids() == [one, two]
    assert ids(year=2025) == [two]
    assert ids(severity="general") == [one]
    assert ids(state="closed") == []
    assert ids(state="open") == [one, two]
    assert ids(unit_id=office.school.units["CS-2"]) == []
    liable_id = liable(office, two)
    appeal(office.session, office.now, office.id("li"), liable_id, "不服。")
    assert ids(state="appeal") == [two]
    assert incident_years(office.session, office.act().actor) == [2026, 2025]
