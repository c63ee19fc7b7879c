"""Mending a sample of questions so that it meets its quotas: swaps, and if need be the programme.

A swap takes one question off the paper and puts another of its type onto it. Only counts per
group matter to the quotas, so swaps are looked for among pairs of groups.
"""

from __future__ import annotations

from random import Random

import numpy as np

from quizengine.domain.feasibility import Counts, Programme, Reals

STEPS_PER_QUESTION = 4
FRESH = 1e6  # Weight of a question that a member has not seen, against 1 for one that was seen.


class Repair:
    """Turns sampled counts into counts that satisfy all constraints of `programme`."""

    def __init__(self, programme: Programme) -> None:
        self._programme = programme
        self._members = programme.members.astype(float)
        same_type = programme.kinds.T @ programme.kinds == 1
        self._barred = np.where(same_type, 0.0, np.inf)
        np.fill_diagonal(self._barred, np.inf)
        self._steps = STEPS_PER_QUESTION * int(programme.wanted.sum())

    def mend(self, sampled: Counts, fresh: Counts, rng: Random) -> Counts:
        """Counts that satisfy all quotas, near to `sampled`.

        `fresh` counts the questions of each group that should be preferred. Each step makes the
        best swap. Where none is a gain, the quotas still missed gain weight, which leads out of
        the dead end (the breakout method of constraint satisfaction). A sample that resists all
        steps is left to the integer programme, which is slower and knows no chance.
        """
        counts = sampled.copy()
        weights = np.ones(len(self._members))
        for _ in range(self._steps):
            totals = self._programme.members @ counts
            excess = self._programme.excess(totals)
            if not excess.any():
                return counts
            (out,), (into,) = counts.nonzero(), (counts < self._programme.sizes).nonzero()
            change = self._change(totals, weights, out, into)
            best = change.min(initial=np.inf)
            if best >= 0:
                weights += excess > 0
            if best <= 0:
                rows, columns = (change == best).nonzero()
                self._swap(counts, fresh, (out[rows], into[columns]), rng)
        return self._programme.nearest(sampled)

    def _change(self, totals: Counts, weights: Reals, out: Counts, into: Counts) -> Reals:
        """Change of the weighted excess by a swap from a group of `out` (row) to one of `into`.

        A quota loses one if the first group satisfies it and gains one if the second does; if
        both do, it stays as it was, so what was added for it is taken back.
        """
        excess = weights * self._programme.excess(totals + np.array([[-1], [0], [1]]))
        less, more = excess[0] - excess[1], excess[2] - excess[1]
        losing, gaining = self._members[:, out], self._members[:, into]
        change: Reals = (less @ losing)[:, None] + more @ gaining
        change -= (losing.T * (less + more)) @ gaining
        change += self._barred[out[:, None], into]
        return change

    def _swap(
        self, counts: Counts, fresh: Counts, pairs: tuple[Counts, Counts], rng: Random
    ) -> None:
        """Make one swap between these pairs of groups; each of two questions is as likely.

        Swaps that bring an unseen question, or take a seen one off, come before all others.
        """
        out, into = pairs
        leave = counts + FRESH * np.maximum(counts - fresh, 0)
        enter = self._programme.sizes - counts + FRESH * np.maximum(fresh - counts, 0)
        lots = np.cumsum(leave[out] * enter[into])
        at = np.searchsorted(lots, rng.random() * lots[-1], side="right")
        counts[out[at]] -= 1
        counts[into[at]] += 1
