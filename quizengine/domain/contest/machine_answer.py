"""Answers and verdicts: at the device, by word of mouth, in time or not."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_ask import chosen
from quizengine.domain.contest.machine_close import decided, revealed, unanswered
from quizengine.domain.contest.machine_input import (
    an_active_team,
    not_now,
    one_of,
    the_points,
)
from quizengine.domain.contest.machine_phase import (
    asking,
    by_buzzer,
    enter,
    round_rules,
    running,
    the_question,
)
from quizengine.domain.contest.rules import (
    AudienceRound,
    BuzzerRound,
    CompulsoryRound,
    ContestRules,
    Round,
    TieBreakRound,
)
from quizengine.domain.contest.state import Given, State, Team, Verdict
from quizengine.domain.text import N_, Refused


def start(rules: ContestRules, state: State, event: Event) -> State:
    """`start`: after reading, talking or answering begins; after talking, answering."""
    current = round_rules(rules, state)
    if state.phase == "discussing":
        return _answering(rules, state, event)
    if state.phase != "reading" or by_buzzer(rules, state):
        raise not_now()
    if isinstance(current, AudienceRound):
        return _open_audience(rules, state, event)
    talking = running("discuss", current.times.discuss_s, event.at)
    if talking is not None:
        return enter(state, "discussing", talking)
    return _answering(rules, state, event)


def speak(rules: ContestRules, state: State, event: Event) -> State:
    """`speak`: the team that buzzed begins in time."""
    if state.phase != "starting":
        raise not_now()
    return _answering(rules, state, event)


def to_audience(rules: ContestRules, state: State, event: Event) -> State:
    """`audience`: it may answer, when no team has or the host does not wait for one."""
    current = round_rules(rules, state)
    question = state.question
    if question is None or not isinstance(current, BuzzerRound):
        raise not_now()
    if current.unanswered != "audience":
        raise Refused("no-audience", N_("The rules do not pass questions on to the audience."))
    if state.audience_knows:
        raise Refused(
            "audience-knows",
            N_("The answer of this question was shown already: swap it, or close it."),
        )
    waiting = state.phase in ("reading", "buzzing")
    if not waiting and (state.phase != "audience" or question.audience_open):
        raise not_now()
    return _open_audience(rules, state, event)


def answer(rules: ContestRules, state: State, event: Event) -> State:
    """`answer`: a team's answer at its device, the first one counts."""
    team = an_active_team(state, event)
    _check_answer(rules, state, team)
    question = the_question(state)
    given = Given(team.id, event.seq, event.data.get("answer"), _credit(event))
    state = asking(state, answers=(*question.answers, given))
    return collected(rules, state, event)


def collected(rules: ContestRules, state: State, event: Event) -> State:
    """The state once the answers of all devices are there; until then unchanged."""
    question = the_question(state)
    given = {one.team for one in question.answers}
    return state if set(question.answering) - given else _proposed(rules, state, event)


def stop(rules: ContestRules, state: State, event: Event) -> State:
    """`stop`: the host ends the time of answering, buzzing or of the audience."""
    unopened = state.phase == "reading" and by_buzzer(rules, state)
    if not unopened and state.phase not in ("buzzing", "answering", "audience"):
        raise not_now()
    return unanswered(rules, state) if unopened else _time_up(rules, state, event)


def timeout(rules: ContestRules, state: State, event: Event) -> State:
    """`timeout`: the clock of this phase has run out."""
    if state.phase in ("reading", "discussing") or state.clock is None:
        raise not_now()
    return _time_up(rules, state, event)


def judge(rules: ContestRules, state: State, event: Event) -> State:
    """`judge`: a verdict on a team's answer; a spoken one may come before the time is up."""
    team = an_active_team(state, event)
    question = state.question
    by_ear = round_rules(rules, state).answers == "spoken" if question else False
    phases = ("starting", "answering", "judging") if by_ear else ("judging",)
    if question is None or state.phase not in phases:
        raise not_now()
    if team.id not in question.answering:
        code, text = "not-answering", N_("%(team)s has nothing to be judged here.")
        if team.id in question.tried:
            code, text = "already-judged", N_("%(team)s has been judged on this question already.")
        raise Refused(code, text, team=team.name)
    verdict = the_verdict(round_rules(rules, state), event)
    points = partial_points(event, verdict, question.right)
    return decided(rules, state, event, team.id, verdict, points)


def prompting(rules: ContestRules, state: State, team: Team) -> int | None:
    """What prompting costs the team now; None if the rules have no such foul here."""
    question = state.question
    current = round_rules(rules, state) if state.round else None
    if question is None or not isinstance(current, CompulsoryRound):
        return None
    return current.prompting.penalty if team.id in question.answering else None


def the_verdict(current: Round, event: Event) -> Verdict:
    """The verdict that the event gives in this round; Refused `verdict` (400), `no-partial`."""
    verdict = one_of(event, "verdict", "right", "partial", "wrong")
    if verdict != "partial":
        return "right" if verdict == "right" else "wrong"
    if isinstance(current, TieBreakRound) or not current.partial:
        raise Refused("no-partial", N_("Answers are either right or wrong here."))
    return "partial"


def partial_points(event: Event, verdict: Verdict, right: int) -> int | None:
    """The points of a partial verdict: more than none and less than all."""
    return the_points(event, 1, right - 1) if verdict == "partial" else None


class Proposal(NamedTuple):
    """A verdict by the key, and the points that it brings."""

    verdict: Verdict
    points: int


def proposal(rules: ContestRules, state: State, team: int) -> Proposal | None:
    """What the key says of the team's answer at its device; None if there is none, or if a judge
    has to decide."""
    question = state.question
    given = next((g for g in question.answers if g.team == team), None) if question else None
    if question is None or given is None or given.credit is None:
        return None
    credit = Fraction(given.credit)
    if credit == 1:
        return Proposal("right", question.right)
    if credit == 0 or question.stage == "tie" or not round_rules(rules, state).partial:
        return Proposal("wrong", question.wrong)
    return Proposal("partial", floor(credit * question.right + Fraction(1, 2)))


def _answering(rules: ContestRules, state: State, event: Event) -> State:
    clock = running("answer", round_rules(rules, state).times.answer_s, event.at)
    return enter(state, "answering", clock)


def _open_audience(rules: ContestRules, state: State, event: Event) -> State:
    """One whose answer was shown already stays closed: the host swaps it, or shows it again."""
    opens = not state.audience_knows
    state = asking(state, stage="audience", audience_open=opens, answering=())
    if not opens:
        return enter(state, "audience")
    clock = running("audience", round_rules(rules, state).times.answer_s, event.at)
    return enter(state, "audience", clock)


def _time_up(rules: ContestRules, state: State, event: Event) -> State:
    match state.phase:
        case "choosing":
            return chosen(rules, state, event, None)
        case "buzzing":
            return unanswered(rules, state)
        case "starting":
            team = the_question(state).answering[0]
            return decided(rules, state, event, team, "late")
        case "answering" if round_rules(rules, state).answers == "spoken":
            return enter(state, "judging")
        case "answering":
            return _proposed(rules, state, event)
        case "audience":
            return revealed(asking(state, tally=_tally(event)))
    raise not_now()


def _proposed(rules: ContestRules, state: State, event: Event) -> State:
    """Each answer of a device gets the verdict that needs no judge; the rest waits for one."""
    confirm = round_rules(rules, state).confirm
    given = {one.team for one in the_question(state).answers}
    for team in the_question(state).answering:
        if team not in given:
            state = decided(rules, state, event, team, "late")
            continue
        proposed = proposal(rules, state, team)
        if proposed is not None and not confirm:
            state = decided(rules, state, event, team, *proposed)
    return state if state.phase != "answering" else enter(state, "judging")


def _check_answer(rules: ContestRules, state: State, team: Team) -> None:
    """Refuse an answer that nobody asked this team for."""
    question = state.question
    if question is None:
        raise not_now()
    if any(given.team == team.id for given in question.answers):
        raise Refused("already-answered", N_("Your answer has already arrived."))
    if state.phase in ("judging", "revealed") and team.id in (*question.answering, *question.tried):
        raise Refused("time-up", N_("Too late: the time is up."))
    if state.phase != "answering":
        raise not_now()
    if round_rules(rules, state).answers == "spoken":
        raise Refused("spoken", N_("This round is answered by word of mouth."))
    if team.id not in question.answering:
        raise Refused("not-your-turn", N_("It is another team's turn to answer."))


def _credit(event: Event) -> str | None:
    """The credit of an answer as the server worked it out; ValueError if that is none."""
    credit = event.data.get("credit")
    if credit is None:
        return None
    if not isinstance(credit, str) or len(credit) > 40 or not 0 <= Fraction(credit) <= 1:
        raise ValueError(f"no credit: {credit!r}")
    return credit


def _tally(event: Event) -> dict[str, Any] | None:
    tally = event.data.get("tally")
    return dict(tally) if isinstance(tally, Mapping) else None
