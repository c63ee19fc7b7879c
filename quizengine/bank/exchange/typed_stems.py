"""What stands in a stem besides the question: tags, points, answers in brackets, blanks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quizengine.bank.exchange.typed_marks import POINTS, TAG
from quizengine.bank.exchange.typed_words import kind_of, plain, truth_of

_GAP = "（　）"
_BLANK = "____"
_BRACKETS = re.compile(r"[(\[]\s*(?P<text>[^()\[\]]{1,40}?)\s*[)\]]")
_LETTERS = re.compile(r"[A-L](?:[\s、,;]*[A-L])*")
_PARENS = re.compile(r"\(\s*\)")
# Lines, and the marks of exam systems: [填空1], {空2}.
_LINES = re.compile(r"_{2,}|[\[{(](?:填空|空)\d*[\]})]")
_UNDERLINED = re.compile(r"(?<!_)(?P<line>_{1,3})\s*(?P<text>[^_\s][^_]*?)\s*(?P=line)(?!_)")


@dataclass
class Stem:
    """A stem without its tags; `answers` stood in its brackets, `letters` tells of what kind."""

    text: str
    kind: str = ""
    points: str = ""
    answers: list[str] = field(default_factory=list)


def read_stem(text: str) -> Stem:
    """The stem without 【单选题】 and （2分） at its ends."""
    stem = Stem(text)
    while _take_front(stem) or _take_back(stem):
        pass
    return stem


def _take_front(stem: Stem) -> bool:
    flat = plain(stem.text)
    tag, points = TAG.match(flat), POINTS.match(flat)
    if tag and not stem.kind:
        stem.kind = kind_of(tag["kind"])
        stem.text = stem.text[tag.end() :].lstrip()
        return True
    if points and not stem.points:
        stem.points = points["points"]
        stem.text = stem.text[points.end() :].lstrip()
        return True
    return False


def _take_back(stem: Stem) -> bool:
    flat = plain(stem.text)
    for pattern, of in ((TAG, "kind"), (POINTS, "points")):
        last = [match for match in pattern.finditer(flat) if not flat[match.end() :].strip(" 。.")]
        if last and not getattr(stem, of) and last[-1].start() > 0:
            value = last[-1][of]
            setattr(stem, of, kind_of(value) if of == "kind" else value)
            stem.text = (stem.text[: last[-1].start()] + stem.text[last[-1].end() :]).strip()
            return True
    return False


def take_letters(stem: Stem, known: set[str]) -> list[str]:
    """The option letters in a bracket of the stem, which is emptied; [] if there is none."""
    for match in _BRACKETS.finditer(plain(stem.text)):
        if not _LETTERS.fullmatch(match[1]):
            continue
        letters = re.findall("[A-L]", match[1])
        if set(letters) <= known:
            stem.text = stem.text[: match.start()] + _GAP + stem.text[match.end() :]
            return letters
    return []


def take_truth(stem: Stem) -> bool | None:
    """Right or wrong in a bracket of the stem, which goes away; None if there is none."""
    for match in _BRACKETS.finditer(plain(stem.text)):
        truth = truth_of(match[1])
        if truth is not None:
            stem.text = _without(stem.text, match)
            return truth
    return None


def drop_gap(stem: Stem) -> None:
    """Take away the empty bracket at the end of a statement: there stood the sign for its truth."""
    flat = plain(stem.text)
    ends = [m for m in _PARENS.finditer(flat) if not flat[m.end() :].strip(" 。.")]
    starts = _PARENS.match(flat)
    if ends:
        stem.text = _without(stem.text, ends[-1])
    elif starts:
        stem.text = _without(stem.text, starts)


def _without(text: str, match: re.Match[str]) -> str:
    before, after = text[: match.start()].rstrip(), text[match.end() :].strip()
    # …规定（√）。 → …规定。 but not two full stops.
    if before and before[-1] in "。！？.!?" and after in ("。", "."):
        after = ""
    return before + after


def mark_blanks(stem: Stem) -> int:
    """Write each blank as ____ ; how many there are."""
    flat = plain(stem.text)
    pattern = _LINES if _LINES.search(flat) else _PARENS
    found = list(pattern.finditer(flat))
    for match in reversed(found):
        long = re.fullmatch("_{3,}", match.group()) is not None
        mark = "_" * len(match.group()) if long else _BLANK
        stem.text = stem.text[: match.start()] + mark + stem.text[match.end() :]
    return len(found)


def take_filled(stem: Stem) -> list[str]:
    """The answers that stand in the blanks themselves, as __绝密__ or （绝密）; blanks instead."""
    flat = plain(stem.text)
    found = list(_UNDERLINED.finditer(flat)) or list(_BRACKETS.finditer(flat))
    answers = [stem.text[match.start("text") : match.end("text")] for match in found]
    for match in reversed(found):
        stem.text = stem.text[: match.start()] + _BLANK + stem.text[match.end() :]
    return answers
