"""加赛: how far a tie is decided."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tie:
    """A tie that is being broken: `open` teams still equal, for place `place` and those after it.

    `ahead` and `behind` are decided, in order of their places; `asked`: questions so far.
    """

    place: int
    teams: tuple[int, ...]
    open: tuple[int, ...]
    ahead: tuple[int, ...] = ()
    behind: tuple[int, ...] = ()
    asked: int = 0

    @property
    def tiers(self) -> tuple[tuple[int, ...], ...]:
        """Its teams from the best place on; teams that stayed equal stand together."""
        middle = (self.open,) if self.open else ()
        return (*((t,) for t in self.ahead), *middle, *((t,) for t in self.behind))
