"""`bank format`: the same questions and comments in one style, and nothing more to do after it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from anyquestions import questions
from hypothesis import given, settings
from hypothesis import strategies as st

from quizengine.bank.formatting import NotFormatted, formatted
from quizengine.bank.yamlfile import read_yaml
from quizengine.domain.questions import question_from_data, question_to_data

OWN = Path(__file__).parents[2] / "question_bank"


def loaded(text: str) -> list[Any]:
    file = read_yaml("x.yaml", text)
    assert not file.problems
    return [question_from_data(each) for each in file.value["questions"]]


@st.composite
def ugly_files(draw: st.DrawFn) -> str:
    """Valid bank files as no style has them: any order and indent, comments anywhere."""
    numbers = range(1, draw(st.integers(1, 3)) + 1)
    data = {
        "schema": 1,
        "defaults": {"pool": "exam"},
        "questions": [question_to_data(draw(questions(number))) for number in numbers],
    }
    flow = draw(st.sampled_from((False, None)))
    indent, width = draw(st.sampled_from((2, 4))), draw(st.sampled_from((20, 80, 10**6)))
    text = yaml.safe_dump(
        data, allow_unicode=True, default_flow_style=flow, indent=indent, width=width
    )
    tokens = list(yaml.scan(text))
    kinds = (yaml.KeyToken, yaml.BlockEntryToken)
    places = {(t.start_mark.line, t.start_mark.column) for t in tokens if isinstance(t, kinds)}
    lines, made = text.split("\n"), []
    for number, line in enumerate(lines):
        column = len(line) - len(line.lstrip())
        if (number, column) in places and draw(st.integers(0, 3)) == 0:
            made += [""] * draw(st.integers(0, 1))
            made.append(" " * draw(st.sampled_from((0, column, column + 2))) + f"# c{number}")
        simple = re.fullmatch(r"[ -]*[a-z_]+:|[ -]*[a-z_]+: [a-z0-9\[][^|>'\"#]*", line)
        behind = any(place[0] == number + 1 for place in places)
        made.append(f"{line}  # t{number}" if simple and behind and draw(st.booleans()) else line)
    return "\n".join(made) + draw(st.sampled_from(("", "# end\n", "\n\n  # end")))


@settings(max_examples=15, deadline=None)
@given(ugly_files())
def test_questions_and_comments_are_the_same_and_the_style_is_settled(text: str) -> None:
    made = formatted("x.yaml", text)
    assert loaded(made) == loaded(text)
    said = re.compile(r"# [ct][0-9]+|# end")
    assert sorted(said.findall(made)) == sorted(said.findall(text))
    assert formatted("x.yaml", made) == made


def test_fields_have_their_order_and_comments_their_places() -> None:
    text = """\
# Head
questions:
- stem: 问：什么？  # ask
  # about the answer
  answer: [b]
  options: {a: 甲, b: "乙"}  # two
  type: single
  id: campus-0001
  basis: [{law: bmf-2024, article: '20'},
    # why
    {law: bmf-2024, article: "3"}]
  # last words
  x-own: 1

# The next one
- {id: campus-0002, type: true_false, stem: 对吗, answer: true}
schema: 1
# Tail
"""
    assert (
        formatted("x.yaml", text)
        == """\
schema: 1
# Head
questions:
  - id: campus-0001
    type: single
    stem: 问：什么？  # ask
    options:  # two
      a: 甲
      b: 乙
    # about the answer
    answer: [b]
    # why
    basis: [{law: bmf-2024, article: "20"}, {law: bmf-2024, article: "3"}]
    # last words
    x-own: 1

  # The next one
  - id: campus-0002
    type: true_false
    stem: 对吗
    answer: true

# Tail
"""
    )


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("questions: [1, 2", "yaml-syntax"),
        ("questions: []\nquestions: []\n", "duplicate-key"),
    ],
)
def test_what_is_broken_is_left_with_the_place(text: str, code: str) -> None:
    with pytest.raises(NotFormatted) as caught:
        formatted("x.yaml", text)
    assert caught.value.problems[0].code == code
    assert caught.value.problems[0].line >= 1


def test_other_files_of_the_bank_are_left_as_they_are() -> None:
    text = (OWN / "_registry" / "tiers.yaml").read_text(encoding="utf-8")
    assert formatted("_registry/tiers.yaml", text) == text
