"""The marks by which a typed question bank is set: numbers, option letters, labels, headings.

All patterns work on `plain` text (see `typed_words`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizengine.bank.exchange.typed_words import (
    CHINESE_NUMBER,
    KIND_WORDS,
    LABELS,
    chinese_number,
)

_CN = CHINESE_NUMBER
_KINDS = "|".join(sorted(KIND_WORDS, key=len, reverse=True))
_NAMES = "|".join(sorted(LABELS, key=len, reverse=True))
# 【答案】…, [解析]:…
_BRACKETED = rf"\[\s*(?P<in>{_NAMES})\s*\]\s*:?"
_FIRST_LABEL = re.compile(
    rf"{_BRACKETED}|\(?(?:本题)?(?P<out>{_NAMES})\s*(?:[:]|为:|是:)"
    r"|(?:正确|参考|标准)?答案\s*(?=[A-H√×对错])|答\s*:"
)
# Inside a line a label begins something new only behind a blank or the end of a clause.
_INNER_LABEL = re.compile(rf"{_BRACKETED}|(?<=[\s。;.!?)\]、,])\(?(?:本题)?(?P<out>{_NAMES})\s*:")

# After digits without any mark: no question begins with 2024年 or 3个.
_NO_UNIT = r"(?!\s*[年月日个分万亿条款项页岁天小时%人次元名种类部级多余])"
_NUMBER = re.compile(
    rf"(?P<di>第\s*(?:\d{{1,4}}|{_CN})\s*题(?![型目干库])\s*[.、:)]?)"
    rf"|(?P<ask>(?:问题|小题|子题|设问)\s*(?:\d{{1,2}}|{_CN})\s*[.、:)]|第\s*(?:\d{{1,2}}|{_CN})\s*问\s*[.、:)]?)"
    rf"|(?P<case>(?:案例|材料|情景)\s*(?:分析)?\s*(?:\d{{1,3}}|{_CN})\s*(?:[.、:)]|\s|$))"
    r"|(?P<half>\d{1,3}\s*\))"
    r"|(?P<dot>(?:题\s*)?\d{1,4}\s*(?:[、:]|\.(?!\d)))"
    r"|(?P<paren>[(\[]\s*\d{1,3}\s*[)\]]\s*[.、:]?)"
    rf"|(?P<cn>{_CN}\s*[、.])"
    rf"|(?P<cnparen>\(\s*{_CN}\s*\)\s*[.、:]?)"
    r"|(?P<circle>[①-⑳]\s*[.、:]?)"
    rf"|(?P<bare>\d{{1,4}}(?=\s+[^\s\d]|[一-鿿“\"《(\[])){_NO_UNIT}"
)
# What may stand before a number: stars of importance, bullets.
_BEFORE = " *★☆●■◆#▲"
_STRONG = re.compile(
    r"(?<![A-Za-z0-9])(?:[(\[]\s*(?P<in>[A-L])\s*[)\]]\s*[.、:]?|(?P<out>[A-L])\s*[.、:)](?!\d))\s*"
)
_WEAK = re.compile(r"(?<!\S)(?P<weak>[A-L])(?:\s+(?=\S)|(?=[一-鿿《“\"]))")
_HEADING = re.compile(
    rf"(?:(?:第\s*)?(?:{_CN}|[IVX]{{1,4}}|\d{{1,2}}|[A-Z])\s*(?:部分|大题|章|节|篇|、|[.:)])\s*[:.、]?\s*"
    rf"|\(\s*{_CN}\s*\)\s*)?"
    rf"\[?\s*(?P<kind>(?:{_KINDS})(?:性)?(?:分析|应用)?(?:题型|试题|题库|题))\s*\]?"
    # What the section counts, or what is to be done in it; never the stem of a question.
    r"\s*:?\s*(?:(?:\([^()]*\)|\[[^\[\]]*\])\s*)*"
    r"(?:(?:共|每|本|请|下列|以下|正确).*|\d+\s*[道小题个].*|部分.*)?[。.:]?"
)
# 3. [单选题]: a question whose stem stands below.
_NUMBERED_TAG = re.compile(r"\d+\s*[.、:)]?\s*\[")
_CHAPTER = re.compile(
    rf"第\s*(?:\d+|{_CN})\s*(?:部分|章|节|篇|单元|讲|套)(?:[\s:、.(].{{0,60}}|[^,。;?]{{0,24}})?"
)
_KEY = re.compile(
    r"(?:附\s*[:]?\s*)?[\[(]?\s*[^\s,。;:()\d]{0,10}?(?:参考|标准|正确)?答案(?:及|与|和)?"
    r"(?:参考|评分)?(?:解析|详解|标准|部分|一览表?|速查|表)?\s*[\])]?\s*:?"
)
_PAGE = re.compile(
    rf"[-—–~·\s]*(?:第\s*(?:\d+|{_CN})\s*页(?:\s*[,/]?\s*\(?\s*共\s*(?:\d+|{_CN})\s*页\s*\)?)?"
    r"|共\s*\d+\s*页\s*,?\s*第\s*\d+\s*页|\d+\s*/\s*\d+|[-—–·]+\s*\d{1,4}\s*[-—–·]+"
    r"|[Pp](?:age|\.)\s*\d+(?:\s*(?:of|/)\s*\d+)?)[-—–~·\s]*|[-—–=_*~·─━═…]{5,}"
    r"|(?:试题|试卷|题目|题库)?(?:到此)?(?:全部)?结束|\(?以下(?:空白|无正文)\)?"
)
TAG = re.compile(rf"[\[(<]\s*(?P<kind>{_KINDS})(?:性)?(?:分析)?题?\s*[\])>]\s*")
POINTS = re.compile(
    r"[(\[]\s*(?:本题|本小题|每题|每小题|每空|共)?\s*(?P<points>\d+(?:\.\d+)?)\s*分\s*[)\]]\s*"
)
_SECTION_POINTS = re.compile(r"每\s*小?[题空道]\s*(?:得|计)?\s*(?P<points>\d+(?:\.\d+)?)\s*分")
EMPTY = re.compile(r"\(\s*\)|_{2,}|\[\s*\]")


@dataclass(frozen=True)
class Number:
    """A number at the start of a line: its style, its value, and where the rest begins."""

    style: str
    value: int
    end: int


@dataclass(frozen=True)
class Mark:
    """An option letter: where its mark begins and ends."""

    letter: str
    start: int
    end: int


@dataclass(frozen=True)
class Label:
    """A label such as 答案： with the field that it names."""

    field: str
    start: int
    end: int


def number_at(text: str) -> Number | None:
    """The question number with which the plain `text` begins."""
    start = len(text) - len(text.lstrip(_BEFORE))
    found = _NUMBER.match(text, start)
    if found is None:
        return None
    return Number(found.lastgroup or "", _value(found.group()), found.end())


def _value(text: str) -> int:
    circled = re.search("[①-⑳]", text)
    if circled:
        return ord(circled.group()) - ord("①") + 1
    number = re.search(rf"\d+|{_CN}", text)
    return chinese_number(number.group()) if number else 0


def labels_in(text: str) -> list[Label]:
    """The labels of the plain `text`, in order."""
    found = []
    first = _FIRST_LABEL.match(text)
    if first:
        found.append(Label(_field(first), 0, first.end()))
    for match in _INNER_LABEL.finditer(text, first.end() if first else 0):
        found.append(Label(_field(match), match.start(), match.end()))
    return found


def _field(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return LABELS[groups.get("in") or groups.get("out") or "答案"]


def options_in(text: str, expected: str, following: str) -> list[Mark]:
    """The option marks of the plain `text`, one letter after the other; [] if it has none.

    `expected` is the letter that comes next; `following` is the line below, which tells whether
    a letter without a dot, or one at the end of the stem, is meant as an option.
    """
    strong = _marks(_STRONG, text)
    known = {mark.letter for mark in strong}
    # A letter that lost its dot among others that have one.
    loose = [mark for mark in _marks(_WEAK, text) if mark.letter not in known]
    for index, mark in enumerate(strong):
        later = sorted([*strong[index + 1 :], *loose], key=lambda other: other.start)
        chain = _chain([mark, *(other for other in later if other.start > mark.start)], text)
        if mark.start == 0 and chain:
            return chain
        if mark.letter == expected and _opens_inside(chain, mark, text, following):
            return chain
    return _weak_options(text, expected, following)


def _opens_inside(chain: list[Mark], mark: Mark, text: str, following: str) -> bool:
    if len(chain) > 1:
        return True
    after = _STRONG.match(following)
    continued = after is not None and (after["in"] or after["out"]) == chr(ord(mark.letter) + 1)
    return bool(chain) and continued and text[mark.start - 1] in " )?:。;_"


def _weak_options(text: str, expected: str, following: str) -> list[Mark]:
    weak = _marks(_WEAK, text)
    for index, mark in enumerate(weak):
        if mark.letter != expected:
            continue
        chain = _chain(weak[index:], text)
        below = _WEAK.match(following) or _STRONG.match(following)
        continued = below is not None and chr(ord(mark.letter) + 1) in below.groups()
        if len(chain) > 2 or (mark.start == 0 and chain and (continued or expected > "A")):
            return chain
    return []


def _marks(pattern: re.Pattern[str], text: str) -> list[Mark]:
    return [
        Mark(next(g for g in match.groups() if g), match.start(), match.end())
        for match in pattern.finditer(text)
    ]


def _chain(marks: list[Mark], text: str) -> list[Mark]:
    """The marks that follow each other in the alphabet, each with a text of its own."""
    chain = marks[:1]
    for mark in marks[1:]:
        if ord(mark.letter) == ord(chain[-1].letter) + 1:
            if not text[chain[-1].end : mark.start].strip(" 、,"):
                return []
            chain.append(mark)
    return chain


def heading_kind(text: str) -> str | None:
    """The type words of a section heading; "" for a chapter of no type; None for no heading."""
    match = None if _NUMBERED_TAG.match(text) else _HEADING.fullmatch(text)
    if match and len(text) <= 120:
        return match["kind"]
    return "" if _CHAPTER.fullmatch(text) else None


def section_points(text: str) -> str:
    """What each question of a section counts, as its heading says; "" if it doesn't."""
    match = _SECTION_POINTS.search(text)
    return match["points"] if match else ""


def is_key_heading(text: str) -> bool:
    """Whether the plain `text` stands above a list of answers."""
    return len(text) <= 30 and _KEY.fullmatch(text) is not None


def is_page_mark(text: str) -> bool:
    """Whether the plain `text` is a page number, or a line drawn with signs."""
    return _PAGE.fullmatch(text) is not None
