"""No sequence of commands, legal or not, makes an illegal state, a lost point or a double award."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest
from anyrules import any_rules
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import Stage

from quizengine.bank.contests import read_contest
from quizengine.domain.contest.actions import Action, actions, team_can
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import EVENT_TYPES
from quizengine.domain.contest.machine import ALWAYS, ROLES
from quizengine.domain.contest.machine_turns import in_turn
from quizengine.domain.contest.ranking import places
from quizengine.domain.contest.rules import CompulsoryRound, ContestRules
from quizengine.domain.contest.state import State
from quizengine.domain.text import Refused

PRESETS = sorted(Path("question_bank/contests").glob("*.yaml"))
CREDITS = ["1", "0", "0.5", "1/3", None]
NOT_OFFERED = {"begin", "undo", "timeout", "settle", "buzz", "answer", "late_buzz"} | ALWAYS
JUNK: list[Any] = [None, True, -1, 0, 5, 2000, "", "5", "right", "partial", "conduct", [], {}]
Pick = Callable[[Any], Any]


def evidence(stage: Stage, early: bool = False) -> dict[str, Any]:
    return {"arrived_us": round(stage.now.timestamp() * 1_000_000), "early": early}


def filled(stage: Stage, action: Action, pick: Pick) -> dict[str, Any]:
    """Data that make the command complete; `pick` chooses one of a list."""
    state = stage.state
    data: dict[str, Any] = {"reason": "理由"}
    team = action.team if action.team is not None else pick([t.id for t in state.teams])
    match action.type:
        case "choose":
            return {"team": team, "points": pick(list(action.values))}
        case "judge":
            return {"team": team, **_verdict(stage, pick, state.question and state.question.right)}
        case "adjust":
            return {"team": team, "points": pick([-20, 5]), **data}
        case "foul":
            points = {"points": pick([0, 10])} if action.kind == "conduct" else {}
            return {"team": team, "kind": action.kind, **points, **data}
        case "override":
            award = pick([a for a in state.awards if _overridable(stage.rules, a.kind, a.round)])
            chosen = _verdict(stage, pick, award.right, award.round)
            return {"team": award.team, "question": award.question, **chosen, **data}
        case "withdraw" | "reinstate":
            return {"team": team, **data}
    return data


def _overridable(rules: ContestRules, kind: str, index: int | None) -> bool:
    return kind == "answer" and index is not None and rules.rounds[index].kind != "tie_break"


def _verdict(stage: Stage, pick: Pick, right: int | None, index: int | None = None) -> Any:
    play = stage.state.round
    number = index if index is not None else (play.index if play else 0)
    current = stage.rules.rounds[number]
    partial = current.partial and current.kind != "tie_break" and (right or 0) > 1
    verdict = pick(["right", "wrong", "partial"] if partial else ["right", "wrong"])
    return {"verdict": verdict, **({"points": 1} if verdict == "partial" else {})}


class AnyContest:
    """A contest under any rules, played by anybody in any way."""

    def __init__(self, stage: Stage, chance: Random) -> None:
        self.stage = stage
        self.chance = chance
        stage.begin()
        self.before: dict[int, State] = {}
        self.last = stage.state

    def move(self) -> None:
        """One thing happens, or is refused; then everything has to be sound."""
        moves = [
            (50, self.carries_on),
            (25, self.team_acts),
            (12, self.does_anything_possible),
            (20, self.anybody_tries_anything),
            (3, self.takes_back),
            (2, self.server_is_restarted),
        ]
        self.before[self.stage.play.seq + 1] = self.stage.state
        weights = [weight for weight, _ in moves]
        self.chance.choices([move for _, move in moves], weights)[0]()
        self.check()

    def carries_on(self) -> None:
        """What the host is offered first, or what the clock does."""
        stage = self.stage
        offered = actions(stage.rules, stage.state)
        waits = due(stage.rules, stage.state) is not None
        if offered and offered[0].primary and not (waits and self.chance.random() < 0.5):
            self.give(offered[0])
        elif waits:
            stage.tick()

    def does_anything_possible(self) -> None:
        offered = actions(self.stage.rules, self.stage.state)
        if offered:
            self.give(self.chance.choice(offered))

    def give(self, action: Action) -> None:
        self.stage.host(action.type, **filled(self.stage, action, self.chance.choice))

    def team_acts(self) -> None:
        stage = self.stage
        able = [(t.id, team_can(stage.rules, stage.state, t.id)) for t in stage.state.teams]
        able = [(team, can) for team, can in able if can.buzz or can.answer]
        if not able:
            return self.carries_on()
        team, can = self.chance.choice(able)
        if not can.buzz:
            stage.answer(team, self.chance.choice(CREDITS))
        elif can.unlocked or self.chance.random() < 0.3:
            stage.press(team, early=self.chance.random() < 0.2)
        return None

    def takes_back(self) -> None:
        stage = self.stage
        target = stage.play.undo_target
        if target is None:
            return
        before = self.before[target.seq]
        stage.undo()
        assert stage.state.awards == before.awards
        assert stage.state.phase == before.phase
        assert stage.state.clock is None or stage.state.paused
        assert target.seq in stage.play.undone

    def anybody_tries_anything(self) -> None:
        """Whatever a page sends is done or refused; nothing else happens."""
        role: Any = self.chance.choice(["host", "judge", "team", "team", "clock"])
        team = self.chance.choice([-1, None, 1, 2, 3])
        names = ["points", "verdict", "reason", "kind", "question", "target", "answer"]
        content = {name: self.chance.choice(JUNK) for name in names if self.chance.random() < 0.5}
        server = {"evidence": evidence(self.stage), "credit": "1", "seat": 2, "gap_ms": 700}
        kind = self.chance.choice(EVENT_TYPES)
        try:
            self.stage.do(role, str(team), kind, team=team, **server, **content)
        except Refused as refused:
            assert refused.code
            assert refused.text.render()

    def server_is_restarted(self) -> None:
        before = self.stage.state
        self.stage.do("system", "", "interrupted", gap_ms=self.chance.randint(0, 5000))
        assert self.stage.state.phase == before.phase
        assert self.stage.state.step == before.step

    def check(self) -> None:
        self.nobody_is_paid_twice()
        self.no_question_is_used_twice()
        self.points_change_by_awards_of_new_events_alone()
        if self.chance.random() < 0.5:
            self.offered_is_what_is_accepted()
        self.teams_can_what_they_are_told()
        self.steps_count_phases()

    def nobody_is_paid_twice(self) -> None:
        answers = [a for a in self.stage.state.awards if a.kind == "answer"]
        paid = Counter((a.question, a.team) for a in answers)
        assert not paid or max(paid.values()) == 1
        right = Counter(
            a.question
            for a in answers
            if a.verdict in ("right", "partial") and not a.overridden and not self.together(a.round)
        )
        assert not right or max(right.values()) == 1

    def together(self, index: int | None) -> bool:
        current = self.stage.rules.rounds[index or 0]
        return isinstance(current, CompulsoryRound) and not in_turn(current)

    def no_question_is_used_twice(self) -> None:
        state = self.stage.state
        used = [asked.slot.key for asked in state.asked]
        used += [state.question.key] if state.question else []
        play = state.round
        used += [slot.key for slot in (*play.queue, *play.spares)] if play else []
        assert len(used) == len(set(used))

    def points_change_by_awards_of_new_events_alone(self) -> None:
        state, last = self.stage.state, self.last
        newest = self.stage.log[-1]
        if newest.type not in ("undo", "void", "swap", "override", "buzz"):
            assert state.awards[: len(last.awards)] == last.awards
        assert all(a.seq <= newest.seq for a in state.awards)
        ranking = places(self.stage.rules, state)
        assert sorted(place.team for place in ranking) == [team.id for team in state.teams]
        assert all(place.rank <= number for number, place in enumerate(ranking, start=1))

    def steps_count_phases(self) -> None:
        state, last = self.stage.state, self.last
        assert state.step >= last.step
        if state.phase != last.phase or state.paused != last.paused:
            assert state.step > last.step
        self.last = state

    def offered_is_what_is_accepted(self) -> None:
        """Each action that is offered can be done, and no other command of the desk."""
        stage = self.stage
        offered = actions(stage.rules, stage.state)
        for action in offered:
            content = filled(stage, action, self.chance.choice)
            stage.play.after(stage.event("host", "h", action.type, content))
        types = {action.type for action in offered}
        for kind in set(EVENT_TYPES) - NOT_OFFERED - types:
            data = {"team": 1, "reason": "理由", "points": 1, "verdict": "right", "kind": "conduct"}
            with pytest.raises(Refused):
                stage.play.after(stage.event("host", "h", kind, data))

    def teams_can_what_they_are_told(self) -> None:
        stage = self.stage
        for team in stage.state.teams:
            can = team_can(stage.rules, stage.state, team.id)
            assert can.buzz == self.accepted(team.id, "buzz", evidence=evidence(stage))
            assert can.answer == self.accepted(team.id, "answer", answer=["a"], credit="1")
            if stage.state.paused or stage.phase == "finished":
                assert not can.buzz and not can.answer and not can.choose

    def accepted(self, team: int, kind: str, **data: Any) -> bool:
        event = self.stage.event("team", str(team), kind, {"team": team, **data})
        try:
            self.stage.play.after(event)
        except Refused:
            return False
        return True

    def play_on(self) -> None:
        """From wherever it has come, the contest can be played to its end, and replayed."""
        stage = self.stage
        for _ in range(200):
            if stage.phase == "finished":
                break
            offered = actions(stage.rules, stage.state)
            if offered[0].primary:
                self.give(offered[0])
            else:
                stage.tick()
        assert stage.phase == "finished"
        stage.check()


@given(
    rules=any_rules(),
    teams=st.integers(1, 4),
    less=st.sampled_from([0, 0, 0, 1]),
    moves=st.integers(40, 120),
    seed=st.integers(0, 2**64),
)
@settings(max_examples=50, deadline=None)
def test_any_contest_stays_sound(
    rules: ContestRules, teams: int, less: int, moves: int, seed: int
) -> None:
    contest = AnyContest(Stage(rules, teams=teams, members=2, less=less), Random(seed))
    for _ in range(moves):
        contest.move()
        if contest.stage.phase == "finished" and contest.chance.random() < 0.5:
            break
    contest.play_on()


@pytest.mark.parametrize("path", PRESETS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [1, 2])
def test_any_course_of_a_preset_stays_sound(path: Path, seed: int) -> None:
    rules, problems = read_contest(path)
    assert rules, problems
    contest = AnyContest(Stage(rules, teams=rules.teams.min + 1), Random(seed))
    for _ in range(150):
        contest.move()
    contest.play_on()


def test_every_kind_of_event_has_its_authors() -> None:
    assert set(ROLES) == set(EVENT_TYPES)
