"""The log of a contest in the database: whole, in order, unchanged, the same text always."""

from __future__ import annotations

import json

import pytest
from examroom import ZONE
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from stageroom import HOST, Stage, StageRoom

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.logbook import replay_log
from quizengine.domain.text import Refused
from quizengine.services.stage import cancel_contest, set_teams
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import begin_data, draw_questions
from quizengine.services.stage_log import (
    append_events,
    commanded_events,
    contest_log,
    log_lines,
    mark_alive,
    running_contests,
)
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.engine import writing
from quizengine.storage.models import Contest


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    return stage.create()


@pytest.fixture
def play(session: Session, stage: StageRoom, contest: Contest) -> Stage:
    return Stage(session, contest, stage.now)


def test_events_come_back_as_they_were_written(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.begin()
    play.host("next")
    events = list(contest_log(session, contest.id))
    assert [(e.seq, e.type, e.by) for e in events] == [(1, "begin", HOST), (2, "next", HOST)]
    assert [e.seq for e in contest_log(session, contest.id, after=1)] == [2]
    assert [command for _, command in commanded_events(session, contest.id)] == [
        "test-1",
        "test-2",
    ]


def test_the_contest_follows_the_phase(session: Session, contest: Contest, play: Stage) -> None:
    assert (contest.state, contest.started_at) == ("preparing", None)
    play.begin()
    begun = next(contest_log(session, contest.id)).at
    assert (contest.state, contest.started_at) == ("running", begun)
    assert running_contests(session) == [contest.id]
    play.finish()
    last = list(contest_log(session, contest.id))[-1]
    assert (contest.state, contest.started_at, contest.finished_at) == ("finished", begun, last.at)
    assert running_contests(session) == []
    play.host("undo", target=play.play.undo_target.seq)
    assert (contest.state, contest.finished_at) == ("running", None)


def test_one_number_or_command_is_written_once(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.begin()
    play.host("next")
    at = next(contest_log(session, contest.id)).at
    for event, command in (
        (Event(2, at, HOST, "next"), "other"),
        (Event(3, at, HOST, "next"), "test-2"),
    ):
        with pytest.raises(Refused) as refused:
            append_events(session, contest.id, [(event, command)], "round")
        assert refused.value.code == "log-conflict"
    # All or nothing.
    with pytest.raises(Refused):
        append_events(
            session,
            contest.id,
            [(Event(3, at, HOST, "next"), "fresh"), (Event(4, at, HOST, "next"), "test-1")],
            "round",
        )
    assert [e.seq for e in contest_log(session, contest.id)] == [1, 2]


def test_a_cancelled_contest_takes_no_event(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    cancel_contest(session, stage.actor(), contest.id)
    with pytest.raises(Refused) as refused:
        append_events(session, contest.id, [(Event(1, stage.now, HOST, "begin"), "x")], "round")
    assert refused.value.code == "contest-cancelled"


def test_what_begins_is_the_contest_as_it_stands(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    seen = begin_data(session, contest)
    draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    event = Event(1, stage.now, HOST, "begin", seen)
    with pytest.raises(Refused) as refused:
        append_events(session, contest.id, [(event, "x")], "round")
    assert refused.value.code == "contest-changed"
    assert list(contest_log(session, contest.id)) == []
    seen = begin_data(session, contest)
    named = [TeamPlan(team.name, [MemberPlan("新人")], id=team.id) for team in contest.teams]
    set_teams(session, stage.actor(), contest.id, named)
    event = Event(1, stage.now, HOST, "begin", seen)
    with pytest.raises(Refused) as refused:
        append_events(session, contest.id, [(event, "x")], "round")
    assert refused.value.code == "contest-changed"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contest_events SET data = '{}'",
        "DELETE FROM contest_events",
        "INSERT OR REPLACE INTO contest_events SELECT * FROM contest_events WHERE seq = 1",
    ],
)
def test_the_database_refuses_to_change_the_log(
    session: Session, play: Stage, statement: str
) -> None:
    play.begin()
    with pytest.raises(DBAPIError, match="append-only"), writing(session):
        session.execute(text(statement))


def test_the_exported_log_gives_the_same_scores(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.finish()
    lines = list(log_lines(session, contest.id))
    assert lines == list(log_lines(session, contest.id))
    assert all(line.endswith("\n") and json.loads(line)["seq"] for line in lines)
    assert replay_log(rules_of(contest), lines).state == play.play.state


def test_the_clock_of_a_contest_shows_that_it_is_alive(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    mark_alive(session, stage.now, contest.id)
    session.expire_all()
    assert contest.alive_at == stage.now
