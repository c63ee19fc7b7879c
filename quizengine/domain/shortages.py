"""What a pool lacks for a blueprint, requirement by requirement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from quizengine.domain.blueprints import Blueprint, Quota
from quizengine.domain.feasibility import Programme
from quizengine.domain.text import N_, Refused, Text


@dataclass(frozen=True)
class Shortage:
    """One requirement that can't be met.

    `needed` is the bound that fails, `available` the number nearest to it that a paper can have
    and `short` the distance between them.
    """

    quota: str
    needed: int
    available: int
    text: Text

    @property
    def short(self) -> int:
        """By how many questions the requirement fails."""
        return abs(self.needed - self.available)


class Infeasible(Refused):
    """No paper from this pool satisfies the blueprint."""

    def __init__(self, blueprint: str, shortages: Sequence[Shortage]) -> None:
        self.shortages = list(shortages)
        super().__init__(
            "infeasible",
            N_("The pool can't satisfy the blueprint %(blueprint)s:\n%(shortages)s"),
            blueprint=blueprint,
            shortages=reduce(_two_lines, (shortage.text for shortage in shortages)),
        )


def _two_lines(first: Text, second: Text) -> Text:
    return Text("%(first)s\n%(second)s", {"first": first, "second": second})


def require_feasible(blueprint: Blueprint, types: Sequence[str], programme: Programme) -> None:
    """Raise `Infeasible` with everything that is short; return if a paper exists.

    Each requirement is looked at by itself first. Those that fail are then eased to what can be
    reached, so that the integer programme shows what fails only in combination.
    """
    shortages = list(_sections(types, programme))
    eased = replace(programme, wanted=np.minimum(programme.wanted, programme.questions))
    lower, upper = programme.lower.copy(), programme.upper.copy()
    for index, quota in enumerate(blueprint.quotas):
        bounds = _reachable(eased, index)
        shortages += _alone(quota, *bounds, in_pool=int(eased.members[index] @ eased.sizes))
        lower[index], upper[index] = np.clip([lower[index], upper[index]], *bounds)
        upper[index] = max(lower[index], upper[index])
    if blueprint.quotas:
        shortages += _combined(blueprint.quotas, replace(eased, lower=lower, upper=upper))
    if shortages:
        raise Infeasible(blueprint.id, shortages)


def _sections(types: Sequence[str], programme: Programme) -> Iterator[Shortage]:
    rows = zip(types, programme.wanted.tolist(), programme.questions.tolist(), strict=True)
    for name, needed, available in rows:
        if needed > available:
            yield _shortage(f"type={name}", needed, available, _POOL)


def _reachable(programme: Programme, index: int) -> tuple[int, int]:
    """The least and the greatest number for a quota that the sections allow."""
    matching = programme.kinds @ (programme.sizes * programme.members[index])
    others = programme.questions - matching
    least = np.maximum(programme.wanted - others, 0).sum()
    return int(least), int(np.minimum(programme.wanted, matching).sum())


def _alone(quota: Quota, least: int, most: int, in_pool: int) -> Iterator[Shortage]:
    label = _label(quota)
    if quota.lower > most:
        yield _shortage(label, quota.lower, most, _POOL if most == in_pool else _ROOM)
    if quota.upper is not None and quota.upper < least:
        yield _shortage(label, quota.upper, least, _OTHERS)
    if quota.upper is not None and quota.lower > quota.upper:
        yield _shortage(label, quota.lower, quota.upper, _ITSELF)


def _combined(quotas: Sequence[Quota], programme: Programme) -> Iterator[Shortage]:
    """The quotas that the best possible paper misses, each with the quotas it conflicts with."""
    totals = programme.elastic()
    missed = np.flatnonzero(programme.excess(totals))
    lower, upper = np.minimum(programme.lower, totals), np.maximum(programme.upper, totals)
    for index in missed.tolist():
        # All missed quotas but this one are eased to the best paper. As that paper missed by as
        # little as possible, none satisfies the rest and this one as well: they conflict.
        restored = replace(programme, lower=lower.copy(), upper=upper.copy())
        restored.lower[index] = programme.lower[index]
        restored.upper[index] = programme.upper[index]
        others = "; ".join(_asked(quotas[other]) for other in _conflicting(restored, index))
        low, high, nearest = (
            int(programme.lower[index]),
            int(programme.upper[index]),
            int(totals[index]),
        )
        needed, template = (low, _TOO_FEW) if nearest < low else (high, _TOO_MANY)
        yield _shortage(_label(quotas[index]), needed, nearest, template, others=others)


def _conflicting(programme: Programme, index: int) -> list[int]:
    """A smallest set of quotas that exclude quota `index`, by leaving out one after the other."""
    total = int(programme.wanted.sum())
    for other in range(len(programme.lower)):
        if other == index:
            continue
        lower, upper = programme.lower.copy(), programme.upper.copy()
        lower[other], upper[other] = 0, total
        without = replace(programme, lower=lower, upper=upper)
        if not without.possible():
            programme = without
    asks = (programme.lower > 0) | (programme.upper < total)
    return [other for other in np.flatnonzero(asks).tolist() if other != index]


def _asked(quota: Quota) -> str:
    low, high = quota.lower, quota.upper
    bounds = f"{low}" if low == high else f"≥ {low}" if high is None else f"{low}–{high}"
    return f"{_label(quota)}: {bounds}"


def _label(quota: Quota) -> str:
    """The quota's features; a star for one that all questions satisfy."""
    return quota.label() or "*"


def _shortage(quota: str, needed: int, available: int, template: str, **more: str) -> Shortage:
    values: dict[str, object] = {"quota": quota, "needed": needed, "available": available, **more}
    values["short"] = abs(needed - available)
    return Shortage(quota, needed, available, Text(template, values))


_POOL = N_("%(quota)s: %(needed)s needed, but the pool has only %(available)s; %(short)s short.")
_ROOM = N_(
    "%(quota)s: %(needed)s needed, but the sections have room for only %(available)s; "
    "%(short)s too many."
)
_OTHERS = N_(
    "%(quota)s: at most %(needed)s allowed, but the pool has so few others that a paper has at "
    "least %(available)s; %(short)s too many."
)
_ITSELF = N_("%(quota)s: can't be at least %(needed)s and at most %(available)s.")
_TOO_FEW = N_(
    "%(quota)s: at least %(needed)s needed, but no more than %(available)s are possible together "
    "with %(others)s; %(short)s short."
)
_TOO_MANY = N_(
    "%(quota)s: at most %(needed)s allowed, but no fewer than %(available)s are possible together "
    "with %(others)s; %(short)s too many."
)
