"""Lists of people."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from school import School
from sqlalchemy.orm import Session

from quizengine.services.access import SYSTEM, Actor
from quizengine.services.details import Details
from quizengine.services.directory import Filter, list_people, matching_ids
from quizengine.services.people import create_person, set_active

ActorOf = Callable[[str], Actor]


def _logins(session: Session, actor: Actor, wanted: Filter) -> list[str]:
    return [row.login for row in list_people(session, actor, wanted).rows]


def test_a_page_takes_two_statements_and_names_tiers_and_roles(
    session: Session, school: School, actor_of: ActorOf, statements: list[str]
) -> None:
    organizer = actor_of("organizer")
    statements.clear()
    page = list_people(session, organizer, Filter())
    assert len(statements) == 2
    assert [row.login for row in page.rows] == ["cs-admin", "organizer", "li", "wang"]
    assert page.rows[1].roles == (("organizer", "计算机学院"),)
    assert page.rows[3].tiers == ("graduate", "new_member")
    assert page.rows[3].unit == "学生第一支部"


def test_pages_cover_everybody_once(session: Session, school: School) -> None:
    pages = [list_people(session, SYSTEM, Filter(), page=n, size=4) for n in (1, 2, 3)]
    assert [len(page.rows) for page in pages] == [4, 4, 1]
    assert {page.total for page in pages} == {9}
    assert pages[0].pages == 3
    assert {row.id for page in pages for row in page.rows} == set(school.persons.values())


def test_a_page_beyond_the_end_is_the_first(session: Session, school: School) -> None:
    page = list_people(session, SYSTEM, Filter(), page=99, size=4)
    assert (page.page, len(page.rows)) == (1, 4)
    assert list_people(session, SYSTEM, Filter(text="nobody")).pages == 1


@pytest.mark.parametrize(
    ("wanted", "logins"),
    [
        (Filter(text="雷"), ["li"]),
        (Filter(text="LI"), ["li"]),
        (Filter(text="%"), []),
        (Filter(tier="graduate"), ["wang", "chen"]),
        (Filter(role="auditor"), ["auditor"]),
        (Filter(tier="graduate", text="王"), ["wang"]),
    ],
)
def test_conditions(session: Session, school: School, wanted: Filter, logins: list[str]) -> None:
    assert _logins(session, SYSTEM, wanted) == logins


def test_a_unit_takes_in_those_below_but_never_beyond_the_own_subtree(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    wanted = Filter(unit_id=school.units["PHY"])
    assert _logins(session, SYSTEM, wanted) == ["zhao", "chen"]
    assert _logins(session, actor_of("organizer"), wanted) == []
    assert _logins(session, actor_of("organizer"), Filter(unit_id=school.units["CS-1"])) == ["li"]


@pytest.mark.parametrize("login", ["li", "grader"])
def test_without_a_reading_role_the_list_is_empty(
    session: Session, school: School, actor_of: ActorOf, login: str
) -> None:
    assert list_people(session, actor_of(login), Filter()).total == 0


def test_closed_accounts_are_listed_on_demand(session: Session, school: School) -> None:
    set_active(session, SYSTEM, school.persons["li"], False)
    assert "li" not in _logins(session, SYSTEM, Filter())
    assert _logins(session, SYSTEM, Filter(active=False)) == ["li"]
    assert "li" in _logins(session, SYSTEM, Filter(active=None))


def test_ids_of_a_whole_list(session: Session, school: School, now: datetime) -> None:
    made = create_person(session, now, SYSTEM, Details("x1", "新人"), school.units["CS-1"])
    ids = matching_ids(session, SYSTEM, Filter(unit_id=school.units["CS-1"]))
    assert ids == [school.persons["li"], made]
