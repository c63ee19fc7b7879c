"""Questions as a Moodle XML file (Moodle documentation, "Moodle XML format")."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from quizengine.bank.exchange.cleaning import (
    Losses,
    between_blanks,
    blanks_fit,
    usual_truths,
)
from quizengine.bank.exchange.drafts import Loss, Options, Written
from quizengine.bank.exchange.keypoints import clean_point, marking_html
from quizengine.bank.exchange.labels import LABELLED, labels_of, shape_labels, written_items
from quizengine.bank.exchange.moodle_cloze import cloze_field, cloze_text, without_fields
from quizengine.bank.exchange.xhtml import attribute, text
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

Lines = list[str]


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a Moodle XML file; one that it can't hold is among the losses."""
    lines: Lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<quiz>"]
    losses: list[Loss] = []
    for question in questions:
        noted = Losses(question.id)
        lines += _Writer(noted).question(question)
        losses += noted.all()
    return Written("\n".join([*lines, "</quiz>", ""]).encode(), tuple(losses))


class _Writer:
    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def question(self, question: Question) -> Lines:
        """The elements of a question: a description and its parts for a case."""
        asked = question.parts if isinstance(question, CaseQuestion) else [question]
        if not all(blanks_fit(each) for each in asked):
            self._losses.note("question", N_("It has not one answer for each blank: left out."))
            return []
        self._losses.fields(question, LABELLED)
        labels = labels_of(question)
        if not isinstance(question, CaseQuestion):
            return self._question(question, question.id, question.id, labels)
        stem = self.element("questiontext", question.stem, "stem")
        case = self._element("description", question, question.id, [stem])
        lines = _whole(case, question.id, ["type:case", *labels])
        for part in question.parts:
            lines += self._part(question.id, part)
        return lines

    def _part(self, case: str, part: Part) -> Lines:
        labels = [f"of:{case}", f"part:{part.id}", f"points:{part.points}"]
        return self._question(part, f"{case} {part.id}", "", labels, str(part.points))

    def _question(
        self, asked: Asked, name: str, own_id: str, labels: Sequence[str], grade: str = "1"
    ) -> Lines:
        kind, body = self._body(asked)
        stem = [] if kind == "cloze" else [self.element("questiontext", asked.stem, "stem")]
        lines = self._element(kind, asked, name, [*stem, *body], grade)
        return _whole(lines, own_id, [*labels, *shape_labels(asked)])

    def _element(self, kind: str, asked: Asked, name: str, body: Lines, grade: str = "1") -> Lines:
        return [
            f"<question type={attribute(kind)}>",
            f"  <name><text>{text(name)}</text></name>",
            *body,
            self.element("generalfeedback", asked.explanation or "", "explanation"),
            f"  <defaultgrade>{grade}</defaultgrade>",
        ]

    def _body(self, asked: Asked) -> tuple[str, Lines]:
        if isinstance(asked, TrueFalse) and not usual_truths(asked):
            self._losses.note("type", N_("True or false in other words becomes a single choice."))
            choice = self._choice(tuple(asked.options.items()), asked.answer, single=True)
            return "multichoice", choice
        return next(write(self, asked) for kind, write in _WRITERS if isinstance(asked, kind))

    def plain(self, value: str, name: str) -> str:
        """`value` as the content of a `<text>`."""
        return text(self._losses.text(value, name))

    def element(self, tag: str, value: str, name: str) -> str:
        """An element with a text that is no HTML."""
        inner = self.plain(value, name) if value else ""
        return f'  <{tag} format="plain_text"><text>{inner}</text></{tag}>'

    def _choice(self, options: Options, answer: Sequence[str], *, single: bool) -> Lines:
        share = f"{100 / max(len(answer), 1):.5f}".rstrip("0").rstrip(".")
        wrong = "0" if single else f"-{share}"
        return [
            f"  <single>{str(single).lower()}</single>",
            "  <shuffleanswers>true</shuffleanswers>",
            "  <answernumbering>ABCD</answernumbering>",
            *(
                self._answer(text, "options", share if key in answer else wrong)
                for key, text in options
            ),
        ]

    def _answer(self, value: str, name: str, fraction: str, more: str = "") -> str:
        start = f'  <answer fraction="{fraction}" format="plain_text">'
        return f"{start}<text>{self.plain(value, name)}</text>{more}</answer>"

    def single(self, asked: Single) -> tuple[str, Lines]:
        """A single choice."""
        return "multichoice", self._choice(written_items(asked)[0], asked.answer, single=True)

    def multiple(self, asked: Multiple) -> tuple[str, Lines]:
        """A choice of several, each with its share of the points."""
        return "multichoice", self._choice(written_items(asked)[0], asked.answer, single=False)

    def true_false(self, asked: TrueFalse) -> tuple[str, Lines]:
        """Two answers that Moodle translates itself."""
        right = asked.answer == ["a"]
        fractions = (("true", "100" if right else "0"), ("false", "0" if right else "100"))
        return "truefalse", [self._answer(word, "answer", share) for word, share in fractions]

    def fill(self, asked: Fill) -> tuple[str, Lines]:
        """One blank as a short answer, several as answers inside of the text."""
        # An asterisk would accept any text.
        blanks = [[each.replace("*", "\\*") for each in variants] for variants in asked.answer]
        if len(blanks) == 1:
            answers = [self._answer(each, "answer", "100") for each in blanks[0]]
            return "shortanswer", ["  <usecase>0</usecase>", *answers]
        cleaned = [[self._losses.text(each, "answer") for each in each] for each in blanks]
        fields = [cloze_field("SHORTANSWER", [*map(cloze_text, each)]) for each in cleaned]
        return "cloze", [self._cloze(asked, fields)]

    def numeric(self, asked: Numeric) -> tuple[str, Lines]:
        """One number with its unit, or several inside of the text."""
        if len(asked.answer) == 1:
            quantity = asked.answer[0]
            more = f"<tolerance>{quantity.tolerance}</tolerance>"
            answer = self._answer(str(quantity.value), "answer", "100", more)
            return "numerical", [answer, *self._units(quantity.unit)]
        fields = [
            cloze_field("NUMERICAL", [f"{number.value}:{number.tolerance}"])
            + self._losses.text(number.unit or "", "answer")
            for number in asked.answer
        ]
        return "cloze", [self._cloze(asked, fields)]

    def _units(self, unit: str | None) -> Lines:
        if not unit:
            return []
        name = f"<unit_name>{self.plain(unit, 'answer')}</unit_name>"
        return [
            f"  <units><unit><multiplier>1</multiplier>{name}</unit></units>",
            "  <unitgradingtype>0</unitgradingtype>",
            "  <showunits>3</showunits>",
        ]

    def _cloze(self, asked: Asked, fields: Lines) -> str:
        pieces = between_blanks(self._losses.text(asked.stem, "stem"))
        clean = [without_fields(piece) for piece in pieces]
        if clean != pieces:
            self._losses.note("stem", N_("What looks like a field of Moodle is changed."))
        stem = "".join(a + b for a, b in zip(clean, [*fields, ""], strict=True))
        return f'  <questiontext format="plain_text"><text>{text(stem)}</text></questiontext>'

    def short(self, asked: Short) -> tuple[str, Lines]:
        """An essay; what helps to mark it is for graders' eyes."""
        answer = self._losses.text(asked.answer or "", "answer", spaces=False)
        points = [clean_point(point, self._losses) for point in asked.key_points]
        info = text(marking_html(answer, points))
        return "essay", [f'  <graderinfo format="html"><text>{info}</text></graderinfo>']

    def order(self, asked: Order) -> tuple[str, Lines]:
        """The steps in the right order."""
        steps = enumerate(written_items(asked)[0], start=1)
        return "ordering", [
            "  <layouttype>VERTICAL</layouttype>",
            "  <selecttype>ALL</selecttype>",
            f"  <selectcount>{len(asked.options)}</selectcount>",
            "  <gradingtype>ABSOLUTE_POSITION</gradingtype>",
            "  <showgrading>SHOW</showgrading>",
            "  <numberingstyle>none</numberingstyle>",
            *(self._answer(step, "options", str(place)) for place, (_, step) in steps),
        ]

    def match(self, asked: Match) -> tuple[str, Lines]:
        """The pairs, and what has no partner with nothing on its left."""
        right = dict(written_items(asked)[1])
        pairs = [(left, asked.answer[key]) for key, left in asked.left.items()]
        pairs += [("", key) for key in right if key not in asked.answer.values()]
        lines = ["  <shuffleanswers>true</shuffleanswers>"]
        for left, key in pairs:
            said = self.plain(left, "left") if left else ""
            answer = f"<answer><text>{self.plain(right[key], 'right')}</text></answer>"
            start = '  <subquestion format="plain_text">'
            lines.append(f"{start}<text>{said}</text>{answer}</subquestion>")
        return "matching", lines


_WRITERS: tuple[tuple[Any, Callable[[_Writer, Any], tuple[str, Lines]]], ...] = (
    (Single, _Writer.single),
    (Multiple, _Writer.multiple),
    (TrueFalse, _Writer.true_false),
    (Fill, _Writer.fill),
    (Numeric, _Writer.numeric),
    (Short, _Writer.short),
    (Order, _Writer.order),
    (Match, _Writer.match),
)


def _whole(lines: Lines, own_id: str, labels: Sequence[str]) -> Lines:
    tags = "".join(f"<tag><text>{text(label)}</text></tag>" for label in labels)
    number = [f"  <idnumber>{text(own_id)}</idnumber>"] if own_id else []
    return [*lines, *number, f"  <tags>{tags}</tags>", "</question>"]
