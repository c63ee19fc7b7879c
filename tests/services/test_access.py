"""Roles over subtrees."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import (
    READERS,
    SYSTEM,
    Actor,
    Grant,
    load_actor,
    require,
    require_anywhere,
    subtree,
)
from quizengine.storage.engine import writing
from quizengine.storage.models import Person, PersonRole, Unit

ActorOf = Callable[[str], Actor]


def test_a_grant_covers_its_unit_and_those_below(school: School, actor_of: ActorOf) -> None:
    organizer = actor_of("organizer")
    assert organizer.can("organizer", school.paths["CS"])
    assert organizer.can("organizer", school.paths["CS-2"])
    assert not organizer.can("organizer", school.paths["HQ"])
    assert not organizer.can("organizer", school.paths["PHY-1"])


def test_a_path_that_only_begins_alike_is_not_covered() -> None:
    actor = Actor(1, "x", 1, "/1/", (Grant("admin", 1, "/1/"),))
    assert not actor.can("admin", "/12/")
    assert not actor.can("admin", "")


def test_admin_may_organize_but_not_grade_or_audit(school: School, actor_of: ActorOf) -> None:
    admin = actor_of("cs-admin")
    assert admin.can("organizer", school.paths["CS-1"])
    assert not admin.can("grader", school.paths["CS-1"])
    assert not admin.has("auditor")


def test_organizer_and_auditor_administer_nothing(school: School, actor_of: ActorOf) -> None:
    assert not actor_of("organizer").has("admin")
    auditor = actor_of("auditor")
    assert auditor.has("auditor")
    assert not any(auditor.has(role) for role in ("admin", "organizer", "grader"))


def test_scopes_are_the_highest_units(session: Session, school: School) -> None:
    with writing(session):
        for role, code in (("admin", "CS-1"), ("organizer", "PHY-2"), ("auditor", "HQ")):
            session.add(
                PersonRole(
                    person_id=school.persons["organizer"], role=role, unit_id=school.units[code]
                )
            )
    actor = load_actor(session, school.persons["organizer"])
    assert actor.scopes("organizer") == sorted([school.paths["CS"], school.paths["PHY-2"]])
    assert actor.scopes("admin") == [school.paths["CS-1"]]
    assert actor.scopes(*READERS) == [school.paths["HQ"]]
    assert actor.scopes("grader") == []


def test_require_refuses_with_403(school: School, actor_of: ActorOf) -> None:
    require(actor_of("organizer"), ("grader", "organizer"), school.paths["CS-1"])
    with pytest.raises(Refused) as refusal:
        require(actor_of("organizer"), "organizer", school.paths["PHY"])
    assert (refusal.value.code, refusal.value.status) == ("forbidden", 403)
    require_anywhere(actor_of("organizer"), "admin", "organizer")
    with pytest.raises(Refused, match="no right"):
        require_anywhere(actor_of("li"), "admin", "organizer")


def test_system_may_do_all(school: School) -> None:
    for role in ("organizer", "grader", "admin", "auditor"):
        assert SYSTEM.can(role, school.paths["PHY-2"])


def test_an_actor_is_loaded_in_one_statement(
    session: Session, school: School, statements: list[str]
) -> None:
    statements.clear()
    actor = load_actor(session, school.persons["admin"])
    assert (actor.name, actor.unit_path) == ("周敏", school.paths["HQ"])
    assert [grant.role for grant in actor.roles] == ["admin"]
    assert len(statements) == 1


def test_unknown_and_inactive_people_do_not_act(session: Session, school: School) -> None:
    with pytest.raises(Refused) as unknown:
        load_actor(session, 10_000)
    assert unknown.value.status == 404
    with writing(session):
        person = session.get_one(Person, school.persons["admin"])
        person.active = False
    with pytest.raises(Refused) as inactive:
        load_actor(session, school.persons["admin"])
    assert inactive.value.code == "person-inactive"


def test_subtree_selects_units_below_any_of_the_paths(session: Session, school: School) -> None:
    def codes(*paths: str) -> set[str]:
        return set(session.scalars(select(Unit.code).where(subtree(*paths))))

    assert codes(school.paths["CS"]) == {"CS", "CS-1", "CS-2"}
    assert codes(school.paths["CS-1"], school.paths["PHY"]) == {"CS-1", "PHY", "PHY-1", "PHY-2"}
    assert codes() == set()
    assert len(codes(*SYSTEM.scopes("admin"))) == 7
