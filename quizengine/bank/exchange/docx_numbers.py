"""Automatic numbers of a Word document: what Word shows before a paragraph (ECMA-376, 17.9)."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from quizengine.bank.exchange.lawnames import chinese

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    *("chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting"),
    *("taiwaneseCounting", "taiwaneseCountingThousand", "chineseLegalSimplified"),
}
_MOST = 999


@dataclass(frozen=True)
class _Level:
    format: str
    text: str
    start: int


class Numbering:
    """Counts the numbers of a document; `label` is called once for each paragraph, in order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._abstract: dict[str, str] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        if numbering is not None:
            self._read(numbering)
        for style in styles if styles is not None else ():
            found = _numbered(style)
            if found:
                self._styles[style.get(f"{W}styleId") or ""] = found

    def _read(self, numbering: Element) -> None:
        for abstract in numbering.findall(f"{W}abstractNum"):
            levels = {
                int(_attr(lvl, None, "ilvl") or 0): _level(lvl)
                for lvl in abstract.findall(f"{W}lvl")
            }
            self._levels[abstract.get(f"{W}abstractNumId") or ""] = levels
        for number in numbering.findall(f"{W}num"):
            self._abstract[number.get(f"{W}numId") or ""] = _attr(number, "abstractNumId", "val")

    def label(self, paragraph: Element) -> str:
        """The number before the paragraph, as in `1. ` or `A．`; "" if it has none."""
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        found = _numbered(paragraph)
        if found is None and style is not None:
            found = self._styles.get(style.get(f"{W}val") or "")
        if found is None:
            return ""
        number, depth = found
        abstract = self._abstract.get(number, "")
        levels = self._levels.get(abstract, {})
        level = levels.get(depth)
        if level is None or level.format in ("bullet", "none"):
            return ""
        counts = self._counts[number]
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        text = re.sub(r"%(\d)", lambda m: self._shown(levels, counts, int(m[1]) - 1), level.text)
        return text + " " if text else ""

    def _shown(self, levels: dict[int, _Level], counts: dict[int, int], depth: int) -> str:
        level = levels.get(depth)
        if level is None:
            return ""
        return _number(counts.get(depth, level.start), level.format)


def _numbered(element: Element) -> tuple[str, int] | None:
    properties = element.find(f"{W}pPr/{W}numPr")
    if properties is None:
        return None
    number = _attr(properties, "numId", "val")
    depth = _attr(properties, "ilvl", "val")
    return (number, int(depth) if depth.isdecimal() else 0) if number not in ("", "0") else None


def _level(level: Element) -> _Level:
    start = _attr(level, "start", "val")
    return _Level(
        _attr(level, "numFmt", "val") or "decimal",
        _attr(level, "lvlText", "val"),
        int(start) if start.isdecimal() else 1,
    )


def _attr(element: Element, child: str | None, name: str) -> str:
    found = element if child is None else element.find(f"{W}{child}")
    return (found.get(f"{W}{name}") or "") if found is not None else ""


def _number(value: int, form: str) -> str:
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("A") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in _CHINESE and 0 < value <= _MOST:
        return chinese(value)
    if form.startswith("decimalEnclosedCircle") and 1 <= value <= 20:
        return chr(ord("①") + value - 1)
    return str(value)
