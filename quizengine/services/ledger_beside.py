"""What stands beside the ledger must fit it: the head, and whom the subjects stand for."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import String, select, type_coerce

from quizengine.domain.ledger import Problem, Report, subject_digest
from quizengine.domain.merkle import Frontier
from quizengine.domain.text import N_, Text
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry, LedgerHead, LedgerSubject

Head = tuple[int, bytes, bytes]


def stored_head(session: SessionLike) -> Head | None:
    """Size, last link and frontier as appending left them; None if the row is gone.

    To be read before the entries: an entry may be added in between, but none may go.
    """
    query = select(LedgerHead.size, LedgerHead.chain_hash, LedgerHead.frontier)
    row = session.execute(query.where(LedgerHead.id == 1)).first()
    return None if row is None else (row[0], row[1], row[2])


def head_problems(session: SessionLike, head: Head | None, report: Report) -> Iterator[Problem]:
    """Whether the entries up to the head are those that appending left."""
    if head is None:
        yield Problem("head-differs", None, Text(N_("The head of the ledger is gone.")))
        return
    size, chain, frontier = head
    last = session.scalar(select(LedgerEntry.chain_hash).where(LedgerEntry.seq == size))
    if report.entries < size or (size and last != chain) or not _fits(size, frontier, report):
        text = N_(
            "The head of the ledger, written with entry %(size)s, does not fit the %(entries)s "
            "entries: entries were removed or changed, or the head was."
        )
        params = {"size": size, "entries": report.entries}
        yield Problem("head-differs", None, Text(text, params))


def _fits(size: int, frontier: bytes, report: Report) -> bool:
    try:
        tree = Frontier.from_bytes(frontier)
    except (TypeError, ValueError):
        return False
    return tree.size == size and (size != report.entries or tree.root() == report.root)


def subject_problems(session: SessionLike) -> Iterator[Problem]:
    """Whether each digest is that of the person it is tied to."""
    digest = type_coerce(LedgerSubject.digest, String)
    for stored, person_id, salt in session.execute(
        select(digest, LedgerSubject.person_id, LedgerSubject.salt)
    ):
        try:
            fits = subject_digest(str(person_id), salt) == stored
        except (TypeError, ValueError):
            fits = False
        if not fits:
            text = Text(
                N_("The digest %(digest)s is not that of the person it is tied to."),
                {"digest": str(stored)[:12]},
            )
            yield Problem("subject-differs", None, text)
