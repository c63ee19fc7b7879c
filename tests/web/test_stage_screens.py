"""Pages of the hall: who has a code sees the right page, and nobody sees an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from examroom import ZONE
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom
from website import SECRET_KEY, Clock, with_csrf

from quizengine.services.stage import cancel_contest, create_contest
from quizengine.services.stage_codes import renew_codes
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.services.tickets import Ticket, read_ticket
from quizengine.storage.models import Contest, ContestPlayer, ContestTeam
from quizengine.web.hall.guesses import STAFF_CODES

Login = Callable[..., FlaskClient]


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    """A contest that is ready to begin."""
    return stage.create()


@pytest.fixture
def team(contest: Contest) -> ContestTeam:
    """Its first team."""
    return contest.teams[0]


@pytest.fixture
def other(app: Flask) -> FlaskClient:
    """A second device."""
    return with_csrf(app.test_client())


def data_of(page: str, name: str) -> Any:
    """A JSON block of a page."""
    found = re.search(rf'id="{name}"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found, page
    return json.loads(found.group(1))


def ticket_of(page: str, name: str) -> Ticket:
    """The ticket that a page gives its script."""
    return read_ticket(SECRET_KEY, data_of(page, name)["ticket"])


def seat_of(session: Session, team: ContestTeam) -> int:
    session.rollback()  # a new look at the database
    return session.get_one(ContestTeam, team.id).seat


def test_names_are_text_on_every_page(
    client: FlaskClient, login: Login, session: Session, stage: StageRoom
):
    hostile = "</script><img src=x>😀“&amp;"
    teams = [TeamPlan(hostile, [MemberPlan(hostile)]), TeamPlan("乙队", [MemberPlan("客人")])]
    contest = create_contest(session, stage.now, stage.actor(), stage.plan(hostile, teams=teams))
    draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    Stage(session, contest, stage.now).finish(hostile)
    hall = [f"/screen/{contest.screen_code}", f"/judge/{contest.judge_code}"]
    login(client, "organizer")
    tabs = ("", "/teams", "/links", "/console", "/results", "/sheet", "/replay", "/replay.json")
    for address in ("/stage/", *hall, *(f"/stage/{contest.id}{tab}" for tab in tabs)):
        page = client.get(address)
        assert page.status_code == 200, address
        if page.mimetype == "text/html":
            assert "<img src=x" not in page.text, address


# The big screen


def test_the_big_screen_opens_by_its_code_without_a_sign_in(client: FlaskClient, contest: Contest):
    page = client.get(f"/screen/{contest.screen_code}")
    assert page.status_code == 200
    assert ticket_of(page.text, "screen-live") == Ticket(contest.id, "screen", 0, 1)
    join = data_of(page.text, "screen-live")["join"]
    assert join["url"].endswith(f"/join/{contest.join_code}")
    assert join["qr"].startswith("data:image/svg+xml")


def test_the_big_screen_knows_the_rules_in_words_in_either_language(
    client: FlaskClient, contest: Contest
):
    english = data_of(client.get(f"/screen/{contest.screen_code}?lang=en").text, "screen-words")
    chinese = data_of(client.get(f"/screen/{contest.screen_code}?lang=zh_CN").text, "screen-words")
    assert set(english["rounds"]) == {"must", "buzz", "risk", "tie"} == set(chinese["rounds"])
    assert english["lobby"] == "The contest is about to begin"
    assert chinese["lobby"] == "竞赛即将开始"
    assert chinese["language"] == "zh_CN"
    unknown = client.get(f"/screen/{contest.screen_code}?lang=../x")
    assert data_of(unknown.text, "screen-words")["language"] == "en"


def test_pages_of_the_hall_hold_nothing_of_the_questions(
    client: FlaskClient, contest: Contest, session: Session, team: ContestTeam
):
    client.post(f"/seat/{team.code}")
    client.post(f"/join/{contest.join_code}", data={"name": "观众"})
    stage = Stage(session, contest, contest.created_at)
    stage.begin()
    stage.until("answering")
    pages = (
        f"/screen/{contest.screen_code}",
        f"/seat/{team.code}",
        f"/join/{contest.join_code}",
    )
    for address in pages:
        page = client.get(address)
        assert page.status_code == 200
        assert not re.search(r"第\d+题|说法\d|说明\d|stage-\d", page.text), address
        secret = {contest.judge_code, *(one.code for one in contest.teams)} - {team.code}
        assert not [code for code in secret if code in page.text], address


def test_codes_that_were_made_anew_close_the_screen(
    client: FlaskClient, contest: Contest, stage: StageRoom, session: Session
):
    old = contest.screen_code
    renew_codes(session, stage.actor(), contest.id)
    assert client.get(f"/screen/{old}").status_code == 404


# A team's device


def test_a_look_at_the_address_takes_no_seat(
    client: FlaskClient, team: ContestTeam, session: Session
):
    page = client.get(f"/seat/{team.code}")
    assert page.status_code == 200
    assert "甲队" in page.text
    assert "Take this seat" in page.text
    assert "team-live" not in page.text
    assert seat_of(session, team) == 0


def test_the_button_takes_the_seat_and_a_reload_keeps_it(
    client: FlaskClient, team: ContestTeam, session: Session
):
    taken = client.post(f"/seat/{team.code}")
    assert (taken.status_code, taken.location) == (303, f"/seat/{team.code}")
    for _ in range(2):
        page = client.get(f"/seat/{team.code}").text
        assert ticket_of(page, "team-live") == Ticket(team.contest_id, "team", team.id, 1, "甲队")
    assert seat_of(session, team) == 1


def test_another_device_is_told_that_the_seat_is_taken_and_may_have_it(
    client: FlaskClient, other: FlaskClient, team: ContestTeam, session: Session
):
    client.post(f"/seat/{team.code}")
    assert "Another device has this team's seat" in other.get(f"/seat/{team.code}").text
    other.post(f"/seat/{team.code}")
    assert ticket_of(other.get(f"/seat/{team.code}").text, "team-live").version == 2
    # The first one is out, and may come back.
    assert "Take this seat" in client.get(f"/seat/{team.code}").text
    client.post(f"/seat/{team.code}")
    assert ticket_of(client.get(f"/seat/{team.code}").text, "team-live").version == 3


def test_the_ticket_stays_on_the_page_of_its_code(client: FlaskClient, contest: Contest):
    first, second, _third = contest.teams
    cookie = client.post(f"/seat/{first.code}").headers["Set-Cookie"]
    assert f"Path=/seat/{first.code}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Take this seat" in client.get(f"/seat/{second.code}").text


@pytest.mark.parametrize("form", ["{0}", " {1} ", "{2}-{3}", "{4}"])
def test_a_code_is_understood_however_it_is_typed(
    client: FlaskClient, team: ContestTeam, form: str
):
    code = team.code
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)
    typed = form.format(code, code.lower(), code[:4], code[4:].lower(), wide)
    answer = client.get("/seat", query_string={"code": typed})
    assert (answer.status_code, answer.location) == (302, f"/seat/{code}")
    direct = client.get(f"/seat/{code.lower()}", follow_redirects=True)
    assert "甲队" in direct.text


@pytest.mark.parametrize("place", ["seat", "join"])
def test_an_unknown_code_asks_for_it_again(client: FlaskClient, contest: Contest, place: str):
    assert client.get(f"/{place}").status_code == 200
    for answer in (client.get(f"/{place}/NOSUCH"), client.post(f"/{place}/NOSUCH")):
        assert answer.status_code == 404
        assert "This code opens nothing" in answer.text
        assert 'value="NOSUCH"' in answer.text


def test_whoever_guesses_codes_has_to_wait(
    client: FlaskClient, contest: Contest, team: ContestTeam, clock: Clock
):
    taken = client.post(f"/seat/{team.code}")
    for number in range(STAFF_CODES.most):
        place = ("seat", "judge", "screen")[number % 3]
        assert client.get(f"/{place}/GUESS{number:03d}").status_code == 404
    for address in (f"/judge/{contest.judge_code}", f"/screen/{contest.screen_code}"):
        answer = client.get(address)
        assert answer.status_code == 429
        assert "Please try again in 2 minutes" in answer.text
    assert client.post(f"/seat/{contest.teams[1].code}").status_code == 429
    # Neither who has come in by then nor the audience are kept out.
    assert client.get(taken.location).status_code == 200
    assert client.get(f"/join/{contest.join_code}").status_code == 200
    clock.now += timedelta(minutes=STAFF_CODES.minutes)
    assert client.get(f"/judge/{contest.judge_code}").status_code == 200


def test_codes_open_only_what_they_are_for(
    client: FlaskClient, contest: Contest, team: ContestTeam
):
    assert client.get(f"/screen/{team.code}").status_code == 404
    assert client.get(f"/screen/{contest.join_code}").status_code == 404
    assert client.get(f"/seat/{contest.screen_code}").status_code == 404
    assert client.get(f"/join/{team.code}").status_code == 404


def test_a_seat_is_taken_only_by_the_button_of_this_site(
    app: Flask, team: ContestTeam, session: Session
):
    assert app.test_client().post(f"/seat/{team.code}").status_code == 400
    assert seat_of(session, team) == 0


# The audience


def players(session: Session) -> list[tuple[str, int | None]]:
    session.rollback()  # a new look at the database
    rows = session.scalars(select(ContestPlayer).order_by(ContestPlayer.id))
    return [(row.name, row.person_id) for row in rows]


def test_somebody_joins_once_with_a_name(client: FlaskClient, contest: Contest, session: Session):
    assert "Your name" in client.get(f"/join/{contest.join_code}").text
    client.post(f"/join/{contest.join_code}", data={"name": " 王五 "})
    page = client.get(f"/join/{contest.join_code}").text
    assert ticket_of(page, "audience-live").name == "王五"
    # The form sent once more, or the way back: still the same one.
    client.post(f"/join/{contest.join_code}", data={"name": "王五"})
    assert players(session) == [("王五", None)]


def test_the_name_of_somebody_signed_in_is_there_already(
    client: FlaskClient, login: Login, contest: Contest, session: Session, stage: StageRoom
):
    login(client, "li")
    assert 'value="李雷"' in client.get(f"/join/{contest.join_code}").text
    client.post(f"/join/{contest.join_code}", data={"name": "李雷"})
    assert players(session) == [("李雷", stage.school.persons["li"])]


@pytest.mark.parametrize("name", ["", "   ", "名" * 21])
def test_a_name_that_cannot_be_is_asked_for_again(
    client: FlaskClient, contest: Contest, session: Session, name: str
):
    answer = client.post(f"/join/{contest.join_code}", data={"name": name})
    assert answer.status_code == 400
    assert "Enter a name of at most 20 characters." in answer.text
    assert players(session) == []


# When it is over


def test_a_contest_that_is_over_lets_nobody_in_but_shows_its_end(
    client: FlaskClient, other: FlaskClient, contest: Contest, session: Session, team: ContestTeam
):
    client.post(f"/seat/{team.code}")
    Stage(session, contest, contest.created_at).finish()
    assert client.get(f"/screen/{contest.screen_code}").status_code == 200
    assert "team-live" in client.get(f"/seat/{team.code}").text
    for address in (f"/seat/{team.code}", f"/join/{contest.join_code}"):
        answer = other.get(address)
        assert answer.status_code == 409
        assert "The contest is over." in answer.text


def test_a_cancelled_contest_says_so_everywhere(
    client: FlaskClient, contest: Contest, stage: StageRoom, session: Session, team: ContestTeam
):
    client.post(f"/seat/{team.code}")
    cancel_contest(session, stage.actor(), contest.id)
    for address in ("screen/" + contest.screen_code, "seat/" + team.code):
        answer = client.get(f"/{address}")
        assert answer.status_code == 409
        assert "The contest has been cancelled." in answer.text
