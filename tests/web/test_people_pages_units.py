"""The tree of units: reading it, and changing it as far as one administers it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from school import School
from sqlalchemy.orm import Session

from quizengine.storage.models import Unit

Login = Callable[..., FlaskClient]


def unit(session: Session, school: School, code: str) -> Unit:
    session.rollback()
    return session.get_one(Unit, school.units[code])


def rows(page: str) -> list[tuple[str, str]]:
    """Names of the units in order, with their numbers of people."""
    found = re.findall(r"<strong>([^<]+)</strong>.*?(\d+) member", page, re.DOTALL)
    return [(name, number) for name, number in found]


def test_the_tree_shows_the_units_in_sight_with_people_of_the_whole_subtree(
    client: FlaskClient, login: Login
) -> None:
    assert rows(login(client, "admin").get("/people/units").text) == [
        ("学校保密委员会", "9"),
        ("计算机学院", "4"),
        ("教工第一支部", "1"),
        ("学生第一支部", "1"),
        ("物理学院", "2"),
        ("教工第一支部", "1"),
        ("学生第一支部", "1"),
    ]
    page = login(client, "organizer").get("/people/units").text
    assert [name for name, _ in rows(page)] == ["计算机学院", "教工第一支部", "学生第一支部"]
    assert "Add below" not in page


def test_a_unit_is_added_below_one_that_the_admin_administers(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/units/new?parent={school.units['CS']}"
    assert "计算机学院" in client.get(address).text
    data = {"name": "博士生支部", "code": "CS-3"}
    assert client.post(address, data=data).status_code == 302
    assert "博士生支部" in client.get("/people/units").text
    again = client.post(address, data=data)
    assert again.status_code == 409
    assert "Another unit has the code CS-3." in again.text
    assert client.post(address, data={"name": "", "code": "X"}).status_code == 400
    for parent in (school.units["HQ"], school.units["PHY"], 999):
        path = f"/people/units/new?parent={parent}"
        assert client.post(path, data={"name": "x", "code": "X"}).status_code == 404
    below = f"/people/units/new?parent={school.units['CS-1']}"
    assert client.post(below, data={"name": "小组", "code": "X"}).status_code == 409


def test_a_unit_gets_another_name_and_a_responsible_person(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/units/{school.units['CS-1']}"
    name = {"name-name": "第一支部", "name-code": "CS1", "name-submit": "Save"}
    assert client.post(address, data=name).status_code == 302
    changed = unit(session, school, "CS-1")
    assert (changed.name, changed.code) == ("第一支部", "CS1")
    assert client.post(address, data={"head-head": " LI ", "head-submit": "x"}).status_code == 302
    assert unit(session, school, "CS-1").head_id == school.persons["li"]
    page = client.get(address).text
    assert 'value="li"' in page
    assert "At present: 李雷" in page
    for login_of_other in ("zhao", "admin", "nobody"):
        data = {"head-head": login_of_other, "head-submit": "x"}
        assert client.post(address, data=data).status_code == 404
    assert client.post(address, data={"head-head": "", "head-submit": "x"}).status_code == 302
    assert unit(session, school, "CS-1").head_id is None
    bad = {"name-name": "a/b", "name-code": "CS1", "name-submit": "Save"}
    assert client.post(address, data=bad).status_code == 400


def test_a_unit_moves_within_the_units_that_one_administers(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    address = f"/people/units/{school.units['CS-1']}"
    move = {"move-parent": school.units["PHY"], "move-submit": "Move"}
    login(client, "cs-admin")
    assert client.post(address, data=move).status_code == 400
    assert unit(session, school, "CS-1").parent_id == school.units["CS"]
    login(client, "admin")
    offered = set(map(int, re.findall(r'<option[^>]* value="(\d+)"', client.get(address).text)))
    assert offered == {school.units[code] for code in ("HQ", "CS", "PHY")}
    assert client.post(address, data=move).status_code == 302
    assert unit(session, school, "CS-1").path == f"{school.paths['PHY']}{school.units['CS-1']}/"
    into_itself = {"move-parent": school.units["CS-2"], "move-submit": "Move"}
    own = f"/people/units/{school.units['CS']}"
    assert client.post(own, data=into_itself).status_code == 400


def test_the_highest_unit_of_an_admin_neither_moves_nor_goes(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/units/{school.units['CS']}"
    page = client.get(address).text
    assert "Place in the tree" not in page
    assert "Remove unit" not in page
    assert client.post(f"{address}/delete").status_code == 403
    move = {"move-parent": school.units["CS"], "move-submit": "Move"}
    assert client.post(address, data=move).status_code == 400


def test_only_a_unit_that_is_not_used_is_removed(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "admin")
    used = client.post(f"/people/units/{school.units['CS-1']}/delete")
    assert used.status_code == 409
    assert "This unit is in use" in used.text
    new = {"name": "空", "code": "EMPTY"}
    client.post(f"/people/units/new?parent={school.units['CS']}", data=new)
    session.rollback()
    made = session.query(Unit).filter_by(code="EMPTY").one().id
    assert client.post(f"/people/units/{made}/delete").status_code == 302
    assert "EMPTY" not in client.get("/people/units").text


@pytest.mark.parametrize("code", ["HQ", "PHY", "PHY-1"])
def test_a_unit_outside_is_not_found(
    client: FlaskClient, login: Login, school: School, code: str
) -> None:
    address = f"/people/units/{school.units[code]}"
    assert login(client, "cs-admin").get(address).status_code == 404
    assert client.post(address, data={"head-head": "", "head-submit": "x"}).status_code == 404
    assert client.post(f"{address}/delete").status_code == 403
