"""An entry of the ledger: its content, its bytes and its hashes.

An entry is an RFC 8785 text whose SHA-256 leaf hash (RFC 9162 §2.1.1) goes into a Merkle tree
and into a chain, each link over the one before. Entries count from 1; entry n is leaf n - 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from quizengine.domain.canonical import canonical_json
from quizengine.domain.merkle import HASH_SIZE

BODY_VERSION = 1
GENESIS = bytes(HASH_SIZE)
"""What the first link of the chain is built on."""
MIN_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as the database has it; `body` is its canonical text, the hashes 32 bytes each.

    `at` is None where the database holds something that is no time.
    """

    seq: int
    at: datetime | None
    kind: str
    source: str
    subject: str | None
    unit: str | None
    body: str
    leaf_hash: bytes
    chain_hash: bytes


def entry_body(
    seq: int,
    at: datetime,
    kind: str,
    source: str,
    subject: str | None,
    unit: str | None,
    data: Mapping[str, object],
    corrects: int | None = None,
) -> dict[str, object]:
    """The hashed content of an entry, as plain JSON types.

    `source` is an idempotence key such as `sitting:12:result`: one act, one entry. `subject` is
    a digest (see `subject_digest`), never a name. `data` holds no floats: scores and money are
    strings. `corrects` is the number of an earlier entry. ValueError for anything else.
    """
    # What is built here has the right fields; only what was given has to be looked at.
    given = _is_number(seq) and _is_filled(kind) and _is_filled(source)
    if not (given and _is_optional(subject) and _is_optional(unit) and isinstance(data, Mapping)):
        raise ValueError("a part of the entry has the wrong type or is empty")
    if corrects is not None and not (_is_number(corrects) and corrects < seq):
        raise ValueError("an entry corrects one that came before it")
    return {
        "v": BODY_VERSION,
        "seq": seq,
        "at": timestamp(at),
        "kind": kind,
        "source": source,
        "subject": subject,
        "unit": unit,
        "data": _plain(data),
        "corrects": corrects,
    }


def entry_bytes(body: Mapping[str, object]) -> bytes:
    """The bytes that are hashed (RFC 8785); ValueError for what canonical JSON cannot hold."""
    return canonical_json(body)


def is_entry_body(body: Mapping[str, object]) -> bool:
    """Whether it has exactly the fields of version 1, and corrects only what came before."""
    if body.keys() != _FIELDS.keys():
        return False
    if not all(fits(body[name]) for name, fits in _FIELDS.items()):
        return False
    seq, corrects = body["seq"], body["corrects"]
    return corrects is None or (
        isinstance(seq, int) and isinstance(corrects, int) and corrects < seq
    )


def chain_hash(previous: bytes, leaf: bytes) -> bytes:
    """SHA-256 of the previous link and this entry's leaf hash; the first one has GENESIS."""
    return hashlib.sha256(previous + leaf).digest()


def subject_digest(person_key: str, salt: bytes) -> str:
    """Hex SHA-256 of salt and key: ties an entry to a person until the salt is erased.

    ValueError for a salt under 16 bytes, which could be guessed.
    """
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError(f"a salt has at least {MIN_SALT_BYTES} bytes")
    return hashlib.sha256(salt + person_key.encode()).hexdigest()


def timestamp(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds and `Z`; ValueError for a time without zone."""
    if at.utcoffset() is None:
        raise ValueError("the time of an entry has a zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


_PLAIN = frozenset((str, int, bool))


def _plain(value: object) -> object:
    """A copy in the types that reading JSON gives back; ValueError for others and for floats."""
    if value is None or type(value) in _PLAIN:
        return value
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key of an entry's data is a string")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise ValueError(f"an entry cannot hold a {type(value).__name__}; write it as a string")


def _is_timestamp(value: object) -> bool:
    try:
        return isinstance(value, str) and timestamp(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):  # the latter near the years 1 and 9999
        return False


def _is_number(value: object) -> bool:
    return type(value) is int and value >= 1


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_optional(value: object) -> bool:
    return value is None or _is_filled(value)


_FIELDS: dict[str, Callable[[object], bool]] = {
    "v": lambda value: type(value) is int and value == BODY_VERSION,
    "seq": _is_number,
    "at": _is_timestamp,
    "kind": _is_filled,
    "source": _is_filled,
    "subject": _is_optional,
    "unit": _is_optional,
    "data": lambda value: isinstance(value, dict),
    "corrects": lambda value: value is None or _is_number(value),
}
