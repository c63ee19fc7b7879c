"""One contest in the engine: what is on disk, and a draft of what may follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from quizengine.domain.contest.buzz import Waiting
from quizengine.domain.contest.credits import credit_of
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import Author, Event, EventType
from quizengine.domain.contest.fold import Play, require_step
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.views import About
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.live.clock import moment
from quizengine.live.commands import Command

CLOCK = Author("clock")
SYSTEM = Author("system")
# A clock that stood still for longer is set back by the time that was lost.
GAP = timedelta(seconds=1.5)
# A rule file can't ask for more in one go: a limit against going round in circles.
_MOST_DUE = 50


@dataclass
class Room:
    """A contest as it is on disk, in memory. Only the engine's thread touches it."""

    about: About
    rules: ContestRules
    questions: dict[int, Question]
    play: Play
    events: list[Event] = field(default_factory=list)
    # Id of each command → number of its event.
    commands: dict[str, int] = field(default_factory=dict)
    # The audience's answers: question → player → (answer, right).
    books: dict[str, dict[int, tuple[Any, bool]]] = field(default_factory=dict)
    joined: int = 0
    answered: int = 0

    @classmethod
    def start(
        cls,
        about: About,
        rules: ContestRules,
        questions: dict[int, Question],
        log: list[tuple[Event, str]],
    ) -> Room:
        """The contest after all events of its log."""
        room = cls(about, rules, questions, Play.start(rules))
        room.extend(log)
        return room

    def extend(self, lines: list[tuple[Event, str]]) -> None:
        """Take over events that are on disk."""
        for event, command in lines:
            self.play = self.play.after(event)
            self.events.append(event)
            self.commands[command] = event.seq

    def take_over(self, draft: Draft) -> None:
        """The draft's events are on disk now."""
        self.play = draft.play
        for event, command in draft.lines:
            self.events.append(event)
            self.commands[command] = event.seq

    @property
    def last_at(self) -> datetime | None:
        """Of the last event."""
        return self.events[-1].at if self.events else None

    @property
    def running(self) -> bool:
        """Whether a clock is running that a pause of the server would cut short."""
        clock = self.play.state.clock
        return clock is not None and clock.ends_at is not None

    @property
    def audience_open(self) -> bool:
        """Whether the audience may answer."""
        question = self.play.state.question
        return question is not None and question.audience_open and not self.play.state.paused

    def due_at(self, waiting: Mapping[int, Waiting]) -> datetime | None:
        """When the clock has something to do."""
        found = due(self.rules, self.play.state, waiting)
        return found.at if found else None


@dataclass
class Sources:
    """What a draft has to ask for: data of `begin`, the audience's result, waiting devices."""

    begin: Callable[[], dict[str, Any]]
    tally: Callable[[str], dict[str, Any]]
    waiting: Mapping[int, Waiting]


class Draft:
    """Events that follow what is on disk; nothing of it counts before it is written."""

    def __init__(self, room: Room, sources: Sources) -> None:
        self.room = room
        self.sources = sources
        self.play = room.play
        self.lines: list[tuple[Event, str]] = []
        self._keys: dict[str, int] = {}
        self._last_at = room.last_at

    def make_good(self, now: datetime, alive_at: datetime | None) -> None:
        """Set running clocks back if nobody has run them since `alive_at`."""
        clock = self.play.state.clock
        since = max((at for at in (alive_at, self._last_at) if at), default=now)
        gap = now - since
        if clock is not None and clock.ends_at is not None and gap > GAP:
            data = {"gap_ms": gap // timedelta(milliseconds=1)}
            self._append("interrupted", SYSTEM, data, now, self._own_key("interrupted"))

    def run_clock(self, until: datetime) -> None:
        """What was due by then, each at its own time."""
        for _ in range(_MOST_DUE):
            found = due(self.play.rules, self.play.state, self.sources.waiting)
            if found is None or found.at > until:
                return
            data = self._closing_data(found.type)
            try:
                self._append(found.type, CLOCK, data, found.at, self._own_key(found.type))
            except Refused as refusal:
                raise RuntimeError(f"the clock may not {found.type}") from refusal
        raise RuntimeError("the clock does not come to an end")

    def do(self, command: Command) -> int:
        """The number of the event that the command is; Refused if it can't be done now."""
        done = self._done(command.key)
        if done is not None:
            return done
        require_step(self.play.state, command.type, command.step)
        at = moment(command.at_us)
        data = self._completed(command)
        by = self._named(command.by)
        try:
            return self._append(command.type, by, data, at, command.key)
        except Refused as refusal:
            if refusal.code == "too-late" and not self._was_late(by):
                self._append("late_buzz", by, data, at, command.key)
            raise

    def seat(self, team: int, seat: int, at: datetime) -> None:
        """Log that a device has taken a team's seat; once for each, and not before the contest."""
        key = f"seat/{team}:{seat}"
        if self.play.state.phase == "lobby" or self._done(key) is not None:
            return
        by = self._named(Author("team", str(team)))
        self._append("seat", by, {"team": team, "seat": seat}, at, key)

    def _done(self, key: str) -> int | None:
        """The event of a command that was given before; Refused as it was then."""
        seq = self._keys.get(key) or self.room.commands.get(key)
        if seq is not None and self._event(seq).type == "late_buzz":
            raise Refused("too-late", N_("Too late: the order has been decided."))
        return seq

    def _was_late(self, by: Author) -> bool:
        """Whether the log has a late buzz of this team already: one is evidence enough."""
        asking = self.play.state.question
        late = asking.buzz.late if asking and asking.buzz else ()
        return any(str(claim.team) == by.id for claim in late)

    def _event(self, seq: int) -> Event:
        events = self.room.events
        return events[seq - 1] if seq <= len(events) else self.lines[seq - 1 - len(events)][0]

    def _completed(self, command: Command) -> dict[str, Any]:
        data = dict(command.data)
        if command.type == "begin":
            return self.sources.begin()
        if command.type == "answer":
            data["credit"] = self._credit(data.get("answer"))
        if command.type == "stop":
            return self._closing_data("stop")
        return data

    def _closing_data(self, kind: str) -> dict[str, Any]:
        """The audience's result, where this event closes its question."""
        state = self.play.state
        closes = kind in ("stop", "timeout") and state.phase == "audience"
        if not closes or state.question is None:
            return {}
        # One that an undo has brought back was open before.
        if not state.question.audience_open and not state.audience_knows:
            return {}
        return {"tally": self.sources.tally(state.question.key)}

    def _credit(self, answer: Any) -> str | None:
        """By the key; None where a judge must decide, or no question is on to grade it by."""
        asking = self.play.state.question
        if asking is None:
            return None
        return credit_of(self.room.questions[asking.slot.ref], answer)

    def _named(self, by: Author) -> Author:
        """Teams by the name that they go by in this contest."""
        if by.role != "team":
            return by
        names = {str(team.id): team.name for team in self.play.state.teams}
        return Author("team", by.id, names.get(by.id, by.name))

    def _own_key(self, kind: str) -> str:
        return f"{kind}:{self.play.seq + 1}"

    def _append(
        self, kind: EventType, by: Author, data: Mapping[str, Any], at: datetime, key: str
    ) -> int:
        # Commands are taken in the order of their arrival; never may the log's time go back.
        at = max(at, self._last_at) if self._last_at else at
        event = Event(self.play.seq + 1, at, by, kind, dict(data))
        self.play = self.play.after(event)
        self.lines.append((event, key))
        self._keys[key] = event.seq
        self._last_at = at
        return event.seq
