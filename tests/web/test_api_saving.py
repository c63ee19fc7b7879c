"""Saving answers over the API: the order of answers, and what becomes of late ones."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from apiclient import Api
from examroom import ExamRoom
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from website import Clock
from werkzeug.test import TestResponse

from quizengine.domain.answers import correct_answer
from quizengine.storage.models import Answer, LateAnswer, LedgerEntry, Sitting

ApiOf = Callable[[str], Api]


@dataclass
class Desk:
    """An open sitting of the quick exam; `question` is its first, a single."""

    api: Api
    sitting: int
    questions: list[dict[str, Any]]
    deadline: datetime

    @property
    def question(self) -> str:
        """Id of the first question."""
        return str(self.questions[0]["id"])

    def save(self, answer: Any, seq: int = 1) -> TestResponse:
        """Answer the first question."""
        return self.api.save(self.sitting, self.question, answer, seq)

    def stored(self) -> Any:
        """The stored answer to the first question."""
        answers = self.api.get(f"/sittings/{self.sitting}").json["answers"]
        return answers.get(self.question, {}).get("answer")


@pytest.fixture
def desk(room: ExamRoom, api: ApiOf) -> Desk:
    exam = room.open("quick", attempts=2)
    chen = api("chen")
    body = chen.post(f"/exams/{exam.id}/sittings").json
    deadline = datetime.fromisoformat(body["deadline"])
    return Desk(chen, body["id"], body["questions"], deadline)


def test_a_newer_answer_replaces_an_older_one(desk: Desk, clock: Clock) -> None:
    first = desk.save(["a"], 1)
    assert first.json == {"seq": 1, "saved_at": "2026-03-02T08:00:00Z", "stored": None}
    clock.advance(5)
    assert desk.save(["b"], 2).json["saved_at"] == "2026-03-02T08:00:05Z"
    assert desk.stored() == ["b"]


@pytest.mark.parametrize("seq", [1, 2])
def test_an_older_or_equal_seq_changes_nothing_and_says_what_is_stored(
    desk: Desk, clock: Clock, seq: int
) -> None:
    desk.save(["b"], 2)
    clock.advance(5)
    stale = desk.save(["a"], seq)
    assert stale.status_code == 200
    assert stale.json == {"seq": 2, "saved_at": "2026-03-02T08:00:00Z", "stored": ["b"]}
    assert desk.stored() == ["b"]


def test_an_answer_is_on_disk_when_the_reply_comes(desk: Desk, session: Session) -> None:
    desk.save(["c"], 7)
    session.rollback()
    row = session.get_one(Answer, (desk.sitting, desk.question))
    assert (json.loads(row.answer), row.seq) == (["c"], 7)


def test_a_seq_as_large_as_a_clock_in_microseconds_fits(desk: Desk) -> None:
    assert desk.save(["a"], 2**53 - 1).json["seq"] == 2**53 - 1


def test_a_question_that_is_not_on_the_paper_is_refused(desk: Desk, room: ExamRoom) -> None:
    own = {question["id"] for question in desk.questions}
    # Known to the bank, but not drawn for this member; and one that nobody knows.
    others = {f"leaving-single-{n}" for n in (1, 2, 3)} - own
    for forged in (*others, "forged-1", "x" * 500):
        refused = desk.api.save(desk.sitting, forged, ["a"])
        assert (refused.status_code, refused.json["code"]) == (404, "unknown-question")
    assert room.session.scalar(select(func.count()).select_from(Answer)) == 0


@pytest.mark.parametrize(
    "answer",
    ["a", ["a", "b"], ["z"], {"a": "b"}, [1], None, ["a"] * 9, [["a"]], True, 3.5],
)
def test_an_answer_of_the_wrong_shape_is_refused_with_its_place(desk: Desk, answer: Any) -> None:
    refused = desk.save(answer)
    assert refused.status_code == 400
    assert refused.json["code"] == "answer-shape"
    assert [fault["pointer"] for fault in refused.json["errors"]] == ["#/answer"]
    assert desk.stored() is None


def test_within_grace_an_answer_is_refused_as_late_but_counts(
    desk: Desk, clock: Clock, session: Session
) -> None:
    right = _right(session, desk)
    clock.now = desk.deadline + timedelta(seconds=30)
    late = desk.save(right)
    assert late.status_code == 409
    assert late.json["code"] == "answer-grace"
    assert (late.json["outcome"], late.json["stored"], late.json["scored"]) == ("grace", True, True)
    assert "it is stored and counts" in late.json["detail"]
    assert desk.api.get(f"/sittings/{desk.sitting}/result").json["score"] == 3
    # A retry, as after a lost reply.
    again = desk.save(right)
    assert (again.status_code, again.json["code"]) == (409, "answer-known")
    assert (again.json["scored"], again.json["seq"]) == (True, 1)


def test_after_the_grace_period_an_answer_is_kept_but_does_not_count(
    desk: Desk, clock: Clock, session: Session
) -> None:
    right = _right(session, desk)
    clock.now = desk.deadline + timedelta(seconds=31)
    for _ in range(2):
        late = desk.save(right, 4)
        assert (late.status_code, late.json["code"]) == (409, "answer-late")
        assert (late.json["stored"], late.json["scored"], late.json["seq"]) == (True, False, 4)
        assert "does not count" in late.json["detail"]
    assert desk.api.get(f"/sittings/{desk.sitting}/result").json["score"] == 0
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LateAnswer)) == 1


def test_after_handing_in_an_answer_is_kept_but_does_not_count(
    desk: Desk, session: Session
) -> None:
    right = _right(session, desk)
    desk.api.post(f"/sittings/{desk.sitting}/submit")
    late = desk.save(right)
    assert (late.status_code, late.json["code"]) == (409, "answer-after-submit")
    assert (late.json["outcome"], late.json["scored"]) == ("after_submit", False)
    assert desk.stored() is None


def test_a_retry_after_handing_in_says_that_the_answer_had_been_saved(desk: Desk) -> None:
    desk.save(["a"], 2)
    desk.api.post(f"/sittings/{desk.sitting}/submit")
    for seq in (1, 2, 3):
        known = desk.save(["a"], seq)
        assert (known.json["code"], known.json["scored"], known.json["seq"]) == (
            "answer-known",
            True,
            2,
        )


def test_past_the_deadline_a_sitting_looks_expired_and_a_new_one_may_begin(
    desk: Desk, clock: Clock
) -> None:
    clock.now = desk.deadline + timedelta(seconds=1)
    assert desk.api.get(f"/sittings/{desk.sitting}").json["state"] == "expired"
    [line] = desk.api.get("/exams").json["items"]
    assert (line["sitting_id"], line["attempts_left"]) == (None, 1)
    second = desk.api.post(f"/exams/{line['id']}/sittings")
    assert second.status_code == 201
    assert second.json["attempt"] == 2
    assert desk.api.post(f"/sittings/{desk.sitting}/submit").json["state"] == "graded"


def test_two_tabs_that_save_at_once_leave_the_newest_answer(
    desk: Desk, app: Flask, session: Session
) -> None:
    outcomes = _at_once(
        [lambda seq=seq: desk.save(["abc"[seq % 3]], seq).status_code for seq in range(1, 13)]
    )
    assert outcomes == [200] * 12
    session.rollback()
    row = session.get_one(Answer, (desk.sitting, desk.question))
    assert (row.seq, json.loads(row.answer)) == (12, ["a"])


def test_two_tabs_that_start_at_once_get_one_sitting(
    room: ExamRoom, api: ApiOf, session: Session
) -> None:
    exam = room.open("quick", attempts=5)
    path = f"/exams/{exam.id}/sittings"
    chen = api("chen")
    bodies = _at_once([lambda: chen.post(path)] * 6)
    assert sorted(body.status_code for body in bodies) == [200] * 5 + [201]
    assert len({body.json["id"] for body in bodies}) == 1
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Sitting)) == 1


def test_handing_in_and_saving_at_once_lose_no_acknowledged_answer(
    desk: Desk, session: Session
) -> None:
    right = _right(session, desk)
    calls: list[Callable[[], Any]] = [
        lambda: desk.save(right).status_code,
        lambda: desk.api.post(f"/sittings/{desk.sitting}/submit").status_code,
        lambda: desk.api.post(f"/sittings/{desk.sitting}/submit").status_code,
    ]
    saved, *submitted = _at_once(calls)
    assert submitted == [200, 200]
    score = desk.api.get(f"/sittings/{desk.sitting}/result").json["score"]
    assert (saved, score) in {(200, 3), (409, 0)}
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


def _right(session: Session, desk: Desk) -> Any:
    session.rollback()
    room = ExamRoom(session, None, desk.deadline)  # type: ignore[arg-type]
    questions = room.questions(session.get_one(Sitting, desk.sitting))
    session.rollback()
    return correct_answer(questions[0])


def _at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """What the calls return when as many threads make them at the same moment."""
    results: list[Any] = [None] * len(calls)
    barrier = threading.Barrier(len(calls))

    def run(number: int) -> None:
        barrier.wait()
        results[number] = calls[number]()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
