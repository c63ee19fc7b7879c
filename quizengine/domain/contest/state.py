"""The state of a stage contest, as it follows from its log. All of it is immutable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from quizengine.domain.contest.buzz import Claim, Placed
from quizengine.domain.contest.tie import Tie

Phase = Literal[
    "lobby",
    "round",
    "turn",
    "choosing",
    "reading",
    "discussing",
    "buzzing",
    "settling",
    "starting",
    "answering",
    "judging",
    "audience",
    "revealed",
    "round_over",
    "finished",
]
ClockKind = Literal["read", "discuss", "choose", "buzz", "start", "answer", "audience"]
Verdict = Literal["right", "partial", "wrong", "late"]
AwardKind = Literal["answer", "foul", "adjust"]
FoulKind = Literal["early", "prompting", "conduct"]
Out = Literal["withdrawn", "eliminated"]
Stage = Literal["main", "steal", "tie", "audience"]
Fate = Literal["closed", "void", "swapped"]


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a team, known by `id` as in the log."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    """A team; `out` says why it takes no part any more, `left` in which round (index) that was,
    `reason` why it withdrew."""

    id: int
    number: int
    name: str
    members: tuple[Member, ...] = ()
    out: Out | None = None
    left: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A drawn question. `value`: the value of a `wager` round that it is there for."""

    key: str
    ref: int
    question: str
    revision: int
    type: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """The questions drawn for a round."""

    id: str
    questions: tuple[Slot, ...]
    spares: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """A running clock, or (`ends_at` None) one that stands still with `left_ms` left."""

    kind: ClockKind
    total_ms: int
    ends_at: datetime | None
    left_ms: int | None = None


@dataclass(frozen=True, slots=True)
class RoundPlay:
    """The round that is on: `index` (from 0) into the rules' rounds.

    `queue`: questions not asked yet; `planned`: how many are to be asked, `asked` how many have
    been begun. `served`: teams that have had a turn, once for each turn. `again`: the team whose
    turn is played again, as its question was void.
    """

    index: int
    id: str
    queue: tuple[Slot, ...]
    spares: tuple[Slot, ...]
    planned: int
    asked: int = 0
    served: tuple[int, ...] = ()
    again: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose turn it is; `member` is the index of the member who answers alone."""

    team: int
    member: int | None = None
    points: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """A team's answer at its device; `credit` "0" … "1" by the key, None if a judge decides."""

    team: int
    seq: int
    answer: Any
    credit: str | None


@dataclass(frozen=True, slots=True)
class Buzz:
    """The running, or last, buzz phase of a question.

    `opened_at`: since when they are open, or open again after a pause. `claims` are those to be
    placed, by arrival at the log; `late` came after the order was settled, `early` were fouls.
    `order` is there once it is settled. `absent`: teams that came back while others raced.
    """

    opened_at: datetime | None = None
    claims: tuple[Claim, ...] = ()
    early: tuple[Claim, ...] = ()
    late: tuple[Claim, ...] = ()
    order: tuple[Placed, ...] = ()
    absent: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """The question that is on.

    `right` and `wrong` are the points now at stake. `answering`: teams whose answer is awaited or
    being judged. `tried`: teams judged at this question. `locked`: teams out of it by a foul.
    `tries`: how many may still try it by buzzer. `tally` is the audience's result.
    """

    slot: Slot
    number: int
    stage: Stage
    right: int
    wrong: int
    answering: tuple[int, ...] = ()
    answers: tuple[Given, ...] = ()
    tried: tuple[int, ...] = ()
    locked: tuple[int, ...] = ()
    tries: int = 0
    buzz: Buzz | None = None
    audience_open: bool = False
    tally: Mapping[str, Any] | None = None
    void: bool = False
    reason: str = ""

    @property
    def key(self) -> str:
        """Of its slot."""
        return self.slot.key


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that is over: in round `round` (index) as number `number` there."""

    slot: Slot
    round: int
    number: int
    fate: Fate
    turn: Turn | None = None
    reason: str = ""
    tally: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Award:
    """Points that a team got or lost by event `seq`; a score is the base and the sum of these.

    `right` and `wrong` are what was at stake, `member` the index of the member who answered
    alone. `reason`: of a foul, an adjustment or an override.
    """

    seq: int
    team: int
    points: int
    kind: AwardKind
    round: int | None
    question: str | None = None
    verdict: Verdict | None = None
    reason: str = ""
    right: int = 0
    wrong: int = 0
    member: int | None = None
    overridden: bool = False


@dataclass(frozen=True, slots=True)
class Foul:
    """A foul of a team in a round (index)."""

    seq: int
    team: int
    kind: FoulKind
    round: int | None
    question: str | None
    points: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A team in the ranking; `prize`: index into the rules' prizes; `by`: what decided its place
    among teams of equal points, None if nothing had to."""

    team: int
    rank: int
    score: int
    prize: int | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The whole contest after some event. `step` counts the changes of phase, and never falls.

    `turn`, `question`, `tie` are None when there is none; `ties`: those still to be broken in
    this round; `broken`: those that are over. `ranks`: places as the question began, as (team,
    rank). `seats`: the newest seat taken of each team. `ranking`: the final one, once finished.
    `exposed`: questions whose answer the hall saw before an undo brought them back.
    """

    base: int
    phase: Phase = "lobby"
    step: int = 0
    paused: bool = False
    clock: Clock | None = None
    rehearsal: bool = False
    teams: tuple[Team, ...] = ()
    draws: tuple[Draw, ...] = ()
    round: RoundPlay | None = None
    turn: Turn | None = None
    question: Asking | None = None
    awards: tuple[Award, ...] = ()
    fouls: tuple[Foul, ...] = ()
    asked: tuple[Asked, ...] = ()
    tie: Tie | None = None
    ties: tuple[Tie, ...] = ()
    broken: tuple[Tie, ...] = ()
    ranks: tuple[tuple[int, int], ...] = ()
    ranking: tuple[Place, ...] = ()
    seats: tuple[tuple[int, int], ...] = ()
    exposed: frozenset[str] = frozenset()

    @property
    def audience_knows(self) -> bool:
        """Whether the answer of the question that is on was shown already: it can't ask them."""
        return self.question is not None and self.question.key in self.exposed

    def score(self, team: int) -> int:
        """Points of a team."""
        return self.base + sum(a.points for a in self.awards if a.team == team)

    @property
    def active(self) -> tuple[Team, ...]:
        """The teams that take part, by their numbers."""
        return tuple(team for team in self.teams if team.out is None)

    def is_active(self, team: int) -> bool:
        """Whether this team takes part."""
        return any(one.id == team for one in self.active)

    def team(self, team: int) -> Team:
        """The team of this id; KeyError for none."""
        for one in self.teams:
            if one.id == team:
                return one
        raise KeyError(team)

    def verdicts(self) -> tuple[Award, ...]:
        """What has been judged on the question that is on."""
        if self.question is None:
            return ()
        key = self.question.key
        return tuple(a for a in self.awards if a.kind == "answer" and a.question == key)
