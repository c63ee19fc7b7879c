"""A person's data go, and whatever is proved of the ledger stays proved."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from examroom import ExamRoom
from flask.testing import FlaskClient
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from website import site_settings

from quizengine.domain.checkpoint import parse_checkpoint
from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, load_actor
from quizengine.services.certificate_check import check
from quizengine.services.certificates import issue, offers
from quizengine.services.checkpoints import make_checkpoint, verify_ledger
from quizengine.services.erasure import erase_login, erase_person
from quizengine.services.erasure_due import due_people, kept_until
from quizengine.services.evidence import attach
from quizengine.services.findings import (
    FindingPlan,
    answer_finding,
    confirm_finding,
    open_finding,
)
from quizengine.services.history import history_of, note
from quizengine.services.inspections import InspectionPlan, plan_inspection
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_tree import prove
from quizengine.services.outbound import file_journey
from quizengine.services.uploads import Upload
from quizengine.storage.engine import writing
from quizengine.storage.models import AnnualPlan, Base, Person, PlanMark, SpotCheck, SpotPerson

SECRET = "绝不外传"


def _everything(session: Session) -> str:
    """All that the database holds, as text, without the tables of the ledger itself."""
    found = []
    for table in Base.metadata.sorted_tables:
        rows = session.execute(select(table)).all()
        found += [f"{table.name}: {row!r}" for row in rows]
    session.rollback()
    return "\n".join(found)


def test_nothing_of_the_person_is_left_and_the_ledger_verifies(
    room: ExamRoom, session: Session, tmp_path: Path, now: Any
) -> None:
    office = Office(session, room.school, now)
    settings = replace(site_settings(tmp_path), retention_years=3)
    admin = load_actor(session, office.id("admin"))
    wang = office.id("wang")
    exam = room.open("quick")
    room.sit("wang", exam)
    offer = offers(session, ZONE, wang)[0].result.first
    made = issue(session, now, ZONE, tmp_path, load_actor(session, wang), wang, offer)
    number, code = made.number, made.code
    journey = file_journey(office.act(), wang, office.journey(5, purpose=SECRET))
    with writing(session):
        person = session.get_one(Person, wang)
        person.phone, person.staff_no = "13812345678", "T20260017"
        attach(session, now, wang, f"outbound:{journey}", [Upload("a.txt", SECRET.encode())])
        note(session, now, office.id("admin"), "post:9", "post-changed", name="王芳")
    kept = parse_checkpoint(make_checkpoint(session, now, tmp_path))
    proof = prove(session, made.entry_seq, kept)
    session.rollback()

    def refused(reason: str = "request", actor: Any = admin) -> str:
        with pytest.raises(Refused) as caught:
            erase_person(session, now, settings, actor, wang, reason)
        return caught.value.code

    assert refused() == "erase-open"
    with writing(session):
        session.execute(text("UPDATE outbound_files SET state = 'closed'"))
    assert refused("retention") == "erase-early"
    assert refused("because") == "erase-reason"
    assert refused(actor=load_actor(session, office.id("organizer"))) == "person-unknown"
    session.rollback()
    seq = erase_person(session, now, settings, admin, wang, "request")
    assert refused() == "erased-already"

    left = _everything(session)
    for secret in ("王芳", "wang", "13812345678", "T20260017", SECRET):
        assert secret not in left, secret
    entry = office.entries("person-erased")[0]
    assert (entry["seq"], entry["subject"]) == (seq, None)
    assert entry["data"].keys() == {"reason", "digest", "by"}
    session.rollback()
    report = verify_ledger(session, kept)
    assert report.ok, report.problems
    assert proof and prove(session, made.entry_seq, kept) == proof
    session.rollback()
    checked = check(session, now, ZONE, "x", number, code)
    assert (checked.state, checked.facts, checked.broken) == ("erased", {}, False)
    assert checked.proof is not None
    session.rollback()
    # Digest and number are gone; a repair of the question grades this sitting no more.
    assert session.execute(text("SELECT count(*) FROM item_scores")).scalar() == 0


def test_what_inspections_and_plans_tell_of_a_person_goes(
    school: School, session: Session, tmp_path: Path, now: Any
) -> None:
    office = Office(session, school, now)
    settings, admin = site_settings(tmp_path), load_actor(session, office.id("admin"))
    unit, li = school.units["CS-1"], office.id("li")
    held = plan_inspection(office.act(), InspectionPlan(unit, "planned", "检查", TODAY, [], []))
    told = FindingPlan(SECRET, "general", li, TODAY + timedelta(days=9))
    finding = open_finding(office.act(), held, told, [Upload("a.txt", SECRET.encode())])
    answer_finding(office.act("li"), finding, SECRET, [Upload("b.txt", SECRET.encode())])
    with writing(session):
        plan = AnnualPlan(unit_id=unit, year=2026, state="draft")
        mark = PlanMark(number=1, what="done", on=TODAY, note=SECRET, by_id=li, at=now, plan=plan)
        check = SpotCheck(inspection_id=held, count=1, seed="", commitment="", list_digest="")
        check.people, check.fixed_by_id, check.fixed_at = "", office.id("admin"), now
        drawn = SpotPerson(person_id=li, unit_id=unit, number=1, excuse=SECRET, check=check)
        session.add_all([plan, mark, check, drawn])
    with pytest.raises(Refused, match="hand it over"):
        erase_person(session, now, settings, admin, li, "request")
    confirm_finding(office.act(), finding)
    erase_person(session, now, settings, admin, li, "request")
    left = _everything(session)
    assert not [secret for secret in ("李雷", SECRET, repr(SECRET.encode())) if secret in left]
    assert session.execute(text("SELECT state, what FROM findings")).one() == ("closed", "——")
    assert "finding-closed" in [event.what for event in history_of(session, f"finding:{finding}")]


def test_open_sittings_keep_a_person_and_the_retention_rule_lets_go(
    room: ExamRoom, session: Session, tmp_path: Path, now: Any
) -> None:
    settings = replace(site_settings(tmp_path), retention_years=3)
    exam = room.open("quick")
    room.begin("wang", exam)
    with pytest.raises(Refused, match="still open"):
        erase_login(session, now, settings, SYSTEM, "wang", "request")
    room.conclude(exam)
    later = now + timedelta(days=3 * 366)
    with pytest.raises(Refused, match="2029-03-02"):
        erase_login(session, now + timedelta(days=900), settings, SYSTEM, "wang", "retention")
    assert erase_login(session, later, settings, SYSTEM, " WANG ", "retention") > 0
    session.rollback()
    assert verify_ledger(session).ok
    with pytest.raises(Refused) as caught:
        erase_login(session, later, settings, SYSTEM, "wang", "retention")
    assert caught.value.code == "person-unknown"


def test_who_has_left_is_due_when_the_latest_record_is_old(
    client: FlaskClient,
    login: Callable[..., FlaskClient],
    school: School,
    session: Session,
    tmp_path: Path,
    now: Any,
) -> None:
    office, settings = Office(session, school, now), site_settings(tmp_path)
    admin = load_actor(session, office.id("admin"))
    with writing(session), LedgerWriter(session) as log:
        for login_name, years in (("wang", 3), ("li", 2)):
            session.get_one(Person, office.id(login_name)).active = False
            at = now.replace(year=now.year - years)
            log.append(at, "incident", f"x:{years}", person_id=office.id(login_name), unit="CS-1")
        # Who still belongs here stays, however old the records are.
        log.append(
            now.replace(year=2020), "incident", "x:1", person_id=office.id("admin"), unit="CS"
        )
    (due,) = due_people(session, now, settings, admin)
    assert (due.person.login, due.last, due.since) == ("wang", date(2023, 3, 2), TODAY)
    assert due_people(session, now - timedelta(days=1), settings, admin) == []
    assert kept_until(date(2024, 2, 29), 3) == date(2027, 2, 28)
    session.rollback()
    page = login(client, "admin").get("/people/due").text
    assert "王芳" in page and "李雷" not in page
    assert f"/people/{office.id('wang')}/erase?reason=retention" in page
    assert login(client, "organizer").get("/people/due").status_code == 403


def test_the_page_wants_the_login_once_more(
    client: FlaskClient, login: Callable[..., FlaskClient], school: Any, session: Session
) -> None:
    login(client, "admin")
    path = f"/people/{school.persons['li']}/erase"
    assert "What stays" in client.get(path).text
    wrong = client.post(path, data={"reason": "mistake", "login": "wang"})
    assert (wrong.status_code, "Type the login" in wrong.text) == (400, True)
    done = client.post(path, data={"reason": "mistake", "login": "li"}, follow_redirects=True)
    assert "erased" in done.text
    assert "李雷" not in client.get("/people/?state=all").text
    opened = client.post(f"/people/{school.persons['li']}/active", data={"active": "yes"})
    assert opened.status_code == 409
    assert client.get(f"/people/{school.persons['admin']}/erase").status_code == 200
    own = {"reason": "mistake", "login": "admin"}
    assert client.post(f"/people/{school.persons['admin']}/erase", data=own).status_code == 409
    login(client, "organizer")
    assert client.get(f"/people/{school.persons['wang']}/erase").status_code == 403
    assert json.loads(client.get("/readyz").text)["checkpoints_failing"] == 0
