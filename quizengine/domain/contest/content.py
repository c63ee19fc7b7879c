"""A contest question as screens show it, and its solution, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import Any

from quizengine.domain.answers import correct_answer
from quizengine.domain.candidates import Choices
from quizengine.domain.questions import (
    Asked,
    Basis,
    CaseQuestion,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Question,
    Short,
    Single,
    TrueFalse,
)
from quizengine.domain.registry import Law
from quizengine.domain.translations import in_language


def shown_question(key: str, question: Question) -> dict[str, Any]:
    """What anybody may see of the question in slot `key`: nothing that helps to answer it.

    The order of options depends on the key and the revision alone: it is the same on all screens,
    after a restart and in a replay. `en` holds the same texts in English, in the same order, to be
    laid over the others; None without any.
    """
    seed = f"{key}/{question.id}/{question.revision}"
    data: dict[str, Any] = {"key": key, **_asked(question, seed), "parts": [], "en": None}
    if isinstance(question, CaseQuestion):
        data["parts"] = [
            {"id": part.id, **_asked(part, f"{seed}/{part.id}")} for part in question.parts
        ]
    if question.en is not None:
        data["en"] = _shown_english(data, in_language(question, "en"))
    return data


def solution(question: Question, laws: Mapping[str, Law]) -> dict[str, Any]:
    """What only host and judge may see before a question is revealed.

    `answer` has the shape in which teams answer; `accepted` lists further variants of each blank,
    `parts` the explanation and key points of each part of a case. `en` is as in `shown_question`.
    """
    basis = [citation(basis, laws) for basis in question.basis]
    data = {**_solved(question), "basis": basis, "en": None}
    if question.en is not None:
        data["en"] = _solved(in_language(question, "en"))
    return data


def _solved(question: Question) -> dict[str, Any]:
    data = {
        "answer": correct_answer(question),
        "explanation": question.explanation,
        "key_points": _key_points(question),
        "accepted": _accepted(question),
        "parts": {},
    }
    if isinstance(question, CaseQuestion):
        data["parts"] = {
            part.id: {
                "explanation": part.explanation,
                "key_points": _key_points(part),
                "accepted": _accepted(part),
            }
            for part in question.parts
        }
    return data


def citation(basis: Basis, laws: Mapping[str, Law]) -> dict[str, str]:
    """A place in a law in words, by language; a law that is not known is named by its id."""
    law = laws.get(basis.law)
    zh = f"《{law.title.zh}》（{law.version.zh}）" if law else f"{basis.law} "
    zh += f"第{basis.article}条"
    zh += f"第{basis.paragraph}款" if basis.paragraph else ""
    zh += f"第{basis.item}项" if basis.item else ""
    en = f"{law.title.en} ({law.version.en})" if law else basis.law
    en += f" Art. {basis.article}"
    en += f" para. {basis.paragraph}" if basis.paragraph else ""
    en += f" item {basis.item}" if basis.item else ""
    return {"zh": zh, "en": en}


def _asked(asked: Asked, seed: str) -> dict[str, Any]:
    arranged = Choices.of(asked).arranged(Random(seed), shuffle=True)
    data: dict[str, Any] = {
        "type": getattr(asked, "type", ""),
        "stem": asked.stem,
        "options": [],
        "right": [],
        "blanks": 0,
        "units": [],
    }
    match asked:
        case Single() | Multiple() | TrueFalse() | Order():
            data["options"] = _choices(asked.options, arranged.options)
        case Match():
            data["options"] = _choices(asked.left, asked.left)
            data["right"] = _choices(asked.right, arranged.right)
        case Fill():
            data["blanks"] = len(asked.answer)
        case Numeric():
            data["blanks"] = len(asked.answer)
            data["units"] = [number.unit for number in asked.answer]
    return data


def _shown_english(shown: Mapping[str, Any], english: Question) -> dict[str, Any]:
    """The texts by the keys of `shown`: in the bank they may stand in another order."""
    data = _english_texts(shown, english)
    parts = english.parts if isinstance(english, CaseQuestion) else []
    data["parts"] = [
        {**part, **_english_texts(part, asked)}
        for part, asked in zip(shown["parts"], parts, strict=True)
    ]
    return data


def _english_texts(shown: Mapping[str, Any], english: Asked) -> dict[str, Any]:
    data: dict[str, Any] = {"stem": english.stem}
    match english:
        case Single() | Multiple() | TrueFalse() | Order():
            data["options"] = _choices(english.options, _keys(shown["options"]))
        case Match():
            data["options"] = _choices(english.left, _keys(shown["options"]))
            data["right"] = _choices(english.right, _keys(shown["right"]))
        case Numeric():
            data["units"] = [number.unit for number in english.answer]
    return data


def _keys(choices: Iterable[Mapping[str, str]]) -> list[str]:
    return [one["key"] for one in choices]


def _choices(texts: Mapping[str, str], order: Iterable[str]) -> list[dict[str, str]]:
    return [{"key": key, "text": texts[key]} for key in order]


def _key_points(asked: Asked) -> list[dict[str, str]]:
    if not isinstance(asked, Short):
        return []
    return [{"text": point.text, "points": str(point.points)} for point in asked.key_points]


def _accepted(asked: Asked) -> list[list[str]]:
    """Per blank what else is right: variants of a text, the span of a number."""
    match asked:
        case Fill():
            return [list(variants[1:]) for variants in asked.answer]
        case Numeric():
            return [[f"±{number.tolerance}"] if number.tolerance else [] for number in asked.answer]
    return []
