"""Questions in English: the Chinese texts stand, the English ones lie over them.

Keys, blanks and right answers are the same in both languages, so that an answer given in one is
graded like the same answer given in the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from quizengine.domain.asked import English
from quizengine.domain.problems import Finding, Path
from quizengine.domain.questions import (
    Asked,
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
from quizengine.domain.text import N_, Text

_Choice = Single | Multiple | TrueFalse | Order
_KEYED = ("options", "left", "right")
_LISTED = ("units", "key_points")
_TRUTHS = ("True", "False")
_BLANK = re.compile(r"_{3,}")
_Some = TypeVar("_Some", bound=Asked)


def in_language(question: Question, language: str) -> Question:
    """`question` with its English texts if the reader's `language` is English and it has some."""
    if question.en is None or not language.startswith("en"):
        return question
    if isinstance(question, CaseQuestion):
        parts = [_english(part) for part in question.parts]
        return _english(question).model_copy(update={"parts": parts})
    return _english(question)


def _english(asked: _Some) -> _Some:
    if asked.en is None:
        return asked
    texts: dict[str, Any] = asked.en.model_dump(
        exclude_none=True, include={"stem", "explanation", *_KEYED}
    )
    if isinstance(asked, TrueFalse) and asked.en.options is None:
        texts["options"] = dict(zip(asked.options, _TRUTHS, strict=True))
    texts.update(_answers(asked, asked.en))
    return asked.model_copy(update=texts)


def _answers(asked: Asked, en: English) -> dict[str, Any]:
    """The fields that hold texts and what is right together."""
    if isinstance(asked, Fill):
        # The first variant is shown as the right one: one without Chinese, if there is one.
        return {"answer": [sorted(blank, key=_is_chinese) for blank in asked.answer]}
    if isinstance(asked, Numeric) and en.units:
        pairs = zip(asked.answer, en.units, strict=False)
        return {"answer": [number.model_copy(update={"unit": unit}) for number, unit in pairs]}
    if isinstance(asked, Short):
        points = zip(asked.key_points, en.key_points or (), strict=False)
        translated = [point.model_copy(update={"text": text}) for point, text in points]
        return {"answer": en.answer or asked.answer, "key_points": translated or asked.key_points}
    return {}


def _is_chinese(text: str) -> bool:
    return not text.isascii()


def check_translation(question: Question) -> Iterator[Finding]:
    """Faults of the English texts: what is missing in them, or has nothing to stand for."""
    yield from _check(question, ())
    if isinstance(question, CaseQuestion):
        for index, part in enumerate(question.parts):
            yield from _check(part, ("parts", index))
            if (part.en is None) != (question.en is None):
                yield _gap(("parts", index), "en")


def _check(asked: Asked, at: Path) -> Iterator[Finding]:
    if asked.en is None:
        return
    here = (*at, "en")
    for field in (*_KEYED, *_LISTED, "answer", "explanation"):
        wanted, given = _wanted(asked, field), getattr(asked.en, field)
        if field == "options" and isinstance(asked, TrueFalse) and given is None:
            continue
        if _shape(given) != wanted:
            yield _gap(here if given is None else (*here, field), field)
    if len(_BLANK.findall(asked.stem)) != len(_BLANK.findall(asked.en.stem)):
        yield _gap((*here, "stem"), "stem")


def _wanted(asked: Asked, field: str) -> object:
    """The shape that the English `field` must have: keys, a length, or that there is a text."""
    if field == "options":
        return set(asked.options) if isinstance(asked, _Choice) else None
    if field in ("left", "right"):
        return set(getattr(asked, field)) if isinstance(asked, Match) else None
    if field == "units":
        numbers = asked.answer if isinstance(asked, Numeric) else []
        return len(numbers) if any(number.unit for number in numbers) else None
    if field == "key_points":
        return len(asked.key_points) if isinstance(asked, Short) else None
    if field == "answer":
        return True if isinstance(asked, Short) and asked.answer else None
    return True if asked.explanation else None


def _shape(given: dict[str, str] | Sequence[str] | None) -> object:
    if isinstance(given, dict):
        return set(given)
    if isinstance(given, list):
        return len(given)
    return None if given is None else True


def _gap(path: Path, field: str) -> Finding:
    return Finding(
        "translation-gap",
        path,
        Text(
            N_("The English %(field)s must have the keys, blanks and entries of the original."),
            {"field": field},
        ),
    )
