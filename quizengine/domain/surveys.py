"""Short surveys: what may be asked, what counts as an answer, and what the answers come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from quizengine.domain.activities import half_up

QUESTION_KINDS = ("choice", "several", "rating", "text")
RATINGS = (1, 2, 3, 4, 5)
LONGEST_ANSWER = 1000

Reply = int | list[int] | str
"""Number of the chosen option from 0, numbers of several, a rating, or a text."""


class Question(BaseModel):
    """A question; `options` for choice and several."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["choice", "several", "rating", "text"]
    text: str = Field(min_length=1, max_length=300)
    options: tuple[str, ...] = ()


QUESTIONS: TypeAdapter[tuple[Question, ...]] = TypeAdapter(tuple[Question, ...])


@dataclass(frozen=True)
class Outcome:
    """What the answers to one question come to.

    `counts` are of the options or ratings in order, `mean` is of ratings, `texts` are sorted so
    that their order tells nothing.
    """

    question: Question
    answers: int
    counts: Sequence[int] = ()
    mean: Decimal | None = None
    texts: Sequence[str] = ()


def fits(question: Question, reply: Reply) -> bool:
    """Whether a reply is one to the question."""
    if question.kind == "text":
        return isinstance(reply, str) and 0 < len(reply) <= LONGEST_ANSWER
    if question.kind == "rating":
        return type(reply) is int and reply in RATINGS
    known = range(len(question.options))
    if question.kind == "choice":
        return type(reply) is int and reply in known
    return (
        isinstance(reply, list)
        and 0 < len(reply) == len(set(reply))
        and all(one in known for one in reply)
    )


def outcomes(
    questions: Sequence[Question], answers: Sequence[Mapping[str, Reply]]
) -> list[Outcome]:
    """What the answers come to, question by question; replies stand under the question's number."""
    return [
        _outcome(question, [answer[str(number)] for answer in answers if str(number) in answer])
        for number, question in enumerate(questions)
    ]


def _outcome(question: Question, replies: Sequence[Reply]) -> Outcome:
    if question.kind == "text":
        texts = sorted(reply for reply in replies if isinstance(reply, str))
        return Outcome(question, len(replies), texts=texts)
    tally: Counter[int] = Counter()
    for reply in replies:
        tally.update(reply if isinstance(reply, list) else [int(reply)])
    if question.kind == "rating":
        counts = [tally[rating] for rating in RATINGS]
        total = sum(rating * times for rating, times in tally.items())
        mean = half_up(Fraction(total, len(replies))) if replies else None
        return Outcome(question, len(replies), counts, mean)
    return Outcome(question, len(replies), [tally[at] for at in range(len(question.options))])
