"""Finding questions of the bank, and everything about one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from examroom import ExamRoom
from school import School
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker
from website import site_settings

from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.bank import current_questions, stored_problems, sync_bank
from quizengine.services.bank_browse import Filter, list_questions, overview, question_page
from quizengine.services.clock import tick
from quizengine.services.papers import parse_paper
from quizengine.storage.models import BankState, Paper

ActorOf = Callable[[str], Actor]


def _ids(session: Session, actor: Actor, wanted: Filter) -> list[str]:
    lines, total = list_questions(session, actor, wanted, size=100)
    assert total == len(lines)
    return [line.question.id for line in lines]


@pytest.fixture
def admin(school: School, actor_of: ActorOf, bank: Path) -> Actor:
    """An admin of all units, when the small bank is served."""
    return actor_of("admin")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(text="leaving-true"), ["leaving-true-1"]),
        (Filter(text=" LEAVING-TRUE-1 "), ["leaving-true-1"]),
        (Filter(text="离岗以后 管理"), ["leaving-fill-1"]),
        (Filter(text="管理 没有"), []),
        (Filter(pool="practice"), ["small-practice-1"]),
        (Filter(type="fill", tier="graduate"), ["leaving-fill-1"]),
        (Filter(type="fill", difficulty=5), []),
        (Filter(topic="carrier"), []),
        (Filter(cognitive_level="apply"), []),
    ],
)
def test_questions_are_found_by_all_conditions_together(
    session: Session, admin: Actor, wanted: Filter, found: list[str]
) -> None:
    assert _ids(session, admin, wanted) == found


def test_a_topic_takes_in_those_below_it(session: Session, admin: Actor) -> None:
    below = _ids(session, admin, Filter(topic="basics.duty"))
    assert len(below) == 5
    assert set(below) < set(_ids(session, admin, Filter(topic="basics")))


def test_pages_follow_one_another_and_name_the_place(session: Session, admin: Actor) -> None:
    first, total = list_questions(session, admin, Filter(), offset=0, size=3)
    second, _ = list_questions(session, admin, Filter(), offset=3, size=3)
    assert total == 24
    assert [line.question.id for line in (*first, *second)] == _ids(session, admin, Filter())[:6]
    assert (first[0].file, first[0].line) == ("items/leaving.yaml", 30)


def test_a_question_shows_its_revisions_and_where_it_is_used(
    session: Session, now: datetime, admin: Actor, bank: Path, school: School
) -> None:
    page = question_page(session, now.date(), admin, "leaving-true-1")
    assert (page.exams, page.shown.type, page.file) == (0, "true_false", "items/leaving.yaml")
    assert [(c.basis.article, c.in_force) for c in page.citations] == [("28", True)]
    ExamRoom(session, school, now).open("all-types")
    # Papers are drawn at random: ask for a question that somebody got.
    paper = parse_paper(session.scalars(select(Paper.items)).first() or "")
    used = paper.items[0].question_id
    assert question_page(session, now.date(), admin, used).exams == 1
    path = bank / "items/leaving.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("自动解除", "立即解除"), encoding="utf-8")
    sync_bank(session, now, now.date(), bank)
    page = question_page(session, now.date(), admin, "leaving-true-1")
    assert [(r.number, r.current) for r in page.revisions] == [(1, True), (1, False)]
    assert "立即解除" in page.question.stem


def test_a_question_that_is_gone_shows_what_it_was(
    session: Session, now: datetime, admin: Actor, bank: Path
) -> None:
    path = bank / "items/leaving.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("id: leaving-true-1", "id: leaving-true-2"), encoding="utf-8")
    sync_bank(session, now, now.date(), bank)
    page = question_page(session, now.date(), admin, "leaving-true-1")
    assert (page.file, page.question.id) == ("", "leaving-true-1")
    assert not page.revisions[0].current
    with pytest.raises(Refused) as refused:
        question_page(session, now.date(), admin, "leaving-true-3")
    assert refused.value.status == 404


@pytest.mark.parametrize("name", ["cs-admin", "auditor", "organizer", "grader", "li"])
def test_questions_with_answers_are_for_admins_of_all_units(
    session: Session, now: datetime, admin: Actor, actor_of: ActorOf, name: str
) -> None:
    for act in (
        lambda: list_questions(session, actor_of(name), Filter()),
        lambda: question_page(session, now.date(), actor_of(name), "leaving-true-1"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.status == 403


def test_the_overview_counts_what_is_served(
    session: Session, now: datetime, admin: Actor, actor_of: ActorOf, bank: Path
) -> None:
    (bank / "items/leaving.yaml").write_text("schema: [\n", encoding="utf-8")
    sync_bank(session, now.replace(hour=9), now.date(), bank)
    for name in ("admin", "auditor"):
        state = overview(session, now.date(), actor_of(name), bank)
        assert state.served_at == now
        assert state.errors == 1
        assert state.figures["questions"] == 24
        assert state.figures["by_tier"] == {"graduate": 5, "new_member": 19}
        assert state.figures["basis"]["checked"] == 24
    for name in ("cs-admin", "organizer", "li"):
        with pytest.raises(Refused):
            overview(session, now.date(), actor_of(name), bank)


def test_before_the_first_bank_there_is_nothing(
    session: Session, now: datetime, school: School, actor_of: ActorOf, tmp_path: Path
) -> None:
    state = overview(session, now.date(), actor_of("admin"), tmp_path)
    assert (state.served_at, state.figures["questions"], state.problems) == (None, 0, [])
    assert list_questions(session, actor_of("admin"), Filter()) == ([], 0)


def test_a_broken_folder_keeps_the_last_good_bank(
    engine: Engine, session: Session, now: datetime, bank: Path, tmp_path: Path
) -> None:
    served = current_questions(session)
    session.rollback()
    path = bank / "items/leaving.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text("schema: 1\nquestions:\n  - id: [\n", encoding="utf-8")
    settings = site_settings(tmp_path, bank=bank)
    tick(sessionmaker(engine), now, settings)
    assert current_questions(session) == served
    errors = [p for p in stored_problems(session) if p.severity == "error"]
    assert [(p.file, p.code) for p in errors] == [("items/leaving.yaml", "yaml-syntax")]
    state = session.get_one(BankState, 1)
    assert state.seen_digest != state.served_digest
    # Mended, it is served at the clock's next look.
    session.rollback()
    path.write_text(whole.replace("leaving-fill-1", "leaving-fill-2"), encoding="utf-8")
    tick(sessionmaker(engine), now, settings)
    assert "leaving-fill-2" in {q.id for q in current_questions(session).values()}
