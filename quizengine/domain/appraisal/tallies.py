"""All sources of several measures, counted together: facts that are alike are counted at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from quizengine.domain.appraisal.measures import leaves
from quizengine.domain.appraisal.rules import Measure
from quizengine.domain.appraisal.tally import Key, Tally, tally_of

Parts = Sequence[tuple[Tally, Any]]
"""Where facts that are alike count, and what each of them adds there; None for nothing."""


class Tallies:
    """The tallies of several measures; sources that are alike share one."""

    def __init__(self, measures: Iterable[Measure]) -> None:
        by_text: dict[str, Tally] = {}
        self._by_source: dict[int, Tally] = {}
        self._by_kind: defaultdict[str, dict[int, Tally]] = defaultdict(dict)
        for leaf in leaves(measures):
            tally = by_text.setdefault(leaf.model_dump_json(), tally_of(leaf))
            self._by_source[id(leaf)] = tally
            for kind in leaf.kind:
                self._by_kind[kind][id(tally)] = tally
        self._all = list(by_text.values())

    def parts(self, kind: str, data: Mapping[str, Any]) -> Parts:
        """Where a fact of this kind with these data counts; empty if nowhere."""
        known = self._by_kind.get(kind, {}).values()
        return [(tally, tally.part(data)) for tally in known if tally.matches(kind, data)]

    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """`Tally.spread` of all."""
        for tally in self._all:
            tally.spread(upwards)

    def settle(self) -> None:
        """`Tally.settle` of all."""
        for tally in self._all:
            tally.settle()

    def tally(self, measure: Measure) -> Tally:
        """That of a source among the measures."""
        return self._by_source[id(measure)]
