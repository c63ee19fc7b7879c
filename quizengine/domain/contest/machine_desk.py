"""What host and judge may do besides the flow: points, fouls, other questions, pauses, the end."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_answer import (
    collected,
    partial_points,
    prompting,
    the_verdict,
)
from quizengine.domain.contest.machine_ask import reading
from quizengine.domain.contest.machine_close import decided, revealed, voided, without_verdicts
from quizengine.domain.contest.machine_input import (
    not_now,
    one_of,
    the_points,
    the_reason,
    the_team,
)
from quizengine.domain.contest.machine_phase import (
    MILLISECOND,
    asking,
    enter,
    fouled,
    restarted,
    round_rules,
    stopped,
    the_round,
    worth,
)
from quizengine.domain.contest.machine_rounds import eliminated, left_question, over
from quizengine.domain.contest.ranking import places
from quizengine.domain.contest.rules import CompulsoryRound, ContestRules, TieBreakRound
from quizengine.domain.contest.state import Asked, Asking, Award, State
from quizengine.domain.text import N_, Refused

MOST_POINTS = 1000


def adjust(rules: ContestRules, state: State, event: Event) -> State:
    """`adjust`: points given or taken by hand."""
    team = the_team(state, event)
    points = the_points(event, -MOST_POINTS, MOST_POINTS)
    if points == 0:
        raise Refused("points", N_("Give or take at least one point."), status=400)
    reason = the_reason(event)
    index = state.round.index if state.round else None
    award = Award(event.seq, team.id, points, "adjust", index, reason=reason)
    return reviewed(rules, replace(state, awards=(*state.awards, award)))


def foul(rules: ContestRules, state: State, event: Event) -> State:
    """`foul`: prompting, as the rules of the round say, or conduct, with its points."""
    team = the_team(state, event)
    kind = one_of(event, "kind", "prompting", "conduct")
    reason = the_reason(event)
    if kind == "conduct":
        points = the_points(event, 0, MOST_POINTS)
        return reviewed(rules, fouled(state, event, team.id, "conduct", points, reason))
    penalty = prompting(rules, state, team)
    if penalty is None:
        raise Refused(
            "no-prompting",
            N_("%(team)s is not answering a question on which prompting is a foul."),
            team=team.name,
        )
    state = fouled(state, event, team.id, "prompting", penalty, reason)
    current = round_rules(rules, state)
    if isinstance(current, CompulsoryRound) and current.prompting.loses_question:
        state = decided(rules, state, event, team.id, "wrong")
        # It may have been the only one that the others, who all have answered, waited for.
        return collected(rules, state, event) if state.phase == "answering" else state
    return state


def override(rules: ContestRules, state: State, event: Event) -> State:
    """`override`: another verdict in place of the one that a team got on a question."""
    team = the_team(state, event)
    key = event.data.get("question")
    old = next((a for a in state.awards if _verdict_on(a, team.id, key)), None)
    if old is None or old.round is None:
        raise Refused("no-verdict", N_("%(team)s has no verdict on this question."), team=team.name)
    current = rules.rounds[old.round]
    if isinstance(current, TieBreakRound):
        raise Refused(
            "tie-break-verdict",
            N_("Verdicts of a tie-break decide what is asked next: take them back by undo."),
        )
    verdict = the_verdict(current, event)
    points = worth(verdict, old.right, old.wrong, partial_points(event, verdict, old.right))
    new = replace(
        old,
        seq=event.seq,
        points=points,
        verdict=verdict,
        reason=the_reason(event),
        overridden=True,
    )
    awards = tuple(new if award is old else award for award in state.awards)
    state = reviewed(rules, replace(state, awards=awards))
    return _closed_by(state, key, right=verdict != "wrong")


def reviewed(rules: ContestRules, state: State) -> State:
    """The state after points have changed: who leaves after a round is decided anew."""
    return eliminated(rules, state) if state.phase == "round_over" else state


def swap(rules: ContestRules, state: State, event: Event) -> State:
    """`swap`: a spare question in place of the one that is on, as if that had not been asked."""
    question = _unfinished(state)
    reason = the_reason(event)
    play = the_round(state)
    value = question.slot.value
    spare = next((slot for slot in play.spares if slot.value == value), None)
    if spare is None:
        raise Refused("no-spare", N_("There is no spare question left for this round."))
    gone = Asked(question.slot, play.index, question.number, "swapped", state.turn, reason)
    play = replace(play, spares=tuple(slot for slot in play.spares if slot is not spare))
    state = replace(without_verdicts(state), round=play, asked=(*state.asked, gone))
    return reading(rules, state, event, spare)


def void(rules: ContestRules, state: State, event: Event) -> State:
    """`void`: the question that is on does not count."""
    if state.question is None:
        raise not_now()
    if state.question.void:
        raise Refused("already-void", N_("This question is void already."))
    return voided(rules, state, the_reason(event))


def pause(rules: ContestRules, state: State, event: Event) -> State:
    """`pause`: the clock stands still, and teams can do nothing."""
    if state.phase == "settling":
        raise Refused(
            "settling", N_("The order of the buzzes is being decided: try again in a moment.")
        )
    clock = stopped(state.clock, event.at)
    return replace(state, paused=True, clock=clock, step=state.step + 1)


def resume(rules: ContestRules, state: State, event: Event) -> State:
    """`resume`: the clock goes on with the time that was left; open buzzers open again."""
    if not state.paused:
        raise Refused("not-paused", N_("The contest is not paused."))
    clock = restarted(state.clock, event.at)
    question = state.question
    if state.phase == "buzzing" and question is not None and question.buzz is not None:
        state = asking(state, buzz=replace(question.buzz, opened_at=event.at, absent=()))
    return replace(state, paused=False, clock=clock, step=state.step + 1)


def interrupted(rules: ContestRules, state: State, event: Event) -> State:
    """`interrupted`: a running clock is set back by the time that the server was down."""
    gap = event.data.get("gap_ms")
    if type(gap) is not int or gap < 0:
        raise ValueError(f"no gap: {gap!r}")
    clock = state.clock
    if clock is None or clock.ends_at is None:
        return state
    return replace(state, clock=replace(clock, ends_at=clock.ends_at + gap * MILLISECOND))


def end_round(rules: ContestRules, state: State, event: Event) -> State:
    """`end_round`: before its last question."""
    if state.round is None or state.phase == "round_over":
        raise not_now()
    reason = the_reason(event)
    if state.question is not None and state.phase != "revealed":
        state = replace(state, question=replace(state.question, reason=reason))
    return over(rules, state)


def finish(rules: ContestRules, state: State, event: Event) -> State:
    """`finish`: the ranking is final."""
    if state.phase != "round_over":
        raise Refused("round-on", N_("End the round first: then the contest can be finished."))
    return enter(left_question(state), "finished", ranking=places(rules, state))


def _verdict_on(award: Award, team: int, key: object) -> bool:
    return award.kind == "answer" and award.team == team and award.question == key


def _closed_by(state: State, key: object, *, right: bool) -> State:
    """An answer found right after all ends a question that others were to try next."""
    question = state.question
    waiting = state.phase in ("reading", "buzzing") or (
        state.phase == "audience" and question is not None and not question.audience_open
    )
    if right and waiting and question is not None and question.key == key:
        return revealed(state)
    return state


def _unfinished(state: State) -> Asking:
    if state.question is None or state.phase == "revealed":
        raise not_now()
    return state.question
