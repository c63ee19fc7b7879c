"""The answers of each type of question in a Moodle XML file ("Moodle XML format")."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from quizengine.bank.exchange.found import Found, number, truth
from quizengine.bank.exchange.gift_answers import (
    note_other_numbers,
    set_number,
    set_pairs,
    variant,
)
from quizengine.bank.exchange.keypoints import take_marking
from quizengine.bank.exchange.labels import Labels
from quizengine.bank.exchange.moodle_cloze import read_cloze
from quizengine.bank.exchange.moodle_texts import element_text, raw_text
from quizengine.bank.exchange.richtext import Notes
from quizengine.bank.exchange.xmlnode import Node, read_html
from quizengine.domain.text import N_, Text

_GAP = re.compile(r"\[\[(\d+)\]\]")


@dataclass(frozen=True)
class _Answer:
    text: str
    percent: float
    node: Node

    @property
    def right(self) -> bool:
        return self.percent >= 99.9


def _answers(node: Node, found: Found, usual: str = "plain_text") -> list[_Answer]:
    notes = Notes()
    answers = [
        _Answer(element_text(each, notes, usual=usual), _percent(each.get("fraction")), each)
        for each in node.children("answer")
    ]
    found.lost("options", notes)
    return answers


def _percent(text: str) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0


def _multichoice(node: Node, found: Found, labels: Labels) -> Text | None:
    answers = _answers(node, found, "html")
    keys = labels.keys_for(len(answers))
    found.options = tuple(zip(keys, (answer.text for answer in answers), strict=True))
    single = node.said("single") in ("", "true", "1")
    wanted = [answer.right if single else answer.percent > 0 for answer in answers]
    right = [key for key, is_right in zip(keys, wanted, strict=True) if is_right]
    found.type = "single" if single and len(right) < 2 else "multiple"
    found.answer = right or None
    gains = {answer.percent for answer in answers if answer.percent > 0}
    if len(gains) > 1:
        _note_weights(found, answers)
    two = truth(found.options, right) if found.type == "single" else None
    if two and labels.type != "single":
        found.type, found.options, found.answer = "true_false", (), two
        found.guess("type", 0.95, N_("The two options are those of a true/false question."))
    return None


def _note_weights(found: Found, answers: list[_Answer]) -> None:
    listed = ", ".join(f"{answer.text} {answer.percent:g}%" for answer in answers)
    found.guess("answer", 0.6, N_("Weights are not kept: %(weights)s."), weights=listed)


def _true_false(node: Node, found: Found, _labels: Labels) -> Text | None:
    right = [answer.text.lower() for answer in _answers(node, found) if answer.right]
    found.type = "true_false"
    found.answer = ["a" if right == ["true"] else "b"] if right else None
    return None


def _short_answer(node: Node, found: Found, _labels: Labels) -> Text | None:
    answers = _answers(node, found)
    found.type = "fill"
    texts = [variant(found, answer.text) for answer in answers if answer.right]
    found.answer = [texts] if texts else None
    if any(answer.percent > 0 and not answer.right for answer in answers):
        _note_weights(found, answers)
    if node.said("usecase") == "1":
        found.guess("answer", 0.7, N_("Capital and small letters are told apart in the source."))
    return None


def _numerical(node: Node, found: Found, labels: Labels) -> Text | None:
    answers = _answers(node, found)
    found.type = "numeric"
    units = node.child("units")
    if units and 1 not in labels.units:
        names = [unit.said("unit_name") for unit in units.children("unit")]
        labels.units.update({1: names[0]} if names and names[0] else {})
        if len(names) > 1:
            found.guess(
                "answer",
                0.5,
                N_("Further units are not kept: %(units)s."),
                units=", ".join(names[1:]),
            )
    read = [(answer, number(answer.text)) for answer in answers if answer.text != "*"]
    right = [
        (value, number(answer.node.said("tolerance") or "0") or "0")
        for answer, value in read
        if answer.right and value is not None
    ]
    set_number(found, list(right), labels)
    others = [f"{a.text} {a.percent:g}%" for a, value in read if value is None or not a.right]
    note_other_numbers(found, others)
    return None


def _matching(node: Node, found: Found, labels: Labels) -> Text | None:
    notes = Notes()
    pairs = []
    for each in node.children("subquestion"):
        answer = each.child("answer")
        right = element_text(answer, notes, usual="plain_text") if answer else ""
        pairs.append((element_text(each, notes), right))
    set_pairs(found, labels, pairs)
    found.lost("left", notes)
    return None


def _essay(node: Node, found: Found, _labels: Labels) -> Text | None:
    found.type = "short"
    info = node.child("graderinfo")
    if info is not None and raw_text(info).strip():
        take_marking(found, read_html(raw_text(info)))
    template = element_text(node.child("responsetemplate"), Notes())
    if template:
        found.guess(
            "stem", 0.6, N_("The template for the answer is left out: %(text)s."), text=template
        )
    return None


def _ordering(node: Node, found: Found, labels: Labels) -> Text | None:
    steps = [answer.text for answer in _answers(node, found, "html")]
    keys = labels.keys_for(len(steps))
    found.type = "order"
    found.options = tuple(zip(keys, steps, strict=True))
    found.answer = keys or None
    return None


def _gaps(node: Node, found: Found, _labels: Labels) -> Text | None:
    """Gaps `[[1]]` that are filled from a list ("Select missing words", "Drag and drop")."""
    words = [element_text(each, Notes()) for each in node.children("selectoption", "dragbox")]
    wanted = [int(gap) - 1 for gap in _GAP.findall(found.stem)]
    if not wanted or not all(0 <= place < len(words) for place in wanted):
        return Text(N_("A gap names a word that is not in the list."))
    found.type = "fill"
    found.stem = _GAP.sub("____", found.stem)
    found.answer = [[words[place]] for place in wanted]
    rest = [word for place, word in enumerate(words) if place not in wanted]
    found.guess(
        "type",
        0.6,
        N_("The words to choose from are left out; not right were: %(words)s."),
        words=", ".join(rest),
    )
    return None


def _cloze(node: Node, found: Found, labels: Labels) -> Text | None:
    return read_cloze(found, labels)


READERS: dict[str, Callable[[Node, Found, Labels], Text | None]] = {
    "multichoice": _multichoice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numerical,
    "matching": _matching,
    "match": _matching,
    "essay": _essay,
    "ordering": _ordering,
    "gapselect": _gaps,
    "ddwtos": _gaps,
    "cloze": _cloze,
    "multianswer": _cloze,
}
