"""The constraints of a blueprint as an integer programme.

Questions of one type that satisfy the same quotas are alike to the blueprint, so they form a
*group*, and what matters of a paper is how many questions it takes from each group. Sections and
quotas are linear in these counts. HiGHS solves the programme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Reals = NDArray[np.float64]

# More than the solver's rounding errors add up to, less than the least real lack of a question.
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Programme:
    """The constraints on the counts of G groups, T types and Q quotas.

    `sizes` (G) questions in each group, `kinds` (T×G) 1 where a group is of a type, `wanted` (T)
    questions of each type, `members` (Q×G) 1 where a group satisfies a quota, `lower` and `upper`
    (Q) what quotas ask for.
    """

    sizes: Counts
    kinds: Counts
    wanted: Counts
    members: Counts
    lower: Counts
    upper: Counts

    @property
    def questions(self) -> Counts:
        """Questions of each type (T)."""
        return np.asarray(self.kinds @ self.sizes)

    def excess(self, totals: NDArray[Any]) -> NDArray[Any]:
        """Distance of quota totals (… × Q) from what the quotas ask for."""
        return np.asarray(np.maximum(np.maximum(self.lower - totals, totals - self.upper), 0))

    def elastic(self) -> Counts:
        """Quota totals (Q) of a paper that misses the quotas by as little as possible."""
        counts: Counts = np.rint(self._elastic(whole=True)).astype(np.int64)
        return np.asarray(self.members @ counts)

    def possible(self) -> bool:
        """Whether any counts satisfy all constraints.

        If even fractions of questions don't, which is quick to find out, whole ones don't either.
        """
        totals = self.members @ self._elastic(whole=False)
        return bool(self.excess(totals).sum() < TOLERANCE) and not self.excess(self.elastic()).any()

    def _elastic(self, whole: bool) -> Reals:
        """Counts that miss the quotas by as little as possible.

        Columns: counts, then a slack per quota for each direction, which alone has a cost.
        """
        quotas, groups = self.members.shape
        none, unit = np.zeros((len(self.wanted), quotas)), np.eye(quotas)
        rows = np.block([[self.kinds, none, none], [self.members, unit, -unit]])
        lower = np.concatenate([self.wanted, self.lower])
        upper = np.concatenate([self.wanted, self.upper])
        return _least(rows, lower, upper, self.sizes, 2 * quotas, whole)[:groups]

    def nearest(self, sampled: Counts) -> Counts:
        """Counts that satisfy all quotas, with the fewest changes from `sampled` (L1).

        Columns: counts, then how far each is above and below the sampled one.
        """
        quotas, groups = self.members.shape
        unit = np.eye(groups)
        none = np.zeros((len(self.wanted) + quotas, groups))
        rows = np.block([[np.vstack([self.kinds, self.members]), none, none], [unit, -unit, unit]])
        lower = np.concatenate([self.wanted, self.lower, sampled])
        upper = np.concatenate([self.wanted, self.upper, sampled])
        counts = _least(rows, lower, upper, self.sizes, 2 * groups, whole=True)[:groups]
        return np.rint(counts).astype(np.int64)


def _least(
    rows: Reals, lower: Counts, upper: Counts, sizes: Counts, slacks: int, whole: bool
) -> Reals:
    """x with lower ≤ rows·x ≤ upper, 0 ≤ x ≤ sizes, the last `slacks` least in sum.

    All integers if `whole`, up to the solver's tolerance.
    """
    free = np.full(slacks, highspy.kHighsInf)
    lp: Any = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = rows.shape
    lp.col_cost_ = np.concatenate([np.zeros(len(sizes)), np.ones(slacks)])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([sizes, free])
    lp.row_lower_, lp.row_upper_ = lower.astype(float), upper.astype(float)
    at, columns = np.nonzero(rows)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(at, np.arange(lp.num_row_ + 1))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = columns, rows[at, columns]
    if whole:
        lp.integrality_ = [highspy.HighsVarType.kInteger] * lp.num_col_
    solver: Any = highspy.Highs()
    solver.silent()
    # One thread: HiGHS keeps its helpers for the process, and forked workers would wait for them.
    solver.setOptionValue("threads", 1)
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"integer programme: {solver.getModelStatus()}")
    return np.array(solver.getSolution().col_value)
