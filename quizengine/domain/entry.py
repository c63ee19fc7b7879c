"""An entry of the ledger: its content, its bytes and its hashes.

An entry is an RFC 8785 text whose SHA-256 leaf hash (RFC 9162 §2.1.1) goes into a Merkle tree
and into a chain, each link over the one before. Entries count from 1; entry n is leaf n - 1.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypeGuard

from quizengine.domain.canonical import MAX_EXACT_INT, canonical_json, canonical_plain
from quizengine.domain.merkle import HASH_SIZE

BODY_VERSION = 1
GENESIS = bytes(HASH_SIZE)
"""What the first link of the chain is built on."""
MIN_SALT_BYTES = 16


class StoredEntry(NamedTuple):
    """An entry as the database has it; `body` is its canonical text, the hashes 32 bytes each.

    `at` is the time as `timestamp` writes it, None where the database holds none.
    """

    seq: int
    at: str | None
    kind: str
    source: str
    subject: str | None
    unit: str | None
    body: str
    leaf_hash: bytes
    chain_hash: bytes


class Columns(NamedTuple):
    """Many entries as the database has them: the parts of `StoredEntry`, each of all entries."""

    seq: Sequence[Any]
    at: Sequence[Any]
    kind: Sequence[Any]
    source: Sequence[Any]
    subject: Sequence[Any]
    unit: Sequence[Any]
    body: Sequence[Any]
    leaf_hash: Sequence[Any]
    chain_hash: Sequence[Any]

    def part(self, start: int, end: int | None = None) -> Columns:
        """The entries from one position up to another, or all behind it."""
        return Columns(*(column[start:end] for column in self))

    def entries(self) -> Iterator[StoredEntry]:
        """One after the other."""
        return map(StoredEntry, *self)


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
    _refuse_parts(seq, kind, source, subject, unit, data, corrects)
    return {
        "v": BODY_VERSION,
        "seq": seq,
        "at": timestamp(at),
        "kind": kind,
        "source": source,
        "subject": subject,
        "unit": unit,
        "data": _plain_object(data),
        "corrects": corrects,
    }


def entry_bytes(body: Mapping[str, object]) -> bytes:
    """The bytes that are hashed (RFC 8785); ValueError for what canonical JSON cannot hold."""
    return canonical_json(body)


def entry_text(
    seq: int,
    at: str,
    kind: str,
    source: str,
    subject: str | None,
    unit: str | None,
    data: Mapping[str, object],
    corrects: int | None = None,
) -> str:
    """The text of `entry_bytes` for the `entry_body` of the same parts, put together quicker.

    `at` is as `timestamp` writes it. ValueError as both of them.
    """
    _refuse_parts(seq, kind, source, subject, unit, data, corrects)
    text = canonical_plain(data if _is_flat(data) else _plain_object(data))
    return (
        f"{text_before_data(at, corrects)}{text}{text_after_data(kind, seq, source, subject, unit)}"
    )


# In the order of RFC 8785, so that everything but the data is put together without sorting.
def text_before_data(at: str, corrects: int | None) -> str:
    """What stands before the data in an entry's text; `at` as `timestamp` writes it."""
    return f'{{"at":"{at}","corrects":{"null" if corrects is None else corrects},"data":'


def text_after_data(kind: str, seq: int, source: str, subject: str | None, unit: str | None) -> str:
    """What stands behind the data in an entry's text."""
    return (
        f',"kind":{_quote(kind)},"seq":{seq},"source":{_quote(source)}'
        f',"subject":{"null" if subject is None else _quote(subject)}'
        f',"unit":{"null" if unit is None else _quote(unit)},"v":{BODY_VERSION}}}'
    )


def is_entry_body(body: Mapping[str, object]) -> bool:
    """Whether it has exactly the fields of version 1, and corrects only what came before."""
    if body.keys() != _FIELDS.keys():
        return False
    if not all(fits(body[name]) for name, fits in _FIELDS.items()):
        return False
    return body["corrects"] is None or _comes_before(body["corrects"], body["seq"])


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
    return f"{at.astimezone(UTC).isoformat(timespec='microseconds')[:_BEFORE_ZONE]}Z"


_quote = json.encoder.encode_basestring  # escapes what RFC 8785 §3.2.2.2 asks for
_BEFORE_ZONE = len("2026-03-02T08:31:07.250000")
_PLAIN = frozenset((str, int, bool, type(None)))
_TEXT = frozenset((str,))


def _is_flat(data: Mapping[str, object]) -> bool:
    """Whether it is a dict of values that are in their JSON types already."""
    return (
        type(data) is dict
        and _TEXT.issuperset(map(type, data))
        and _PLAIN.issuperset(map(type, data.values()))
    )


def _plain_object(data: Mapping[str, object]) -> dict[str, object]:
    if not all(isinstance(key, str) for key in data):
        raise ValueError("a key of an entry's data is a string")
    return {key: _plain(item) for key, item in data.items()}


def _plain(value: object) -> object:
    """A copy in the types that reading JSON gives back; ValueError for others and for floats."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Mapping):
        return _plain_object(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise ValueError(f"an entry cannot hold a {type(value).__name__}; write it as a string")


def _refuse_parts(
    seq: object,
    kind: object,
    source: object,
    subject: object,
    unit: object,
    data: object,
    corrects: object,
) -> None:
    """Only what was given has to be looked at: the fields are the right ones."""
    given = _is_number(seq) and _is_filled(kind) and _is_filled(source)
    if not (given and _is_optional(subject) and _is_optional(unit) and isinstance(data, Mapping)):
        raise ValueError("a part of the entry has the wrong type or is empty")
    if corrects is not None and not _comes_before(corrects, seq):
        raise ValueError("an entry corrects one that came before it")


def _comes_before(corrects: object, seq: object) -> bool:
    return _is_number(corrects) and _is_number(seq) and corrects < seq


def _is_timestamp(value: object) -> bool:
    try:
        return isinstance(value, str) and timestamp(datetime.fromisoformat(value)) == value
    except (ValueError, OverflowError):  # the latter near the years 1 and 9999
        return False


def _is_number(value: object) -> TypeGuard[int]:
    return type(value) is int and 1 <= value <= MAX_EXACT_INT


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
