"""Importing a roster."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, datetime

import pytest
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.domain.registry import Tier, Title
from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.auth import sign_in
from quizengine.services.details import TierDates
from quizengine.services.people import get_person, set_active
from quizengine.services.roster import RosterResult, apply, preview
from quizengine.services.roster_files import RosterTable, read_roster
from quizengine.services.roster_plan import RosterPlan, merged_dates
from quizengine.settings import Settings
from quizengine.storage.models import Person

ActorOf = Callable[[str], Actor]
SETTINGS = Settings()
TITLE = Title(zh="层级", en="Tier")
TIERS = {
    "new_member": Tier(id="new_member", title=TITLE, dates="membership"),
    "graduate": Tier(id="graduate", title=TITLE, dates="membership"),
    "outbound": Tier(id="outbound", title=TITLE, dates="travel"),
}
HEAD = "姓名,工号,单位代码,层级,生效,失效,出境日期,回国日期"


def _table(*lines: str, head: str = HEAD) -> RosterTable:
    return read_roster("\n".join([head, *lines]).encode())


def _preview(session: Session, *lines: str, head: str = HEAD) -> RosterPlan:
    return preview(session, SYSTEM, TIERS, _table(*lines, head=head))


def _apply(
    session: Session, now: datetime, *lines: str, head: str = HEAD, good_rows_only: bool = False
) -> RosterResult:
    return apply(
        session,
        now,
        SETTINGS,
        SYSTEM,
        TIERS,
        _table(*lines, head=head),
        good_rows_only=good_rows_only,
    )


def _people(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def _reasons(plan: RosterPlan) -> list[str]:
    return [" ".join(map(str, row.reasons)) for row in plan.rows]


def _id(session: Session, login: str) -> int:
    return session.scalars(select(Person.id).where(Person.login == login)).one()


def test_a_preview_changes_nothing(session: Session, now: datetime, school: School) -> None:
    plan = _preview(session, "刘洋,2026001,CS-1,new_member,2026-03-01,,,", "李雷雷,li,CS-2,,,,,")
    assert [row.action for row in plan.rows] == ["create", "update"]
    assert [(c.field, c.old, c.new) for c in plan.rows[1].changes] == [
        ("name", "李雷", "李雷雷"),
        ("unit", "教工第一支部", "学生第一支部"),
    ]
    assert _people(session) == len(school.persons)


def test_new_people_get_codes_that_work(session: Session, now: datetime, school: School) -> None:
    result = _apply(
        session,
        now,
        "刘洋,2026001,CS-1,new_member、outbound,2026-03-01,2026-12-31,2026-05-01,2026-05-09",
        "何静,2026002,PHY-2,,,,,",
    )
    assert (result.created, result.updated, result.unchanged) == (2, 0, 0)
    assert [(c.login, c.name, c.unit) for c in result.codes] == [
        ("2026001", "刘洋", "教工第一支部"),
        ("2026002", "何静", "学生第一支部"),
    ]
    person = sign_in(session, now, SETTINGS, "2026001", result.codes[0].code)
    assert person.id == result.codes[0].person_id
    assert person.must_change
    record = get_person(session, SYSTEM, person.id)
    period = (date(2026, 3, 1), date(2026, 12, 31))
    assert record.tiers == {
        "new_member": TierDates(*period),
        "outbound": TierDates(*period, date(2026, 5, 1), date(2026, 5, 9)),
    }
    assert (record.details.staff_no, record.unit_id) == ("2026001", school.units["CS-1"])


def test_the_same_file_again_changes_nothing(
    session: Session, now: datetime, school: School
) -> None:
    lines = (
        "刘洋,2026001,CS-1,new_member、outbound,2026-03-01,,2026-05-01,2026-05-09",
        "李雷,li,CS-1,new_member,,,,",
        "王芳芳,wang,CS-2,graduate,2026-07-01,,,",
    )
    first = _apply(session, now, *lines)
    assert (first.created, first.updated, first.unchanged) == (1, 1, 1)
    again = _apply(session, now, *lines)
    assert (again.created, again.updated, again.unchanged, again.codes) == (0, 0, 3, [])


def test_what_a_row_leaves_empty_stays(session: Session, now: datetime, school: School) -> None:
    head = "姓名,登录名,手机,层级,失效"
    result = _apply(session, now, "王芳,wang,13800000000,new_member,2026-08-31", head=head)
    assert result.updated == 1
    _apply(session, now, "王芳,wang,,,", head=head)
    record = get_person(session, SYSTEM, school.persons["wang"])
    assert record.details.phone == "13800000000"
    assert record.details.staff_no == "wang"
    assert record.unit_id == school.units["CS-2"]
    assert record.tiers == {
        "graduate": TierDates(date(2025, 9, 1)),
        "new_member": TierDates(date(2025, 9, 1), date(2026, 8, 31)),
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ((1, 5), (None, None), (1, 5)),
        ((1, 5), (None, 6), (1, 6)),
        ((1, 5), (1, None), (1, 5)),
        ((1, 5), (7, None), (7, None)),
        ((1, 5), (7, 9), (7, 9)),
        ((None, None), (None, 9), (None, 9)),
    ],
)
def test_another_first_day_begins_another_period(
    old: tuple[int | None, ...], new: tuple[int | None, ...], expected: tuple[int | None, ...]
) -> None:
    def dates(days: tuple[int | None, ...]) -> list[date | None]:
        return [None if day is None else date(2026, 1, day) for day in days]

    assert merged_dates(TierDates(*dates(old)), TierDates(*dates(new)), travels=False) == TierDates(
        *dates(expected)
    )
    journey = merged_dates(
        TierDates(None, None, *dates(old)), TierDates(None, None, *dates(new)), travels=True
    )
    assert journey == TierDates(None, None, *dates(expected))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (",2026001,CS-1,,,,,", "The name is missing."),
        ("刘洋,,CS-1,,,,,", "The login (or staff number) is missing."),
        ("刘洋,2026001,,,,,,", "The unit is missing."),
        ("刘洋,2026001,XX,,,,,", "There is no unit with the code “XX”."),
        ("刘洋,2026001,CS-1,员工,,,,", "There is no tier “员工”."),
        ("刘洋,2026001,CS-1,outbound,,,,", "The tier “outbound” needs a departure date."),
        (
            "刘洋,2026001,CS-1,outbound,,,2026-05-09,2026-05-01",
            "The return on 2026-05-01 is before the departure on 2026-05-09.",
        ),
        (
            "刘洋,2026001,CS-1,graduate,2026-05-09,2026-05-01,,",
            "The last day 2026-05-01 is before the first day 2026-05-09.",
        ),
        ("刘洋,2026001,CS-1,graduate,morgen,,,", "“morgen” is not a date such as 2026-01-31."),
    ],
)
def test_faulty_rows_say_why(session: Session, school: School, line: str, reason: str) -> None:
    plan = _preview(session, "好人,2026000,CS-1,,,,,", line)
    assert [row.action for row in plan.rows] == ["create", "refused"]
    assert _reasons(plan)[1] == reason
    assert plan.rows[1].row_no == 3


def test_all_faults_of_a_row_are_named_at_once(session: Session, school: School) -> None:
    plan = _preview(session, ",2026001,XX,员工,morgen,,,")
    assert len(plan.rows[0].reasons) == 4


def test_one_faulty_row_keeps_all_out_unless_the_good_ones_are_wanted(
    session: Session, now: datetime, school: School
) -> None:
    lines = ("刘洋,2026001,CS-1,,,,,", "何静,2026002,XX,,,,,", "李雷雷,li,,,,,,")
    with pytest.raises(Refused) as refusal:
        _apply(session, now, *lines)
    assert (refusal.value.code, str(refusal.value)) == (
        "roster-faults",
        "1 rows have faults, so nothing was imported.",
    )
    assert _people(session) == len(school.persons)
    assert session.get_one(Person, school.persons["li"]).name == "李雷"
    result = _apply(session, now, *lines, good_rows_only=True)
    assert (result.created, result.updated, len(result.refused)) == (1, 1, 1)
    assert session.get_one(Person, school.persons["li"]).name == "李雷雷"


def test_a_fault_of_the_whole_file_is_refused_even_for_good_rows(
    session: Session, now: datetime, school: School
) -> None:
    plan = _preview(session, "刘洋,CS-1", head="姓名,单位代码")
    assert (plan.rows, plan.rows_in, len(plan.faults)) == ([], 1, 1)
    with pytest.raises(Refused) as refusal:
        _apply(session, now, "刘洋,CS-1", head="姓名,单位代码", good_rows_only=True)
    assert refusal.value.code == "roster-columns"


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        ("学校保密委员会/计算机学院/教工第一支部", "CS-1"),
        ("计算机学院 / 教工第一支部", "CS-1"),
        ("物理学院/学生第一支部/", "PHY-2"),
        ("物理学院", "PHY"),
    ],
)
def test_units_by_their_names(session: Session, school: School, unit: str, code: str) -> None:
    plan = _preview(session, f"刘洋,2026001,{unit}", head="姓名,工号,单位")
    assert plan.rows[0].unit_id == school.units[code]


def test_a_code_may_stand_where_the_name_should(session: Session, school: School) -> None:
    plan = _preview(session, "刘洋,2026001,cs-1", head="姓名,工号,单位")
    assert plan.rows[0].unit_id == school.units["CS-1"]


def test_a_name_that_fits_several_units_is_refused(session: Session, school: School) -> None:
    head = "姓名,工号,单位"
    plan = _preview(session, "刘洋,1,教工第一支部", "何静,2,化学学院", head=head)
    assert [reason[:13] for reason in _reasons(plan)] == ["Several units", "There is no u"]


def test_an_organizer_imports_only_into_the_own_subtree(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    table = _table(
        "刘洋,2026001,CS-1,,,,,",
        "何静,2026002,PHY-1,,,,,",
        "赵云,zhao,CS-1,,,,,",
        "李雷,li,PHY-1,,,,,",
    )
    plan = preview(session, actor_of("organizer"), TIERS, table)
    assert [row.action for row in plan.rows] == ["create", "refused", "refused", "refused"]
    assert _reasons(plan)[1:] == [
        "The unit “教工第一支部” is outside your units.",
        "The login zhao belongs to a person outside your units.",
        "The unit “教工第一支部” is outside your units.",
    ]
    assert plan.rows[2].person_id is None
    assert plan.rows[2].changes == ()


@pytest.mark.parametrize("login", ["li", "auditor", "grader"])
def test_nobody_else_imports(
    session: Session, now: datetime, school: School, actor_of: ActorOf, login: str
) -> None:
    with pytest.raises(Refused) as previewed:
        preview(session, actor_of(login), TIERS, _table())
    with pytest.raises(Refused) as applied:
        apply(session, now, SETTINGS, actor_of(login), TIERS, _table())
    assert previewed.value.code == applied.value.code == "forbidden"


def test_a_closed_account_is_not_opened_by_a_roster(session: Session, school: School) -> None:
    set_active(session, SYSTEM, school.persons["li"], False)
    assert "closed" in _reasons(_preview(session, "李雷,li,CS-1,,,,,"))[0]


def test_identity_numbers_are_masked_in_the_changes(
    session: Session, now: datetime, school: School
) -> None:
    plan = _preview(session, "李雷,li,11010519491231002X", head="姓名,登录名,身份证号")
    assert [(c.field, c.old, c.new) for c in plan.rows[0].changes] == [
        ("id_no", "", "110***********002X")
    ]


def test_a_stored_journey_is_enough_and_the_next_one_replaces_it(
    session: Session, now: datetime, school: School
) -> None:
    _apply(session, now, "李雷,li,,outbound,,,2026-05-01,2026-05-09")
    assert _apply(session, now, "李雷,li,,outbound,,,,").unchanged == 1
    plan = _preview(session, "李雷,li,,outbound,,,2026-06-01,")
    [change] = plan.rows[0].changes
    assert (change.tier, change.old, change.new) == (
        "outbound",
        "… (2026-05-01…2026-05-09)",
        "… (2026-06-01…)",
    )


def test_large_rosters_take_few_statements(
    session: Session, now: datetime, school: School, statements: list[str]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEAD.split(","))
    for number in range(3000):
        dates = ["2026-03-01", "", "2026-05-01", "2026-05-09"]
        writer.writerow([f"新人{number}", f"{number:06}", "CS-1", "new_member、outbound", *dates])
    table = read_roster(out.getvalue().encode())
    statements.clear()
    result = apply(session, now, SETTINGS, SYSTEM, TIERS, table)
    assert result.created == 3000
    again = apply(session, now, SETTINGS, SYSTEM, TIERS, table)
    assert again.unchanged == 3000
    assert len(statements) < 60


def test_the_login_of_a_new_person_is_found_again(
    session: Session, now: datetime, school: School
) -> None:
    _apply(session, now, "刘洋,A2026 001,CS-1,,,,,")
    assert get_person(session, SYSTEM, _id(session, "a2026001")).details.staff_no == "A2026 001"
    assert _preview(session, "刘洋,a2026001,CS-1,,,,,").rows[0].action == "update"
