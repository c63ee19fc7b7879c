"""Answers and citations in words."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from quizengine.domain.questions import Basis
from quizengine.services.member_results import BasisView, PartResult, QuestionResult
from quizengine.web.i18n import language

LETTERS = "ABCDEFGHIJKL"


def answer_lines(asked: QuestionResult | PartResult, answer: Any) -> list[str]:
    """The lines in which an answer is shown, with the letters that the paper displayed."""
    if not answer:
        return []
    options = {option.key: option.text for option in asked.options}
    if asked.type in ("single", "multiple", "true_false"):
        letters = {option.key: LETTERS[i] for i, option in enumerate(asked.options)}
        # In the order of display, whatever the order of the keys.
        return [f"{letters[key]}. {options[key]}" for key in options if key in answer]
    if asked.type == "order":
        return [f"{place}. {options[key]}" for place, key in enumerate(answer, start=1)]
    if asked.type == "match":
        left = {item.key: item.text for item in asked.left}
        return [f"{left[key]} → {options[right]}" for key, right in answer.items()]
    if asked.type == "case":
        return []
    units = [unit or "" for unit in asked.units]
    units += [""] * (len(answer) - len(units))
    texts = [f"{text}{unit}" for text, unit in zip(answer, units, strict=False)]
    return ["; ".join(text or "—" for text in texts)] if any(answer) else []


def citation(basis: BasisView) -> str:
    """The place in a law, as it is cited in the reader's language."""
    version = _("(%(version)s)", version=basis.version) if basis.version else ""
    return f"{basis.title}{version} {place_in_law(basis)}"


def place_in_law(basis: BasisView | Basis) -> str:
    """Article, paragraph and item, as they are cited in the reader's language."""
    if language() == "en":
        place = f"Art. {basis.article}"
        place += f" para. {basis.paragraph}" if basis.paragraph else ""
        place += f" item {basis.item}" if basis.item else ""
    else:
        place = f"第{basis.article}条"
        place += f"第{basis.paragraph}款" if basis.paragraph else ""
        place += f"第{basis.item}项" if basis.item else ""
    return place
