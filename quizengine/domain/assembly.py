"""组卷: papers that satisfy a blueprint exactly, each as random as the blueprint allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from random import Random

import numpy as np

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Arrangement, Candidate, Choices, drawable, eligible
from quizengine.domain.feasibility import Counts, Programme, Reals
from quizengine.domain.papers import Paper, PaperItem
from quizengine.domain.registry import Registry
from quizengine.domain.repair import Repair
from quizengine.domain.shortages import Infeasible, Shortage, require_feasible

__all__ = [
    "Arrangement",
    "Assembler",
    "Candidate",
    "Choices",
    "Infeasible",
    "Paper",
    "PaperItem",
    "Shortage",
    "drawable",
    "eligible",
    "signature",
]

Signature = tuple[bool, ...]


class Assembler:
    """Draws papers for one blueprint out of one pool.

    A paper begins as a uniform sample of each type, which is then mended with few changes so that
    it meets the quotas (`quizengine.domain.repair`). Redrawing whole samples until one happens to
    fit would be slow, and uses scarce questions more than this does.
    """

    def __init__(
        self, blueprint: Blueprint, candidates: Iterable[Candidate], registry: Registry
    ) -> None:
        """Raise `Infeasible` if no paper satisfies `blueprint`.

        Candidates of another tier, pool or type are left out, and their order doesn't matter.
        `ValueError` if two revisions of one question are among the rest.
        """
        self.blueprint = blueprint
        types: list[str] = list(dict.fromkeys(section.type for section in blueprint.sections))
        fitting = [c for c in eligible(candidates, blueprint) if c.type in types]
        if len({c.question_id for c in fitting}) < len(fitting):
            raise ValueError("candidates hold two revisions of one question")
        features = {
            c.question_id: (types.index(c.type), signature(c, blueprint, registry)) for c in fitting
        }
        groups = sorted(set(features.values()))
        numbers = {group: number for number, group in enumerate(groups)}
        self._pool = sorted(fitting, key=lambda c: (features[c.question_id], c.question_id))
        self._group = _integers(numbers[features[c.question_id]] for c in self._pool)
        self._kind = _integers(features[c.question_id][0] for c in self._pool)
        self._programme = _programme(blueprint, types, groups, self._group)
        require_feasible(blueprint, types, self._programme)
        self._repair = Repair(self._programme)
        # The pool lies group by group and type by type, and so does any order within these: which
        # position is among the first wanted of its type, and its place in its group.
        self._first = _places(self._kind) < self._programme.wanted[self._kind]
        self._place = _places(self._group)

    def draw(self, rng: Random, avoid: Mapping[int, int] | None = None) -> Paper:
        """A paper, the same for the same state of `rng`.

        `avoid` says how often a member has been given a revision (by `ref`): the least seen
        questions are taken as far as the quotas allow.
        """
        seen = _integers((avoid or {}).get(c.ref, 0) for c in self._pool)
        # A question's lot; any question less seen comes before those more seen.
        lots = seen + np.array([rng.random() for _ in self._pool])
        fresh = np.bincount(self._group[seen == 0], minlength=len(self._programme.sizes))
        counts = self._repair.mend(self._sampled(lots), fresh, rng)
        within_groups = np.lexsort((lots, self._group))
        chosen = within_groups[self._place < counts[self._group]]
        return self._laid_out([self._pool[i] for i in chosen.tolist()], rng)

    def _sampled(self, lots: Reals) -> Counts:
        """Counts per group of the questions with the first lots of each type."""
        within_types = np.lexsort((lots, self._kind))
        drawn = self._group[within_types[self._first]]
        return np.bincount(drawn, minlength=len(self._programme.sizes))

    def _laid_out(self, chosen: list[Candidate], rng: Random) -> Paper:
        """The chosen questions in sections, with points and orders of options."""
        rng.shuffle(chosen)
        shuffle = self.blueprint.shuffle
        items: list[PaperItem] = []
        by_type: dict[str, list[Candidate]] = {}
        for candidate in chosen:
            by_type.setdefault(candidate.type, []).append(candidate)
        for section in self.blueprint.sections:
            taken = by_type[section.type][: section.count]
            del by_type[section.type][: section.count]
            if not shuffle.questions:
                taken.sort(key=lambda c: c.question_id)
            items += [_item(c, section.points, shuffle.options, rng) for c in taken]
        return Paper(tuple(items))


def signature(candidate: Candidate, blueprint: Blueprint, registry: Registry) -> Signature:
    """Which quotas of `blueprint` the candidate satisfies."""
    topics = set(registry.topic_path(candidate.main_topic))
    alone = candidate.tiers == {blueprint.tier}
    return tuple(
        (quota.type is None or candidate.type in quota.type)
        and (quota.topic is None or not topics.isdisjoint(quota.topic))
        and (quota.difficulty is None or candidate.difficulty in quota.difficulty)
        and (quota.tier is None or not candidate.tiers.isdisjoint(quota.tier))
        and (quota.cognitive_level is None or candidate.cognitive_level in quota.cognitive_level)
        and (quota.exclusive is None or quota.exclusive == alone)
        for quota in blueprint.quotas
    )


def _programme(
    blueprint: Blueprint, types: Sequence[str], groups: list[tuple[int, Signature]], group: Counts
) -> Programme:
    """The constraints of `blueprint`; `group` numbers the group of each question of the pool."""
    kinds = np.zeros((len(types), len(groups)), dtype=np.int64)
    members = np.zeros((len(blueprint.quotas), len(groups)), dtype=np.int64)
    for number, (kind, signature) in enumerate(groups):
        kinds[kind, number] = 1
        members[:, number] = signature
    counts = ((types.index(s.type), s.count) for s in blueprint.sections)
    wanted = np.zeros(len(types), dtype=np.int64)
    for kind, count in counts:
        wanted[kind] += count
    no_limit = max(blueprint.questions, *(q.lower for q in blueprint.quotas), 0)
    return Programme(
        sizes=np.bincount(group, minlength=len(groups)),
        kinds=kinds,
        wanted=wanted,
        members=members,
        lower=_integers(q.lower for q in blueprint.quotas),
        upper=_integers(no_limit if q.upper is None else q.upper for q in blueprint.quotas),
    )


def _integers(values: Iterable[int]) -> Counts:
    return np.fromiter(values, dtype=np.int64)


def _places(labels: Counts) -> Counts:
    """The place of each position among those with its label; equal `labels` lie together."""
    return np.arange(len(labels)) - np.searchsorted(labels, labels)


def _item(candidate: Candidate, points: Decimal, shuffle: bool, rng: Random) -> PaperItem:
    shown = candidate.choices.arranged(rng, shuffle)
    parts = {name: choices.arranged(rng, shuffle) for name, choices in candidate.parts}
    return PaperItem(
        candidate.ref, candidate.question_id, points, shown.options, shown.right, parts
    )
