"""Classified posts: the register, and people on them from entry to leaving."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.evidence import evidence_of
from quizengine.services.history import history_of
from quizengine.services.office_terms import DEFAULTS, Terms, add_months, set_terms, terms_at
from quizengine.services.post_holders import (
    HolderFilter,
    assign,
    enter_post,
    finish_leaving,
    leave_post,
    list_holders,
    own_holdings,
    record_of,
    seen_holder,
    take_step,
)
from quizengine.services.post_steps import DEMANDED
from quizengine.services.posts import PostFilter, PostPlan, change_post, list_posts, seen_post
from quizengine.services.todo import todos
from quizengine.services.uploads import Upload
from quizengine.storage.models import Post, PostHolder


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def plan_of(post: Post, **changes: Any) -> PostPlan:
    values: dict[str, Any] = {
        "unit_id": post.unit_id,
        "name": post.name,
        "secrecy": post.secrecy,
        "risks": post.risks.splitlines(),
        "hours": post.hours,
        "classes": post.classes,
        "valid_from": post.valid_from,
        "valid_to": post.valid_to,
    }
    return PostPlan(**{**values, **changes})


def on_post(office: Office, login: str = "li", **changes: Any) -> int:
    return assign(office.act(), office.post(**changes), office.id(login), TODAY)


def with_steps(office: Office, holder_id: int, stage: str) -> int:
    for step in DEMANDED[stage]:
        take_step(office.act(), holder_id, step, TODAY, "")
    return holder_id


def in_post(office: Office, **changes: Any) -> int:
    holder_id = with_steps(office, on_post(office, **changes), "on_post")
    enter_post(office.act(), holder_id, TODAY)
    return holder_id


def test_a_registered_post_stands_in_the_ledger(office: Office) -> None:
    post_id = office.post(risks=["载体管理", "", " 对外交流 "])
    [entry] = office.entries()
    assert (entry["kind"], entry["unit"]) == ("post-registered", "CS-1")
    data = entry["data"]
    assert (data["post"], data["secrecy"], data["risks"]) == (post_id, "important", 2)
    assert data["hours"] == "2"
    # Told today of a post that has been there for long: both days, and the author.
    assert data["on"] == "2025-01-01"
    assert data["by"] != entry["subject"]


@pytest.mark.parametrize(
    ("login", "unit", "code"),
    [
        ("organizer", "PHY-1", "unit-unknown"),
        ("li", "CS-1", "unit-unknown"),
        ("auditor", "CS-1", "forbidden"),
    ],
)
def test_posts_are_kept_by_the_offices_of_their_units(
    office: Office, login: str, unit: str, code: str
) -> None:
    assert code_of(lambda: office.post(unit, login)) == code
    assert office.entries() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "  "},
        {"name": "岗" * 201},
        {"secrecy": "top"},
        {"risks": ["x"] * 31},
        {"hours": Decimal(-1)},
        {"classes": 101},
        {"valid_to": date(2024, 12, 31)},
    ],
)
def test_faulty_posts_are_refused(office: Office, changes: dict[str, Any]) -> None:
    assert code_of(lambda: office.post(**changes)) == "post-faults"


def test_a_unit_has_a_post_of_one_name_once(office: Office) -> None:
    office.post(valid_to=date(2025, 12, 31))
    assert code_of(lambda: office.post(valid_from=date(2025, 6, 1))) == "post-taken"
    # The next one may be called so once the first is past.
    office.post(valid_from=date(2026, 1, 1))
    office.post("CS-2")


def test_a_change_is_entered_and_no_change_is_not(office: Office) -> None:
    post = seen_post(office.session, office.act().actor, office.post())

    def change(**changes: Any) -> bool:
        act = office.act()
        return change_post(act.session, act.now, ZONE, act.actor, post.id, plan_of(post, **changes))

    assert not change()
    assert change(hours=Decimal(8))
    [entry] = office.entries("post-changed")
    assert entry["data"]["hours"] == "8"
    assert [event.what for event in history_of(office.session, f"post:{post.id}")] == [
        "post-changed",
        "post-registered",
    ]


def test_a_new_level_is_that_of_the_holders(office: Office) -> None:
    holder = seen_holder(office.session, office.act().actor, in_post(office))
    act = office.act("admin")
    change_post(
        act.session,
        act.now,
        ZONE,
        act.actor,
        holder.post_id,
        plan_of(holder.post, secrecy="core"),
    )
    assert holder.secrecy == "core"
    last = office.entries("post-stage")[-1]["data"]
    assert (last["stage"], last["secrecy"]) == ("in_post", "core")


def test_the_list_shows_what_is_in_reach(office: Office) -> None:
    office.post("CS-1")
    office.post("CS-2", name="已撤销岗", valid_to=date(2025, 12, 31))
    office.post("PHY-1", "admin", name="物理岗")

    def names(login: str, **changes: Any) -> list[str]:
        found = list_posts(office.session, office.act(login).actor, PostFilter(**changes), TODAY)
        return [post.name for post in found]

    assert names("organizer") == ["涉密项目管理岗"]
    assert names("auditor") == ["涉密项目管理岗", "物理岗"]
    assert names("organizer", state="past") == ["已撤销岗"]
    assert names("organizer", state="all", unit_id=office.school.units["CS-2"]) == ["已撤销岗"]
    assert names("admin", secrecy="core") == []
    assert names("admin", text="物理") == ["物理岗"]
    assert names("li") == []
    past = office.school.persons["li"]
    assert code_of(lambda: seen_post(office.session, office.act("chen").actor, past)) == (
        "post-unknown"
    )


def test_from_entry_to_leaving(office: Office) -> None:
    holder_id = on_post(office)
    assert code_of(lambda: enter_post(office.act(), holder_id, TODAY)) == "steps-missing"
    with_steps(office, holder_id, "on_post")
    enter_post(office.act(), holder_id, TODAY)
    leave_post(office.act(), holder_id, TODAY)
    holder = office.session.get_one(PostHolder, holder_id)
    # Important: 24 months unless the office says otherwise.
    assert holder.control_until == date(2028, 3, 1)
    assert code_of(lambda: finish_leaving(office.act(), holder_id)) == "steps-missing"
    with_steps(office, holder_id, "off_post")
    finish_leaving(office.act(), holder_id)
    stages = [(e["data"]["stage"], e["data"]["complete"]) for e in office.entries("post-stage")]
    assert stages == [
        ("on_post", False),
        ("in_post", True),
        ("off_post", False),
        ("off_post", True),
    ]
    assert len({e["subject"] for e in office.entries("post-stage")}) == 1
    assert code_of(lambda: finish_leaving(office.act(), holder_id)) == "stage"
    assert code_of(lambda: leave_post(office.act(), holder_id, TODAY)) == "stage"


def test_who_never_began_is_off_the_post_at_once(office: Office) -> None:
    holder_id = on_post(office)
    leave_post(office.act(), holder_id, TODAY)
    holder = office.session.get_one(PostHolder, holder_id)
    assert holder.left_at is not None
    assert holder.control_until is None
    # And may come again.
    assign(office.act(), holder.post_id, holder.person_id, TODAY)


def test_a_post_is_held_once(office: Office) -> None:
    post_id = office.post()
    assign(office.act(), post_id, office.id("li"), TODAY)
    again = code_of(lambda: assign(office.act(), post_id, office.id("li"), TODAY))
    assert again == "holder-exists"
    assert len(office.entries("post-stage")) == 1


@pytest.mark.parametrize(
    ("login", "person", "day", "code"),
    [
        ("organizer", "zhao", TODAY, "person-unknown"),
        ("organizer", "organizer", TODAY, "own-case"),
        ("organizer", "li", TODAY + timedelta(days=1), "day-future"),
        ("organizer", "li", date(2024, 1, 1), "post-closed"),
        ("auditor", "li", TODAY, "forbidden"),
        ("zhao", "li", TODAY, "post-unknown"),
    ],
)
def test_who_may_not_be_put_on_a_post(
    office: Office, login: str, person: str, day: date, code: str
) -> None:
    post_id = office.post()
    assert code_of(lambda: assign(office.act(login), post_id, office.id(person), day)) == code


def test_steps_are_those_of_the_stage_and_taken_once(office: Office) -> None:
    holder_id = on_post(office)

    def take(step: str, login: str = "organizer", day: date = TODAY) -> str:
        return code_of(lambda: take_step(office.act(login), holder_id, step, day, ""))

    assert take("off_talk") == "step-unknown"
    assert take("in_review:2026") == "step-unknown"
    assert take("on_letter", day=TODAY + timedelta(days=1)) == "day-future"
    assert take("on_letter", "auditor") == "forbidden"
    assert take("on_letter", "zhao") == "holder-unknown"
    pdf = Upload("审查表.pdf", b"%PDF-1.7")
    take_step(office.act(), holder_id, "on_letter", TODAY, "已签", [pdf])
    assert take("on_letter") == "step-taken"
    holder = office.session.get_one(PostHolder, holder_id)
    assert [file.name for file in evidence_of(office.session, record_of(holder))] == ["审查表.pdf"]


def test_a_file_that_is_none_keeps_the_step_from_being_recorded(office: Office) -> None:
    holder_id = on_post(office)
    bad = [Upload("x.exe", b"MZ")]
    code = code_of(lambda: take_step(office.act(), holder_id, "on_letter", TODAY, "", bad))
    assert code == "evidence-type"
    assert office.session.get_one(PostHolder, holder_id).steps == []


def test_days_follow_one_another(office: Office) -> None:
    holder_id = with_steps(office, on_post(office), "on_post")
    early = TODAY - timedelta(days=1)
    assert code_of(lambda: enter_post(office.act(), holder_id, early)) == "day-order"
    enter_post(office.act(), holder_id, TODAY)
    assert code_of(lambda: leave_post(office.act(), holder_id, early)) == "day-order"
    assert code_of(lambda: leave_post(office.act(), holder_id, TODAY, early)) == "day-order"
    leave_post(office.act(), holder_id, TODAY, date(2027, 1, 1))
    assert office.session.get_one(PostHolder, holder_id).control_until == date(2027, 1, 1)


def test_who_lacks_training_by_the_ledger_is_shown(office: Office) -> None:
    holder_id = in_post(office)

    def lacking() -> list[tuple[str, Decimal, Decimal]]:
        rows = list_holders(office.act(), HolderFilter(lacking=True))
        return [(lack.step, lack.has, lack.needs) for row in rows for lack in row.lacks]

    assert lacking() == [("hours", 0, 2), ("classes", 0, 1)]
    # A class of last year does not count for this one.
    office.trained("li", "4", 1, on=date(2025, 12, 30))
    assert lacking() == [("hours", 0, 2), ("classes", 0, 1)]
    office.trained("li", "1.5", 2)
    assert lacking() == [("hours", Decimal("1.5"), 2)]
    office.trained("li", "0.5", 3)
    assert lacking() == []
    assert len(list_holders(office.act(), HolderFilter())) == 1
    assert list_holders(office.act("chen"), HolderFilter()) == []
    assert seen_holder(office.session, office.act("auditor").actor, holder_id).stage == "in_post"


def test_holders_are_reviewed_each_year_after_the_first(office: Office, now: datetime) -> None:
    holder_id = in_post(office, hours=Decimal(0), classes=0)
    assert list_holders(office.act(), HolderFilter(lacking=True)) == []
    office.now = now.replace(year=2027)
    [row] = list_holders(office.act(), HolderFilter(lacking=True))
    assert [lack.step for lack in row.lacks] == ["in_review:2027"]
    take_step(office.act(), holder_id, "in_review:2027", date(2027, 1, 5), "")
    assert list_holders(office.act(), HolderFilter(lacking=True)) == []


def test_filters_of_holders(office: Office) -> None:
    in_post(office)
    act = office.act()
    assert len(list_holders(act, HolderFilter(stage="in_post", secrecy="important"))) == 1
    assert list_holders(act, HolderFilter(stage="off_post")) == []
    assert list_holders(act, HolderFilter(secrecy="core")) == []
    assert list_holders(act, HolderFilter(unit_id=office.school.units["CS-2"])) == []


def test_a_holder_sees_what_is_to_be_done(office: Office) -> None:
    in_post(office)
    [row] = own_holdings(office.session, ZONE, office.id("li"), TODAY)
    assert [lack.step for lack in row.lacks] == ["hours", "classes"]
    found = todos(office.session, office.now, ZONE, office.id("li"))
    assert [(todo.due, todo.waits) for todo in found] == [(date(2026, 12, 31), False)] * 2
    assert todos(office.session, office.now, ZONE, office.id("wang")) == []


def test_offices_set_their_terms_and_the_nearest_counts(office: Office) -> None:
    hq, cs = office.school.units["HQ"], office.school.units["CS"]
    path = office.school.paths["CS-1"]
    assert terms_at(office.session, path) == DEFAULTS
    set_terms(office.session, office.now, office.act("admin").actor, hq, Terms(core_months=60))
    assert terms_at(office.session, path).core_months == 60
    own = Terms(important_months=30)
    set_terms(office.session, office.now, office.act().actor, cs, own)
    set_terms(office.session, office.now, office.act().actor, cs, own)
    assert terms_at(office.session, path).core_months == 36
    assert len(history_of(office.session, f"office-terms:{cs}")) == 1
    holder_id = in_post(office)
    leave_post(office.act(), holder_id, TODAY)
    until = office.session.get_one(PostHolder, holder_id).control_until
    assert until == date(2028, 9, 1)


def test_terms_out_of_range_or_of_other_units_are_refused(office: Office) -> None:
    cs, phy = office.school.units["CS"], office.school.units["PHY"]

    def code(unit: int, terms: Terms, login: str = "organizer") -> str:
        actor = office.act(login).actor
        return code_of(lambda: set_terms(office.session, office.now, actor, unit, terms))

    assert code(cs, Terms(core_months=121)) == "terms-faults"
    assert code(cs, Terms(pass_days=-1)) == "terms-faults"
    assert code(phy, DEFAULTS) == "unit-unknown"
    assert code(cs, DEFAULTS, "auditor") == "forbidden"


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 15), 1, date(2028, 1, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 3, 2), 0, date(2026, 3, 2)),
    ],
)
def test_months_are_added(day: date, months: int, then: date) -> None:
    assert add_months(day, months) == then
