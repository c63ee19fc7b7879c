"""Labelled texts of a block: 知识点：…, 编号：…, and what they are called in a bank file."""

from __future__ import annotations

import re
from typing import Any

from quizengine.bank.exchange.typed_blocks import Block
from quizengine.bank.exchange.typed_lines import joined
from quizengine.bank.exchange.typed_words import plain

_POINT = re.compile(r"\(\s*(\d+(?:\.\d+)?)\s*分\s*\)\s*")
_KEYWORDS = re.compile(r"\(关键词:([^()]*)\)$")
_ID = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)+")
_DAYS = re.compile(r"(\d{4}-\d\d-\d\d)?\s*(?:至|~|—)\s*(\d{4}-\d\d-\d\d)?")
LEVEL_WORDS = {"识记": "remember", "理解": "understand", "应用": "apply"}
POOL_WORDS = {"练习": "practice", "考试": "exam", "竞赛": "contest"}
ANY_ORDER = "不限"


def values_of(block: Block, name: str) -> list[str]:
    """The texts of a label, one for each time that it stands there."""
    return [text for text in map(joined, block.fields.get(name, [])) if text]


def value_of(block: Block, name: str) -> str:
    """The texts of a label as one; "" if it is missing."""
    return "\n".join(values_of(block, name))


def further_fields(block: Block) -> dict[str, Any]:
    """Fields of a bank question that the labels give; names of topics and tiers as they stand."""
    more: dict[str, Any] = {}
    for name in ("topics", "tiers"):
        listed = _listed(value_of(block, name))
        if listed:
            more[name] = listed
    for name, words in (("pool", POOL_WORDS), ("cognitive_level", LEVEL_WORDS)):
        text = value_of(block, name)
        if text:
            more[name] = words.get(text, text)
    if _ID.fullmatch(value_of(block, "id")):
        more["id"] = value_of(block, "id")
    if value_of(block, "revision").isdecimal():
        more["revision"] = int(value_of(block, "revision"))
    more |= _valid(value_of(block, "valid"))
    points = [key_point(text) for text in values_of(block, "key_points")]
    if points:
        more["key_points"] = points
    if value_of(block, "any_order") == ANY_ORDER:
        more["any_order"] = True
    return more


def _listed(text: str) -> list[str]:
    return [name.strip() for name in re.split("[、,;\n]", plain(text)) if name.strip()]


def _valid(text: str) -> dict[str, Any]:
    found = _DAYS.fullmatch(plain(text).strip())
    if found is None or not any(found.groups()):
        return {}
    days = {"from": found[1], "to": found[2]}
    return {"valid": {name: day for name, day in days.items() if day}}


def key_point(text: str) -> dict[str, Any]:
    """A 得分点 as a bank file has it: （2分）text（关键词：a、b）."""
    entry: dict[str, Any] = {}
    points = _POINT.match(plain(text))
    if points:
        entry["points"] = points[1]
        text = text[points.end() :]
    keywords = _KEYWORDS.search(plain(text))
    if keywords:
        words = text[keywords.start(1) : keywords.end(1)]
        entry["keywords"] = [word.strip() for word in re.split("[、,]", words) if word.strip()]
        text = text[: keywords.start()]
    return {"text": text.strip(), **entry}
