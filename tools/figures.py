"""Results of benchmarks as tables of docs/performance.md, from the JSON beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "docs" / "performance"


def figures(name: str) -> str:
    """Machine, rows and ratios of docs/performance/NAME.json in Markdown."""
    report = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    machine = report["machine"]
    parts = [f"{machine['cpu']}, {machine['cores']} cores, Python {machine['python']}."]
    rows = [*report["baseline"].get("rows", []), *report["rows"]]
    parts += [_table(part) for part in (rows, report.get("slow_disk")) if part]
    parts.append(_table([{"ratio": k, "value": v} for k, v in report["ratios"].items()]))
    return "\n\n".join(parts)


def _table(rows: Sequence[dict[str, Any]]) -> str:
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([str(row[head]) for head in heads] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
