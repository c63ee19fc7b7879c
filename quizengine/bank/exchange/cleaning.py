"""What the structured formats have in common when they write: texts they can hold, and losses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from quizengine.bank.exchange.drafts import Loss
from quizengine.domain.asked import FALSE_KEY, TRUE_KEY, Asked, Fill, Numeric, TrueFalse
from quizengine.domain.questioncheck import BLANK
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Text

# XML 1.0, 2.2: what is no Char; and the noncharacters of Unicode, 23.7.
_NO_CHAR = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0010ffff]")
_LINE_ENDS = re.compile("\r\n?")
_WHITE = re.compile(r"\s*\n\s*")
_INNER = re.compile("[\t\u00a0]")

# What is told by the question itself in every format of this kind.
TOLD = frozenset(
    {
        "type",
        "stem",
        "options",
        "left",
        "right",
        "answer",
        "parts",
        "key_points",
        "explanation",
        "any_order",
    }
)
# Never carried from one bank to another: that a second person let something pass, is for the
# people of each bank to say.
_OWN_AFFAIR = {
    "cleared": N_("Clearances are not carried over: a second person clears again."),
    "state": N_("The state of review is not carried over."),
    "en": N_("The English texts are left out."),
}
_TRUTHS = {TRUE_KEY: "正确", FALSE_KEY: "错误"}


_NONE = object()


@cache
def _defaults(cls: type[Question]) -> dict[str, object]:
    """The default of each field; what a question must have has none."""
    return {
        name: _NONE if info.is_required() else info.get_default(call_default_factory=True)
        for name, info in cls.model_fields.items()
    }


class Losses:
    """Collects what a format can't hold of one question; each field is named once a reason."""

    def __init__(self, question: str) -> None:
        self._question = question
        self._found: dict[tuple[str, str], Loss] = {}

    def note(self, name: str, template: str, **params: object) -> None:
        """The field `name` is changed or left out, and why."""
        loss = Loss(self._question, name, Text(template, params))
        self._found.setdefault((name, template), loss)

    def all(self) -> tuple[Loss, ...]:
        """The losses, in the order in which they were found."""
        return tuple(self._found.values())

    def fields(self, question: Question, held: Iterable[str]) -> None:
        """Note each field of `question` that has a value of its own and is not `held`."""
        known = {*TOLD, *held}
        for name, default in _defaults(type(question)).items():
            if name not in known and getattr(question, name) != default:
                self.note(name, _OWN_AFFAIR.get(name, N_("The format has no place for it.")))
        if any(getattr(part, "en", None) for part in getattr(question, "parts", ())):
            self.note("en", _OWN_AFFAIR["en"])

    def text(self, value: str, name: str, *, lines: bool = True, spaces: bool = True) -> str:
        """`value` as the format holds it: without control characters and space at its ends.

        Without `lines` it becomes one line, without `spaces` tabs and no-break spaces are spaces.
        """
        clean = _NO_CHAR.sub("", _LINE_ENDS.sub("\n", value)).strip()
        if not lines:
            clean = _WHITE.sub(" ", clean)
        if not spaces:
            clean = _INNER.sub(" ", clean)
        if clean != value:
            self.note(name, N_("White space or control characters in it are changed."))
        return clean


def usual_truths(asked: Asked) -> bool:
    """Whether a true/false question has the usual two words, so that a format's own form fits."""
    return isinstance(asked, TrueFalse) and asked.options == _TRUTHS


def blanks_of(stem: str) -> list[int]:
    """The length of each blank in `stem`, in underscores."""
    return [len(found.group()) for found in BLANK.finditer(stem)]


def between_blanks(stem: str) -> list[str]:
    """The pieces of `stem` around its blanks: one more than there are blanks."""
    return BLANK.split(stem)


def blanks_fit(asked: Asked) -> bool:
    """Whether there is one answer for each blank, or one behind a stem without any."""
    if not isinstance(asked, Fill | Numeric):
        return True
    return len(asked.answer) == max(len(blanks_of(asked.stem)), 1)
