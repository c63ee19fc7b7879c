"""The page with all addresses of a contest, and its codes made anew."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stageroom import StageRoom

from quizengine.storage.models import Contest

Login = Callable[..., FlaskClient]


@pytest.fixture
def organizer(client: FlaskClient, login: Login) -> FlaskClient:
    """The browser of the organizer of CS."""
    return login(client, "organizer")


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    """A contest of three teams."""
    return stage.create()


def links_at(client: FlaskClient, base: str, contest: Contest, stage: StageRoom) -> str:
    """The page by another address of the site, where the person has to sign in as well."""
    with client.session_transaction(base_url=base) as cookie:
        cookie["_user_id"] = f"{stage.school.persons['organizer']}:1"
    return client.get(f"/stage/{contest.id}/links", base_url=base).text


def test_all_addresses_with_codes_and_pictures(
    organizer: FlaskClient, contest: Contest, stage: StageRoom
):
    base = "http://quiz.example"
    page = links_at(organizer, base, contest, stage)
    for address in (
        f"{base}/stage/{contest.id}/console",
        f"{base}/judge/{contest.judge_code}",
        f"{base}/screen/{contest.screen_code}",
        f"{base}/join/{contest.join_code}",
        *(f"{base}/seat/{team.code}" for team in contest.teams),
    ):
        assert f'href="{address}"' in page
    # One for each team, and one for the audience.
    assert page.count('class="segno"') == len(contest.teams) + 1
    assert "works on this computer only" not in page


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1"])
def test_an_address_that_phones_can_not_reach_is_told(
    organizer: FlaskClient, contest: Contest, stage: StageRoom, host: str
):
    page = links_at(organizer, f"http://{host}", contest, stage)
    assert "works on this computer only" in page


def test_new_codes_close_what_was_opened_with_the_old_ones(
    organizer: FlaskClient, contest: Contest, session: Session
):
    old = {"judge": contest.judge_code, "screen": contest.screen_code, "join": contest.join_code}
    seats = [team.code for team in contest.teams]
    page = organizer.post(f"/stage/{contest.id}/codes", follow_redirects=True).text
    assert "There are new codes" in page
    for place, code in old.items():
        assert code not in page
        assert organizer.get(f"/{place}/{code}").status_code == 404
    assert all(code in page for code in seats)


def test_a_new_code_for_one_team(organizer: FlaskClient, contest: Contest, session: Session):
    first, second = (team.code for team in contest.teams[:2])
    team_id = contest.teams[0].id
    page = organizer.post(
        f"/stage/{contest.id}/codes", data={"team": str(team_id)}, follow_redirects=True
    ).text
    assert "There is a new code for 甲队." in page
    assert first not in page
    assert second in page
    assert contest.judge_code in page


def test_a_team_of_another_contest_gets_none(
    organizer: FlaskClient, contest: Contest, stage: StageRoom
):
    other = stage.create("另一场").teams[0].id
    answer = organizer.post(f"/stage/{contest.id}/codes", data={"team": str(other)})
    assert answer.status_code == 404
