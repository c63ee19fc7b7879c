"""`quizengine contest lottery-check`: anybody checks a draw, without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quizengine.cli.contest import contest
from quizengine.domain.mass_lottery import ALGORITHM, Prize, commitment, draw, list_digest

SEED = "0f" * 32
ENTRIES = [f"ENTRY{number}" for number in range(9)]


def record(**changes: Any) -> dict[str, Any]:
    winners = draw(SEED, "7", ENTRIES, [Prize("一等奖", 2)])
    honest = {
        "algorithm": ALGORITHM,
        "commitment": commitment(SEED),
        "seed": SEED,
        "public": "7",
        "entries": ENTRIES,
        "list_digest": list_digest(ENTRIES),
        "prizes": [{"title": "一等奖", "count": 2}],
        "winners": [{"entry": w.entry, "ticket": w.ticket, "prize": w.prize} for w in winners],
    }
    return {**honest, **changes}


def run(tmp_path: Path, data: Any) -> Result:
    file = tmp_path / "draw.json"
    file.write_text(data if isinstance(data, str) else json.dumps(data), encoding="utf-8")
    return CliRunner().invoke(contest, ["lottery-check", str(file)], env={"LANG": "en"})


def test_an_honest_draw_is_confirmed_with_its_winners(tmp_path: Path) -> None:
    result = run(tmp_path, record())
    assert result.exit_code == 0, result.output
    assert "2" in result.output.splitlines()[0]
    assert record()["winners"][0]["entry"] in result.output.splitlines()[1]


@pytest.mark.parametrize("data", [record(public="8"), record(seed="0e" * 32), {}, "no json", "[["])
def test_anything_else_is_refused(tmp_path: Path, data: Any) -> None:
    result = run(tmp_path, data)
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert "Traceback" not in result.output
