"""计分表: a contest read back from its log, for people who check it afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quizengine.domain.contest.buzz import Placed
from quizengine.domain.contest.events import Author, Event
from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.ranking import Record, member_records, places, team_record
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import Award, Fate, Given, Place, Slot, State, Team, Turn


@dataclass(frozen=True, slots=True)
class Attempt:
    """A team's verdict on a question; `answer` is what it entered at its device, if it did.

    `credit` is what the key gives for that, "0" … "1"; None where a judge alone decided.
    """

    team: int
    award: Award
    answer: Any = None
    credit: str | None = None


@dataclass(frozen=True, slots=True)
class SheetQuestion:
    """A question that was asked: in round `round` (index), as number `number` there.

    `turn`: whose turn it was, if anybody's; `buzzes` in the order that was decided, those of the
    last time that the buzzers were open.
    """

    slot: Slot
    round: int
    number: int
    fate: Fate | None
    turn: Turn | None
    reason: str
    tally: Mapping[str, Any] | None
    attempts: tuple[Attempt, ...]
    buzzes: tuple[Placed, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A verdict that was overridden: what it was before, what it is now, by whom and why."""

    at: datetime
    by: Author
    question: str
    team: int
    before: Award
    after: Award


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole contest. `ranking` is the final one once it is finished, else as it stands.

    `taken_back` counts the commands that were undone.
    """

    play: Play
    ranking: tuple[Place, ...]
    teams: Mapping[int, Record]
    members: Mapping[int, tuple[Record, ...]]
    questions: tuple[SheetQuestion, ...]
    adjustments: tuple[tuple[Event, Award], ...]
    changes: tuple[Change, ...]
    taken_back: int

    @property
    def state(self) -> State:
        """The state after the last event."""
        return self.play.state

    def team(self, team: int) -> Team:
        """The team of this id; KeyError for none."""
        return self.play.state.team(team)


def score_sheet(rules: ContestRules, events: Iterable[Event]) -> Sheet:
    """The sheet of a log; Refused or ValueError if the log does not follow the rules."""
    reader = _Reader(Play.start(rules))
    for event in events:
        reader.read(event)
    return reader.sheet()


class _Reader:
    """Plays the log and notes what the state forgets when the next question comes."""

    def __init__(self, play: Play) -> None:
        self._play = play
        self._events: dict[int, Event] = {}
        self._given: dict[tuple[str, int], Given] = {}
        self._buzzes: dict[str, tuple[Placed, ...]] = {}
        self._changes: list[tuple[Event, Award, Award]] = []

    def read(self, event: Event) -> None:
        before = self._play.state
        self._play = self._play.after(event)
        self._events[event.seq] = event
        state = self._play.state
        if event.type == "override":
            self._note_change(event, before, state)
        question = state.question
        if question is None:
            return
        for given in question.answers:
            self._given[question.key, given.team] = given
        if question.buzz is not None and question.buzz.order:
            self._buzzes[question.key] = question.buzz.order

    def _note_change(self, event: Event, before: State, after: State) -> None:
        (new,) = (award for award in after.awards if award.seq == event.seq)
        (old,) = (
            award
            for award in before.awards
            if (award.team, award.question, award.kind) == (new.team, new.question, "answer")
        )
        self._changes.append((event, old, new))

    def sheet(self) -> Sheet:
        rules, state, undone = self._play.rules, self._play.state, self._play.undone
        teams = [team.id for team in state.teams]
        return Sheet(
            play=self._play,
            ranking=state.ranking or places(rules, state),
            teams={team: team_record(rules, state, team) for team in teams},
            members={team: member_records(rules, state, team) for team in teams},
            questions=tuple(self._questions(state)),
            adjustments=tuple(
                (self._events[award.seq], award) for award in state.awards if award.kind == "adjust"
            ),
            changes=tuple(
                Change(event.at, event.by, str(new.question), new.team, old, new)
                for event, old, new in self._changes
                if event.seq not in undone
            ),
            taken_back=len(undone),
        )

    def _questions(self, state: State) -> Iterable[SheetQuestion]:
        for asked in state.asked:
            yield SheetQuestion(
                asked.slot,
                asked.round,
                asked.number,
                asked.fate,
                asked.turn,
                asked.reason,
                asked.tally,
                self._attempts(asked.slot.key, state),
                self._buzzes_on(asked.slot.key),
            )
        current, round_ = state.question, state.round
        if current is not None and round_ is not None:
            yield SheetQuestion(
                current.slot,
                round_.index,
                current.number,
                None,
                state.turn,
                current.reason,
                current.tally,
                self._attempts(current.key, state),
                self._buzzes_on(current.key),
            )

    def _attempts(self, key: str, state: State) -> tuple[Attempt, ...]:
        found = []
        for award in state.awards:
            if award.kind == "answer" and award.question == key:
                given = self._given.get((key, award.team))
                counts = given is not None and given.seq not in self._play.undone
                answer, credit = (given.answer, given.credit) if given and counts else (None, None)
                found.append(Attempt(award.team, award, answer, credit))
        return tuple(found)

    def _buzzes_on(self, key: str) -> tuple[Placed, ...]:
        placed = self._buzzes.get(key, ())
        return tuple(one for one in placed if one.seq not in self._play.undone)
