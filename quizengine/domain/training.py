"""Training: codes for signing in, what attendance amounts to, and figures of the feedback."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

# A code changes so often; the one before stays good, for who was just about to scan it.
STEP_S = 30
CODE_LENGTH = 8
# Without what is mistaken for something else: 0 and O, 1, I and L.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
ATTENDED = ("present", "late")
RATINGS = range(1, 6)


def sign_code(secret: str, session_id: int, now: datetime, *, back: int = 0) -> str:
    """The code of a session at `now`, or the one `back` steps before."""
    step = int(now.timestamp()) // STEP_S - back
    digest = hmac.digest(secret.encode(), f"{session_id}:{step}".encode(), hashlib.sha256)
    number = int.from_bytes(digest[:16])
    letters = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def code_fits(secret: str, session_id: int, now: datetime, code: str) -> bool:
    """Whether `code` is the present one or the one before."""
    good = [sign_code(secret, session_id, now, back=back) for back in (0, 1)]
    # Bytes: text that is not ASCII would be refused by the comparison.
    return any(hmac.compare_digest(code.encode(), one.encode()) for one in good)


def seconds_left(now: datetime) -> int:
    """How long the present code is still shown."""
    return STEP_S - int(now.timestamp()) % STEP_S


def mark_at(starts_at: datetime, at: datetime, late_after: int, absent_after: int) -> str:
    """'present', 'late' or 'absent' for somebody who comes at `at`; limits in minutes.

    The minute of a limit still belongs to what comes before it.
    """
    if at <= starts_at + timedelta(minutes=late_after):
        return "present"
    return "late" if at <= starts_at + timedelta(minutes=absent_after) else "absent"


@dataclass(frozen=True)
class Verdict:
    """What a person's attendance of a batch amounts to; `excused` only for somebody who missed."""

    attended: bool
    hours: Decimal
    excused: bool


def verdict(hours: Mapping[int, Decimal], marks: Mapping[int, str], share: int) -> Verdict:
    """From the hours of each session and the marks in them; attended from `share` per cent on.

    The hours that count are those of the sessions attended. Who was excused from each session that
    was not attended has missed the class, but is excused.
    """
    there = [key for key in hours if marks.get(key) in ATTENDED]
    counted = sum((hours[key] for key in there), Decimal(0))
    whole = sum(hours.values(), Decimal(0))
    attended = bool(there) and counted * 100 >= whole * share
    missed = [key for key in hours if key not in there]
    excused = not attended and bool(missed) and all(marks.get(k) == "excused" for k in missed)
    return Verdict(attended, counted if attended else Decimal(0), excused)


@dataclass(frozen=True)
class Rated:
    """Ratings of one question: how often each from 1 to 5, and their mean to two places."""

    counts: tuple[int, ...]
    mean: Decimal | None

    @property
    def answers(self) -> int:
        """How many rated it."""
        return sum(self.counts)


def rate(ratings: Iterable[int]) -> Rated:
    """Count ratings."""
    counts = [0] * len(RATINGS)
    for rating in ratings:
        counts[rating - 1] += 1
    return Rated(tuple(counts), mean_of(counts))


def together(parts: Sequence[Rated]) -> Rated:
    """Ratings of several questions or batches as one."""
    counts = [sum(part.counts[i] for part in parts) for i in range(len(RATINGS))]
    return Rated(tuple(counts), mean_of(counts))


def mean_of(counts: Sequence[int]) -> Decimal | None:
    """The mean of ratings by how often each was given, half up; None without any."""
    answers = sum(counts)
    if not answers:
        return None
    points = sum(rating * count for rating, count in zip(RATINGS, counts, strict=True))
    return (Decimal(points) / answers).quantize(Decimal("0.01"), ROUND_HALF_UP)
