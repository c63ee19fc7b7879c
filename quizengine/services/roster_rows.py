"""Cells of a roster row → values, with everything that is wrong with them. No database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from quizengine.bank.tables import Cell
from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Text
from quizengine.services.details import (
    Details,
    TierDates,
    clean_details,
    clean_text,
    detail_faults,
)
from quizengine.services.roster_files import RosterTable

# Spreadsheets keep 15 digits of a number.
_EXACT = 10**15
_ROUNDED = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
_DATE = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)"
)
# As of a text date with a time of zero, which databases export.
_MIDNIGHT = re.compile(r"[T ]0{1,2}:00(:00)?$")
_YEARS = range(1900, 2201)


@dataclass
class RosterRow:
    """The values of a row, cleaned; what is empty says nothing about the person."""

    row_no: int
    details: Details
    unit_code: str
    unit: str
    tiers: list[str]
    dates: TierDates
    reasons: list[Text] = field(default_factory=list)


def parse_rows(table: RosterTable, tiers: Mapping[str, Tier]) -> list[RosterRow]:
    """All rows of the table; logins that stand twice are refused in each place."""
    names = _tier_names(tiers)
    rows = [
        _RowReader(table.columns, cells, tiers, names).read(number) for number, cells in table.rows
    ]
    _refuse_twins(rows)
    return rows


def _refuse_twins(rows: list[RosterRow]) -> None:
    """Nobody can tell which of two rows is right, so neither comes in."""
    places: dict[str, list[int]] = {}
    for row in rows:
        if row.details.login:
            places.setdefault(row.details.login, []).append(row.row_no)
    for row in rows:
        others = [n for n in places.get(row.details.login, ()) if n != row.row_no]
        if others:
            row.reasons.append(
                Text(
                    N_("The login %(login)s appears in row %(rows)s too."),
                    {"login": row.details.login, "rows": ", ".join(map(str, others[:5]))},
                )
            )


def _tier_names(tiers: Mapping[str, Tier]) -> dict[str, str]:
    names: dict[str, str] = {}
    for tier in tiers.values():
        for name in (tier.title.zh, tier.title.en, tier.id):
            names[_tier_key(name)] = tier.id
    for tier in tiers.values():
        # People write a part of a title such as 新党员·新入职, or 出国 for 出国（境）.
        for part in (*tier.title.zh.split("·"), *re.findall(r"^[^（(]+", tier.title.zh)):
            names.setdefault(_tier_key(part), tier.id)
    return names


def _tier_key(name: str) -> str:
    return clean_text(name).casefold().replace(" ", "")


class _RowReader:
    """Reads one row, and collects its faults."""

    def __init__(
        self,
        columns: Mapping[str, list[int]],
        cells: list[Cell],
        tiers: Mapping[str, Tier],
        tier_names: Mapping[str, str],
    ) -> None:
        self._columns = columns
        self._cells = cells
        self._tiers = tiers
        self._tier_names = tier_names
        self._reasons: list[Text] = []
        self._unread: set[str] = set()

    def read(self, row_no: int) -> RosterRow:
        details = self._read_details()
        tier_text = self._text("tiers")
        tiers = self._read_tiers(tier_text)
        dates = TierDates(
            valid_from=self._date("valid_from"),
            valid_to=self._date("valid_to"),
            departs_on=self._date("departs_on"),
            returns_on=self._date("returns_on"),
        )
        self._reasons.extend(self._stray_dates(tier_text, tiers, dates))
        return RosterRow(
            row_no=row_no,
            details=details,
            unit_code=self._text("unit_code"),
            unit="/".join(self._texts("unit")),
            tiers=tiers,
            dates=dates,
            reasons=self._reasons,
        )

    def _read_details(self) -> Details:
        staff_no = self._text("staff_no")
        login = self._text("login")
        if not login and "staff_no" in self._unread:
            self._unread.add("login")
        details = clean_details(
            Details(
                login=login or staff_no,
                name=self._text("name"),
                staff_no=staff_no,
                id_no=self._text("id_no"),
                phone=self._text("phone"),
            )
        )
        # A cell that could not be read is not missing as well.
        unread = self._unread & {"login", "name"}
        checked = replace(details, **dict.fromkeys(unread, "0")) if unread else details
        self._reasons.extend(detail_faults(checked))
        return details

    def _given(self, field_name: str) -> Iterator[Cell]:
        for place in self._columns.get(field_name, ()):
            cell = self._cells[place] if place < len(self._cells) else ""
            if not isinstance(cell, str) or cell.strip():
                yield cell

    def _text(self, field_name: str) -> str:
        return next(iter(self._texts(field_name)), "")

    def _texts(self, field_name: str) -> list[str]:
        texts = (self._cell_text(field_name, cell) for cell in self._given(field_name))
        return [text for text in texts if text]

    def _cell_text(self, field_name: str, cell: Cell) -> str:
        text = cell_text(cell)
        if isinstance(text, Text):
            self._reasons.append(text)
            self._unread.add(field_name)
            return ""
        return text

    def _read_tiers(self, text: str) -> list[str]:
        found: dict[str, None] = {}
        for name in filter(None, map(str.strip, re.split("[、,;|]", text))):
            tier = self._tier_names.get(_tier_key(name))
            if tier is None:
                self._reasons.append(Text(N_("There is no tier “%(tier)s”."), {"tier": name}))
            else:
                found[tier] = None
        return list(found)

    def _date(self, field_name: str) -> date | None:
        cell = next(self._given(field_name), None)
        if cell is None:
            return None
        day = read_date(cell)
        if day is None:
            self._reasons.append(
                Text(N_("“%(value)s” is not a date such as 2026-01-31."), {"value": str(cell)[:40]})
            )
        return day

    def _stray_dates(self, tier_text: str, tiers: list[str], dates: TierDates) -> Iterator[Text]:
        """Dates that would be dropped, since nothing in the row takes them."""
        travels = any(self._tiers[tier].dates == "travel" for tier in tiers)
        if not tier_text and dates != TierDates():
            yield Text(N_("There are dates, but no tier that they belong to."))
        elif tiers and not travels and (dates.departs_on or dates.returns_on):
            yield Text(N_("There are dates of a journey, but no tier of travellers."))


def cell_text(cell: Cell) -> str | Text:
    """What a cell says, numbers of people included; a Text: why that can't be known any more."""
    if isinstance(cell, date):
        return Text(
            N_("The spreadsheet turned “%(value)s” into a date: format the cell as text."),
            {"value": cell},
        )
    text = clean_text(str(cell))
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        text = str(int(cell)) if cell == int(cell) else text
        rounded = abs(cell) >= _EXACT
    else:
        rounded = _ROUNDED.fullmatch(text) is not None
    if rounded:
        return Text(
            N_(
                "The spreadsheet kept “%(value)s” as a number and dropped its last digits: "
                "format the column as text and enter it again."
            ),
            {"value": cell},
        )
    return text


def read_date(cell: Cell) -> date | None:
    """The day in a cell: a real date, or text such as 2026-01-31, 2026/1/31, 20260131."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, float) and cell == int(cell):
        cell = int(cell)
    match = _DATE.fullmatch(_MIDNIGHT.sub("", clean_text(str(cell))))
    if match is None:
        return None
    year, month, day = (int(part) for part in match.groups() if part and part.isdigit())
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if year in _YEARS else None
