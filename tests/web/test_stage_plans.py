"""Preparing a stage contest: its form, its settings, its questions, its rehearsal."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from stageroom import RULES, Stage, StageRoom

from quizengine.storage.engine import writing
from quizengine.storage.models import Contest, CurrentQuestion

Login = Callable[..., FlaskClient]


@pytest.fixture
def organizer(client: FlaskClient, login: Login) -> FlaskClient:
    """The browser of the organizer of CS."""
    return login(client, "organizer")


@pytest.fixture
def form(stage: StageRoom) -> dict[str, str]:
    """The form of a new contest, filled in."""
    return {
        "rules": "short",
        "title_zh": "保密知识竞赛",
        "title_en": "Confidentiality contest",
        "owner": str(stage.school.units["CS"]),
        "planned_at": "2026-03-20T14:30",
        "teams": "3",
        "kind": "real",
    }


def only_contest(session: Session) -> Contest:
    # What other sessions have written is seen by a new transaction.
    session.rollback()
    return session.scalars(select(Contest)).one()


def test_the_page_says_what_the_rules_are(organizer: FlaskClient, stage: StageRoom):
    page = organizer.get("/stage/new").text
    assert "2–4 teams of 3, each begins with 100 points" in page
    assert "First prize × 1, Second prize × 1" in page
    assert "right +10, wrong −10" in page
    assert "buzzing early: out of this question, the others go on, −10" in page
    assert "values: 10 / 20" in page
    assert organizer.get("/stage/new?rules=none-such").status_code == 404


def test_the_rules_for_a_first_contest_come_first(organizer: FlaskClient, stage: StageRoom):
    for name in ("audience", "classic"):
        text = RULES.replace("id: short", f"id: {name}").replace("短赛", name)
        (stage.folder / f"contests/{name}.yaml").write_text(text, encoding="utf-8")
    stage.serve_bank()
    page = organizer.get("/stage/new").text
    assert re.findall(r"/stage/new\?rules=(\w+)", page) == ["classic", "audience", "short"]
    assert 'name="rules" value="classic"' in page


def test_a_contest_is_prepared_with_numbered_teams(
    organizer: FlaskClient, session: Session, form: dict[str, str]
):
    # What nobody sees, and no database keeps, is no part of a title.
    title = " 决赛\n\u202e第二场\0 "
    answer = organizer.post("/stage/new", data={**form, "title_zh": title})
    contest = only_contest(session)
    assert contest.title_zh == "决赛 第二场"
    assert answer.status_code == 302
    assert answer.location == f"/stage/{contest.id}"
    assert contest.planned_at is not None
    assert contest.planned_at.isoformat() == "2026-03-20T06:30:00+00:00"
    assert [team.name for team in contest.teams] == ["Team 1", "Team 2", "Team 3"]
    assert not contest.rehearsal
    page = organizer.get(answer.location).text
    assert "Being prepared" in page
    assert "Without members: Team 1, Team 2, Team 3." in page


def test_sent_twice_it_is_one_contest(
    organizer: FlaskClient, session: Session, form: dict[str, str]
):
    places = {organizer.post("/stage/new", data=form).location for _ in range(2)}
    assert places == {f"/stage/{only_contest(session).id}"}


def test_a_rehearsal_has_demo_teams_and_is_marked(
    organizer: FlaskClient, session: Session, form: dict[str, str]
):
    answer = organizer.post("/stage/new", data={**form, "kind": "rehearsal"})
    contest = only_contest(session)
    assert contest.rehearsal
    assert all(len(team.members) == 3 for team in contest.teams)
    for path in (answer.location, "/stage/", f"/stage/{contest.id}/console"):
        assert "Rehearsal" in organizer.get(path).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title_zh", "", "Please fill this in."),
        ("title_zh", "\0\u202e", "Please fill this in."),
        ("title_en", "x" * 201, "At most 200 characters."),
        ("planned_at", "tomorrow", "This is not a date and time."),
        ("teams", "9", "A number from 2 to 4."),
        ("teams", "2.5", "A whole number."),
        ("kind", "party", "Please choose."),
        ("owner", "", "Please choose."),
    ],
)
def test_each_faulty_field_says_what_is_wrong(
    organizer: FlaskClient,
    session: Session,
    form: dict[str, str],
    field: str,
    value: str,
    message: str,
):
    answer = organizer.post("/stage/new", data={**form, field: value})
    assert answer.status_code == 400
    found = re.search(rf'id="{field}-error">(.*?)</div>', answer.text, re.S)
    assert found
    assert message in found.group(1)
    assert session.scalars(select(Contest)).all() == []


def test_a_unit_of_others_can_not_be_chosen(
    organizer: FlaskClient, session: Session, form: dict[str, str], stage: StageRoom
):
    owner = str(stage.school.units["PHY"])
    assert organizer.post("/stage/new", data={**form, "owner": owner}).status_code == 400
    assert session.scalars(select(Contest)).all() == []


def test_unknown_rules_are_not_found(organizer: FlaskClient, form: dict[str, str]):
    assert organizer.post("/stage/new", data={**form, "rules": "none"}).status_code == 404


def test_settings_change_until_it_begins(
    organizer: FlaskClient, stage: StageRoom, session: Session
):
    contest = stage.create()
    base = f"/stage/{contest.id}"
    sent = {"title_zh": "决赛", "title_en": "Final", "planned_at": "", "rules": "short"}
    assert organizer.post(f"{base}/settings", data=sent).location == base
    assert (only_contest(session).title_en, only_contest(session).planned_at) == ("Final", None)
    faulty = organizer.post(f"{base}/settings", data={**sent, "title_zh": "", "rules": "none"})
    assert faulty.status_code == 400
    assert 'id="title_zh-error"' in faulty.text
    assert 'id="rules-error"' in faulty.text
    Stage(session, contest, stage.now).begin()
    assert organizer.get(f"{base}/settings").location == base
    refused = organizer.post(f"{base}/settings", data=sent)
    assert refused.status_code == 409
    assert "has begun" in refused.text


def test_questions_are_drawn_and_shown_with_their_answers(
    organizer: FlaskClient, stage: StageRoom, session: Session
):
    contest = stage.create(drawn=False)
    base = f"/stage/{contest.id}"
    assert "No questions yet" in organizer.get(f"{base}/questions").text
    answer = organizer.post(f"{base}/draw", follow_redirects=True)
    assert "The questions are drawn." in answer.text
    assert "In turn: 3 questions" in answer.text
    assert "and 1 in reserve" in answer.text
    page = organizer.get(f"{base}/questions").text
    assert page.count("qe-slot-right") >= 3 + 2
    assert "in reserve" in page


def test_a_shortage_is_said_where_one_can_act(
    organizer: FlaskClient, stage: StageRoom, session: Session
):
    contest = stage.create(drawn=False)
    with writing(session):
        for row in session.scalars(select(CurrentQuestion)):
            if row.question_id.startswith("stage-"):
                session.delete(row)
    page = organizer.post(f"/stage/{contest.id}/draw", follow_redirects=True).text
    assert "alert-danger" in page
    assert "Draw the questions" in page
    assert only_contest(session).draw == ""


def test_cancelling_closes_it(organizer: FlaskClient, stage: StageRoom, session: Session):
    contest = stage.create()
    page = organizer.post(f"/stage/{contest.id}/cancellation", follow_redirects=True).text
    assert "The contest is cancelled." in page
    assert "Host console" not in page
    assert organizer.get(f"/judge/{contest.judge_code}").status_code == 409
    assert organizer.get(f"/stage/{contest.id}/console").status_code == 409
    assert contest.title_en not in organizer.get("/stage/").text


def test_a_contest_under_way_can_not_be_cancelled(
    organizer: FlaskClient, stage: StageRoom, session: Session
):
    contest = stage.create()
    Stage(session, contest, stage.now).begin()
    assert organizer.post(f"/stage/{contest.id}/cancellation").status_code == 409
    assert only_contest(session).state == "running"


def test_a_rehearsal_of_a_contest(organizer: FlaskClient, stage: StageRoom, session: Session):
    contest = stage.create()
    answer = organizer.post(f"/stage/{contest.id}/rehearsal")
    assert answer.location != f"/stage/{contest.id}"
    page = organizer.get(answer.location).text
    assert "Rehearsal" in page
    assert "(rehearsal)" in page
    session.rollback()
    copied = session.get_one(Contest, int(answer.location.rsplit("/", 1)[1]))
    assert copied.rehearsal
    assert copied.judge_code != contest.judge_code
