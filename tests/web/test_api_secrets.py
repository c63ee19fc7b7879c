"""No response before release helps to answer or tells what was right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from apiclient import Api
from examroom import ExamRoom
from hidden import hidden_texts
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import ReleasePolicy
from quizengine.storage.models import Sitting

ApiOf = Callable[[str], Api]
# Names of members that would carry an answer, or that are none of the member's business.
HIDDEN_NAMES = {
    "key_points",
    "keywords",
    "any_order",
    "tolerance",
    "cleared",
    "cognitive_level",
    "difficulty",
    "topics",
    "tiers",
    "pool",
    "score_share",
}
NULL_UNTIL_RELEASE = {"correct", "explanation", "basis"}


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """All members of all objects in a JSON value."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name, member
            yield from members(member)
    elif isinstance(value, list):
        for item in value:
            yield from members(item)


def _sit(room: ExamRoom, api: Api, exam_id: int) -> int:
    """Go through every call there is, with empty answers."""
    api.get("/exams")
    api.get(f"/exams/{exam_id}/commitment")
    api.post(f"/exams/{exam_id}/commitment")
    body = api.post(f"/exams/{exam_id}/sittings").json
    sitting = body["id"]
    for question in body["questions"]:
        empty: Any = {} if question["type"] in ("match", "case") else []
        api.save(sitting, question["id"], empty, 1)
        api.save(sitting, question["id"], empty, 0)
        api.save(sitting, question["id"], ["nonsense"] * 9, 2)
        api.save(sitting, question["id"], {"nonsense": "x"}, 2)
    api.put(f"/sittings/{sitting}/marks", {"flags": [], "at": 0})
    api.get(f"/sittings/{sitting}")
    api.get(f"/sittings/{sitting}/result")
    api.post(f"/sittings/{sitting}/submit")
    api.save(sitting, body["questions"][0]["id"], [], 9)
    for path in ("/exams", f"/sittings/{sitting}", f"/sittings/{sitting}/result"):
        api.get(path)
    api.get("/ledger/entries")
    return int(sitting)


@pytest.mark.parametrize(
    "policy",
    [
        ReleasePolicy(scores="manual", answers="manual"),
        ReleasePolicy(scores="after_close", answers="after_close"),
        ReleasePolicy(scores="at_once", answers="after_close"),
        ReleasePolicy(scores="manual", answers="at_once"),
    ],
)
def test_no_response_before_release_carries_an_answer(
    session: Session, room: ExamRoom, api: ApiOf, policy: ReleasePolicy
) -> None:
    exam = room.open("all-types", release=policy)
    li = api("li")
    _sit(room, li, exam.id)
    assert len(li.seen) > 40
    hidden = hidden_texts(session)
    for body in li.seen:
        assert [text for text in hidden if text in body] == []
        for name, member in members(json.loads(body or "null")):
            assert name not in HIDDEN_NAMES
            if name in NULL_UNTIL_RELEASE:
                assert member is None
            if policy.scores != "at_once" and name in ("score", "passed", "points_earned"):
                assert member is None


def test_the_paper_does_not_depend_on_which_keys_are_right(
    session: Session, room: ExamRoom, api: ApiOf
) -> None:
    exam = room.open("all-types", commitment=False)
    li = api("li")
    questions = li.post(f"/exams/{exam.id}/sittings").json["questions"]
    for question in questions:
        for asked in (question, *question["parts"]):
            assert set(asked) <= {
                "id", "revision", "type", "stem", "points", "options", "left", "blanks", "units",
                "parts",
            }  # fmt: skip


def test_after_release_the_result_explains_each_question(
    session: Session, room: ExamRoom, api: ApiOf
) -> None:
    exam = room.open("all-types", release=ReleasePolicy(scores="at_once", answers="at_once"))
    li = api("li")
    li.post(f"/exams/{exam.id}/commitment")
    sitting = li.post(f"/exams/{exam.id}/sittings").json["id"]
    assert li.get(f"/sittings/{sitting}/result").status_code == 403, "it is still open"
    session.rollback()
    questions = {q.id: q for q in room.questions(session.get_one(Sitting, sitting))}
    for question in questions.values():
        if question.type != "short":
            li.save(sitting, question.id, correct_answer(question))
    li.post(f"/sittings/{sitting}/submit")
    result = li.get(f"/sittings/{sitting}/result").json
    assert (result["state"], result["score"], result["max_score"]) == ("graded", 36, 40)
    assert (result["passed"], result["pass_mark"]) == (True, 24)
    for shown in result["questions"]:
        question = questions[shown["id"]]
        assert shown["correct"] == correct_answer(question)
        assert shown["explanation"] == question.explanation
        assert shown["basis"] == [
            {
                "law": "bmf-2024",
                "article": "5",
                "paragraph": "1",
                "item": None,
                "title": "Secrecy Law",
                "version": "2024 revision",
            }
        ]
        if shown["type"] == "short":
            assert (shown["answer"], shown["points"]) == (None, 0)
        else:
            assert shown["answer"] == shown["correct"]
            assert shown["points"] == shown["max_points"]
        if shown["type"] == "case":
            assert all(part["explanation"] for part in shown["parts"])
