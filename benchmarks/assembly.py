"""How long 10,000 papers of a blueprint take, beside a plain random draw from the same pool.

The plain draw takes as many questions of each type and mixes questions and options as ours does,
but ignores the quotas: how often it happens to meet them is told. Times are of one process, by its
own processor time. Each paper is held against the quotas, outside of the time.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import mean
from typing import Any

from benchmarks.machine import describe
from benchmarks.output import tell
from benchmarks.stagesite import ROOT
from quizengine.bank.loader import load_bank
from quizengine.domain.assembly import Assembler, Signature, signature
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate, drawable
from quizengine.domain.papers import Paper, PaperItem
from quizengine.domain.registry import Registry

PAPERS = 10_000
BLUEPRINTS = ("new-member", "graduate", "leader", "outbound")


@dataclass(frozen=True)
class Pool:
    """A blueprint and the questions that it may draw."""

    blueprint: Blueprint
    candidates: Sequence[Candidate]
    registry: Registry

    def plain(self) -> Callable[[random.Random], Paper]:
        """A draw that only counts types."""
        kinds: dict[str, list[Candidate]] = {}
        for candidate in self.candidates:
            kinds.setdefault(candidate.type, []).append(candidate)

        def draw(rng: random.Random) -> Paper:
            return Paper(tuple(self._items(kinds, rng)))

        return draw

    def _items(self, kinds: dict[str, list[Candidate]], rng: random.Random) -> Iterator[PaperItem]:
        for section in self.blueprint.sections:
            for candidate in rng.sample(kinds[section.type], section.count):
                shown = candidate.choices.arranged(rng, True)
                parts = {name: choices.arranged(rng, True) for name, choices in candidate.parts}
                yield PaperItem(
                    *(candidate.ref, candidate.question_id, section.points),
                    *(shown.options, shown.right, parts),
                )

    def met(self, papers: Sequence[Paper]) -> int:
        """How many of `papers` meet each quota."""
        met = {c.ref: signature(c, self.blueprint, self.registry) for c in self.candidates}
        return sum(self._meets([met[item.ref] for item in paper.items]) for paper in papers)

    def _meets(self, signatures: Sequence[Signature]) -> bool:
        counts = [sum(column) for column in zip(*signatures, strict=True)]
        return all(
            quota.lower <= count and (quota.upper is None or count <= quota.upper)
            for quota, count in zip(self.blueprint.quotas, counts, strict=True)
        )


def pools(today: date) -> Iterator[Pool]:
    """Those of the bank that comes along."""
    bank = load_bank(ROOT / "question_bank", today)
    questions = list(bank.questions.values())
    for name in BLUEPRINTS:
        blueprint = bank.blueprints[name]
        drawn = [
            Candidate.of(ref, question)
            for ref, question in enumerate(questions)
            if drawable(question, blueprint, today)
        ]
        wanted = {section.type for section in blueprint.sections}
        fitting = [c for c in drawn if blueprint.tier in c.tiers and c.type in wanted]
        yield Pool(blueprint, fitting, bank.registry)


def timed(
    draw: Callable[[random.Random], Paper], count: int, pool: Pool, seed: int
) -> dict[str, Any]:
    """The figures of `count` papers."""
    rng = random.Random(seed)
    draw(rng)
    took: list[float] = []
    papers = []
    for _ in range(count):
        begun = time.thread_time()
        papers.append(draw(rng))
        took.append(time.thread_time() - begun)
    uses = Counter(item.ref for paper in papers for item in paper.items)
    return {
        "blueprint": pool.blueprint.id,
        "pool": len(pool.candidates),
        "questions": len(papers[0].items),
        "papers": count,
        "cpu_seconds": round(sum(took), 2),
        "cpu_us_per_paper": round(1e6 * mean(took)),
        "p99_us": round(1e6 * sorted(took)[int(0.99 * count)]),
        "meet_all_quotas": pool.met(papers),
        "different_papers": len({frozenset(i.ref for i in paper.items) for paper in papers}),
        "most_used_in_papers_percent": round(100 * max(uses.values()) / count, 1),
    }


def report(count: int) -> dict[str, Any]:
    """The whole measurement."""
    ours, plain = [], []
    for pool in pools(date.today()):
        begun = time.process_time()
        assembler = Assembler(pool.blueprint, pool.candidates, pool.registry)
        made = time.process_time() - begun
        row = timed(assembler.draw, count, pool, seed=1)
        ours.append({**row, "prepared_cpu_ms": round(1000 * made, 1)})
        plain.append(timed(pool.plain(), count, pool, seed=1))
    ratios = {
        f"cpu_to_plain_{row['blueprint']}": round(
            row["cpu_us_per_paper"] / base["cpu_us_per_paper"], 1
        )
        for row, base in zip(ours, plain, strict=True)
    }
    return {
        "bench": "assembly",
        "machine": describe(),
        "baseline": {"name": "plain random draw that ignores the quotas", "rows": plain},
        "rows": ours,
        "ratios": ratios,
    }


def main() -> None:
    """Print the report: JSON with `--json`, else a line for each blueprint."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--papers", type=int, default=PAPERS)
    chosen = parser.parse_args()
    tell(report(chosen.papers), chosen.json)


if __name__ == "__main__":
    main()
