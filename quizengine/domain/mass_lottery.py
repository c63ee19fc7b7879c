"""抽奖: draw prizes by lot so that anybody can check it.

Algorithm `quizengine-lottery-1`, also in docs/online-contests.md. All texts are UTF-8, all
hashes SHA-256 in lower-case hex.

1. Before the contest opens, `commitment` = hash of the seed is shown. The seed is 64 hex digits.
2. When the result is published, the list of entries that take part is fixed and shown.
3. For the draw, the seed is shown, and the public value, if one was announced, is written down.
4. The ticket of an entry is the hash of `seed|public value|entry`. Entries are sorted by ticket;
   the first ones get the prizes, from the first prize down.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizengine.domain.text import N_, Text

ALGORITHM = "quizengine-lottery-1"
_HEX = re.compile(r"[0-9a-f]{64}")
# Half a character, as JSON may have: it has no UTF-8.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Prize:
    """So many prizes of a kind."""

    title: str
    count: int


@dataclass(frozen=True)
class Winner:
    """An entry, its ticket, and the number of its prize, from 0, in the list of prizes."""

    entry: str
    ticket: str
    prize: int


def commitment(seed: str) -> str:
    """What is shown of the seed before the draw."""
    return _hash(seed)


def ticket(seed: str, public: str, entry: str) -> str:
    """By what an entry is sorted."""
    return _hash(f"{seed}|{public}|{entry}")


def list_digest(entries: Iterable[str]) -> str:
    """The digest of a list of entries: of its sorted lines, each ended by a line feed."""
    return _hash("".join(f"{entry}\n" for entry in sorted(set(entries))))


def draw(seed: str, public: str, entries: Iterable[str], prizes: Sequence[Prize]) -> list[Winner]:
    """The winners, from the first prize down; fewer if there are fewer entries than prizes.

    The order of `entries` doesn't matter, and an entry named twice takes part once.
    """
    tickets = sorted((ticket(seed, public, entry), entry) for entry in set(entries))
    kinds = (number for number, prize in enumerate(prizes) for _ in range(prize.count))
    return [Winner(entry, lot, kind) for (lot, entry), kind in zip(tickets, kinds, strict=False)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def check(record: Any) -> list[Text]:
    """What is wrong with the published record of a draw; nothing if it can be believed.

    The record is the JSON that a contest's page offers: `algorithm`, `commitment`, `seed`,
    `public`, `entries`, `list_digest`, `prizes` [{title, count}], `winners` [{entry, ticket,
    prize}].
    """
    shape = _shape_faults(record)
    if shape:
        return shape
    faults: list[Text] = []
    if commitment(record["seed"]) != record["commitment"]:
        faults.append(Text(N_("The seed is not the one that was committed to.")))
    if list_digest(record["entries"]) != record["list_digest"]:
        faults.append(Text(N_("The list of entries is not the one that was published.")))
    if len(set(record["entries"])) != len(record["entries"]):
        faults.append(Text(N_("An entry is in the list twice.")))
    return faults + _winner_faults(record)


def _winner_faults(record: Mapping[str, Any]) -> list[Text]:
    prizes = [Prize(prize["title"], prize["count"]) for prize in record["prizes"]]
    right = draw(record["seed"], record["public"], record["entries"], prizes)
    told = record["winners"]
    faults = [
        Text(
            N_("Winner %(number)s is not %(told)s but %(right)s."),
            {"number": number, "told": given["entry"], "right": winner.entry},
        )
        for number, (given, winner) in enumerate(zip(told, right, strict=False), start=1)
        if (given["entry"], given["ticket"], given["prize"])
        != (winner.entry, winner.ticket, winner.prize)
    ]
    if len(told) != len(right):
        values = {"told": len(told), "right": len(right)}
        faults.append(Text(N_("There are %(told)s winners instead of %(right)s."), values))
    return faults


def _shape_faults(record: Any) -> list[Text]:
    if not isinstance(record, Mapping) or record.get("algorithm") != ALGORITHM:
        return [Text(N_("This is not the record of a draw by %(name)s."), {"name": ALGORITHM})]
    missing = [name for name, fits in _FIELDS.items() if not fits(record.get(name))]
    values = {"names": ", ".join(missing)}
    return [Text(N_("Missing or unreadable in the record: %(names)s"), values)] if missing else []


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and _SURROGATE.search(value) is None


def _is_hex(value: Any) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None


def _is_prize(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and _is_text(value.get("title"))
        and type(value.get("count")) is int
        and value["count"] > 0
    )


def _is_winner(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and _is_text(value.get("entry"))
        and _is_hex(value.get("ticket"))
        and type(value.get("prize")) is int
    )


def _all(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


_FIELDS: dict[str, Callable[[Any], bool]] = {
    "commitment": _is_hex,
    "seed": _is_hex,
    "public": _is_text,
    "entries": _all(_is_text),
    "list_digest": _is_hex,
    "prizes": _all(_is_prize),
    "winners": _all(_is_winner),
}
