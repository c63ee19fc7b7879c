"""Questions as a GIFT file (Moodle documentation, "GIFT format")."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from quizengine.bank.exchange.cleaning import Losses, blanks_of, usual_truths
from quizengine.bank.exchange.drafts import Loss, Options, Written
from quizengine.bank.exchange.gift_text import OWN, escaped, labelled
from quizengine.bank.exchange.labels import LABELLED, labels_of, shape_labels, written_items
from quizengine.domain.asked import (
    Asked,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Short,
    Single,
    TrueFalse,
)
from quizengine.domain.questions import CaseQuestion, Part, Question
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_

_SEVERAL = N_("GIFT holds one blank in a question: it is left out.")


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a GIFT file in UTF-8; one that GIFT can't hold is among the losses."""
    blocks: list[str] = []
    losses: list[Loss] = []
    for question in questions:
        noted = Losses(question.id)
        blocks += _Writer(noted).question(question)
        losses += noted.all()
    return Written("\n".join(blocks).encode(), tuple(losses))


class _Writer:
    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def question(self, question: Question) -> list[str]:
        """The blocks of a question: several for a case, none if it can't be held."""
        asked = question.parts if isinstance(question, CaseQuestion) else [question]
        if any(_has_several(each) for each in asked):
            self._losses.note("question", _SEVERAL)
            return []
        self._losses.fields(question, LABELLED)
        labels = labels_of(question)
        if not isinstance(question, CaseQuestion):
            return [self._block(question, question.id, question.id, labels)]
        parts = [self._part(question.id, part) for part in question.parts]
        return [self._case(question, labels), *parts]

    def _case(self, case: CaseQuestion, labels: list[str]) -> str:
        head = _comments(case.id, ["type:case", *labels], self._own(case))
        stem = self._losses.text(case.stem, "stem")
        return f"{head}::{escaped(case.id)}::[plain]{escaped(stem)}\n"

    def _part(self, case: str, part: Part) -> str:
        labels = [f"of:{case}", f"part:{part.id}", f"points:{part.points}"]
        return self._block(part, f"{case} {part.id}", "", labels)

    def _block(self, asked: Asked, title: str, own_id: str, labels: list[str]) -> str:
        answers = self._answers(asked)
        head = _comments(own_id, [*labels, *shape_labels(asked)], self._own(asked))
        stem = escaped(self._losses.text(asked.stem, "stem"))
        said = self.text(asked.explanation or "", "explanation")
        feedback = f"####{said}" if said else ""
        return f"{head}::{escaped(title)}::[plain]{stem}{{{answers}{feedback}}}\n"

    def _own(self, asked: Asked) -> dict[str, Any]:
        """Fields for which GIFT has no place, as JSON data."""
        if isinstance(asked, CaseQuestion):
            return {"explanation": asked.explanation} if asked.explanation else {}
        if not isinstance(asked, Short):
            return {}
        points = [point.model_dump(mode="json") for point in asked.key_points]
        return {"key_points": points, **({"answer": asked.answer} if asked.answer else {})}

    def _answers(self, asked: Asked) -> str:
        if isinstance(asked, TrueFalse) and not usual_truths(asked):
            self._losses.note("type", N_("True or false in other words becomes a single choice."))
            return self._choice(tuple(asked.options.items()), asked.answer)
        return next(write(self, asked) for kind, write in _WRITERS if isinstance(asked, kind))

    def text(self, value: str, name: str) -> str:
        """An option or the like as it is written."""
        written = escaped(self._losses.text(value, name))
        # What looks like a format or a comment is none.
        return f"[plain]{written}" if written.startswith(("[", "//")) else written

    def _choice(self, options: Options, answer: Sequence[str]) -> str:
        marks = {key: "=" if key in answer else "~" for key, _ in options}
        if len(answer) != 1:
            share = f"{100 / max(len(answer), 1):.5f}".rstrip("0").rstrip(".")
            marks = {key: f"~%{share}%" if key in answer else f"~%-{share}%" for key in marks}
        lines = [self._marked(marks[key], self.text(text, "options")) for key, text in options]
        return "\n" + "".join(f"\t{line}\n" for line in lines)

    def _marked(self, mark: str, text: str) -> str:
        # A text that begins like a weight gets one in front.
        weight = {"~": "%0%", "=": "%100%"}.get(mark, "") if text.startswith("%") else ""
        return f"{mark}{weight}{text}"

    def single(self, asked: Single | Multiple) -> str:
        """The options of a single or multiple choice."""
        return self._choice(written_items(asked)[0], asked.answer)

    def true_false(self, asked: TrueFalse) -> str:
        """`TRUE` or `FALSE`."""
        return "TRUE" if asked.answer == ["a"] else "FALSE"

    def fill(self, asked: Fill) -> str:
        """The accepted variants of the blank; `*` would accept any text in Moodle."""
        texts = [self._without_arrow(each, "answer") for each in asked.answer[0]]
        texts = [self.text(each.replace("*", "\\*"), "answer") for each in texts]
        return " ".join(self._marked("=", text) for text in texts)

    def numeric(self, asked: Numeric) -> str:
        """The number with its tolerance."""
        quantity = asked.answer[0]
        return f"#{quantity.value}:{quantity.tolerance}"

    def short(self, _asked: Short) -> str:
        """Nothing: an essay."""
        return ""

    def order(self, asked: Order) -> str:
        """The steps in the right order, as the question type "Ordering" of Moodle writes them."""
        steps = [self.text(text, "options") for _, text in written_items(asked)[0]]
        head = f">{len(steps)} ALL VERTICAL ABSOLUTE_POSITION SHOW none\n"
        return head + "".join(f"{step}\n" for step in steps)

    def match(self, asked: Match) -> str:
        """The pairs, and what has no partner with nothing on its left."""
        right = dict(written_items(asked)[1])
        lefts = [(text, right[asked.answer[key]]) for key, text in asked.left.items()]
        used = {asked.answer[key] for key in asked.left}
        pairs = [*lefts, *(("", text) for key, text in right.items() if key not in used)]
        clean = [(self._without_arrow(left, "left"), text) for left, text in pairs]
        lines = [f"\t={self._left(left)} -> {self.text(text, 'right')}\n" for left, text in clean]
        return "\n" + "".join(lines)

    def _left(self, text: str) -> str:
        return self.text(text, "left") if text else ""

    def _without_arrow(self, text: str, name: str) -> str:
        """`text` without what would make a pair of it; that sign can't be escaped."""
        if "->" in text:
            self._losses.note(name, N_("An arrow of two signs in it becomes one of one sign."))
        return text.replace("->", "→")


_WRITERS: tuple[tuple[Any, Callable[[_Writer, Any], str]], ...] = (
    (Single | Multiple, _Writer.single),
    (TrueFalse, _Writer.true_false),
    (Fill, _Writer.fill),
    (Numeric, _Writer.numeric),
    (Short, _Writer.short),
    (Order, _Writer.order),
    (Match, _Writer.match),
)


def _has_several(asked: Asked) -> bool:
    return isinstance(asked, Fill | Numeric) and (
        len(asked.answer) > 1 or len(blanks_of(asked.stem)) > 1
    )


def _comments(own_id: str, labels: list[str], own: dict[str, Any]) -> str:
    tokens = [labelled("id", own_id)] if own_id else []
    tokens += [labelled("tag", label) for label in labels]
    data = json.dumps(own, ensure_ascii=False) if own else ""
    return f"// {' '.join(tokens)}\n" + (f"// {OWN} {data}\n" if data else "")
