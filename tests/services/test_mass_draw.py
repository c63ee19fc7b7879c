"""Prizes by lot: drawn once, from a list that was fixed before, and checked by anybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from massroom import MassRoom

from quizengine.domain.mass_lottery import Prize, check
from quizengine.domain.text import Refused
from quizengine.services.mass_lottery import draw_prizes, draw_record, lottery_of, winners_of
from quizengine.services.mass_plans import LotteryPlan
from quizengine.storage.models import MassContest, MassLottery

PLAN = LotteryPlan([Prize("一等奖", 1), Prize("纪念奖", 5)], public_source="第26030期开奖号码")


def refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


@pytest.fixture
def contest(mass: MassRoom) -> MassContest:
    """Two with full marks, one without."""
    contest = mass.open(lottery=PLAN)
    mass.sit("li", contest, 4)
    mass.sit("li", contest, 4)
    mass.sit("wang", contest, 4)
    mass.sit("zhao", contest, 3)
    return contest


def lottery(mass: MassRoom, contest: MassContest) -> MassLottery:
    found = lottery_of(mass.session, contest.id)
    assert found is not None
    return found


def test_the_seed_is_committed_to_before_anybody_takes_part(mass: MassRoom) -> None:
    contest = mass.open(lottery=PLAN)
    record = draw_record(mass.session, lottery(mass, contest))
    seed = lottery(mass, contest).seed
    assert record["commitment"] == hashlib.sha256(seed.encode()).hexdigest()
    assert seed not in json.dumps(record)
    assert "entries" not in record


def test_the_list_is_fixed_with_the_result_and_has_everybody_once(
    mass: MassRoom, contest: MassContest
) -> None:
    refused("not-published", lambda: draw_prizes(mass.session, mass.now, mass.actor(), contest.id))
    mass.conclude(contest)
    record = draw_record(mass.session, lottery(mass, contest))
    tokens = {mass.entry(login, contest).token for login in ("li", "wang")}
    assert set(record["entries"]) == tokens
    assert len(record["entries"]) == 2
    assert "seed" not in record


def test_a_draw_happens_once_and_its_record_can_be_checked(
    mass: MassRoom, contest: MassContest
) -> None:
    mass.conclude(contest)
    refused("public-value", lambda: draw_prizes(mass.session, mass.now, mass.actor(), contest.id))
    winners = draw_prizes(mass.session, mass.now, mass.actor(), contest.id, " 03 11 22 ")
    assert len(winners) == 2
    record = json.loads(json.dumps(draw_record(mass.session, lottery(mass, contest))))
    assert check(record) == []
    assert record["public"] == "03 11 22"
    refused("drawn", lambda: draw_prizes(mass.session, mass.now, mass.actor(), contest.id, "other"))
    assert draw_record(mass.session, lottery(mass, contest)) == record
    lines = winners_of(mass.session, contest.id)
    assert [line.prize for line in lines] == [0, 1]
    assert {line.name for line in lines} == {"李雷", "王芳"}


def test_the_ledger_has_the_draw_and_each_prize(mass: MassRoom, contest: MassContest) -> None:
    mass.conclude(contest)
    winners = draw_prizes(mass.session, mass.now, mass.actor(), contest.id, "7")
    (entry,) = mass.ledger("contest-draw")
    assert entry["data"]["seed"] == lottery(mass, contest).seed
    assert entry["data"]["winners"] == [winner.entry for winner in winners]
    prizes = mass.ledger("contest-prize")
    assert [each["data"]["prize"] for each in prizes] == ["一等奖", "纪念奖"]
    assert all(each["subject"] for each in prizes)


def test_a_threshold_lets_more_take_part(mass: MassRoom) -> None:
    contest = mass.open(lottery=LotteryPlan([Prize("奖", 1)], Decimal(15)))
    for login, right in (("li", 4), ("wang", 3), ("zhao", 2)):
        mass.sit(login, contest, right)
    mass.conclude(contest)
    assert len(draw_record(mass.session, lottery(mass, contest))["entries"]) == 2
    # No public value was announced: none goes in.
    draw_prizes(mass.session, mass.now, mass.actor(), contest.id, "ignored")
    assert lottery(mass, contest).public_value == ""


def test_a_draw_without_anybody_has_no_winners(mass: MassRoom) -> None:
    contest = mass.open(lottery=PLAN)
    mass.conclude(contest)
    assert draw_prizes(mass.session, mass.now, mass.actor(), contest.id, "7") == []
    assert check(draw_record(mass.session, lottery(mass, contest))) == []


def test_only_an_organizer_draws(mass: MassRoom, contest: MassContest) -> None:
    mass.conclude(contest)
    for login in ("organizer", "auditor", "li"):
        actor = mass.actor(login)
        refused(
            "forbidden", lambda a=actor: draw_prizes(mass.session, mass.now, a, contest.id, "7")
        )
    plain = mass.open()
    refused("no-lottery", lambda: draw_prizes(mass.session, mass.now, mass.actor(), plain.id))
