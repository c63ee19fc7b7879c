"""The editor of teams: rows, pasted tables, faults by field."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom
from werkzeug.test import TestResponse

from quizengine.storage.models import Contest

Login = Callable[..., FlaskClient]


@pytest.fixture
def organizer(client: FlaskClient, login: Login) -> FlaskClient:
    """The browser of the organizer of CS."""
    return login(client, "organizer")


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    """Three teams: 甲队, 乙队, 丙队."""
    return stage.create()


def shown(answer: TestResponse) -> dict[str, str]:
    """The form's fields with what is in them."""
    fields = dict(re.findall(r'name="(team-[^"]+)"[^>]*? value="([^"]*)"', answer.text))
    for name, options in re.findall(r'<select[^>]*name="(team-[^"]+)">(.*?)</select>', answer.text):
        chosen = re.search(r'value="([^"]*)" selected', options)
        fields[name] = chosen.group(1) if chosen else ""
    return fields


def names(contest: Contest, session: Session) -> list[str]:
    # What other sessions have written is seen by a new transaction.
    session.rollback()
    return [team.name for team in contest.teams]


def test_untouched_the_form_changes_nothing(
    organizer: FlaskClient, contest: Contest, session: Session
):
    path = f"/stage/{contest.id}/teams"
    codes = [team.code for team in contest.teams]
    fields = shown(organizer.get(path))
    assert fields["team-0-0-person"] == "li"
    assert fields["team-1-0-name"] == "客人一"
    answer = organizer.post(path, data=fields, follow_redirects=True)
    assert "The teams are saved." in answer.text
    # What other sessions have written is seen by a new transaction.
    session.rollback()
    assert [team.code for team in contest.teams] == codes
    assert contest.draw != ""
    assert [len(team.members) for team in contest.teams] == [2, 2, 2]
    assert contest.teams[0].unit_id is not None


def test_rows_are_added_moved_and_removed_before_saving(
    organizer: FlaskClient, contest: Contest, session: Session
):
    path = f"/stage/{contest.id}/teams"
    fields = shown(organizer.get(path))
    added = organizer.post(path, data={**fields, "add": "1"})
    assert "Not saved yet" in added.text
    assert len([key for key in shown(added) if re.fullmatch(r"team-\d-name", key)]) == 4
    moved = shown(organizer.post(path, data={**fields, "down": "0"}))
    assert [moved[f"team-{i}-name"] for i in range(3)] == ["乙队", "甲队", "丙队"]
    removed = shown(organizer.post(path, data={**moved, "remove": "2"}))
    assert names(contest, session) == ["甲队", "乙队", "丙队"]
    organizer.post(path, data=removed)
    assert names(contest, session) == ["乙队", "甲队"]
    # For fewer teams fewer questions are needed.
    assert contest.draw == ""


def test_a_table_is_pasted(
    organizer: FlaskClient, contest: Contest, session: Session, stage: StageRoom
):
    path = f"/stage/{contest.id}/teams"
    code = contest.teams[0].code
    long = "软件学院（网络安全、示范性软件学院）队"
    table = "队名\t队员一\t队员二\n甲队\t李雷 li2\t张三\n教工第一支部\t王五（wang1）\n\n"
    table += f"{long}，赵六、孙七\n理学院、附中联队\t周八、吴九\n"
    answer = organizer.post(path, data={"paste": "1", "table": table})
    fields = shown(answer)
    assert "Not saved yet" in answer.text
    assert fields["team-0-id"] == str(contest.teams[0].id)
    assert (fields["team-0-0-name"], fields["team-0-0-person"]) == ("李雷", "li2")
    assert (fields["team-1-0-name"], fields["team-1-0-person"]) == ("王五", "wang1")
    # A team that is called like a unit stands for it.
    assert fields["team-1-unit"] == str(stage.school.units["CS-1"])
    # A comma in a name ends it neither between brackets nor in the cell of a spreadsheet.
    assert (fields["team-2-name"], fields["team-2-1-name"]) == (long, "孙七")
    assert (fields["team-3-name"], fields["team-3-1-name"]) == ("理学院、附中联队", "吴九")
    fields.update({"team-0-0-person": "li", "team-1-0-person": ""})
    organizer.post(path, data=fields)
    assert names(contest, session) == ["甲队", "教工第一支部", long, "理学院、附中联队"]
    assert contest.teams[0].code == code


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"team-1-name": " "}, "team-1-name", "Give the team a name."),
        ({"team-1-name": "甲队"}, "team-1-name", "Team 1 has this name already."),
        ({"team-0-name": "长" * 41}, "team-0-name", "At most 40 characters."),
        ({"team-2-1-name": "长" * 41}, "team-2-1-name", "At most 40 characters."),
    ],
)
def test_faults_stand_at_their_field(
    organizer: FlaskClient,
    contest: Contest,
    session: Session,
    change: dict[str, str],
    field: str,
    message: str,
):
    path = f"/stage/{contest.id}/teams"
    answer = organizer.post(path, data={**shown(organizer.get(path)), **change})
    assert answer.status_code == 400
    found = re.search(rf'id="{field}-error">(.*?)</div>', answer.text, re.S)
    assert found
    assert message in found.group(1)
    assert names(contest, session) == ["甲队", "乙队", "丙队"]


def test_what_the_service_refuses_is_said_above_the_form(
    organizer: FlaskClient, contest: Contest, session: Session
):
    path = f"/stage/{contest.id}/teams"
    fields = shown(organizer.get(path))
    answer = organizer.post(path, data={**fields, "team-0-0-person": "nobody"})
    assert answer.status_code == 400
    assert "login or staff number “nobody”" in answer.text
    # What was typed is still there.
    assert shown(answer)["team-0-0-person"] == "nobody"
    twice = organizer.post(path, data={**fields, "team-1-0-person": "li"})
    assert twice.status_code == 400
    assert "李雷 is entered twice." in twice.text


def test_too_many_teams(organizer: FlaskClient, contest: Contest):
    path = f"/stage/{contest.id}/teams"
    fields = shown(organizer.get(path))
    more = {f"team-{index}-name": f"第{index}队" for index in range(3, 6)}
    answer = organizer.post(path, data={**fields, **more})
    assert answer.status_code == 400
    assert "at most 4 teams" in answer.text


def test_a_team_of_another_contest_is_no_row_here(
    organizer: FlaskClient, contest: Contest, stage: StageRoom
):
    other = stage.create("另一场")
    path = f"/stage/{contest.id}/teams"
    fields = {**shown(organizer.get(path)), "team-0-id": str(other.teams[0].id)}
    answer = organizer.post(path, data=fields)
    assert answer.status_code == 400
    assert "no such team" in answer.text


def test_after_the_start_the_teams_are_only_shown(
    organizer: FlaskClient, contest: Contest, session: Session, stage: StageRoom
):
    path = f"/stage/{contest.id}/teams"
    fields = shown(organizer.get(path))
    Stage(session, contest, stage.now).begin()
    page = organizer.get(path).text
    assert "甲队" in page
    assert "team-0-name" not in page
    assert organizer.post(path, data=fields).status_code == 409
