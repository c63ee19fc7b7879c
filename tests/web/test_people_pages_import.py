"""Importing a roster in the browser: preview first, codes once, nobody outside of one's units."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from website import Clock
from werkzeug.test import TestResponse

from quizengine.services.roster_files import read_roster
from quizengine.storage.models import Person

Login = Callable[..., FlaskClient]
CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
HEAD = "姓名,工号,单位代码,层级,备注"
GOOD = ("赵一,90001,CS-1,新成员,", "钱二,90002,CS-2,毕业生,x")
BAD = ("孙三,90003,NONE,,", ",90004,CS-1,,")

pytestmark = pytest.mark.usefixtures("small_bank")


def csv(*rows: str, head: str = HEAD) -> bytes:
    return "\r\n".join([head, *rows]).encode("gb18030")


def upload(client: FlaskClient, data: bytes, name: str = "名单.csv") -> TestResponse:
    return client.post("/people/import", data={"file": (io.BytesIO(data), name)})


def preview_of(client: FlaskClient, data: bytes) -> str:
    """Upload and return the address of the preview."""
    answer = upload(client, data)
    assert answer.status_code == 302
    return answer.headers["Location"]


def people(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Person)) or 0


def cells(page: str) -> Sequence[str]:
    return [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr>.*?</tr>", page, re.S)][1:]


def test_a_good_file_is_previewed_then_imported_and_its_codes_are_shown(
    client: FlaskClient, session: Session, login: Login, tmp_path: Path
) -> None:
    login(client, "cs-admin")
    before = people(session)
    address = preview_of(client, csv(*GOOD))
    page = client.get(address).text
    assert "名单.csv: nothing is changed yet." in page
    assert "Import all" in page
    assert "good_rows_only" not in page
    assert "Columns with unknown names are ignored: 备注" in page
    assert "Columns found: 姓名, 工号, 单位代码, 层级" in page
    assert ["赵一" in row and "New members" in row for row in cells(page)] == [True, False]
    assert people(session) == before
    done = client.post(f"{address}/confirm", data={"act": "import"})
    assert done.status_code == 200
    assert people(session) == before + 2
    assert len(set(CODE.findall(done.text))) == 2
    assert list((tmp_path / "uploads").iterdir()) == []
    gone = client.post(f"{address}/confirm", data={"act": "import"})
    assert gone.status_code == 404
    assert not CODE.search(gone.text)
    again = client.get(preview_of(client, csv(*GOOD))).text
    assert "No row of this file would change anything." in again
    assert "Import all" not in again


def test_rows_with_faults_come_in_never_and_the_others_only_on_request(
    client: FlaskClient, session: Session, login: Login
) -> None:
    login(client, "cs-admin")
    before = people(session)
    address = preview_of(client, csv(*GOOD, *BAD))
    page = client.get(address).text
    assert "Import all" not in page
    assert "Import the good rows only" in page
    refused = cells(page)
    assert len(refused) == 2, "those with faults come first"
    assert "There is no unit with the code “NONE”." in refused[0]
    assert re.search(r"^ *4\b", refused[0])
    assert "The name is missing." in refused[1]
    assert len(cells(client.get(f"{address}?show=all").text)) == 4
    assert len(cells(client.get(f"{address}?show=create").text)) == 2
    not_asked = client.post(f"{address}/confirm", data={"act": "import"})
    assert not_asked.status_code == 400
    assert "2 rows have faults, so nothing was imported." in not_asked.text
    assert people(session) == before
    done = client.post(f"{address}/confirm", data={"act": "import", "good_rows_only": "yes"})
    assert people(session) == before + 2
    assert len(set(CODE.findall(done.text))) == 2
    assert "There is no unit with the code “NONE”." in done.text


def test_an_update_shows_old_and_new_and_issues_no_code(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    address = preview_of(client, csv("李磊,li,CS-2,,"))
    row = cells(client.get(address).text)[0]
    assert "Name: 李雷 → 李磊" in re.sub(r"\s+", " ", row)
    assert "Unit: 教工第一支部 → 学生第一支部" in re.sub(r"\s+", " ", row)
    done = client.post(f"{address}/confirm", data={"act": "import"})
    assert not CODE.search(done.text)
    session.rollback()
    changed = session.get_one(Person, school.persons["li"])
    assert (changed.name, changed.unit_id) == ("李磊", school.units["CS-2"])


def test_nobody_outside_of_the_admins_units_is_touched_or_told_of(
    client: FlaskClient, session: Session, login: Login, school: School
) -> None:
    login(client, "cs-admin")
    page = client.get(preview_of(client, csv("赵云改,zhao,CS-1,,", "新人,90009,PHY-1,,"))).text
    assert "赵云<" not in page
    assert "belongs to a person outside your units" in page
    assert "The unit “教工第一支部” is outside your units." in page
    assert 'value="import"' not in page


def test_a_file_that_can_not_be_used_says_why(client: FlaskClient, login: Login) -> None:
    login(client, "admin")
    unreadable = upload(client, b"PK\x03\x04 no zip", "x.xlsx")
    assert unreadable.status_code == 400
    assert "This is not an XLSX file, or it is damaged." in unreadable.text
    assert "Please choose a file." in client.post("/people/import", data={}).text
    page = client.get(preview_of(client, csv("a,b", head="foo,bar"))).text
    assert "There is no column with names" in page
    assert "The file can't be used like this." in page
    assert "Import all" not in page


def test_an_upload_is_for_its_person_alone_and_for_an_hour(
    client: FlaskClient, login: Login, clock: Clock, tmp_path: Path
) -> None:
    login(client, "cs-admin")
    address = preview_of(client, csv(*GOOD))
    login(client, "admin")
    for method in ("GET", "POST"):
        path = address if method == "GET" else f"{address}/confirm"
        assert client.open(path, method=method).status_code == 404
    login(client, "cs-admin")
    clock.advance(3599)
    assert client.get(address).status_code == 200
    clock.advance(1)
    assert client.get(address).status_code == 404
    preview_of(client, csv(*GOOD))
    assert len(list((tmp_path / "uploads").iterdir())) == 1, "the old one is swept out"


def test_an_upload_is_thrown_away_on_request(
    client: FlaskClient, session: Session, login: Login, tmp_path: Path
) -> None:
    login(client, "cs-admin")
    before = people(session)
    address = preview_of(client, csv(*GOOD))
    assert client.post(f"{address}/confirm", data={"act": "discard"}).status_code == 302
    assert client.get(address).status_code == 404
    assert list((tmp_path / "uploads").iterdir()) == []
    assert people(session) == before


@pytest.mark.parametrize("token", ["..%2f..%2fsecret_key", "x", "a" * 43])
def test_a_made_up_upload_is_not_found(client: FlaskClient, login: Login, token: str) -> None:
    login(client, "cs-admin")
    assert client.get(f"/people/import/{token}").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_template_is_read_back_and_its_example_is_refused(
    client: FlaskClient, login: Login, language: str
) -> None:
    login(client, "cs-admin")
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    data = client.get("/people/import/template.xlsx").data
    table = read_roster(data)
    assert (table.faults, table.ignored) == ([], [])
    assert len(table.columns) == 12
    page = client.get(preview_of(client, data)).text
    assert len(cells(page)) == 1
    assert "示例学院/示例党支部" in page
    assert "qe-reason" in page


def test_a_long_roster_is_shown_in_pages(client: FlaskClient, login: Login) -> None:
    login(client, "cs-admin")
    address = preview_of(client, csv(*(f"新人{i},9{i:04},CS-1,," for i in range(130))))
    page = client.get(address).text
    assert len(cells(page)) == 100
    assert len(cells(client.get(f"{address}?show=all&page=2").text)) == 30
