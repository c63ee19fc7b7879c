"""A 卷与 B 卷: two forms of one paper, so that neighbours can't copy and all are asked the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from random import Random

from quizengine.domain.candidates import Candidate
from quizengine.domain.papers import Paper, PaperItem
from quizengine.domain.questions import Question
from quizengine.services.question_view import QuestionView, question_view


@dataclass(frozen=True)
class Numbered:
    """A question of a form: its number through the whole form, and as it is shown there."""

    number: int
    question: Question
    view: QuestionView


@dataclass(frozen=True)
class Form:
    """A form: its letter, and its sections, each of one type of question."""

    letter: str
    sections: tuple[tuple[Numbered, ...], ...]


def two_forms(paper: Paper, questions: Mapping[int, Question], rng: Random) -> tuple[Form, Form]:
    """`paper` as form A; B has the same questions and options in another order.

    Sections stay where they are. `questions` are those of the paper's items by `ref`.
    """
    other: list[PaperItem] = []
    for _, section in groupby(paper.items, key=lambda item: questions[item.ref].type):
        items = [_rearranged(item, questions[item.ref], rng) for item in section]
        other += _other_order(items, rng)
    return (
        _form("A", paper.items, questions),
        _form("B", tuple(other), questions),
    )


def _other_order(items: list[PaperItem], rng: Random) -> list[PaperItem]:
    """The items so that none keeps its place, where there are two or more."""
    if len(items) < 2:
        return items
    order = list(range(len(items)))
    rng.shuffle(order)
    # Each goes to the place of the next one in a circle: nothing stays where it was.
    mixed = items.copy()
    for place, following in zip(order, (*order[1:], order[0]), strict=True):
        mixed[following] = items[place]
    return mixed


def _rearranged(item: PaperItem, question: Question, rng: Random) -> PaperItem:
    candidate = Candidate.of(item.ref, question)
    shown = candidate.choices.arranged(rng, True)
    parts = {name: choices.arranged(rng, True) for name, choices in candidate.parts}
    return replace(item, options=shown.options, right=shown.right, parts=parts)


def _form(letter: str, items: tuple[PaperItem, ...], questions: Mapping[int, Question]) -> Form:
    numbered = [
        Numbered(number, questions[item.ref], question_view(questions[item.ref], item))
        for number, item in enumerate(items, start=1)
    ]
    sections = groupby(numbered, key=lambda each: each.question.type)
    return Form(letter, tuple(tuple(section) for _, section in sections))
