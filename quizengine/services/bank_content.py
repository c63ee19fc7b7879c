"""What the bank as it is served rests on, and which of its questions are nearly the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from quizengine.domain.lawmap import LawMap, law_map
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry
from quizengine.domain.twins import twins
from quizengine.services.access import Actor
from quizengine.services.bank import current_questions, served_registry
from quizengine.services.bank_files import require_editor
from quizengine.storage.engine import SessionLike

# From here on two stems look alike to a reader too.
LIKENESS = 0.6


@dataclass(frozen=True)
class Pair:
    """Two questions that are nearly the same; `likeness` of their stems, from 0 to 1."""

    one: Question
    other: Question
    likeness: float


def bank_laws(session: SessionLike, today: date, actor: Actor) -> tuple[LawMap, Registry]:
    """The law map of the questions that are served; Refused `forbidden` (403)."""
    require_editor(actor)
    registry = served_registry(session)
    return law_map(current_questions(session).values(), registry, today), registry


def bank_twins(
    session: SessionLike, actor: Actor, least: float, *, most: int
) -> tuple[list[Pair], int]:
    """The `most` most alike pairs of questions that are served, and how many pairs there are.

    Refused: `forbidden` (403).
    """
    require_editor(actor)
    questions = {question.id: question for question in current_questions(session).values()}
    found = twins({name: question.stem for name, question in questions.items()}, least)
    pairs = [
        Pair(questions[each.one], questions[each.other], each.likeness) for each in found[:most]
    ]
    return pairs, len(found)
