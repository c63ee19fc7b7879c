"""Facts from the hashed texts of entries, read fast: most entries differ in few of their parts.

An entry's text is canonical JSON with sorted names, so that what no quotation mark interrupts is
found without parsing. A text of any other form is parsed as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from quizengine.domain.appraisal.facts import SNAPSHOT, FactReader, Facts, day_of, told_day

Data = Mapping[str, Any]

# Nothing can follow the closing brace, and no string holds a bare quotation mark: the names at
# the end are those of the entry itself, never some within its data.
_ENTRY = re.compile(
    r'\{"at":"([^"\\]{16})([^"\\]{10}Z)","corrects":null,"data":(\{.*\}),"kind":"([^"\\]+)","seq":([0-9]+)'
    r',"source":"[^"\\]*","subject":(?:null|"([^"\\]*)"),"unit":(?:null|"([^"\\]*)"),"v":1\}',
    re.DOTALL,
)
_MOST_KEPT = 200_000


class TextReader:
    """Takes text after text; keeps of the data the `fields` alone, or all if they are None."""

    def __init__(
        self,
        kinds: Collection[str],
        zone: ZoneInfo,
        year: int | None = None,
        fields: Collection[str] | None = None,
    ) -> None:
        self._reader = FactReader(kinds, zone, year)
        self._fields = None if fields is None else frozenset(fields)
        self._days: dict[str, date] = {}
        # Data by their text, with the day that they name themselves.
        self._parsed: dict[str, tuple[Data, date | None]] = {}
        self._pruned: dict[Hashable, Data] = {}
        self._known: dict[str, str] = {}

    def add(self, text: str) -> None:
        """Take the next entry."""
        found = _ENTRY.fullmatch(text)
        kind = found[4] if found else SNAPSHOT
        if found is None or kind == SNAPSHOT:
            self._reader.add(json.loads(text))
            return
        self._reader.entries = int(found[5])
        if kind in self._reader.kinds:
            data, day = self._parsed.get(found[3]) or self._read(found[3])
            if day is None:
                day = self._days.get(found[1]) or self._day(found)
            known = self._known.setdefault
            subject, unit = found[6], found[7]
            self._reader.note(
                self._reader.entries,
                day,
                known(kind, kind),
                subject and known(subject, subject),
                unit and known(unit, unit),
                data,
            )

    def _day(self, found: re.Match[str]) -> date:
        # A minute lies within one day of every zone.
        day = self._days[found[1]] = day_of(f"{found[1]}{found[2]}", {}, self._reader.zone)
        return day

    def _read(self, text: str) -> tuple[Data, date | None]:
        if len(self._parsed) >= _MOST_KEPT:
            self._parsed.clear()
        data = json.loads(text)
        parsed = self._parsed[text] = (self._prune(data), told_day(data))
        return parsed

    def _prune(self, data: Data) -> Data:
        """The fields that are wanted; one object for all entries that are alike in them."""
        if self._fields is None:
            return data
        kept = {name: data[name] for name in sorted(self._fields & data.keys())}
        # 1 and True are equal to Python, not to the rules.
        values = tuple((name, type(value), value) for name, value in kept.items())
        try:
            return self._pruned.setdefault(values, kept)
        except TypeError:
            return kept  # a list or an object in it

    @property
    def entries(self) -> int:
        """The number of the last entry so far."""
        return self._reader.entries

    def facts(self) -> Facts:
        """What was found."""
        return self._reader.facts()


def read_texts(
    texts: Iterable[str],
    kinds: Collection[str],
    zone: ZoneInfo,
    year: int | None = None,
    fields: Collection[str] | None = None,
) -> Facts:
    """`facts.read_facts` of the entries with these texts."""
    reader = TextReader(kinds, zone, year, fields)
    for text in texts:
        reader.add(text)
    return reader.facts()
