"""Files that people attach to a record as evidence."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person


class EvidenceContent(Base):
    """A file's content, once for all records; in the database so that a backup holds it."""

    __tablename__ = "evidence_contents"

    # SHA-256 (hex) of the content.
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Evidence(Base):
    """A file attached to a record; `record` names it, as in 'activity-entry:12'."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    record: Mapped[str] = mapped_column(String(60), index=True)
    digest: Mapped[str] = mapped_column(ForeignKey("evidence_contents.digest"))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()
