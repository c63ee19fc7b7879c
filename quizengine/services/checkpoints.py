"""Signed checkpoints of the ledger, and verifying against one that was kept elsewhere."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from quizengine.domain.checkpoint import Checkpoint, sign_checkpoint, verify_checkpoint
from quizengine.domain.ledger import Problem, Report
from quizengine.domain.merkle import EMPTY_ROOT
from quizengine.domain.note import VerifierKey, parse_verifier_key, verifier_key_string
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.ledger import current_checkpoint, verify
from quizengine.services.ledger_beside import head_problems, stored_head, subject_problems
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.guards import missing_guards
from quizengine.storage.models import LedgerCheckpoint

ORIGIN = "quizengine.ledger"
KEY_FILE = "ledger.key"


def signing_key(instance: Path) -> Ed25519PrivateKey:
    """The site's Ed25519 key, made at the first call; two processes at once agree on one."""
    path = instance / KEY_FILE
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    draft = instance / f".{KEY_FILE}.{os.getpid()}"
    if not path.exists():
        draft.touch(0o600)
        draft.write_bytes(pem)
        try:
            # A link appears whole or not at all, and never replaces a key that is there.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused("ledger-key", N_("%(path)s is not an Ed25519 key."), path=str(path))
    return key


def verifier_key(instance: Path) -> str:
    """The public key in the form that auditors keep (C2SP signed-note)."""
    return verifier_key_string(ORIGIN, signing_key(instance).public_key())


def make_checkpoint(session: SessionLike, now: datetime, instance: Path) -> str:
    """Sign the ledger as it stands and remember that this went out; the signed note."""
    with writing(session):
        return add_checkpoint(session, now, instance).note


def add_checkpoint(session: SessionLike, now: datetime, instance: Path) -> LedgerCheckpoint:
    """The same within the caller's write transaction."""
    checkpoint = current_checkpoint(session, ORIGIN)
    note = sign_checkpoint(checkpoint, signing_key(instance), ORIGIN)
    made = LedgerCheckpoint(at=now, size=checkpoint.size, note=note)
    session.add(made)
    session.flush()
    return made


def latest_checkpoint(session: SessionLike) -> LedgerCheckpoint | None:
    """The newest checkpoint that went out."""
    return session.scalar(select(LedgerCheckpoint).order_by(LedgerCheckpoint.id.desc()).limit(1))


def read_checkpoint(text: str, key: str) -> Checkpoint:
    """The checkpoint in a note that this verifier key signed; Refused if it is not genuine."""
    parsed: VerifierKey = parse_verifier_key(key)
    # Editors and mail add a byte-order mark and carriage returns; the signature covers neither.
    cleaned = text.removeprefix("\ufeff").replace("\r\n", "\n")
    return verify_checkpoint(cleaned, parsed, origin=ORIGIN)


def verify_ledger(session: SessionLike, trusted: Checkpoint | None = None) -> Report:
    """`quizengine.services.ledger.verify`, and whether what stands beside the entries fits them.

    That is the head, the persons behind the digests, and the guards in the database.
    """
    try:
        head = stored_head(session)
        report = verify(session, trusted)
        found = [*head_problems(session, head, report), *subject_problems(session)]
    except (DBAPIError, TypeError, ValueError) as error:
        # A table is gone, or it holds what no column of its type can.
        session.rollback()
        text = Text(N_("The ledger can't be read: %(error)s"), {"error": str(error)[:200]})
        return Report(0, EMPTY_ROOT, (Problem("unreadable", None, text),), 1, ())
    found += (
        Problem("guard-missing", None, Text(N_("The trigger %(name)s is missing."), {"name": name}))
        for name in missing_guards(session.connection())
    )
    return Report(
        report.entries,
        report.root,
        (*report.problems, *found),
        report.problem_count + len(found),
        report.cannot_exclude,
    )
