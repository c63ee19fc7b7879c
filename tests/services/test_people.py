"""Records, tiers and roles of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest
from school import School
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from quizengine.domain.registry import Tier, Title
from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor, load_actor
from quizengine.services.details import Details, TierDates
from quizengine.services.people import (
    create_person,
    get_person,
    grant_role,
    revoke_role,
    set_active,
    set_tiers,
    update_person,
)
from quizengine.services.signed_in import person_for_session
from quizengine.storage.engine import writing
from quizengine.storage.models import Person

ActorOf = Callable[[str], Actor]
TITLE = Title(zh="层级", en="Tier")
TIERS = {
    "new_member": Tier(id="new_member", title=TITLE, dates="membership"),
    "graduate": Tier(id="graduate", title=TITLE, dates="membership"),
    "outbound": Tier(id="outbound", title=TITLE, dates="travel"),
}
GOOD = Details("20260001", "刘洋", "20260001", "11010519491231002X", "13800000000")


def test_a_new_person_is_cleaned_and_kept(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    given = Details(" Ｌ2026 ", " 刘  洋 ", "L2026", "11010519491231002x")
    made = create_person(session, now, actor_of("organizer"), given, school.units["CS-1"])
    record = get_person(session, actor_of("organizer"), made)
    assert record.details == Details("l2026", "刘 洋", "L2026", "11010519491231002X")
    assert (record.unit, record.active, record.has_password) == ("教工第一支部", True, False)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "name is missing"),
        ({"name": "=HYPERLINK()"}, "can't be a name"),
        ({"name": "刘" * 101}, "can't be a name"),
        ({"login": ""}, "login .* is missing"),
        ({"login": "刘/洋"}, "can't be a login"),
        ({"login": "x" * 65}, "can't be a login"),
        ({"staff_no": "+1"}, "staff number"),
        ({"id_no": "110105194912310021"}, "identity number"),
        ({"id_no": "123"}, "identity number"),
        ({"phone": "call me"}, "phone number"),
    ],
)
def test_faulty_details_are_refused(
    session: Session, now: datetime, school: School, change: dict[str, str], message: str
) -> None:
    faulty = replace(GOOD, **change)
    with pytest.raises(Refused, match=message) as created:
        create_person(session, now, SYSTEM, faulty, school.units["CS-1"])
    assert created.value.status == 400
    with pytest.raises(Refused, match=message):
        update_person(session, SYSTEM, school.persons["li"], faulty, school.units["CS-1"])


def test_a_login_is_taken_once_whatever_its_case(
    session: Session, now: datetime, school: School
) -> None:
    with pytest.raises(Refused) as created:
        create_person(session, now, SYSTEM, replace(GOOD, login="LI"), school.units["CS-1"])
    with pytest.raises(Refused) as updated:
        update_person(
            session, SYSTEM, school.persons["wang"], replace(GOOD, login="li"), school.units["CS-2"]
        )
    assert created.value.code == updated.value.code == "login-taken"


def test_records_are_kept_only_within_the_subtree(
    session: Session, now: datetime, school: School, actor_of: ActorOf
) -> None:
    organizer = actor_of("organizer")
    with pytest.raises(Refused) as created:
        create_person(session, now, organizer, GOOD, school.units["PHY-1"])
    with pytest.raises(Refused) as moved_out:
        update_person(session, organizer, school.persons["li"], GOOD, school.units["PHY-1"])
    assert created.value.code == moved_out.value.code == "forbidden"
    with pytest.raises(Refused) as elsewhere:
        update_person(session, organizer, school.persons["zhao"], GOOD, school.units["CS-1"])
    assert elsewhere.value.status == 404


def test_update_changes_details_and_unit(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    update_person(session, actor_of("organizer"), school.persons["li"], GOOD, school.units["CS-2"])
    record = get_person(session, SYSTEM, school.persons["li"])
    assert (record.details, record.unit_id) == (GOOD, school.units["CS-2"])


def test_an_organizer_changes_no_login_and_closes_no_account_of_an_admin(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    organizer, admin = actor_of("organizer"), school.persons["cs-admin"]
    with pytest.raises(Refused) as renamed:
        update_person(session, organizer, admin, GOOD, school.units["CS"])
    with pytest.raises(Refused) as closed:
        set_active(session, organizer, admin, False)
    assert renamed.value.code == closed.value.code == "forbidden"
    update_person(session, organizer, admin, replace(GOOD, login="cs-admin"), school.units["CS"])


def test_auditor_reads_masked_numbers_and_changes_nothing(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    li = school.persons["li"]
    update_person(session, SYSTEM, li, GOOD, school.units["CS-1"])
    details = get_person(session, actor_of("auditor"), li).details
    assert details.id_no == "110***********002X"
    assert details.phone == "138****0000"
    with pytest.raises(Refused) as refusal:
        update_person(session, actor_of("auditor"), li, GOOD, school.units["CS-1"])
    assert refusal.value.status == 403


@pytest.mark.parametrize("login", ["li", "grader"])
def test_members_and_graders_look_nobody_up(
    session: Session, school: School, actor_of: ActorOf, login: str
) -> None:
    with pytest.raises(Refused) as refusal:
        get_person(session, actor_of(login), school.persons["li"])
    assert refusal.value.status == 404


def test_a_closed_account_ends_its_sessions_and_can_be_opened_again(
    engine: Engine, session: Session, school: School, actor_of: ActorOf
) -> None:
    li = school.persons["li"]
    version = session.get_one(Person, li).session_version
    set_active(session, actor_of("organizer"), li, False)
    assert person_for_session(engine, li, version) is None
    set_active(session, actor_of("organizer"), li, True)
    assert person_for_session(engine, li, version) is None
    assert person_for_session(engine, li, version + 1) is not None


def test_nobody_closes_their_own_account(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as refusal:
        set_active(session, actor_of("admin"), school.persons["admin"], False)
    assert refusal.value.code == "person-self"


def test_tiers_are_replaced_as_a_whole(session: Session, school: School, actor_of: ActorOf) -> None:
    wang = school.persons["wang"]
    wanted = {
        "new_member": TierDates(valid_from=date(2025, 9, 1), valid_to=date(2026, 8, 31)),
        "outbound": TierDates(departs_on=date(2026, 5, 1), returns_on=date(2026, 5, 9)),
    }
    set_tiers(session, actor_of("organizer"), TIERS, wang, wanted)
    assert get_person(session, SYSTEM, wang).tiers == wanted
    set_tiers(session, actor_of("organizer"), TIERS, wang, wanted)
    assert get_person(session, SYSTEM, wang).tiers == wanted


@pytest.mark.parametrize(
    ("tier", "dates", "message"),
    [
        ("unknown", TierDates(), "no tier"),
        ("outbound", TierDates(), "departure date"),
        ("outbound", TierDates(None, None, date(2026, 5, 9), date(2026, 5, 1)), "before the dep"),
        ("graduate", TierDates(date(2026, 5, 9), date(2026, 5, 1)), "before the first day"),
    ],
)
def test_faulty_tiers_are_refused(
    session: Session, school: School, tier: str, dates: TierDates, message: str
) -> None:
    with pytest.raises(Refused, match=message):
        set_tiers(session, SYSTEM, TIERS, school.persons["wang"], {tier: dates})
    assert set(get_person(session, SYSTEM, school.persons["wang"]).tiers) == {
        "new_member",
        "graduate",
    }


def test_a_tier_that_left_the_registry_may_stay_with_its_people(
    session: Session, school: School
) -> None:
    wang = school.persons["wang"]
    tiers = get_person(session, SYSTEM, wang).tiers
    set_tiers(session, SYSTEM, {"new_member": TIERS["new_member"]}, wang, tiers)
    assert get_person(session, SYSTEM, wang).tiers == tiers


def test_admins_grant_within_their_scope_and_grants_work_at_once(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    li = school.persons["li"]
    for _ in range(2):
        grant_role(session, actor_of("cs-admin"), li, "grader", school.units["CS"])
    assert actor_of("li").can("grader", school.paths["CS-2"])
    [(grant, unit)] = get_person(session, SYSTEM, li).roles
    assert (grant.role, unit) == ("grader", "计算机学院")
    for _ in range(2):
        revoke_role(session, actor_of("cs-admin"), li, "grader", school.units["CS"])
    assert actor_of("li").roles == ()


@pytest.mark.parametrize(
    ("actor", "person", "role", "unit", "code"),
    [
        ("cs-admin", "li", "organizer", "HQ", "forbidden"),
        ("cs-admin", "li", "organizer", "PHY", "forbidden"),
        ("cs-admin", "cs-admin", "admin", "HQ", "forbidden"),
        ("cs-admin", "zhao", "organizer", "CS", "person-unknown"),
        ("organizer", "li", "organizer", "CS-1", "person-unknown"),
        ("auditor", "li", "organizer", "CS-1", "person-unknown"),
        ("admin", "li", "emperor", "CS-1", "role-unknown"),
    ],
)
def test_grants_beyond_the_own_scope_are_refused(
    session: Session,
    school: School,
    actor_of: ActorOf,
    actor: str,
    person: str,
    role: str,
    unit: str,
    code: str,
) -> None:
    with pytest.raises(Refused) as refusal:
        grant_role(session, actor_of(actor), school.persons[person], role, school.units[unit])
    assert refusal.value.code == code


def test_revoking_needs_the_unit_and_spares_the_own_admin_role(
    session: Session, school: School, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as wider:
        revoke_role(
            session, actor_of("cs-admin"), school.persons["admin"], "admin", school.units["HQ"]
        )
    assert wider.value.code == "forbidden"
    with pytest.raises(Refused) as own:
        revoke_role(
            session, actor_of("cs-admin"), school.persons["cs-admin"], "admin", school.units["CS"]
        )
    assert own.value.code == "role-self"


def test_an_actor_loaded_before_knows_nothing_of_later_people(
    session: Session, now: datetime, school: School
) -> None:
    with writing(session):
        session.delete(session.get_one(Person, school.persons["li"]))
    with pytest.raises(Refused):
        load_actor(session, school.persons["li"])
    with pytest.raises(Refused) as refusal:
        set_active(session, SYSTEM, school.persons["li"], False)
    assert refusal.value.status == 404
