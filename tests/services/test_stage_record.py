"""The result of a contest in the ledger: for whom, once, corrected, and never of a rehearsal."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from examroom import ZONE
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from stageroom import Stage, StageRoom

from quizengine.live.store import Store
from quizengine.services.ledger import verify
from quizengine.services.ledger_browse import list_own
from quizengine.services.stage import copy_as_rehearsal
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_log import log_lines
from quizengine.services.stage_record import record_result
from quizengine.storage.models import Contest, LedgerEntry, LedgerSubject


def entries(session: Session) -> list[dict[str, Any]]:
    bodies = session.scalars(select(LedgerEntry.body).order_by(LedgerEntry.seq))
    return [json.loads(body) for body in bodies]


def person_of(session: Session, subject: str | None) -> int | None:
    query = select(LedgerSubject.person_id).where(LedgerSubject.digest == subject)
    return session.scalar(query)


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    return stage.create()


@pytest.fixture
def play(session: Session, stage: StageRoom, contest: Contest) -> Stage:
    return Stage(session, contest, stage.now)


def test_every_known_member_and_every_unit_gets_an_entry(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    play.finish("甲队")
    assert record_result(session, stage.now, contest.id) == 6
    found = entries(session)
    people = {person_of(session, e["subject"]): e for e in found if e["kind"] == "contest-result"}
    persons = stage.school.persons
    assert people.keys() == {persons["li"], persons["wang"], persons["cs-admin"]}
    won = people[persons["li"]]
    assert won["unit"] == "CS-1"
    assert won["data"]["contest_kind"] == "stage"
    assert won["data"]["title"] == {"zh": "知识竞赛", "en": "知识竞赛"}
    assert (won["data"]["team"], won["data"]["rank"], won["data"]["teams"]) == ("甲队", 1, 3)
    assert won["data"]["prize"] == {"zh": "一等奖", "en": "First prize"}
    points = sum(int(one["points"]) for one in won["data"]["rounds"])
    assert won["data"]["score"] == str(100 + points)
    # The compulsory question was answered by the first member alone.
    assert won["data"]["alone"]["right"] == 1
    assert people[persons["wang"]]["data"]["alone"]["right"] == 0
    units = {e["unit"]: e for e in found if e["kind"] == "contest-team-result"}
    assert units.keys() == {"CS-1", "CS-2"}
    assert units["CS-2"]["data"]["team"] == "丙队"
    assert all("person" not in str(e["source"]) for e in found)
    assert verify(session).ok


@pytest.mark.parametrize(("language", "prize"), [("zh_CN", "一等奖"), ("en", "First prize")])
def test_a_prize_is_told_in_the_language_of_the_reader(
    session: Session, stage: StageRoom, contest: Contest, play: Stage, language: str, prize: str
) -> None:
    play.finish("甲队")
    record_result(session, stage.now, contest.id)
    (line,) = list_own(session, stage.school.persons["li"], language)
    assert [remark.params for remark in line.told.remarks] == [{"prize": prize}]


def test_the_log_itself_is_proved_by_its_digest(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    play.finish()
    record_result(session, stage.now, contest.id)
    (log,) = [e for e in entries(session) if e["kind"] == "contest-log"]
    text = "".join(log_lines(session, contest.id))
    assert log["data"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert log["data"]["events"] == len(text.splitlines()) == play.play.seq
    assert log["data"]["rules_digest"] == contest.rules_digest
    assert log["unit"] == "CS"


def test_recording_again_adds_nothing(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    play.finish()
    record_result(session, stage.now, contest.id)
    assert record_result(session, stage.now, contest.id) == 0
    assert len(entries(session)) == 6
    assert contest.recorded_at == stage.now


def test_what_changes_after_the_end_is_corrected(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    play.finish("甲队")
    record_result(session, stage.now, contest.id)
    before = {e["source"]: e for e in entries(session)}
    play.host("undo", target=play.play.undo_target.seq)
    assert contest.state == "running"
    assert record_result(session, stage.now, contest.id) == 0, "not while it is going on again"
    play.host("adjust", team=play.team("丙队"), points=5, reason="漏记")
    play.host("finish")
    assert contest.state == "finished"
    # 丙队: its unit and its one known member; and the log, which has grown.
    later = stage.now + timedelta(hours=1)
    assert record_result(session, later, contest.id) == 3
    assert contest.recorded_at == later
    added = [e for e in entries(session) if e["source"] not in before]
    assert sorted(e["kind"] for e in added) == [
        "contest-log",
        "contest-result",
        "contest-team-result",
    ]
    for entry in added:
        first = before[entry["source"].removesuffix(":2") + ":1"]
        assert entry["corrects"] == first["seq"]
        assert entry["kind"] == first["kind"]
    assert verify(session).ok


def test_a_rehearsal_leaves_no_trace(session: Session, stage: StageRoom, contest: Contest) -> None:
    actor = stage.actor()
    rehearsal = copy_as_rehearsal(session, stage.now, actor, contest.id)
    draw_questions(session, stage.now, ZONE, actor, rehearsal.id)
    play = Stage(session, rehearsal, stage.now)
    play.finish("Demo team 1")
    assert rehearsal.state == "finished"
    assert record_result(session, stage.now, rehearsal.id) == 0
    assert entries(session) == []
    assert rehearsal.recorded_at is None


def test_a_contest_that_is_not_over_has_no_result(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    assert record_result(session, stage.now, contest.id) == 0
    play.begin()
    assert record_result(session, stage.now, contest.id) == 0


def test_a_result_that_changed_but_was_not_entered_is_found(
    session: Session, stage: StageRoom, contest: Contest, play: Stage
) -> None:
    store = Store(session.get_bind(), sessionmaker(session.get_bind()))
    play.finish()
    assert store.unrecorded() == [contest.id]
    record_result(session, contest.finished_at, contest.id)
    assert store.unrecorded() == []
    play.host("undo", target=play.play.undo_target.seq)
    play.host("adjust", team=play.team("丙队"), points=5, reason="漏记")
    play.host("finish")
    assert store.unrecorded() == [contest.id], "the server was killed in this very moment"
    record_result(session, contest.finished_at, contest.id)
    assert store.unrecorded() == []
