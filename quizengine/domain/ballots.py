"""Counting a ballot, and proving the count: a list that anybody can check and count again.

Each vote stands in the list under SHA-256 of 'quizengine-ballot:BALLOT:NUMBER:RECEIPT'. Only the
voter knows the receipt, so only the voter finds the own lines; everybody can count them all. The
proof is SHA-256 of the canonical JSON (RFC 8785) of the list.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quizengine.domain.canonical import canonical_json

OPTION_KEYS = ("excellent", "competent", "basic", "incompetent")
"""优秀、合格、基本合格、不合格."""
APPROVING = frozenset(OPTION_KEYS[:2])
"""Options that count as approval."""

# Crockford's alphabet: no letter that reads like a digit.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("OIL", "011")
_GROUPS, _GROUP = 5, 5
_RECEIPT = re.compile(rf"[{_ALPHABET}]{{{_GROUPS * _GROUP}}}")


@dataclass(frozen=True, order=True)
class Vote:
    """One line of the list: a vote on subject `number`, under the hash of a receipt."""

    number: int
    receipt: str
    choice: str


def new_receipt() -> str:
    """A random receipt code of 125 bits, in groups of five."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP))
    return "-".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))


def clean_receipt(text: str) -> str | None:
    """A receipt as it is hashed, however it was typed; None for what can't be one."""
    plain = "".join(character for character in text.upper() if character.isalnum())
    plain = plain.translate(_ALIKE)
    return plain if _RECEIPT.fullmatch(plain) else None


def receipt_hash(ballot: int, number: int, receipt: str) -> str:
    """Under what the vote on subject `number` stands; `receipt` as `clean_receipt` gives it."""
    return hashlib.sha256(f"quizengine-ballot:{ballot}:{number}:{receipt}".encode()).hexdigest()


def vote_list(ballot: int, options: Sequence[str], votes: Iterable[Vote]) -> dict[str, Any]:
    """The list as it is published, sorted by subject and hash: nothing tells when a vote came."""
    return {
        "ballot": ballot,
        "options": list(options),
        "votes": [
            {"choice": vote.choice, "number": vote.number, "receipt": vote.receipt}
            for vote in sorted(votes)
        ],
    }


def proof_of(published: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the canonical JSON of a published list."""
    return hashlib.sha256(canonical_json(published)).hexdigest()


def count(published: Mapping[str, Any], numbers: Iterable[int]) -> dict[int, dict[str, int]]:
    """How often each option was chosen for each of the subjects `numbers`.

    Raises ValueError for a list that no ballot gives: a hash twice, or an unknown option or number.
    """
    seen: set[str] = set()
    tally: dict[int, Counter[str]] = {number: Counter() for number in numbers}
    for line in published["votes"]:
        if line["receipt"] in seen:
            raise ValueError(f"receipt {line['receipt']} stands twice")
        if line["choice"] not in published["options"] or line["number"] not in tally:
            raise ValueError(f"receipt {line['receipt']} is no vote of this ballot")
        seen.add(line["receipt"])
        tally[line["number"]][line["choice"]] += 1
    return {
        number: {option: found[option] for option in published["options"]}
        for number, found in tally.items()
    }


def needed_votes(eligible: int, quorum: int) -> int:
    """How many have to vote so that `quorum` per cent of `eligible` do."""
    return -(-eligible * quorum // 100)


def approving(counts: Mapping[str, int]) -> int:
    """How many chose an option that approves."""
    return sum(votes for option, votes in counts.items() if option in APPROVING)
