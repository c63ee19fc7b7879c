"""The columns of a roster file, by their Chinese or English headers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from quizengine.bank.tables import Cell, column_letters, read_rows
from quizengine.domain.text import N_, Text

# Field → headers, as `header_key` makes them. The first one is the header in the manual.
COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("姓名", "名字", "name", "fullname"),
    "staff_no": (
        "工号", "学号", "职工号", "教工号", "学工号", "工号/学号", "学号/工号", "工号或学号",
        "staffno", "staffnumber", "studentno", "studentnumber",
    ),
    "login": ("登录名", "登录账号", "账号", "用户名", "login", "username"),
    "id_no": ("身份证号", "身份证号码", "身份证", "idno", "idnumber"),
    "phone": ("手机", "手机号", "手机号码", "电话", "联系电话", "phone", "mobile"),
    "unit_code": ("单位代码", "单位编码", "单位编号", "unitcode"),
    "unit": (
        "单位", "单位名称", "所属单位", "所在单位", "二级单位", "党支部", "所在党支部", "支部",
        "unit", "unitname",
    ),
    "tiers": ("层级", "受众层级", "tiers", "tier"),
    "valid_from": ("生效", "生效日期", "开始日期", "起始日期", "validfrom"),
    "valid_to": ("失效", "失效日期", "截止日期", "结束日期", "validto"),
    "departs_on": ("出境日期", "出国日期", "离境日期", "出发日期", "departson", "departuredate"),
    "returns_on": ("回国日期", "返回日期", "入境日期", "returnson", "returndate"),
}  # fmt: skip
_FIELDS = {header: name for name, headers in COLUMNS.items() for header in headers}

# Either of two numbers, and the steps of a unit's path, may stand in columns of their own.
_SEVERAL = {"staff_no", "unit"}
# Lists often begin with a title or a note.
_HEADER_WITHIN = 10


@dataclass(frozen=True)
class RosterTable:
    """A roster as read: `columns` says where each field stands, `rows` are (row number, cells).

    `faults` concern the whole file: with one, no row can be used. `ignored` are headers that stand
    for nothing known.
    """

    header_row: int = 0
    columns: dict[str, list[int]] = field(default_factory=dict)
    rows: list[tuple[int, list[Cell]]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    faults: list[Text] = field(default_factory=list)


def read_roster(data: bytes) -> RosterTable:
    """The table in an XLSX or CSV file.

    Raises Refused `file-unreadable` or `file-too-large` (400).
    """
    rows = [
        (number, cells)
        for number, cells in enumerate(read_rows(data), start=1)
        if any(not is_empty(cell) for cell in cells)
    ]
    if not rows:
        return RosterTable(faults=[Text(N_("The file is empty."))])
    header = max(range(min(len(rows), _HEADER_WITHIN)), key=lambda i: (_known(rows[i][1]), -i))
    number, cells = rows[header]
    below = rows[header + 1 :]
    columns: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        name = _FIELDS.get(header_key(cell))
        if name is not None:
            columns.setdefault(name, []).append(index)
    known = {index for places in columns.values() for index in places}
    return RosterTable(number, columns, below, _ignored(cells, below, known), _faults(columns))


def _known(cells: list[Cell]) -> int:
    return sum(header_key(cell) in _FIELDS for cell in cells)


def header_key(cell: Cell) -> str:
    """A header without case, spaces, marks and notes in brackets: `工号（必填）*` → `工号`."""
    text = unicodedata.normalize("NFKC", str(cell)).casefold()
    return re.sub(r"\(.*?\)|[\s*:_-]", "", text)


def is_empty(cell: Cell) -> bool:
    """Whether there is nothing in a cell."""
    return isinstance(cell, str) and not cell.strip()


def _ignored(headers: list[Cell], rows: list[tuple[int, list[Cell]]], known: set[int]) -> list[str]:
    width = max([len(headers), *(len(cells) for _, cells in rows)])
    ignored: list[tuple[int, str]] = []
    for index in set(range(width)) - known:
        header = str(headers[index]).strip() if index < len(headers) else ""
        if header:
            ignored.append((index, header))
        elif any(index < len(cells) and not is_empty(cells[index]) for _, cells in rows):
            ignored.append((index, column_letters(index)))
    return [name for _, name in sorted(ignored)]


def _faults(columns: dict[str, list[int]]) -> list[Text]:
    faults = []
    if "name" not in columns:
        faults.append(Text(N_("There is no column with names: “姓名” or “name”.")))
    if "login" not in columns and "staff_no" not in columns:
        faults.append(
            Text(N_("There is no column with staff numbers or logins: “工号” or “login”."))
        )
    for name, places in columns.items():
        if len(places) > 1 and name not in _SEVERAL:
            letters = ", ".join(column_letters(place) for place in places)
            faults.append(
                Text(
                    N_("Columns %(columns)s mean the same: keep only one “%(header)s”."),
                    {"columns": letters, "header": COLUMNS[name][0]},
                )
            )
    return faults
