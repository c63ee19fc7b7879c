"""Texts in a Moodle XML file: `<questiontext format="html"><text>…</text><file>…</file>`."""

from __future__ import annotations

from quizengine.bank.exchange.richtext import Notes, has_markup, plain_html
from quizengine.bank.exchange.xmlnode import Node

_COMBINED = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
# What Moodle fills in by itself, in English and in Chinese.
_USUAL = frozenset(
    {
        "Your answer is correct.",
        "Your answer is partially correct.",
        "Your answer is incorrect.",
        "回答正确",
        "您的答案部分正确。",
        "回答错误",
        "你的回答正确",
        "你的回答部分正确",
        "你的回答不正确",
    }
)


def element_text(node: Node | None, notes: Notes, *, usual: str = "html") -> str:
    """The text of an element with a `format` ("Tags common to all question types").

    Attached files that the text shows as pictures are in `notes`, as are those it doesn't show.
    """
    if node is None:
        return ""
    source = raw_text(node)
    form = node.get("format") or usual
    shown = len(notes.pictures)
    text = _plain(source, form, notes)
    for file in node.children("file"):
        name = file.get("name")
        if not any(name in picture for picture in (source, *notes.pictures[shown:])):
            notes.pictures.append(name)
    return text


def raw_text(node: Node) -> str:
    """What stands in an element's `<text>`, as it is."""
    text = node.child("text")
    return text.text() if text else ""


def _plain(source: str, form: str, notes: Notes) -> str:
    if form == "html":
        return plain_html(source, notes)
    if form == "moodle_auto_format" and has_markup(source):
        return plain_html(source.strip().replace("\n", "<br>"), notes)
    if form == "markdown":
        notes.kinds.add("markdown")
    return source.strip()


def feedback(node: Node, notes: Notes) -> list[tuple[str, str]]:
    """Feedback to single answers, combined feedback and hints, as pairs of what for and text."""
    found = []
    for answer in node.children("answer"):
        said = element_text(answer.child("feedback"), notes)
        if said:
            found.append((element_text(answer, Notes(), usual="plain_text"), said))
    for child in node.children(*_COMBINED, "hint"):
        said = element_text(child, notes)
        if said and said.rstrip("。.") not in {usual.rstrip("。.") for usual in _USUAL}:
            found.append(("", said))
    return found
