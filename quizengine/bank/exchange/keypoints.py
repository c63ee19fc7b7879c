"""What helps to mark a short answer, as people read it in other programs: a piece of HTML.

The model answer stands in paragraphs, the key points in a list below it, each with its points in
bold type in front and its keywords in a list of its own:
`<p>…</p><ol><li><b>2</b> …<ul><li>…</li></ul></li></ol>`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from quizengine.bank.exchange.cleaning import Losses
from quizengine.bank.exchange.found import Found
from quizengine.bank.exchange.richtext import Notes, plain
from quizengine.bank.exchange.xhtml import inline
from quizengine.bank.exchange.xmlnode import Node
from quizengine.domain.asked import KeyPoint
from quizengine.domain.text import N_


def marking_html(answer: str | None, points: Sequence[KeyPoint]) -> str:
    """The model answer and the key points of a short answer; texts must be clean already."""
    before = f"<p>{inline(answer)}</p>" if answer else ""
    return before + f"<ol>{''.join(_item(point) for point in points)}</ol>"


def clean_point(point: KeyPoint, losses: Losses) -> KeyPoint:
    """`point` with texts that XHTML can hold; keywords without any text are left out."""
    words = [losses.text(word, "key_points", spaces=False) for word in point.keywords]
    return point.model_copy(
        update={
            "text": losses.text(point.text, "key_points", spaces=False),
            "keywords": [word for word in words if word],
        }
    )


def _item(point: KeyPoint) -> str:
    words = "".join(f"<li>{inline(word)}</li>" for word in point.keywords)
    keywords = f"<ul>{words}</ul>" if words else ""
    return f"<li><b>{point.points}</b> {inline(point.text)}{keywords}</li>"


def read_marking(node: Node, notes: Notes) -> tuple[str, list[dict[str, Any]]]:
    """The model answer in `node`, "" if there is none, and the key points as in a bank file."""
    lists = node.children("ol")
    points = [_point(item, notes) for each in lists for item in each.children("li")]
    rest = Node("div", content=[part for part in node.content if part not in lists])
    return plain(rest, notes), [point for point in points if point["text"]]


def take_marking(found: Found, node: Node) -> None:
    """Put what helps to mark into `found`; a model answer alone is the one key point."""
    notes = Notes()
    answer, points = read_marking(node, notes)
    found.answer = answer or found.answer
    if answer and not points:
        points = [{"text": answer}]
        found.guess("key_points", 0.5, N_("The model answer is the one key point."))
    if points:
        found.more["key_points"] = points
    found.lost("key_points", notes)


def _point(item: Node, notes: Notes) -> dict[str, Any]:
    words = [plain(word, notes) for each in item.children("ul") for word in each.children("li")]
    content = [p for p in item.content if not (isinstance(p, Node) and p.tag == "ul")]
    found: dict[str, Any] = {}
    bold = next((p for p in content if not isinstance(p, str) or p.strip()), None)
    if isinstance(bold, Node) and bold.tag == "b" and _is_number(bold.text()):
        content.remove(bold)
        found["points"] = bold.text().strip()
    found["text"] = plain(Node("div", content=content), notes)
    if words:
        found["keywords"] = words
    return found


def _is_number(text: str) -> bool:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return False
    return number.is_finite() and number > 0
