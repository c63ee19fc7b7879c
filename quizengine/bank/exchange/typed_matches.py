"""Matching questions as text: two lists with letters, and pairs of them as the answer."""

from __future__ import annotations

import re

from quizengine.bank.exchange.drafts import Options
from quizengine.bank.exchange.typed_words import plain

_ITEM = re.compile(r"\s*([A-L]|\d{1,2})\s*[.、:)]\s*")
_PAIR = re.compile(r"([A-L]|\d{1,2})\s*(?:[-—–~→=:]|对应)+\s*([A-L]|\d{1,2})")


def match_of(
    left: list[str], right: list[str], answer: str
) -> tuple[Options, Options, dict[str, str] | None]:
    """Both lists with the keys l1, l2 … and r1, r2 …, and the pairs; None if there are none."""
    left_signs, lefts = _items(left, "l")
    right_signs, rights = _items(right, "r")
    pairs = {
        left_signs[one]: right_signs[other]
        for one, other in _PAIR.findall(plain(answer))
        if one in left_signs and other in right_signs
    }
    return lefts, rights, pairs or None


def _items(texts: list[str], letter: str) -> tuple[dict[str, str], Options]:
    lines = [line for text in texts for line in text.split("\n") if line.strip()]
    signs: dict[str, str] = {}
    items = []
    for number, line in enumerate(lines, 1):
        key = f"{letter}{number}"
        found = _ITEM.match(plain(line))
        signs[found[1] if found else str(number)] = key
        items.append((key, line[found.end() :].strip() if found else line.strip()))
    return signs, tuple(items)
