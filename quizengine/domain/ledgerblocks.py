"""Many entries at once: whether all of them are sound, told in few steps for each.

What is told here is only that nothing is wrong. What is wrong, and where, is found by looking at
each entry alone (`quizengine.domain.ledger`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from quizengine.domain.canonical import load_canonical
from quizengine.domain.entry import Columns, text_after_data, text_before_data

_SHORT = 1000
_MOST_KEPT = 1 << 14
_NUMBER = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_BEHIND_NULL = len('null,"data":')
_TIME = "0000-00-00T00:00:00.000000Z"
_DIGITS = str.maketrans("123456789", "000000000")
_TEXT = frozenset((str,))
_OPTIONAL = frozenset((str, type(None)))
_HASH = frozenset((bytes,))
_TYPES = (frozenset((int,)), _TEXT, _TEXT, _TEXT, _OPTIONAL, _OPTIONAL, _TEXT, _HASH, _HASH)


class KnownData:
    """Texts that are canonical JSON objects; many entries have the same data.

    Only short texts are kept, and not too many, so that memory stays small.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()

    def are_sound(self, texts: Iterable[str]) -> bool:
        """Whether each is the canonical text of an object."""
        new = set(texts) - self._known
        if not all(map(is_canonical_object, new)):
            return False
        if len(self._known) + len(new) > _MOST_KEPT:
            self._known.clear()
        self._known.update(text for text in new if len(text) < _SHORT)
        return True


def is_canonical_object(text: str) -> bool:
    """Whether it is the canonical JSON text of an object."""
    try:
        return isinstance(load_canonical(text), dict)
    except ValueError:
        return False


def sound_leaves(
    entries: Columns, before: int, link: bytes, known: KnownData
) -> list[bytes] | None:
    """The leaf hashes of entries, computed from their texts, if nothing at all is wrong with them.

    `before` is the number of the entry before the first of them, `link` its link of the chain.
    None if something is wrong, or if this can't tell.
    """
    if not _have_their_types(entries) or not _are_times(entries.at):
        return None
    if list(entries.seq) != list(range(before + 1, before + 1 + len(entries.seq))):
        return None
    leaves, links = list(entries.leaf_hash), list(entries.chain_hash)
    if _leaves(entries.body) != leaves or _links([link, *links[:-1]], leaves) != links:
        return None
    data = _data_texts(entries)
    return leaves if data is not None and known.are_sound(data) else None


def _have_their_types(entries: Columns) -> bool:
    """Whether all columns hold values of their types, and no empty texts."""
    for types, column in zip(_TYPES, entries, strict=True):
        if not types.issuperset(map(type, column)):
            return False
    texts = (entries.kind, entries.source, entries.subject, entries.unit)
    return not any("" in column for column in texts)


def _are_times(texts: Sequence[str]) -> bool:
    """Whether each is a time as `entry.timestamp` writes it."""
    joined = "".join(texts)
    if joined.translate(_DIGITS) != _TIME * len(texts) or "T24" in joined:  # the next day's 00
        return False
    try:
        return all(map(datetime.fromisoformat, texts))
    except ValueError:
        return False


def _leaves(bodies: Sequence[str]) -> list[bytes] | None:
    """`merkle.leaf_hash` of each text."""
    sha256 = hashlib.sha256
    try:
        return [sha256(b"\x00" + body.encode()).digest() for body in bodies]
    except UnicodeEncodeError:
        return None


def _links(before: Sequence[bytes], leaves: Sequence[bytes]) -> list[bytes]:
    """`entry.chain_hash` of each link and the leaf after it."""
    sha256 = hashlib.sha256
    return [sha256(link + leaf).digest() for link, leaf in zip(before, leaves, strict=True)]


def _data_texts(entries: Columns) -> list[str] | None:
    """Of each text the part that is its data, if all else is as the columns say; else None.

    The text is put together from the columns, so that the data alone have to be read.
    """
    found = []
    for seq, at, kind, source, subject, unit, body in zip(*entries[:7], strict=True):
        before = text_before_data(at, None)
        after = text_after_data(kind, seq, source, subject, unit)
        if not body.startswith(before):
            before = _correcting(at, seq, body)
        if not (body.startswith(before) and body.endswith(after)):
            return None
        found.append(body[len(before) : -len(after)])
    return found


def _correcting(at: str, seq: int, body: str) -> str:
    """What stands before the data in the text of an entry that corrects one before it."""
    number = body[len(text_before_data(at, None)) - _BEHIND_NULL :].partition(",")[0]
    corrected = int(number) if _NUMBER.fullmatch(number) else seq
    return text_before_data(at, corrected if corrected < seq else None)
