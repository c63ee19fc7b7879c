"""What the questions of a bank are about: pairs of characters, by article, topic and tier."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TypeVar

from quizengine.domain.asked import Basis
from quizengine.domain.questions import Question
from quizengine.domain.textcheck import texts_of

Key = TypeVar("Key")

_WORDS = re.compile(r"[一-鿿]+")
# Pairs that stand in more than this share of the questions tell nothing.
_COMMON = 0.08
# A question that is no likelier about one topic than about another by this much is undecided.
_AHEAD = 1.25
_LEAST = 0.08


def pairs(text: str) -> set[str]:
    """Pairs of neighbouring Chinese characters."""
    return {word[at : at + 2] for word in _WORDS.findall(text) for at in range(len(word) - 1)}


class Evidence:
    """A bank of questions to compare with; empty, it decides nothing."""

    def __init__(self, questions: Iterable[Question] = ()) -> None:
        self._questions = list(questions)

    @cached_property
    def _pairs(self) -> list[set[str]]:
        return [pairs(" ".join(text for _, text in texts_of(q))) for q in self._questions]

    @cached_property
    def _common(self) -> set[str]:
        counts = Counter(pair for found in self._pairs for pair in found)
        most = max(3.0, _COMMON * len(self._questions))
        return {pair for pair, count in counts.items() if count > most}

    @cached_property
    def _by_article(self) -> dict[tuple[str, str], set[str]]:
        return self._grouped(
            lambda question: {(basis.law, basis.article) for basis in question.basis}
        )

    @cached_property
    def _by_topic(self) -> dict[str, set[str]]:
        return self._grouped(lambda question: {question.topics[0]})

    @cached_property
    def _topics_of(self) -> dict[tuple[str, str], Counter[str]]:
        topics: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for question in self._questions:
            for basis in question.basis:
                topics[basis.law, basis.article][question.topics[0]] += 1
        return topics

    def _grouped(self, keys: Callable[[Question], set[Key]]) -> dict[Key, set[str]]:
        groups: dict[Key, set[str]] = defaultdict(set)
        for question, found in zip(self._questions, self._pairs, strict=True):
            for key in keys(question):
                groups[key] |= found - self._common
        return groups

    def likeness(self, about: str) -> Callable[[list[Basis]], float]:
        """How much of a text (0 to 1) stands in the questions that rest on given places."""
        wanted = pairs(about) - self._common if self._questions else set()

        def alike(places: list[Basis]) -> float:
            found: set[str] = set()
            for place in places:
                found |= self._by_article.get((place.law, place.article), set())
            return len(wanted & found) / len(wanted) if wanted else 0.0

        return alike

    def topic(self, about: str, basis: Iterable[Basis]) -> tuple[str, float] | None:
        """The topic that a question is most likely about, and how sure that is."""
        counts: Counter[str] = Counter()
        for place in basis:
            counts += self._topics_of.get((place.law, place.article), Counter())
        scores = self._scores(about, counts)
        if not scores:
            return None
        best, *others = sorted(scores, key=lambda topic: -scores[topic])[:2]
        ahead = scores[best] / scores[others[0]] if others and scores[others[0]] else _AHEAD * 2
        if scores[best] < _LEAST:
            return best, 0.3
        return best, min(0.85, 0.35 + 0.3 * (ahead - 1) + (0.15 if counts else 0.0))

    def _scores(self, about: str, counts: Counter[str]) -> dict[str, float]:
        """Likeness by topic, more for a topic to which questions on the same article belong.

        A topic with many questions has more pairs: its likeness is worth less.
        """
        wanted = pairs(about) - self._common if self._questions else set()
        scores: dict[str, float] = {}
        total = sum(counts.values())
        for topic, found in self._by_topic.items():
            share = len(wanted & found) / len(wanted) if wanted else 0.0
            score = share / (1 + len(found)) ** 0.25 * 4 + (counts[topic] / total if total else 0.0)
            if score:
                scores[topic] = score
        return scores
