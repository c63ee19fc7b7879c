"""Opening an exam: sensible defaults, a check before saving, and all faults at once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from examroom import ExamRoom
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from quizengine.services.exams import blueprint_of
from quizengine.storage.models import Exam, Paper

Login = Callable[..., FlaskClient]


class _Form(HTMLParser):
    """What a browser would send of the form `plan`."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("id") == "plan"
        if not self._inside:
            return
        if tag == "input" and "name" in given:
            ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
            if ticked:
                self.fields.append((given["name"], given.get("value", "on")))
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option" and "selected" in given:
            self.fields.append((self._select, given["value"]))


def form_of(client: FlaskClient, blueprint: str = "quick") -> MultiDict[str, str]:
    page = client.get(f"/organize/exams/new?blueprint={blueprint}")
    assert page.status_code == 200
    assert 'data-zone="Asia/Shanghai"' in page.text, "for the script's times"
    return MultiDict(_Form(page.text).fields)


def the_exam(session: Session) -> Exam:
    session.rollback()
    return session.scalars(select(Exam)).one()


def test_the_defaults_open_a_good_exam_at_once(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    login(client, "admin")
    response = client.post("/organize/exams/new", data=form_of(client))
    exam = the_exam(session)
    assert response.headers["Location"] == f"/organize/exams/{exam.id}"
    assert exam.title_zh == "离校测验（2026）"
    assert exam.opens_at.isoformat() == "2026-03-02T09:00:00+00:00"
    assert exam.closes_at.isoformat() == "2026-03-16T10:00:00+00:00"
    assert [(row.tier, row.unit.code) for row in exam.audience] == [("graduate", "HQ")]
    assert session.scalar(select(func.count()).select_from(Paper)) == 2
    blueprint = blueprint_of(exam)
    assert (blueprint.total, blueprint.pass_mark, blueprint.duration_s) == (10, 6, 600)
    assert not blueprint.commitment


def test_what_is_changed_is_what_is_opened(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    login(client, "admin")
    form = form_of(client)
    changes = {
        "title_en": "Resit",
        "opens_at": "2026-03-05T08:30",
        "closes_at": "2026-03-05T12:00",
        "minutes": "7.5",
        "points-0": "5",
        "pass_mark": "９",
        "attempts": "3",
        "counts": "last",
        "credit-fill": "all_or_nothing",
        "scores": "manual",
        "answers": "manual",
        "commitment": "on",
    }
    for name, value in changes.items():
        form[name] = value
    form.poplist("shuffle_options")
    form.setlist("tiers", ["graduate", "new_member"])
    units = room.school.units
    form.setlist("units", [str(units["CS"]), str(units["CS-1"]), str(units["PHY-2"])])
    assert client.post("/organize/exams/new", data=form).status_code == 302
    exam = the_exam(session)
    assert exam.opens_at.isoformat() == "2026-03-05T00:30:00+00:00"
    assert sorted((row.tier, row.unit.code) for row in exam.audience) == [
        ("graduate", "CS"),
        ("graduate", "PHY-2"),
        ("new_member", "CS"),
        ("new_member", "PHY-2"),
    ]
    blueprint = blueprint_of(exam)
    assert (blueprint.total, blueprint.pass_mark) == (Decimal(14), Decimal(9))
    assert (blueprint.duration_s, blueprint.attempts, blueprint.counts) == (450, 3, "last")
    assert blueprint.credit.fill == "all_or_nothing"
    assert (blueprint.shuffle.options, blueprint.shuffle.questions) == (False, True)
    assert (blueprint.release.scores, blueprint.release.answers) == ("manual", "manual")
    assert blueprint.commitment


def test_a_second_click_opens_no_second_exam(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    login(client, "admin")
    form = form_of(client)
    assert client.post("/organize/exams/new", data=form).status_code == 302
    again = client.post("/organize/exams/new", data=form)
    assert again.status_code == 409
    assert "There is already an exam with this title and window." in again.text
    the_exam(session)


def test_all_faults_are_shown_and_what_was_typed_stays(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    login(client, "admin")
    form = form_of(client)
    for name, value in {
        "title_zh": "",
        "opens_at": "never",
        "minutes": "0",
        "attempts": "1.5",
        "pass_mark": "11",
        "points-0": "lots",
        "counts": "worst",
    }.items():
        form[name] = value
    form.poplist("tiers")
    response = client.post("/organize/exams/new", data=form)
    assert response.status_code == 400
    for text in (
        "Please fill this in.",
        "This is not a date and time.",
        "A number from 1 to 1440.",
        "A whole number.",
        "Choose at least one tier and one unit.",
        'value="lots"',
    ):
        assert text in response.text, text
    assert session.scalars(select(Exam)).all() == []


def test_a_pool_that_is_too_small_is_named_before_anything_is_stored(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, clock: object
) -> None:
    login(client, "admin")
    form = form_of(client)
    good = client.post("/organize/exams/check", data=form, headers={"X-Fragment": "1"})
    assert "The question bank suffices" in good.text
    assert "2 members in the audience" in good.text
    assert "<html" not in good.text
    assert "<html" in client.post("/organize/exams/check", data=form).text
    assert session.scalars(select(Exam)).all() == []


def test_an_organizer_opens_exams_for_the_own_subtree_alone(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    login(client, "organizer")
    form = form_of(client)
    page = client.get("/organize/exams/new").text
    assert "计算机学院" in page
    assert "物理学院" not in page
    form.setlist("units", [str(room.school.units["PHY"])])
    assert client.post("/organize/exams/new", data=form).status_code == 400
    form.setlist("units", [str(room.school.units["CS"])])
    form["owner"] = str(room.school.units["HQ"])
    assert client.post("/organize/exams/new", data=form).status_code == 400
    form["owner"] = str(room.school.units["CS"])
    assert client.post("/organize/exams/new", data=form).status_code == 302
    assert the_exam(session).unit.code == "CS"


@pytest.mark.parametrize("blueprint", ["all-types", "quick"])
def test_every_blueprint_can_be_chosen(
    client: FlaskClient, login: Login, room: ExamRoom, blueprint: str
) -> None:
    login(client, "admin")
    assert form_of(client, blueprint)["blueprint"] == blueprint
    assert client.get("/organize/exams/new?blueprint=nonsense").status_code == 404
    unknown = form_of(client, blueprint)
    unknown["blueprint"] = "nonsense"
    assert client.post("/organize/exams/new", data=unknown).status_code == 404


def test_without_a_bank_there_is_nothing_to_open(client: FlaskClient, login: Login) -> None:
    response = login(client, "admin").get("/organize/exams/new")
    assert response.status_code == 409
    assert "no blueprints" in response.text
