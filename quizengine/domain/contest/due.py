"""What the clock has to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Literal

from quizengine.domain.contest.buzz import Waiting, settle_at
from quizengine.domain.contest.machine_phase import by_buzzer, may_race, the_question
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import State

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN = Waiting(None, None)
NOBODY: Mapping[int, Waiting] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Due:
    """An event of the clock, and when it is due (UTC)."""

    at: datetime
    type: Literal["timeout", "settle", "open", "start"]


def due(rules: ContestRules, state: State, waiting: Mapping[int, Waiting] = NOBODY) -> Due | None:
    """What the clock does next if nothing happens before; None while it stands still.

    `waiting` tells when the devices of the teams in `waits` were unlocked, and how far away they
    are; for a team that is not in it the whole window of the rules is waited.
    """
    if state.paused:
        return None
    if state.phase == "settling" and state.question and state.question.buzz:
        devices = {team: waiting.get(team, UNKNOWN) for team in waits(rules, state)}
        moment = settle_at(state.question.buzz.claims, devices, rules.fairness)
        return Due(EPOCH + timedelta(microseconds=moment), "settle")
    if state.clock is None or state.clock.ends_at is None:
        return None
    match state.phase:
        case "reading":
            return Due(state.clock.ends_at, "open" if by_buzzer(rules, state) else "start")
        case "discussing":
            return Due(state.clock.ends_at, "start")
    return Due(state.clock.ends_at, "timeout")


def microseconds(moment: datetime) -> int:
    """Since 1970, as evidence states times."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def waits(rules: ContestRules, state: State) -> tuple[int, ...]:
    """Teams that may still buzz for the question that is on."""
    if state.phase not in ("reading", "buzzing", "settling") or not by_buzzer(rules, state):
        return ()
    buzz = the_question(state).buzz
    claimed = {claim.team for claim in buzz.claims} if buzz else set()
    return tuple(team for team in may_race(state) if team not in claimed)
