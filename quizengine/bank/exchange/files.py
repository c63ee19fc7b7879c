"""The file of drafts that an import makes: its name, its ids, its text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from quizengine.bank.exchange.bankyaml import Entry, file_text
from quizengine.bank.exchange.drafts import SURE, Reading, Span
from quizengine.bank.exchange.importing import Item
from quizengine.bank.exchange.report import place
from quizengine.domain.text import N_, Text

_LONGEST = 40


def file_stem(name: str) -> str:
    """The name of the bank file for a source called `name`: its Latin letters and digits."""
    stem = re.sub(r"[^a-z0-9_]+", "-", Path(name).stem.lower()).strip("-_")
    return stem[:_LONGEST].rstrip("-_") or "imported"


def id_prefix(name: str) -> str:
    """What ids of questions from a source called `name` begin with."""
    stem = re.sub(r"-+", "-", file_stem(name))
    return stem if stem[0].isalpha() else f"q{stem}"


def free_name(folder: Path, stem: str) -> str:
    """A file name that is not taken in the folder."""
    name, number = f"{stem}.yaml", 2
    while (folder / name).exists():
        name, number = f"{stem}-{number}.yaml", number + 1
    return name


def bank_text(
    items: Sequence[Item], reading: Reading, source: str, gettext: Callable[[str], str] = str
) -> str:
    """The text of a bank file with the new items.

    Remarks tell the reviewer what is doubtful, and at the end what was not read or held back.
    """
    head = [
        gettext(N_("Drafts from %(source)s. Correct them, then take `state: draft` away."))
        % {"source": source}
    ]
    entries = [
        Entry(item.data, _remarks(item, source, gettext)) for item in items if item.fate == "new"
    ]
    return file_text(entries, head, _left_out(items, reading, gettext))


def _left_out(items: Sequence[Item], reading: Reading, gettext: Callable[[str], str]) -> list[str]:
    """Lines that are in no question of the file; what a guard held back only by its place."""
    told = [f"{_places(item)}: {why.render(gettext)}" for item in items for why in _whys(item)]
    for unread in reading.unread:
        at = place(Span(unread.line.part, unread.line.number, unread.line.number))
        told.append(f"{at}: {unread.line.text} ({unread.why.render(gettext)})")
    return [gettext(N_("Not in this file:")), *told] if told else []


def _whys(item: Item) -> Sequence[Text]:
    if item.fate == "held":
        return (Text(N_("Held back: a second person must clear it first.")),)
    return item.why


def _places(item: Item) -> str:
    return ", ".join(map(place, item.draft.lines))


def _remarks(item: Item, source: str, gettext: Callable[[str], str]) -> list[str]:
    params = {"source": source, "lines": _places(item)}
    remarks = [gettext(N_("From %(source)s, lines %(lines)s")) % params]
    remarks += [f"! {need.text.render(gettext)}" for need in item.draft.all_needs()]
    remarks += [
        f"? {guess.field} {guess.sure:.0%}: {guess.why.render(gettext)}"
        for guess in item.draft.all_guesses()
        if guess.sure < SURE
    ]
    return remarks
