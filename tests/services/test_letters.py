"""Responsibility letters: texts of offices, signatures of heads, and who is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from examroom import ExamRoom
from office import ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.letters import (
    LetterPlan,
    own_letter,
    own_letters,
    set_text,
    sign_letter,
)
from quizengine.services.letters_overview import letter_overview, state_counts
from quizengine.services.todo import todos

BODY = "一、落实保密工作责任制。\n二、组织本单位保密教育。"


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def set_letter(
    office: Office, unit: str, level: int, body: str = BODY, login: str = "admin", **changes: Any
) -> bool:
    values: dict[str, Any] = {"year": 2026, "title": "保密工作责任书", **changes}
    plan = LetterPlan(office.school.units[unit], level=level, body=body, **values)
    return set_text(office.session, office.now, office.act(login).actor, plan)


def sign(office: Office, login: str, unit: str, text_id: int) -> bool:
    unit_id = office.school.units[unit]
    return sign_letter(office.session, office.now, office.id(login), unit_id, text_id)


def states(office: Office, login: str = "admin", **wanted: Any) -> dict[str, str]:
    actor = office.act(login).actor
    rows = letter_overview(office.session, ZONE, actor, 2026, **wanted)
    return {row.unit.code: row.state for row in rows}


def test_a_head_signs_the_text_in_force(office: Office) -> None:
    office.appoint("CS-1", "li")
    assert set_letter(office, "HQ", 3)
    [letter] = own_letters(office.session, office.id("li"), 2026)
    assert sign(office, "li", "CS-1", letter.text.id)
    [entry] = office.entries("responsibility-signed")
    assert entry["unit"] == "CS-1"
    data = entry["data"]
    assert (data["year"], data["version"], data["to_unit"]) == (2026, 1, "CS")
    text = f"保密工作责任书\n\n{BODY}"
    assert data["text_sha256"] == hashlib.sha256(text.encode()).hexdigest()
    # Twice is one signature.
    assert not sign(office, "li", "CS-1", letter.text.id)
    assert len(office.entries()) == 1
    unit_id = office.school.units["CS-1"]
    assert own_letter(office.session, office.id("li"), unit_id, 2026).signed_at == office.now


def test_a_new_version_is_signed_again(office: Office) -> None:
    office.appoint("CS-1", "li")
    set_letter(office, "HQ", 3)
    [first] = own_letters(office.session, office.id("li"), 2026)
    sign(office, "li", "CS-1", first.text.id)
    assert not set_letter(office, "HQ", 3, BODY.replace("\n", "\r\n") + "\n")
    assert set_letter(office, "HQ", 3, BODY + "\n三、报告。")
    assert states(office)["CS-1"] == "outdated"
    assert code_of(lambda: sign(office, "li", "CS-1", first.text.id)) == "letter-outdated"
    [second] = own_letters(office.session, office.id("li"), 2026)
    assert (second.text.version, second.signed_at) == (2, None)
    assert sign(office, "li", "CS-1", second.text.id)
    assert states(office)["CS-1"] == "signed"


def test_the_nearest_office_has_the_word(office: Office) -> None:
    office.appoint("CS-1", "li")
    office.appoint("PHY-1", "zhao")
    set_letter(office, "HQ", 3)
    set_letter(office, "CS", 3, "计算机学院支部责任书正文。", "cs-admin")
    [own] = own_letters(office.session, office.id("li"), 2026)
    [other] = own_letters(office.session, office.id("zhao"), 2026)
    assert own.text.unit.code == "CS"
    assert other.text.unit.code == "HQ"
    assert code_of(lambda: sign(office, "li", "CS-1", other.text.id)) == "letter-outdated"
    assert code_of(lambda: sign(office, "zhao", "PHY-1", own.text.id)) == "letter-unknown"


def test_nobody_signs_for_another_unit(office: Office) -> None:
    office.appoint("CS-1", "li")
    set_letter(office, "HQ", 3)
    [letter] = own_letters(office.session, office.id("li"), 2026)
    for login, unit in (("wang", "CS-1"), ("li", "CS-2"), ("admin", "CS-1")):
        refused = code_of(lambda login=login, unit=unit: sign(office, login, unit, letter.text.id))
        assert refused == "letter-unknown"
    assert code_of(lambda: sign(office, "li", "CS-1", 99)) == "letter-unknown"
    assert office.entries() == []


@pytest.mark.parametrize(
    ("login", "unit", "changes", "code"),
    [
        ("organizer", "HQ", {}, "unit-unknown"),
        ("auditor", "HQ", {}, "forbidden"),
        ("organizer", "CS", {"level": 1}, "letter-faults"),
        ("organizer", "CS", {"level": 4}, "letter-faults"),
        ("organizer", "CS", {"year": 1999}, "letter-faults"),
        ("organizer", "CS", {"title": " "}, "letter-faults"),
        ("organizer", "CS", {"body": " \n "}, "letter-faults"),
        ("organizer", "CS", {"body": "字" * 20_001}, "letter-faults"),
    ],
)
def test_texts_that_are_refused(
    office: Office, login: str, unit: str, changes: dict[str, Any], code: str
) -> None:
    values: dict[str, Any] = {"level": 3, "body": BODY, **changes}
    assert code_of(lambda: set_letter(office, unit, login=login, **values)) == code


def test_the_overview_says_who_is_missing(office: Office) -> None:
    office.appoint("HQ", "admin")
    office.appoint("CS", "organizer")
    office.appoint("CS-1", "li")
    set_letter(office, "HQ", 2)
    set_letter(office, "HQ", 3)
    [letter] = own_letters(office.session, office.id("organizer"), 2026)
    sign(office, "organizer", "CS", letter.text.id)
    assert states(office) == {
        "HQ": "no-text",
        "CS": "signed",
        "CS-1": "unsigned",
        "CS-2": "no-head",
        "PHY": "no-head",
        "PHY-1": "no-head",
        "PHY-2": "no-head",
    }
    assert set(states(office, "organizer")) == {"CS", "CS-1", "CS-2"}
    assert set(states(office, unit_id=office.school.units["CS-1"])) == {"CS-1"}
    assert set(states(office, state="unsigned")) == {"CS-1"}
    assert states(office, "li") == {}
    actor = office.act("admin").actor
    counts = state_counts(letter_overview(office.session, ZONE, actor, 2026))
    assert (counts["signed"], counts["no-head"]) == (1, 4)
    # Another head has to sign anew.
    office.appoint("CS", "cs-admin")
    assert states(office)["CS"] == "outdated"
    office.appoint("CS", None)
    assert states(office)["CS"] == "no-head"


def test_members_commitments_are_counted_with_the_branch(room: ExamRoom) -> None:
    office = Office(room.session, room.school, room.now)
    exam = room.open("quick", commitment=True)
    room.begin("wang", exam)
    actor = office.act("admin").actor
    rows = {r.unit.code: r for r in letter_overview(room.session, ZONE, actor, 2026)}
    assert (rows["CS-2"].pledged, rows["CS-2"].members) == (1, 1)
    assert rows["CS-1"].pledged == 0
    before = {r.unit.code: r for r in letter_overview(room.session, ZONE, actor, 2025)}
    assert before["CS-2"].pledged == 0


def test_an_unsigned_letter_is_to_be_done(office: Office) -> None:
    office.appoint("CS-1", "li")
    set_letter(office, "HQ", 3)
    [todo] = todos(office.session, office.now, ZONE, office.id("li"))
    assert (todo.endpoint, todo.due) == ("duties.letter", date(2026, 4, 1))
    [letter] = own_letters(office.session, office.id("li"), 2026)
    sign(office, "li", "CS-1", letter.text.id)
    assert todos(office.session, office.now, ZONE, office.id("li")) == []
