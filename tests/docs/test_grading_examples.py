"""Every worked example in docs/grading.md earns what the page says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from website import ROOT

from quizengine.cli.grade import grade as grade_command
from quizengine.domain.grading import grade, parse_credit, validate_answer
from quizengine.domain.questions import QUESTION_TYPES, Question, question_from_data

_PAGE = (ROOT / "docs" / "grading.md").read_text(encoding="utf-8")
_EXAMPLE = re.compile(r"^```yaml\n(.*?)^```\n\n((?:\|[^\n]*\n)+)", re.DOTALL | re.MULTILINE)
_INLINE = {"id": "doc-1", "tiers": ["any"], "topics": ["any"], "stem": "____"}

Row = tuple[Question, Decimal, str, dict[str, str]]


def _rows() -> Iterator[Row]:
    for text, table in _EXAMPLE.findall(_PAGE):
        data: dict[str, Any] = {**_INLINE, **yaml.safe_load(text)}
        points = Decimal(data.pop("points"))
        head, _, *lines = (
            [cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()
        )
        for cells in lines:
            yield (
                question_from_data(data),
                points,
                cells[0],
                dict(zip(head[1:], cells[1:], strict=True)),
            )


def _value(cell: str) -> Any:
    return None if cell == "–" else json.loads(cell.strip("`"))


ROWS = list(_rows())


@pytest.mark.parametrize(
    ("question", "points", "given", "expected"),
    [pytest.param(*row, id=f"{row[0].type}-{row[2]}") for row in ROWS],
)
def test_an_example_earns_what_the_page_says(
    question: Question, points: Decimal, given: str, expected: dict[str, str]
) -> None:
    value = _value(given)
    marks = {}
    if question.type == "short":
        marks = {"": [Decimal(mark) for mark in value]}
        value = ["an answer"]
    if value is not None:
        validate_answer(question, value)
    for rule, earned in expected.items():
        credit = parse_credit(None if rule == "points" else rule)
        result = grade(question, value, points=points, credit=credit, marks=marks)
        assert result.score == Decimal(earned), rule


def test_every_type_has_an_example() -> None:
    # A true_false is graded as a single.
    assert {question.type for question, *_ in ROWS} == set(QUESTION_TYPES) - {"true_false"}


def test_the_command_at_the_end_prints_what_the_page_says() -> None:
    found = re.search(r"echo '(.*?)' \| .*?prints `(.*?)`", _PAGE, re.DOTALL)
    assert found
    result = CliRunner().invoke(grade_command, ["--json"], input=found[1])
    assert json.loads(result.stdout) == json.loads(found[2])
