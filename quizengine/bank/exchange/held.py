"""What a format has held of questions: each is read back and compared, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from quizengine.bank.exchange.bankdata import draft_data, full_data
from quizengine.bank.exchange.drafts import Draft, Loss, Reading, Written
from quizengine.bank.exchange.finish import Finisher
from quizengine.domain.questions import Question, question_to_data
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Text

# Who cleared a finding, and whether a question is a draft, is for the bank that it comes to.
_LEFT = ("cleared", "state")


def written(
    data: bytes, questions: Sequence[Question], reading: Reading, registry: Registry
) -> Written:
    """The file with what it does not hold of `questions`, as `reading` it back has shown."""
    finisher = Finisher(registry, date.max)
    drafts = {str(draft.more.get("id")): draft for draft in reading.drafts}
    losses = [loss for question in questions for loss in _losses(question, drafts, finisher)]
    return Written(data, tuple(losses))


def _losses(question: Question, drafts: dict[str, Draft], finisher: Finisher) -> Iterator[Loss]:
    draft = drafts.get(question.id)
    wanted = question_to_data(question)
    if draft is None:
        yield Loss(question.id, "question", Text(N_("This question can't be read back.")))
        return
    found = full_data({**_defaults(wanted), **draft_data(finisher.finished(draft))})
    for name in wanted.keys() | found.keys():
        if name in _LEFT:
            if wanted.get(name):
                yield Loss(question.id, name, Text(N_("This is not carried to another bank.")))
        elif wanted.get(name) != found.get(name):
            why = N_("The format can't hold this, or only in part.")
            yield Loss(question.id, name, Text(why))


def _defaults(wanted: dict[str, Any]) -> dict[str, Any]:
    """What a question must have, in case that the format has none of it."""
    return {"tiers": ["?"], "topics": ["?"], "id": wanted["id"]}
