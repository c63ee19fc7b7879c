"""检查: who inspects whom, and who is asked, drawn so that anybody can draw again.

The draws are those of `quizengine.domain.mass_lottery` (algorithm `quizengine-lottery-1`): texts
are sorted by the hash of `seed|public value|text`. Also in docs/ledger.md.
"""

from __future__ import annotations

from collections.abc import Iterable

from quizengine.domain.mass_lottery import Prize, draw, ticket

SAMPLE = "抽查"


def pairs(seed: str, units: Iterable[str]) -> list[tuple[str, str]]:
    """(who inspects, who is inspected) for each unit, by codes.

    The units stand in a circle, sorted by ticket, and each inspects the next one: so none inspects
    itself, and from three units on none inspects the one that inspects it. ValueError for fewer
    than two.
    """
    circle = sorted(set(units), key=lambda unit: (ticket(seed, "", unit), unit))
    if len(circle) < 2:
        raise ValueError("one unit alone can't be paired")
    return list(zip(circle, [*circle[1:], circle[0]], strict=True))


def sample(seed: str, public: str, people: Iterable[str], count: int) -> list[str]:
    """`count` of `people`, the one with the lowest ticket first; all, if there are not more."""
    return [winner.entry for winner in draw(seed, public, people, [Prize(SAMPLE, count)])]
