"""Which of a member's attempts counts, and where the member stands with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from quizengine.domain.blueprints import Counts

STATES = ("absent", "sitting", "marking", "failed", "passed")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sitting; without a score while it is open or a person has to mark it."""

    number: int
    open: bool
    score: Decimal | None
    max_score: Decimal | None
    passed: bool | None

    @property
    def share(self) -> Fraction:
        """Score / max score, exactly; 0 where there is nothing to score."""
        if not self.score or not self.max_score:
            return Fraction(0)
        return Fraction(self.score) / Fraction(self.max_score)


def counted_attempt(attempts: Sequence[Attempt], rule: Counts) -> Attempt | None:
    """The attempt handed in that counts, None before the first one.

    `first` and `last` count even while they wait for marks. `best` goes by score / max score, of
    equal ones the earliest; those that wait for marks take part once they are marked.
    """
    handed_in = sorted((a for a in attempts if not a.open), key=lambda a: a.number)
    if not handed_in:
        return None
    if rule == "first":
        return handed_in[0]
    if rule == "last":
        return handed_in[-1]
    marked = [a for a in handed_in if a.score is not None]
    return max(marked, key=lambda a: a.share) if marked else handed_in[0]


def standing(attempts: Sequence[Attempt], rule: Counts) -> tuple[str, Attempt | None]:
    """One of `STATES`, and the attempt that counts.

    `absent`: not begun; `sitting`: begun, nothing handed in; `marking`: the result, or whether it
    is a pass, waits for a person; then `passed` or `failed`.
    """
    if not attempts:
        return "absent", None
    counts = counted_attempt(attempts, rule)
    if counts is None:
        return "sitting", None
    if counts.passed:
        return "passed", counts
    waiting = any(not a.open and a.score is None for a in attempts)
    if counts.score is None or (rule == "best" and waiting):
        return "marking", counts
    return "failed", counts
