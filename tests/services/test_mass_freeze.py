"""From the freeze to the publication, nothing that is shown moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from massroom import FULL, MassRoom
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.mass_boards import own_line, participants, review_of, unit_board
from quizengine.services.mass_closing import publish
from quizengine.services.repairs import Decision, repair
from quizengine.storage.engine import writing
from quizengine.storage.models import MassContest, Person

HOUR = timedelta(hours=1)


@pytest.fixture
def contest(mass: MassRoom) -> MassContest:
    """Frozen 22 hours after its opening; two have taken part by then."""
    contest = mass.open(freeze_at=mass.now + 22 * HOUR)
    mass.sit("li", contest, 2)
    mass.sit("wang", contest, 3)
    return contest


def shown(mass: MassRoom, contest: MassContest) -> tuple[Any, ...]:
    """All that boards show."""
    board = mass.board(contest)
    units = [(each.code, each.line) for each in unit_board(mass.session, board)]
    return mass.persons(contest), participants(mass.session, board), units


def test_results_after_the_freeze_move_nothing(mass: MassRoom, contest: MassContest) -> None:
    mass.now = contest.freeze_at or mass.now
    before = shown(mass, contest)
    mass.sit("li", contest, 4)
    mass.sit("zhao", contest, 4)
    assert shown(mass, contest) == before
    # One's own result is seen at once.
    assert mass.entry("zhao", contest).score == FULL
    assert own_line(mass.session, mass.board(contest), mass.school.persons["zhao"]) is None


def test_a_late_clock_freezes_as_of_the_freeze(mass: MassRoom, contest: MassContest) -> None:
    before = shown(mass, contest)
    assert contest.frozen_at is None
    # Nobody looked at the boards, and no clock ran, before the next ones began and handed in.
    mass.now = (contest.freeze_at or mass.now) + HOUR
    mass.sit("li", contest, 4)
    mass.sit("zhao", contest, 4)
    assert shown(mass, contest) == before


def test_an_attempt_that_was_open_at_the_freeze_is_not_shown(
    mass: MassRoom, contest: MassContest
) -> None:
    mass.now = (contest.freeze_at or mass.now) - timedelta(minutes=1)
    sitting = mass.begin("zhao", contest)
    before = shown(mass, contest)
    mass.tick(sitting.deadline + HOUR)
    assert mass.entry("zhao", contest).score == 0
    assert shown(mass, contest) == before


def test_a_repair_after_the_freeze_moves_nothing_until_it_is_published(
    mass: MassRoom, contest: MassContest
) -> None:
    mass.now = contest.freeze_at or mass.now
    before = shown(mass, contest)
    sitting = mass.begin("zhao", contest)
    missed = mass.questions(sitting)[0]
    mass.sit("zhao", contest, 0)
    decision = Decision(missed.id, missed.revision, "full_marks", reason="有误")
    assert repair(mass.session, mass.now, mass.actor(), decision).changed >= 1
    assert mass.entry("zhao", contest).score == 500
    assert shown(mass, contest) == before
    mass.conclude(contest)
    assert shown(mass, contest) == before
    publish(mass.session, mass.now, mass.actor(), contest.id)
    assert "赵云" in [line.name for line in mass.persons(contest)]


def test_changes_of_the_roster_move_no_frozen_figure(
    mass: MassRoom, contest: MassContest, session: Session
) -> None:
    mass.now = contest.freeze_at or mass.now
    before = shown(mass, contest)
    mass.add_member("new", "CS-1")
    with writing(session):
        session.get_one(Person, mass.school.persons["li"]).unit_id = mass.school.units["PHY-1"]
        session.get_one(Person, mass.school.persons["chen"]).active = False
    assert shown(mass, contest) == before


def test_the_result_waits_for_the_organizer(mass: MassRoom, contest: MassContest) -> None:
    def release() -> None:
        publish(mass.session, mass.now, mass.actor(), contest.id)

    with pytest.raises(Refused, match="not over"):
        release()
    mass.now = contest.freeze_at or mass.now
    before = shown(mass, contest)
    mass.sit("zhao", contest, 4)
    assert review_of(contest) is None
    mass.conclude(contest)
    assert shown(mass, contest) == before
    assert mass.ledger("contest-result") == []
    review = review_of(contest)
    assert review is not None
    assert participants(mass.session, review) == 3
    release()
    release()
    assert [line.name for line in mass.persons(contest)] == ["赵云", "王芳", "李雷"]
    mass.tick()
    assert len(mass.ledger("contest-result")) == 3


def test_a_contest_without_a_freeze_is_published_when_it_is_over(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    mass.conclude(contest)
    assert contest.published_at is not None
    assert mass.board(contest).shown == "final"


def test_only_an_organizer_of_its_unit_publishes(mass: MassRoom, contest: MassContest) -> None:
    mass.conclude(contest)
    for login in ("organizer", "auditor", "li"):
        with pytest.raises(Refused) as found:
            publish(mass.session, mass.now, mass.actor(login), contest.id)
        assert found.value.code == "forbidden"
