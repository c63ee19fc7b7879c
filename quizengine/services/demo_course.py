"""The course of a demo contest: a script, played through the real machine as in a hall."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from quizengine.domain.answers import correct_answer
from quizengine.domain.contest.actions import actions
from quizengine.domain.contest.credits import credit_of
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import Author, Event, EventType
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.machine_phase import by_buzzer
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import State, Team
from quizengine.domain.questions import Question
from quizengine.services.demo_answers import slip

_CLOCK = Author("clock")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Seconds before the host goes on from a phase, at least and at most.
_PACE = {"round": (25, 40), "turn": (5, 8), "revealed": (9, 18), "round_over": (20, 35)}
_READ_S = (9, 14)
_ANSWER_S = (5, 16)
# Milliseconds there and back to the device of each team, by its number.
_ROUND_TRIPS = (5, 14, 6, 9)
_SLIPS = 20


@dataclass(frozen=True)
class Race:
    """A question by buzzer: who presses after how many milliseconds, by number of the team.

    The first of them answers, `right` or not. `early` buzzes while the question is still read.
    """

    presses: Mapping[int, int] = field(default_factory=dict)
    right: bool = True
    early: int | None = None


@dataclass(frozen=True)
class Script:
    """What teams do, by their numbers. What it does not tell is a wrong answer, or nobody's buzz.

    `turns`: whether each turn's answer is right; `races`: in their order; `wagers`: the value
    chosen, and whether the answer is right. `overridden`: a team whose latest right answer the
    judge finds wrong after the first round, and why.
    """

    turns: Mapping[int, tuple[bool, ...]]
    races: tuple[Race, ...]
    wagers: Mapping[int, tuple[int, bool]]
    overridden: tuple[int, str]


def _is_finished(state: State) -> bool:
    return state.phase == "finished"


class Course:
    """A contest that is played from `at` on; `lines` are its events with ids of their commands."""

    def __init__(
        self,
        rules: ContestRules,
        questions: Mapping[int, Question],
        script: Script,
        staff: tuple[Author, Author],
        at: datetime,
    ) -> None:
        self.play = Play.start(rules)
        self.lines: list[tuple[Event, str]] = []
        self._questions = questions
        self._script = script
        self._host, self._judge = staff
        self._at = at
        self._rng = random.Random(20261101)
        self._races = iter(script.races)
        self._race = Race()
        self._turns: dict[int, int] = {}
        self._reviewed = False

    def run(self, begin: dict[str, Any], done: Callable[[State], bool] = _is_finished) -> None:
        """From `begin` on until `done`, by default to the final ranking."""
        self._do(self._host, "begin", begin)
        while not done(self._state):
            self._go_on()

    @property
    def _state(self) -> State:
        return self.play.state

    def _go_on(self) -> None:
        match self._state.phase:
            case "choosing":
                self._choose()
            case "reading" if by_buzzer(self.play.rules, self._state):
                self._open()
            case "reading":
                self._wait(_READ_S)
                self._do(self._host, "start")
            case "buzzing" if self._race.presses:
                self._press()
            case "answering":
                self._answer()
            case "judging":
                self._verdict()
            case phase if phase in _PACE:
                self._next(phase)
            case _:
                self._clock()

    def _next(self, phase: str) -> None:
        self._wait(_PACE[phase])
        if phase == "round_over" and not self._reviewed:
            self._reviewed = True
            self._override()
            return
        action = next(a for a in actions(self.play.rules, self._state) if a.primary)
        self._do(self._host, action.type)

    def _choose(self) -> None:
        team = self._turn_team()
        points, _ = self._script.wagers[team.number]
        self._wait((6, 14))
        self._do(_author(team), "choose", {"team": team.id, "points": points})

    def _open(self) -> None:
        """The question is read, somebody can't wait, the buzzers open."""
        self._race = next(self._races, Race())
        self._wait(_READ_S)
        if self._race.early is not None:
            self._buzz(self._numbered(self._race.early), None)
            self._wait((3, 5))
        self._do(self._host, "open")

    def _press(self) -> None:
        """All who press, in the order in which it arrives: the quickest may come second."""
        opened = self._at
        presses = self._race.presses
        for number in sorted(presses, key=lambda n: presses[n] + _round_trip(n)):
            self._at = opened
            self._buzz(self._numbered(number), presses[number])
        self._clock()

    def _buzz(self, team: Team, reaction_ms: int | None) -> None:
        evidence = _evidence(team.number, self._at, reaction_ms)
        self._at = _EPOCH + timedelta(microseconds=evidence["arrived_us"])
        self._do(_author(team), "buzz", {"team": team.id, "evidence": evidence})

    def _answer(self) -> None:
        asking = self._state.question
        if asking is None:
            raise RuntimeError("nothing is asked")
        team = self._state.team(asking.answering[0])
        given = self._given(self._questions[asking.slot.ref], self._knows(team))
        if given is None:
            self._clock()
            return
        self._wait(_ANSWER_S)
        credit = credit_of(self._questions[asking.slot.ref], given)
        self._do(_author(team), "answer", {"team": team.id, "answer": given, "credit": credit})

    def _knows(self, team: Team) -> bool:
        """Whether the script has the team answer right this time."""
        turn, number = self._state.turn, team.number
        if turn is None:
            return self._race.right
        if turn.points is not None:
            return self._script.wagers[number][1]
        count = self._turns.get(number, 0)
        self._turns[number] = count + 1
        return self._script.turns[number][count]

    def _given(self, question: Question, right: bool) -> Any:
        """An answer that is wholly right, or wholly wrong; None if no wrong one comes to mind."""
        solution: Any = correct_answer(question)
        if right:
            return solution
        slips = (slip(question, solution, self._rng) for _ in range(_SLIPS))
        return next((given for given in slips if credit_of(question, given) == "0"), None)

    def _verdict(self) -> None:
        """What the key can't decide is right."""
        self._wait(_ANSWER_S)
        asking = self._state.question
        team = asking.answering[0] if asking else 0
        self._do(self._judge, "judge", {"team": team, "verdict": "right"})

    def _override(self) -> None:
        number, reason = self._script.overridden
        team = self._numbered(number).id
        awards = (a for a in reversed(self._state.awards) if a.team == team)
        latest = next((a for a in awards if a.verdict == "right"), None)
        if latest is not None:
            data = {"question": latest.question, "team": team, "verdict": "wrong", "reason": reason}
            self._do(self._judge, "override", data)

    def _clock(self) -> None:
        coming = due(self.play.rules, self._state)
        if coming is None:
            raise RuntimeError(f"no clock in phase {self._state.phase}")
        self._at = max(self._at, coming.at)
        self._do(_CLOCK, coming.type)

    def _do(self, by: Author, kind: EventType, data: Mapping[str, Any] | None = None) -> None:
        event = Event(self.play.seq + 1, self._at, by, kind, dict(data or {}))
        self.play = self.play.after(event)
        self.lines.append((event, f"demo-{event.seq}"))

    def _wait(self, seconds: tuple[int, int]) -> None:
        self._at += timedelta(milliseconds=self._rng.randint(seconds[0] * 1000, seconds[1] * 1000))

    def _turn_team(self) -> Team:
        if self._state.turn is None:
            raise RuntimeError("nobody's turn")
        return self._state.team(self._state.turn.team)

    def _numbered(self, number: int) -> Team:
        return next(team for team in self._state.teams if team.number == number)


def _author(team: Team) -> Author:
    return Author("team", str(team.id), team.name)


def _round_trip(number: int) -> int:
    return _ROUND_TRIPS[number % len(_ROUND_TRIPS) - 1]


def _evidence(number: int, opened: datetime, reaction_ms: int | None) -> dict[str, Any]:
    """What a server would have measured; without a reaction, the device was locked when pressed."""
    opened_us = (opened - _EPOCH) // timedelta(microseconds=1)
    way_us = _round_trip(number) * 500
    early = reaction_ms is None
    unlocked_us = None if early else opened_us + 1000 * number + way_us
    pressed_us = opened_us if unlocked_us is None else unlocked_us + (reaction_ms or 0) * 1000
    return {
        "arrived_us": pressed_us + way_us,
        "sent_us": None if unlocked_us is None else unlocked_us - way_us,
        "reaction_us": None if reaction_ms is None else reaction_ms * 1000,
        "rtt_us": 2 * way_us,
        "offset_us": 1_234_567 * number,
        "unlocked_us": unlocked_us,
        "pressed_us": pressed_us,
        "early": early,
    }
