"""抢答: opening the buzzers, buzzing early, in time and too late, and who was first."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.buzz import Claim, order
from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_close import next_try, unanswered, voided
from quizengine.domain.contest.machine_input import an_active_team, not_now, the_team
from quizengine.domain.contest.machine_phase import (
    asking,
    by_buzzer,
    early_policy,
    enter,
    fouled,
    may_buzz,
    may_race,
    round_rules,
    running,
    the_question,
    the_round,
)
from quizengine.domain.contest.rules import ContestRules, Early
from quizengine.domain.contest.state import Buzz, State, Team
from quizengine.domain.text import N_, Refused

BUZZING = ("reading", "buzzing", "settling")
SETTLED = ("starting", "answering", "judging")


def open_buzzers(rules: ContestRules, state: State, event: Event) -> State:
    """`open`: who may try the question can buzz from now on."""
    if state.phase != "reading" or not by_buzzer(rules, state):
        raise not_now()
    if not may_buzz(state):
        return unanswered(rules, state)
    clock = running("buzz", round_rules(rules, state).times.buzz_s, event.at)
    buzz = replace(_buzz(state), opened_at=event.at)
    return enter(asking(state, buzz=buzz), "buzzing", clock)


def buzz(rules: ContestRules, state: State, event: Event) -> State:
    """`buzz`: a claim to be placed, or a foul if the buzzers were not open."""
    team = an_active_team(state, event)
    _check_open(rules, state, team)
    _check_team(state, team)
    claim = Claim.from_data(team.id, event.seq, event.data.get("evidence", {}))
    if claim.early or state.phase == "reading":
        early = _early(rules, state, team)
        if early.effect != "legal":
            return _foul(rules, state, event, claim, early)
    noted = _buzz(state)
    state = asking(state, buzz=replace(noted, claims=(*noted.claims, claim)))
    return state if state.phase == "settling" else enter(state, "settling")


def late_buzz(rules: ContestRules, state: State, event: Event) -> State:
    """`late_buzz`: kept as evidence."""
    team = the_team(state, event)
    question = state.question
    if question is None or question.buzz is None or state.phase not in (*SETTLED, "revealed"):
        raise not_now()
    claim = Claim.from_data(team.id, event.seq, event.data.get("evidence", {}))
    return asking(state, buzz=replace(question.buzz, late=(*question.buzz.late, claim)))


def settle(rules: ContestRules, state: State, event: Event) -> State:
    """`settle`: the first one by evidence may answer."""
    if state.phase != "settling":
        raise not_now()
    noted = _buzz(state)
    placed = tuple(order(noted.claims, rules.fairness))
    state = asking(state, buzz=replace(noted, order=placed), answering=(placed[0].team,))
    current = round_rules(rules, state)
    if current.answers == "spoken" and current.times.start_s > 0:
        return enter(state, "starting", running("start", current.times.start_s, event.at))
    return enter(state, "answering", running("answer", current.times.answer_s, event.at))


def without_claim(rules: ContestRules, state: State, team: int) -> State:
    """The buzz phase when a team has left the contest."""
    noted = _buzz(state)
    claims = tuple(claim for claim in noted.claims if claim.team != team)
    state = asking(state, buzz=replace(noted, claims=claims))
    if state.phase == "settling" and not claims:
        return next_try(rules, state)
    return state if claims or may_race(state) else unanswered(rules, state)


def _check_open(rules: ContestRules, state: State, team: Team) -> None:
    if not by_buzzer(rules, state) or state.phase not in (*BUZZING, *SETTLED):
        raise Refused("no-buzzer", N_("There is nothing to buzz for at the moment."))
    if any(claim.team == team.id for claim in _buzz(state).claims):
        raise Refused("already-buzzed", N_("Your buzz has already arrived."))
    if state.phase in SETTLED:
        raise Refused("too-late", N_("Too late: the order has been decided."))


def _check_team(state: State, team: Team) -> None:
    """Refuse a team that the question is not open to, saying why."""
    question = the_question(state)
    if team.id in question.locked:
        raise Refused("locked-out", N_("You buzzed early and are out of this question."))
    if question.stage == "steal" and state.turn is not None and state.turn.team == team.id:
        raise Refused("own-question", N_("This was your own question: now the others may try."))
    if team.id in question.tried:
        raise Refused("already-tried", N_("You have already answered this question."))
    if team.id not in may_buzz(state):
        raise Refused("not-in-tie", N_("Only teams of equal points take part in this tie-break."))
    if team.id not in may_race(state):
        text = N_("You came back while the buzzers were open: you may buzz when they open next.")
        raise Refused("came-back", text)


def _buzz(state: State) -> Buzz:
    return the_question(state).buzz or Buzz()


def _early(rules: ContestRules, state: State, team: Team) -> Early:
    """What this early buzz brings, by how many there were before in the round."""
    policy = early_policy(rules, state)
    index = the_round(state).index
    before = any(
        foul.team == team.id and foul.kind == "early" and foul.round == index
        for foul in state.fouls
    )
    return policy.later if before and policy.later else policy.first


def _foul(rules: ContestRules, state: State, event: Event, claim: Claim, early: Early) -> State:
    question = the_question(state)
    # A tie-break gives and takes no points: the teams would not be equal any more.
    penalty = 0 if question.stage == "tie" else early.penalty
    noted = _buzz(state)
    state = fouled(state, event, claim.team, "early", penalty)
    state = asking(
        state,
        buzz=replace(noted, early=(*noted.early, claim)),
        locked=(*question.locked, claim.team),
    )
    # Somebody else has buzzed fairly by then: that must not be lost by another team's foul.
    if early.effect == "void" and not noted.claims:
        return voided(rules, state, "")
    return state if noted.claims or may_race(state) else unanswered(rules, state)
