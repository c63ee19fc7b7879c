"""Pages of people: who reads them, who changes what, and that nobody climbs by them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock

from quizengine.services.bank import sync_bank
from quizengine.storage.engine import writing
from quizengine.storage.models import Person, PersonRole, PersonTier

Login = Callable[..., FlaskClient]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.fixture
def travel_bank(session: Session, now: datetime, bank: Path) -> None:
    """A bank whose tiers take in travellers."""
    tiers = bank / "_registry" / "tiers.yaml"
    more = "  - id: outbound\n    title: {zh: 出国, en: Travellers}\n    dates: travel\n"
    tiers.write_text(tiers.read_text(encoding="utf-8") + more, encoding="utf-8")
    sync_bank(session, now, now.date(), bank)


def person(session: Session, school: School, login: str) -> Person:
    session.rollback()
    return session.get_one(Person, school.persons[login])


def roles_of(session: Session, school: School, login: str) -> set[tuple[str, int]]:
    rows = select(PersonRole.role, PersonRole.unit_id).where(
        PersonRole.person_id == school.persons[login]
    )
    session.rollback()
    return {(row.role, row.unit_id) for row in session.execute(rows)}


def names_on(page: str) -> set[str]:
    return set(re.findall(r'<a href="/people/\d+">([^<]+)</a>', page))


def test_the_list_shows_the_subtree_and_nobody_else(client: FlaskClient, login: Login) -> None:
    page = login(client, "organizer").get("/people/").text
    assert names_on(page) == {"孙丽", "钱进", "李雷", "王芳"}
    assert "New person" not in page
    assert "Import a roster" not in page
    page = login(client, "admin").get("/people/").text
    assert len(names_on(page)) == 9
    assert "New person" in page


@pytest.mark.parametrize("login_name", ["li", "grader", "auditor"])
@pytest.mark.parametrize("path", ["/people/", "/people/units", "/people/6", "/people/import"])
def test_others_see_no_page_of_people(
    client: FlaskClient, login: Login, login_name: str, path: str
) -> None:
    assert login(client, login_name).get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=李", {"李雷"}),
        ("q=WAN", {"王芳"}),
        ("tier=graduate", {"王芳", "陈晨"}),
        ("role=admin", {"周敏", "钱进"}),
        ("unit={PHY}", {"赵云", "陈晨"}),
        ("state=closed", {"赵云"}),
        ("tier=new_member&state=all", {"李雷", "王芳", "赵云"}),
        ("unit=x&page=y&state=z&q=%25", set()),
    ],
)
def test_the_list_is_filtered(
    client: FlaskClient,
    session: Session,
    login: Login,
    school: School,
    query: str,
    found: set[str],
) -> None:
    if "state" in query:
        with writing(session):
            session.get_one(Person, school.persons["zhao"]).active = False
    page = login(client, "admin").get("/people/?" + query.format(**school.units)).text
    assert names_on(page) == found


def test_a_long_list_comes_in_pages_with_the_same_number_of_statements(
    client: FlaskClient,
    session: Session,
    statements: list[str],
    login: Login,
    school: School,
    now: datetime,
) -> None:
    login(client, "organizer")
    counts = []
    for size in (0, 60):
        with writing(session):
            session.add_all(
                Person(
                    login=f"n{i}",
                    name=f"成员{i}",
                    unit_id=school.units["CS-1"],
                    created_at=now,
                    tiers=[PersonTier(tier="new_member")],
                )
                for i in range(size)
            )
        client.get("/people/")
        statements.clear()
        page = client.get("/people/?unit=" + str(school.units["CS"]))
        counts.append(len(statements))
    assert counts[0] == counts[1]
    assert len(names_on(page.text)) == 50
    assert "page=2" in page.text
    assert len(names_on(client.get("/people/?page=2").text)) == 14


def test_an_organizer_reads_a_person_and_may_only_issue_codes(
    client: FlaskClient, login: Login, school: School
) -> None:
    page = login(client, "organizer").get(f"/people/{school.persons['li']}").text
    assert "李雷" in page
    assert "New one-time code" in page
    for act in ("Change details", "Change audience", "Grant role", "Close account"):
        assert act not in page
    assert client.get(f"/people/{school.persons['zhao']}").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/people/new"),
        ("POST", "/people/new"),
        ("GET", "/people/{li}/details"),
        ("POST", "/people/{li}/details"),
        ("GET", "/people/{li}/tiers"),
        ("POST", "/people/{li}/tiers"),
        ("POST", "/people/{li}/roles"),
        ("POST", "/people/{li}/roles/revoke"),
        ("POST", "/people/{li}/active"),
        ("GET", "/people/units/new"),
        ("POST", "/people/units/2"),
        ("POST", "/people/units/2/delete"),
        ("GET", "/people/import"),
        ("POST", "/people/import"),
        ("GET", "/people/import/template.xlsx"),
    ],
)
@pytest.mark.parametrize("login_name", ["organizer", "li", "auditor"])
def test_only_admins_change_anything(
    client: FlaskClient, login: Login, school: School, method: str, path: str, login_name: str
) -> None:
    address = path.format(**school.persons)
    assert login(client, login_name).open(address, method=method).status_code == 403


def test_an_admin_of_one_unit_who_organizes_another_changes_people_of_the_first_only(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    with writing(session):
        session.add(
            PersonRole(
                person_id=school.persons["cs-admin"],
                role="organizer",
                unit_id=school.units["PHY"],
            )
        )
    login(client, "cs-admin")
    zhao = school.persons["zhao"]
    page = client.get(f"/people/{zhao}").text
    assert "New one-time code" in page
    assert "Change details" not in page
    assert client.get(f"/people/{zhao}/details").status_code == 404
    assert client.post(f"/people/{zhao}/active", data={}).status_code == 404
    assert client.post(f"/people/{zhao}/tiers", data={}).status_code == 404
    assert person(session, school, "zhao").active


def test_an_admin_adds_a_person(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    form = client.get(f"/people/new?unit={school.units['CS-2']}").text
    assert re.search(rf'<option selected value="{school.units["CS-2"]}">', form)
    assert "物理学院" not in form
    data = {"name": "刘洋", "login": "L2026", "unit": school.units["CS-1"], "id_no": "123"}
    refused = client.post("/people/new", data=data)
    assert refused.status_code == 400
    assert "identity number is malformed" in refused.text
    made = client.post("/people/new", data={**data, "id_no": ""})
    assert made.status_code == 302
    page = client.get(made.headers["Location"]).text
    assert "l2026" in page
    assert "Not signed in yet" in page
    taken = client.post("/people/new", data={**data, "id_no": ""})
    assert taken.status_code == 409
    assert "The login l2026 is taken." in taken.text
    elsewhere = {**data, "login": "other", "id_no": "", "unit": school.units["PHY-1"]}
    assert client.post("/people/new", data=elsewhere).status_code == 400


def test_an_admin_changes_details_and_unit(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/{school.persons['li']}/details"
    form = client.get(address).text
    assert 'value="李雷"' in form
    data = {"name": "李磊", "login": "li", "unit": school.units["CS-2"], "phone": "13800000000"}
    assert client.post(address, data=data).status_code == 302
    changed = person(session, school, "li")
    assert (changed.name, changed.unit_id, changed.phone) == (
        "李磊",
        school.units["CS-2"],
        "13800000000",
    )
    moved = client.post(address, data={**data, "unit": school.units["PHY-1"]})
    assert moved.status_code == 400
    assert person(session, school, "li").unit_id == school.units["CS-2"]
    assert client.get(f"/people/{school.persons['zhao']}/details").status_code == 404


@pytest.mark.usefixtures("travel_bank")
def test_tiers_are_changed_with_their_dates(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/{school.persons['wang']}/tiers"
    form = client.get(address).text
    assert re.search(r'value="graduate" checked', form)
    assert 'name="departs_on-outbound"' in form
    assert 'name="departs_on-graduate"' not in form
    data = {
        "tier": ["graduate", "outbound"],
        "valid_from-graduate": "2026-01-01",
        "departs_on-outbound": "2026-05-01",
        "returns_on-outbound": "2026-04-01",
    }
    refused = client.post(address, data=data)
    assert refused.status_code == 400
    assert "is before the departure" in refused.text
    assert 'value="2026-04-01"' in refused.text
    bad = client.post(address, data={**data, "returns_on-outbound": "soon"})
    assert bad.status_code == 400
    assert "“soon” is not a date" in bad.text
    assert client.post(address, data={**data, "returns_on-outbound": ""}).status_code == 302
    session.rollback()
    rows = session.scalars(select(PersonTier).where(PersonTier.person_id == school.persons["wang"]))
    found = {row.tier: (row.valid_from, row.departs_on, row.returns_on) for row in rows}
    assert found == {
        "graduate": (date(2026, 1, 1), None, None),
        "outbound": (None, date(2026, 5, 1), None),
    }
    page = client.get(f"/people/{school.persons['wang']}").text
    assert "Departs on 1 May 2026" in page


def test_roles_are_granted_and_taken_within_the_admins_units(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = f"/people/{school.persons['li']}/roles"
    grant = {"role": "organizer", "unit": school.units["CS-1"]}
    assert client.post(address, data=grant).status_code == 302
    assert roles_of(session, school, "li") == {("organizer", school.units["CS-1"])}
    assert "Take away" in client.get(f"/people/{school.persons['li']}").text
    assert client.post(f"{address}/revoke", data=grant).status_code == 302
    assert roles_of(session, school, "li") == set()


@pytest.mark.parametrize(
    ("who", "role", "unit", "status"),
    [
        ("li", "admin", "HQ", 403),
        ("li", "organizer", "PHY", 403),
        ("cs-admin", "admin", "HQ", 403),
        ("zhao", "organizer", "CS", 404),
        ("admin", "grader", "CS", 404),
        ("li", "king", "CS", 400),
        ("li", "organizer", None, 404),
    ],
)
def test_no_admin_reaches_beyond_the_own_units_by_roles(
    client: FlaskClient,
    session: Session,
    login: Login,
    school: School,
    who: str,
    role: str,
    unit: str | None,
    status: int,
) -> None:
    before = roles_of(session, school, who)
    data = {"role": role, "unit": school.units[unit] if unit else "x"}
    login(client, "cs-admin")
    answer = client.post(f"/people/{school.persons[who]}/roles", data=data)
    assert answer.status_code == status
    assert roles_of(session, school, who) == before


def test_an_admin_keeps_the_own_role_and_account(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "admin")
    own = f"/people/{school.persons['admin']}"
    page = client.get(own).text
    assert "Take away" not in page
    assert "Close account" not in page
    data = {"role": "admin", "unit": school.units["HQ"]}
    assert client.post(f"{own}/roles/revoke", data=data).status_code == 409
    assert client.post(f"{own}/active", data={}).status_code == 409
    assert roles_of(session, school, "admin") == {("admin", school.units["HQ"])}


def test_an_account_is_closed_opened_and_unlocked(
    client: FlaskClient, session: Session, login: Login, school: School, now: datetime
) -> None:
    login(client, "cs-admin")
    address = f"/people/{school.persons['li']}"
    assert client.post(f"{address}/active", data={}).status_code == 302
    assert not person(session, school, "li").active
    assert "Open account again" in client.get(address).text
    assert client.post(f"{address}/active", data={"active": "yes"}).status_code == 302
    with writing(session):
        locked = session.get_one(Person, school.persons["li"])
        locked.locked_until = now + timedelta(minutes=5)
    assert "Unlock" in client.get(address).text
    login(client, "organizer")
    assert client.post(f"{address}/unlock").status_code == 302
    assert person(session, school, "li").locked_until is None
    other = f"/people/{school.persons['zhao']}/unlock"
    assert client.post(other).status_code == 404


def test_a_code_is_shown_once_and_comes_as_files_and_slips(
    client: FlaskClient, session: Session, login: Login, school: School, clock: Clock
) -> None:
    login(client, "organizer")
    li = school.persons["li"]
    shown = client.post("/people/codes", data={"person": [li, school.persons["wang"]]})
    assert shown.status_code == 200
    assert shown.headers["Cache-Control"] == "no-store"
    codes = set(CODE.findall(shown.text))
    assert len(codes) == 2
    for path in ("/people/", f"/people/{li}"):
        assert not CODE.search(client.get(path).text)
    payload = re.search(r'name="codes" value="([^"]+)"', shown.text)
    assert payload
    data = {"codes": payload.group(1)}
    xlsx = client.post("/people/codes/file", data={**data, "format": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(xlsx.data)).get_sheet_by_index(0).to_python()
    assert {row[3] for row in rows[1:]} == codes
    csv = client.post("/people/codes/file", data={**data, "format": "csv"})
    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert set(CODE.findall(csv.text)) == codes
    slips = client.post("/people/codes/file", data={**data, "format": "slips"})
    assert set(CODE.findall(slips.text)) == codes
    assert "http://localhost/" in slips.text
    bad = {"codes": data["codes"] + "x", "format": "csv"}
    assert client.post("/people/codes/file", data=bad).status_code == 404
    login(client, "admin")
    assert client.post("/people/codes/file", data={**data, "format": "csv"}).status_code == 404
    login(client, "organizer")
    clock.advance(3600)
    assert client.post("/people/codes/file", data={**data, "format": "csv"}).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"), [("zhao", 403), ("admin", 403), ("cs-admin", 403), ("grader", 403)]
)
def test_no_organizer_gets_at_an_account_with_more_rights_by_a_code(
    client: FlaskClient, session: Session, login: Login, school: School, who: str, status: int
) -> None:
    login(client, "organizer")
    chosen = [school.persons["li"], school.persons[who]]
    refused = client.post("/people/codes", data={"person": chosen})
    assert refused.status_code == status
    assert not CODE.search(refused.text)
    for name in ("li", who):
        assert person(session, school, name).code_hash is None


def test_codes_for_nobody_or_somebody_unknown_are_refused(
    client: FlaskClient, login: Login
) -> None:
    login(client, "organizer")
    assert client.post("/people/codes", data={}).status_code == 400
    assert client.post("/people/codes", data={"person": 9999}).status_code == 404


def test_a_person_with_more_rights_shows_no_way_to_reset_them(
    client: FlaskClient, login: Login, school: School
) -> None:
    page = login(client, "organizer").get(f"/people/{school.persons['cs-admin']}").text
    assert "holds roles that you don't administer" in page
    assert "New one-time code" not in page
