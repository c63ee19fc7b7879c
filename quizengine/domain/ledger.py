"""The ledger as a sequence of entries: what proves that nothing in it was changed.

Verifying recomputes every hash from the entries' texts. What no recomputing can show without a
checkpoint kept elsewhere is named in the report.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from types import UnionType

from quizengine.domain.canonical import MAX_EXACT_INT, load_canonical
from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.entry import (
    BODY_VERSION,
    GENESIS,
    StoredEntry,
    chain_hash,
    entry_body,
    entry_bytes,
    is_entry_body,
    subject_digest,
    timestamp,
)
from quizengine.domain.ledgerreport import Problem, Report, cannot_exclude
from quizengine.domain.merkle import Frontier, leaf_hash
from quizengine.domain.text import N_, Text

__all__ = [
    "GENESIS",
    "Problem",
    "Report",
    "StoredEntry",
    "chain_hash",
    "entry_body",
    "entry_bytes",
    "subject_digest",
    "verify_entries",
]

# As canonical JSON writes strings and numbers of entries.
_quote = json.encoder.encode_basestring
_NUMBER = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_SHORT = 1000

MAX_PROBLEMS = 1_000
"""So many problems are kept in a report; the rest is only counted."""

_TYPES: dict[str, type | UnionType] = {
    "seq": int,
    "at": datetime,
    "kind": str,
    "source": str,
    "subject": str | None,
    "unit": str | None,
    "body": str,
    "leaf_hash": bytes,
    "chain_hash": bytes,
}


def verify_entries(entries: Iterable[StoredEntry], trusted: Checkpoint | None) -> Report:
    """Verify all entries of a ledger, given in the order in which they are stored.

    `trusted` is a checkpoint whose signature has been verified, or None. Reads the entries once,
    in memory that does not grow with their number. A column that could not be read at all may hold
    None: it is reported.
    """
    verification = _Verification(trusted)
    for entry in entries:
        verification.add(entry)
    return verification.report()


class _Verification:
    """The state between one entry and the next."""

    def __init__(self, trusted: Checkpoint | None) -> None:
        self._trusted = trusted
        self._tree = Frontier()
        self._seq = 0
        self._chain = GENESIS
        self._problems: list[Problem] = []
        self._problem_count = 0

    def add(self, entry: StoredEntry) -> None:
        unreadable = _unreadable_columns(entry)
        if unreadable:
            self._skip(unreadable)
        else:
            self._check_seq(entry)
            self._check_body(entry)
            self._check_hashes(entry)
            # The next entry is compared with this one as stored: one fault is told once.
            self._seq, self._chain = entry.seq, entry.chain_hash
        if self._trusted is not None and self._tree.size == self._trusted.size:
            self._check_root(self._trusted)

    def report(self) -> Report:
        if self._trusted is not None and self._tree.size < self._trusted.size:
            self._found(
                "truncated",
                None,
                N_(
                    "The checkpoint covers %(size)s entries, but the ledger has %(entries)s: "
                    "entries were removed."
                ),
                size=self._trusted.size,
                entries=self._tree.size,
            )
        return Report(
            entries=self._tree.size,
            root=self._tree.root(),
            problems=tuple(self._problems),
            problem_count=self._problem_count,
            cannot_exclude=cannot_exclude(self._tree.size, self._trusted),
        )

    def _skip(self, columns: list[str]) -> None:
        """Count an entry that cannot be read, as a leaf that no entry has."""
        self._seq, self._chain = self._seq + 1, GENESIS
        self._tree.append(leaf_hash(b""))
        for column in columns:
            self._found(
                "column-unreadable",
                self._seq,
                N_("In entry %(seq)s, the column %(column)s holds a value of the wrong type."),
                column=column,
            )

    def _check_seq(self, entry: StoredEntry) -> None:
        if entry.seq == self._seq:
            self._found("seq-duplicate", entry.seq, N_("Entry %(seq)s appears more than once."))
        elif entry.seq < self._seq:
            self._found(
                "seq-order",
                entry.seq,
                N_("Entry %(seq)s comes after entry %(previous)s: it was moved or copied."),
                previous=self._seq,
            )
        elif entry.seq > self._seq + 1:
            self._found(
                "seq-gap",
                entry.seq,
                N_("Entry %(seq)s is where entry %(expected)s should be: one was removed."),
                expected=self._seq + 1,
            )

    def _check_body(self, entry: StoredEntry) -> None:
        if _is_sound(entry):
            return
        try:
            body = load_canonical(entry.body)
        except ValueError:
            self._found(
                "body-not-canonical",
                entry.seq,
                N_("The text of entry %(seq)s is not canonical JSON: it was changed."),
            )
            return
        if not isinstance(body, dict) or not is_entry_body(body):
            self._found(
                "body-malformed",
                entry.seq,
                N_("The text of entry %(seq)s is not that of an entry: it was changed."),
            )
            return
        for column, value in _columns(entry).items():
            if value != body[column]:
                self._found(
                    "column-differs",
                    entry.seq,
                    N_("In entry %(seq)s, the column %(column)s differs from the hashed text."),
                    column=column,
                )

    def _check_hashes(self, entry: StoredEntry) -> None:
        leaf = leaf_hash(entry.body.encode("utf-8", "surrogatepass"))
        self._tree.append(leaf)
        if leaf != entry.leaf_hash:
            self._found(
                "leaf-hash",
                entry.seq,
                N_("The hash of entry %(seq)s does not fit its text: one of them was changed."),
            )
        if chain_hash(self._chain, entry.leaf_hash) != entry.chain_hash:
            self._found(
                "chain-hash",
                entry.seq,
                N_("The chain is broken between entry %(seq)s and the one before it."),
            )

    def _check_root(self, trusted: Checkpoint) -> None:
        if self._tree.root() != trusted.root:
            self._found(
                "history-rewritten",
                None,
                N_(
                    "The first %(size)s entries are not those of the checkpoint: "
                    "the history was rewritten."
                ),
                size=trusted.size,
            )

    def _found(self, code: str, seq: int | None, template: str, **params: object) -> None:
        self._problem_count += 1
        if len(self._problems) < MAX_PROBLEMS:
            if seq is not None:
                params["seq"] = seq
            self._problems.append(Problem(code, seq, Text(template, params)))


def _is_sound(entry: StoredEntry) -> bool:
    """Whether the text is the canonical one of an entry that says what the columns say.

    Put together from the columns, so that the data alone have to be read. If it is not sound, or
    this can't tell, the slow way finds out what is wrong.
    """
    at = _time(entry.at)
    if at is None or not (1 <= entry.seq <= MAX_EXACT_INT and entry.kind and entry.source):
        return False
    if entry.subject == "" or entry.unit == "" or _SURROGATE.search(entry.body):
        return False
    head = f'{{"at":"{at}","corrects":'
    tail = (
        f',"kind":{_quote(entry.kind)},"seq":{int.__repr__(entry.seq)},'
        f'"source":{_quote(entry.source)},"subject":{_quoted(entry.subject)},'
        f'"unit":{_quoted(entry.unit)},"v":{BODY_VERSION}}}'
    )
    body = entry.body
    if not (body.startswith(head) and body.endswith(tail)):
        return False
    corrects, mark, data = body[len(head) : len(body) - len(tail)].partition(',"data":')
    if not mark or not _may_correct(corrects, entry.seq):
        return False
    return _is_short_object(data) if len(data) < _SHORT else _is_canonical_object(data)


def _may_correct(number: str, seq: int) -> bool:
    if number == "null":
        return True
    return _NUMBER.fullmatch(number) is not None and int(number) < seq


def _is_canonical_object(text: str) -> bool:
    try:
        return isinstance(load_canonical(text), dict)
    except ValueError:
        return False


# Many entries have the same data; only short ones are kept, so that memory stays small.
_is_short_object = lru_cache(maxsize=1 << 14)(_is_canonical_object)


def _quoted(text: str | None) -> str:
    return "null" if text is None else _quote(text)


def _unreadable_columns(entry: StoredEntry) -> list[str]:
    """Columns with a value of another type, which a database without strict types can hold."""
    return [name for name, kind in _TYPES.items() if not isinstance(getattr(entry, name), kind)]


def _columns(entry: StoredEntry) -> dict[str, object]:
    """What the columns say, in the form of the body."""
    return {
        "seq": entry.seq,
        "at": _time(entry.at),
        "kind": entry.kind,
        "source": entry.source,
        "subject": entry.subject,
        "unit": entry.unit,
    }


def _time(at: datetime | None) -> str | None:
    try:
        return None if at is None else timestamp(at)
    except (ValueError, OverflowError):  # no entry was recorded with such a time
        return None
