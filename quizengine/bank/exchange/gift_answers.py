"""The answers in braces of a GIFT question (Moodle documentation, "GIFT format").

`~` and `=` begin a wrong and a right answer, `%50%` gives its weight, `#` its feedback; `->` parts
a pair of a match; `{#…}` holds numbers as `value:tolerance` or `low..high`; `{T}`, `{FALSE}` and
the like are true/false; `{>…` lists steps in the right order, one a line (the question type
"Ordering"); `{}` is an essay. `####` begins the general feedback.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizengine.bank.exchange.found import Found, middle, number, quantity
from quizengine.bank.exchange.gift_text import Format, shown
from quizengine.bank.exchange.labels import Labels
from quizengine.bank.exchange.richtext import Notes
from quizengine.domain.text import N_

_ANSWER = re.compile(r"([=~])([^=~]*)")
_WEIGHT = re.compile(r"\s*%(-?[0-9]{1,3}(?:\.[0-9]*)?)%")
_TRUTHS = {"T": "a", "TRUE": "a", "F": "b", "FALSE": "b"}
_ORDER = re.compile(r">\s*\d*[^\n]*\n")


@dataclass(frozen=True)
class Given:
    """An answer as written: its mark, its weight in percent (None: not said) and its feedback."""

    mark: str
    weight: float | None
    text: str
    feedback: str

    @property
    def right(self) -> bool:
        """Whether it earns all points, alone."""
        return self.weight == 100 if self.weight is not None else self.mark == "="


class AnswerReader:
    """Reads the answers of one question into `found`."""

    def __init__(self, found: Found, form: Format, labels: Labels) -> None:
        self._found = found
        self._form = form
        self._labels = labels
        self._notes = Notes()

    def read(self, raw: str) -> None:
        """Set type, options and answer from what stands between the braces, with stand-ins."""
        answers, _, general = raw.rpartition("####") if "####" in raw else (raw, "", "")
        said = self._plain(general)
        single = self._answers(answers.strip())
        self._found.explain(said, single)
        self._found.lost("options", self._notes)

    def _answers(self, raw: str) -> list[tuple[str, str]]:
        """Read the answers; pairs of each one's text and feedback come back."""
        head = raw.partition("#")[0].strip()
        if not raw:
            self._found.type = "short"
            return []
        if raw.startswith("#"):
            return self._numeric(raw[1:])
        if raw.startswith(">"):
            return self._order(raw)
        if head.upper() in _TRUTHS:
            return self._true_false(raw, head)
        if "~" in raw:
            return self._choice(self._given(raw))
        if "=" in raw and "->" in raw:
            return self._match(raw)
        return self._fill([raw])

    def several(self, raws: list[str]) -> None:
        """Read a question with several answer blocks: a blank for each."""
        self._found.explain("", self._fill(raws))
        self._found.lost("answer", self._notes)

    def _plain(self, text: str) -> str:
        return self._form.plain(text, self._notes)

    def _given(self, raw: str, first: str = "~") -> list[Given]:
        starts = raw.find("~"), raw.find("=")
        begin = min((place for place in starts if place >= 0), default=len(raw))
        pairs = [(first, raw[:begin])] if raw[:begin].strip() else []
        pairs += _ANSWER.findall(raw[begin:])
        return [self._one(mark, text) for mark, text in pairs if text.strip()]

    def _one(self, mark: str, text: str) -> Given:
        match = _WEIGHT.match(text)
        rest = text[match.end() :] if match else text
        answer, _, feedback = rest.partition("#")
        weight = float(match[1]) if match else None
        return Given(mark, weight, self._plain(answer), self._plain(feedback))

    def _choice(self, given: list[Given]) -> list[tuple[str, str]]:
        found = self._found
        keys = self._labels.keys_for(len(given))
        found.options = tuple(zip(keys, (one.text for one in given), strict=True))
        several = not any(one.right for one in given)
        found.type = "multiple" if several else "single"
        right = [one.right or (several and (one.weight or 0) > 0) for one in given]
        found.answer = [key for key, is_right in zip(keys, right, strict=True) if is_right] or None
        self._note_weights(given, several)
        if found.type == "single" and found.answer and len(found.answer) > 1:
            found.type = "multiple"
            found.guess("type", 0.6, N_("Several answers are marked as wholly right."))
        return [(one.text, one.feedback) for one in given]

    def _note_weights(self, given: list[Given], several: bool) -> None:
        weights = {one.weight or 0 for one in given if one.weight is not None and not one.right}
        gains = {weight for weight in weights if weight > 0}
        if (several and len(gains) > 1) or (not several and gains):
            listed = ", ".join(f"{one.text} {one.weight:g}%" for one in given if one.weight)
            self._found.guess(
                "answer", 0.6, N_("Weights are not kept: %(weights)s."), weights=listed
            )

    def _match(self, raw: str) -> list[tuple[str, str]]:
        pairs: list[tuple[str, str]] = []
        for answer in raw.split("="):
            left, arrow, right = answer.partition("->")
            if arrow:
                pairs.append((self._plain(left), self._plain(right)))
            elif answer.strip():
                self._found.need(
                    "pair-missing", N_("%(text)s has no partner."), text=shown(answer.strip())
                )
        set_pairs(self._found, self._labels, pairs)
        return []

    def _fill(self, raws: list[str]) -> list[tuple[str, str]]:
        found = self._found
        found.type = "fill"
        blanks: list[list[str]] = []
        single: list[tuple[str, str]] = []
        for raw in raws:
            given = self._given(raw, "=")
            blanks.append([variant(found, one.text) for one in given if one.right])
            single += [(one.text, one.feedback) for one in given]
            partial = [f"{one.text} {one.weight:g}%" for one in given if not one.right]
            if partial:
                found.guess(
                    "answer",
                    0.6,
                    N_("Answers that earn a part of the points are not kept: %(answers)s."),
                    answers=", ".join(partial),
                )
        found.answer = blanks if all(blanks) else None
        return single

    def _true_false(self, raw: str, head: str) -> list[tuple[str, str]]:
        self._found.type = "true_false"
        self._found.answer = [_TRUTHS[head.upper()]]
        return [("", self._plain(feedback)) for feedback in raw.split("#", 2)[1:]]

    def _order(self, raw: str) -> list[tuple[str, str]]:
        match = _ORDER.match(raw)
        steps = [self._plain(line) for line in raw[match.end() :].split("\n")] if match else []
        steps = [step for step in steps if step]
        keys = self._labels.keys_for(len(steps))
        self._found.type = "order"
        self._found.options = tuple(zip(keys, steps, strict=True))
        self._found.answer = keys or None
        return []

    def _numeric(self, raw: str) -> list[tuple[str, str]]:
        found = self._found
        found.type = "numeric"
        right, _, wrong = raw.partition("~")
        given = self._given(right, "=")
        numbers = [read_number(one.text) for one in given if one.right]
        set_number(found, numbers, self._labels)
        others = [one.text for one in given if not one.right]
        note_other_numbers(found, others)
        feedback = [(one.text, one.feedback) for one in given]
        return [*feedback, ("", self._plain(wrong.partition("#")[2]))]


def set_pairs(found: Found, labels: Labels, pairs: list[tuple[str, str]]) -> None:
    """A match from pairs of left and right texts; one without a left text is a distractor."""
    found.type = "match"
    rights = list(dict.fromkeys(right for _, right in pairs if right))
    lefts = [(left, right) for left, right in pairs if left]
    right_keys = dict(zip(rights, labels.keys_for(len(rights), 1, "r"), strict=True))
    left_keys = labels.keys_for(len(lefts), 0, "l")
    found.left = tuple(zip(left_keys, (left for left, _ in lefts), strict=True))
    found.right = tuple((key, text) for text, key in right_keys.items())
    partners = zip(left_keys, lefts, strict=True)
    found.answer = {key: right_keys[right] for key, (_, right) in partners if right}


def variant(found: Found, text: str) -> str:
    """An accepted answer; `*` is Moodle's sign for any text ("Short-Answer question type")."""
    if re.search(r"(?<!\\)\*", text):
        found.need(
            "wildcard",
            N_("%(text)s accepts any text in place of *: list what is accepted."),
            text=text,
        )
    return text.replace("\\*", "*")


def read_number(text: str) -> tuple[str, str] | None:
    """Value and tolerance of `value`, `value:tolerance` or `low..high`; None if it is neither."""
    low, dots, high = text.partition("..")
    if dots:
        return middle(low, high)
    value, _, tolerance = text.partition(":")
    read, accepted = number(value), number(tolerance or "0")
    return (read, accepted.lstrip("-")) if read is not None and accepted is not None else None


def set_number(found: Found, numbers: list[tuple[str, str] | None], labels: Labels) -> None:
    """The answer of a question with one number: the first; what else is accepted is named."""
    first = numbers[0] if numbers else None
    if first is None:
        found.need("number-unreadable", N_("The right number can't be read."))
        return
    found.answer = [quantity(*first, labels.units.get(1, ""))]
    note_other_numbers(found, [f"{one[0]} ± {one[1]}" for one in numbers[1:] if one])


def note_other_numbers(found: Found, others: list[str]) -> None:
    """Name further numbers that the source accepts, wholly or in part."""
    if others:
        found.guess(
            "answer",
            0.5,
            N_("Further numbers that earn points are not kept: %(numbers)s."),
            numbers=", ".join(others),
        )
