"""How the questions of an exam did, for those who may change it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from examroom import ExamRoom, wrong
from sqlalchemy.orm import Session

from quizengine.domain.itemstats import LEAST_ANSWERS
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.item_stats import item_detail, item_statistics
from quizengine.services.reach import reach
from quizengine.services.repairs import Decision, repair
from quizengine.storage.models import Exam

ActorOf = Callable[[str], Actor]
FILL = "leaving-fill-1"


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    """Six know all, six nothing; of these one has the blank right."""
    for number in range(12):
        room.add_member(f"m{number}", "CS-1", "graduate")
    exam = room.open("quick", attempts=2)
    for number in range(6):
        room.sit(f"m{number}", exam)
    for number in range(6, 11):
        room.sit(f"m{number}", exam, wrong)
    room.sit("m11", exam, lambda q: ["脱密期"] if q.id == FILL else None)
    # A second attempt is no evidence of how hard a question is.
    room.sit("m6", exam)
    return exam


def test_difficulty_and_discrimination_of_first_attempts(
    session: Session, exam: Exam, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    lines = {
        line.question.id: line
        for line in item_statistics(session, admin, reach(session, admin, exam.id))
    }
    fill = lines[FILL].moments
    assert fill.n == 12 >= LEAST_ANSWERS
    assert fill.difficulty == pytest.approx(7 / 12)
    # Rest scores: 1 for six, 0 for six; the item: right for seven. r = φ of the table.
    assert fill.discrimination == pytest.approx((6 * 5 - 1 * 0) / (7 * 5 * 6 * 6) ** 0.5)


def test_a_detail_shows_what_was_chosen(session: Session, exam: Exam, actor_of: ActorOf) -> None:
    admin = actor_of("admin")
    seen = reach(session, admin, exam.id)
    lines = {line.question.id: line for line in item_statistics(session, admin, seen)}
    detail = item_detail(session, admin, seen, lines[FILL].revision_id)
    assert (detail.takers, detail.options, detail.common) == (12, [], [(["脱密期"], 7)])
    truth = item_detail(session, admin, seen, lines["leaving-true-1"].revision_id)
    assert [(o.key, o.right, o.count) for o in truth.options] == [("a", False, 0), ("b", True, 6)]
    with pytest.raises(Refused) as refused:
        item_detail(session, admin, seen, 10_000)
    assert refused.value.status == 404


def test_a_dropped_question_is_out_of_the_figures(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    repair(session, room.now, admin, Decision(FILL, 1, "drop", reason="r"))
    seen = reach(session, admin, exam.id)
    line = next(ln for ln in item_statistics(session, admin, seen) if ln.question.id == FILL)
    assert (line.moments.n, line.dropped, line.repairs) == (0, 12, ("drop",))
    assert line.moments.difficulty is None


def test_right_answers_are_for_those_who_may_change_the_exam_and_do_not_take_it(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    for login in ("auditor", "organizer"):
        actor = actor_of(login)
        with pytest.raises(Refused) as refused:
            item_statistics(session, actor, reach(session, actor, exam.id))
        assert refused.value.code == "forbidden"
    organizer = Actor(room.school.persons["wang"], "", 0, "", actor_of("organizer").roles)
    own = room.open("quick", "CS")
    with pytest.raises(Refused) as examinee:
        item_statistics(session, organizer, reach(session, organizer, own.id))
    assert examinee.value.code == "examinee"
    room.conclude(own)
    assert item_statistics(session, organizer, reach(session, organizer, own.id)) == []
