"""Exams can't show what contests ask, neither by the page nor past it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from examroom import ZONE
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stageroom import StageRoom

from quizengine.domain.text import Refused
from quizengine.services.bank import served_blueprint
from quizengine.services.exams import ExamPlan, open_exam
from quizengine.storage.models import Exam

Login = Callable[..., FlaskClient]


def test_the_page_offers_no_blueprint_of_contests(
    stage: StageRoom, client: FlaskClient, login: Login
) -> None:
    login(client, "organizer")
    page = client.get("/organize/exams/new").text
    assert "blueprint=quick" in page
    assert "blueprint=stage" not in page
    assert client.get("/organize/exams/new?blueprint=stage").status_code == 404
    assert client.post("/organize/exams/new", data={"blueprint": "stage"}).status_code == 404


def test_no_exam_is_opened_with_one(session: Session, stage: StageRoom) -> None:
    blueprint = served_blueprint(session, "stage")
    unit = stage.school.units["CS"]
    plan = ExamPlan(
        blueprint,
        blueprint.title,
        unit,
        [("new_member", unit)],
        stage.now,
        stage.now + timedelta(days=1),
    )
    with pytest.raises(Refused) as refused:
        open_exam(session, stage.now, ZONE, stage.actor(), plan)
    assert refused.value.code == "blueprint-pool"
    assert session.scalar(select(func.count()).select_from(Exam)) == 0
