"""The score sheet: everything that happened, and nothing that was taken back."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom

from quizengine.domain.text import Refused
from quizengine.services.stage_sheet import score_sheet
from quizengine.storage.models import Contest


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    return stage.create()


@pytest.fixture
def play(session: Session, stage: StageRoom, contest: Contest) -> Stage:
    play = Stage(session, contest, stage.now)
    play.begin()
    return play


def test_every_question_is_there_with_who_answered_what(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.finish("甲队")
    found = score_sheet(session, contest.id)
    sheet, first = found.sheet, play.team("甲队")
    assert [found.rules.rounds[q.round].id for q in sheet.questions] == [
        *["must"] * 3,
        *["buzz"] * 2,
        *["risk"] * 3,
        *["tie"] * 2,
    ]
    question = sheet.questions[0]
    assert found.questions[question.slot.ref].id == question.slot.question
    (attempt,) = question.attempts
    assert (attempt.team, attempt.answer, attempt.credit) == (first, ["a"], "1")
    assert (attempt.award.verdict, attempt.award.points) == ("right", 10)
    assert question.turn is not None
    assert question.turn.member == 0
    buzzed = sheet.questions[3]
    assert [placed.team for placed in buzzed.buzzes] == [first]
    assert buzzed.attempts[0].team == first
    assert sheet.ranking[0].team == first
    assert sheet.teams[first].right == 4
    assert [record.right for record in sheet.members[first]] == [1, 0]
    assert sheet.taken_back == 0


def test_records_add_up_to_the_score(session: Session, contest: Contest, play: Stage) -> None:
    play.host("adjust", team=play.team("乙队"), points=-3, reason="迟到")
    play.finish("乙队")
    found = score_sheet(session, contest.id)
    for place in found.sheet.ranking:
        record = found.sheet.teams[place.team]
        assert found.rules.base_score + sum(record.points) + record.other == place.score
    ((event, award),) = found.sheet.adjustments
    assert (event.by.name, award.points, award.reason) == ("孙丽", -3, "迟到")


def test_an_override_is_shown_with_its_reason(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.until("buzzing", winner="乙队")
    first = play.team("甲队")
    key = score_sheet(session, contest.id).sheet.questions[0].slot.key
    play.host("override", question=key, team=first, verdict="right", reason="答案有歧义")
    (change,) = score_sheet(session, contest.id).sheet.changes
    assert (change.question, change.team, change.by.name) == (key, first, "孙丽")
    assert (change.before.verdict, change.after.verdict) == ("wrong", "right")
    assert change.after.reason == "答案有歧义"
    play.host("undo", target=play.play.undo_target.seq)
    sheet = score_sheet(session, contest.id).sheet
    assert sheet.changes == ()
    assert sheet.taken_back == 1


def test_an_answer_that_was_taken_back_is_not_shown(
    session: Session, contest: Contest, play: Stage
) -> None:
    play.until("revealed")
    before = score_sheet(session, contest.id).sheet.questions[0]
    assert before.fate is None, "the question is still on"
    assert before.attempts[0].answer == ["a"]
    play.host("undo", target=play.play.undo_target.seq)
    after = score_sheet(session, contest.id).sheet
    assert [attempt for question in after.questions for attempt in question.attempts] == []


def test_there_is_no_sheet_of_an_unknown_contest(session: Session, stage: StageRoom) -> None:
    with pytest.raises(Refused) as refused:
        score_sheet(session, 999)
    assert refused.value.code == "unknown-contest"
