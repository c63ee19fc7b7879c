"""A contest as host and judge see it besides what everybody sees: `own` of docs/live.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from quizengine.domain.contest.actions import Action, actions, proposal
from quizengine.domain.contest.buzz import Claim, Placed, order
from quizengine.domain.contest.content import shown_question, solution
from quizengine.domain.contest.due import microseconds
from quizengine.domain.contest.events import Event, Role
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.machine import ROLES
from quizengine.domain.contest.rules import ContestRules, Fairness
from quizengine.domain.contest.state import Given, Slot, State
from quizengine.domain.contest.views import About
from quizengine.domain.questions import Question

LOG_SHOWN = 40


def staff_view(
    play: Play,
    about: About,
    questions: Mapping[int, Question],
    role: Literal["host", "judge"] = "host",
    events: Sequence[Event] = (),
) -> dict[str, Any]:
    """`own` of a host or judge, without `devices` and `people`, which the live server knows.

    `events` is the log so far; its end is shown.
    """
    rules, state = play.rules, play.state
    question = state.question
    return {
        "solution": solution(questions[question.slot.ref], about.laws) if question else None,
        # A judge may be a guest with a code: the next question is nobody's business but the host's.
        "ahead": _ahead(state, questions) if role == "host" else None,
        "evidence": _evidence(state, rules.fairness),
        "answers": [_answer(rules, state, given) for given in question.answers] if question else [],
        "actions": [_action(one) for one in actions(rules, state, role)],
        "undo": _undo(play, role),
        "reopened": _reopened(play, events),
        "audience_knows": state.audience_knows and state.phase != "revealed",
        "spares": len(state.round.spares) if state.round else 0,
        "history": _history(state),
        "log": [_line(event, play) for event in events[-LOG_SHOWN:]],
    }


def _line(event: Event, play: Play) -> dict[str, Any]:
    """An event without what only the server needs: `begin` names all questions still to come."""
    line = event.to_data()
    line["data"].pop("rounds", None)
    return {**line, "undone": event.seq in play.undone}


def _action(action: Action) -> dict[str, Any]:
    data: dict[str, Any] = {"type": action.type, "team": action.team, "primary": action.primary}
    if action.kind is not None:
        data["kind"] = action.kind
    if action.values:
        data["values"] = list(action.values)
    return data


def _undo(play: Play, role: Role) -> dict[str, Any] | None:
    """What this role can take back; a judge nothing that is the host's alone."""
    target = play.undo_target
    if target is None or role not in ROLES[target.type]:
        return None
    return {"target": target.seq, "type": target.type}


def _reopened(play: Play, events: Sequence[Event]) -> bool:
    """Whether the contest was finished, and is going on again: the ledger has that result."""
    if play.state.phase == "finished" or play.state.rehearsal:
        return False
    return any(event.type == "finish" and event.seq in play.undone for event in events)


def _ahead(state: State, questions: Mapping[int, Question]) -> dict[str, Any] | None:
    """The next question of the round, as far as it is certain which one that is."""
    slot = _next_slot(state)
    return None if slot is None else shown_question(slot.key, questions[slot.ref])


def _next_slot(state: State) -> Slot | None:
    # Tie-breaks keep questions that nobody is going to be asked.
    if state.round is None or state.phase in ("round_over", "finished"):
        return None
    queue = state.round.queue
    return queue[0] if queue and queue[0].value is None else None


def _evidence(state: State, fairness: Fairness) -> list[dict[str, Any]]:
    """Buzzes in their order, or as they would be placed now; then those without a place."""
    buzz = state.question.buzz if state.question else None
    if buzz is None:
        return []
    claims = {claim.seq: claim for claim in buzz.claims}
    placed = buzz.order or tuple(order(buzz.claims, fairness))
    opened = buzz.opened_at
    rows = [_claim(claims[one.seq], one, opened, late=False) for one in placed]
    for claim in (*buzz.early, *buzz.late):
        (alone,) = order([claim], fairness)
        rows.append(_claim(claim, alone, opened, late=claim in buzz.late))
    return rows


def _claim(claim: Claim, placed: Placed, opened: datetime | None, *, late: bool) -> dict[str, Any]:
    since_open = opened is not None and claim.sent_us == microseconds(opened)
    return {
        "team": claim.team,
        "arrived_ms": claim.arrived_us // 1000,
        "elapsed_ms": _ms(placed.elapsed_us if claim.sent_us is not None else None),
        "reaction_ms": _ms(claim.reaction_us),
        "rtt_ms": _ms(claim.rtt_us),
        "used_ms": _ms(placed.used_us),
        "bounded": placed.bounded,
        # The device connected, or the server was started again, while the buzzers were open.
        "since_open": since_open,
        "early": claim.early or claim.sent_us is None,
        "late": late,
        "near_tie": placed.near_tie,
        "notes": list(placed.notes),
    }


def _ms(length_us: int | None) -> float | None:
    return None if length_us is None else round(length_us / 1000, 1)


def _answer(rules: ContestRules, state: State, given: Given) -> dict[str, Any]:
    proposed = proposal(rules, state, given.team)
    return {
        "team": given.team,
        "answer": given.answer,
        "credit": given.credit,
        "proposal": proposed and {"verdict": proposed.verdict, "points": proposed.points},
    }


def _history(state: State) -> list[dict[str, Any]]:
    """Verdicts on earlier questions, the latest first: what may be overridden."""
    now = state.question.key if state.question else None
    numbers = {asked.slot.key: asked for asked in state.asked}
    return [
        {
            "key": award.question,
            "round": None if award.round is None else award.round + 1,
            "number": numbers[award.question].number if award.question in numbers else None,
            "team": award.team,
            "verdict": award.verdict,
            "points": award.points,
            "right": award.right,
            "overridden": award.overridden,
        }
        for award in reversed(state.awards)
        if award.kind == "answer" and award.question != now
    ]
