"""The report of an import: each question with its lines, guesses and needs; what was not read."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quizengine.bank.exchange.drafts import SURE, Line, Reading, Span
from quizengine.bank.exchange.importing import Item
from quizengine.domain.text import N_

Translate = Callable[[str], str]


@dataclass(frozen=True)
class Report:
    """What was read from `source`, and where it went: `file` is "" if nothing was written."""

    source: str
    format: str
    file: str
    reading: Reading
    items: Sequence[Item]

    def counts(self) -> dict[str, int]:
        """How many questions were read, written, known, held back, doubtful; and unread lines."""
        fates = Counter(item.fate for item in self.items)
        return {
            "read": len(self.items),
            "written": fates["new"],
            "known": fates["known"],
            "held": fates["held"],
            "needs_person": sum(any(True for _ in i.draft.all_needs()) for i in self.items),
            "doubtful": sum(
                any(guess.sure < SURE for guess in item.draft.all_guesses()) for item in self.items
            ),
            "without_basis": sum(not item.draft.basis for item in self.items),
            "headings": len(self.reading.headings),
            "unread": len(self.reading.unread),
        }

    def data(self, gettext: Translate = str) -> dict[str, Any]:
        """The report as JSON data; messages in the language of `gettext`."""
        return {
            "source": self.source,
            "format": self.format,
            "encoding": self.reading.encoding,
            "file": self.file,
            "counts": self.counts(),
            "questions": [_question(item, gettext) for item in self.items],
            "headings": [
                {"lines": [_span(heading.span)], "text": heading.text, "type": heading.type}
                for heading in self.reading.headings
            ],
            "unread": [
                {**_line(unread.line), "why": unread.why.render(gettext)}
                for unread in self.reading.unread
            ],
        }

    def json(self, gettext: Translate = str) -> str:
        """The report as a JSON file."""
        return json.dumps(self.data(gettext), ensure_ascii=False, indent=1) + "\n"

    def markdown(self, gettext: Translate = str) -> str:
        """The report for people: what is to be done first, then everything else."""
        return "\n".join(_markdown(self, gettext)) + "\n"


def _question(item: Item, gettext: Translate) -> dict[str, Any]:
    draft = item.draft
    return {
        "id": item.id,
        "fate": item.fate,
        "why": [text.render(gettext) for text in item.why],
        "label": draft.label,
        "type": draft.type,
        "stem": draft.stem,
        "lines": [_span(span) for span in draft.lines],
        "points": draft.points or None,
        "needs": [
            {"code": need.code, "message": need.text.render(gettext)} for need in draft.all_needs()
        ],
        "guesses": [
            {"field": g.field, "why": g.why.render(gettext), "sure": g.sure}
            for g in draft.all_guesses()
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    part = {"part": span.part} if span.part else {}
    return {**part, "first": span.first, "last": span.last}


def _line(line: Line) -> dict[str, Any]:
    part = {"part": line.part} if line.part else {}
    return {**part, "line": line.number, "text": line.text}


def place(span: Span) -> str:
    """Lines in short: 3, 3–7, Sheet1 3–7."""
    lines = f"{span.first}" if span.first == span.last else f"{span.first}–{span.last}"
    return f"{span.part} {lines}" if span.part else lines


def _markdown(report: Report, gettext: Translate) -> Iterator[str]:
    counts = report.counts()
    yield f"# {report.source} → {report.file or '–'}"
    yield ""
    names = {
        "read": N_("Questions read"),
        "written": N_("Drafts written"),
        "known": N_("Already in the bank"),
        "held": N_("Held back"),
        "needs_person": N_("Need a person"),
        "doubtful": N_("With doubtful guesses"),
        "without_basis": N_("Without a legal basis"),
        "unread": N_("Unread lines"),
    }
    for name, title in names.items():
        yield f"- {gettext(title)}: {counts[name]}"
    yield from _section(gettext(N_("Unread lines")), _unread(report, gettext))
    yield from _section(gettext(N_("Need a person")), _needing(report, gettext))
    yield from _section(gettext(N_("Guesses")), _guessed(report, gettext))


def _section(title: str, lines: Iterator[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield from ("", f"## {title}", "", *listed)


def _unread(report: Report, gettext: Translate) -> Iterator[str]:
    for unread in report.reading.unread:
        at = place(Span(unread.line.part, unread.line.number, unread.line.number))
        yield f"- {at}: `{unread.line.text[:120]}` {unread.why.render(gettext)}"


def _needing(report: Report, gettext: Translate) -> Iterator[str]:
    for item in report.items:
        needs = [need.text.render(gettext) for need in item.draft.all_needs()]
        needs += [text.render(gettext) for text in item.why]
        if needs:
            yield f"- {_at(item)} {item.id}: {'; '.join(needs)}"


def _guessed(report: Report, gettext: Translate) -> Iterator[str]:
    for item in report.items:
        doubts = [
            f"{guess.field} {guess.sure:.0%}: {guess.why.render(gettext)}"
            for guess in item.draft.all_guesses()
            if guess.sure < SURE
        ]
        if doubts:
            yield f"- {_at(item)} {item.id}: {'; '.join(doubts)}"


def _at(item: Item) -> str:
    return ", ".join(map(place, item.draft.lines))
