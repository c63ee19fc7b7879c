"""The law map: which questions rest on which article, what nothing rests on, and what must move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from quizengine.domain.questioncheck import cited
from quizengine.domain.questions import Basis, Question
from quizengine.domain.registry import Law, Move, Registry


@dataclass(frozen=True)
class ArticleLine:
    """An article by its number, with the ids of the questions that rest on it."""

    article: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class LawLine:
    """A version of a law with all its articles."""

    law: Law
    articles: tuple[ArticleLine, ...]

    @property
    def uncovered(self) -> list[str]:
        """Articles on which no question rests."""
        return [line.article for line in self.articles if not line.questions]


@dataclass(frozen=True)
class Share:
    """Of `questions`, how many rest on nothing but articles in force; those without one don't."""

    key: str
    questions: int
    in_force: int


@dataclass(frozen=True)
class Task:
    """A citation of a version that is not in force; `places` of the next one that take it over.

    `change` as in the registry's `moves`, "" if it says nothing; `next_law` is "" if there is no
    next version. A person decides: the places are a proposal.
    """

    question: str
    basis: Basis
    change: str
    next_law: str
    places: tuple[Basis, ...]


@dataclass(frozen=True)
class LawMap:
    """The whole map of a bank on a day."""

    laws: tuple[LawLine, ...]
    by_tier: tuple[Share, ...]
    by_topic: tuple[Share, ...]
    total: Share
    tasks: tuple[Task, ...]

    def to_data(self) -> dict[str, Any]:
        """JSON form of `quizengine bank laws --json`."""
        return {
            "laws": [
                {
                    "law": line.law.id,
                    "articles": {each.article: list(each.questions) for each in line.articles},
                    "uncovered": line.uncovered,
                }
                for line in self.laws
            ],
            "in_force": {
                "total": _share_data(self.total),
                "by_tier": {share.key: _share_data(share) for share in self.by_tier},
                "by_topic": {share.key: _share_data(share) for share in self.by_topic},
            },
            "work": [
                {
                    "question": task.question,
                    "cited": cited(task.basis),
                    "change": task.change,
                    "proposed": [cited(place) for place in task.places],
                }
                for task in self.tasks
            ],
        }


def _share_data(share: Share) -> dict[str, int]:
    return {"questions": share.questions, "in_force": share.in_force}


def law_map(questions: Iterable[Question], registry: Registry, day: date) -> LawMap:
    """The map on `day`: laws in force, and versions that questions still cite; tasks by question.

    A question whose last day is before `day` has no task, but it rests where it rests.
    """
    known = sorted(questions, key=lambda question: question.id)
    resting: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for question in known:
        for place in dict.fromkeys((basis.law, basis.article) for basis in question.basis):
            resting[place].append(question.id)
    cited_laws = {law for law, _ in resting}
    laws = [
        LawLine(law, _articles(law, resting))
        for law in registry.laws.values()
        if law.articles and (law.in_force_on(day) or law.id in cited_laws)
    ]
    holds = {question.id: _holds(question, registry, day) for question in known}
    tiers = [(tier, [q for q in known if tier in q.tiers]) for tier in registry.tiers]
    tops = [topic for topic, parent in registry.parents.items() if parent is None]
    topics = [(top, [q for q in known if registry.within(q.topics[0], top)]) for top in tops]
    return LawMap(
        tuple(laws),
        tuple(_share(key, group, holds) for key, group in tiers if group),
        tuple(_share(key, group, holds) for key, group in topics if group),
        _share("", known, holds),
        tuple(task for question in known for task in _tasks(question, registry, day)),
    )


def _articles(
    law: Law, resting: defaultdict[tuple[str, str], list[str]]
) -> tuple[ArticleLine, ...]:
    numbers = map(str, range(1, (law.articles or 0) + 1))
    return tuple(ArticleLine(n, tuple(resting.get((law.id, n), ()))) for n in numbers)


def _holds(question: Question, registry: Registry, day: date) -> bool:
    laws = [(basis, registry.laws.get(basis.law)) for basis in question.basis]
    return bool(laws) and all(
        law is not None and law.in_force_on(day) and law.holds(basis) for basis, law in laws
    )


def _share(key: str, group: Sequence[Question], holds: dict[str, bool]) -> Share:
    return Share(key, len(group), sum(holds[question.id] for question in group))


def _tasks(question: Question, registry: Registry, day: date) -> Iterable[Task]:
    if question.valid.to is not None and question.valid.to < day:
        return
    for basis in question.basis:
        law = registry.laws.get(basis.law)
        if law is None or law.in_force_on(day) or day < law.in_force.from_:
            continue
        following = law.replaced_by or ""
        places = [
            Basis(law=following, article=p.article, paragraph=p.paragraph, item=p.item)
            for p in (law.successors(basis) if following else ())
        ]
        yield Task(question.id, basis, _change(law, basis), following, tuple(places))


def _change(law: Law, basis: Basis) -> str:
    """What became of the place that is cited, by the finest entry that speaks of it."""
    found: list[Move] = [
        move
        for move in law.moves
        if move.article == basis.article
        and move.paragraph in (None, basis.paragraph)
        and move.item in (None, basis.item)
    ]
    finest = max(
        found, key=lambda m: (m.paragraph is not None) + (m.item is not None), default=None
    )
    return finest.change if finest else ""
