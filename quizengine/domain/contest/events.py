"""The log of a contest: every command that was accepted, with its time and author.

State follows from the log alone: `quizengine.domain.contest.machine`. What each type carries in
`data` is documented in docs/contest-events.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

Role = Literal["host", "judge", "team", "clock", "system"]
EventType = Literal[
    "begin",
    "seat",
    "next",
    "choose",
    "open",
    "start",
    "buzz",
    "late_buzz",
    "settle",
    "speak",
    "answer",
    "stop",
    "timeout",
    "judge",
    "foul",
    "adjust",
    "override",
    "swap",
    "void",
    "audience",
    "pause",
    "resume",
    "undo",
    "withdraw",
    "reinstate",
    "end_round",
    "finish",
    "interrupted",
]
EVENT_TYPES: tuple[str, ...] = get_args(EventType)


@dataclass(frozen=True, slots=True)
class Author:
    """Who gave a command. `id`: person, team or (clock, system) process, as text."""

    role: Role
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """A command that was accepted as number `seq`, from 1, at `at` (UTC, microseconds)."""

    seq: int
    at: datetime
    by: Author
    type: EventType
    data: Mapping[str, Any] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """A line of the log as JSON; times are RFC 3339 in UTC."""
        at = self.at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
        return {
            "seq": self.seq,
            "at": at + "Z",
            "by": {"role": self.by.role, "id": self.by.id, "name": self.by.name},
            "type": self.type,
            "data": dict(self.data),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Event:
        """The inverse of `to_data`; ValueError for anything that it did not make."""
        try:
            by = Author(data["by"]["role"], str(data["by"]["id"]), str(data["by"]["name"]))
            at = datetime.fromisoformat(data["at"])
            seq, kind, content = data["seq"], data["type"], data["data"]
        except (KeyError, TypeError, ValueError) as error:
            raise ValueError(f"no event of a contest: {error}") from error
        known = by.role in get_args(Role) and kind in EVENT_TYPES
        if not (known and type(seq) is int and isinstance(content, Mapping) and at.tzinfo):
            raise ValueError(f"no event of a contest: {kind!r} by {by.role!r}")
        return cls(seq, at, by, kind, content)
