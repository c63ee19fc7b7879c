"""`quizengine demo` fills an empty site, and says how to sign in."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from livesite import Site
from sqlalchemy import text

from quizengine.cli import main

# A closed year with one objection decided and one open; plans that hold, and one to approve.
_HELD = {
    "years": "SELECT count(*) FROM closed_appraisals",
    "open": "SELECT count(*) FROM appraisal_cases WHERE decision IS NULL",
    "decided": "SELECT count(*) FROM appraisal_cases WHERE decision = 'rejected'",
    "plans": "SELECT count(*) FROM annual_plans WHERE version = 1",
    "waiting": "SELECT count(*) FROM annual_plans WHERE state = 'submitted'",
    "revoked": "SELECT count(*) FROM certificates WHERE revoked_for = 'lost'",
    "tokens": "SELECT count(*) FROM access_tokens",
}


def test_the_logins_are_written_for_programs(demo: Site) -> None:
    folder = demo.folder
    with (folder.parent / "logins.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["login", "password", "role", "unit", "tiers"]
    assert {"admin", "organizer", "grader", "auditor"} < {row["role"] for row in rows}
    assert sum(row["role"] == "member" for row in rows) == 60
    assert {"new_member", "graduate", "leader", "outbound"} <= {
        tier for row in rows for tier in row["tiers"].split()
    }
    with demo.session() as session:
        read = {name: session.scalar(text(query)) for name, query in _HELD.items()}
    appraised = {"years": 1, "open": 1, "decided": 1, "plans": 7, "waiting": 1}
    assert read == {**appraised, "revoked": 1, "tokens": 1}
    token = folder / "demo-token.txt"
    assert (token.stat().st_mode & 0o777, token.read_text()[:3]) == (0o600, "qe_")


def test_a_site_with_people_is_left_alone(demo: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(demo.folder))
    again = CliRunner().invoke(main, ["demo"])
    assert (again.exit_code, "already holds people" in again.stderr) == (1, True)
    assert CliRunner().invoke(main, ["demo", "--if-empty"]).exit_code == 0


def test_what_can_not_be_written_is_told_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path / "instance"))
    missing = str(tmp_path / "nowhere" / "logins.csv")
    refused = CliRunner().invoke(main, ["demo", "--members", "8", "--logins", missing])
    assert (refused.exit_code, missing in refused.stderr) == (1, True)
    with Site(tmp_path / "instance").session() as session:
        assert session.scalar(text("SELECT count(*) FROM persons")) == 0
