"""What a foreign format has no field for, as short labels that its tags or keywords can hold.

`tier:new_member`, `topic:basics.scope`, `difficulty:3`, `level:apply`, `pool:exam`, `revision:2`,
`from:2024-05-01`, `to:2026-12-31`, and `basis:bmf-2024 20(2)[1]` tell of the question. These tell
of its shape, where it is not the usual one: `type:order`, `keys:b a c` (of the options in the
order in which the file has them), `keys:l1 l2/r2 r1` (match), `blanks:6 4` (underscores of each
blank; 0 for an answer behind the stem), `any_order`, `unit:1:年`. Those of a case's part name the
case: `of:basics-0007`, `part:p1`, `points:2`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from quizengine.bank.exchange.cleaning import blanks_of
from quizengine.bank.exchange.drafts import Guess, Options
from quizengine.domain.asked import Asked, Basis, Fill, Match, Multiple, Numeric, Order, Single
from quizengine.domain.questioncheck import cited
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Text

LABELLED = frozenset(
    {
        "id",
        "revision",
        "pool",
        "tiers",
        "topics",
        "difficulty",
        "cognitive_level",
        "basis",
        "valid",
    }
)
QUESTION_ID = re.compile(r"[a-z][a-z0-9_]*(-[a-z0-9_]+)+")
_PART_ID = re.compile(r"[a-z][a-z0-9_]{0,15}")
_KEY = re.compile(r"[a-z][a-z0-9]{0,3}")
_BASIS = re.compile(
    r"(?P<law>.+) (?P<article>[1-9][0-9]*)"
    r"(?:\((?P<paragraph>[1-9][0-9]*)\))?(?:\[(?P<item>[1-9][0-9]*)\])?"
)
_UNIT = re.compile(r"(\d+):(.+)")
USUAL_BLANK = 4


def usual_keys(count: int, kind: str = "") -> list[str]:
    """The keys of options a, b, c …, or of a match with `kind` l or r: l1, l2, …"""
    return [f"{kind}{n + 1}" if kind else chr(ord("a") + n) for n in range(count)]


def written_items(asked: Asked) -> tuple[Options, Options]:
    """Options as a format without keys lists them, and the right side of a match.

    Those of an order in the right order; the right side of a match with the partners first.
    """
    if isinstance(asked, Order):
        first = [key for key in asked.answer if key in asked.options]
        return _listed(first, asked.options), ()
    if isinstance(asked, Match):
        partners = [asked.answer[key] for key in asked.left if key in asked.answer]
        return tuple(asked.left.items()), _listed(partners, asked.right)
    if isinstance(asked, Single | Multiple):
        return tuple(asked.options.items()), ()
    return (), ()


def _listed(first: Sequence[str], items: dict[str, str]) -> Options:
    keys = dict.fromkeys([*first, *items])
    return tuple((key, items[key]) for key in keys if key in items)


def labels_of(question: Question) -> list[str]:
    """The labels that tell of a question, not of its shape."""
    valid = question.valid
    pairs: list[tuple[str, Sequence[object]]] = [
        ("revision", [question.revision]),
        ("pool", [question.pool]),
        ("tier", question.tiers),
        ("topic", question.topics),
        ("difficulty", [question.difficulty]),
        ("level", [question.cognitive_level]),
        ("basis", [cited(basis) for basis in question.basis]),
        ("from", [valid.from_.isoformat()] if valid.from_ else []),
        ("to", [valid.to.isoformat()] if valid.to else []),
    ]
    return [f"{name}:{value}" for name, values in pairs for value in values]


def shape_labels(asked: Asked, *, keys: bool = True) -> list[str]:
    """The labels that tell of the shape of a question or part; without those of its `keys`."""
    found = []
    if keys:
        found += _key_labels(asked)
    if isinstance(asked, Fill | Numeric):
        lengths = blanks_of(asked.stem) or [0]
        if any(length != USUAL_BLANK for length in lengths):
            found.append("blanks:" + " ".join(map(str, lengths)))
    if isinstance(asked, Fill) and asked.any_order:
        found.append("any_order")
    if isinstance(asked, Numeric):
        units = enumerate((quantity.unit for quantity in asked.answer), start=1)
        found += [f"unit:{number}:{unit}" for number, unit in units if unit]
    return found


def _key_labels(asked: Asked) -> list[str]:
    first, second = ([key for key, _ in items] for items in written_items(asked))
    usual = usual_keys(len(first), "l" if second else "")
    if first == usual and second == usual_keys(len(second), "r"):
        return []
    return ["keys:" + "/".join(" ".join(keys) for keys in (first, second) if keys)]


@dataclass
class Labels:
    """Labels of a source as fields of a draft; `foreign` are those that are none of ours."""

    more: dict[str, Any] = field(default_factory=dict)
    basis: list[Basis] = field(default_factory=list)
    difficulty: int | None = None
    type: str = ""
    of: str = ""
    points: str = ""
    keys: tuple[Sequence[str], Sequence[str]] = ((), ())
    blanks: list[int] = field(default_factory=list)
    units: dict[int, str] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)

    def guesses(self) -> list[Guess]:
        """The labels that have no meaning here, to be looked at."""
        if not self.foreign:
            return []
        tags = ", ".join(self.foreign)
        return [Guess("topics", Text(N_("Tags of the source: %(tags)s."), {"tags": tags}), 0.9)]

    def keys_for(self, count: int, side: int = 0, kind: str = "") -> list[str]:
        """Keys of `count` items: those of the labels if they fit, else the usual ones."""
        keys = self.keys[side]
        return list(keys) if len(set(keys)) == count else usual_keys(count, kind)

    def blank(self, number: int) -> str:
        """The blank number `number` of a stem, from 0."""
        fits = number < len(self.blanks) and 3 <= self.blanks[number] <= 400
        return "_" * (self.blanks[number] if fits else USUAL_BLANK)


def read_labels(texts: Iterable[str]) -> Labels:
    """The labels of a question or part."""
    labels = Labels()
    for text in texts:
        name, _, value = text.strip().partition(":")
        reader = _READERS.get(name)
        try:
            known = reader is not None and reader(labels, value)
        except (ValueError, InvalidOperation):
            known = False
        if not known and text.strip():
            labels.foreign.append(text.strip())
    return labels


def read_id(text: str, labels: Labels) -> str:
    """Take `text` for the question's id if it can be one; else it is given back as a label."""
    if QUESTION_ID.fullmatch(text) and len(text) <= 80:
        labels.more["id"] = text
        return ""
    return text


def _listing(name: str) -> Callable[[Labels, str], bool]:
    def read(labels: Labels, value: str) -> bool:
        if value:
            labels.more.setdefault(name, []).append(value)
        return bool(value)

    return read


def _revision(labels: Labels, value: str) -> bool:
    if int(value) >= 1:
        labels.more["revision"] = int(value)
    return int(value) >= 1


def _choice(name: str, *values: str) -> Callable[[Labels, str], bool]:
    def read(labels: Labels, value: str) -> bool:
        if value in values:
            labels.more[name] = value
        return value in values

    return read


def _difficulty(labels: Labels, value: str) -> bool:
    if value not in ("1", "2", "3", "4", "5"):
        return False
    labels.difficulty = int(value)
    return True


def _basis(labels: Labels, value: str) -> bool:
    match = _BASIS.fullmatch(value)
    if match:
        labels.basis.append(Basis(**match.groupdict()))
    return match is not None


def _day(name: str) -> Callable[[Labels, str], bool]:
    def read(labels: Labels, value: str) -> bool:
        day = date.fromisoformat(value).isoformat()
        labels.more.setdefault("valid", {})[name] = day
        return True

    return read


def _type(labels: Labels, value: str) -> bool:
    labels.type = value
    return value.replace("_", "").isalpha()


def _of(labels: Labels, value: str) -> bool:
    labels.of = value
    return bool(value)


def _part(labels: Labels, value: str) -> bool:
    if not _PART_ID.fullmatch(value):
        return False
    labels.more["id"] = value
    return True


def _points(labels: Labels, value: str) -> bool:
    if not (Decimal(value).is_finite() and Decimal(value) > 0):
        return False
    labels.points = value
    return True


def _keys(labels: Labels, value: str) -> bool:
    first, _, second = value.partition("/")
    keys = (first.split(), second.split())
    if not all(_KEY.fullmatch(key) for key in (*keys[0], *keys[1])):
        return False
    labels.keys = keys
    return True


def _blanks(labels: Labels, value: str) -> bool:
    labels.blanks = [int(length) for length in value.split()]
    return True


def _any_order(labels: Labels, value: str) -> bool:
    if value:
        return False
    labels.more["any_order"] = True
    return True


def _unit(labels: Labels, value: str) -> bool:
    match = _UNIT.fullmatch(value)
    if match:
        labels.units[int(match[1])] = match[2]
    return match is not None


_READERS: dict[str, Callable[[Labels, str], bool]] = {
    "revision": _revision,
    "pool": _choice("pool", "practice", "exam", "contest"),
    "tier": _listing("tiers"),
    "topic": _listing("topics"),
    "difficulty": _difficulty,
    "level": _choice("cognitive_level", "remember", "understand", "apply"),
    "basis": _basis,
    "from": _day("from"),
    "to": _day("to"),
    "type": _type,
    "of": _of,
    "part": _part,
    "points": _points,
    "keys": _keys,
    "blanks": _blanks,
    "any_order": _any_order,
    "unit": _unit,
}
