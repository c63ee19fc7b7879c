"""A contest as the fold over its log, with undo."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from quizengine.domain.contest.events import Event, EventType
from quizengine.domain.contest.machine import ROLES, check_role, step
from quizengine.domain.contest.machine_phase import stopped
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import State
from quizengine.domain.text import N_, Refused

# What a person has decided and can take back. A pause has no effect to be taken back.
_NOT_UNDONE = frozenset({"begin", "pause", "resume", "undo"})
# Commands that mean the very phase that their page showed.
STEP_BOUND = frozenset(
    {"begin", "next", "choose", "open", "start", "speak", "answer", "stop", "judge", "swap"}
    | {"void", "audience", "end_round", "finish"}
)


class Target(NamedTuple):
    """The command that undo would take back."""

    seq: int
    type: EventType


@dataclass(frozen=True, slots=True)
class _Past:
    """An event that counts, and the contest before it."""

    event: Event
    before: State
    earlier: _Past | None


@dataclass(frozen=True, slots=True)
class Play:
    """A contest after `seq` events. `undone`: those that were taken back."""

    rules: ContestRules
    state: State
    seq: int = 0
    undone: frozenset[int] = frozenset()
    _past: _Past | None = field(default=None, repr=False, compare=False)

    @classmethod
    def start(cls, rules: ContestRules) -> Play:
        """Before the first event."""
        return cls(rules, State(base=rules.base_score))

    @property
    def undo_target(self) -> Target | None:
        """What `undo` takes back: the latest decision of a host or judge; None for none."""
        found = self._found()
        return Target(found.event.seq, found.event.type) if found else None

    def after(self, event: Event) -> Play:
        """The contest after one more event.

        Refused (with `code`, a sentence for people and `status`) if it may not happen now.
        ValueError for an event out of sequence, and for data that only the server can have
        got wrong.
        """
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq} can't follow event {self.seq}")
        if event.type == "undo":
            return self._without_latest(event)
        state = step(self.rules, self.state, event)
        past = _Past(event, self.state, self._past)
        return replace(self, state=state, seq=event.seq, _past=past)

    def _found(self) -> _Past | None:
        past = self._past
        while past is not None:
            by_desk = past.event.by.role in ("host", "judge")
            if by_desk and past.event.type not in _NOT_UNDONE:
                return past
            past = past.earlier
        return None

    def _without_latest(self, event: Event) -> Play:
        """The state before the target. Its clock stands still, as the time since then is lost."""
        check_role(event)
        target = self._found()
        if target is None:
            raise Refused("nothing-to-undo", N_("There is nothing to take back."))
        if event.data.get("target") != target.event.seq:
            raise Refused(
                "undo-target", N_("Something else has happened since: look again, then undo.")
            )
        if event.by.role not in ROLES[target.event.type]:
            raise Refused("role", N_("Only a host can take this back."), status=403)
        before = target.before
        clock = stopped(before.clock, target.event.at)
        state = replace(
            before,
            step=self.state.step + 1,
            clock=clock,
            paused=before.paused or self.state.paused or clock is not None,
            seats=self.state.seats,
            exposed=_exposed(self.state),
        )
        state = _closed_to_audience(state)
        return replace(
            self,
            state=state,
            seq=event.seq,
            undone=self.undone | set(range(target.event.seq, event.seq)),
            _past=target.earlier,
        )


def _exposed(state: State) -> frozenset[str]:
    """Questions whose answer the hall has seen by now."""
    if state.phase != "revealed" or state.question is None:
        return state.exposed
    return state.exposed | {state.question.key}


def _closed_to_audience(state: State) -> State:
    """Who has seen the answer must not give it: what came in before counts, nothing else does."""
    question = state.question
    if question is None or not (question.audience_open and state.audience_knows):
        return state
    return replace(state, question=replace(question, audience_open=False), clock=None)


def replay(rules: ContestRules, events: Iterable[Event]) -> Play:
    """The contest that a log describes; Refused or ValueError if it can't be one."""
    play = Play.start(rules)
    for event in events:
        play = play.after(event)
    return play


def require_step(state: State, kind: str, step: int | None) -> None:
    """Refuse (`stale-page`) a command of type `kind` that was meant for another phase.

    Buzzes, seats, fouls and the like mean no phase; nor do commands without a step.
    """
    if kind in STEP_BOUND and step is not None and step != state.step:
        raise Refused(
            "stale-page",
            N_("The contest has moved on in the meantime: nothing was done. Look, then try again."),
        )
