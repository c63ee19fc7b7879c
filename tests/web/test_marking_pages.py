"""The grader's pages: one answer after the other, and no names."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from examroom import ExamRoom
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.blueprints import ReleasePolicy
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Mark, Sitting
from quizengine.web.grader.views import with_keywords

Login = Callable[..., FlaskClient]


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    return room.open("all-types", release=ReleasePolicy(scores="manual", answers="manual"))


@pytest.fixture
def sitting(room: ExamRoom, exam: Exam) -> Sitting:
    return room.sit("li", exam)


def test_the_queue_leads_from_answer_to_answer(
    client: FlaskClient, login: Login, session: Session, exam: Exam, sitting: Sitting
) -> None:
    login(client, "grader")
    assert "0 / 1" in client.get("/mark/").text
    address = client.get(f"/mark/exams/{exam.id}").headers["Location"]
    page = client.get(address).text
    assert "李雷" not in page
    assert "得分" in page
    points = dict.fromkeys(re.findall(r'name="(points-[^"]*)"', page), "0.5")
    assert len(points) == 2
    faulty = client.post(address, data={**points, "points--0": "9"})
    assert faulty.status_code == 400
    assert 'value="9"' in faulty.text
    assert client.post(address, data={"points--0": "x"}).status_code == 400
    assert client.post(address, data={**points, "comment": "好"}).status_code == 302
    done = client.get(f"/mark/exams/{exam.id}", follow_redirects=True).text
    assert "All answers are marked" in done
    assert address in done, "to look at it again"
    session.rollback()
    assert (sitting.state, session.scalars(select(Mark)).one().comment) == ("graded", "好")
    again = client.get(address).text
    assert 'value="0.5"' in again
    assert client.post(address, data=dict.fromkeys(points, "1")).status_code == 302


def test_what_was_claimed_by_somebody_else_sends_on(
    client: FlaskClient, login: Login, session: Session, exam: Exam, sitting: Sitting
) -> None:
    login(client, "grader")
    address = client.get(f"/mark/exams/{exam.id}").headers["Location"]
    client.post(address, data={"points--0": "1", "points--1": "1"})
    with writing(session):
        session.scalars(select(Exam)).one().scores_released_at = exam.opens_at
    late = client.post(address, data={"points--0": "0", "points--1": "0"}, follow_redirects=True)
    assert "The result is released" in late.text
    session.rollback()
    assert sitting.score is not None
    assert sitting.score > Decimal(36)


@pytest.mark.parametrize("name", ["admin", "organizer", "auditor", "li"])
def test_marking_is_for_graders(
    client: FlaskClient, login: Login, exam: Exam, sitting: Sitting, name: str
) -> None:
    login(client, name)
    for path in ("/mark/", f"/mark/exams/{exam.id}", f"/mark/exams/{exam.id}/123456"):
        assert client.get(path).status_code == 403, path
    assert client.post(f"/mark/exams/{exam.id}/123456").status_code == 403


def test_unknown_answers_and_exams(
    client: FlaskClient, login: Login, exam: Exam, sitting: Sitting
) -> None:
    login(client, "grader")
    assert client.get(f"/mark/exams/{exam.id}/1").status_code == 404
    assert client.get("/mark/exams/99").status_code == 404


def test_keywords_are_marked_and_everything_is_escaped() -> None:
    shown = with_keywords("<b>不转发</b>，先送审", ["送审", "不转发", ""])
    assert shown == "&lt;b&gt;<mark>不转发</mark>&lt;/b&gt;，先<mark>送审</mark>"
    assert with_keywords("<i>", []) == "&lt;i&gt;"
    assert with_keywords("a.c abc", ["a.c"]) == "<mark>a.c</mark> abc"
