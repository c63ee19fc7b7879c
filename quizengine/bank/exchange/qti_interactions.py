"""Each interaction of a QTI item as a question of a bank (QTI 2.2, "Interactions")."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from quizengine.bank.exchange.found import Found, number, quantity, truth
from quizengine.bank.exchange.labels import Labels, usual_keys
from quizengine.bank.exchange.qti_answers import Response
from quizengine.bank.exchange.qti_body import Body, own_text
from quizengine.bank.exchange.richtext import Notes
from quizengine.bank.exchange.xmlnode import Node
from quizengine.domain.text import N_, Text

_KEY = re.compile(r"[a-z][a-z0-9]{0,3}")
_NUMBERS = ("float", "integer")
Responses = dict[str, Response]


def response_of(node: Node, responses: Responses) -> Response:
    """The response variable of an interaction."""
    return responses.get(node.get("responseIdentifier"), Response())


def _choices(nodes: Sequence[Node], found: Found, name: str, kind: str) -> dict[str, str]:
    """Identifier → key of each choice; the choices become the options `name`."""
    notes = Notes()
    identifiers = [node.get("identifier") for node in nodes]
    own = all(_KEY.fullmatch(each) for each in identifiers)
    keys = identifiers if own else usual_keys(len(nodes), kind)
    texts = [own_text(node, notes) for node in nodes]
    setattr(found, name, tuple(zip(keys, texts, strict=True)))
    found.lost(name, notes)
    return dict(zip(identifiers, keys, strict=True))


def choice_feedback(node: Node, notes: Notes) -> list[tuple[str, str]]:
    """Feedback that stands inside of choices, as pairs of the choice and the feedback."""
    return [
        (own_text(choice, Notes()), own_text(said, notes))
        for choice in node.inside("simpleChoice", "simpleAssociableChoice")
        for said in choice.inside("feedbackInline", "feedbackBlock")
    ]


def _right(found: Found, response: Response, *, several: bool) -> list[str]:
    if not response.told:
        found.guess("answer", 0.7, N_("Only the response processing says what is right."))
    return response.right(several=several)


def _choice(node: Node, found: Found, responses: Responses, labels: Labels) -> Text | None:
    response = response_of(node, responses)
    keys = _choices(node.children("simpleChoice"), found, "options", "")
    several = response.cardinality != "single"
    right = [keys[each] for each in _right(found, response, several=several) if each in keys]
    found.type = "multiple" if several else "single"
    found.answer = [key for key, _ in found.options if key in right] or None
    if response.partial():
        found.guess(
            "answer",
            0.6,
            N_("Weights are not kept: %(weights)s."),
            weights=", ".join(response.partial()),
        )
    two = truth(found.options, right) if not several else None
    if two and labels.type in ("", "true_false"):
        if labels.type != "true_false":
            found.guess("type", 0.95, N_("The two options are those of a true/false question."))
        found.type, found.options, found.answer = "true_false", (), two
    return None


def _order(node: Node, found: Found, responses: Responses, _labels: Labels) -> Text | None:
    keys = _choices(node.children("simpleChoice"), found, "options", "")
    found.type = "order"
    right = _right(found, response_of(node, responses), several=True)
    found.answer = [keys[each] for each in right if each in keys] or None
    return None


def _match(node: Node, found: Found, responses: Responses, labels: Labels) -> Text | None:
    sets = node.children("simpleMatchSet")
    if len(sets) != 2:
        return Text(
            N_("A match has two sets of choices; here are %(count)s."), {"count": len(sets)}
        )
    found.type = "match"
    left = _choices(sets[0].children("simpleAssociableChoice"), found, "left", "l")
    right = _choices(sets[1].children("simpleAssociableChoice"), found, "right", "r")
    if labels.keys[0]:
        left, right = _labelled(found, labels, (left, right))
    pairs = [each.split() for each in _right(found, response_of(node, responses), several=True)]
    answer = {
        left[pair[0]]: right[pair[1]]
        for pair in pairs
        if len(pair) == 2 and pair[0] in left and pair[1] in right
    }
    found.answer = answer or None
    if len(answer) < len(pairs):
        found.guess(
            "answer", 0.4, N_("Some left items have several partners; one of each is kept.")
        )
    return None


def _labelled(
    found: Found, labels: Labels, sides: tuple[dict[str, str], dict[str, str]]
) -> list[dict[str, str]]:
    """The sides with the keys that the labels tell, as the file could not have the same ones."""
    renamed = []
    for place, (name, side) in enumerate(zip(("left", "right"), sides, strict=True)):
        keys = labels.keys_for(len(side), place, name[0])
        texts = [text for _, text in getattr(found, name)]
        setattr(found, name, tuple(zip(keys, texts, strict=True)))
        renamed.append(dict(zip(side, keys, strict=True)))
    return renamed


def _text(_node: Node, found: Found, _responses: Responses, _labels: Labels) -> Text | None:
    found.type = "short"
    return None


BLOCKS: dict[str, Callable[[Node, Found, Responses, Labels], Text | None]] = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "extendedTextInteraction": _text,
}


def read_blanks(body: Body, found: Found, responses: Responses, labels: Labels) -> Text | None:
    """A text with text entries, inline choices and gaps as a question with blanks."""
    given = [response_of(node, responses) for node in body.interactions]
    tags = {node.tag for node in body.interactions}
    if "endAttemptInteraction" in tags:
        return Text(N_("Interactions of the type %(type)s are not read."), {"type": "endAttempt"})
    if tags == {"textEntryInteraction"} and all(each.base in _NUMBERS for each in given):
        found.type = "numeric"
        found.answer = _numbers(found, given, labels)
    else:
        found.type = "fill"
        found.answer = _variants(body, found, given)
    found.stem = _stem(body, labels)
    return None


def _numbers(found: Found, given: list[Response], labels: Labels) -> list[dict[str, str]] | None:
    answer = []
    for place, response in enumerate(given, start=1):
        values = [number(value) for value in response.accepted()]
        if not values or values[0] is None:
            found.need("number-unreadable", N_("The right number can't be read."))
            return None
        answer.append(quantity(values[0], response.tolerance, labels.units.get(place, "")))
        if len(values) > 1:
            found.guess(
                "answer",
                0.5,
                N_("Further numbers that earn points are not kept: %(numbers)s."),
                numbers=", ".join(response.accepted()[1:]),
            )
    return answer


def _variants(body: Body, found: Found, given: list[Response]) -> list[list[str]] | None:
    blanks = []
    for node, response in zip(body.interactions, given, strict=True):
        texts = response.accepted()
        if node.tag == "inlineChoiceInteraction":
            texts = _chosen(node, found, response.right(several=False))
        if response.partial():
            found.guess(
                "answer",
                0.6,
                N_("Answers that earn a part of the points are not kept: %(answers)s."),
                answers=", ".join(response.partial()),
            )
        blanks.append([text for text in texts if text])
    return blanks if all(blanks) else None


def _chosen(node: Node, found: Found, right: list[str]) -> list[str]:
    words = {c.get("identifier"): own_text(c, Notes()) for c in node.children("inlineChoice")}
    rest = [word for identifier, word in words.items() if identifier not in right]
    found.guess(
        "type",
        0.6,
        N_("The words to choose from are left out; not right were: %(words)s."),
        words=", ".join(rest),
    )
    return [words[identifier] for identifier in right if identifier in words]


def read_gaps(
    node: Node, body: Body, found: Found, responses: Responses, labels: Labels
) -> Text | None:
    """A gap match: gaps in a text that are filled from a list of texts."""
    words = {each.get("identifier"): own_text(each, Notes()) for each in node.children("gapText")}
    pairs = [each.split() for each in response_of(node, responses).right(several=True)]
    wanted = {pair[1]: words.get(pair[0], "") for pair in pairs if len(pair) == 2}
    gaps = [wanted.get(gap.get("identifier"), "") for gap in body.interactions]
    if not gaps or not all(gaps):
        return Text(N_("A gap names a word that is not in the list."))
    found.type, found.answer = "fill", [[word] for word in gaps]
    found.stem = _stem(body, labels)
    rest = [word for word in words.values() if word not in gaps]
    found.guess(
        "type",
        0.6,
        N_("The words to choose from are left out; not right were: %(words)s."),
        words=", ".join(rest),
    )
    return None


def _stem(body: Body, labels: Labels) -> str:
    stem, *pieces = body.pieces()
    alone = labels.blanks == [0]
    for place, piece in enumerate(pieces):
        # The unit was written behind the field so that people see it.
        rest = piece.removeprefix(labels.units.get(place + 1, ""))
        stem += rest if alone else labels.blank(place) + rest
    return stem.strip()
