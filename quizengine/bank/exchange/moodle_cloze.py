"""Answers inside of a text, `{1:SHORTANSWER:=a~%50%b#feedback}`.

After the Moodle documentation, "Embedded Answers (Cloze) question type", sections "Format" and
"Detailed syntax explanations": `~` parts answers, `=` or `%100%` marks a right one, and `\\` takes
the meaning from `} # ~ / " \\`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from quizengine.bank.exchange.found import Found, number, quantity
from quizengine.bank.exchange.gift_answers import read_number, variant
from quizengine.bank.exchange.labels import Labels
from quizengine.domain.text import N_, Text

_SHORT = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC")
_NUMBERS = ("NUMERICAL", "NM")
_CHOICES = tuple(
    name + ending
    for name, endings in (
        ("MULTICHOICE", ("", "_V", "_H", "_S", "_VS", "_HS")),
        ("MC", ("", "V", "H", "S", "VS", "HS")),
    )
    for ending in endings
)
_FIELD = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^}\\])*)\}", re.DOTALL)
_ANSWER = re.compile(r"(?:\\.|[^~\\])+", re.DOTALL)
_WEIGHT = re.compile(r"=|%(-?\d+(?:\.\d+)?)%")
_SPECIAL = re.compile(r"\\(.)", re.DOTALL)
_FEEDBACK = re.compile(r"((?:\\.|[^#\\])*)#?(.*)", re.DOTALL)
_ESCAPED = re.compile(r'[}#~/"\\]')
_LOOKALIKE = re.compile(r"\{(?=\d*:[A-Z_]+:)")


@dataclass(frozen=True)
class _One:
    text: str
    percent: float
    feedback: str


def cloze_text(value: str) -> str:
    """`value` as the text of an answer in a field."""
    return _ESCAPED.sub(lambda match: "\\" + match[0], value)


def without_fields(text: str) -> str:
    """`text` with another brace where a field seems to begin."""
    return _LOOKALIKE.sub("｛", text)


def cloze_field(kind: str, answers: Sequence[str]) -> str:
    """A field of one point that takes each of `answers`, which are escaped already."""
    return f"{{1:{kind}:{'~'.join('=' + answer for answer in answers)}}}"


def read_cloze(found: Found, labels: Labels) -> Text | None:
    """Take the fields out of the stem: a blank for each; why not, if that can't be."""
    fields = list(_FIELD.finditer(found.stem))
    kinds = [_kind(field[2]) for field in fields]
    if not fields:
        return Text(N_("There is no answer in the text that can be read."))
    if "" in kinds:
        names = ", ".join(sorted({f[2] for f in fields if not _kind(f[2])}))
        return Text(N_("Answers of the type %(type)s are not read."), {"type": names})
    given = [_given(field[3]) for field in fields]
    numeric = set(kinds) == {"number"}
    found.type = "numeric" if numeric else "fill"
    found.answer = _numbers(found, labels, given) if numeric else _variants(found, kinds, given)
    _note_rest(found, set(kinds), given)
    found.stem = _stem(found.stem, fields, labels)
    return None


def _kind(name: str) -> str:
    if name in _SHORT:
        return "short"
    if name in _NUMBERS:
        return "number"
    return "choice" if name in _CHOICES else ""


def _stem(stem: str, fields: list[re.Match[str]], labels: Labels) -> str:
    pieces, end = [], 0
    alone = labels.blanks == [0]
    for place, field in enumerate(fields):
        pieces += [stem[end : field.start()], "" if alone else labels.blank(place)]
        end = field.end()
        unit = labels.units.get(place + 1, "")
        # The unit was written behind the field so that people see it.
        end += len(unit) if unit and stem.startswith(unit, end) else 0
    return "".join((*pieces, stem[end:])).strip()


def _given(raw: str) -> list[_One]:
    found = []
    for answer in _ANSWER.findall(raw):
        weight = _WEIGHT.match(answer.strip())
        rest = answer.strip()[weight.end() :] if weight else answer.strip()
        parts = _FEEDBACK.fullmatch(rest)
        text, said = (parts[1], parts[2]) if parts else (rest, "")
        percent = float(weight[1] or 100) if weight else 0.0
        found.append(_One(_plain(text), percent, _plain(said)))
    return found


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\1", text).strip()


def _variants(found: Found, kinds: list[str], given: list[list[_One]]) -> list[list[str]] | None:
    blanks = [
        [_variant(found, kind, one.text) for one in ones if one.percent >= 99.9]
        for kind, ones in zip(kinds, given, strict=True)
    ]
    return blanks if all(blanks) else None


def _variant(found: Found, kind: str, text: str) -> str:
    read = read_number(text) if kind == "number" else None
    return read[0] if read else variant(found, text)


def _numbers(found: Found, labels: Labels, given: list[list[_One]]) -> list[dict[str, str]] | None:
    answer = []
    for place, ones in enumerate(given, start=1):
        right = [read_number(one.text) for one in ones if one.percent >= 99.9]
        first = right[0] if right else None
        if first is None or number(first[0]) is None:
            found.need("number-unreadable", N_("The right number can't be read."))
            return None
        answer.append(quantity(*first, labels.units.get(place, "")))
    return answer


def _note_rest(found: Found, kinds: set[str], given: list[list[_One]]) -> None:
    """Name what is not kept: what the choice was between, and answers that earn a part."""
    others = [one for ones in given for one in ones if one.percent < 99.9 and one.text != "*"]
    if "choice" in kinds:
        words = ", ".join(one.text for one in others)
        template = N_("The words to choose from are left out; not right were: %(words)s.")
        found.guess("type", 0.6, template, words=words)
    elif others:
        answers = ", ".join(f"{one.text} {one.percent:g}%" for one in others)
        template = N_("Answers that earn a part of the points are not kept: %(answers)s.")
        found.guess("answer", 0.6, template, answers=answers)
    if len(kinds) > 1 and "number" in kinds:
        found.guess("type", 0.5, N_("Numbers among words are compared as texts."))
    said = [(one.text, one.feedback) for ones in given for one in ones if one.feedback]
    if said:
        found.explain(found.explanation, said)
