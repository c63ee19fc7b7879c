"""What people write behind 答案：letters, words for right and wrong, texts for blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quizengine.bank.exchange.typed_words import plain, truth_of

_LETTERS = re.compile(
    r"[\s(\[]*([A-L](?:[\s、,;/和及与.()]*[A-L])*)(?![A-Za-z])\s*[)\]]?[\s。.;,、]*"
)
_SMALL = re.compile(r"[a-l](?:[\s、,;]*[a-l])*")
_TRUTH = re.compile(r"[\s(\[]*([^\s。,;.!()\[\]、]{1,7})\s*[)\]]?[\s。,;.!、]*")
_ITEM = re.compile(
    r"(?:^|(?<=[\s。;,、.]))\s*(?:[(\[]\s*(\d{1,2})\s*[)\]]|(\d{1,2})\s*[.、)](?!\d))\s*|([①-⑳])\s*"
)
_PARENS = re.compile(r"[(\[]\s*(\d{1,2})\s*[)\]]\s*|([①-⑳])\s*")
_NUMBER = re.compile(
    r"(?P<value>[-+]?\d+(?:\.\d+)?)\s*(?:(?:±|\+/-)\s*(?P<tolerance>\d+(?:\.\d+)?))?\s*(?P<unit>\D*)"
)
# What stands between the answers of several blanks; the first that gives the right number counts.
_BETWEEN = (
    *((";", 1.0), ("\n", 0.95), ("、", 0.85), (",", 0.85)),
    *(("/", 0.7), (" ", 0.8), ("|", 0.8), ("#", 0.7)),
)


@dataclass(frozen=True)
class Letters:
    """Option letters of an answer, and what stands behind them."""

    letters: tuple[str, ...]
    rest: str


@dataclass(frozen=True)
class Filled:
    """Answers of blanks, each with its variants, and how sure the division is."""

    answers: tuple[tuple[str, ...], ...]
    sure: float


def letters_of(text: str) -> Letters | None:
    """The letters with which `text` begins, small ones only if nothing else follows."""
    flat = plain(text)
    if _SMALL.fullmatch(flat.strip()):
        flat = flat.upper()
    found = _LETTERS.match(flat)
    if found is None:
        return None
    letters = tuple(dict.fromkeys(re.findall("[A-L]", found[1])))
    return Letters(letters, text[found.end() :].strip())


def truth_in(text: str) -> tuple[bool, str] | None:
    """Whether `text` says right or wrong, and what stands behind that."""
    found = _TRUTH.match(plain(text))
    if found is None:
        return None
    truth = truth_of(found[1])
    return None if truth is None else (truth, text[found.end() :].strip())


def items_of(text: str) -> list[tuple[int, str]]:
    """The numbered items of `text`, 1, 2 … in order; [] if it is no such list from its start."""
    for pattern in (_PARENS, _ITEM):
        found = _in_order(pattern, text)
        if found and not text[: found[0][1].start()].strip(" :。;") and len(found) > 1:
            ends = [match.start() for _, match in found[1:]] + [len(text)]
            return [
                (number, text[match.end() : end].strip())
                for (number, match), end in zip(found, ends, strict=True)
            ]
    return []


def _in_order(pattern: re.Pattern[str], text: str) -> list[tuple[int, re.Match[str]]]:
    found: list[tuple[int, re.Match[str]]] = []
    for match in pattern.finditer(plain(text)):
        sign = next(group for group in match.groups() if group)
        number = int(sign) if sign.isdecimal() else ord(sign) - ord("①") + 1
        if number == len(found) + 1:
            found.append((number, match))
    return found


def filled(text: str, blanks: int) -> Filled:
    """The answers of so many blanks; fewer or more if the text can't be divided into them."""
    items = items_of(text)
    if items and len(items) == blanks:
        return Filled(tuple(variants(item.rstrip("；;，,、。 ")) for _, item in items), 0.95)
    if blanks <= 1:
        return Filled((variants(text),), 1.0)
    flat = plain(text).strip()
    for sign, sure in _BETWEEN:
        pieces = _split(flat, text.strip(), sign)
        if len(pieces) == blanks:
            return Filled(tuple(variants(piece) for piece in pieces), sure)
    return Filled(tuple(variants(piece) for piece in _split(flat, text.strip(), ";")), 0.0)


def _split(flat: str, text: str, sign: str) -> list[str]:
    places = [-1, *(at for at, char in enumerate(flat) if char == sign), len(flat)]
    pieces = [text[a + 1 : b].strip() for a, b in pairwise(places)]
    return [piece for piece in pieces if piece]


def variants(text: str) -> tuple[str, ...]:
    """The accepted variants of one blank, set apart by | ."""
    flat = plain(text)
    return tuple(_split(flat, text, "|")) or (text.strip(),)


def numbers_of(text: str) -> list[dict[str, str]] | None:
    """Numbers as `30±1年；5 天`, one for each blank; None if there is something else."""
    result = []
    for piece in re.split("[;\n]", plain(text)):
        found = _NUMBER.fullmatch(piece.strip())
        if found is None:
            return None
        result.append({key: value.strip() for key, value in found.groupdict("").items() if value})
    return [{k: v for k, v in entry.items() if v} for entry in result]


def key_points_of(text: str) -> tuple[list[str], float]:
    """The points that an answer in words makes, and how sure the division is."""
    items = [item for _, item in items_of(text)]
    if len(items) > 1:
        return [item.rstrip("；;。 ") or item for item in items], 0.75
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return lines, 0.6 if len(lines) > 1 else 0.5


def difficulty_of(text: str) -> tuple[int, float] | None:
    """1 easy … 5 hard, and how sure that is: digits, words, or a coefficient of solution."""
    flat = plain(text).strip()
    if re.fullmatch("[1-5]", flat):
        return int(flat), 1.0
    if flat and re.fullmatch("[★☆⭐]+", flat):
        return max(1, min(5, flat.count("★") + flat.count("⭐"))), 0.9
    if re.fullmatch(r"0?\.\d+|1\.0+", flat):
        share = float(flat)
        return next(
            (d for d, least in ((1, 0.85), (2, 0.7), (3, 0.5), (4, 0.3)) if share >= least), 5
        ), 0.8
    words: Sequence[tuple[str, int]] = (
        ("很易", 1), ("容易", 1), ("较易", 2), ("偏易", 2), ("简单", 2), ("较难", 4), ("偏难", 4),
        ("很难", 5), ("困难", 5), ("中", 3), ("一般", 3), ("适中", 3), ("易", 2), ("难", 4),
    )  # fmt: skip
    found = next((level for word, level in words if word in flat), None)
    return None if found is None else (found, 0.8)
