"""Questions as paper assembly sees them: features, and what may be displayed in another order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from random import Random

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.questions import (
    Asked,
    CaseQuestion,
    Match,
    Multiple,
    Order,
    Question,
    Single,
    TrueFalse,
)


@dataclass(frozen=True)
class Arrangement:
    """The order in which one paper displays keys; empty where a type has none."""

    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """Keys of a question, or of a part of a case, in the author's order.

    `options` of `single`, `multiple`, `true_false` and `order`; `right` of `match`. `fixed` keys
    keep their order (true before false). `solution` is the right order of an `order`, else empty.
    """

    options: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    fixed: bool = False
    solution: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: Asked) -> Choices:
        """The keys of a question or part; none for types without any."""
        match asked:
            case Single() | Multiple():
                return cls(options=tuple(asked.options))
            case TrueFalse():
                return cls(options=tuple(asked.options), fixed=True)
            case Order():
                return cls(options=tuple(asked.options), solution=tuple(asked.answer))
            case Match():
                return cls(right=tuple(asked.right))
        return cls()

    def arranged(self, rng: Random, shuffle: bool) -> Arrangement:
        """An order for display, mixed by `rng` if `shuffle`.

        Three or more steps of an `order` are never displayed in their right order: leaving them
        untouched would earn full points.
        """
        if self.fixed:
            return Arrangement(self.options, self.right)
        options, right = list(self.options), list(self.right)
        if shuffle:
            rng.shuffle(options)
            rng.shuffle(right)
        while len(options) >= 3 and tuple(options) == self.solution:
            rng.shuffle(options)
        return Arrangement(tuple(options), tuple(right))


@dataclass(frozen=True)
class Candidate:
    """A revision that may come onto a paper; `ref` is what the caller knows the revision by."""

    ref: int
    question_id: str
    type: str
    main_topic: str
    topics: tuple[str, ...]
    difficulty: int
    tiers: frozenset[str]
    cognitive_level: str
    pool: str
    choices: Choices = Choices()
    parts: tuple[tuple[str, Choices], ...] = ()

    @classmethod
    def of(cls, ref: int, question: Question) -> Candidate:
        """The candidate for a revision with this content."""
        parts = question.parts if isinstance(question, CaseQuestion) else []
        return cls(
            ref=ref,
            question_id=question.id,
            type=question.type,
            main_topic=question.topics[0],
            topics=tuple(question.topics),
            difficulty=question.difficulty,
            tiers=frozenset(question.tiers),
            cognitive_level=question.cognitive_level,
            pool=question.pool,
            choices=Choices.of(question),
            parts=tuple((part.id, Choices.of(part)) for part in parts),
        )


def drawable(question: Question, blueprint: Blueprint, day: date) -> bool:
    """Whether `question` fits the blueprint's tier and pool and is valid on `day`."""
    return (
        blueprint.tier in question.tiers
        and question.pool == blueprint.pool
        and question.valid.covers(day)
    )


def eligible(candidates: Iterable[Candidate], blueprint: Blueprint) -> list[Candidate]:
    """The candidates of the blueprint's tier and pool; days are the caller's, see `drawable`."""
    return [c for c in candidates if blueprint.tier in c.tiers and c.pool == blueprint.pool]
