"""Question banks as people type them: 1.…A.…B.…答案：B 解析：…"""

from __future__ import annotations

from collections.abc import Sequence

from quizengine.bank.exchange.decode import decode
from quizengine.bank.exchange.drafts import Reading, Written
from quizengine.bank.exchange.held import written
from quizengine.bank.exchange.text_writer import text_of
from quizengine.bank.exchange.typed_lines import typed_lines
from quizengine.bank.exchange.typed_reading import read_typed
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry


def read(data: bytes, name: str) -> Reading:
    """The bank in a text file; Refused `file-unreadable` (400) if it is no text."""
    text, encoding = decode(data)
    return read_typed(typed_lines(text), encoding)


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a text file, with sections by type."""
    data = text_of(questions, registry).encode("utf-8-sig")
    return written(data, questions, read(data, ""), registry)
