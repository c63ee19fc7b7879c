"""A recorded log, line by line: read, replayed, and what came of it as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.ranking import places
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import Asked, State
from quizengine.domain.text import N_, Refused


def read_log(lines: Iterable[str]) -> Iterator[tuple[int, Event]]:
    """The events of a log in JSON Lines with their line numbers; empty lines are skipped.

    Refused `log-line` (400), with the line, for what is no event and for a gap in `seq`.
    """
    expected = 1
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        event = _event(number, line)
        if event.seq != expected:
            raise Refused(
                "log-line",
                N_("Line %(line)s of the log: event %(seq)s stands where %(expected)s belongs."),
                status=400,
                line=number,
                seq=event.seq,
                expected=expected,
            )
        expected += 1
        yield number, event


def replay_log(rules: ContestRules, lines: Iterable[str]) -> Play:
    """The contest after all events of a log.

    Refused `log-line`, and `log-illegal` (400) with the event that the rules do not allow.
    """
    play = Play.start(rules)
    for number, event in read_log(lines):
        try:
            play = play.after(event)
        except (Refused, ValueError) as refusal:
            raise Refused(
                "log-illegal",
                N_(
                    "Line %(line)s of the log: event %(seq)s (%(type)s) is not possible under "
                    "these rules. %(reason)s"
                ),
                status=400,
                line=number,
                seq=event.seq,
                type=event.type,
                reason=refusal.text if isinstance(refusal, Refused) else str(refusal),
            ) from refusal
    return play


def _event(number: int, line: str) -> Event:
    try:
        return Event.from_data(json.loads(line))
    except (ValueError, TypeError, RecursionError) as fault:
        raise Refused(
            "log-line",
            N_("Line %(line)s of the log is no event: %(fault)s"),
            status=400,
            line=number,
            fault=fault,
        ) from fault


def outcome(play: Play) -> dict[str, Any]:
    """Scores, ranking, points by round, fouls and questions, as JSON data.

    While the contest is not finished, places are those as they stand.
    """
    rules, state = play.rules, play.state
    return {
        "title": rules.title.model_dump(),
        "rules": rules.id,
        "rehearsal": state.rehearsal,
        "events": play.seq,
        "phase": state.phase,
        "finished": state.phase == "finished",
        "scores": _scores(rules, state),
        "rounds": _rounds(rules, state),
        "fouls": [
            {
                "event": foul.seq,
                "team": foul.team,
                "kind": foul.kind,
                "round": _round_id(rules, foul.round),
                "question": foul.question,
                "points": foul.points,
                "reason": foul.reason,
            }
            for foul in state.fouls
        ],
        "adjustments": [
            {"event": one.seq, "team": one.team, "points": one.points, "reason": one.reason}
            for one in state.awards
            if one.kind == "adjust"
        ],
        "questions": [_asked(rules, state, asked) for asked in state.asked],
    }


def _scores(rules: ContestRules, state: State) -> list[dict[str, Any]]:
    ranking = state.ranking or places(rules, state)
    return [
        {
            "team": place.team,
            "number": state.team(place.team).number,
            "name": state.team(place.team).name,
            "score": place.score,
            "rank": place.rank,
            "prize": None if place.prize is None else rules.prizes[place.prize].title.model_dump(),
            "by": place.by,
            "out": state.team(place.team).out,
        }
        for place in ranking
    ]


def _rounds(rules: ContestRules, state: State) -> list[dict[str, Any]]:
    return [
        {
            "id": round_.id,
            "kind": round_.kind,
            "title": round_.title.model_dump(),
            "points": [
                {
                    "team": team.id,
                    "points": sum(
                        award.points
                        for award in state.awards
                        if award.team == team.id and award.round == index
                    ),
                }
                for team in state.teams
            ],
        }
        for index, round_ in enumerate(rules.rounds)
    ]


def _round_id(rules: ContestRules, index: int | None) -> str | None:
    return None if index is None else rules.rounds[index].id


def _asked(rules: ContestRules, state: State, asked: Asked) -> dict[str, Any]:
    return {
        "key": asked.slot.key,
        "question": asked.slot.question,
        "revision": asked.slot.revision,
        "round": _round_id(rules, asked.round),
        "number": asked.number,
        "fate": asked.fate,
        "reason": asked.reason,
        "verdicts": [
            {"team": award.team, "verdict": award.verdict, "points": award.points}
            for award in state.awards
            if award.kind == "answer" and award.question == asked.slot.key
        ],
    }
