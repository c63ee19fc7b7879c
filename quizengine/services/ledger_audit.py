"""What auditors do: take signed checkpoints, and verify the ledger against one kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.ledger import Report
from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, forbidden, require_anywhere
from quizengine.services.checkpoints import (
    ORIGIN,
    make_checkpoint,
    read_checkpoint,
    verifier_key,
    verify_ledger,
)
from quizengine.services.ledger import current_checkpoint
from quizengine.storage.engine import SessionLike
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import LedgerCheckpoint

SIGNERS = ("admin", "auditor")


def ledger_now(session: SessionLike, actor: Actor) -> Checkpoint:
    """Size and root of the ledger as it stands, unsigned. Raises Refused `forbidden` (403)."""
    require_anywhere(actor, *READERS)
    return current_checkpoint(session, ORIGIN)


def sign_now(session: SessionLike, now: datetime, actor: Actor, instance: Path) -> str:
    """Sign a checkpoint of the ledger as it stands; the note.

    For admins and auditors: it changes no record. Raises Refused `forbidden` (403).
    """
    require_anywhere(actor, *SIGNERS)
    return make_checkpoint(session, now, instance)


def recent_checkpoints(
    session: SessionLike, actor: Actor, limit: int = 20
) -> Sequence[LedgerCheckpoint]:
    """The newest checkpoints that went out, the newest first. Raises Refused `forbidden` (403)."""
    require_anywhere(actor, *READERS)
    query = select(LedgerCheckpoint).order_by(LedgerCheckpoint.id.desc()).limit(limit)
    return session.scalars(query).all()


def signed_note(session: SessionLike, actor: Actor, checkpoint_id: int) -> LedgerCheckpoint:
    """A checkpoint that went out. Raises Refused `forbidden` (403), `unknown-checkpoint` (404)."""
    require_anywhere(actor, *READERS)
    found = session.get(LedgerCheckpoint, checkpoint_id)
    if found is None:
        raise Refused("unknown-checkpoint", N_("There is no such checkpoint."), status=404)
    return found


def may_export(actor: Actor) -> bool:
    """Whether the actor may take the whole ledger: administrators and auditors of all units."""
    return any(actor.everywhere(role) for role in SIGNERS)


def whole_ledger(session: SessionLike, actor: Actor) -> Iterator[str]:
    """The hashed text of each entry, for the stand-alone verifier.

    Raises Refused `forbidden` (403).
    """
    if not may_export(actor):
        raise forbidden()
    return body_texts(session)


def audit(
    session: SessionLike, actor: Actor, instance: Path, note: str = "", key: str = ""
) -> tuple[Report, Checkpoint | None]:
    """Verify the whole ledger, against the checkpoint in `note` if there is one.

    `key` is the verifier key that the auditor kept, by default this site's. The line ends that
    forms and Windows put into a note are undone. Raises Refused `forbidden` (403), and 400 for a
    note or key that is malformed or not genuine.
    """
    require_anywhere(actor, *READERS)
    trusted = None
    text = note.removeprefix("\ufeff").replace("\r\n", "\n").strip("\n ")
    if text:
        trusted = read_checkpoint(f"{text}\n", key.strip() or verifier_key(instance))
    return verify_ledger(session, trusted), trusted
