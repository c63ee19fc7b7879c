"""How each benchmark tells its result."""

from __future__ import annotations

import json
from typing import Any


def tell(result: dict[str, Any], as_json: bool, *more: str) -> None:
    """Print `result` as JSON, or a line for each of its rows, of those in the parts `more`, and the
    ratios."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, indent=1))
        return
    for part in ("rows", *more):
        for row in result[part]:
            print("  ".join(f"{key}={value}" for key, value in row.items()))
    print(result["ratios"])
