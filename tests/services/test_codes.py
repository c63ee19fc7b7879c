"""Issuing one-time codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.auth import sign_in
from quizengine.services.codes import issue_codes
from quizengine.services.passwords import hash_password
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.models import Person

ActorOf = Callable[[str], Actor]
SETTINGS = Settings()


def test_codes_come_in_order_and_work(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    ids = [school.persons["wang"], school.persons["li"]]
    issued = issue_codes(session, now, SETTINGS, actor_of("organizer"), ids)
    assert [(i.login, i.name, i.unit) for i in issued] == [
        ("wang", "王芳", "学生第一支部"),
        ("li", "李雷", "教工第一支部"),
    ]
    for one in issued:
        assert sign_in(session, now, SETTINGS, one.login, one.code).id == one.person_id


def test_a_new_code_ends_password_lock_and_sessions(
    session: Session, now: datetime, school: School
) -> None:
    li = school.persons["li"]
    with writing(session):
        person = session.get_one(Person, li)
        person.password_hash = hash_password("correct horse")
        person.locked_until = now.replace(year=2027)
        before = person.session_version
    [issued] = issue_codes(session, now, SETTINGS, SYSTEM, [li])
    with pytest.raises(Refused):
        sign_in(session, now, SETTINGS, "li", "correct horse")
    person = sign_in(session, now, SETTINGS, "li", issued.code)
    assert person.must_change
    assert person.session_version == before + 1


@pytest.mark.parametrize("login", ["li", "auditor", "grader"])
def test_only_organizers_and_admins_issue(
    session: Session, now: datetime, school: School, actor_of: ActorOf, login: str
) -> None:
    with pytest.raises(Refused) as refusal:
        issue_codes(session, now, SETTINGS, actor_of(login), [school.persons["wang"]])
    assert refusal.value.code == "forbidden"


def test_people_of_other_units_are_out_of_reach_and_nothing_is_done_by_halves(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as refusal:
        issue_codes(
            session,
            now,
            SETTINGS,
            actor_of("cs-admin"),
            [school.persons["li"], school.persons["zhao"]],
        )
    assert refusal.value.code == "forbidden"
    assert session.get_one(Person, school.persons["li"]).code_hash is None


def test_an_organizer_cannot_take_over_an_admin_of_the_same_unit(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as refusal:
        issue_codes(session, now, SETTINGS, actor_of("organizer"), [school.persons["cs-admin"]])
    assert refusal.value.code == "codes-forbidden"
    assert "钱进" in str(refusal.value)
    issue_codes(session, now, SETTINGS, actor_of("cs-admin"), [school.persons["organizer"]])


def test_an_admin_cannot_take_over_one_whose_role_reaches_wider(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    with writing(session):
        session.get_one(Person, school.persons["auditor"]).unit_id = school.units["CS-1"]
    with pytest.raises(Refused) as refusal:
        issue_codes(session, now, SETTINGS, actor_of("cs-admin"), [school.persons["auditor"]])
    assert refusal.value.code == "codes-forbidden"
    issue_codes(session, now, SETTINGS, actor_of("admin"), [school.persons["auditor"]])


def test_unknown_people_are_named_as_such(session: Session, now: datetime, school: School) -> None:
    with pytest.raises(Refused) as refusal:
        issue_codes(session, now, SETTINGS, SYSTEM, [10_000])
    assert refusal.value.status == 404
    assert issue_codes(session, now, SETTINGS, SYSTEM, []) == []
