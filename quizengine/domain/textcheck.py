"""What a question's texts may not say: give-aways by place, what is guarded, nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from quizengine.domain.guard import GUARDED, guarded
from quizengine.domain.problems import Finding, Path
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Text

_DOTS = re.compile(r"[.…。_\s]+")
# One option or several of them, as in "A、B和D" or "ABD". Who names several names them in order:
# CAD or GB are no options. Keys are small letters in a bank file.
_AND = r"[\s、,/和与及或]*+"
_IN_ORDER = "(?=[A-H])" + _AND.join(f"{key}?" for key in "ABCDEFGH") + "(?![A-Za-z0-9])"
_KEYS = rf"(?<![A-Za-z0-9]){_IN_ORDER}[)\]】]?"
# Not the letter of a thing: A级, B超, C盘, A4, A公司, B站 …
_NO_NAME = r"(?![A-Za-z0-9-]|[级类型超盘股座栋楼区组站班队款套公证角])"
_RIGHT = r"(?:正确|错误|不正确|不对|不当|不妥)"
_LETTER = re.compile(
    rf"(?i:{_KEYS})\s*[一二两三四]?个?(?:选项|项(?!目))"
    rf"|{_KEYS}\s*[.:]?\s*(?:均|都|[是为]?{_RIGHT}|的?(?:说法|做法|表述)[^,。;]{{0,4}}{_RIGHT})"
    rf"|{_KEYS}\s*[.:]?\s*(?:对|错)(?=[,。;!.)]|\s|$|在|误)"
    r"|选项\s*[A-Ha-h](?![A-Za-z0-9])"
    rf"|(?:选择?|答案(?:[是为选]|[::])?|排除)\s*[((]?{_IN_ORDER}{_NO_NAME}"
    rf"|(?:故选|应选|答案(?:[是为选]|[::])?)\s*[a-h]{_NO_NAME}"
    r"|(?:第[一二三四五六七八1-8]|最后一)个?选项"
    r"|以上(?:选项|各项|说法)?(?:都|均|皆|全)(?:是|对|不|正确|错)"
    r"|(?i:\boptions?\s+[A-H]\b)"
    r"|\b(?i:answers?|choices?)\s*(?::|is|are)?\s+[A-H]\b"
    r"|\b[A-H](?:(?:,| and| or)\s+[A-H])*\s+(?:is|are)\s+(?:correct|incorrect|right|wrong)\b"
    r"|(?i:\b(?:all|none)\s+of\s+the\s+above\b)"
)
# Signs without width that may stand between the characters of a marking.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")

_SHOWN = ("stem", "options", "left", "right", "explanation", "parts", "key_points", "en")


def texts_of(question: Question) -> Iterator[tuple[Path, str]]:
    """Every text that a person reads, with its path."""
    shown = (*_SHOWN, "answer") if question.type in ("fill", "short") else _SHOWN
    for path, value in _strings(question.model_dump(), ()):
        if path[0] in shown:
            yield path, value


def unwritten(text: str) -> bool:
    """Whether the text is only the dots (and blanks) that a template leaves to be filled in."""
    return _DOTS.fullmatch(text) is not None


def _strings(value: object, at: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(inner, (*at, key))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*at, index))


def as_read(text: str) -> str:
    """The text as a reader takes it: in form NFKC, without signs that have no width."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def check_texts(question: Question, *, by_file: bool = True) -> Iterator[Finding]:
    """Texts still to be written, texts that point at an option, and what the guard stops.

    `by_file`: what the file says under `cleared` lets pass what the guard stops, as long as it
    names two people. A site asks its own people instead.
    """
    said = {clearance.code for clearance in question.cleared}
    passed = _by_another(question) if by_file else set()
    for path, raw in texts_of(question):
        if unwritten(raw):
            yield Finding("text-missing", path, Text(N_("Nothing is written here yet.")))
            continue
        text = as_read(raw)
        letter = _LETTER.search(text)
        if letter and "option-letter" not in said:
            yield Finding(
                "option-letter",
                path,
                Text(
                    N_("'%(text)s' points at an option by its place, but options are shuffled."),
                    {"text": letter.group()},
                ),
            )
        for code, message in guarded(text):
            if code not in passed:
                yield Finding(code, path, message)


def check_clearances(question: Question) -> Iterator[Finding]:
    """Clearances of what the guard stops that name nobody else than the author."""
    for index, clearance in enumerate(question.cleared):
        if clearance.code in GUARDED and not clearance.by_another:
            yield Finding(
                "cleared-alone",
                ("cleared", index),
                Text(
                    N_(
                        "%(code)s is cleared by another person than its author: name both, as"
                        " `author` and `by`."
                    ),
                    {"code": clearance.code},
                ),
            )


def _by_another(question: Question) -> set[str]:
    return {clearance.code for clearance in question.cleared if clearance.by_another}
