"""After a stage contest: ranking and records, the sheet to sign, the log, the replay."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.fold import replay
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_record import record_result
from quizengine.storage.models import Contest

Login = Callable[..., FlaskClient]


@pytest.fixture
def organizer(client: FlaskClient, login: Login) -> FlaskClient:
    """The browser of the organizer of CS."""
    return login(client, "organizer")


@pytest.fixture
def played(stage: StageRoom, session: Session) -> Stage:
    """A contest won by 甲队, with points by hand for 乙队, and one command taken back."""
    played = Stage(session, stage.create(), stage.now)
    played.begin()
    played.until("revealed")
    played.host("adjust", team=played.team("乙队"), points=5, reason="计分有误")
    played.host("adjust", team=played.team("丙队"), points=-50, reason="按错了")
    played.host("undo", target=played.play.seq)
    played.finish()
    return played


@pytest.fixture
def contest(played: Stage, session: Session) -> Contest:
    """That contest."""
    return session.get_one(Contest, 1)


def test_the_ranking_with_prizes_and_records(
    organizer: FlaskClient, contest: Contest, played: Stage
):
    page = organizer.get(f"/stage/{contest.id}/results").text
    ranking = re.search(r'<ol class="qe-podium".*?</ol>', page, re.S)
    assert ranking
    first = played.play.state.ranking[0]
    assert ranking.group(0).index("甲队") < ranking.group(0).index("丙队")
    assert f'<span class="qe-points-sum">{first.score}</span>' in ranking.group(0)
    assert "First prize" in ranking.group(0)
    assert "李雷" in page
    # What was changed by hand and what was taken back is told.
    assert "+5 by hand" in page
    assert "计分有误" in page
    assert "1 command was taken back." in page
    assert "按错了" not in page


def test_the_sheet_has_everything_to_sign(organizer: FlaskClient, contest: Contest, played: Stage):
    page = organizer.get(f"/stage/{contest.id}/sheet").text
    for place in played.play.state.ranking:
        assert f"<strong>{place.score}</strong>" in page
    for text in ("Host", "Judge", "Scorer", "计分有误"):
        assert text in page
    log = organizer.get(f"/stage/{contest.id}/log.jsonl").data
    assert hashlib.sha256(log).hexdigest() in page


def test_the_log_replays_to_the_same_scores(
    organizer: FlaskClient, contest: Contest, played: Stage
):
    answer = organizer.get(f"/stage/{contest.id}/log.jsonl")
    assert answer.headers["Content-Type"].startswith("application/jsonl")
    assert 'filename="contest-1.jsonl"' in answer.headers["Content-Disposition"]
    events = [Event.from_data(json.loads(line)) for line in answer.text.splitlines()]
    assert replay(rules_of(contest), events).state.ranking == played.play.state.ranking


def test_the_replay_has_each_event_with_what_everybody_saw(
    organizer: FlaskClient, contest: Contest, played: Stage
):
    assert organizer.get(f"/stage/{contest.id}/replay").status_code == 200
    moments = organizer.get(f"/stage/{contest.id}/replay.json").get_json()["moments"]
    assert [m["event"]["seq"] for m in moments] == list(range(1, played.play.seq + 1))
    assert moments[-1]["public"]["phase"] == "finished"
    undone = [m["event"]["data"]["reason"] for m in moments if m["event"]["undone"]]
    assert undone == ["按错了"]
    # A moment before the answer was shown holds none.
    hidden = [m["public"]["question"] for m in moments if m["public"]["phase"] == "answering"]
    assert hidden
    assert all(question["answer"] is None for question in hidden)


def test_what_has_not_begun_has_no_results(organizer: FlaskClient, stage: StageRoom):
    contest = stage.create()
    for page in ("results", "sheet", "log.jsonl", "replay", "replay.json"):
        assert organizer.get(f"/stage/{contest.id}/{page}").status_code == 404
    page = organizer.get(f"/stage/{contest.id}").text
    assert f"/stage/{contest.id}/results" not in page


def test_a_contest_under_way_says_that_it_is_not_over(
    organizer: FlaskClient, stage: StageRoom, session: Session
):
    contest = stage.create()
    played = Stage(session, contest, stage.now)
    played.begin()
    played.until("revealed")
    page = organizer.get(f"/stage/{contest.id}/results").text
    assert "still under way" in page
    assert organizer.get(f"/stage/{contest.id}/replay").status_code == 404


def test_that_the_ledger_holds_the_earlier_result_is_told_until_it_is_finished_again(
    organizer: FlaskClient, contest: Contest, played: Stage, session: Session, stage: StageRoom
):
    told = "The ledger keeps the earlier result until it is finished once more"
    record_result(session, stage.now, contest.id)
    assert told not in organizer.get(f"/stage/{contest.id}/results").text
    played.host("undo", target=played.play.undo_target.seq)
    for page in ("", "/results"):
        assert told in organizer.get(f"/stage/{contest.id}{page}").text
    played.host("finish")
    assert told not in organizer.get(f"/stage/{contest.id}").text
