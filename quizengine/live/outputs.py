"""What the engine hands over to the connections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quizengine.domain.text import Refused


@dataclass(frozen=True, slots=True)
class Reply:
    """To the connection `to`: command `id` is event `seq`, or why not."""

    to: int
    id: str
    result: int | Refused


@dataclass(frozen=True, slots=True)
class AudienceView:
    """What the own messages of the audience follow from.

    `answers` is the engine's own book of the question: player → (answer, right); it grows.
    """

    question: str | None = None
    open: bool = False
    revealed: bool = False
    answers: Mapping[int, tuple[Any, bool]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Published:
    """All that the screens of a contest see after event `seq`; `public` is JSON, made once."""

    contest: int
    seq: int
    public: bytes
    teams: Mapping[int, dict[str, Any]]
    staff: Mapping[str, dict[str, Any]]
    audience: AudienceView
    # When the buzzers that are open were opened, by the log; None if they are not.
    opened_us: int | None = None
    # Whether devices may be needed within seconds: they are measured more often then.
    tense: bool = False
    # It lasts a moment only: not worth a wave through the whole hall.
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """Connections of the contest that have to go: all, those by code, or a team's old device."""

    contest: int
    refusal: Refused
    roles: tuple[str, ...] = ("host", "judge", "team", "screen", "audience")
    # Tickets of this version stay, and newer ones: versions only grow.
    but_version: int | None = None
    team: int | None = None


@dataclass(slots=True)
class Batch:
    """In this order: answers to commands, then what everybody sees, then who has to go."""

    replies: list[Reply] = field(default_factory=list)
    published: list[Published] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)
    # Contests whose log grew here, up to which event.
    grown: dict[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.replies, self.published, self.ended, self.grown))
