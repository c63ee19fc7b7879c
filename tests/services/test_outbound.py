"""Journeys abroad: nobody is cleared without a good exam, and each step has its entry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.office_terms import Terms, set_terms
from quizengine.services.outbound import cancel_journey, change_journey, file_journey, seen_file
from quizengine.services.outbound_own import own_journey, own_journeys
from quizengine.services.outbound_steps import (
    clear,
    close_file,
    come_back,
    hold_talk,
    leave,
    refresh,
)
from quizengine.services.outbound_watch import OutboundFilter, filed_years, list_journeys, unfiled
from quizengine.services.post_holders import assign, enter_post, take_step
from quizengine.services.post_steps import DEMANDED
from quizengine.services.todo import todos
from quizengine.storage.engine import writing
from quizengine.storage.models import OutboundFile, PersonTier


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def filed(office: Office, login: str = "li", departs_in: int = 5, **changes: Any) -> int:
    return file_journey(office.act(), office.id(login), office.journey(departs_in, **changes))


def cleared(office: Office, departs_in: int = 5) -> int:
    office.passed("li")
    file_id = filed(office, departs_in=departs_in)
    clear(office.act(), file_id)
    return file_id


def returned(office: Office) -> int:
    file_id = cleared(office, 0)
    leave(office.act(), file_id, TODAY)
    come_back(office.act(), file_id, TODAY)
    return file_id


def tier_of(office: Office, login: str = "li") -> PersonTier:
    query = select(PersonTier).where(
        PersonTier.person_id == office.id(login), PersonTier.tier == "outbound"
    )
    return office.session.scalars(query).one()


def test_filing_makes_the_person_a_traveller(office: Office) -> None:
    file_id = filed(office)
    [entry] = office.entries()
    assert (entry["kind"], entry["unit"]) == ("outbound-filed", "CS-1")
    assert entry["data"]["file"] == file_id
    assert entry["data"]["departs"] == "2026-03-07"
    # No personal data: neither where to nor what for.
    assert "日本" not in str(entry)
    tier = tier_of(office)
    assert (tier.departs_on, tier.returns_on) == (date(2026, 3, 7), date(2026, 3, 17))
    assert tier.holds_on(TODAY)


@pytest.mark.parametrize(
    ("login", "person", "changes", "code"),
    [
        ("organizer", "zhao", {}, "person-unknown"),
        ("auditor", "li", {}, "person-unknown"),
        ("li", "li", {}, "person-unknown"),
        ("organizer", "li", {"kind": "secret"}, "outbound-faults"),
        ("organizer", "li", {"destination": " "}, "outbound-faults"),
        ("organizer", "li", {"purpose": ""}, "outbound-faults"),
        ("organizer", "li", {"escort": "x" * 201}, "outbound-faults"),
        ("organizer", "li", {"days": -1}, "outbound-faults"),
    ],
)
def test_what_is_not_filed(
    office: Office, login: str, person: str, changes: dict[str, Any], code: str
) -> None:
    plan = office.journey(**changes)
    assert code_of(lambda: file_journey(office.act(login), office.id(person), plan)) == code
    assert office.entries() == []


def test_nobody_travels_twice_at_once(office: Office) -> None:
    filed(office)
    assert code_of(lambda: filed(office, departs_in=15)) == "outbound-overlap"
    filed(office, departs_in=16)
    filed(office, "wang")


def test_without_a_pass_nobody_is_cleared(office: Office) -> None:
    file_id = filed(office)
    office.passed("wang")
    office.passed("li", tier="leader")
    with pytest.raises(Refused) as refused:
        clear(office.act(), file_id)
    assert refused.value.code == "outbound-blocked"
    assert "No outbound exam" in str(refused.value)
    office.passed("li")
    clear(office.act(), file_id)
    [entry] = office.entries("outbound-cleared")
    assert entry["data"]["good_until"] == "2026-08-28"
    assert code_of(lambda: clear(office.act(), file_id)) == "outbound-state"
    assert len(office.entries("outbound-cleared")) == 1


def test_a_pass_is_good_for_a_set_time(office: Office) -> None:
    office.passed("li", days_ago=170)
    # Good for 180 days, that is until the tenth day from now.
    file_id = filed(office, departs_in=11)
    with pytest.raises(Refused) as refused:
        clear(office.act(), file_id)
    assert "good until 2026-03-12" in str(refused.value)
    actor = office.act("admin").actor
    set_terms(office.session, office.now, actor, office.school.units["HQ"], Terms(pass_days=181))
    clear(office.act(), file_id)


def test_holders_of_classified_posts_need_an_approval(office: Office) -> None:
    act = office.act()
    holder_id = assign(act, office.post(), office.id("li"), TODAY)
    for step in DEMANDED["on_post"]:
        take_step(act, holder_id, step, TODAY, "")
    enter_post(act, holder_id, TODAY)
    office.passed("li")
    file_id = filed(office)
    with pytest.raises(Refused) as refused:
        clear(office.act(), file_id)
    assert "approval" in str(refused.value)
    change_journey(office.act(), file_id, office.journey(approval="外审〔2026〕12号"))
    clear(office.act(), file_id)


def test_all_steps_to_the_end(office: Office) -> None:
    file_id = cleared(office, 0)
    assert code_of(lambda: come_back(office.act(), file_id, TODAY)) == "outbound-state"
    leave(office.act(), file_id, TODAY)
    assert code_of(lambda: come_back(office.act(), file_id, TODAY - timedelta(1))) == "day-order"
    come_back(office.act(), file_id, TODAY)
    assert code_of(lambda: close_file(office.act(), file_id)) == "outbound-open"
    hold_talk(office.act(), file_id, TODAY, "无异常情况")
    assert code_of(lambda: close_file(office.act(), file_id)) == "outbound-open"
    refresh(office.act(), file_id, TODAY)
    close_file(office.act(), file_id)
    assert code_of(lambda: close_file(office.act(), file_id)) == "outbound-state"
    kinds = [entry["kind"] for entry in office.entries()]
    assert kinds == [
        "outbound-filed",
        "outbound-cleared",
        "outbound-left",
        "outbound-returned",
        "outbound-closed",
    ]
    assert office.entries("outbound-returned")[0]["data"]["on_time"] is True
    # The exams for travellers reach the person no longer.
    assert tier_of(office).valid_to == TODAY


def test_a_site_may_do_without_the_refresher(office: Office) -> None:
    actor = office.act("admin").actor
    unit_id = office.school.units["HQ"]
    set_terms(office.session, office.now, actor, unit_id, Terms(refresher_days=0))
    file_id = returned(office)
    hold_talk(office.act(), file_id, TODAY, "")
    close_file(office.act(), file_id)


def test_who_left_without_clearance_is_recorded_as_such(office: Office) -> None:
    file_id = filed(office, departs_in=-1)
    left = TODAY - timedelta(days=1)
    assert code_of(lambda: leave(office.act(), file_id, left)) == "outbound-not-cleared"
    leave(office.act(), file_id, left, "临时改签，未经审核")
    [entry] = office.entries("outbound-left")
    assert entry["data"]["cleared"] is False
    # Told a day later: both days and the author.
    assert entry["data"]["on"] == "2026-03-01"
    assert "by" in entry["data"]


def test_days_to_come_and_out_of_order_are_refused(office: Office) -> None:
    file_id = cleared(office)
    tomorrow = TODAY + timedelta(days=1)
    assert code_of(lambda: leave(office.act(), file_id, tomorrow)) == "day-future"
    leave(office.act(), file_id, TODAY)
    assert code_of(lambda: come_back(office.act(), file_id, tomorrow)) == "day-future"
    come_back(office.act(), file_id, TODAY)
    yesterday = TODAY - timedelta(days=1)
    assert code_of(lambda: hold_talk(office.act(), file_id, yesterday, "")) == "day-order"
    assert code_of(lambda: refresh(office.act(), file_id, tomorrow)) == "day-future"


def test_other_dates_keep_the_old_ones_in_the_history(office: Office) -> None:
    file_id = cleared(office)
    assert not change_journey(office.act(), file_id, office.journey())
    assert change_journey(office.act(), file_id, office.journey(20))
    [entry] = office.entries("outbound-filed")[1:]
    assert (entry["data"]["departs"], entry["data"]["state"]) == ("2026-03-22", "cleared")
    event = history_of(office.session, f"outbound:{file_id}")[0]
    assert event.what == "outbound-dates"
    assert event.detail["from_departs"] == "2026-03-07"
    assert event.detail["departs"] == "2026-03-22"
    assert tier_of(office).departs_on == date(2026, 3, 22)
    # Beyond the time for which the exam is good the clearance is gone.
    change_journey(office.act(), file_id, office.journey(200))
    assert office.session.get_one(OutboundFile, file_id).state == "filed"
    assert code_of(lambda: clear(office.act(), file_id)) == "outbound-blocked"


def test_a_change_of_words_alone_is_no_entry(office: Office) -> None:
    file_id = filed(office)
    assert change_journey(office.act(), file_id, office.journey(destination="韩国首尔"))
    assert len(office.entries()) == 1


def test_who_is_abroad_may_return_later_but_not_leave_again(office: Office) -> None:
    file_id = cleared(office, 0)
    leave(office.act(), file_id, TODAY)
    other = office.journey(1)
    assert code_of(lambda: change_journey(office.act(), file_id, other)) == "outbound-state"
    change_journey(office.act(), file_id, office.journey(0, days=30))
    assert tier_of(office).returns_on == TODAY + timedelta(days=30)
    come_back(office.act(), file_id, TODAY)
    late = office.journey(0, days=40)
    assert code_of(lambda: change_journey(office.act(), file_id, late)) == "outbound-state"


def test_a_cancelled_journey(office: Office) -> None:
    file_id = filed(office)
    assert code_of(lambda: cancel_journey(office.act(), file_id, " ")) == "reason-missing"
    following = filed(office, departs_in=60)
    cancel_journey(office.act(), file_id, "会议取消")
    [entry] = office.entries("outbound-closed")
    assert entry["data"]["cancelled"] is True
    # The tier follows the journey that is left, and ends with it.
    assert tier_of(office).departs_on == TODAY + timedelta(days=60)
    cancel_journey(office.act(), following, "会议取消")
    assert tier_of(office).valid_to == TODAY
    assert code_of(lambda: cancel_journey(office.act(), file_id, "x")) == "outbound-state"


def test_nobody_clears_themselves_and_others_see_nothing(office: Office) -> None:
    office.passed("organizer")
    plan = office.journey()
    file_id = file_journey(office.act("admin"), office.id("organizer"), plan)
    assert code_of(lambda: clear(office.act("organizer"), file_id)) == "own-case"
    assert code_of(lambda: clear(office.act("auditor"), file_id)) == "forbidden"
    assert code_of(lambda: clear(office.act("zhao"), file_id)) == "outbound-unknown"
    office.grant("zhao", "organizer", "PHY")
    for login in ("zhao", "li"):
        seen = code_of(
            lambda login=login: seen_file(office.session, office.act(login).actor, file_id)
        )
        assert seen == "outbound-unknown"
    clear(office.act("cs-admin"), file_id)


def test_the_office_sees_who_leaves_soon_without_a_pass(office: Office) -> None:
    soon, later = filed(office), filed(office, "wang", 60)
    rows = {row.file.id: row for row in list_journeys(office.act(), OutboundFilter())}
    assert rows[soon].red
    assert not rows[later].red
    assert [need.code for need in rows[later].needs] == ["pass"]
    office.passed("li")
    [row] = [r for r in list_journeys(office.act(), OutboundFilter()) if r.file.id == soon]
    assert (row.red, row.good_until) == (False, date(2026, 8, 28))


def test_the_office_sees_who_came_back_without_a_talk(office: Office, now: datetime) -> None:
    file_id = returned(office)

    def row() -> Any:
        return list_journeys(office.act(), OutboundFilter(state="returned"))[0]

    assert (row().talk_due, row().red) == (TODAY + timedelta(days=7), False)
    office.now = now + timedelta(days=8)
    assert row().red
    hold_talk(office.act(), file_id, TODAY + timedelta(days=8), "")
    assert (row().talk_due, row().red) == (None, False)


def test_who_should_be_back_is_red(office: Office, now: datetime) -> None:
    file_id = cleared(office, 0)
    leave(office.act(), file_id, TODAY)
    office.now = now + timedelta(days=11)
    [row] = list_journeys(office.act(), OutboundFilter())
    assert (row.file.id, row.red) == (file_id, True)


def test_travellers_of_the_roster_without_a_file_are_found(office: Office) -> None:
    with writing(office.session):
        for login, days in (("li", 3), ("wang", 90), ("zhao", 3)):
            departs_on = TODAY + timedelta(days=days)
            tier = PersonTier(person_id=office.id(login), tier="outbound", departs_on=departs_on)
            office.session.add(tier)
    assert [row.login for row in unfiled(office.act())] == ["li"]
    assert [row.login for row in unfiled(office.act("admin"))] == ["li", "zhao"]
    filed(office)
    assert unfiled(office.act()) == []


def test_filters_of_journeys(office: Office) -> None:
    file_id = filed(office)
    cancel_journey(office.act(), file_id, "取消")
    kept = filed(office, departs_in=300)

    def ids(login: str = "organizer", **wanted: Any) -> list[int]:
        return [row.file.id for row in list_journeys(office.act(login), OutboundFilter(**wanted))]

    assert ids() == [kept]
    assert ids(state="cancelled") == [file_id]
    assert ids(state=None) == [kept, file_id]
    assert ids(state=None, year=2027) == []
    assert ids(text="李雷") == [kept]
    assert ids(text="东京") == [kept]
    assert ids(text="nobody") == []
    assert ids(unit_id=office.school.units["CS-2"]) == []
    assert ids("zhao") == []
    assert filed_years(office.act()) == [2026]


def test_a_traveller_sees_the_own_file_and_what_is_missing(office: Office) -> None:
    file_id = filed(office)
    person_id = office.id("li")
    [todo] = todos(office.session, office.now, ZONE, person_id)
    assert (todo.args, todo.due) == ({"file_id": file_id}, date(2026, 3, 7))
    # Passed, but the scores are not released: the traveller must not learn it here.
    office.passed("li", released=False)
    journey = own_journey(office.session, office.now, ZONE, person_id, file_id)
    assert [need.code for need in journey.needs] == ["pass"]
    clear(office.act(), file_id)
    journey = own_journey(office.session, office.now, ZONE, person_id, file_id)
    assert (journey.needs, journey.good_until) == ([], date(2026, 8, 28))
    assert own_journeys(office.session, office.now, ZONE, office.id("wang")) == []
    other = code_of(
        lambda: own_journey(office.session, office.now, ZONE, office.id("wang"), file_id)
    )
    assert other == "outbound-unknown"


def test_talk_and_refresher_are_to_be_done_after_the_return(office: Office) -> None:
    returned(office)
    found = todos(office.session, office.now, ZONE, office.id("li"))
    assert [todo.due for todo in found] == [TODAY + timedelta(days=7), TODAY + timedelta(days=30)]
