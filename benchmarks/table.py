"""Results of benchmarks as tables: `python -m benchmarks.table FILE…`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any


def lines(report: dict[str, Any]) -> Iterator[str]:
    """One report: its name, its rows, and everything else that is a list of rows."""
    yield f"{report['bench']} ({report.get('machine', {}).get('cpu', 'simulated')})"
    for name, part in report.items():
        if isinstance(part, list) and part:
            if name != "rows":
                yield f"  {name}"
            yield from _table(part)
    baseline = report.get("baseline", {})
    if isinstance(baseline.get("rows"), list):
        yield f"  baseline: {baseline['name']}"
        yield from _table(baseline["rows"])
    for name, value in report.get("ratios", {}).items():
        yield f"  {name}: {value}"


def _table(rows: Sequence[dict[str, Any]]) -> Iterator[str]:
    heads = list(rows[0])
    cells = [[str(row.get(head, "")) for head in heads] for row in rows]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    for line in [heads, *cells]:
        yield "  " + "  ".join(cell.rjust(width) for cell, width in zip(line, widths, strict=True))


def main() -> None:
    """Print the tables of all files."""
    for name in sys.argv[1:]:
        for line in lines(json.loads(Path(name).read_text(encoding="utf-8"))):
            print(line)
        print()


if __name__ == "__main__":
    main()
