"""What the guard stops: one asks, another clears it for a reason, and for this text only."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.guard import excerpt
from quizengine.domain.text import Refused
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import current_questions, lint_bank, sync_bank
from quizengine.services.bank_edit import Draft, FileErrors, save_text
from quizengine.services.bank_files import open_file
from quizengine.services.bank_guard import (
    Line,
    ask_for_text,
    ask_in_file,
    clear,
    guard_lines,
    latest_cleared,
    take_back,
)
from quizengine.services.ledger import verify
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry, Person, PersonRole

LEAVING = "items/leaving.yaml"
OLD, MARKED = "毕业以后保密义务自动解除。", "首页标有机密★10年的文件，毕业时可带走。"
PHONE = "13812345678"
REASON = "题目讲的是标志的式样"


class Desk:
    """Two admins of all units at the same bank."""

    def __init__(self, session: Session, now: datetime, root: Path, one: Actor, two: Actor) -> None:
        self.session, self.now, self.root, self.one, self.two = session, now, root, one, two
        self.day = now.date()

    def put(self, old: str, new: str) -> None:
        """Change the file on disk, and look at the folder."""
        path = self.root / LEAVING
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
        sync_bank(self.session, self.now, self.day, self.root)

    def draft(self, old: str, new: str) -> Draft:
        """The file opened and changed in the browser."""
        opened = open_file(self.one, self.root, LEAVING)
        return Draft(LEAVING, opened.text.replace(old, new, 1), opened.digest)

    def save(self, draft: Draft, actor: Actor) -> None:
        """Press 'Save'."""
        save_text(self.session, self.now, self.day, actor, self.root, draft)

    def lines(self, actor: Actor) -> list[Line]:
        """The page, as somebody sees it."""
        return guard_lines(self.session, self.day, actor, self.root)

    def ask(self, key: str, actor: Actor) -> None:
        """Press 'Ask for clearing' at what stands in a file."""
        ask_in_file(self.session, self.now, self.day, actor, self.root, key)

    def clear(self, key: str, actor: Actor, reason: str = REASON) -> str:
        """Press 'Clear it'; the code of what was refused."""
        try:
            clear(self.session, self.now, self.day, actor, self.root, key, reason)
        except Refused as refused:
            return refused.code
        return ""

    def stems(self) -> list[str]:
        """Stems of the questions that are served."""
        return [question.stem for question in current_questions(self.session).values()]


@pytest.fixture
def second(session: Session, school: School, now: datetime) -> Person:
    """Another admin of all units."""
    with writing(session):
        wang = session.get_one(Person, school.persons["wang"])
        unit = session.get_one(Person, school.persons["admin"]).unit_id
        session.add(PersonRole(person_id=wang.id, role="admin", unit_id=unit))
    return wang


@pytest.fixture
def desk(
    session: Session,
    now: datetime,
    second: Person,
    actor_of: Callable[[str], Actor],
    bank: Path,
) -> Desk:
    """The first admin asks, the second one clears."""
    return Desk(session, now, bank, actor_of("admin"), load_actor(session, second.id))


def test_what_stands_in_a_file_is_served_once_another_has_cleared_it(desk: Desk) -> None:
    desk.put(OLD, MARKED)
    [line] = desk.lines(desk.one)
    assert (line.code, line.question_id, line.file) == (
        "classification-mark",
        "leaving-true-1",
        LEAVING,
    )
    assert line.line > 1
    assert "机密★10年" in line.excerpt
    assert not line.asked
    assert MARKED not in desk.stems()
    desk.ask(line.key, desk.one)
    desk.ask(line.key, desk.one)
    [line] = desk.lines(desk.one)
    assert [name for name, _at in line.asked] == ["周敏"]
    assert line.own
    assert desk.clear(line.key, desk.one) == "clearing-own"
    for reason in (" ", "字" * 501, f"号码{PHONE}是编的"):
        assert desk.clear(line.key, desk.two, reason) == "clearing-reason"
    assert desk.clear(line.key, desk.two) == ""
    assert MARKED in desk.stems()
    assert desk.lines(desk.two) == []
    # The same form again, and a page that is out of date.
    assert desk.clear(line.key, desk.two) == "cleared-already"
    [row] = latest_cleared(desk.session, desk.one, 5)
    assert (row.reason, row.cleared_by_id) == (REASON, desk.two.person_id)
    entries = desk.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "text-cleared"))
    [data] = [json.loads(entry.body)["data"] for entry in entries]
    assert (data["code"], data["question"]) == ("classification-mark", "leaving-true-1")
    assert (data["reason"], data["text_sha256"]) == (REASON, line.key)
    assert data["by"] not in data["asked_by"]
    assert verify(desk.session).ok


def test_a_changed_text_is_stopped_anew_and_a_stale_page_clears_nothing(desk: Desk) -> None:
    desk.put(OLD, MARKED)
    [first] = desk.lines(desk.one)
    desk.ask(first.key, desk.one)
    desk.put(MARKED, MARKED.replace("10年", "20年"))
    assert desk.clear(first.key, desk.two) == "clearing-stale"
    with pytest.raises(Refused) as refused:
        desk.ask(first.key, desk.one)
    assert refused.value.code == "clearing-stale"
    changed, gone = desk.lines(desk.two)
    assert (gone.key, gone.gone, gone.line) == (first.key, True, 0)
    take_back(desk.session, desk.now, desk.two, first.key)
    assert [line.key for line in desk.lines(desk.two)] == [changed.key]
    assert desk.clear(first.key, desk.two) == "clearing-unknown"
    # Somebody else asks; what the first one did is not forgotten.
    desk.put(MARKED.replace("10年", "20年"), MARKED)
    desk.ask(first.key, desk.two)
    assert {desk.clear(first.key, actor) for actor in (desk.one, desk.two)} == {"clearing-own"}


def test_a_text_of_the_editor_is_saved_after_it_was_cleared_and_only_as_it_is(desk: Desk) -> None:
    draft = desk.draft(OLD, f"{MARKED}电话{PHONE}。")
    with pytest.raises(FileErrors):
        desk.save(draft, desk.one)

    def asked() -> int:
        return ask_for_text(
            desk.session, desk.now, desk.day, desk.one, desk.root, LEAVING, draft.text
        )

    assert (asked(), asked()) == (2, 2)
    lines = desk.lines(desk.two)
    assert {line.code for line in lines} == {"classification-mark", "phone-number"}
    assert {(line.origin, line.line, line.gone) for line in lines} == {("editor", 0, False)}
    assert all(PHONE not in line.excerpt and "138…78" in line.excerpt for line in lines)
    assert [desk.clear(line.key, desk.two) for line in lines] == ["", ""]
    desk.save(draft, desk.one)
    assert f"{MARKED}电话{PHONE}。" in desk.stems()
    other = desk.draft("毕业时可带走", "毕业时能带走")
    with pytest.raises(FileErrors):
        desk.save(other, desk.one)


def test_who_saved_the_file_last_and_what_a_file_says_of_itself_clear_nothing(desk: Desk) -> None:
    desk.save(desk.draft(OLD, "毕业以后保密义务就没有了。"), desk.two)
    desk.put("毕业以后保密义务就没有了。", MARKED)
    [line] = desk.lines(desk.two)
    desk.ask(line.key, desk.one)
    assert desk.clear(line.key, desk.two) == "clearing-own"
    said = "    cleared: [{code: classification-mark, reason: 式样, author: 甲, by: 乙}]\n"
    desk.put("id: leaving-true-1\n", f"id: leaving-true-1\n{said}")
    assert [line.code for line in desk.lines(desk.one)] == ["classification-mark"]
    assert not lint_bank(desk.session, desk.day, desk.root).ok


def test_the_pages_ask_clear_and_keep_what_was_typed(
    desk: Desk, bank_app: Flask, bank_client: FlaskClient, login: Callable[..., FlaskClient]
) -> None:
    other = login(bank_app.test_client(), "wang")
    fields = {"file": LEAVING, "digest": "x", "base": "x", "line": "3"}
    text = desk.draft(OLD, MARKED).text
    page = bank_client.post("/bank/guard/ask-text", data={**fields, "text": text})
    assert page.status_code == 200
    assert MARKED in page.text
    assert 'data-unsaved="true"' in page.text
    assert "Asked for the clearing of 1 finding." in page.text
    found = bank_client.post("/bank/lint", json={"file": LEAVING, "text": text}).json
    assert found
    assert [p["code"] for p in found["problems"] if p["guarded"]] == ["classification-mark"]
    assert bank_client.post("/bank/guard/ask-text", data={"file": "../x"}).status_code == 400
    [line] = desk.lines(desk.two)
    own = bank_client.get("/bank/guard").text
    assert "another administrator has to clear it" in own
    assert "/bank/guard/clear" in own
    sent = {"key": line.key, "reason": f"号码{PHONE}是编的"}
    refused = other.post("/bank/guard/clear", data=sent)
    assert refused.status_code == 400
    assert sent["reason"] in refused.text
    assert bank_client.post("/bank/guard/clear", data={**sent, "reason": "x"}).status_code == 403
    done = other.post("/bank/guard/clear", data={**sent, "reason": REASON}, follow_redirects=True)
    assert "It is entered in the ledger" in done.text
    assert REASON in done.text
    assert other.post("/bank/guard/take-back", data=sent).status_code == 409
    assert bank_client.post("/bank/guard/ask", data={"key": "nothing"}).status_code == 409
    entries = bank_client.get("/ledger/?kind=text-cleared").text
    assert REASON in entries


def test_an_excerpt_tells_where_but_no_number_of_anybody() -> None:
    text = f"甲{'一' * 50}机密★10年，电话{PHONE}，{'二' * 50}"
    shown = excerpt(text, "classification-mark")
    assert shown.startswith("…一")
    assert shown.endswith("二…")
    assert "机密★10年，电话138…78" in shown
    assert excerpt(f"电话{PHONE}", "phone-number") == "电话138…78"
