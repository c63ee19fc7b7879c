"""Columns and cells of a roster."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.registry import Tier, Title
from quizengine.services.details import Details, TierDates
from quizengine.services.roster_files import COLUMNS, RosterTable, read_roster
from quizengine.services.roster_rows import RosterRow, parse_rows, read_date

TIERS = {
    "leader": Tier(id="leader", title=Title(zh="领导干部", en="Leaders"), dates="membership"),
    "outbound": Tier(
        id="outbound", title=Title(zh="出国（境）", en="Outbound travel"), dates="travel"
    ),
}
# 17 digits, and what the check digit makes of them; computed by hand from the standard's table.
VALID_ID = "11010519491231002X"


def _row(**cells: Any) -> RosterRow:
    cells = {"name": "李雷", "staff_no": "2023001", **cells}
    table = RosterTable(1, {name: [i] for i, name in enumerate(cells)}, [(2, list(cells.values()))])
    return parse_rows(table, TIERS)[0]


def _reasons(**cells: Any) -> list[str]:
    return [str(reason) for reason in _row(**cells).reasons]


@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_has_a_chinese_and_an_english_header(name: str) -> None:
    headers = COLUMNS[name]
    assert not headers[0].isascii()
    assert name.replace("_", "") in headers or f"{name}s" in headers


def test_headers_are_recognised_whatever_their_dress() -> None:
    text = (
        "序号,姓 名*,工号（必填）,身份证号：,STAFF_NO,Unit Code,受众层级\n1,李雷,1,,,CS-1,leader\n"
    )
    table = read_roster(text.encode())
    assert table.columns == {
        "name": [1],
        "staff_no": [2, 4],
        "id_no": [3],
        "unit_code": [5],
        "tiers": [6],
    }
    assert (table.ignored, table.faults, table.header_row) == (["序号"], [], 1)


def test_a_title_above_the_headers_is_passed_over() -> None:
    table = read_roster("计算机学院党员名册,,\n\n姓名,工号,备注\n李雷,1,好\n,,\n韩梅,2,\n".encode())
    assert table.header_row == 3
    assert [number for number, _ in table.rows] == [4, 6]
    assert table.ignored == ["备注"]


def test_a_column_with_content_but_no_header_is_named() -> None:
    assert read_roster("姓名,工号,,\n李雷,1,,x\n".encode()).ignored == ["D"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "empty"),
        ("\n,,\n", "empty"),
        ("工号\n1\n", "no column with names"),
        ("姓名\n李雷\n", "no column with staff numbers"),
        ("姓名,姓名,工号\n李雷,李雷,1\n", "A, B mean the same"),
    ],
)
def test_faults_of_the_whole_file(text: str, fault: str) -> None:
    assert fault in " ".join(map(str, read_roster(text.encode()).faults))


def test_numbers_of_a_spreadsheet_stay_ids() -> None:
    row = _row(staff_no=2023001.0, phone=13800000000.0, login="")
    assert row.details == Details("2023001", "李雷", "2023001", "", "13800000000")
    assert row.reasons == []


@pytest.mark.parametrize("cell", [1.1010519491231e17, "1.10105E+17", "1.1E+17", 10.0**15])
@pytest.mark.parametrize("column", ["id_no", "staff_no", "phone"])
def test_numbers_that_lost_digits_are_refused_for_that_reason_alone(
    cell: object, column: str
) -> None:
    [reason] = _reasons(**{column: cell})
    assert "dropped its last digits" in reason


def test_a_number_that_became_a_date_is_refused() -> None:
    [reason] = _reasons(staff_no=date(2023, 1, 1))
    assert "turned “2023-01-01” into a date" in reason


def test_identity_numbers_are_checked_to_the_last_digit() -> None:
    assert _row(id_no=VALID_ID.lower()).details.id_no == VALID_ID
    assert _reasons(id_no=VALID_ID) == []
    for wrong in ("110105194912310021", VALID_ID[:17], VALID_ID + "1", "1101051949123100X2"):
        assert "identity number" in _reasons(id_no=wrong)[0]


@given(st.text("0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(digits: str, place: int, by: int) -> None:
    valid = [d for d in "0123456789X" if not _reasons(id_no=digits + d)]
    assert len(valid) == 1
    other = str((int(digits[place]) + by) % 10)
    changed = digits[:place] + other + digits[place + 1 :] + valid[0]
    assert _reasons(id_no=changed)


def test_login_is_the_staff_number_unless_given() -> None:
    assert _row(staff_no="A 01").details.login == "a01"
    assert _row(login="Ｌi.Lei", staff_no="A01").details.login == "li.lei"
    assert "login (or staff number) is missing" in _reasons(staff_no="")[0]
    assert "name is missing" in _reasons(name=" \u200b")[0]


@pytest.mark.parametrize(
    "text",
    ["leader、outbound", "领导干部,出国（境）", "LEADER; 出国(境)", "Leaders|outbound|leader"],
)
def test_tiers_by_id_or_title_however_separated(text: str) -> None:
    row = _row(tiers=text, departs_on="2026-05-01")
    assert (row.tiers, row.reasons) == (["leader", "outbound"], [])


def test_a_part_of_a_tiers_title_is_enough() -> None:
    both = Title(zh="新党员·新入职", en="New members and staff")
    tiers = {**TIERS, "new_member": Tier(id="new_member", title=both, dates="membership")}
    table = RosterTable(1, {"tiers": [0]}, [(2, ["新党员、出国"]), (3, ["新入职"])])
    assert [row.tiers for row in parse_rows(table, tiers)] == [
        ["new_member", "outbound"],
        ["new_member"],
    ]


def test_an_unknown_tier_is_named_and_hides_no_other_fault() -> None:
    reasons = _reasons(tiers="leader、员工", valid_from="gestern")
    assert [("员工" in r, "gestern" in r) for r in reasons] == [(True, False), (False, True)]


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 1, 31),
        datetime(2026, 1, 31, 5, 6),
        "2026-01-31",
        "2026/1/31",
        "2026.1.31",
        "20260131",
        20260131.0,
        "2026年1月31日",
        " ２０２６-01-31 00:00:00 ",
    ],
)
def test_dates_in_any_usual_form(cell: Any) -> None:
    assert read_date(cell) == date(2026, 1, 31)


@pytest.mark.parametrize(
    "cell",
    ["2026-02-30", "2026-13-01", "31.01.2026", "2026-1/31", "0206-01-01", 46053.0, 1.5, "x", True],
)
def test_what_is_no_date(cell: Any) -> None:
    assert read_date(cell) is None
    assert "is not a date" in _reasons(tiers="leader", valid_from=cell)[0]


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_dates_survive_being_written(day: date) -> None:
    for text in (day.isoformat(), f"{day.year}/{day.month}/{day.day}", day.strftime("%Y%m%d")):
        assert read_date(text) == day


def test_dates_that_belong_to_nothing_are_not_dropped() -> None:
    assert "no tier that they belong to" in _reasons(valid_from="2026-01-01")[0]
    assert "no tier of travellers" in _reasons(tiers="leader", departs_on="2026-01-01")[0]
    assert _row(tiers="leader", valid_to="2026-12-31").dates == TierDates(None, date(2026, 12, 31))


def test_a_unit_path_may_stand_in_several_columns() -> None:
    text = "姓名,工号,单位,党支部\n李雷,1,计算机学院,第一支部\n"
    [row] = parse_rows(read_roster(text.encode()), TIERS)
    assert row.unit == "计算机学院/第一支部"


def test_a_login_that_stands_twice_is_refused_in_both_places() -> None:
    text = "姓名,工号\n李雷,a1\n韩梅,A1\n王芳,a2\n"
    rows = parse_rows(read_roster(text.encode()), TIERS)
    assert [[str(reason) for reason in row.reasons] for row in rows] == [
        ["The login a1 appears in row 3 too."],
        ["The login a1 appears in row 2 too."],
        [],
    ]


_CELLS = st.one_of(
    st.text(max_size=12),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(),
    st.times(),
)


@given(st.lists(_CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)))
def test_no_cell_ends_the_reading(cells: list[Any]) -> None:
    columns = {name: [i] for i, name in enumerate(COLUMNS)}
    [row] = parse_rows(RosterTable(1, columns, [(2, cells)]), TIERS)
    assert all(str(reason) for reason in row.reasons)
