"""The type of a typed question, and its options and answer as that type has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from quizengine.bank.exchange.drafts import Guess, Need, Options
from quizengine.bank.exchange.typed_answers import (
    filled,
    key_points_of,
    letters_of,
    numbers_of,
    truth_in,
)
from quizengine.bank.exchange.typed_blocks import Block
from quizengine.bank.exchange.typed_fields import values_of
from quizengine.bank.exchange.typed_matches import match_of
from quizengine.bank.exchange.typed_stems import (
    Stem,
    drop_gap,
    mark_blanks,
    take_filled,
    take_letters,
    take_truth,
)
from quizengine.bank.exchange.typed_words import truth_of
from quizengine.domain.text import N_, Text

_CHOICES = ("single", "multiple", "choice", "order")
_TRUE_TEXT, _FALSE_TEXT = "正确", "错误"


@dataclass
class Asking:
    """A question before its type is known; `told` if the source names the type."""

    stem: Stem
    kind: str
    told: bool
    options: dict[str, str]
    answers: list[str]
    block: Block


@dataclass
class Asked:
    """What was read; `rest` are texts behind the answer that explain it."""

    kind: str
    options: Options = ()
    left: Options = ()
    right: Options = ()
    answer: Any = None
    rest: list[str] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    more: dict[str, Any] = field(default_factory=dict)

    def guess(self, of: str, why: str, sure: float, **params: object) -> None:
        """Note a guess."""
        self.guesses.append(Guess(of, Text(why, params), sure))

    def need(self, code: str, why: str, **params: object) -> None:
        """Note what a person must do."""
        self.needs.append(Need(code, Text(why, params)))


def asked(asking: Asking) -> Asked:
    """The question by the type that the source names, or that its options and answer show."""
    if asking.kind == "match" or "left" in asking.block.fields:
        return _match(asking)
    if asking.options and _is_truth(asking):
        return _truth(asking)
    if asking.options:
        return _choice(asking)
    if asking.kind == "numeric":
        return _numeric(asking)
    if asking.kind == "true_false" or (asking.kind in ("", *_CHOICES) and _says_truth(asking)):
        return _truth(asking)
    if asking.kind in ("short", "case"):
        return _short(asking)
    return _blanks_or_words(asking)


def _is_truth(asking: Asking) -> bool:
    texts = list(asking.options.values())
    if len(texts) != 2:
        return False
    opposite = {truth_of(text) for text in texts} == {True, False}
    return opposite and asking.kind in ("", "true_false", "choice")


def _says_truth(asking: Asking) -> bool:
    if asking.answers:
        return truth_in(asking.answers[0]) is not None and not letters_of(asking.answers[0])
    return take_truth(Stem(asking.stem.text)) is not None


def _choice(asking: Asking) -> Asked:
    known = {letter: letter.lower() for letter in asking.options}
    read = Asked("choice", tuple((known[k], text) for k, text in asking.options.items()))
    inline = take_letters(asking.stem, set(known))
    given: list[str] = []
    for text in asking.answers:
        found = letters_of(text)
        if found is None:
            read.rest.append(text)
        elif not given:
            given = list(found.letters)
            if found.rest:
                read.rest.append(found.rest)
                read.guess("explanation", N_("What stands behind the answer explains it."), 0.8)
        elif list(found.letters) != given:
            _conflict(read, "".join(given), text)
    if inline and given and sorted(inline) != sorted(given):
        _conflict(read, "".join(given), "".join(inline))
    if inline and not given:
        read.guess("answer", N_("The letter in the bracket of the stem is the answer."), 0.95)
    letters = given or inline
    if letters:
        read.answer = [letter.lower() for letter in letters]
    _choice_kind(asking, read, letters)
    return read


def _conflict(read: Asked, one: str, other: str) -> None:
    read.need(
        "answer-conflict",
        N_("Two answers stand there: %(one)s and %(other)s; the first was taken."),
        one=one,
        other=other[:40],
    )


def _choice_kind(asking: Asking, read: Asked, letters: list[str]) -> None:
    hint = asking.kind if asking.kind in ("single", "multiple", "order") else ""
    shown = "multiple" if len(letters) > 1 else "single"
    read.kind = hint or shown
    if not hint:
        sure = 0.95 if letters else 0.5
        read.guess("type", N_("Options and the number of right letters show the type."), sure)
    elif hint == "single" and len(letters) > 1:
        read.kind = "multiple"
        read.guess("type", N_("Several letters are right, though it is called single choice."), 0.6)
        read.need("answer-count", N_("Called single choice, but several letters are right."))
    elif hint == "multiple" and len(letters) == 1:
        read.need("answer-count", N_("Called multiple choice, but only one letter is right."))


def _truth(asking: Asking) -> Asked:
    read = Asked("true_false")
    texts = dict(asking.options)
    truth = take_truth(asking.stem)
    if truth is not None and not asking.answers:
        read.guess("answer", N_("The sign in the bracket of the stem is the answer."), 0.95)
    elif truth is None:
        drop_gap(asking.stem)
    for text in asking.answers:
        letters = letters_of(text) if texts else None
        if letters and len(letters.letters) == 1 and letters.letters[0] in texts:
            truth = truth_of(texts[letters.letters[0]])
            read.rest += [letters.rest] if letters.rest else []
            continue
        found = truth_in(text)
        if found is None:
            read.rest.append(text)
            continue
        if truth is not None and truth != found[0]:
            read.need("answer-conflict", N_("Right and wrong both stand there as the answer."))
        truth = found[0]
        read.rest += [found[1]] if found[1] else []
    if not asking.told:
        read.guess("type", N_("The answer says right or wrong."), 0.95)
    if truth is not None:
        read.answer = ["a" if truth else "b"]
    if texts and list(texts.values()) != [_TRUE_TEXT, _FALSE_TEXT]:
        _own_words(read, list(texts.values()))
    return read


def _own_words(read: Asked, texts: list[str]) -> None:
    if truth_of(texts[0]):
        read.options = (("a", texts[0]), ("b", texts[1]))


def _numeric(asking: Asking) -> Asked:
    read = Asked("numeric")
    mark_blanks(asking.stem)
    text = "\n".join(asking.answers)
    numbers = numbers_of(text) if text else None
    if numbers is not None:
        read.answer = numbers
    elif text:
        read.answer = None
        read.rest.append(text)
        read.need("answer-unclear", N_("The answer is no number."))
    return read


def _short(asking: Asking) -> Asked:
    read = Asked("short")
    text = "\n".join(asking.answers)
    points = [text for text in values_of(asking.block, "key_points") if text]
    read.answer = text or None
    if text and not points:
        listed, sure = key_points_of(text)
        read.more["key_points"] = [{"text": point} for point in listed]
        read.guess("key_points", N_("Each item of the answer is one key point."), sure)
    return read


def _blanks_or_words(asking: Asking) -> Asked:
    """Without options: blanks to fill in, or an answer in words."""
    answers = list(asking.answers)
    read = Asked("fill")
    if asking.kind in _CHOICES:
        return _short_or_choice(asking)
    if not answers and asking.kind == "fill":
        inside = take_filled(asking.stem)
        if inside:
            read.answer = [[text] for text in inside]
            read.guess("answer", N_("The answers stand in the blanks themselves."), 0.75)
            return read
    blanks = mark_blanks(asking.stem)
    if not blanks and asking.kind != "fill":
        return _short_or_choice(asking)
    if not asking.told:
        read.guess("type", N_("The stem has blanks and no options."), 0.9 if answers else 0.6)
    if answers:
        found = filled("\n".join(answers), blanks)
        read.answer = [list(variants) for variants in found.answers]
        if found.sure < 1:
            read.guess("answer", N_("How the answer is divided among the blanks."), found.sure)
    return read


def _short_or_choice(asking: Asking) -> Asked:
    if asking.kind in _CHOICES:
        read = Asked("single" if asking.kind == "choice" else asking.kind)
        letters = letters_of("\n".join(asking.answers))
        if letters:
            read.answer = [letter.lower() for letter in letters.letters]
        read.rest += [letters.rest] if letters and letters.rest else []
        read.rest += [] if letters else asking.answers
        read.need("options-missing", N_("No options were found."))
        return read
    read = _short(asking)
    if not asking.told:
        read.guess("type", N_("It has no options and no blanks."), 0.7 if asking.answers else 0.4)
    return read


def _match(asking: Asking) -> Asked:
    block = asking.block
    left, right, answer = match_of(
        values_of(block, "left"), values_of(block, "right"), "\n".join(asking.answers)
    )
    read = Asked("match", left=left, right=right, answer=answer)
    if not left or not right:
        read.need("options-missing", N_("No options were found."))
    return read
