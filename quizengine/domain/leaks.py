"""What gives an answer away to somebody who knows nothing: warnings, with figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from quizengine.domain.asked import TRUE_KEY
from quizengine.domain.problems import Finding, Path
from quizengine.domain.questions import (
    Asked,
    CaseQuestion,
    Question,
    Single,
    TrueFalse,
)
from quizengine.domain.text import N_, Text

# The right option stands out from here on: so many times as long as the next one, and so much.
_TIMES, _MORE = 1.6, 6
# Shares of the places of right answers that chance explains, from so many questions on.
_FEWEST, _LEAST, _MOST = 60, 0.15, 0.35
_SAID = re.compile(
    r"^(?:本题|本说法|该说法|这一说法|这种说法|此说法|题干|题中说法|说法|判断|答案)?"
    r"(?:的?说法|表述)?(?:是|为|:)?(?P<wrong>错误|不正确|不对|错|不成立)?(?P<right>正确|对|成立)?[,。;:!(]"
)


def check_leaks(question: Question) -> Iterator[Finding]:
    """Leaks of one question that nobody has cleared; all of them warnings."""
    cleared = {clearance.code for clearance in question.cleared}
    asked: list[tuple[Path, Asked]] = [((), question)]
    if isinstance(question, CaseQuestion):
        asked = [(("parts", n), part) for n, part in enumerate(question.parts)]
    for at, each in asked:
        for finding in (*_longest(each, at), *_contradiction(each, at)):
            if finding.code not in cleared:
                yield finding


def _longest(asked: Asked, at: Path) -> Iterator[Finding]:
    if not isinstance(asked, Single) or asked.answer[0] not in asked.options:
        return
    right = len(asked.options[asked.answer[0]])
    others = [len(text) for key, text in asked.options.items() if key != asked.answer[0]]
    longest = max(others, default=right)
    if right >= longest * _TIMES and right - longest >= _MORE:
        yield Finding(
            "longest-option",
            (*at, "options", asked.answer[0]),
            Text(
                N_(
                    "The right option is the longest by far: %(right)s characters, the next one"
                    " %(next)s."
                ),
                {"right": right, "next": longest},
            ),
            "warning",
        )


def _contradiction(asked: Asked, at: Path) -> Iterator[Finding]:
    """A true/false question whose explanation begins with the other verdict."""
    if not isinstance(asked, TrueFalse) or not asked.explanation:
        return
    said = _SAID.match(asked.explanation.replace("，", ",").replace("：", ":").replace("；", ";"))
    if said is None or bool(said["wrong"]) == bool(said["right"]):
        return
    if bool(said["right"]) != (asked.answer == [TRUE_KEY]):
        yield Finding(
            "explanation-contradicts",
            (*at, "explanation"),
            Text(
                N_("The explanation begins with '%(said)s', but the answer says otherwise."),
                {"said": said["wrong"] or said["right"]},
            ),
            "warning",
        )


def place_bias(questions: Iterable[Question]) -> Text | None:
    """What is told if right answers stand too often or too seldom at one place; else None.

    Over all single choices with four options, as they are written; None with few of them.
    """
    places: Counter[int] = Counter()
    for question in questions:
        asked = question.parts if isinstance(question, CaseQuestion) else [question]
        for each in asked:
            if isinstance(each, Single) and len(each.options) == 4:
                # A key that is no option has an error of its own.
                places.update(n for n, key in enumerate(each.options) if key in each.answer)
    total = places.total()
    shares = [places[n] / total for n in range(4)] if total >= _FEWEST else []
    if all(_LEAST <= share <= _MOST for share in shares):
        return None
    figures = ", ".join(
        f"{letter} {share:.0%}" for letter, share in zip("abcd", shares, strict=True)
    )
    return Text(
        N_("Right options of %(count)s single choices stand at %(figures)s: spread them."),
        {"count": total, "figures": figures},
    )
