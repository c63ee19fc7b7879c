"""What an entry of the ledger says, and how its values are read. Touches no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from quizengine.domain.text import Text

_POINTS = re.compile(r"[0-9]{1,9}(\.[0-9]{1,4})?")


@dataclass(frozen=True)
class Told:
    """A sentence, and remarks on it; `look` is 'success', 'danger', 'warning', 'signed' or ''."""

    sentence: Text
    remarks: tuple[Text, ...] = ()
    look: str = ""
    score: Decimal | None = None
    max_score: Decimal | None = None


def whole(value: object) -> int:
    """A whole number; TypeError for anything else."""
    if type(value) is not int:
        raise TypeError("no whole number")
    return value


def points_of(text: object) -> Decimal:
    """Points as the ledger writes them; ValueError for anything else."""
    if not isinstance(text, str) or not _POINTS.fullmatch(text):
        raise ValueError("no points")
    return Decimal(text)


def plain(value: Decimal) -> str:
    """Points without needless zeros."""
    return f"{value.normalize():f}"
