"""Training classes: who is invited, signs in and attends; each result has its entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy import delete
from sqlalchemy.orm import Session
from trainingroom import TrainingRoom

from quizengine.domain.text import Refused
from quizengine.domain.training import sign_code
from quizengine.services.history import history_of
from quizengine.services.post_steps import Trained, training_of
from quizengine.services.spreadsheets import write_csv
from quizengine.services.todo import todos
from quizengine.services.training import ClassFilter, change_class, list_classes, make_class
from quizengine.services.training import ClassPlan as Plan
from quizengine.services.training_batches import (
    cancel_batch,
    change_batch,
    make_batch,
    refresh_list,
)
from quizengine.services.training_budget import CostPlan, set_budget, sums_of
from quizengine.services.training_closing import close_batch
from quizengine.services.training_exam import class_exam
from quizengine.services.training_feedback import conclude, give_feedback, rated_questions, results
from quizengine.services.training_own import own_batch, own_year
from quizengine.services.training_signs import add_person, mark, scanned
from quizengine.services.training_tables import attendance_table, budget_table, classes_table
from quizengine.services.training_teachers import (
    TeacherPlan,
    add_teacher,
    change_teacher,
    list_teachers,
)
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    EVERYONE,
    Erasure,
    Person,
    PersonTier,
    Sitting,
    TrainingBatch,
    TrainingClass,
)


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


@pytest.fixture
def training(office: Office) -> TrainingRoom:
    return TrainingRoom(office)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def place_id(batch: TrainingBatch, login: str) -> int:
    return next(place.id for place in batch.places if place.person.login == login)


def test_a_batch_invites_by_tier_and_unit_and_by_name(
    office: Office, training: TrainingRoom, session: Session
) -> None:
    audience = [("new_member", office.school.units["CS"])]
    plan = training.plan(audience=audience, named=[office.id("cs-admin")])
    batch = training.batch(plan=plan)
    assert set(training.outcomes(batch)) == {"li", "wang", "cs-admin"}
    # Who leaves the audience without having come goes, who was named or came stays.
    training.sign(batch, "li")
    with writing(session):
        session.execute(delete(PersonTier))
    assert refresh_list(office.act(), batch.id) == (0, 1)
    assert set(training.outcomes(batch)) == {"li", "cs-admin"}
    # Topic and place may still change; a session that somebody signed in to can't be dropped.
    everybody = replace(plan, audience=[(EVERYONE, audience[0][1])])
    assert code_of(lambda: change_batch(office.act(), batch.id, everybody)) == "session-marked"
    moved = replace(plan.sessions[0], place="一号楼", id=batch.sessions[0].id)
    change_batch(office.act(), batch.id, replace(everybody, sessions=[moved]))
    assert batch.sessions[0].place == "一号楼"
    assert set(training.outcomes(batch)) == {"organizer", "cs-admin", "li", "wang"}


def test_what_is_refused_about_classes_and_batches(office: Office, training: TrainingRoom) -> None:
    units = office.school.units
    for changes, login, code in (
        ({"title": " "}, "organizer", "training-faults"),
        ({"late_after": 40}, "organizer", "training-faults"),
        ({"least_answers": 2}, "organizer", "training-faults"),
        ({"exam_id": 99}, "organizer", "unknown-exam"),
        ({"unit_id": units["PHY"]}, "organizer", "unit-unknown"),
        ({}, "auditor", "forbidden"),
        ({}, "li", "unit-unknown"),
    ):
        plan = Plan(**{"unit_id": units["CS"], "title": "班", **changes})
        assert code_of(lambda p=plan, by=login: make_class(office.act(by), p)) == code
    class_id = training.make()
    for change, code in (
        ({"sessions": []}, "batch-faults"),
        ({"name": ""}, "batch-faults"),
        ({"audience": [(EVERYONE, units["PHY"])]}, "unit-unknown"),
    ):
        wrong = replace(training.plan(), **change)
        assert code_of(lambda p=wrong: make_batch(office.act(), class_id, p)) == code
    assert office.entries() == []
    assert change_class(office.act(), class_id, Plan(units["CS"], "保密形势与常识")) is False
    assert change_class(office.act(), class_id, Plan(units["CS"], "保密形势")) is True
    [found] = list_classes(office.act("auditor"), ClassFilter(year=2026, text="形势"))
    assert found.title == "保密形势"
    assert list_classes(office.act(), ClassFilter(state="closed")) == []


def test_only_the_code_on_the_screen_signs_in(office: Office, training: TrainingRoom) -> None:
    batch = training.batch()
    [found] = batch.sessions
    code = sign_code(batch.secret, found.id, office.now)
    at = office.now
    assert scanned(office.session, at, found.id, f" {code.lower()} ") == batch.id
    assert scanned(office.session, at + timedelta(seconds=30), found.id, code) == batch.id
    for late, wrong in ((timedelta(seconds=60), code), (timedelta(0), "码" * 8)):
        got = code_of(lambda d=late, c=wrong: scanned(office.session, at + d, found.id, c))
        assert got == "code-stale"
    other = training.batch()
    elsewhere = code_of(lambda: scanned(office.session, at, other.sessions[0].id, code))
    assert elsewhere == "code-stale"


def test_whoever_comes_late_is_late_or_absent_by_rule(
    office: Office, training: TrainingRoom
) -> None:
    batch = training.batch()
    assert code_of(lambda: training.sign(batch, "li", minutes=-61)) == "sign-early"
    assert training.sign(batch, "li", minutes=10) == "present"
    # Again, later: the first time holds.
    assert training.sign(batch, "li", minutes=20) == "present"
    assert training.sign(batch, "wang", minutes=30) == "late"
    assert code_of(lambda: training.sign(batch, "organizer", minutes=31)) == "sign-late"
    # Somebody from elsewhere comes in as a guest, and counts like everybody.
    training.sign(batch, "zhao")
    close_batch(office.act("cs-admin"), batch.id)
    assert training.outcomes(batch) == {
        "organizer": "missed",
        "cs-admin": "missed",
        "li": "attended",
        "wang": "attended",
        "zhao": "attended",
    }
    assert code_of(lambda: close_batch(office.act(), batch.id)) == "batch-closed"
    assert code_of(lambda: training.sign(batch, "organizer")) == "batch-closed"
    [held] = office.entries("training-held")
    assert (held["unit"], held["data"]["participants"], held["data"]["invited"]) == ("CS", 3, 5)
    assert held["data"]["programme"] == [{"topic": "专题1", "on": "2026-03-02", "hours": "2"}]
    by_unit = {body["unit"]: body for body in office.entries("training-attended")}
    assert set(by_unit) == {"CS-1", "CS-2", "PHY-1"}
    assert by_unit["CS-1"]["data"] == {
        "class": batch.class_id,
        "batch": batch.id,
        "hours": "2",
        "tier": None,
        "topics": ["专题1"],
        "excused": False,
        "by": held["data"]["by"],
    }
    assert "李雷" not in str(office.entries())
    assert training_of(office.session, ZONE, [office.id("li")], 2026) == {
        office.id("li"): Trained(Decimal(2), 1)
    }


def test_hours_follow_from_the_sessions_attended(office: Office, training: TrainingRoom) -> None:
    class_id = training.make(share=60)
    plan = training.plan(
        [timedelta(0), timedelta(hours=3), timedelta(hours=5)],
        audience=[("new_member", office.school.units["CS"])],
        named=[office.id("cs-admin")],
    )
    batch = training.batch(class_id, plan)
    assert code_of(lambda: close_batch(office.act(), batch.id)) == "batch-running"
    training.sign(batch, "li")
    training.sign(batch, "li", 1, minutes=180)
    training.sign(batch, "wang")
    act = replace(office.act(), now=office.now + timedelta(days=2))
    for number in range(3):
        mark(
            act, batch.id, batch.sessions[number].id, place_id(batch, "cs-admin"), "excused", "病假"
        )
    close_batch(act, batch.id)
    [attended] = office.entries("training-attended")
    assert (attended["data"]["hours"], attended["data"]["tier"]) == ("4", "new_member")
    # Closed two days later: the day of the class, and who said so.
    assert attended["data"]["on"] == "2026-03-02"
    assert "by" in attended["data"]
    missed = {body["unit"]: body["data"]["excused"] for body in office.entries("training-missed")}
    assert missed == {"CS-2": False, "CS": True}


def test_a_correction_after_closing_is_entered_anew(office: Office, training: TrainingRoom) -> None:
    batch = training.held("li")
    [session] = batch.sessions
    later = replace(office.act(), now=office.now + timedelta(days=3))
    args = (batch.id, session.id, place_id(batch, "wang"), "present")
    assert code_of(lambda: mark(later, *args, " ")) == "reason-missing"
    assert mark(later, *args, "纸质签到表可证") is True
    assert mark(later, *args, "纸质签到表可证") is False
    taken, new, held = office.entries()[-3:]
    assert (taken["data"]["void"], new["data"]["on"]) == (True, "2026-03-02")
    assert taken["corrects"] == next(
        body["seq"] for body in office.entries("training-missed") if body["unit"] == "CS-2"
    )
    assert new["corrects"] is None
    assert (held["data"]["participants"], held["corrects"]) == (2, 1)
    trained = training_of(office.session, ZONE, [office.id("wang")], 2026)
    assert trained[office.id("wang")] == Trained(Decimal(2), 1)
    # And back: the attended class counts no longer.
    mark(later, *args[:3], "excused", "经核实为事假")
    assert training_of(office.session, ZONE, [office.id("wang")], 2026) == {}
    # Of somebody who was not on the list at all.
    with writing(office.session):
        office.session.get_one(Person, office.id("chen")).unit_id = office.school.units["CS-1"]
    add_person(later, batch.id, office.id("chen"))
    assert code_of(lambda: add_person(later, batch.id, office.id("chen"))) == "place-taken"
    mark(later, batch.id, session.id, place_id(batch, "chen"), "late", "在场")
    assert training.outcomes(batch)["chen"] == "attended"
    own = place_id(batch, "organizer")
    assert code_of(lambda: mark(later, batch.id, session.id, own, "present", "在场")) == "own-case"
    assert len(history_of(office.session, f"training-batch:{batch.id}")) == 6


def test_a_cancelled_batch_leaves_no_entry(office: Office, training: TrainingRoom) -> None:
    batch = training.batch()
    assert code_of(lambda: cancel_batch(office.act(), batch.id, "")) == "reason-missing"
    cancel_batch(office.act(), batch.id, "讲师生病")
    for what in (
        lambda: training.sign(batch, "li"),
        lambda: close_batch(office.act(), batch.id),
        lambda: add_person(office.act(), batch.id, office.id("li")),
    ):
        assert code_of(what) == "batch-cancelled"
    assert office.entries() == []


def test_feedback_is_given_once_and_shown_when_concluded(
    office: Office, training: TrainingRoom
) -> None:
    batch = training.held("li", "wang", "organizer", rated=["场地合适"], least_answers=3)
    session, keys = office.session, [q.key for q in rated_questions(batch.training)]
    assert keys[-1] == "own1"
    todo = [one for one in todos(session, office.now, ZONE, office.id("li")) if one.due]
    assert [(one.endpoint, one.due) for one in todo] == [
        ("my_training.feedback", date(2026, 3, 16))
    ]
    good = dict.fromkeys(keys, 4)

    def give(login: str, ratings: dict[str, int], text: str = "", days: int = 0) -> None:
        at = office.now + timedelta(days=days)
        give_feedback(session, at, office.id(login), batch.id, ratings, {"wishes": text})

    assert code_of(lambda: give("li", {**good, "own1": 6})) == "feedback-faults"
    assert code_of(lambda: give("li", good, days=14)) == "feedback-over"
    assert code_of(lambda: give("cs-admin", good)) == "feedback-over"
    assert code_of(lambda: give("zhao", good)) == "batch-unknown"
    give("li", good, "多讲案例")
    give("wang", dict.fromkeys(keys, 5))
    assert code_of(lambda: give("li", good)) == "feedback-given"
    assert results(session, batch).shown is False
    with pytest.raises(Refused):
        change_class(
            office.act(), batch.class_id, Plan(batch.training.unit_id, "新", rated=["别的"])
        )
    give("organizer", {**good, "teacher": 1})
    # Nothing is shown while answers may still come: the last one would be known by its difference.
    assert results(session, batch).answers == 3
    assert results(session, batch).shown is False
    conclude(office.act(), batch.id)
    assert code_of(lambda: conclude(office.act(), batch.id)) == "feedback-concluded"
    found = results(session, batch)
    assert found.shown
    teacher = found.mean_of("teacher")
    assert teacher is not None
    assert (teacher.counts, teacher.mean) == ((1, 0, 0, 1, 1), Decimal("3.33"))
    assert [texts for _, texts in found.texts] == [["多讲案例"]]
    [entry] = office.entries("training-feedback")
    assert (entry["data"]["answers"], entry["data"]["mean"]) == (3, "4.17")
    assert "subject" not in entry or entry["subject"] is None


def test_too_few_answers_are_never_shown(office: Office, training: TrainingRoom) -> None:
    batch = training.held("li", "wang")
    ratings = dict.fromkeys([q.key for q in rated_questions(batch.training)], 1)
    give_feedback(office.session, office.now, office.id("li"), batch.id, ratings, {"wishes": "差"})
    conclude(office.act(), batch.id)
    found = results(office.session, batch)
    assert (found.answers, found.shown, found.rated, found.texts) == (1, False, (), ())
    assert office.entries("training-feedback")[0]["data"]["mean"] is None


def test_teachers_are_known_by_what_they_taught(office: Office, training: TrainingRoom) -> None:
    pool = TeacherPlan(
        office.school.units["CS"], "高老师", "省保密局", ["定密", " "], "800 元/学时"
    )
    teacher_id = add_teacher(office.act(), pool)
    assert code_of(lambda: add_teacher(office.act(), pool)) == "teacher-taken"
    assert change_teacher(office.act(), teacher_id, pool) is False
    plan = training.plan()
    taught = replace(plan, sessions=[replace(plan.sessions[0], teacher_id=teacher_id)])
    batch = training.batch(plan=taught)
    [row] = list_teachers(office.act())
    assert (row.classes, row.rated.mean) == (0, None)
    training.sign(batch, "li")
    close_batch(office.act(), batch.id)
    [row] = list_teachers(office.act("auditor"), text="定密")
    assert (row.classes, row.hours, row.teacher.fee) == (1, Decimal(2), "800 元/学时")
    assert list_teachers(office.act("li")) == []
    unknown = replace(plan, sessions=[replace(plan.sessions[0], teacher_id=99)])
    assert code_of(lambda: training.batch(plan=unknown)) == "teacher-unknown"


def test_budgets_are_exact_and_exports_keep_numbers_as_text(
    office: Office, training: TrainingRoom
) -> None:
    with writing(office.session):
        office.session.get_one(Person, office.id("li")).staff_no = "0002026001"
    batch = training.held("li")
    costs = [
        CostPlan("讲课费", Decimal("0.10"), Decimal("0.30")),
        CostPlan("场地", Decimal("0.20")),
    ]
    assert set_budget(office.act(), batch.class_id, costs) is True
    assert set_budget(office.act(), batch.class_id, costs) is False
    found = office.session.get_one(TrainingClass, batch.class_id)
    assert (sums_of(found).planned, sums_of(found).left) == (Decimal("0.30"), Decimal("0.00"))
    wrong = [CostPlan("讲课费", Decimal("0.001"))]
    assert code_of(lambda: set_budget(office.act(), batch.class_id, wrong)) == "budget-faults"
    assert "Sum,0.30,0.30,0.00," in write_csv(budget_table(found), ZONE).decode("utf-8-sig")
    act = office.act()
    attendance = write_csv(attendance_table(act, batch), ZONE).decode("utf-8-sig")
    assert "0002026001\t,invited,Present" in attendance
    assert "第一期,Held and closed," in write_csv(
        classes_table(act, list_classes(act, ClassFilter())), ZONE
    ).decode("utf-8-sig")


def test_the_closing_exam_counts_for_participants_alone(
    office: Office, training: TrainingRoom
) -> None:
    exam_id = office.session.get_one(Sitting, office.passed("li")).exam_id
    act = office.act("admin")
    class_id = make_class(
        act, Plan(office.school.units["CS"], "有结业考试的班", exam_id=exam_id, least_answers=3)
    )
    batch = training.batch(class_id)
    for login in ("li", "wang"):
        training.sign(batch, login)
    close_batch(office.act(), batch.id)
    found = class_exam(act, batch.training, [batch])
    assert found is not None
    assert (found.tally.expected, found.tally.passed, found.tally.missing) == (2, 1, 1)
    # The organizer of CS has no sight of an exam of the school.
    assert class_exam(office.act(), batch.training, [batch]) is None


def test_members_and_organizers_are_told_what_is_to_be_done(
    office: Office, training: TrainingRoom
) -> None:
    batch = training.batch()
    session, member = office.session, office.id("li")
    [todo] = todos(session, office.now, ZONE, member)
    assert (todo.endpoint, todo.due) == ("my_training.batch", TODAY)
    own = own_batch(session, office.now, member, batch.id)
    assert [one.open for one in own.sessions] == [True]
    assert code_of(lambda: own_batch(session, office.now, office.id("zhao"), batch.id)) == (
        "batch-unknown"
    )
    training.sign(batch, "li")
    assert todos(session, office.now, ZONE, member) == []
    after = office.now + timedelta(hours=2)
    [todo] = todos(session, after, ZONE, office.id("organizer"))[-1:]
    assert (todo.endpoint, todo.due) == ("training.batch", TODAY + timedelta(days=7))
    close_batch(replace(office.act(), now=after), batch.id)
    assert own_year(session, ZONE, member, TODAY).trained == Trained(Decimal(2), 1)
    kinds = {body["kind"] for body in office.entries()}
    assert kinds == {"training-held", "training-attended", "training-missed"}


def test_nothing_is_entered_about_people_who_left_or_were_erased(
    office: Office, training: TrainingRoom
) -> None:
    batch = training.batch()
    session = office.session
    for login in ("li", "organizer"):
        training.sign(batch, login)
    with writing(session):
        for login in ("li", "wang"):
            session.get_one(Person, office.id(login)).active = False
        erased = Erasure(person_id=office.id("li"), at=office.now, reason="request", entry_seq=0)
        session.add(erased)
    close_batch(office.act("cs-admin"), batch.id)
    assert set(training.outcomes(batch)) == {"li", "organizer", "cs-admin"}
    assert [body["unit"] for body in office.entries("training-attended")] == ["CS"]
    args = (batch.sessions[0].id, place_id(batch, "li"), "absent", "误登")
    assert code_of(lambda: mark(office.act(), batch.id, *args)) == "erased"
