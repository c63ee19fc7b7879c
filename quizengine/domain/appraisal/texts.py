"""Facts from the hashed texts of entries, read fast: most entries differ in few of their parts.

An entry's text is canonical JSON with sorted names, so that what no quotation mark interrupts is
found without parsing. A text of any other form is parsed as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Hashable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from quizengine.domain.appraisal.facts import SNAPSHOT, FactReader, Facts, day_of, told_day

Data = Mapping[str, Any]

# Canonical JSON writes the names in this order, and no string holds a bare quotation mark: what
# stands behind the last of these marks are the names of the entry itself, never some of its data.
_TIME = len('{"at":"')
_HOUR = _TIME + len("2026-03-02T08")
_ZONE = _HOUR + len(":31:07.250000")
_BEFORE_DATA = 'Z","corrects":null,"data":{'
_DATA = _ZONE + len(_BEFORE_DATA) - 1
_BEHIND_DATA = '},"kind":"'
_END = re.compile(
    r',"kind":"([^"\\]+)","seq":([0-9]+),"source":"[^"\\]*"'
    r',"subject":(?:null|"([^"\\]*)"),"unit":(?:null|"([^"\\]*)"),"v":1\}'
)
_HOUR_ENDS = (":00:00.000000Z", ":59:59.999999Z")
_MOST_KEPT = 200_000


class TextReader:
    """Takes text after text; keeps of the data the `fields` alone, or all if they are None."""

    def __init__(
        self,
        kinds: Collection[str],
        zone: ZoneInfo,
        year: int | None = None,
        fields: Collection[str] | None = None,
        reader: type[FactReader] = FactReader,
    ) -> None:
        self._reader = reader(kinds, zone, year)
        self._fields = None if fields is None else frozenset(fields)
        self._hours: dict[str, date] = {}
        # Data by their text, with the day that they name themselves.
        self._parsed: dict[str, tuple[Data, date | None]] = {}
        self._pruned: dict[Hashable, Data] = {}
        self._known: dict[str, str] = {}

    def add(self, text: str) -> None:
        """Take the next entry."""
        plain = text.startswith('{"at":"') and text.startswith(_BEFORE_DATA, _ZONE)
        end = text.rfind(_BEHIND_DATA, _DATA) + 1
        found = _END.fullmatch(text, end) if plain and end else None
        if found is None or found[1] == SNAPSHOT:
            self._reader.add(json.loads(text))
            return
        kind, number, subject, unit = found.groups()
        self._reader.entries = seq = int(number)
        if kind in self._reader.kinds:
            given = text[_DATA:end]
            data, day = self._parsed.get(given) or self._read(given)
            if day is None:
                day = self._hours.get(text[_TIME:_HOUR]) or self._day(text[_TIME : _ZONE + 1])
            known = self._known.setdefault
            self._reader.note(
                seq,
                day,
                known(kind, kind),
                subject and known(subject, subject),
                unit and known(unit, unit),
                data,
            )

    def _day(self, at: str) -> date:
        """The local day; kept for the whole hour, if it is one day and the clock does not jump."""
        hour, zone = at[: _HOUR - _TIME], self._reader.zone
        first, last = (datetime.fromisoformat(hour + m).astimezone(zone) for m in _HOUR_ENDS)
        if first.date() == last.date() and first.utcoffset() == last.utcoffset():
            self._hours[hour] = first.date()
        return day_of(at, {}, zone)

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
