"""Chinese and Latin text in lines: what may not begin or end a line doesn't (禁则, CLREQ 3.1.3).

After W3C "Requirements for Chinese Text Layout", 3.1.3: closing marks never begin a line, opening
marks never end one; Latin words and numbers stay whole if they fit into a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

# Points or room in brackets, a word, spaces, or one other character.
_UNITS = re.compile(r"（(?:　+|[0-9.]+分)）|[A-Za-z0-9\u00c0-\u024f.,:;%'’/_-]+| +|.", re.DOTALL)
_NO_START = frozenset("、。，．：；？！）〕］｝〉》」』】”’…—～·,.:;?!)]}%‰℃")
_NO_END = frozenset("（〔［｛〈《「『【“‘([{")


def wrapped(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """`text` in lines of at most `width`, as `measure` tells it of a piece; line ends are kept."""
    lines = []
    for paragraph in text.split("\n"):
        lines += _paragraph(paragraph, width, measure)
    return lines


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    lines: list[list[str]] = [[]]
    used = 0.0
    for unit in _units(text, width, measure):
        size = measure(unit)
        if used + size > width and lines[-1] and not unit.isspace():
            carried = _carried(lines[-1], unit)
            lines.append(carried)
            used = sum(map(measure, carried))
        lines[-1].append(unit)
        used += size
    return ["".join(line).rstrip() for line in lines]


def _units(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    found: list[str] = []
    for unit in _UNITS.findall(text):
        found += list(unit) if measure(unit) > width else [unit]
    return found


def _carried(line: list[str], unit: str) -> list[str]:
    """The units at the end of `line` that must go to the next line together with `unit`."""
    carried: list[str] = []
    following = unit
    while len(line) > 1 and (following[0] in _NO_START or line[-1][-1] in _NO_END):
        following = line.pop()
        carried.insert(0, following)
    return carried


def columns_of(text: str) -> int:
    """The width of `text` in half-width columns: a Chinese character takes two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
