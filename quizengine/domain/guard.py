"""What must not get into a question bank: markings, and what names a person, place or document.

Each finding keeps the text from being saved, imported and served, drafts too, until a second
person has cleared it: on the page of the site, or in files alone with `cleared`. It errs on the
side of asking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from quizengine.domain.text import N_, Text

_STAR = "[★☆⭐✩✭✮✱✯]"
_LEVEL = r"(?:绝\s*密|机\s*密|(?<![家业作])秘\s*密)"
_MARK = re.compile(
    rf"{_LEVEL}\s*级?\s*[)\]】」』]?\s*\(?\s*{_STAR}"
    rf"|{_LEVEL}\s*级?\s*\*"
    rf"|{_STAR}\s*{_LEVEL}"
    rf"|{_STAR}\s*(?:长期|(?:\d+|[一二两三四五六七八九十百半]+)\s*(?:年|个月|月|天|日))"
)
_INNER = r"内\s*部\s*(?:资\s*料|文\s*件|材\s*料|刊\s*物)"
_KEPT = r"(?:注意|妥善)保(?:存|管)|(?:请勿|不得|严禁|禁止)外(?:传|泄|借)|用后(?:收回|销毁)"
# As a marking, not as words of a sentence: in brackets or with a star, or with what is asked.
_INTERNAL = re.compile(rf"[【\[]\s*{_INNER}|{_INNER}\s*(?:{_STAR}|[、,:!)\]】]?\s*(?:{_KEPT}))")
# GB/T 9704-2012, 7.2.5: the organ's abbreviation, the year in brackets, the number.
_DOCUMENT = re.compile(r"[\u4e00-\u9fff]{1,12}\s*[〔\[(【](?:19|20)\d{2}[〕\])】]\s*第?\s*\d+\s*号")
# GB 11643-1999: region, day of birth, sequence, check digit.
_PERSON = re.compile(r"(?<!\d)\d{6}[ -]?(\d{8})[ -]?\d{3}[\dXx](?![\dA-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
# NFKC makes two primes of the sign for seconds.
_SECONDS = r"(?:\d{1,2}(?:\.\d+)?\s*(?:′′|''|[\"秒]))?"
_DEGREES = rf"\d{{1,3}}(?:\.\d+)?\s*[°度]\s*(?:\d{{1,2}}(?:\.\d+)?\s*[′'分]?\s*{_SECONDS})?"
_COORDINATES = re.compile(
    rf"(?:北纬|南纬|东经|西经)\s*{_DEGREES}|{_DEGREES}\s*[NSEW](?![A-Za-z])"
    # A pair of degrees to a hundred metres or better.
    r"|(?<![\d.])-?\d{1,2}\.\d{4,}\s*[,;]\s*-?\d{1,3}\.\d{4,}(?![\d.])"
    r"|(?<![\d.])-?1\d{2}\.\d{4,}\s*[,;]\s*-?\d{1,2}\.\d{4,}(?![\d.])"
)


def _is_person(found: re.Match[str]) -> bool:
    """Whether the check digit and the day of birth are right (ISO 7064, MOD 11-2)."""
    digits = re.sub("[ -]", "", found[0]).upper()
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False))
    if _CHECKS[total % 11] != digits[-1]:
        return False
    try:
        born = date.fromisoformat(found[1])
    except ValueError:
        return False
    return born.year >= 1900


def _any(_found: re.Match[str]) -> bool:
    return True


_RULES: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], bool], str], ...] = (
    (
        "classification-mark",
        _MARK,
        _any,
        N_(
            "'%(text)s' looks like a classification marking. If it is meant as"
            " an example, have a second person clear it on the page “To be cleared”, or in"
            " files without a site: cleared: [{code: classification-mark, reason: …,"
            " author: …, by: …}]."
        ),
    ),
    (
        "internal-mark",
        _INTERNAL,
        _any,
        N_("'%(text)s' looks like the marking of an internal document. %(how)s"),
    ),
    (
        "document-number",
        _DOCUMENT,
        _any,
        N_("'%(text)s' looks like the number of an official document. %(how)s"),
    ),
    (
        "id-number",
        _PERSON,
        _is_person,
        N_("'%(text)s' is a valid number of an identity card. %(how)s"),
    ),
    ("phone-number", _PHONE, _any, N_("'%(text)s' looks like a mobile number. %(how)s")),
    ("geo-coordinates", _COORDINATES, _any, N_("'%(text)s' looks like coordinates. %(how)s")),
)
# What blocks a question before it is saved anywhere.
GUARDED = tuple(code for code, *_ in _RULES)
_HOW = N_(
    "Take it out; if it is made up, have a second person clear it on the page “To be cleared”,"
    " or in files without a site: cleared: [{code: %(code)s, reason: …, author: …, by: …}]."
)
_PRIVATE = ("id-number", "phone-number", "geo-coordinates")
# So many characters before and after it tell what a text is about.
_AROUND = 30


def guarded(text: str) -> Iterator[tuple[str, Text]]:
    """The code of each rule that `text` (in form NFKC) breaks, and what to do about it."""
    for code, pattern, holds, template in _RULES:
        found = next((match for match in pattern.finditer(text) if holds(match)), None)
        if found:
            how = Text(_HOW, {"code": code})
            shown = _masked(found[0]) if code in _PRIVATE else found[0]
            yield code, Text(template, {"text": shown, "how": how})


def excerpt(text: str, code: str) -> str:
    """What the rule `code` found first in `text` (in form NFKC), with the words around it.

    Numbers and places are masked, also those that another rule finds.
    """
    shown, upto, place = "", 0, (0, 0)
    for start, end, found in _spans(text, code):
        if start < upto:
            continue
        shown += text[upto:start]
        part = _masked(text[start:end]) if found in _PRIVATE else text[start:end]
        if found == code and place == (0, 0):
            place = (len(shown), len(shown) + len(part))
        shown, upto = shown + part, end
    shown += text[upto:]
    first, last = max(0, place[0] - _AROUND), place[1] + _AROUND
    before, after = "…" if first else "", "…" if last < len(shown) else ""
    return before + " ".join(shown[first:last].split()) + after


def _spans(text: str, wanted: str) -> list[tuple[int, int, str]]:
    """Where the rule `wanted` and those whose finds are masked find something."""
    return sorted(
        (match.start(), match.end(), code)
        for code, pattern, holds, _template in _RULES
        if code == wanted or code in _PRIVATE
        for match in pattern.finditer(text)
        if holds(match)
    )


def _masked(text: str) -> str:
    """Enough to find it again, but not to copy it: reports of the lint are passed on."""
    return f"{text[:3]}…{text[-2:]}"
