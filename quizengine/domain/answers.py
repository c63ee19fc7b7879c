"""What members answer: the shape for each question type, its check, and the right answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeAlias

from quizengine.domain.normalise import parse_number, plain_text
from quizengine.domain.questions import (
    CaseQuestion,
    Fill,
    Gradable,
    Match,
    Multiple,
    Numeric,
    Order,
    Short,
    Single,
    TrueFalse,
)
from quizengine.domain.text import N_, Refused

Answer: TypeAlias = list[str] | dict[str, Any]
"""JSON by type: `single`, `true_false` one key in a list; `multiple`, `order` a list of keys;
`fill`, `numeric` one string per blank; `match` left key → right key; `short` one text in a list;
`case` part id → answer of the part."""

BLANK_LENGTH = 200
SHORT_LENGTH = 8000


def validate_answer(question: Gradable, answer: object) -> None:
    """Refuse (`answer-shape`, 400) an `answer` whose shape or keys do not fit `question`.

    An unfinished answer is fine: an empty list, some steps, some pairs, some parts.
    """
    if isinstance(question, CaseQuestion):
        _validate_parts(question, answer)
    elif isinstance(question, Match):
        _validate_pairs(question, answer)
    elif isinstance(question, Short):
        _texts(answer, most=1, longest=SHORT_LENGTH)
    elif isinstance(question, Fill | Numeric):
        _texts(answer, most=len(question.answer), longest=BLANK_LENGTH)
    else:
        _validate_keys(question, answer)


def correct_answer(question: Gradable) -> Answer:
    """The right answer in the shape that members answer with, for showing after release.

    `fill` gives the first variant of each blank; `short` the model answer, without one the key
    points, a line each.
    """
    if isinstance(question, CaseQuestion):
        return {part.id: correct_answer(part) for part in question.parts}
    if isinstance(question, Match):
        return dict(question.answer)
    if isinstance(question, Fill):
        return [variants[0] for variants in question.answer]
    if isinstance(question, Numeric):
        return [format(quantity.value, "f") for quantity in question.answer]
    if isinstance(question, Short):
        return [question.answer or "\n".join(point.text for point in question.key_points)]
    return list(question.answer)


def validate_accepted(question: Gradable, answer: object) -> None:
    """Refuse an `answer` that can't stand as a further right answer of `question`.

    `answer-shape` (400) as for members; `answer-unfinished` (400) if it leaves something out: a
    choice, a step, a pair, every blank, or a case's every part. A `short` has no right answer to
    compare with, so any is refused (`answer-by-people`, 400).
    """
    if isinstance(question, Short):
        raise Refused(
            "answer-by-people",
            N_("A short answer is marked by people; there is no other answer to accept."),
            status=400,
        )
    validate_answer(question, answer)
    if isinstance(question, CaseQuestion) and isinstance(answer, dict):
        for part in question.parts:
            if part.id in answer:
                validate_accepted(part, answer[part.id])
    if not _finished(question, answer):
        raise Refused(
            "answer-unfinished", N_("The accepted answer leaves something out."), status=400
        )


def _finished(question: Gradable, answer: Any) -> bool:
    if isinstance(question, Fill):
        return any(map(plain_text, answer))
    if isinstance(question, Numeric):
        typed = [
            parse_number(text, quantity.unit)
            for text, quantity in zip(answer, question.answer, strict=False)
            if text.strip()
        ]
        return bool(typed) and None not in typed
    if isinstance(question, Match | Order):
        return len(answer) == len(question.answer)
    return bool(answer)


def _misfit(template: str, **params: object) -> Refused:
    return Refused("answer-shape", template, status=400, **params)


def _texts(answer: object, *, most: int, longest: int) -> None:
    texts = _strings(answer)
    if len(texts) > most:
        raise _misfit(
            N_("The answer has %(given)s texts, but there is room for %(most)s."),
            given=len(texts),
            most=most,
        )
    _check_strings(texts, longest)


def _strings(answer: object) -> list[str]:
    if not isinstance(answer, list) or not all(isinstance(text, str) for text in answer):
        raise _misfit(N_("The answer must be a list of strings."))
    return answer


def _check_strings(texts: Iterable[str], longest: int = BLANK_LENGTH) -> None:
    for text in texts:
        if len(text) > longest:
            raise _misfit(
                N_("A text has %(length)s characters; %(most)s are allowed."),
                length=len(text),
                most=longest,
            )
        # Neither lone surrogates (JSON can carry them, RFC 8259 section 8.2) nor NUL can be
        # stored in every database.
        if "\0" in text or any("\ud800" <= char <= "\udfff" for char in text):
            raise _misfit(N_("The answer contains characters that cannot be stored."))


def _check_known(keys: Sequence[str], known: Collection[str]) -> None:
    _check_strings(keys)
    for key in keys:
        if key not in known:
            raise _misfit(
                N_("The answer names %(key)s, but the options are %(known)s."),
                key=key,
                known=", ".join(known),
            )


def _validate_keys(question: Single | Multiple | TrueFalse | Order, answer: object) -> None:
    keys = _strings(answer)
    if isinstance(question, Single | TrueFalse) and len(keys) > 1:
        raise _misfit(N_("Only one option can be chosen."))
    _check_known(keys, question.options)
    if len(set(keys)) < len(keys):
        raise _misfit(N_("The answer names a key twice."))


def _validate_pairs(question: Match, answer: object) -> None:
    if not isinstance(answer, dict) or not all(isinstance(k, str) for k in answer):
        raise _misfit(N_("The answer must map left keys to right keys."))
    _check_known(list(answer), question.left)
    _check_known(_strings(list(answer.values())), question.right)


def _validate_parts(question: CaseQuestion, answer: object) -> None:
    if not isinstance(answer, dict) or not all(isinstance(k, str) for k in answer):
        raise _misfit(N_("The answer must map part ids to answers."))
    parts = {part.id: part for part in question.parts}
    _check_known(list(answer), parts)
    for part_id, inner in answer.items():
        try:
            validate_answer(parts[part_id], inner)
        except Refused as refusal:
            raise _misfit(
                N_("Part %(part)s: %(reason)s"), part=part_id, reason=refusal.text
            ) from refusal
