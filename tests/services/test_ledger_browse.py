"""Reading the ledger: who sees which entries, in what words, and what is withheld."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from school import School
from sqlalchemy import delete, text, update
from sqlalchemy.orm import Session

from quizengine.domain.blueprints import Blueprint, ReleasePolicy, Section
from quizengine.domain.registry import Title
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.checkpoints import make_checkpoint
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_audit import audit, ledger_now, sign_now, signed_note
from quizengine.services.ledger_browse import (
    Wanted,
    count_entries,
    count_own,
    export_entries,
    get_entry,
    list_entries,
    list_own,
)
from quizengine.services.ledger_words import tell
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, ExamAudience, LedgerSubject, Unit

ActorOf = Callable[[str], Actor]
ALL = Wanted()
BLUEPRINT = Blueprint(
    id="b",
    title=Title(zh="考", en="B"),
    tier="new_member",
    duration_s=1800,
    pass_mark=Decimal(60),
    sections=[Section(type="single", count=1, points=Decimal(100))],
    release=ReleasePolicy(scores="manual", answers="manual"),
)


def new_exam(session: Session, now: datetime, school: School, *, released: bool, over: bool) -> int:
    """An exam of the whole school for new members, released by hand."""
    with writing(session):
        exam = Exam(
            title_zh="新员工考试",
            title_en="Newcomers' exam",
            unit_id=school.units["HQ"],
            created_by_id=school.persons["admin"],
            created_at=now,
            blueprint=BLUEPRINT.model_dump_json(by_alias=True),
            opens_at=now - timedelta(days=1),
            closes_at=now + timedelta(days=1),
            duration_s=1800,
            attempts=1,
            concluded_at=now if over else None,
            scores_released_at=now if released else None,
            audience=[ExamAudience(tier="new_member", unit_id=school.units["HQ"])],
        )
        session.add(exam)
        session.flush()
        return exam.id


def result(exam_id: int, score: str, *, passed: bool = True, **more: object) -> dict[str, Any]:
    return {
        "exam": exam_id,
        "attempt": 1,
        "tier": "new_member",
        "score": score,
        "max_score": "100.00",
        "passed": passed,
        "closed_by": "member",
        **more,
    }


@pytest.fixture
def write(session: Session, now: datetime, school: School) -> Callable[..., int]:
    """`write("li", "CS-1", "exam-missed", {…})`: append an entry; its number."""
    number = iter(range(1, 100_000))

    def _write(
        login: str | None,
        unit: str | None,
        kind: str,
        data: dict[str, Any],
        corrects: int | None = None,
    ) -> int:
        with writing(session), LedgerWriter(session) as log:
            count = next(number)
            return log.append(
                now + timedelta(minutes=count),
                kind,
                f"test:{count}",
                person_id=school.persons[login] if login else None,
                unit=unit,
                data=data,
                corrects=corrects,
            )

    return _write


@pytest.fixture
def exam_id(session: Session, now: datetime, school: School) -> int:
    return new_exam(session, now, school, released=True, over=True)


@pytest.fixture
def filled(write: Callable[..., int], exam_id: int) -> None:
    """Five entries: two in CS, two in PHY, one of no unit."""
    write("li", "CS-1", "exam-result", result(exam_id, "52.00", passed=False))
    write("wang", "CS-2", "exam-missed", {"exam": exam_id, "tier": "new_member"})
    write("zhao", "PHY-1", "exam-result", result(exam_id, "92.50"))
    letter = {"exam": exam_id, "tier": "new_member", "version": 2, "text_sha256": "0" * 64}
    write("chen", "PHY-2", "commitment-signed", letter)
    write(None, None, "question-repair", repair(exam_id))


def repair(exam_id: int) -> dict[str, Any]:
    return {
        "repair": 1,
        "question": "q-1",
        "revision": 1,
        "action": "accept",
        "answer": '["b"]',
        "reason": "b fits too",
        "by": "0" * 64,
        "exams": [exam_id],
    }


def seen(session: Session, actor: Actor, wanted: Wanted = ALL) -> list[int]:
    lines = list_entries(session, actor, wanted, "en")
    assert count_entries(session, actor, wanted) == len(lines)
    assert [line.seq for line in export_entries(session, actor, wanted, "en")] == [
        line.seq for line in reversed(lines)
    ]
    return [line.seq for line in lines]


@pytest.mark.usefixtures("filled")
def test_readers_see_their_subtree_and_only_the_whole_tree_sees_entries_of_no_unit(
    session: Session, actor_of: ActorOf
) -> None:
    assert seen(session, actor_of("admin")) == [5, 4, 3, 2, 1]
    assert seen(session, actor_of("auditor")) == [5, 4, 3, 2, 1]
    assert seen(session, actor_of("organizer")) == [2, 1]
    assert seen(session, actor_of("cs-admin")) == [2, 1]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize("login", ["li", "grader"])
def test_members_and_graders_may_not_browse(
    session: Session, actor_of: ActorOf, login: str
) -> None:
    for ask in (
        lambda: list_entries(session, actor_of(login), ALL, "en"),
        lambda: count_entries(session, actor_of(login), ALL),
        lambda: export_entries(session, actor_of(login), ALL, "en"),
        lambda: ledger_now(session, actor_of(login)),
        lambda: signed_note(session, actor_of(login), 1),
    ):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.status == 403


@pytest.mark.usefixtures("filled")
def test_filters_narrow_the_list_by_kind_unit_period_and_name(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    assert seen(session, admin, Wanted(kind="exam-result")) == [3, 1]
    assert seen(session, admin, Wanted(unit_id=school.units["PHY"])) == [4, 3]
    assert seen(session, admin, Wanted(unit_id=school.units["PHY-1"])) == [3]
    assert seen(session, actor_of("organizer"), Wanted(unit_id=school.units["PHY"])) == []
    minutes = [now + timedelta(minutes=m) for m in (2, 4)]
    assert seen(session, admin, Wanted(since=minutes[0], until=minutes[1])) == [3, 2]
    assert seen(session, admin, Wanted(name="李")) == [1]
    assert seen(session, admin, Wanted(name=" ZHA")) == [3]
    assert seen(session, admin, Wanted(name="%")) == []


@pytest.mark.usefixtures("filled")
def test_an_entry_of_a_unit_that_was_renamed_follows_the_person(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    with writing(session):
        session.execute(update(Unit).where(Unit.code == "CS-1").values(code="CS-ONE"))
    assert seen(session, actor_of("organizer")) == [2, 1]
    assert list_entries(session, actor_of("organizer"), ALL, "en")[1].unit == "CS-1"


@pytest.mark.usefixtures("filled")
def test_an_erased_person_leaves_the_entry_without_a_name(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    with writing(session):
        session.execute(
            delete(LedgerSubject).where(LedgerSubject.person_id == school.persons["li"])
        )
    line = list_entries(session, actor_of("admin"), Wanted(kind="exam-result"), "en")[-1]
    assert (line.seq, line.person, line.person_id) == (1, None, None)
    assert line.subject is not None
    assert line.told.sentence.render().startswith("Did not pass")


@pytest.mark.usefixtures("filled")
def test_entries_are_told_in_plain_words_with_titles_in_the_language(
    session: Session, actor_of: ActorOf
) -> None:
    english = [str(li.told.sentence) for li in list_entries(session, actor_of("admin"), ALL, "en")]
    assert english == [
        "Another answer to question q-1 (revision 1) was accepted.",
        "Signed the commitment letter, version 2, for the exam “Newcomers' exam”.",
        "Passed the exam “Newcomers' exam” with 92.5 of 100 points.",
        "Missed the exam “Newcomers' exam”.",
        "Did not pass the exam “Newcomers' exam”: 52 of 100 points.",
    ]
    chinese = list_entries(session, actor_of("admin"), Wanted(kind="exam-missed"), "zh_CN")
    assert chinese[0].told.sentence.params == {"exam": "新员工考试"}


def test_a_correction_tells_why_and_what_was_there_before(
    session: Session, write: Callable[..., int], exam_id: int, actor_of: ActorOf
) -> None:
    first = write("li", "CS-1", "exam-result", result(exam_id, "52.00", passed=False))
    reason = {"code": "repair", "repair": 1, "question": "q-1"}
    data = result(exam_id, "62.00", reason=reason)
    second = write("li", "CS-1", "result-correction", data, corrects=first)
    line = list_entries(session, actor_of("admin"), ALL, "en")[0]
    assert (line.seq, line.corrects) == (second, first)
    assert "62 of 100" in str(line.told.sentence)
    assert [str(remark) for remark in line.told.remarks] == ["Because question q-1 was repaired."]
    assert line.before is not None
    assert "52 of 100" in str(line.before.sentence)
    page = get_entry(session, actor_of("li"), first, "en")
    assert page.corrected_by == [second]


def test_own_results_stay_hidden_until_they_are_released(
    session: Session,
    now: datetime,
    school: School,
    write: Callable[..., int],
    actor_of: ActorOf,
) -> None:
    hidden = new_exam(session, now, school, released=False, over=True)
    first = write("li", "CS-1", "exam-result", result(hidden, "52.00", passed=False))
    later = write("li", "CS-1", "result-correction", result(hidden, "62.00"), corrects=first)
    lines = list_own(session, school.persons["li"], "en")
    assert [line.seq for line in lines] == [later, first]
    page = get_entry(session, actor_of("li"), later, "en")
    for line in [*lines, page.line]:
        assert line.withheld
        assert (line.body, line.leaf_hash, line.chain_hash, line.before) == (None,) * 4
        assert "not released yet" in str(line.told.sentence)
        assert "62" not in repr(line.told)
        assert "52" not in repr(line.told)
    assert (page.leaf_fits, page.chain_fits) == (None, None)
    # Those who follow the exam see its results anyway.
    assert "62 of 100" in str(
        list_entries(session, actor_of("organizer"), ALL, "en")[0].told.sentence
    )


@pytest.mark.parametrize(("over", "shown"), [(False, False), (True, True)])
def test_an_answer_found_right_is_kept_from_readers_who_still_may_sit(
    session: Session,
    now: datetime,
    school: School,
    write: Callable[..., int],
    actor_of: ActorOf,
    over: bool,
    shown: bool,
) -> None:
    running = new_exam(session, now, school, released=False, over=over)
    write(None, None, "question-repair", repair(running))
    with writing(session):
        session.execute(
            text("INSERT INTO person_tiers (person_id, tier) VALUES (:person, 'new_member')"),
            {"person": school.persons["auditor"]},
        )
    line = list_entries(session, actor_of("auditor"), ALL, "en")[0]
    assert (line.body is not None) == shown
    assert ("b fits too" in repr(line.told)) == shown
    exported = next(export_entries(session, actor_of("auditor"), ALL, "en"))
    assert (exported.leaf_hash is not None) == shown
    assert list_entries(session, actor_of("admin"), ALL, "en")[0].body is not None


@pytest.mark.usefixtures("filled")
def test_an_entry_opens_for_its_readers_and_its_subject_alone(
    session: Session, actor_of: ActorOf
) -> None:
    for login in ("admin", "auditor", "organizer", "li"):
        page = get_entry(session, actor_of(login), 1, "en")
        assert (page.leaf_fits, page.chain_fits, page.source) == (True, True, "test:1")
    for login, seq in (("wang", 1), ("organizer", 3), ("grader", 1), ("admin", 99)):
        with pytest.raises(Refused) as refused:
            get_entry(session, actor_of(login), seq, "en")
        assert refused.value.status == 404


@pytest.mark.usefixtures("filled")
def test_everybody_sees_own_entries(session: Session, school: School) -> None:
    assert [li.seq for li in list_own(session, school.persons["li"], "en")] == [1]
    assert count_own(session, school.persons["li"]) == 1
    assert list_own(session, school.persons["grader"], "en") == []


def test_statements_do_not_grow_with_the_list(
    session: Session,
    statements: list[str],
    write: Callable[..., int],
    exam_id: int,
    now: datetime,
    school: School,
    actor_of: ActorOf,
) -> None:
    exams = [exam_id] + [new_exam(session, now, school, released=True, over=True) for _ in range(9)]
    actor, counts = actor_of("auditor"), []
    for size in (1, 20):
        for number in range(size):
            exam = exams[number % 10]
            first = write("li", "CS-1", "exam-result", result(exam, "52.00"))
            write("li", "CS-1", "result-correction", result(exam, "53.00"), corrects=first)
        session.expunge_all()
        statements.clear()
        assert len(list_entries(session, actor, ALL, "en", size=2 * size)) == 2 * size
        assert len(list_own(session, school.persons["li"], "en", size=2 * size)) == 2 * size
        counts.append(len(statements))
    assert counts[0] == counts[1] == 7


def test_an_entry_that_was_tampered_with_is_shown_as_such(
    session: Session, write: Callable[..., int], exam_id: int, actor_of: ActorOf
) -> None:
    bodies = [
        '{"v":1',
        "[]",
        '{"data":[]}',
        '{"data":{"exam":"x","attempt":"2"},"corrects":"1"}',
        json.dumps({"data": {**result(exam_id, "1E+99999999")}, "corrects": 77}),
        "[" * 100_000,
    ]
    for _ in bodies:
        write("li", "CS-1", "exam-result", result(exam_id, "52.00"))
    with writing(session):
        session.execute(text("DROP TRIGGER ledger_entries_no_update"))
        for seq, body in enumerate(bodies, start=1):
            session.execute(
                text("UPDATE ledger_entries SET body = :body WHERE seq = :seq"),
                {"body": body, "seq": seq},
            )
        session.execute(text("UPDATE ledger_entries SET at = 'never' WHERE seq = 2"))
    lines = list_entries(session, actor_of("admin"), ALL, "en")
    assert lines[-2].at is None
    assert {str(line.told.sentence) for line in lines} == {
        "The text of this entry can't be read: it may have been changed."
    }
    page = get_entry(session, actor_of("admin"), 1, "en")
    assert (page.leaf_fits, page.chain_fits) == (False, True)
    assert str(tell("contest-won", {}, "").sentence) == "An entry of the kind “contest-won”."


@pytest.mark.usefixtures("filled")
def test_checkpoints_are_signed_by_admins_and_auditors_only(
    session: Session, now: datetime, tmp_path: Path, actor_of: ActorOf
) -> None:
    for login in ("organizer", "li", "grader"):
        with pytest.raises(Refused) as refused:
            sign_now(session, now, actor_of(login), tmp_path)
        assert refused.value.status == 403
    note = sign_now(session, now, actor_of("auditor"), tmp_path)
    assert signed_note(session, actor_of("organizer"), 1).note == note
    assert ledger_now(session, actor_of("organizer")).size == 5


@pytest.mark.usefixtures("filled")
def test_the_ledger_is_audited_with_a_note_as_forms_send_it(
    session: Session, now: datetime, tmp_path: Path, write: Callable[..., int], actor_of: ActorOf
) -> None:
    note = make_checkpoint(session, now, tmp_path)
    write("li", "CS-1", "exam-missed", {"exam": 1, "tier": "new_member"})
    auditor = actor_of("auditor")
    for sent in (
        note,
        note.replace("\n", "\r\n"),
        f"\ufeff\r\n{note.strip()}  \n".replace(" \n", ""),
    ):
        report, trusted = audit(session, auditor, tmp_path, sent)
        assert report.ok
        assert trusted is not None
        assert (report.entries, trusted.size) == (6, 5)
    report, trusted = audit(session, auditor, tmp_path)
    assert trusted is None
    assert len(report.cannot_exclude) == 2
    with pytest.raises(Refused) as refused:
        audit(session, auditor, tmp_path, note.replace("\n5\n", "\n4\n"))
    assert refused.value.status == 400
    with pytest.raises(Refused) as refused:
        audit(session, auditor, tmp_path, note, "nonsense")
    assert refused.value.status == 400
