"""docs/buzzer.md says what the program does."""

from __future__ import annotations

import re

import pytest
from website import ROOT

from benchmarks.buzzer_fairness import LINES_MS
from quizengine.domain.contest.rules import Fairness

PAGE = (ROOT / "docs" / "buzzer.md").read_text(encoding="utf-8")


def row(start: str) -> list[str]:
    """Cells of the table's line that begins so."""
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_defaults_are_the_programs() -> None:
    line = next(line for line in PAGE.splitlines() if "(default)" in line)
    defaults = Fairness.model_validate({})
    assert line.endswith(f"| {defaults.window_ms} | {defaults.cap_ms} |")


def test_every_setting_of_a_rule_file_is_explained() -> None:
    assert [
        name for name in Fairness.model_fields if f"`{name}" not in PAGE and name not in PAGE
    ] == []


@pytest.mark.parametrize("lines", LINES_MS)
def test_the_figures_show_what_they_are_said_to(lines: tuple[int, int]) -> None:
    cells = row(f"{lines[0]}–{lines[1]} ms")
    shares = [float(re.sub(r"[^\d.]", "", cell)) for cell in cells[1:]]
    by_arrival, by_evidence = shares[:3], shares[3:]
    assert by_evidence[0] > by_arrival[0]
    assert by_evidence[1] > by_arrival[1]
    assert by_evidence[2] < by_arrival[2]
