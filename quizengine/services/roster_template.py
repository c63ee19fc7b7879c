"""The file that people fill in to import a roster."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import xlsxwriter

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_
from quizengine.services.roster_files import COLUMNS
from quizengine.services.units import UnitRow

_HEADERS_EN = {
    "name": "Name",
    "staff_no": "Staff no",
    "login": "Login",
    "id_no": "ID no",
    "phone": "Phone",
    "unit_code": "Unit code",
    "unit": "Unit",
    "tiers": "Tiers",
    "valid_from": "Valid from",
    "valid_to": "Valid to",
    "departs_on": "Departs on",
    "returns_on": "Returns on",
}
_NOTES = {
    "name": N_("Needed."),
    "staff_no": N_("Needed, unless there is a login. Staff or student number, as text."),
    "login": N_("What the person signs in with; the staff number if left empty."),
    "id_no": N_("Identity number of 18 characters, as text. May be left empty."),
    "phone": N_("May be left empty."),
    "unit_code": N_(
        "Code of the unit, as on the sheet of units. Takes precedence if both are given."
    ),
    "unit": N_("Name of the unit, with those above it where several have the name: A/B/C."),
    "tiers": N_("One or more tiers, with commas between them."),
    "valid_from": N_("First day in the tier, such as 2026-09-01. May be left empty."),
    "valid_to": N_("Last day in the tier. May be left empty."),
    "departs_on": N_("Departure, for travellers."),
    "returns_on": N_("Return, for travellers. May be left empty."),
}
_GENERAL = (
    N_("Delete the example row before you import the file; it is refused if it stays."),
    N_("People are identified by login: the same file can be imported again and again."),
    N_("An empty cell changes nothing. Nobody is removed by an import."),
)
_WIDTH = 20


@dataclass(frozen=True)
class _Sheet:
    title: str
    rows: Sequence[Sequence[str]]
    widths: Sequence[int]


def roster_template(
    language: str,
    tiers: Mapping[str, Tier],
    units: Iterable[UnitRow],
    gettext: Callable[[str], str] = str,
) -> bytes:
    """A workbook: the list with an example, how to fill it in, and the units there are."""
    return _workbook(
        [
            _Sheet(gettext(N_("Roster")), _roster(language, tiers), [_WIDTH] * len(COLUMNS)),
            _Sheet(gettext(N_("Notes")), _notes(language, tiers, gettext), [_WIDTH, 90]),
            _Sheet(gettext(N_("Units")), _units(units, gettext), [_WIDTH, 70]),
        ]
    )


def _header(language: str, name: str) -> str:
    return _HEADERS_EN[name] if language.startswith("en") else COLUMNS[name][0]


def _roster(language: str, tiers: Mapping[str, Tier]) -> list[list[str]]:
    travel = next((tier for tier in tiers.values() if tier.dates == "travel"), None)
    example = {
        "name": "张三",
        "staff_no": "2026000000",
        "unit": "示例学院/示例党支部",
        "tiers": travel.title.in_language(language) if travel else "",
        "valid_from": "2026-09-01" if travel else "",
        "departs_on": "2026-10-01" if travel else "",
        "returns_on": "2026-10-20" if travel else "",
    }
    return [
        [_header(language, name) for name in COLUMNS],
        [example.get(name, "") for name in COLUMNS],
    ]


def _notes(
    language: str, tiers: Mapping[str, Tier], gettext: Callable[[str], str]
) -> list[list[str]]:
    return [
        [gettext(N_("Column")), gettext(N_("What to enter"))],
        *([_header(language, name), gettext(_NOTES[name])] for name in COLUMNS),
        [],
        *(["", gettext(note)] for note in _GENERAL),
        [],
        [
            gettext(N_("Tiers")),
            "、".join(tier.title.in_language(language) for tier in tiers.values()),
        ],
    ]


def _units(units: Iterable[UnitRow], gettext: Callable[[str], str]) -> list[list[str]]:
    rows = [[gettext(N_("Unit code")), gettext(N_("Unit"))]]
    names: dict[str, str] = {}
    for unit in units:
        above = names.get(unit.path.removesuffix(f"{unit.id}/"))
        names[unit.path] = f"{above}/{unit.name}" if above else unit.name
        rows.append([unit.code, names[unit.path]])
    return rows


def _workbook(sheets: Iterable[_Sheet]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        # As text, so that a spreadsheet program keeps every digit of what is entered.
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.title)
            page.freeze_panes(1, 0)
            for column, width in enumerate(sheet.widths):
                page.set_column(column, column, width, text)
            for number, row in enumerate(sheet.rows):
                for column, cell in enumerate(row):
                    if cell:
                        page.write_string(number, column, cell, head if number == 0 else text)
    return out.getvalue()
