"""Reading the ledger: the entries of a subtree, one's own, and copies of them.

Lists take a fixed number of statements, whatever their length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, true
from sqlalchemy.orm import aliased

from quizengine.domain.entry import GENESIS, chain_hash
from quizengine.domain.merkle import leaf_hash
from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, require_anywhere
from quizengine.services.details import clean_text
from quizengine.services.ledger import time_column
from quizengine.services.ledger_lines import EntryLine, LineReader
from quizengine.services.ledger_words import corrects_of, read_body
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import PURPOSES, Exam, LedgerEntry, LedgerSubject, Person, Unit
from quizengine.storage.queries import exams_for

CHUNK = 1000
_home = aliased(Unit)
# Where an entry belongs: the unit it names; if no unit has this code any more, the person's.
_place = func.coalesce(Unit.path, _home.path)
_COLUMNS = (
    LedgerEntry.seq,
    LedgerEntry.kind,
    LedgerEntry.subject,
    LedgerEntry.unit,
    LedgerEntry.body,
    LedgerEntry.leaf_hash,
    LedgerEntry.chain_hash,
)


@dataclass(frozen=True)
class Wanted:
    """Which entries; None or "" leaves a condition out.

    `unit_id` takes in the units below. `since` is included, `until` is not. `name` is part of a
    person's name, or the beginning of a login or staff number.
    """

    kind: str = ""
    unit_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    name: str = ""


@dataclass(frozen=True)
class EntryPage:
    """One entry; the `fits` are None if they are withheld."""

    line: EntryLine
    source: str
    corrected_by: list[int]
    leaf_fits: bool | None
    chain_fits: bool | None


def count_entries(session: SessionLike, actor: Actor, wanted: Wanted) -> int:
    """How many entries of the actor's subtree fit. Raises Refused `forbidden` (403)."""
    query = _joined(select(func.count(LedgerEntry.seq))).where(*_conditions(actor, wanted))
    return session.scalar(query) or 0


def list_entries(
    session: SessionLike,
    actor: Actor,
    wanted: Wanted,
    language: str,
    *,
    offset: int = 0,
    size: int = 25,
) -> list[EntryLine]:
    """A page of the entries of the actor's subtree that fit, the newest first.

    Raises Refused `forbidden` (403).
    """
    query = _selected(session).where(*_conditions(actor, wanted)).order_by(LedgerEntry.seq.desc())
    rows = session.execute(query.offset(offset).limit(size)).all()
    return LineReader(session, language, hide_repairs=_sits(session, actor)).lines(rows)


def export_entries(
    session: SessionLike, actor: Actor, wanted: Wanted, language: str, after: int = 0
) -> Iterator[EntryLine]:
    """All entries of the actor's subtree that fit, the oldest first, read as they are needed.

    Those up to number `after` are left out. Raises Refused `forbidden` (403), before the first one
    is taken.
    """
    query = (
        _selected(session).where(*_conditions(actor, wanted)).order_by(LedgerEntry.seq).limit(CHUNK)
    )
    reader = LineReader(session, language, hide_repairs=_sits(session, actor))
    return _chunks(session, query, reader, after)


def _chunks(
    session: SessionLike, query: Select[*tuple[Any, ...]], reader: LineReader, after: int
) -> Iterator[EntryLine]:
    while rows := session.execute(query.where(LedgerEntry.seq > after)).all():
        yield from reader.lines(rows)
        after = rows[-1].seq


def count_own(session: SessionLike, person_id: int) -> int:
    """How many entries there are about the person."""
    query = _joined(select(func.count(LedgerEntry.seq)))
    return session.scalar(query.where(LedgerSubject.person_id == person_id)) or 0


def list_own(
    session: SessionLike, person_id: int, language: str, *, offset: int = 0, size: int = 25
) -> list[EntryLine]:
    """A page of the entries about the person, the newest first, without unreleased results."""
    query = _selected(session).where(LedgerSubject.person_id == person_id)
    rows = session.execute(query.order_by(LedgerEntry.seq.desc()).offset(offset).limit(size)).all()
    return LineReader(session, language, hide_results=True).lines(rows)


def entry_lines(
    session: SessionLike, actor: Actor, seqs: Sequence[int], language: str
) -> list[EntryLine]:
    """The entries with these numbers that the actor may see, in the order of their numbers.

    Those about the actor are among them, without unreleased results.
    """
    query = _selected(session).where(LedgerEntry.seq.in_(seqs)).order_by(LedgerEntry.seq)
    rows = session.execute(query.where(_in_sight(actor))).all()
    lines = LineReader(session, language, hide_repairs=_sits(session, actor)).lines(rows)
    seen = {line.seq for line in lines}
    own = query.where(LedgerSubject.person_id == actor.person_id, LedgerEntry.seq.not_in(seen))
    lines += LineReader(session, language, hide_results=True).lines(session.execute(own).all())
    return sorted(lines, key=lambda line: line.seq)


def get_entry(session: SessionLike, actor: Actor, seq: int, language: str) -> EntryPage:
    """One entry of the actor's subtree, or about the actor.

    Raises Refused `unknown-entry` (404) for all others.
    """
    query = _selected(session).where(LedgerEntry.seq == seq)
    row = session.execute(query.where(_in_sight(actor))).first()
    if row is not None:
        reader = LineReader(session, language, hide_repairs=_sits(session, actor))
    else:
        row = session.execute(query.where(LedgerSubject.person_id == actor.person_id)).first()
        reader = LineReader(session, language, hide_results=True)
    if row is None:
        raise Refused("unknown-entry", N_("There is no such entry."), status=404)
    line = reader.lines([row])[0]
    return EntryPage(
        line=line,
        source=session.scalars(select(LedgerEntry.source).where(LedgerEntry.seq == seq)).one(),
        corrected_by=_corrected_by(session, row.subject, seq),
        leaf_fits=None if line.withheld else leaf_hash(row.body.encode()) == row.leaf_hash,
        chain_fits=None if line.withheld else _chain_fits(session, row),
    )


def _corrected_by(session: SessionLike, subject: str | None, seq: int) -> list[int]:
    later = session.execute(
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.subject == subject, LedgerEntry.seq > seq)
        .order_by(LedgerEntry.seq)
    )
    return [row.seq for row in later if corrects_of(read_body(row.body)) == seq]


def _chain_fits(session: SessionLike, row: Any) -> bool:
    above = select(LedgerEntry.chain_hash).where(LedgerEntry.seq < row.seq)
    previous = session.scalar(above.order_by(LedgerEntry.seq.desc()).limit(1))
    return bool(chain_hash(previous or GENESIS, row.leaf_hash) == row.chain_hash)


def _selected(session: SessionLike) -> Select[*tuple[Any, ...]]:
    people = (LedgerSubject.person_id, Person.name, Person.login, Unit.name.label("unit_name"))
    return _joined(select(time_column(session).label("at"), *_COLUMNS, *people))


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        query.select_from(LedgerEntry)
        .outerjoin(LedgerSubject, LedgerSubject.digest == LedgerEntry.subject)
        .outerjoin(Person, Person.id == LedgerSubject.person_id)
        .outerjoin(Unit, Unit.code == LedgerEntry.unit)
        .outerjoin(_home, _home.id == Person.unit_id)
    )


def _in_sight(actor: Actor) -> ColumnElement[bool]:
    """SQL: in the actor's subtrees. What belongs to no unit is for those who see all of them."""
    if any(actor.everywhere(role) for role in READERS):
        return true()
    return or_(False, *(_place.startswith(path) for path in actor.scopes(*READERS)))


def _conditions(actor: Actor, wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    require_anywhere(actor, *READERS)
    yield _in_sight(actor)
    if wanted.kind:
        yield LedgerEntry.kind == wanted.kind
    if wanted.unit_id is not None:
        above = select(Unit.path).where(Unit.id == wanted.unit_id).correlate(None)
        yield _place.startswith(above.scalar_subquery())
    if wanted.since is not None:
        yield LedgerEntry.at >= wanted.since
    if wanted.until is not None:
        yield LedgerEntry.at < wanted.until
    text = clean_text(wanted.name)
    if text:
        yield or_(
            Person.name.contains(text, autoescape=True),
            Person.login.startswith(text.lower(), autoescape=True),
            Person.staff_no.startswith(text, autoescape=True),
        )


def _sits(session: SessionLike, actor: Actor) -> bool:
    """Whether the actor may yet take an exam or contest, and so must not learn right answers.

    Admins are let in: they can read the bank.
    """
    running = exams_for(actor.person_id, PURPOSES).where(Exam.concluded_at.is_(None)).limit(1)
    return session.scalar(running) is not None and not actor.has("admin")
