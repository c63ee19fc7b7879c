"""A QTI item as a draft of a bank (QTI 2.2 information model, "assessmentItem")."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from quizengine.bank.exchange.drafts import Draft, Span
from quizengine.bank.exchange.found import Found
from quizengine.bank.exchange.keypoints import take_marking
from quizengine.bank.exchange.labels import Labels, read_id, read_labels
from quizengine.bank.exchange.qti_answers import responses_of
from quizengine.bank.exchange.qti_body import INLINE, Body, own_text, read_body
from quizengine.bank.exchange.qti_interactions import (
    BLOCKS,
    Responses,
    choice_feedback,
    read_blanks,
    read_gaps,
)
from quizengine.bank.exchange.qti_package import Resource
from quizengine.bank.exchange.richtext import Notes
from quizengine.bank.exchange.xmlnode import Node
from quizengine.domain.text import N_, Text

EXPLANATION = "explanation"
_NOT_READ = N_("Interactions of the type %(type)s are not read.")


@dataclass
class Item:
    """An item: its element, and what the manifest says of it."""

    node: Node
    span: Span
    resource: Resource

    def labels(self) -> Labels:
        """What the keywords of the manifest tell."""
        labels = read_labels(self.resource.keywords)
        if labels.difficulty is None:
            labels.difficulty = self.resource.difficulty
        return labels


def read_item(item: Item) -> Draft | Text:
    """The draft of an item, or why it can't be read."""
    node = item.node
    body = node.child("itemBody")
    if body is None or not body.content:
        return Text(N_("The item asks nothing."))
    if node.children("templateDeclaration"):
        return Text(N_("The item has values that are drawn anew each time."))
    labels = item.labels()
    title = node.get("title") or item.resource.title
    found = Found(label=title, points=_points(node))
    found.label = read_id(node.get("identifier"), labels) or title
    parts = [part for part in body.walk() if part.get("class") == "part" and part.get("id")]
    reader = _Reader(node, responses_of(node))
    if labels.type == "case" and parts:
        return reader.case(found, body, parts, item)
    why = reader.fill_in(found, body, labels)
    if isinstance(why, Text):
        return why
    reader.explain(found, body, EXPLANATION)
    draft = found.draft((item.span,), labels)
    return replace(draft, parts=tuple(reader.parts(item.span)))


def _points(node: Node) -> str:
    for outcome in node.children("outcomeDeclaration"):
        if outcome.get("identifier") == "MAXSCORE":
            return " ".join(outcome.text().split())
        if outcome.get("identifier") == "SCORE" and outcome.get("normalMaximum"):
            return outcome.get("normalMaximum")
    return ""


class _Reader:
    def __init__(self, item: Node, responses: Responses) -> None:
        self._item = item
        self._responses = responses
        self._parts: list[Found] = []

    def parts(self, span: Span) -> Iterator[Draft]:
        """The parts of an item that turned out to ask several things."""
        for number, found in enumerate(self._parts, start=1):
            found.more["id"] = f"p{number}"
            yield found.draft((span,), Labels())

    def case(self, found: Found, body: Node, parts: list[Node], item: Item) -> Draft | Text:
        """An item of our own with parts; their labels have the part's id in front."""
        found.type = "case"
        alone = Node("div", {}, [part for part in body.content if part not in parts])
        notes = Notes()
        found.stem = read_body(alone, notes).text
        found.lost("stem", notes)
        self.explain(found, alone, EXPLANATION)
        drafts = []
        for part in parts:
            name = part.get("id")
            head = f"{name}/"
            own = [k[len(head) :] for k in item.resource.keywords if k.startswith(head)]
            labels = read_labels(own)
            one = Found(more={"id": name})
            why = self.fill_in(one, part, labels)
            if isinstance(why, Text):
                return why
            self.explain(one, part, f"{EXPLANATION}_{name}")
            one.more.update({"points": labels.points} if labels.points else {})
            drafts.append(one.draft((item.span,), labels))
        keywords = [k for k in item.resource.keywords if "/" not in k.partition(":")[0]]
        labels = read_labels(keywords)
        read_id(self._item.get("identifier"), labels)
        return replace(found.draft((item.span,), labels), parts=tuple(drafts))

    def fill_in(self, found: Found, node: Node, labels: Labels) -> Text | None:
        """Read what `node` asks into `found`; why not, if it can't be."""
        notes = Notes()
        body = read_body(node, notes)
        found.lost("stem", notes)
        gaps = node.inside("gapMatchInteraction")
        tags = {each.tag for each in body.interactions}
        if gaps and (len(gaps) > 1 or tags != {"gap"}):
            return Text(_NOT_READ, {"type": "gapMatch"})
        if gaps:
            return read_gaps(gaps[0], body, found, self._responses, labels)
        if not tags:
            return Text(N_("The item asks nothing."))
        if tags <= INLINE:
            return read_blanks(body, found, self._responses, labels)
        return self._blocks(found, body, node, labels)

    def _blocks(self, found: Found, body: Body, node: Node, labels: Labels) -> Text | None:
        unknown = [each.tag for each in body.interactions if each.tag not in BLOCKS]
        if unknown:
            return Text(_NOT_READ, {"type": unknown[0].removesuffix("Interaction")})
        if len(body.interactions) > 1:
            return self._several(found, body, labels)
        interaction = body.interactions[0]
        found.stem = "\n".join(piece.strip() for piece in body.pieces() if piece.strip())
        why = BLOCKS[interaction.tag](interaction, found, self._responses, labels)
        if found.type == "short":
            self._marking(found, node)
        return why

    def _several(self, found: Found, body: Body, labels: Labels) -> Text | None:
        """Several interactions in one item: a case, each with the text before it as its stem."""
        found.type = "case"
        pieces = [piece.strip() for piece in body.pieces()]
        for number, interaction in enumerate(body.interactions):
            stem = pieces[number]
            if number == 0:
                found.stem, _, stem = stem.rpartition("\n")
                found.stem = found.stem or stem
            part = Found(stem=stem or found.stem)
            why = BLOCKS[interaction.tag](interaction, part, self._responses, labels)
            if why is not None:
                return why
            self._parts.append(part)
        found.stem = "\n".join(text for text in (found.stem, pieces[-1]) if text)
        found.guess("type", 0.7, N_("An item that asks several things is read as a case."))
        return None

    def _marking(self, found: Found, node: Node) -> None:
        for rubric in node.inside("rubricBlock"):
            if "scorer" in rubric.get("view").split():
                take_marking(found, rubric)

    def explain(self, found: Found, node: Node, identifier: str) -> None:
        """Feedback and rubrics as the explanation; `identifier` is that of our own."""
        notes = Notes()
        own, single = "", []
        for feedback in self._item.children("modalFeedback"):
            name = feedback.get("identifier")
            if name == identifier:
                own = own_text(feedback, notes)
            elif not name.startswith(EXPLANATION):
                single.append(("", own_text(feedback, notes)))
        single += [("", own_text(block, notes)) for block in node.inside("feedbackBlock")]
        single += choice_feedback(node, notes)
        single += self._rubrics(found, node, notes)
        found.explain(own, list(dict.fromkeys(single)))
        found.lost("explanation", notes)

    def _rubrics(self, found: Found, node: Node, notes: Notes) -> list[tuple[str, str]]:
        return [
            ("", own_text(rubric, notes))
            for rubric in node.inside("rubricBlock")
            if not (found.type == "short" and "scorer" in rubric.get("view").split())
        ]
