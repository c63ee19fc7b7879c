"""Changing a file of the bank: lint before, lock between, what is served after."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path

import pytest
from school import School
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.bank import current_questions, stored_problems
from quizengine.services.bank_edit import (
    Draft,
    FileChanged,
    FileErrors,
    Saved,
    add_question,
    lint_text,
    look_again,
    save_text,
)
from quizengine.services.bank_files import open_file
from quizengine.storage.models import BankState, Revision

LEAVING = "items/leaving.yaml"


class Desk:
    """An admin at work on the bank."""

    def __init__(self, session: Session, now: datetime, actor: Actor, root: Path) -> None:
        self.session, self.now, self.actor, self.root = session, now, actor, root

    @property
    def today(self) -> date:
        """The day of the test."""
        return self.now.date()

    def draft(self, old: str, new: str, name: str = LEAVING) -> Draft:
        """A file opened and changed in the browser."""
        opened = open_file(self.actor, self.root, name)
        assert old in opened.text
        return Draft(name, opened.text.replace(old, new, 1), opened.digest)

    def save(self, draft: Draft) -> Saved:
        """Press 'Save'."""
        return save_text(self.session, self.now, self.today, self.actor, self.root, draft)

    def lint(self, text: str, name: str = LEAVING) -> list[tuple[str, str]]:
        """Files and codes of all problems that a text has."""
        found = lint_text(self.session, self.today, self.actor, self.root, name, text)
        return [(p.file, p.code) for p in (*found.own, *found.elsewhere)]

    def text(self, name: str = LEAVING) -> str:
        """A file as it is on disk."""
        return (self.root / name).read_text(encoding="utf-8")


@pytest.fixture
def desk(
    session: Session, now: datetime, school: School, actor_of: Callable[[str], Actor], bank: Path
) -> Desk:
    """An admin of all units, with a bank of its own."""
    return Desk(session, now, actor_of("admin"), bank)


def test_a_good_text_is_written_and_served(desk: Desk) -> None:
    saved = desk.save(desk.draft("毕业以后保密义务自动解除。", "毕业以后保密义务就没有了。"))
    assert saved == Saved([], ["leaving-true-1"], [], [], 0)
    assert "就没有了" in desk.text()
    questions = {q.id: q for q in current_questions(desk.session).values()}
    assert questions["leaving-true-1"].stem == "毕业以后保密义务就没有了。"
    numbers = desk.session.scalars(
        select(Revision.number).where(Revision.question_id == "leaving-true-1")
    )
    assert list(numbers) == [1, 1]


def test_a_raised_number_is_a_new_revision(desk: Desk) -> None:
    draft = desk.draft("    type: fill\n", "    type: fill\n    revision: 2\n")
    assert desk.save(draft) == Saved([], [], ["leaving-fill-1"], [], 0)


def test_added_and_removed_questions_are_told(desk: Desk) -> None:
    draft = desk.draft("id: leaving-single-2", "id: leaving-single-7")
    assert desk.save(draft) == Saved(["leaving-single-7"], [], [], ["leaving-single-2"], 0)


def test_a_comment_changes_no_question_and_the_bank_is_served_since_then(desk: Desk) -> None:
    state = desk.session.get_one(BankState, 1)
    assert state.served_at == desk.now
    later = desk.now.replace(hour=9)
    save_text(
        desk.session, later, desk.today, desk.actor, desk.root, desk.draft("schema", "# x\nschema")
    )
    assert state.served_at == later
    look_again(desk.session, later.replace(hour=10), desk.today, desk.actor, desk.root)
    assert state.served_at == later


def test_line_ends_become_lf_and_the_last_line_ends(desk: Desk) -> None:
    opened = open_file(desk.actor, desk.root, LEAVING)
    text = "\ufeff" + opened.text.rstrip("\n").replace("\n", "\r\n")
    desk.save(Draft(LEAVING, text, opened.digest))
    assert (desk.root / LEAVING).read_bytes() == opened.text.encode()


def test_with_errors_nothing_is_written_and_they_are_told(desk: Desk) -> None:
    before = desk.text()
    draft = desk.draft("answer: [a]", "answer: [x]")
    with pytest.raises(FileErrors) as refused:
        desk.save(draft)
    (problem,) = refused.value.lint.own
    assert (problem.code, problem.file, problem.line) == ("answer-unknown", LEAVING, 11)
    assert desk.text() == before
    assert stored_problems(desk.session) == []


def test_warnings_do_not_keep_a_text_from_being_written(desk: Desk) -> None:
    text = desk.draft("    explanation: 解离一：清退要有登记。\n", "").text
    assert desk.lint(text) == [(LEAVING, "explanation-missing")]
    desk.save(Draft(LEAVING, text, open_file(desk.actor, desk.root, LEAVING).digest))
    assert desk.text() == text


def test_a_text_is_refused_for_what_it_breaks_in_other_files(desk: Desk) -> None:
    draft = desk.draft("- {id: basics.duty", "- {id: basics.duties", "_registry/topics.yaml")
    with pytest.raises(FileErrors) as refused:
        desk.save(draft)
    assert refused.value.lint.own == []
    assert {(p.file, p.code) for p in refused.value.lint.elsewhere} == {(LEAVING, "unknown-topic")}
    assert "basics.duty," in desk.text("_registry/topics.yaml")


def test_an_id_of_another_file_is_refused_in_whichever_it_comes_last(desk: Desk) -> None:
    taken = desk.draft("id: leaving-single-1", "id: small-true-1").text
    assert desk.lint(taken) == [(LEAVING, "duplicate-id")]
    taken = desk.draft("id: small-true-1", "id: leaving-true-1", "items/all.yaml").text
    assert (LEAVING, "duplicate-id") in desk.lint(taken, "items/all.yaml")


def test_errors_of_the_text_hide_what_follows_from_them(desk: Desk) -> None:
    assert desk.lint("schema: 1\nquestions: [\n") == [(LEAVING, "yaml-syntax")]
    assert {file for file, _ in desk.lint("tiers: []\n", "_registry/tiers.yaml")} == {
        "_registry/tiers.yaml"
    }


def test_a_new_type_needs_a_new_id(desk: Desk) -> None:
    text = desk.draft("type: true_false", "type: short").text
    text = text.replace("answer: false", "answer: 不会。\n    key_points: [{text: 不会}]")
    assert desk.lint(text) == [(LEAVING, "type-changed")]


def test_one_of_two_broken_files_can_be_mended(desk: Desk) -> None:
    whole = desk.text("items/all.yaml")
    (desk.root / "items/all.yaml").write_text("schema: [\n", encoding="utf-8")
    (desk.root / LEAVING).write_text(desk.text().replace("[a]", "[x]"), encoding="utf-8")
    served = set(current_questions(desk.session))
    saved = desk.save(desk.draft("answer: [x]", "answer: [a]"))
    assert saved == Saved([], [], [], [], 1)
    assert set(current_questions(desk.session)) == served
    opened = open_file(desk.actor, desk.root, "items/all.yaml")
    assert desk.save(Draft("items/all.yaml", whole, opened.digest)).blocked == 0


def test_a_file_that_was_changed_meanwhile_is_not_overwritten(desk: Desk) -> None:
    mine = desk.draft("解离一", "我的")
    desk.save(desk.draft("解离二", "别人的"))
    with pytest.raises(FileChanged) as refused:
        desk.save(mine)
    assert "别人的" in refused.value.theirs.text
    assert "别人的" in desk.text()
    # Seen and taken over: then mine goes in, but not over a third change.
    over = Draft(mine.name, mine.text, mine.digest, refused.value.theirs.digest)
    desk.save(desk.draft("解离三", "又一次"))
    with pytest.raises(FileChanged) as again:
        desk.save(over)
    desk.save(Draft(mine.name, mine.text, mine.digest, again.value.theirs.digest))
    assert desk.text() == mine.text


def test_a_deleted_file_is_a_change_too(desk: Desk) -> None:
    mine = desk.draft("解离一", "我的")
    (desk.root / LEAVING).unlink()
    with pytest.raises(FileChanged) as refused:
        desk.save(mine)
    assert refused.value.theirs.digest == ""
    assert not (desk.root / LEAVING).exists()


def test_a_new_file_is_not_written_over_one_that_came_before_it(desk: Desk) -> None:
    text = "schema: 1\nquestions: []\n"
    assert desk.save(Draft("fresh/one.yaml", text, "")) == Saved([], [], [], [], 0)
    assert desk.text("fresh/one.yaml") == text
    with pytest.raises(FileChanged):
        desk.save(Draft("fresh/one.yaml", text + "# mine\n", ""))


def test_of_two_who_save_at_once_one_is_told(desk: Desk, engine: Engine) -> None:
    drafts = [desk.draft("解离一", f"第{number}个人") for number in range(4)]

    def save(draft: Draft) -> bool:
        with Session(engine) as session:
            try:
                save_text(session, desk.now, desk.today, desk.actor, desk.root, draft)
            except FileChanged:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(save, drafts))
    assert done.count(True) == 1
    assert desk.text() == drafts[done.index(True)].text


def test_a_disk_that_refuses_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_path: Path, _text: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("quizengine.services.bank_edit.write_file", full)
    before = desk.text()
    with pytest.raises(Refused) as refused:
        desk.save(desk.draft("解离一", "新的"))
    assert refused.value.code == "not-writable"
    assert desk.text() == before


@pytest.mark.parametrize(
    ("text", "code"), [("a" * 1_000_001, "text-too-long"), ("\ud83d", "bad-text")]
)
def test_texts_that_can_be_no_file_are_refused(desk: Desk, text: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.lint(text)
    assert refused.value.code == code


@pytest.mark.parametrize("name", ["cs-admin", "auditor", "organizer", "li"])
def test_nobody_else_may_lint_save_or_look(
    desk: Desk, actor_of: Callable[[str], Actor], name: str
) -> None:
    draft = desk.draft("解离一", "新的")
    other = Desk(desk.session, desk.now, actor_of(name), desk.root)
    for act in (
        lambda: other.lint(draft.text),
        lambda: other.save(draft),
        lambda: look_again(desk.session, desk.now, desk.today, other.actor, desk.root),
        lambda: add_question(
            desk.session, desk.today, other.actor, desk.root, LEAVING, draft.text, "single"
        ),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403
    assert "新的" not in desk.text()


def test_a_new_question_gets_an_id_that_was_never_used(desk: Desk) -> None:
    desk.save(desk.draft("id: leaving-fill-1", "id: leaving-fill-5"))
    text = desk.text()
    desk.save(desk.draft("id: leaving-fill-5", "id: leaving-fill-1"))
    changed, line = add_question(
        desk.session, desk.today, desk.actor, desk.root, LEAVING, text.replace("-5", "-1"), "single"
    )
    assert changed.split("\n")[line - 1] == "  - id: leaving-fill-6"
    assert '{law: bmf-2024, article: "?"}' not in changed  # The file's defaults give the basis.


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        (LEAVING, "essay", "unknown-type"),
        ("_registry/tiers.yaml", "single", "no-questions-here"),
        ("blueprints/quick.yaml", "single", "no-questions-here"),
        ("../x.yaml", "single", "file-name"),
    ],
)
def test_templates_are_for_bank_files(desk: Desk, name: str, kind: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_question(desk.session, desk.today, desk.actor, desk.root, name, "", kind)
    assert refused.value.code == code
