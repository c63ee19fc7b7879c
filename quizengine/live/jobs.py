"""What the engine is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from quizengine.domain.text import Refused
from quizengine.live.audience import Given
from quizengine.live.commands import Command
from quizengine.live.outputs import Reply


@dataclass(frozen=True, slots=True)
class Open:
    """A screen of this contest has come, the first one here."""


@dataclass(frozen=True, slots=True)
class Left:
    """The last screen of this contest has gone."""


@dataclass(frozen=True, slots=True)
class Grown:
    """Another process has appended to the log."""


@dataclass(frozen=True, slots=True)
class Seated:
    """A device with the team's seat number `seat` has come."""

    team: int
    seat: int
    at_us: int


@dataclass(frozen=True, slots=True)
class Ordered:
    """A command that came over the connection `to`, as its message `id`."""

    to: int
    id: str
    command: Command

    @property
    def at_us(self) -> int:
        """When it came."""
        return self.command.at_us


Job = Open | Left | Grown | Seated | Ordered | Given


def refuse(jobs: list[Job], refusal: Refused) -> list[Reply]:
    """What those are told who wait for an answer, when none of the jobs could be done."""
    return [Reply(job.to, job.id, refusal) for job in jobs if isinstance(job, Ordered | Given)]
