"""台账: append entries within a use case's transaction, verify, sign checkpoints."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, String, func, select, type_coerce
from sqlalchemy.exc import DBAPIError

from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.entry import StoredEntry, entry_text, timestamp
from quizengine.domain.ledger import (
    Problem,
    Report,
    chain_hash,
    subject_digest,
    verify_blocks,
)
from quizengine.domain.merkle import EMPTY_ROOT, Frontier, leaf_hash
from quizengine.domain.text import N_, Text
from quizengine.services.ledger_tree import keep_nodes
from quizengine.storage.engine import SessionLike
from quizengine.storage.ledger_rows import entry_blocks, insert_entries
from quizengine.storage.models import LedgerEntry, LedgerHead, LedgerSubject

_PEOPLE_AT_ONCE = 5000


class LedgerWriter:
    """Appends entries in the caller's write transaction; `close` stores the new head.

    Taking one locks the head row, so that appends form one total order on every database.
    """

    def __init__(self, session: SessionLike) -> None:
        self._session = session
        head = session.scalars(select(LedgerHead).with_for_update()).one()
        self._head = head
        self._frontier = Frontier.from_bytes(head.frontier)
        self._chain = head.chain_hash
        self._entries: list[StoredEntry] = []
        self._digests: dict[int, str] = {}
        self._without: set[int] = set()

    def __enter__(self) -> LedgerWriter:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()

    @property
    def size(self) -> int:
        """How many entries there are so far, with those appended here."""
        return self._frontier.size + len(self._entries)

    def append(
        self,
        now: datetime,
        kind: str,
        source: str,
        *,
        person_id: int | None = None,
        unit: str | None = None,
        data: Mapping[str, Any] | None = None,
        corrects: int | None = None,
        on: date | None = None,
        by: int | None = None,
    ) -> int:
        """Add an entry and return its number, from 1. `source` must be new in the ledger.

        `on` is the day on which it happened, if somebody tells it afterwards; `by` is who does
        (both go into the data). ValueError for a day without an author.
        """
        if on is not None and by is None:
            raise ValueError("an entry about another day names its author")
        if on is not None:
            data = {**(data or {}), "on": on.isoformat()}
        if by is not None:
            data = {**(data or {}), "by": self.subject(by)}
        seq = self.size + 1
        subject = self.subject(person_id) if person_id is not None else None
        at = timestamp(now)
        text = entry_text(seq, at, kind, source, subject, unit, data or {}, corrects)
        leaf = leaf_hash(text.encode())
        self._chain = chain_hash(self._chain, leaf)
        self._entries.append(
            StoredEntry(seq, at, kind, source, subject, unit, text, leaf, self._chain)
        )
        return seq

    def close(self) -> None:
        """Write what was appended; the caller commits."""
        if not self._entries:
            return
        # Those who have their first entry stand for a digest before it names them.
        self._session.flush()
        leaves = [entry.leaf_hash for entry in self._entries]
        keep_nodes(self._session, self._frontier.size, leaves)
        insert_entries(self._session, self._entries)
        self._frontier.extend(leaves)
        self._entries = []
        self._head.size = self._frontier.size
        self._head.chain_hash = self._chain
        self._head.frontier = self._frontier.to_bytes()
        self._session.flush()

    def expect(self, person_ids: Iterable[int]) -> None:
        """Read at once the digests of people about whom many entries are to be made."""
        wanted = sorted(set(person_ids) - self._digests.keys())
        for start in range(0, len(wanted), _PEOPLE_AT_ONCE):
            rows = self._session.execute(
                select(LedgerSubject.person_id, LedgerSubject.digest).where(
                    LedgerSubject.person_id.in_(wanted[start : start + _PEOPLE_AT_ONCE])
                )
            )
            self._digests.update((row[0], row[1]) for row in rows)
        # Nobody else gives them one: the head is ours until the end of the transaction.
        self._without.update(person for person in wanted if person not in self._digests)

    def subject(self, person_id: int) -> str:
        """The salted digest that stands for a person; in `source` too, never the person's id."""
        if person_id not in self._digests:
            self._digests[person_id] = self._stored_digest(person_id)
        return self._digests[person_id]

    def _stored_digest(self, person_id: int) -> str:
        if person_id not in self._without:
            found = self._session.scalar(
                select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
            )
            if found is not None:
                return found
        salt = secrets.token_bytes(32)
        digest = subject_digest(str(person_id), salt)
        # Written with the entries, or with the transaction: those of many at once.
        self._session.add(LedgerSubject(digest=digest, person_id=person_id, salt=salt))
        return digest


# Where canonical JSON says whether an entry corrects another one: behind its time.
_CORRECTS_AT = len('{"at":"2026-03-02T08:31:07.250000Z",') + 1
_NO_CORRECTION = '"corrects":null'


def corrects_another() -> ColumnElement[bool]:
    """SQL: the entry corrects another one, by its hashed text."""
    said = func.substr(LedgerEntry.body, _CORRECTS_AT, len(_NO_CORRECTION))
    return said != _NO_CORRECTION


def time_column(session: SessionLike) -> ColumnElement[Any]:
    """The time of an entry as the driver gives it: what someone wrote there may be no time."""
    native = session.get_bind().dialect.name != "sqlite"
    return type_coerce(LedgerEntry.at, DateTime if native else String)


def stored_time(stored: object) -> datetime | None:
    """What `time_column` gave, as a time; None if it is none."""
    try:
        at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        return at.replace(tzinfo=at.tzinfo or UTC) if isinstance(at, datetime) else None
    except ValueError:
        return None


def verify(session: SessionLike, trusted: Checkpoint | None = None) -> Report:
    """Check the whole ledger, against a checkpoint kept elsewhere if there is one."""
    try:
        return verify_blocks(entry_blocks(session), trusted)
    except (DBAPIError, UnicodeDecodeError) as error:
        # Bytes that are no text, or a table that is gone: whoever did that has tampered.
        text = Text(N_("The ledger can't be read: %(error)s"), {"error": str(error)[:200]})
        return Report(0, EMPTY_ROOT, (Problem("unreadable", None, text),), 1, ())


def current_checkpoint(session: SessionLike, origin: str) -> Checkpoint:
    """The unsigned checkpoint of the ledger as it stands."""
    head = session.get(LedgerHead, 1)
    frontier = Frontier.from_bytes(head.frontier) if head else Frontier()
    return Checkpoint(origin=origin, size=frontier.size, root=frontier.root(), extensions=())
