"""Pages of stage contests: for the right role, within the subtree, and only with a token."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom

from quizengine.storage.engine import writing
from quizengine.storage.models import Contest, PersonRole

Login = Callable[..., FlaskClient]

# For organizers and auditors, and for organizers alone.
READ = ("", "/teams", "/results", "/sheet", "/log.jsonl", "/replay", "/replay.json")
MANAGE = ("/settings", "/questions", "/links", "/console")
CHANGES = ("/settings", "/teams", "/draw", "/cancellation", "/rehearsal", "/codes")


@pytest.fixture
def contest(stage: StageRoom, session: Session) -> Contest:
    """A contest of the unit CS that is over, so that all of its pages are there."""
    contest = stage.create()
    Stage(session, contest, stage.now).finish()
    return contest


def statuses(client: FlaskClient, contest: Contest, pages: tuple[str, ...]) -> dict[str, int]:
    base = f"/stage/{contest.id}"
    return {page: client.get(base + page).status_code for page in pages}


def test_an_organizer_of_the_unit_sees_everything(
    client: FlaskClient, login: Login, contest: Contest
):
    login(client, "organizer")
    assert statuses(client, contest, READ) == dict.fromkeys(READ, 200)
    # What is settled leads back to the overview.
    assert statuses(client, contest, MANAGE) == {**dict.fromkeys(MANAGE, 200), "/settings": 302}
    assert client.get(f"/stage/{contest.id}/judge").status_code == 200
    assert "知识竞赛" in client.get("/stage/").text


@pytest.mark.parametrize("name", ["li", "zhao"])
def test_a_member_sees_nothing_of_it(
    client: FlaskClient, login: Login, contest: Contest, name: str
):
    login(client, name)
    pages = (*READ, *MANAGE, "/judge")
    assert statuses(client, contest, pages) == dict.fromkeys(pages, 403)
    assert client.get("/stage/").status_code == 403
    assert client.get("/stage/new").status_code == 403
    assert 'href="/stage/"' not in client.get("/my/").text


def test_an_organizer_of_another_subtree_sees_nothing_of_it(
    client: FlaskClient, login: Login, contest: Contest, stage: StageRoom, session: Session
):
    person_id, unit_id = stage.school.persons["zhao"], stage.school.units["PHY"]
    with writing(session):
        session.add(PersonRole(person_id=person_id, role="organizer", unit_id=unit_id))
    login(client, "zhao")
    pages = (*READ, *MANAGE, "/judge")
    assert statuses(client, contest, pages) == dict.fromkeys(pages, 403)
    sent = {page: client.post(f"/stage/{contest.id}{page}").status_code for page in CHANGES}
    assert sent == dict.fromkeys(CHANGES, 403)
    assert "知识竞赛" not in client.get("/stage/").text


def test_an_auditor_reads_and_changes_nothing(client: FlaskClient, login: Login, contest: Contest):
    login(client, "auditor")
    assert statuses(client, contest, READ) == dict.fromkeys(READ, 200)
    pages = (*MANAGE, "/judge")
    assert statuses(client, contest, pages) == dict.fromkeys(pages, 403)
    sent = {page: client.post(f"/stage/{contest.id}{page}").status_code for page in CHANGES}
    assert sent == dict.fromkeys(CHANGES, 403)
    assert client.post("/stage/new", data={"rules": "short"}).status_code == 403
    page = client.get(f"/stage/{contest.id}").text
    assert "read only" in page
    assert contest.judge_code not in page


def test_a_grader_of_the_unit_judges_but_does_not_host(
    client: FlaskClient, login: Login, contest: Contest
):
    login(client, "grader")
    page = client.get(f"/stage/{contest.id}/judge")
    assert page.status_code == 200
    assert 'data-role="judge"' in page.text
    # There is nothing of the contest's pages that a grader may go back to.
    assert f"/stage/{contest.id}" not in page.text
    assert client.get(f"/stage/{contest.id}/console").status_code == 403


def test_without_a_token_nothing_is_changed(client: FlaskClient, login: Login, stage: StageRoom):
    contest = stage.create()
    login(client, "organizer")
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    answers = {page: client.post(f"/stage/{contest.id}{page}").status_code for page in CHANGES}
    assert answers == dict.fromkeys(CHANGES, 400)
    assert client.post("/stage/new", data={"rules": "short"}).status_code == 400


def test_until_it_is_over_an_auditor_sees_no_answers(
    client: FlaskClient, login: Login, stage: StageRoom, session: Session
):
    contest = stage.create()
    played = Stage(session, contest, stage.now)
    played.begin()
    played.until("revealed")
    login(client, "auditor")
    hidden = ("/results", "/sheet", "/log.jsonl", "/replay", "/replay.json")
    assert statuses(client, contest, hidden) == dict.fromkeys(hidden, 404)
    login(client, "organizer")
    assert statuses(client, contest, ("/results", "/sheet")) == {"/results": 200, "/sheet": 200}


def test_unknown_contests_are_not_found(client: FlaskClient, login: Login, stage: StageRoom):
    login(client, "organizer")
    assert client.get("/stage/999").status_code == 404
    assert client.get("/stage/99999999999999").status_code == 404


def test_a_judges_code_opens_the_page_for_anybody(
    client: FlaskClient, contest: Contest, app: object
):
    page = client.get(f"/judge/{contest.judge_code.lower()}")
    assert page.status_code == 200
    assert 'data-role="judge"' in page.text
    # The page has a ticket, and no address that would need a sign-in.
    assert "/stage/" not in page.text.replace("/static/stage/", "")


def test_a_wrong_code_tells_nothing(client: FlaskClient, contest: Contest):
    for code in ("XXXXXXXX", contest.screen_code, contest.join_code, str(contest.id)):
        page = client.get(f"/judge/{code}")
        assert page.status_code == 404
        assert "This code opens nothing" in page.text
        assert contest.title_zh not in page.text
