"""An own sitting as its member sees it."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from examroom import ExamRoom
from hidden import hidden_texts
from sqlalchemy.orm import Session

from quizengine.domain.papers import PaperItem
from quizengine.domain.questions import question_from_data
from quizengine.domain.text import Refused
from quizengine.services.papers import parse_paper
from quizengine.services.question_view import question_view
from quizengine.services.sitting_view import SittingView, sitting_view
from quizengine.services.sittings import set_marks, submit
from quizengine.storage.models import Sitting


def view_of(room: ExamRoom, sitting: Sitting, login: str = "li") -> SittingView:
    person_id = room.school.persons[login]
    return sitting_view(room.session, room.now, person_id, sitting.id, "en")


def test_questions_come_in_the_papers_order_with_its_points(room: ExamRoom) -> None:
    sitting = room.begin("li", room.open("all-types"))
    view = view_of(room, sitting)
    items = parse_paper(sitting.paper.items).items
    assert [(q.id, q.points) for q in view.questions] == [(i.question_id, i.points) for i in items]
    assert [question.type for question in view.questions] == [
        "single",
        "multiple",
        "true_false",
        "fill",
        "numeric",
        "order",
        "match",
        "short",
        "case",
    ]


def test_options_come_in_the_papers_order(room: ExamRoom) -> None:
    sitting = room.begin("li", room.open("all-types"))
    view = view_of(room, sitting)
    for shown, item in zip(view.questions, parse_paper(sitting.paper.items).items, strict=True):
        keys = tuple(option.key for option in shown.options)
        assert keys == (item.right if shown.type == "match" else item.options)


def test_nothing_in_it_helps_to_answer(room: ExamRoom, session: Session) -> None:
    view = view_of(room, room.begin("li", room.open("all-types")))
    text = view.model_dump_json()
    assert [hidden for hidden in hidden_texts(session) if hidden in text] == []


def test_saved_answers_and_marks_come_back(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open("quick"))
    first, second = [item.question_id for item in parse_paper(sitting.paper.items).items][:2]
    room.save(sitting, first, ["a"], 3)
    set_marks(room.session, room.now, sitting.person_id, sitting.id, [second, "x-1"], 99)
    view = view_of(room, sitting, "chen")
    assert {k: (a.answer, a.seq, a.saved_at) for k, a in view.answers.items()} == {
        first: (["a"], 3, room.now)
    }
    assert (view.marks.flags, view.marks.at) == ([second], 3)


def test_marks_of_a_closed_sitting_stay(room: ExamRoom) -> None:
    sitting = room.sit("chen", room.open("quick"))
    set_marks(room.session, room.now, sitting.person_id, sitting.id, [], 2)
    assert view_of(room, sitting, "chen").marks.at == 0


def test_times_are_those_of_the_server(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open("quick"))
    started = room.now
    room.now += timedelta(seconds=90)
    view = view_of(room, sitting, "chen")
    assert (view.started_at, view.deadline) == (started, started + timedelta(seconds=600))
    assert view.server_now == room.now
    assert view.model_dump(mode="json")["deadline"] == "2026-03-02T08:10:00Z"


def test_the_state_is_expired_from_the_deadline_on(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open("quick"))
    room.now = sitting.deadline
    assert view_of(room, sitting, "chen").state == "open"
    room.now += timedelta(seconds=1)
    assert view_of(room, sitting, "chen").state == "expired"
    submit(room.session, room.now, sitting.person_id, sitting.id)
    assert view_of(room, sitting, "chen").state == "graded"


def test_somebody_elses_sitting_is_unknown(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open("quick"))
    with pytest.raises(Refused) as refusal:
        view_of(room, sitting, "li")
    assert (refusal.value.code, refusal.value.status) == ("unknown-sitting", 404)


def test_the_statements_do_not_grow_with_the_questions(
    room: ExamRoom, session: Session, statements: list[str]
) -> None:
    counts = []
    for blueprint in ("quick", "all-types"):
        sitting_id = room.begin("wang", room.open(blueprint)).id
        session.close()
        statements.clear()
        person_id = room.school.persons["wang"]
        sitting_view(session, room.now, person_id, sitting_id, "en")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 4


_ITEM = {"id": "made-up-1", "tiers": ["leader"], "topics": ["basics"], "stem": "What?"}


def _view(**fields: Any) -> dict[str, Any]:
    question = question_from_data({**_ITEM, **fields})
    item = PaperItem.from_data(
        {"ref": 1, "id": "made-up-1", "points": "10", "options": ["b", "a"], "right": ["y", "x"]}
    )
    view: dict[str, Any] = json.loads(question_view(question, item).model_dump_json())
    return view


def test_match_has_left_items_and_right_ones_as_options() -> None:
    view = _view(
        type="match",
        left={"l": "one", "m": "two"},
        right={"x": "1", "y": "2"},
        answer={"l": "x", "m": "y"},
    )
    assert view["left"] == [{"key": "l", "text": "one"}, {"key": "m", "text": "two"}]
    assert view["options"] == [{"key": "y", "text": "2"}, {"key": "x", "text": "1"}]


def test_fill_and_numeric_say_how_many_blanks_there_are_and_the_units() -> None:
    fill = _view(type="fill", stem="____ and ____", answer=["x", "y"])
    assert (fill["blanks"], fill["units"]) == (2, [])
    answer = [{"value": "30", "unit": "年"}, "20"]
    numeric = _view(type="numeric", stem="____ ____", answer=answer)
    assert (numeric["blanks"], numeric["units"]) == (2, ["年", None])


def test_parts_share_the_points_of_their_case() -> None:
    part = {"type": "true_false", "stem": "?", "answer": True}
    view = _view(type="case", parts=[{"id": f"p{n}", "points": n, **part} for n in (1, 1, 1)][:1])
    assert view["parts"][0]["points"] == 10
    ids = ("p1", "p2", "p3")
    view = _view(type="case", parts=[{"id": name, **part} for name in ids])
    assert [p["points"] for p in view["parts"]] == [3.33, 3.33, 3.33]
    assert [o["key"] for o in view["parts"][0]["options"]] == ["a", "b"]


def test_points_are_numbers_in_json() -> None:
    view = _view(type="true_false", answer=True)
    assert view["points"] == 10
    assert isinstance(view["points"], int)
    question = question_from_data({**_ITEM, "type": "true_false", "answer": True})
    half = question_view(question, PaperItem(1, "made-up-1", Decimal("2.50")))
    assert '"points":2.5,' in half.model_dump_json()
