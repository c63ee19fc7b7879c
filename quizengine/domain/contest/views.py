"""A contest as everybody may see it, and as a team's own device does: docs/live.md.

Nothing here tells a right answer, or what would give it away, before the question is revealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from quizengine.domain.contest.actions import team_can
from quizengine.domain.contest.content import shown_question, solution
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.ranking import standing
from quizengine.domain.contest.rules import (
    AudienceRound,
    ContestRules,
    Round,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.contest.state import Asking, Clock, Phase, State, Team
from quizengine.domain.questions import Question
from quizengine.domain.registry import Law, Title

_SHOWING: frozenset[Phase] = frozenset(
    {
        "reading",
        "discussing",
        "buzzing",
        "settling",
        "starting",
        "answering",
        "judging",
        "audience",
        "revealed",
    }
)
_SOLVED = ("answer", "explanation", "basis")


@dataclass(frozen=True)
class About:
    """What the log does not say. `teams` are shown until the contest begins."""

    id: int
    title: Title
    rehearsal: bool
    join_code: str = ""
    teams: tuple[Team, ...] = ()
    laws: Mapping[str, Law] = field(default_factory=dict)


def public_view(play: Play, about: About, questions: Mapping[int, Question]) -> dict[str, Any]:
    """`public`; `questions` are those drawn, by `ref`.

    How many of the audience have joined and answered is 0 here: only the live server knows.
    """
    rules, state = play.rules, play.state
    return {
        "contest": {
            "id": about.id,
            "title": about.title.model_dump(),
            "rehearsal": about.rehearsal,
            "join_code": about.join_code,
        },
        "phase": state.phase,
        "step": state.step,
        "paused": state.paused,
        "clock": _clock(state.clock),
        "round": _round(rules, state),
        "turn": _turn(state),
        "question": _question(state, about, questions),
        "buzz": _buzz(state),
        "verdicts": [
            {"team": one.team, "verdict": one.verdict, "points": one.points}
            for one in state.verdicts()
        ],
        "answered": [given.team for given in state.question.answers] if state.question else [],
        "choices": _choices(rules, state),
        "teams": _teams(rules, state, about),
        "audience": _audience(state),
        "tie": _tie(state),
        "result": _result(rules, state),
    }


def team_view(play: Play, team: int) -> dict[str, Any]:
    """`own` of a team's device."""
    can = team_can(play.rules, play.state, team)
    question = play.state.question
    given = [one.answer for one in question.answers if one.team == team] if question else []
    return {
        "team": team,
        "can": {"buzz": can.buzz, "answer": can.answer, "choose": can.choose},
        "answer": given[-1] if given else None,
        "unlocked": can.unlocked,
    }


def milliseconds(moment: datetime) -> int:
    """Since 1970, as messages state times."""
    return round(moment.timestamp() * 1000)


def _clock(clock: Clock | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    return {
        "kind": clock.kind,
        "total_ms": clock.total_ms,
        "ends_at": milliseconds(clock.ends_at) if clock.ends_at else None,
        "left_ms": clock.left_ms,
    }


def _round(rules: ContestRules, state: State) -> dict[str, Any] | None:
    play = state.round
    if play is None:
        return None
    round_ = rules.rounds[play.index]
    right, wrong = _stakes(round_, state)
    return {
        "index": play.index + 1,
        "of": len(rules.rounds),
        "id": round_.id,
        "kind": round_.kind,
        "title": round_.title.model_dump(),
        "question": state.question.number if state.question else play.asked,
        "questions": play.planned,
        "right": right,
        "wrong": wrong,
        "answers": round_.answers,
    }


def _stakes(round_: Round, state: State) -> tuple[int | None, int | None]:
    """Points of the question that is on, else of the round's questions as far as they are fixed."""
    if state.question is not None:
        return state.question.right, state.question.wrong
    if isinstance(round_, WagerRound):
        return None, None
    if isinstance(round_, TieBreakRound | AudienceRound):
        return 0, 0
    return round_.right, round_.wrong


def _turn(state: State) -> dict[str, Any] | None:
    turn = state.turn
    if turn is None:
        return None
    members = state.team(turn.team).members
    member = None if turn.member is None else members[turn.member].name
    return {"team": turn.team, "member": member, "points": turn.points}


def _question(
    state: State, about: About, questions: Mapping[int, Question]
) -> dict[str, Any] | None:
    if state.question is None or state.phase not in _SHOWING:
        return None
    slot = state.question.slot
    question = questions[slot.ref]
    shown = shown_question(slot.key, question)
    if state.phase != "revealed":
        return {**shown, **dict.fromkeys(_SOLVED)}
    solved = solution(question, about.laws)
    revealed = _revealed(shown, solved)
    if shown["en"] is not None:
        revealed["en"] = _revealed(shown["en"], solved["en"])
    return revealed


def _revealed(shown: Mapping[str, Any], solved: Mapping[str, Any]) -> dict[str, Any]:
    parts = [
        {**part, "explanation": solved["parts"][part["id"]]["explanation"]}
        for part in shown["parts"]
    ]
    return {**shown, **{name: solved[name] for name in _SOLVED if name in solved}, "parts": parts}


def _buzz(state: State) -> dict[str, Any] | None:
    question = state.question
    if question is None or question.buzz is None:
        return None
    order = question.buzz.order
    early = {claim.seq for claim in question.buzz.claims if claim.early or claim.sent_us is None}
    return {
        "open": state.phase == "buzzing",
        "order": [
            {"team": one.team, "ms": round(one.used_us / 1000), "early": one.seq in early}
            for one in order
        ],
        "winner": _winner(question),
        "near_tie": bool(order) and order[0].near_tie,
        "out": [*dict.fromkeys((*question.locked, *question.tried))],
    }


def _winner(question: Asking) -> int | None:
    """The team that has, or had last, the word by its buzz."""
    if question.buzz is None or not question.buzz.order:
        return None
    placed = {one.team for one in question.buzz.order}
    had = [team for team in (*question.tried, *question.answering) if team in placed]
    return had[-1] if had else None


def _choices(rules: ContestRules, state: State) -> dict[str, Any] | None:
    if state.phase != "choosing" or state.turn is None or state.round is None:
        return None
    round_ = rules.rounds[state.round.index]
    if not isinstance(round_, WagerRound):
        return None
    left = [slot.value for slot in state.round.queue]
    values = [{"points": v.points, "left": left.count(v.points)} for v in round_.values]
    return {"team": state.turn.team, "values": values}


def _teams(rules: ContestRules, state: State, about: About) -> list[dict[str, Any]]:
    ranks = {place.team: place.rank for place in standing(rules, state)}
    before = dict(state.ranks)
    return [
        {
            "id": team.id,
            "number": team.number,
            "name": team.name,
            "members": [member.name for member in team.members],
            "score": state.score(team.id),
            "rank": ranks.get(team.id, 1),
            "moved": before.get(team.id, ranks.get(team.id, 1)) - ranks.get(team.id, 1),
            "out": team.out is not None,
            "fouls": sum(foul.team == team.id for foul in state.fouls),
        }
        for team in state.teams or about.teams
    ]


def _audience(state: State) -> dict[str, Any]:
    """How the options were chosen would tell the right one: not before it is revealed."""
    question = state.question
    tally = question.tally if question and state.phase == "revealed" else None
    return {
        "joined": 0,
        "answered": 0,
        "open": state.phase == "audience" and question is not None and question.audience_open,
        "tally": dict(tally) if tally is not None else None,
    }


def _tie(state: State) -> dict[str, Any] | None:
    if state.tie is None:
        return None
    return {
        "teams": list(state.tie.teams),
        "open": list(state.tie.open),
        "place": state.tie.place,
    }


def _result(rules: ContestRules, state: State) -> dict[str, Any] | None:
    if state.phase != "finished":
        return None
    return {
        "ranking": [
            {
                "team": place.team,
                "rank": place.rank,
                "score": place.score,
                "prize": None
                if place.prize is None
                else rules.prizes[place.prize].title.model_dump(),
                "by": place.by,
            }
            for place in state.ranking
        ]
    }
