"""Question banks as people type them into Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from quizengine.bank.exchange.docx_read import read_document
from quizengine.bank.exchange.docx_write import document_of
from quizengine.bank.exchange.drafts import Draft, Line, Need, Reading, Unread, Written
from quizengine.bank.exchange.held import written
from quizengine.bank.exchange.text_writer import text_lines
from quizengine.bank.exchange.typed_lines import from_lines
from quizengine.bank.exchange.typed_reading import read_typed
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Text


def read(data: bytes, name: str) -> Reading:
    """The bank in a Word document; Refused `file-unreadable` or `file-too-large` (400)."""
    document = read_document(data)
    reading = read_typed(from_lines(document.lines))
    around = tuple(
        Unread(line, Text(N_("It stands in a page header or footer, or in a note.")))
        for line in document.around
    )
    return replace(
        reading,
        drafts=tuple(_with_pictures(draft, document.pictures) for draft in reading.drafts),
        unread=(*reading.unread, *around),
        lines=(*reading.lines, *document.around),
    )


def _with_pictures(draft: Draft, pictures: list[Line]) -> Draft:
    if not any(line in span for line in pictures for span in draft.lines):
        return draft
    why = Text(N_("A picture, a chart or an object stands here, which is not carried over."))
    return replace(draft, needs=(*draft.needs, Need("picture", why)))


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a Word document, with sections by type."""
    data = document_of(text_lines(questions, registry))
    return written(data, questions, read(data, ""), registry)
