"""Typed answers brought to a form in which they can be compared."""

from __future__ import annotations

import re
import unicodedata
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal

# After NFKC full-width forms are ASCII already. Signs that can carry the meaning of an answer
# (% + - # < > ★) are not among them.
_SURROUNDING = "《》〈〉「」『』【】〔〕“”‘’„\"'`,.;:!?、。·()[]{}"
_INVISIBLE = ("Cc", "Cf", "Zl", "Zp", "Zs")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
# Wide enough that a difference of two numbers as people type them is exact, and never traps.
_EXACT = Context(prec=4000, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


def plain_text(text: str) -> str:
    """`text` in NFKC (Unicode UAX #15) and casefolded, without white space and invisible signs.

    Quotes, brackets, book title marks and punctuation around it are dropped too, unless nothing
    else is left.
    """
    folded = _nfkc(_nfkc(text).casefold())
    kept = "".join(c for c in folded if unicodedata.category(c) not in _INVISIBLE)
    # Again, as an invisible sign may have parted a letter from its accent.
    visible = _nfkc(kept)
    return visible.strip(_SURROUNDING) or visible


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def parse_number(text: str, unit: str | None = None) -> Decimal | None:
    """The number that `text` says, None if it says none; `nan` and `inf` are no numbers.

    Full-width digits, commas between groups of three digits, and `unit` behind the number are
    understood. An exponent has at most three digits.
    """
    typed = _unspaced(text)
    if unit:
        typed = typed.removesuffix(_unspaced(unit)).rstrip()
    typed = _THOUSANDS.sub("", typed)
    return Decimal(typed) if _NUMBER.fullmatch(typed) else None


def _unspaced(text: str) -> str:
    # NFKC leaves the minus sign U+2212 as it is.
    return _nfkc(text).replace("\N{MINUS SIGN}", "-").strip()


def within(number: Decimal, value: Decimal, tolerance: Decimal) -> bool:
    """Whether `number` is at most `tolerance` away from `value`, both ends included."""
    return _EXACT.abs(_EXACT.subtract(number, value)) <= tolerance
