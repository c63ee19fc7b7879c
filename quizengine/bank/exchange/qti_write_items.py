"""A question as a QTI 2.2 item ("assessmentItem" of the information model)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from quizengine.bank.exchange.cleaning import Losses, between_blanks, blanks_of
from quizengine.bank.exchange.keypoints import clean_point, marking_html
from quizengine.bank.exchange.labels import written_items
from quizengine.bank.exchange.qti_items import EXPLANATION
from quizengine.bank.exchange.xhtml import attribute, inline, text
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
from quizengine.domain.questions import CaseQuestion, Question

_NAMESPACE = "http://www.imsglobal.org/xsd/imsqti_v2p2"
_FLOAT = '<baseValue baseType="float">'


@dataclass(frozen=True)
class _Response:
    """A response variable: its declaration, and the condition under which it is right."""

    declaration: str
    condition: str


@dataclass(frozen=True)
class _Asked:
    """A question or part as written: its body, its responses, and its points."""

    body: str
    responses: Sequence[_Response]
    points: Decimal


def needs_keys(asked: Asked) -> bool:
    """Whether the keys of a match can't be identifiers, which no two choices of it may share."""
    return isinstance(asked, Match) and not asked.left.keys().isdisjoint(asked.right)


class ItemWriter:
    """Writes one item; what it can't hold goes to `losses`."""

    def __init__(self, losses: Losses) -> None:
        self._losses = losses

    def item(self, question: Question) -> str:
        """The XML of an item."""
        if isinstance(question, CaseQuestion):
            parts = [self._asked(part, f"{part.id}_", part.points) for part in question.parts]
            names = [part.id for part in question.parts]
            inner = "".join(
                f'<div class="part" id={attribute(name)}>\n{part.body}</div>\n'
                for name, part in zip(names, parts, strict=True)
            )
            body = self._stem(question.stem) + inner
        else:
            parts = [self._asked(question, "", Decimal(1))]
            body = parts[0].body
        feedback = self._feedback(question)
        return "".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                f"<assessmentItem xmlns={attribute(_NAMESPACE)} identifier={attribute(question.id)}"
                f' title={attribute(question.id)} adaptive="false" timeDependent="false">\n',
                *(response.declaration for part in parts for response in part.responses),
                _outcomes(parts, bool(feedback)),
                f"<itemBody>\n{body}</itemBody>\n",
                _processing(parts),
                feedback,
                "</assessmentItem>\n",
            )
        )

    def text(self, value: str, name: str) -> str:
        """A text as inline XHTML."""
        return inline(self._losses.text(value, name, spaces=False))

    def _stem(self, stem: str) -> str:
        return f"<p>{self.text(stem, 'stem')}</p>\n"

    def _feedback(self, question: Question) -> str:
        told = [(EXPLANATION, question.explanation)]
        if isinstance(question, CaseQuestion):
            told += [(f"{EXPLANATION}_{part.id}", part.explanation) for part in question.parts]
        return "".join(
            f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier={attribute(name)}'
            f' showHide="show"><p>{self.text(said, "explanation")}</p></modalFeedback>\n'
            for name, said in told
            if said
        )

    def _asked(self, asked: Asked, prefix: str, points: Decimal) -> _Asked:
        write = next(write for kind, write in _WRITERS if isinstance(asked, kind))
        body, responses = write(self, asked, f"{prefix}RESPONSE")
        return _Asked(body, responses, points)

    def _choices(self, options: Iterable[tuple[str, str]], name: str = "options") -> str:
        return "".join(
            f"<simpleChoice identifier={attribute(key)}>{self.text(value, name)}</simpleChoice>\n"
            for key, value in options
        )

    def choice(
        self, asked: Single | Multiple | TrueFalse, name: str
    ) -> tuple[str, list[_Response]]:
        """A choiceInteraction."""
        several = isinstance(asked, Multiple)
        response = _identifiers(name, "multiple" if several else "single", asked.answer)
        shuffle = "false" if isinstance(asked, TrueFalse) else "true"
        most = 0 if several else 1
        return (
            f"{self._stem(asked.stem)}<choiceInteraction responseIdentifier={attribute(name)}"
            f' shuffle="{shuffle}" maxChoices="{most}">\n'
            f"{self._choices(asked.options.items())}</choiceInteraction>\n",
            [response],
        )

    def order(self, asked: Order, name: str) -> tuple[str, list[_Response]]:
        """An orderInteraction."""
        return (
            f"{self._stem(asked.stem)}<orderInteraction responseIdentifier={attribute(name)}"
            f' shuffle="true">\n{self._choices(asked.options.items())}</orderInteraction>\n',
            [_identifiers(name, "ordered", asked.answer)],
        )

    def match(self, asked: Match, name: str) -> tuple[str, list[_Response]]:
        """A matchInteraction; each left choice takes one partner, a right one any number."""
        left, right = written_items(asked)
        if needs_keys(asked):
            names = {f"l{key}": f"l{n}" for n, (key, _) in enumerate(left, start=1)}
            names |= {f"r{key}": f"r{n}" for n, (key, _) in enumerate(right, start=1)}
        else:
            names = {f"l{key}": key for key in asked.left} | {f"r{key}": key for key in asked.right}
        lefts = self._set("left", ((names[f"l{key}"], value) for key, value in left), 1)
        rights = self._set("right", ((names[f"r{key}"], value) for key, value in right), 0)
        pairs = [f"{names[f'l{a}']} {names[f'r{b}']}" for a, b in asked.answer.items()]
        return (
            f"{self._stem(asked.stem)}<matchInteraction responseIdentifier={attribute(name)}"
            f' shuffle="true" maxAssociations="{len(left)}">\n{lefts}{rights}</matchInteraction>\n',
            [_identifiers(name, "multiple", pairs, "directedPair")],
        )

    def _set(self, name: str, choices: Iterable[tuple[str, str]], most: int) -> str:
        inner = "".join(
            f'<simpleAssociableChoice identifier={attribute(key)} matchMax="{most}">'
            f"{self.text(value, name)}</simpleAssociableChoice>\n"
            for key, value in choices
        )
        return f"<simpleMatchSet>\n{inner}</simpleMatchSet>\n"

    def short(self, asked: Short, name: str) -> tuple[str, list[_Response]]:
        """An extendedTextInteraction, with a rubric for those who mark it."""
        answer = self._losses.text(asked.answer or "", "answer", spaces=False)
        points = [clean_point(point, self._losses) for point in asked.key_points]
        declaration = (
            f"<responseDeclaration identifier={attribute(name)}"
            ' cardinality="single" baseType="string"/>\n'
        )
        return (
            f"{self._stem(asked.stem)}"
            f'<rubricBlock view="scorer">{marking_html(answer, points)}</rubricBlock>\n'
            f"<extendedTextInteraction responseIdentifier={attribute(name)}/>\n",
            [_Response(declaration, "")],
        )

    def fill(self, asked: Fill, name: str) -> tuple[str, list[_Response]]:
        """Text entries in the place of the blanks; each accepted variant earns the point."""
        names = _numbered(name, len(asked.answer))
        cleaned = [[self._losses.text(one, "answer") for one in each] for each in asked.answer]
        responses = [_texts(own, each) for own, each in zip(names, cleaned, strict=True)]
        return self._with_blanks(asked, names, [""] * len(names)), responses

    def numeric(self, asked: Numeric, name: str) -> tuple[str, list[_Response]]:
        """Text entries for numbers, each with its unit behind it."""
        names = _numbered(name, len(asked.answer))
        units = [
            self._losses.text(each.unit or "", "answer", spaces=False) for each in asked.answer
        ]
        pairs = zip(names, asked.answer, strict=True)
        responses = [_number(own, each.value, each.tolerance) for own, each in pairs]
        return self._with_blanks(asked, names, units), responses

    def _with_blanks(self, asked: Asked, names: Sequence[str], units: Sequence[str]) -> str:
        stem = self._losses.text(asked.stem, "stem", spaces=False)
        entries = [
            f"<textEntryInteraction responseIdentifier={attribute(own)}/>{inline(unit)}"
            for own, unit in zip(names, units, strict=True)
        ]
        if not blanks_of(stem):
            return f"<p>{inline(stem)}</p>\n<p>{entries[0]}</p>\n"
        pieces = [inline(piece) for piece in between_blanks(stem)]
        joined = "".join(a + b for a, b in zip(pieces, [*entries, ""], strict=True))
        return f"<p>{joined}</p>\n"


_WRITERS: tuple[tuple[Any, Callable[..., tuple[str, list[_Response]]]], ...] = (
    (Single | Multiple | TrueFalse, ItemWriter.choice),
    (Order, ItemWriter.order),
    (Match, ItemWriter.match),
    (Short, ItemWriter.short),
    (Fill, ItemWriter.fill),
    (Numeric, ItemWriter.numeric),
)


def _numbered(name: str, count: int) -> list[str]:
    return [name] if count == 1 else [f"{name}_{number}" for number in range(1, count + 1)]


def _declaration(name: str, cardinality: str, base: str, inner: str) -> str:
    return (
        f'<responseDeclaration identifier={attribute(name)} cardinality="{cardinality}"'
        f' baseType="{base}">{inner}</responseDeclaration>\n'
    )


def _correct(values: Iterable[str]) -> str:
    listed = "".join(f"<value>{text(value)}</value>" for value in values)
    return f"<correctResponse>{listed}</correctResponse>"


def _identifiers(
    name: str, cardinality: str, values: Sequence[str], base: str = "identifier"
) -> _Response:
    own = f"identifier={attribute(name)}"
    condition = f"<match><variable {own}/><correct {own}/></match>"
    return _Response(_declaration(name, cardinality, base, _correct(values)), condition)


def _texts(name: str, variants: Sequence[str]) -> _Response:
    entries = "".join(
        f'<mapEntry mapKey={attribute(each)} mappedValue="1" caseSensitive="false"/>'
        for each in variants
    )
    inner = _correct(variants[:1]) + f'<mapping defaultValue="0">{entries}</mapping>'
    condition = f"<gt><mapResponse identifier={attribute(name)}/>{_FLOAT}0</baseValue></gt>"
    return _Response(_declaration(name, "single", "string", inner), condition)


def _number(name: str, value: Decimal, tolerance: Decimal) -> _Response:
    mode = 'toleranceMode="exact"'
    if tolerance:
        mode = f'toleranceMode="absolute" tolerance="{tolerance} {tolerance}"'
    condition = (
        f"<equal {mode}>"
        f"<variable identifier={attribute(name)}/><correct identifier={attribute(name)}/></equal>"
    )
    return _Response(_declaration(name, "single", "float", _correct([str(value)])), condition)


def _outcomes(parts: Sequence[_Asked], explained: bool) -> str:
    # A person marks what no response processing can.
    human = any(not response.condition for part in parts for response in part.responses)
    marking = ' externalScored="human"' if human else ""
    most = sum((part.points for part in parts), Decimal(0))
    score = (
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"'
        f' normalMaximum="{most}"{marking}>'
        "<defaultValue><value>0</value></defaultValue></outcomeDeclaration>\n"
    )
    feedback = (
        '<outcomeDeclaration identifier="FEEDBACK" cardinality="multiple" baseType="identifier"/>\n'
    )
    return score + (feedback if explained else "")


def _processing(parts: Sequence[_Asked]) -> str:
    conditions = "".join(_condition(part) for part in parts)
    return f"<responseProcessing>\n{conditions}</responseProcessing>\n" if conditions else ""


def _condition(part: _Asked) -> str:
    """Add the points of a part to the score if all of its responses are right."""
    tests = "".join(response.condition for response in part.responses)
    if not tests:
        return ""
    test = f"<and>{tests}</and>" if len(part.responses) > 1 else tests
    return (
        f'<responseCondition><responseIf>{test}<setOutcomeValue identifier="SCORE"><sum>'
        f'<variable identifier="SCORE"/>{_FLOAT}{part.points}</baseValue></sum>'
        "</setOutcomeValue></responseIf></responseCondition>\n"
    )
