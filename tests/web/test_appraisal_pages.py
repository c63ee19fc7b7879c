"""Pages of the appraisal: who sees what, drill-down, lists, what-if, objections, closing, files."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from python_calamine import load_workbook
from website import Clock
from yearroom import NEW_YEAR, RULES, YearRoom

from quizengine.services.appraisal_reviews import open_reviews_due

Login = Callable[..., FlaskClient]
BASE = "/office/appraisal"
PAGES = (
    f"{BASE}/",
    f"{BASE}/2026",
    f"{BASE}/2026/rules",
    f"{BASE}/2026/people",
    f"{BASE}/2026/what-if",
    f"{BASE}/cases",
    f"{BASE}/2026/units.xlsx",
    f"{BASE}/2026/units.csv",
    f"{BASE}/2026/units.json",
)


@pytest.fixture
def filled(year: YearRoom, clock: Clock) -> YearRoom:
    """The ordinary year, over since ten days."""
    year.ordinary()
    clock.now = NEW_YEAR
    return year


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_for_those_who_answer_for_units(
    client: FlaskClient, login: Login, path: str
) -> None:
    for name in ("admin", "auditor", "organizer", "cs-admin"):
        assert login(client, name).get(path).status_code == 200, name
    for name in ("li", "grader"):
        assert login(client, name).get(path).status_code == 403, name


def test_an_open_year_shows_ones_own_units_without_ranks(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    page = login(client, "organizer").get(f"{BASE}/2026?level=3").text
    assert "code=CS-1" in page
    assert "PHY" not in page
    assert "Ranks tell of units beyond your own" in page
    for code in ("PHY-1", "HQ", "none", ""):
        assert client.get(f"{BASE}/2026/unit?code={code}").status_code == 404
        assert client.get(f"{BASE}/2026/number?of=task:passed&code={code}").status_code == 404
        assert client.get(f"{BASE}/2026/strengths.svg?code={code}").status_code == 404
    assert [u["code"] for u in json.loads(client.get(f"{BASE}/2026/units.json").text)["units"]] == [
        "CS",
        "CS-1",
        "CS-2",
    ]
    filled.close()
    page = login(client, "organizer").get(f"{BASE}/2026?level=3").text
    # The others are listed, but don't open.
    assert "物理学院" in page
    assert "code=PHY" not in page
    assert page.count('class="ap-top ') == 3
    assert client.get(f"{BASE}/2026/unit?code=PHY-1").status_code == 404


@pytest.mark.usefixtures("filled")
def test_a_number_opens_down_to_its_entries_with_a_sentence_for_each(
    client: FlaskClient, login: Login
) -> None:
    login(client, "organizer")
    page = client.get(f"{BASE}/2026/unit?code=CS").text
    assert f"{BASE}/2026/number?code=CS&amp;of=task:passed" in page
    page = client.get(f"{BASE}/2026/number?code=CS&of=task:passed").text
    # li passed in the first half, li and wang in the second one; CS has four members.
    assert "1 person with “Exam result” (passed: yes), out of 4 members" in page
    assert "25 % of 40 full marks: 10." in page
    assert "2 people with “Exam result” (passed: yes)" in page
    assert "50 % of 60 full marks: 30." in page
    assert "10 + 30 = 40; 40 × 60 % = 24 of the total." in page
    assert re.findall(r'ap-entry-number" href="/ledger/(\d+)"', page) == ["2", "5", "6"]
    page = client.get(f"{BASE}/2026/number?code=CS&of=task:passed&stage=h1").text
    assert re.findall(r'ap-entry-number" href="/ledger/(\d+)"', page) == ["2"]
    page = client.get(f"{BASE}/2026/number?code=CS&of=adjustment:prize").text
    assert "1 × 2 = 2." in page
    for of in ("task:none", "veto:prize", "", "total", "list:commended"):
        assert client.get(f"{BASE}/2026/number?code=CS&of={of}").status_code == 404
    assert client.get(f"{BASE}/2026/number?code=CS&of=task:passed&stage=x").status_code == 404


def test_full_marks_without_a_record_are_told_and_years_stand_side_by_side(
    client: FlaskClient, login: Login, year: YearRoom, clock: Clock
) -> None:
    counted = "among: {op: members}"
    assert counted in RULES
    nothing = "among: {op: count, kind: [inspection-held]}\n      if_none: 1"
    year.serve(RULES.replace(counted, nothing))
    year.units()
    clock.now = NEW_YEAR
    page = login(client, "admin").get(f"{BASE}/2026/unit?code=CS").text
    assert page.count("No records to count: 100 % by the rules") == 2
    assert 'alt="2026: 60.00 so far"' in page
    page = client.get(f"{BASE}/2026/number?code=CS&of=task:passed").text
    assert "There is nothing to compare with (0 entries “Inspection held”)" in page
    year.close()
    page = client.get(f"{BASE}/2026/unit?code=CS").text
    assert 'alt="2026: 60.00, rank 1 of' in page
    assert b"60.00" in client.get(f"{BASE}/2026/years.svg?code=CS").data


@pytest.mark.usefixtures("filled")
def test_names_on_lists_are_for_those_who_look_after_the_people(
    client: FlaskClient, login: Login
) -> None:
    page = login(client, "admin").get(f"{BASE}/2026/people?list=limited").text
    assert "陈晨" in page
    page = login(client, "organizer").get(f"{BASE}/2026/people?list=limited").text
    assert "陈晨" not in page
    assert "李雷" in client.get(f"{BASE}/2026/people?list=commended").text
    page = login(client, "auditor").get(f"{BASE}/2026/people?list=commended").text
    assert "李雷" not in page
    assert client.get(f"{BASE}/2026/people.csv?list=commended").status_code == 403


def test_a_person_on_a_list_is_shown_with_rule_and_entries(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    chen = filled.school.persons["chen"]
    page = login(client, "admin").get(f"{BASE}/2026/people/{chen}").text
    assert "1 entry “Missed exam”" in page
    assert "Asked for: at least 1. It is 1." in page
    assert re.findall(r'ap-entry-number" href="/ledger/(\d+)"', page) == ["4"]
    assert login(client, "organizer").get(f"{BASE}/2026/people/{chen}").status_code == 404
    zhao = filled.school.persons["zhao"]
    assert login(client, "admin").get(f"{BASE}/2026/people/{zhao}").status_code == 404


@pytest.mark.usefixtures("filled")
def test_what_if_computes_other_weights_and_saves_nothing(
    client: FlaskClient, login: Login
) -> None:
    login(client, "admin")
    page = client.get(f"{BASE}/2026/what-if?level=3&w-passed=0&w-score=100").text
    # The mean of li's second half is 91, and the prize gives 2.
    assert "<b>93.00</b>" in page
    assert "98.40" in client.get(f"{BASE}/2026/what-if?level=3").text
    for query, said in (
        ("w-passed=50&w-score=40", "The weights of the tasks come to 90, not to 100."),
        ("w-passed=x&w-score=40", "The weight of Pass rate is no number from 0 to 100."),
        ("w-passed=-60&w-score=160", "is no number from 0 to 100."),
    ):
        answer = client.get(f"{BASE}/2026/what-if?{query}")
        assert answer.status_code == 400
        assert said in answer.text


def test_closing_asks_for_the_year_and_says_what_it_means(
    client: FlaskClient, login: Login, filled: YearRoom, clock: Clock
) -> None:
    for name in ("organizer", "cs-admin", "auditor"):
        assert login(client, name).get(f"{BASE}/2026/close").status_code == 403
        assert login(client, name).post(f"{BASE}/2026/close").status_code == 403
    login(client, "admin")
    assert client.post(f"{BASE}/2026/close", data={"year": "2025"}).status_code == 400
    assert "opens a review" in client.get(f"{BASE}/2026/close").text
    assert client.post(f"{BASE}/2026/close", data={"year": "2026"}).status_code == 302
    assert "Closed on" in client.get(f"{BASE}/2026").text
    again = client.post(f"{BASE}/2026/close", data={"year": "2026"})
    assert again.status_code == 400
    assert "is closed already" in again.text


def test_an_objection_of_a_unit_is_decided_by_somebody_above_it(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    login(client, "organizer")
    path = f"{BASE}/2026/object?code=CS&of=task:score"
    assert client.post(path, data={"text": "  "}).status_code == 400
    files = (io.BytesIO(b"%PDF-1.7"), "证明.pdf")
    answer = client.post(path, data={"text": "漏记一场考试。", "files": files})
    assert answer.status_code == 302
    case = answer.headers["Location"]
    # The same form sent once more is no second objection.
    assert client.post(path, data={"text": "漏记一场考试。"}).headers["Location"] == case
    assert "计算机学院" in client.get(f"{BASE}/cases").text
    page = client.get(case).text
    assert "漏记一场考试。" in page
    assert "证明.pdf" in page
    decision = {"decision": "upheld", "reason": "补录。"}
    # The one who objected, and a colleague of the same unit.
    assert client.post(f"{case}/decision", data=decision).status_code == 403
    assert login(client, "cs-admin").post(f"{case}/decision", data=decision).status_code == 403
    assert login(client, "auditor").post(f"{case}/decision", data=decision).status_code == 403
    login(client, "admin")
    assert client.post(f"{case}/decision", data={"decision": "upheld"}).status_code == 400
    assert client.post(f"{case}/decision", data={"decision": "x", "reason": "y"}).status_code == 400
    assert client.post(f"{case}/decision", data=decision).status_code == 302
    assert client.post(f"{case}/decision", data=decision).status_code == 409
    assert "补录。" in login(client, "organizer").get(case).text
    assert client.post(f"{BASE}/2026/object?code=HQ", data={"text": "x"}).status_code == 404
    assert client.get(f"{BASE}/2026/object?code=CS&of=task:none").status_code == 404


def test_a_person_sees_own_listings_of_closed_years_alone_and_objects(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    assert "You are on no list" in login(client, "chen").get("/my/appraisal/").text
    filled.close()
    page = login(client, "chen").get("/my/appraisal/").text
    assert "1 entry “Missed exam”" in page
    path = "/my/appraisal/2026/limited/object"
    assert client.get("/my/appraisal/2026/commended/object").status_code == 404
    assert client.post(path, data={"text": ""}).status_code == 400
    files = (io.BytesIO(b"%PDF-1.7"), "病假条.pdf")
    assert client.post(path, data={"text": "当日病假。", "files": files}).status_code == 302
    page = client.get("/my/appraisal/").text
    assert "Waits for a decision" in page
    found = re.search(r"/my/appraisal/cases/\d+/files/\d+", page)
    assert found
    assert client.get(found.group()).data == b"%PDF-1.7"
    assert login(client, "wang").get(found.group()).status_code == 404
    case = f"{BASE}/cases/1"
    assert login(client, "organizer").get(case).status_code == 404
    page = login(client, "auditor").get(case).text
    assert "当日病假。" in page
    assert "陈晨" not in page
    page = login(client, "admin").get(case).text
    assert "陈晨" in page
    data = {"decision": "rejected", "reason": "未按规定请假。"}
    assert client.post(f"{case}/decision", data=data).status_code == 302
    assert "未按规定请假。" in login(client, "chen").get("/my/appraisal/").text


def test_a_review_shows_what_todays_entries_would_give(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    filled.close()
    filled.exam("zhao", "PHY-1", 100, "2027-01-20", on=date(2026, 4, 1), by="admin")
    open_reviews_due(filled.session, NEW_YEAR)
    case = f"{BASE}/cases/1"
    page = login(client, "admin").get(case).text
    assert "these units would have" in page
    assert "61.60" in page
    assert "85.60" in page
    decision = {"decision": "matters", "reason": "下一年度加分。"}
    assert client.post(f"{case}/decision", data=decision).status_code == 302
    assert "61.60" in client.get(f"{BASE}/2026?level=3").text


def test_files_open_in_spreadsheet_programs_and_keep_codes_as_text(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    login(client, "admin")
    csv = client.get(f"{BASE}/2026/units.csv")
    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert "CS-1" in csv.text
    sheet = load_workbook(io.BytesIO(client.get(f"{BASE}/2026/units.xlsx").data))
    rows = sheet.get_sheet_by_index(0).to_python()
    assert rows[0][0] == "Unit code"
    assert ["CS-1", "教工第一支部"] in [row[:2] for row in rows]
    assert client.get(f"{BASE}/2026/units.pdf").status_code == 404
    assert client.get(f"{BASE}/2026/people.xlsx?list=none").status_code == 404
    sheet = load_workbook(io.BytesIO(client.get(f"{BASE}/2026/people.xlsx?list=limited").data))
    assert "陈晨" in [row[2] for row in sheet.get_sheet_by_index(0).to_python()]


def test_the_filing_package_is_for_auditors_of_a_closed_year(
    client: FlaskClient, login: Login, filled: YearRoom
) -> None:
    path = f"{BASE}/2026/package.zip"
    assert login(client, "auditor").post(path).status_code == 409
    filled.close()
    assert login(client, "organizer").post(path).status_code == 403
    answer = login(client, "auditor").post(path)
    assert answer.status_code == 200
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert {"ledger.jsonl", "checkpoint.txt", "verify_ledger.py", "README.txt"} <= set(names)


@pytest.mark.usefixtures("filled")
def test_a_year_without_rules_is_not_there(client: FlaskClient, login: Login) -> None:
    login(client, "admin")
    for path in ("", "/unit?code=CS", "/rules", "/close", "/people", "/units.csv", "/what-if"):
        assert client.get(f"{BASE}/1999{path}").status_code == 404
