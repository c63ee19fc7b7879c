"""Moodle XML: read and written.

After the Moodle documentation, "Moodle XML format", and "Embedded Answers (Cloze) question type";
the question type "Ordering" as Moodle 4.4 writes it.
"""

from __future__ import annotations

from quizengine.bank.exchange.drafts import Heading, Line, Reading, Span, Unread
from quizengine.bank.exchange.found import Found, Piece, grouped
from quizengine.bank.exchange.labels import Labels, read_id, read_labels
from quizengine.bank.exchange.moodle_answers import READERS
from quizengine.bank.exchange.moodle_texts import element_text, feedback
from quizengine.bank.exchange.moodle_write import write
from quizengine.bank.exchange.richtext import Notes
from quizengine.bank.exchange.xmlnode import Document, Node, read_xml
from quizengine.domain.text import N_, Refused, Text

__all__ = ["read", "write"]

# How a question is shown or penalised; a bank has no such thing, and its exams decide.
_KNOWN_NAMES = (
    "name questiontext generalfeedback defaultgrade tags idnumber graderinfo units",
    "penalty hidden shuffleanswers single answernumbering showstandardinstruction usecase",
    "correctfeedback partiallycorrectfeedback incorrectfeedback shownumcorrect hint",
    "responseformat responserequired responsefieldlines minwordlimit maxwordlimit attachments",
    "attachmentsrequired maxbytes filetypeslist responsetemplate unitgradingtype unitpenalty",
    "showunits unitsleft layouttype selecttype selectcount gradingtype showgrading",
    "numberingstyle logical studentsee answer subquestion selectoption dragbox category info",
    "allowmultiplestudentresponses",
)
_KNOWN = frozenset(name for names in _KNOWN_NAMES for name in names.split())
# Moodle writes one before each question.
_OWN_COMMENT = ("question:", "resourceid-resourcedataid:")


def read(data: bytes, name: str) -> Reading:
    """The questions of a Moodle XML file.

    Refused (400) `file-unreadable` if it is no XML, `file-unsafe` for entities of its own, and
    `other-format` if its root is not `quiz`.
    """
    document = read_xml(data, name)
    if document.root.tag != "quiz":
        raise Refused(
            "other-format",
            N_("%(name)s is no Moodle XML: its root is %(root)s, not quiz."),
            status=400,
            name=name,
            root=document.root.tag,
        )
    reader = _Reader(_source_lines(data))
    for node in document.root.children():
        reader.take(node)
    reader.take_comments(document)
    return reader.reading()


def _source_lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")


class _Reader:
    def __init__(self, source: list[str]) -> None:
        self._source = source
        self._pieces: list[Piece] = []
        self._headings: list[Heading] = []
        self._unread: list[Unread] = []
        self._lines: dict[int, Line] = {}

    def reading(self) -> Reading:
        """All that was read."""
        return Reading(
            drafts=grouped(self._pieces),
            headings=tuple(self._headings),
            unread=tuple(self._unread),
            lines=tuple(self._lines[number] for number in sorted(self._lines)),
            encoding="utf-8",
        )

    def take(self, node: Node) -> None:
        kind = node.get("type")
        if node.tag != "question":
            self._skip(node, Text(N_("Moodle XML knows no element %(tag)s."), {"tag": node.tag}))
        elif kind == "category":
            self._category(node)
        elif kind in READERS:
            self._question(node, kind)
        elif kind == "description":
            self._description(node)
        else:
            why = Text(N_("Questions of the type %(type)s are not read."), {"type": kind or "?"})
            self._skip(node, why)

    def take_comments(self, document: Document) -> None:
        """Comments between questions, but for those that Moodle itself writes."""
        why = Text(N_("A comment between questions."))
        for number, text in document.comments:
            if not text.startswith(_OWN_COMMENT) and number not in self._lines:
                self._lines[number] = Line("", number, text)
                self._unread.append(Unread(self._lines[number], why))

    def _claim(self, node: Node) -> Span:
        for number in range(node.first, node.last + 1):
            text = self._source[number - 1] if number <= len(self._source) else ""
            if text.strip():
                self._lines[number] = Line("", number, text)
        return Span("", node.first, node.last)

    def _skip(self, node: Node, why: Text) -> None:
        text = " ".join(node.text().split())
        line = Line("", node.first, f"{node.path}: {text}")
        self._lines.setdefault(node.first, line)
        self._unread.append(Unread(line, why))

    def _category(self, node: Node) -> None:
        category = node.child("category")
        text = category.said("text") if category else ""
        self._headings.append(Heading(self._claim(node), text))

    def _description(self, node: Node) -> None:
        _, labels = _labels(node)
        if labels.type == "case":
            self._question(node, "description")
            return
        text = element_text(node.child("questiontext"), Notes())
        self._headings.append(Heading(self._claim(node), text))

    def _question(self, node: Node, kind: str) -> None:
        found, labels = _found(node)
        why = READERS[kind](node, found, labels) if kind in READERS else None
        if why is not None:
            self._skip(node, why)
            return
        if kind == "description":
            found.type = "case"
        draft = found.draft((self._claim(node),), labels)
        self._pieces.append(Piece(draft, labels.of, labels.points))
        for child in node.children():
            if child.tag not in _KNOWN and child.text().strip():
                why = Text(N_("A question has no place for %(tag)s."), {"tag": child.tag})
                text = " ".join(child.text().split())
                line = Line("", child.first, f"{child.path}: {text}")
                self._unread.append(Unread(line, why))


def _labels(node: Node) -> tuple[str, Labels]:
    tags = node.child("tags")
    texts = [tag.said("text") for tag in tags.children("tag")] if tags else []
    return node.said("idnumber"), read_labels(texts)


def _found(node: Node) -> tuple[Found, Labels]:
    """What questions of all types have in common."""
    own, labels = _labels(node)
    notes = Notes()
    name = node.child("name")
    found = Found(label=name.said("text") if name else "", points=node.said("defaultgrade"))
    found.stem = element_text(node.child("questiontext"), notes)
    found.lost("stem", notes)
    found.label = read_id(own, labels) or found.label
    general = Notes()
    found.explain(element_text(node.child("generalfeedback"), general), feedback(node, general))
    found.lost("explanation", general)
    if node.said("hidden") == "1":
        found.guess("state", 0.5, N_("The question is hidden in the source."))
    return found, labels
