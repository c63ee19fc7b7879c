"""The ledger as a sequence of entries: what proves that nothing in it was changed.

Verifying recomputes every hash from the entries' texts. What no recomputing can show without a
checkpoint kept elsewhere is named in the report.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import UnionType

from quizengine.domain.canonical import load_canonical
from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.entry import (
    GENESIS,
    Columns,
    StoredEntry,
    chain_hash,
    entry_body,
    entry_bytes,
    is_entry_body,
    subject_digest,
)
from quizengine.domain.ledgerblocks import KnownData, sound_leaves
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
    "verify_blocks",
    "verify_entries",
]

MAX_PROBLEMS = 1_000
"""So many problems are kept in a report; the rest is only counted."""

_TYPES: dict[str, type | UnionType] = {
    "seq": int,
    "at": str,
    "kind": str,
    "source": str,
    "subject": str | None,
    "unit": str | None,
    "body": str,
    "leaf_hash": bytes,
    "chain_hash": bytes,
}
_REPEATED = ("seq", "at", "kind", "source", "subject", "unit")


def verify_blocks(blocks: Iterable[Columns], trusted: Checkpoint | None) -> Report:
    """Verify all entries of a ledger, given in the order in which they are stored.

    `trusted` is a checkpoint whose signature has been verified, or None. Reads the entries once,
    in memory that does not grow with their number: blocks of a few thousand are fastest. A column
    that could not be read at all may hold None: it is reported.
    """
    verification = _Verification(trusted)
    for block in blocks:
        verification.add_block(block)
    return verification.report()


def verify_entries(entries: Iterable[StoredEntry], trusted: Checkpoint | None) -> Report:
    """`verify_blocks`, each entry looked at alone: slower, and the same result."""
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
        self._known = KnownData()

    def add_block(self, entries: Columns) -> None:
        # The root that the checkpoint gives is that after its last entry.
        covered = 0 if self._trusted is None else self._trusted.size - self._tree.size
        if 0 < covered < len(entries.seq):
            self.add_block(entries.part(0, covered))
            self.add_block(entries.part(covered))
        elif entries.seq:
            self._add_block(entries)

    def _add_block(self, entries: Columns) -> None:
        leaves = sound_leaves(entries, self._seq, self._chain, self._known)
        if leaves is None:
            for entry in entries.entries():
                self.add(entry)
            return
        self._tree.extend(leaves)
        self._seq, self._chain = entries.seq[-1], entries.chain_hash[-1]
        self._compare()

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
        self._compare()

    def _compare(self) -> None:
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
        for column in _REPEATED:
            if getattr(entry, column) != body[column]:
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


def _unreadable_columns(entry: StoredEntry) -> list[str]:
    """Columns with a value of another type, which a database without strict types can hold."""
    return [name for name, kind in _TYPES.items() if not isinstance(getattr(entry, name), kind)]
