"""The text of a QTI item around its interactions (QTI 2.2 information model, "itemBody")."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizengine.bank.exchange.richtext import Notes, plain
from quizengine.bank.exchange.xmlnode import Node

INLINE = frozenset(
    {"textEntryInteraction", "inlineChoiceInteraction", "gap", "endAttemptInteraction"}
)
# Feedback and rubrics are read on their own.
_ASIDE = frozenset({"feedbackInline", "feedbackBlock", "rubricBlock", "templateBlock"})
# A noncharacter stands for the place of an interaction in the text.
_PLACE = "\ufdd0"
_PLACES = re.compile(f"{_PLACE}(\\d+){_PLACE}")


@dataclass
class Body:
    """A text with the places of interactions in it; see `pieces`."""

    text: str
    interactions: list[Node] = field(default_factory=list)

    def pieces(self) -> list[str]:
        """The texts before, between and behind the interactions."""
        return _PLACES.split(self.text)[::2]


def read_body(node: Node, notes: Notes) -> Body:
    """The text of `node`; prompts of interactions belong to the text before their place."""
    interactions: list[Node] = []
    copy = _marked(node, interactions)
    return Body(plain(copy, notes), interactions)


def _marked(node: Node, interactions: list[Node]) -> Node:
    content: list[Node | str] = []
    for part in node.content:
        if isinstance(part, str):
            content.append(part)
        elif part.tag not in _ASIDE:
            content += _element(part, interactions)
    return Node(node.tag, node.attributes, content)


def _element(node: Node, interactions: list[Node]) -> Sequence[Node | str]:
    if not (node.tag.endswith("Interaction") or node.tag == "gap"):
        return [_marked(node, interactions)]
    shown: list[Node | str] = []
    if node.tag == "gapMatchInteraction":
        # Its gaps stand in a text of its own.
        choices = ("gapText", "gapImg")
        rest = [p for p in node.content if isinstance(p, str) or p.tag not in choices]
        return [_marked(Node("div", {}, rest), interactions)]
    prompt = node.child("prompt")
    if prompt is not None:
        shown.append(_marked(Node("div", {}, prompt.content), interactions))
    interactions.append(node)
    place = f"{_PLACE}{len(interactions) - 1}{_PLACE}"
    shown.append(place if node.tag in INLINE else Node("div", {}, [place]))
    return shown


def own_text(node: Node, notes: Notes) -> str:
    """The text of a choice or the like without the feedback in it."""
    return plain(_marked(node, []), notes)
