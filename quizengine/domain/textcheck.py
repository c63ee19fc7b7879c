"""What a question's texts may not say: give-aways by place, markings, and nothing at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from quizengine.domain.problems import Finding, Path
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Text

_DOTS = re.compile(r"[.…。_\s]+")
_LETTER = re.compile(
    r"(?<![A-Za-z0-9])[A-H]\s*(?:、[A-H]\s*)*(?:选项|项(?![目])|正确|错误|不对|均|都)"
    r"|选项\s*[A-H](?![A-Za-z0-9])"
    r"|(?:选|选择|答案(?:是|为|选|[::])?)\s*[A-H]+(?![A-Za-z0-9])"
    r"|(?i:\boptions?\s+[A-H]\b)"
    r"|以上(?:选项|各项|说法)?(?:都|均|皆|全)(?:是|对|不|正确|错)"
    r"|(?i:\b(?:all|none)\s+of\s+the\s+above\b)"
)
_MARK = re.compile(
    r"(?:绝密|机密|秘密)\s*[★☆*]|[★☆]\s*(?:\d+|[一二三四五六七八九十]+)\s*(?:年|个月|月|天)"
)

_SHOWN = ("stem", "options", "left", "right", "explanation", "parts", "key_points")


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


def check_texts(question: Question) -> Iterator[Finding]:
    """Texts still to be written, texts that point at an option, and classification markings."""
    cleared = {clearance.code for clearance in question.cleared}
    for path, raw in texts_of(question):
        if unwritten(raw):
            yield Finding("text-missing", path, Text(N_("Nothing is written here yet.")))
            continue
        text = unicodedata.normalize("NFKC", raw)
        letter = _LETTER.search(text)
        if letter and "option-letter" not in cleared:
            yield Finding(
                "option-letter",
                path,
                Text(
                    N_("'%(text)s' points at an option by its place, but options are shuffled."),
                    {"text": letter.group()},
                ),
            )
        mark = _MARK.search(text)
        if mark and "classification-mark" not in cleared:
            yield Finding(
                "classification-mark",
                path,
                Text(
                    N_(
                        "'%(text)s' looks like a classification marking. If it is meant as"
                        " an example, have a second person clear it: cleared: [{code:"
                        " classification-mark, reason: …, by: …}]."
                    ),
                    {"text": mark.group()},
                ),
            )
