"""Self-assessments: answered with evidence, handed in, and judged by the level above."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from examroom import SMALL_BANK
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.bank.loader import load_bank
from quizengine.domain.selfchecks import Answered, Checklist, usual_points
from quizengine.domain.text import Refused
from quizengine.services.bank import sync_bank
from quizengine.services.evidence import evidence_of
from quizengine.services.history import history_of
from quizengine.services.selfcheck_list import checklist_years, list_selfchecks
from quizengine.services.selfcheck_review import Change, give_back, review, seen_selfcheck
from quizengine.services.selfchecks import (
    item_record,
    may_fill,
    may_review,
    record_of,
    save_answers,
    selfcheck_of,
    submit,
)
from quizengine.services.todo import todos
from quizengine.services.uploads import Upload
from quizengine.storage.models import SelfCheck

CHECKLIST = """\
schema: 1
year: 2026
title: {zh: 自查清单, en: Checklist}
levels: [2, 3]
opens: 2026-03-01
due: 2026-03-20
parts:
  - title: {zh: 责任制, en: Responsibility}
    items:
      - {id: duty, text: {zh: 责任书, en: Letter}, points: 10, evidence: true}
      - {id: posts, text: {zh: 底数清, en: Register}, points: 5}
  - title: {zh: 载体, en: Carriers}
    items:
      - {id: carrier, text: {zh: 登记全, en: Complete}, points: 20.5}
"""
PROOF = {"duty": [Upload("责任书.pdf", b"%PDF-1.7 letter")]}
ANSWERS = {
    "duty": Answered("yes"),
    "posts": Answered("partly", None, "两个岗位未更新"),
    "carrier": Answered("yes", Decimal(18)),
}


@pytest.fixture
def office(session: Session, school: School, now: Any, tmp_path: Path) -> Office:
    serve(session, now, tmp_path, CHECKLIST)
    return Office(session, school, now)


def serve(session: Session, now: Any, folder: Path, text: str) -> None:
    copytree(SMALL_BANK / "_registry", folder / "bank" / "_registry", dirs_exist_ok=True)
    (folder / "bank" / "checklists").mkdir(exist_ok=True)
    (folder / "bank" / "checklists" / "2026.yaml").write_text(text, encoding="utf-8")
    assert sync_bank(session, now, now.date(), folder / "bank") == []


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def unit(office: Office, code: str = "CS-1") -> int:
    return office.school.units[code]


def handed_in(office: Office) -> SelfCheck:
    office.appoint("CS-1", "li")
    save_answers(office.act("li"), unit(office), 2026, ANSWERS, PROOF)
    submit(office.act("li"), unit(office), 2026)
    found = selfcheck_of(office.session, unit(office), 2026)
    assert found is not None
    return found


def test_the_head_answers_and_the_level_above_agrees(office: Office) -> None:
    office.appoint("CS-1", "li")
    li = office.act("li")
    [todo] = todos(office.session, office.now, ZONE, office.id("li"))
    assert (todo.endpoint, todo.args["unit_id"]) == ("selfchecks.answers", unit(office))
    assert code_of(lambda: save_answers(office.act("wang"), unit(office), 2026, {})) == (
        "unit-unknown"
    )
    save_answers(li, unit(office), 2026, {"posts": Answered("no")})
    save_answers(li, unit(office), 2026, ANSWERS)
    assert code_of(lambda: submit(li, unit(office), 2026)) == "selfcheck-unfinished"
    save_answers(li, unit(office), 2026, {}, PROOF)
    submit(li, unit(office), 2026)
    assert code_of(lambda: submit(li, unit(office), 2026)) == "selfcheck-state"
    assert code_of(lambda: save_answers(li, unit(office), 2026, ANSWERS)) == "selfcheck-state"
    assert todos(office.session, office.now, ZONE, office.id("li")) == []
    found = selfcheck_of(office.session, unit(office), 2026)
    assert found is not None
    assert len(evidence_of(office.session, item_record(found, "duty"))) == 1
    review(office.act(), found.id, {"posts": Change(Decimal("2.5"), "")}, "情况属实")
    assert code_of(lambda: review(office.act(), found.id, {})) == "selfcheck-state"
    submitted, reviewed = office.entries()
    assert submitted["data"]["score"] == "30.5"
    assert (submitted["data"]["max_score"], submitted["data"]["late"]) == ("35.5", False)
    assert (reviewed["kind"], reviewed["data"]["verdict"]) == ("selfcheck-reviewed", "agreed")
    assert len(reviewed["data"]["checklist_sha256"]) == 64


def test_points_are_changed_with_reasons(office: Office) -> None:
    found = handed_in(office)
    act = office.act()
    assert not may_review(office.act("li").actor, found)
    assert code_of(lambda: review(office.act("li"), found.id, {})) == "forbidden"
    for change in (Change(Decimal(5), ""), Change(Decimal(21), "x"), Change(Decimal(-1), "x")):
        refused = partial(review, act, found.id, {"carrier": change})
        assert code_of(refused) == "selfcheck-faults"
    office.session.rollback()
    review(act, found.id, {"carrier": Change(Decimal(15), "抽查发现缺登记")})
    [entry] = office.entries("selfcheck-reviewed")
    data = entry["data"]
    assert (data["verdict"], data["score"], data["own_score"]) == ("changed", "27.5", "30.5")
    event = history_of(office.session, record_of(found))[0]
    assert (event.what, event.detail["verdict"]) == ("selfcheck-reviewed", "changed")


def test_given_back_it_is_answered_again(office: Office) -> None:
    found = handed_in(office)
    assert code_of(lambda: give_back(office.act(), found.id, " ")) == "reason-missing"
    give_back(office.act(), found.id, "材料不全")
    office.now += timedelta(days=30)
    save_answers(office.act("li"), unit(office), 2026, {"posts": Answered("yes")})
    submit(office.act("li"), unit(office), 2026)
    again = office.entries("selfcheck-submitted")[1]
    assert (again["data"]["score"], again["data"]["late"]) == ("33", True)


def test_what_is_not_taken(office: Office, session: Session, tmp_path: Path) -> None:
    act = office.act()
    cases: list[tuple[dict[str, Answered], str]] = [
        ({"x": Answered("yes")}, "selfcheck-faults"),
        ({"duty": Answered("maybe")}, "selfcheck-faults"),
        ({"duty": Answered("yes", Decimal(11))}, "selfcheck-faults"),
        ({"duty": Answered("no", Decimal(1))}, "selfcheck-faults"),
        ({"duty": Answered("yes", Decimal("0.005"))}, "selfcheck-faults"),
    ]
    for answers, code in cases:
        assert code_of(partial(save_answers, act, unit(office), 2026, answers)) == code
    assert code_of(lambda: save_answers(act, unit(office), 2020, {})) == "checklist-unknown"
    admin = office.act("admin")
    assert code_of(lambda: save_answers(admin, unit(office, "HQ"), 2026, {})) == "selfcheck-level"
    assert code_of(lambda: save_answers(act, unit(office, "PHY"), 2026, {})) == "unit-unknown"
    assert code_of(lambda: save_answers(office.act("auditor"), unit(office), 2026, {})) == (
        "forbidden"
    )
    serve(session, office.now, tmp_path, CHECKLIST.replace("2026-03-01", "2026-03-05"))
    assert code_of(lambda: save_answers(act, unit(office), 2026, {})) == "selfcheck-early"


def test_lists_and_reach(office: Office) -> None:
    found = handed_in(office)
    states = {row.unit.code: row.state for row in list_selfchecks(office.act(), 2026)}
    assert states == {"CS": "none", "CS-1": "submitted", "CS-2": "none"}
    assert [r.unit.code for r in list_selfchecks(office.act("li"), 2026)] == ["CS-1"]
    assert list_selfchecks(office.act(), 2026, unit(office, "CS-2"), "submitted") == []
    assert checklist_years(office.session) == [2026]
    assert code_of(lambda: seen_selfcheck(office.act("zhao"), found.id)) == "selfcheck-unknown"
    assert may_fill(office.act("li").actor, found.unit)
    office.now += timedelta(days=30)
    late = {row.unit.code: row.late for row in list_selfchecks(office.act(), 2026)}
    assert late == {"CS": True, "CS-1": False, "CS-2": True}


def test_a_unit_keeps_the_checklist_that_it_began_with(
    office: Office, session: Session, tmp_path: Path
) -> None:
    save_answers(office.act(), unit(office), 2026, ANSWERS, PROOF)
    serve(session, office.now, tmp_path, CHECKLIST.replace("points: 10,", "points: 30,"))
    submit(office.act(), unit(office), 2026)
    assert office.entries()[0]["data"]["max_score"] == "35.5"


def test_lint_of_checklists(tmp_path: Path) -> None:
    copytree(SMALL_BANK / "_registry", tmp_path / "bank" / "_registry")
    folder = tmp_path / "bank" / "checklists"
    folder.mkdir()
    (folder / "a.yaml").write_text(CHECKLIST, encoding="utf-8")
    faulty = CHECKLIST.replace("id: posts", "id: duty").replace("2026-03-20", "2026-02-20")
    (folder / "b.yaml").write_text(faulty, encoding="utf-8")
    (folder / "c.yaml").write_text(CHECKLIST.replace("points: 5", "points: 0"), encoding="utf-8")
    (folder / "d.yaml").write_text("", encoding="utf-8")
    bank = load_bank(tmp_path / "bank", TODAY)
    found = {(p.file.rpartition("/")[2], p.line, p.code) for p in bank.problems}
    assert found == {
        ("b.yaml", 2, "duplicate-id"),
        ("b.yaml", 6, "bad-value"),
        ("b.yaml", 10, "duplicate-id"),
        ("b.yaml", 11, "duplicate-id"),
        ("c.yaml", 11, "bad-value"),
        ("d.yaml", 1, "missing-field"),
    }
    assert list(bank.checklists) == [2026]


def test_usual_points() -> None:
    item = Checklist.model_validate_json(
        '{"schema": 1, "year": 2026, "title": {"zh": "x", "en": "x"}, "levels": [3],'
        '"opens": "2026-01-01", "due": "2026-02-01", "parts": [{"title": {"zh": "x", "en": "x"},'
        '"items": [{"id": "a", "text": {"zh": "x", "en": "x"}, "points": "5.25"}]}]}'
    ).items["a"]
    given = [usual_points(item, choice) for choice in ("yes", "partly", "no")]
    assert given == [Decimal("5.25"), Decimal("2.63"), Decimal(0)]
