"""The demo's stage contests: one with a result, one that can begin."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

from examroom import ZONE
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.bank import sync_bank
from quizengine.services.demo_people import make_people
from quizengine.services.demo_stage import play_contest, prepare_contest
from quizengine.services.ledger import verify
from quizengine.services.stage_draw import begin_data
from quizengine.services.stage_sheet import score_sheet
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry

BANK = Path(__file__).parents[2] / "question_bank"


def test_one_contest_is_over_and_one_can_begin(session: Session, now: datetime) -> None:
    sync_bank(session, now, now.date(), BANK)
    # So few people that guests have to fill the teams.
    with writing(session):
        make_people(session, now, now.date(), 8, "")

    held = play_contest(session, now, ZONE, days=15)
    assert held.state == "finished"
    assert held.finished_at is not None and held.finished_at < now
    sheet = score_sheet(session, held.id)
    assert [(place.rank, place.prize) for place in sheet.sheet.ranking] == [
        (1, 0),
        (2, 1),
        (3, 2),
        (4, 2),
    ]
    # What a visitor is to find in the replay and in the sheet.
    assert sheet.sheet.ranking[0].by == "tie_break"
    assert [foul.kind for foul in sheet.sheet.state.fouls] == ["early"]
    assert [change.after.verdict for change in sheet.sheet.changes] == ["wrong"]
    near = [buzz for one in sheet.sheet.questions for buzz in one.buzzes if buzz.near_tie]
    assert [buzz.arrived_us for buzz in near] != []
    lost = [a for a in sheet.sheet.state.awards if a.round == 2 and a.points < 0]
    assert len(lost) == 1

    kinds = Counter(session.scalars(select(LedgerEntry.kind)))
    assert kinds == {"contest-result": 8, "contest-team-result": 4, "contest-log": 1}
    assert verify(session).problems == ()

    coming = prepare_contest(session, now, ZONE)
    assert coming.state == "preparing"
    assert coming.planned_at is not None and coming.planned_at > now
    begin = begin_data(session, coming)
    assert [len(team["members"]) for team in begin["teams"]] == [3] * 4
