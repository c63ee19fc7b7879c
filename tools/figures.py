"""Results of benchmarks as tables of docs/performance.md, from the JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PARTS = ("rows", "slow_disk", "closing", "sign_in", "recovery")
RESULTS = Path(__file__).parents[1] / "docs" / "performance"


def figures(name: str) -> str:
    """Machine, rows and ratios of docs/performance/NAME.json in Markdown."""
    report = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    machine, baseline = report["machine"], report["baseline"]
    return "\n\n".join(
        (
            f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}.",
            f"Baseline: {baseline['name']}.",
            _table(baseline["rows"]),
            "quizengine, and what else was measured:",
            *(_table(report[part]) for part in PARTS if report.get(part)),
            _table([{"ratio": name, "value": value} for name, value in report["ratios"].items()]),
        )
    )


def _table(rows: Sequence[dict[str, Any]]) -> str:
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([str(row[head]) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
