"""证明材料: files attached to a record; who may see them, the record's own use case says."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.uploads import Upload
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Evidence, EvidenceContent

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 20
_NAME_LENGTH = 200

# What a file must begin with to be what its name says; text has no mark of its own.
_ZIP = b"PK\x03\x04"
_TYPES: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (_ZIP,),
    ),
    ".xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (_ZIP,)),
    ".pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        (_ZIP,),
    ),
    ".txt": ("text/plain", ()),
    ".csv": ("text/csv", ()),
}
ACCEPTED = ",".join(_TYPES)
"""For the `accept` attribute of a file field."""


@dataclass(frozen=True)
class EvidenceFile:
    """A file to be sent."""

    name: str
    media_type: str
    data: bytes


def attach(
    session: SessionLike, now: datetime, person_id: int, record: str, files: Sequence[Upload]
) -> list[str]:
    """Attach files to a record within the caller's transaction; their SHA-256, for the ledger.

    Refused (400): `evidence-type`, `evidence-size`, `evidence-empty`, `evidence-count`.
    """
    known = len(evidence_of(session, record))
    if known + len(files) > MAX_FILES:
        raise Refused(
            "evidence-count", N_("A record has at most %(most)s files."), status=400, most=MAX_FILES
        )
    return [_attach(session, now, person_id, record, file) for file in files]


def _attach(session: SessionLike, now: datetime, person_id: int, record: str, file: Upload) -> str:
    name = PurePath(file.name.replace("\\", "/")).name[-_NAME_LENGTH:]
    media_type = _media_type(name, file.data)
    digest = hashlib.sha256(file.data).hexdigest()
    if session.get(EvidenceContent, digest) is None:
        session.add(EvidenceContent(digest=digest, data=file.data))
        session.flush()
    session.add(
        Evidence(
            record=record,
            digest=digest,
            name=name,
            media_type=media_type,
            size=len(file.data),
            by_id=person_id,
            at=now,
        )
    )
    session.flush()
    return digest


def _media_type(name: str, data: bytes) -> str:
    media_type, marks = _TYPES.get(PurePath(name).suffix.lower(), ("", ()))
    if not media_type or (marks and not data.startswith(marks)):
        raise Refused(
            "evidence-type",
            N_("%(name)s can't be attached: choose a PDF, picture, Office or text file."),
            status=400,
            name=name,
        )
    if not data:
        raise Refused("evidence-empty", N_("%(name)s is empty."), status=400, name=name)
    if len(data) > MAX_BYTES:
        raise Refused(
            "evidence-size",
            N_("%(name)s is larger than %(most)s MB."),
            status=400,
            name=name,
            most=MAX_BYTES // 1024**2,
        )
    return media_type


def evidence_of(session: SessionLike, record: str) -> Sequence[Evidence]:
    """The files of a record, the first one first; without their contents."""
    query = select(Evidence).where(Evidence.record == record).order_by(Evidence.id)
    return session.scalars(query).all()


def evidence_file(session: SessionLike, record: str, evidence_id: int) -> EvidenceFile:
    """One file of a record; Refused `unknown-evidence` (404)."""
    row = session.execute(
        select(Evidence.name, Evidence.media_type, EvidenceContent.data)
        .join(EvidenceContent, EvidenceContent.digest == Evidence.digest)
        .where(Evidence.id == evidence_id, Evidence.record == record)
    ).first()
    if row is None:
        raise Refused("unknown-evidence", N_("There is no such file."), status=404)
    return EvidenceFile(row.name, row.media_type, row.data)
