"""`quizengine people` as an office calls it."""

from __future__ import annotations

import csv
import json
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizengine.cli.people import people
from quizengine.services.access import SYSTEM
from quizengine.services.directory import Filter, list_people
from quizengine.storage.site import open_database

TIERS = """
schema: 1
tiers:
  - {id: leader, title: {zh: 领导干部, en: Leaders}}
  - {id: outbound, title: {zh: 出国（境）, en: Outbound}, dates: travel}
"""
GOOD = "姓名,工号,单位代码,层级,备注\n刘洋,0012,HQ,leader,x\n何静,0013,HQ,,\n"
FAULTY = GOOD + "周强,0014,XX,outbound,\n"


@pytest.fixture(autouse=True)
def site(empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a school committee and its admin, and a bank with two tiers."""
    for name, value in (("INSTANCE", tmp_path), ("BANK", tmp_path / "bank"), ("DATABASE_URL", "")):
        monkeypatch.setenv(f"QUIZENGINE_{name}", str(value))
    monkeypatch.setenv("LC_ALL", "C")
    registry = tmp_path / "bank" / "_registry"
    registry.mkdir(parents=True)
    (registry / "tiers.yaml").write_text(TIERS, encoding="utf-8")
    shutil.copyfile(empty_database, tmp_path / "quizengine.db")
    assert _run("init", "Admin", "周敏", "--unit", "学校保密委员会").exit_code == 0
    return tmp_path


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(people, list(arguments))


def _import(site: Path, content: str, *options: str) -> Result:
    file = site / "roster.csv"
    file.write_text(content, encoding="gb18030")
    return _run("import", str(file), *options)


def _logins(site: Path) -> list[str]:
    engine, sessions = open_database(f"sqlite:///{site / 'quizengine.db'}")
    with sessions() as session:
        logins = [row.login for row in list_people(session, SYSTEM, Filter()).rows]
    engine.dispose()
    return logins


def test_a_dry_run_reports_and_changes_nothing(site: Path) -> None:
    result = _import(site, FAULTY, "--dry-run", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "rows_in": 3,
        "accepted": 2,
        "refused": [
            {
                "row": 4,
                "reasons": [
                    "There is no unit with the code “XX”.",
                    "The tier “outbound” needs a departure date.",
                ],
            }
        ],
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "ignored_columns": ["备注"],
        "imported": False,
    }
    assert _logins(site) == ["admin"]
    assert _import(site, GOOD, "--dry-run").exit_code == 0


def test_with_faults_nothing_comes_in(site: Path) -> None:
    codes = site / "codes.csv"
    result = _import(site, FAULTY, "--json", "--codes-to", str(codes))
    report = json.loads(result.stdout)
    assert (result.exit_code, report["imported"], report["created"]) == (1, False, 0)
    assert _logins(site) == ["admin"]
    assert not codes.exists()


def test_good_rows_come_in_on_demand_with_their_codes_in_a_private_file(site: Path) -> None:
    codes = site / "codes.csv"
    result = _import(site, FAULTY, "--json", "--good-rows-only", "--codes-to", str(codes))
    report = json.loads(result.stdout)
    assert (result.exit_code, report["created"], len(report["refused"])) == (0, 2, 1)
    assert "codes" not in report
    assert _logins(site) == ["0012", "0013", "admin"]
    assert stat.S_IMODE(codes.stat().st_mode) == 0o600
    assert codes.read_bytes().startswith(b"\xef\xbb\xbf")
    with codes.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["login"], r["name"], r["unit"]) for r in rows] == [
        ("0012", "刘洋", "学校保密委员会"),
        ("0013", "何静", "学校保密委员会"),
    ]
    assert len({row["code"] for row in rows}) == 2


def test_a_file_of_codes_is_never_written_over(site: Path) -> None:
    codes = site / "codes.csv"
    codes.write_text("old", encoding="ascii")
    result = _import(site, GOOD, "--codes-to", str(codes))
    assert result.exit_code == 1
    assert codes.read_text(encoding="ascii") == "old"
    assert _logins(site) == ["admin"]


def test_codes_are_printed_without_a_file_for_them(site: Path) -> None:
    report = json.loads(_import(site, GOOD, "--json").stdout)
    assert [code["login"] for code in report["codes"]] == ["0012", "0013"]
    again = json.loads(_import(site, GOOD, "--json").stdout)
    assert (again["unchanged"], again.get("codes")) == (2, None)


def test_the_report_for_people(site: Path) -> None:
    output = _import(site, FAULTY, "--good-rows-only").stdout
    assert "rows_in: 3  accepted: 2  created: 2" in output
    assert "ignored column: 备注" in output
    assert "row 4: There is no unit" in output
    assert "\n0012\t刘洋\t学校保密委员会\t" in output


def test_a_fault_of_the_whole_file_stands_at_the_headers(site: Path) -> None:
    result = _import(site, "姓名,单位代码\n刘洋,HQ\n", "--json", "--good-rows-only")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["rows_in"], report["accepted"]) == (1, 1, 0)
    assert report["refused"][0]["row"] == 1
    assert "staff numbers" in report["refused"][0]["reasons"][0]


def test_an_unreadable_file_is_a_message(site: Path) -> None:
    file = site / "roster.xlsx"
    file.write_bytes(b"PK\x03\x04junk")
    result = _run("import", str(file))
    assert result.exit_code == 1
    assert "not an XLSX file" in result.stderr


def test_without_tiers_nothing_is_imported(site: Path) -> None:
    (site / "bank" / "_registry" / "tiers.yaml").unlink()
    result = _import(site, GOOD)
    assert result.exit_code == 1
    assert "tiers" in result.stderr


def test_a_site_is_set_up_once(site: Path) -> None:
    result = _run("init", "other", "某人", "--unit", "另一委员会")
    assert result.exit_code == 1
    assert _logins(site) == ["admin"]


def test_a_code_for_somebody_who_forgot_the_password(site: Path) -> None:
    result = _run("code", "ADMIN")
    login, code = result.stdout.strip().split("\t")
    assert (login, len(code)) == ("admin", 14)
    assert _run("code", "nobody").exit_code == 1
