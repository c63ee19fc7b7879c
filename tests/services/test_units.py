"""The tree of units."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.units import (
    create_unit,
    delete_unit,
    move_unit,
    rename_unit,
    set_head,
    unit_tree,
)
from quizengine.storage.engine import writing
from quizengine.storage.models import Person, Unit

ActorOf = Callable[[str], Actor]


def _paths(session: Session) -> dict[str, tuple[str, int]]:
    return {unit.code: (unit.path, unit.level) for unit in session.scalars(select(Unit))}


def test_the_tree_comes_in_order_in_one_statement(
    session: Session, school: School, actor_of: ActorOf, statements: list[str]
) -> None:
    admin = actor_of("admin")
    statements.clear()
    rows = unit_tree(session, admin)
    assert len(statements) == 1
    assert [row.code for row in rows] == ["HQ", "CS", "CS-1", "CS-2", "PHY", "PHY-1", "PHY-2"]
    assert [row.people for row in rows] == [3, 2, 1, 1, 0, 1, 1]


def test_everybody_sees_the_tree_below_their_role(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    assert [row.code for row in unit_tree(session, actor_of("organizer"))] == ["CS", "CS-1", "CS-2"]
    assert len(unit_tree(session, actor_of("auditor"))) == 7
    assert unit_tree(session, actor_of("auditor"), "admin") == []
    assert unit_tree(session, actor_of("li")) == []


def test_inactive_people_are_not_counted(session: Session, school: School) -> None:
    with writing(session):
        session.get_one(Person, school.persons["li"]).active = False
    assert {row.code: row.people for row in unit_tree(session, SYSTEM)}["CS-1"] == 0


def test_a_new_unit_gets_path_and_level(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    made = create_unit(
        session,
        actor_of("cs-admin"),
        code=" CS-3 ",
        name="教工 第二支部",
        parent_id=school.units["CS"],
    )
    assert _paths(session)["CS-3"] == (f"{school.paths['CS']}{made}/", 3)


def test_the_first_unit_is_the_committee_and_only_the_system_makes_it(session: Session) -> None:
    made = create_unit(session, SYSTEM, code="HQ", name="学校保密委员会", parent_id=None)
    assert _paths(session) == {"HQ": (f"/{made}/", 1)}
    with pytest.raises(Refused) as refusal:
        create_unit(session, SYSTEM, code="HQ2", name="另一委员会", parent_id=None)
    assert refusal.value.code == "unit-level"


def test_an_admin_makes_no_second_root(session: Session, school: School, actor_of: ActorOf) -> None:
    with pytest.raises(Refused) as refusal:
        create_unit(session, actor_of("admin"), code="X", name="X", parent_id=None)
    assert refusal.value.code == "forbidden"


def test_nothing_stands_below_a_branch(session: Session, school: School) -> None:
    with pytest.raises(Refused) as refusal:
        create_unit(session, SYSTEM, code="X", name="小组", parent_id=school.units["CS-1"])
    assert refusal.value.code == "unit-level"


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [
        ("CS-1", "新支部", "unit-code-taken"),
        ("", "新支部", "unit-faults"),
        ("X", " ", "unit-faults"),
        ("X", "甲/乙", "unit-faults"),
        ("X", "=SUM(A1)", "unit-faults"),
        ("X" * 65, "新支部", "unit-faults"),
    ],
)
def test_bad_codes_and_names_are_refused(
    session: Session, school: School, code: str, name: str, expected: str
) -> None:
    with pytest.raises(Refused) as created:
        create_unit(session, SYSTEM, code=code, name=name, parent_id=school.units["CS"])
    with pytest.raises(Refused) as renamed:
        rename_unit(session, SYSTEM, school.units["PHY-1"], code=code, name=name)
    assert created.value.code == renamed.value.code == expected


def test_rename_keeps_an_own_code(session: Session, school: School) -> None:
    rename_unit(session, SYSTEM, school.units["CS-1"], code="CS-1", name="教工党支部")
    assert session.get_one(Unit, school.units["CS-1"]).name == "教工党支部"


def test_a_move_takes_the_whole_subtree_along(session: Session, school: School) -> None:
    made = create_unit(session, SYSTEM, code="ENG", name="工学部", parent_id=school.units["HQ"])
    move_unit(session, SYSTEM, school.units["CS-1"], made)
    paths = _paths(session)
    assert paths["CS-1"] == (f"{paths['ENG'][0]}{school.units['CS-1']}/", 3)
    move_unit(session, SYSTEM, school.units["PHY-1"], school.units["HQ"])
    move_unit(session, SYSTEM, school.units["PHY-2"], school.units["PHY-1"])
    paths = _paths(session)
    assert paths["PHY-1"] == (f"{school.paths['HQ']}{school.units['PHY-1']}/", 2)
    assert paths["PHY-2"] == (f"{paths['PHY-1'][0]}{school.units['PHY-2']}/", 3)
    for unit in session.scalars(select(Unit)):
        above = unit.parent.path if unit.parent else "/"
        assert unit.path == f"{above}{unit.id}/"
        assert unit.level == unit.path.count("/") - 1


def test_moves_that_would_break_the_tree_are_refused(session: Session, school: School) -> None:
    before = _paths(session)
    for unit, parent, code in (
        ("CS", "CS", "unit-cycle"),
        ("CS", "CS-1", "unit-cycle"),
        ("CS", "PHY", "unit-level"),
    ):
        with pytest.raises(Refused) as refusal:
            move_unit(session, SYSTEM, school.units[unit], school.units[parent])
        assert refusal.value.code == code
    assert _paths(session) == before


def test_an_admin_moves_only_within_what_they_administer(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    for unit, parent in (("CS-1", "PHY"), ("PHY-1", "CS"), ("CS", "HQ")):
        with pytest.raises(Refused) as refusal:
            move_unit(session, actor_of("cs-admin"), school.units[unit], school.units[parent])
        assert refusal.value.code == "forbidden"


@pytest.mark.parametrize("login", ["organizer", "auditor", "li"])
def test_only_admins_change_units(
    session: Session, school: School, actor_of: ActorOf, login: str
) -> None:
    actor, unit = actor_of(login), school.units["CS-1"]
    changes: list[Callable[[], object]] = [
        lambda: create_unit(session, actor, code="X", name="X", parent_id=school.units["CS"]),
        lambda: rename_unit(session, actor, unit, code="X", name="X"),
        lambda: move_unit(session, actor, unit, school.units["PHY"]),
        lambda: delete_unit(session, actor, unit),
        lambda: set_head(session, actor, unit, None),
    ]
    for change in changes:
        with pytest.raises(Refused) as refusal:
            change()
        assert refusal.value.status == 403


def test_only_an_unused_unit_is_deleted(session: Session, school: School) -> None:
    made = create_unit(session, SYSTEM, code="X", name="X", parent_id=school.units["CS"])
    delete_unit(session, SYSTEM, made)
    assert session.get(Unit, made) is None
    for code in ("CS", "CS-1"):
        with pytest.raises(Refused) as refusal:
            delete_unit(session, SYSTEM, school.units[code])
        assert refusal.value.code == "unit-in-use"


def test_the_head_is_named_and_taken_back(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    admin = actor_of("cs-admin")
    set_head(session, admin, school.units["CS"], school.persons["organizer"])
    rows = {row.code: row for row in unit_tree(session, admin)}
    assert rows["CS"].head_name == "孙丽"
    set_head(session, admin, school.units["CS"], None)
    assert unit_tree(session, admin)[0].head_id is None


def test_a_head_from_elsewhere_is_as_unknown_as_nobody(
    session: Session, school: School, actor_of: ActorOf, now: datetime
) -> None:
    for person_id in (school.persons["zhao"], 10_000):
        with pytest.raises(Refused) as refusal:
            set_head(session, actor_of("cs-admin"), school.units["CS"], person_id)
        assert refusal.value.code == "person-unknown"


def test_an_unknown_unit_is_refused(session: Session, school: School) -> None:
    with pytest.raises(Refused) as refusal:
        rename_unit(session, SYSTEM, 10_000, code="X", name="X")
    assert refusal.value.status == 404
