"""Printed papers: two forms that ask the same, keys that fit them, and lines as Chinese is set."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.domain.assembly import Assembler
from quizengine.domain.candidates import Candidate, drawable
from quizengine.domain.papers import Paper
from quizengine.services.print_blocks import Block, Printing, paper_blocks
from quizengine.services.print_forms import Form, two_forms
from quizengine.services.print_key import key_blocks, short_answer
from quizengine.services.print_lines import columns_of, wrapped
from quizengine.services.print_pdf import blocks_pdf
from quizengine.services.printed import DRAW, printed_forms

SMALL = Path(__file__).parents[1] / "banks" / "small"
DAY = date(2026, 3, 2)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def bank() -> LoadedBank:
    """The small bank, read from its folder."""
    return load_bank(SMALL, DAY)


def drawn(bank: LoadedBank, seed: int, name: str = "all-types") -> Paper:
    plan, questions = bank.blueprints[name], list(bank.questions.values())
    candidates = [
        Candidate.of(ref, question)
        for ref, question in enumerate(questions)
        if drawable(question, plan, DAY)
    ]
    return Assembler(plan, candidates, bank.registry).draw(Random(seed))


def right_texts(form: Form) -> dict[str, set[str]]:
    """Of each choice the texts behind the letters that the key of `form` names."""
    found = {}
    for each in (each for section in form.sections for each in section):
        if each.question.type in ("single", "multiple"):
            texts = [option.text for option in each.view.options]
            letters = short_answer(each.question, each.view)
            found[each.question.id] = {texts[ord(letter) - ord("A")] for letter in letters}
    return found


def test_both_forms_ask_the_same_and_their_keys_name_the_same_texts(bank: LoadedBank) -> None:
    questions = dict(enumerate(bank.questions.values()))
    for seed in range(20):
        first, second = two_forms(drawn(bank, seed, "quick"), questions, Random(seed))
        orders = [[e.question.id for s in form.sections for e in s] for form in (first, second)]
        assert sorted(orders[0]) == sorted(orders[1])
        # Two single choices are asked: they have changed places.
        assert orders[0][:2] == orders[1][1::-1]
        assert right_texts(first) == right_texts(second)
        for question_id, texts in right_texts(first).items():
            question = bank.questions[question_id]
            assert texts == {question.options[key] for key in question.answer}  # type: ignore[union-attr]


def test_the_key_tells_what_is_right_of_every_type(bank: LoadedBank) -> None:
    questions = dict(enumerate(bank.questions.values()))
    form, _ = two_forms(drawn(bank, 3), questions, Random(3))
    printing = Printing("考试", bank.blueprints["all-types"], "zh", str)
    asked = [block for block in paper_blocks(printing, form) if block.kind in ("text", "row")]
    shown = "\n".join("".join((block.text, *block.cells)) for block in asked)
    key = "\n".join(f"{block.text} {block.cells}" for block in key_blocks(printing, form))
    for section in form.sections:
        for each in section:
            # A number has its unit behind the blank.
            pieces = [piece for piece in re.split("_{3,}", each.question.stem) if piece]
            assert all(piece in shown for piece in pieces)
            for option in each.view.options if each.question.type != "true_false" else ():
                assert option.text in shown
    types = {each.question.type: each for section in form.sections for each in section}
    assert all(point.text in key for point in types["short"].question.key_points)  # type: ignore[union-attr]
    for kind in ("fill", "numeric", "match"):
        assert short_answer(types[kind].question, types[kind].view) in key


def test_the_zip_holds_forms_and_keys_for_word_and_as_pdf(
    bank: LoadedBank, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions = dict(enumerate(bank.questions.values()))
    printing = Printing("考试 & <测验>", bank.blueprints["quick"], "zh", str)
    # A font takes a second to embed: one PDF stands for all three.
    drawing = cache(lambda _first: blocks_pdf(drawn_blocks[0]))
    drawn_blocks: list[list[Block]] = []

    def one_pdf(blocks: list[Block]) -> bytes:
        drawn_blocks.append(blocks)
        return drawing(0)

    monkeypatch.setitem(DRAW, "pdf", one_pdf)
    content = printed_forms(printing, drawn(bank, 1, "quick"), questions, Random(1))
    assert len(drawn_blocks) == 3
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {
        f"{name}.{ending}"
        for name in ("Form A", "Form B", "Answer keys")
        for ending in ("docx", "pdf")
    }
    assert all(data.startswith(b"%PDF") for name, data in files.items() if name.endswith("pdf"))
    with zipfile.ZipFile(io.BytesIO(files["Form A.docx"])) as document:
        roots = {name: ElementTree.fromstring(document.read(name)) for name in document.namelist()}
    said = "".join(node.text or "" for node in roots["word/document.xml"].iter(f"{WORD}t"))
    assert "考试 & <测验>" in said and "1 questions" in said


@given(
    st.text(st.sampled_from("保密工作，。（）“”《》、abc 12.5%\n"), max_size=80), st.integers(8, 30)
)
def test_lines_keep_every_letter_and_begin_and_end_as_they_should(text: str, width: int) -> None:
    lines = wrapped(text, width, columns_of)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    for line in lines:
        # Marks that can't stand at an edge go along with their neighbour, never out of the page.
        assert columns_of(line) <= width


def test_no_line_begins_with_a_closing_mark() -> None:
    lines = wrapped("保密工作要求（一）不得泄露密，。", 10, columns_of)
    assert lines == ["保密工作要", "求（一）不", "得泄露", "密，。"]
