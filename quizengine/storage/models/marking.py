"""The graders' queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.sittings import Sitting


class MarkingTask(Base):
    """The short answer to one question of a sitting (of a case: its short parts) for a grader.

    It waits while the item's score is pending; afterwards it stays, so that it can be re-marked.
    """

    __tablename__ = "marking_tasks"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id", ondelete="CASCADE"))
    question_id: Mapped[str] = mapped_column(String(80))
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    # Drawn at random: all that a grader sees of whose answer it is.
    number: Mapped[int]
    # SHA-256 (hex) of the texts: the same for identical answers.
    digest: Mapped[str] = mapped_column(String(64))
    # One grader has it until then; a claim that has run out is as good as none.
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    claimed_until: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()

    __table_args__ = (
        UniqueConstraint("sitting_id", "question_id"),
        UniqueConstraint("exam_id", "number"),
        Index("ix_marking_tasks_queue", "exam_id", "question_id", "digest"),
    )
