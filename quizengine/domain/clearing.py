"""What of a question waits for a second person, and the key that stands for just this text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from quizengine.domain.canonical import canonical_json
from quizengine.domain.guard import excerpt, guarded
from quizengine.domain.problems import Path
from quizengine.domain.questions import Question
from quizengine.domain.text import Text
from quizengine.domain.textcheck import as_read, texts_of


@dataclass(frozen=True)
class Hit:
    """A text that the guard stops: which rule, where, and the masked words around it.

    `key` stands for the rule and all texts of the question: with another text it is another one.
    """

    code: str
    key: str
    path: Path
    excerpt: str
    text: Text


def hits_of(question: Question) -> Iterator[Hit]:
    """What the guard stops in a question, each rule once, whether it was cleared or not."""
    seen: set[str] = set()
    for path, raw in texts_of(question):
        text = as_read(raw)
        for code, message in guarded(text):
            if code not in seen:
                seen.add(code)
                yield Hit(code, clearing_key(question, code), path, excerpt(text, code), message)


def clearing_key(question: Question, code: str) -> str:
    """SHA-256 (hex) over the code and the texts that people read, as RFC 8785 writes them.

    Width of letters and signs that nobody sees make no difference; a changed word does.
    """
    texts = [as_read(text) for _path, text in texts_of(question)]
    return hashlib.sha256(canonical_json([code, *texts])).hexdigest()
