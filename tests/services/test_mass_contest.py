"""Mass contests: made, joined, counted; and nowhere taken for an exam."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from examroom import GRACE, ZONE
from massroom import FULL, MassRoom
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.closing import conclude_due
from quizengine.services.late_answers import decide
from quizengine.services.mass import cancel_contest, change_times, create_contest
from quizengine.services.mass_boards import own_line
from quizengine.services.mass_plans import LotteryPlan
from quizengine.services.member_exams import member_exams
from quizengine.services.papers import draw_due
from quizengine.services.reach import exam_list, reach
from quizengine.services.sittings import own_sitting, start
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, LateAnswer, MassContest, MassEntry, Person, Sitting

HOUR = timedelta(hours=1)


def refused(code: str, act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code
    return found.value


# --- Making ---


def test_everyone_of_the_units_may_join_whatever_the_tier(mass: MassRoom) -> None:
    contest = mass.open()
    # A member of no tier at all.
    assert mass.sit("grader", contest).score == Decimal(20)
    assert [line.name for line in mass.persons(contest)] == ["郑洁"]


def test_a_tier_and_a_unit_bound_the_audience(mass: MassRoom) -> None:
    contest = mass.open(audience=[("new_member", mass.school.units["CS"])])
    mass.begin("li", contest)
    for stranger in ("zhao", "grader"):
        refused("unknown-contest", lambda who=stranger: mass.begin(who, contest))


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("window", {"closes_at": -HOUR}),
        ("window", {"opens_at": -2 * HOUR, "closes_at": -HOUR}),
        ("freeze", {"freeze_at": timedelta()}),
        ("freeze", {"freeze_at": timedelta(days=2)}),
    ],
)
def test_times_in_a_wrong_order_are_refused(
    mass: MassRoom, code: str, changes: dict[str, timedelta]
) -> None:
    times = {name: mass.now + offset for name, offset in changes.items()}
    assert refused(code, lambda: mass.open(**times)).status == 400


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("attempts", {"limits": Limits(per_day=0)}),
        ("attempts", {"limits": Limits(in_all=1001)}),
        ("audience", {"audience": []}),
        ("audience", {"audience": [("*", 999)]}),
        ("prizes", {"lottery": LotteryPlan([])}),
        ("prizes", {"lottery": LotteryPlan([Prize("奖", 0)])}),
        ("threshold", {"lottery": LotteryPlan([Prize("奖", 1)], Decimal(21))}),
        ("question-time", {"mode": "challenge", "question_s": 1}),
    ],
)
def test_rules_that_no_contest_can_have_are_refused(
    mass: MassRoom, code: str, changes: dict[str, Any]
) -> None:
    assert refused(code, lambda: mass.open(**changes)).status == 400


def test_a_blueprint_must_be_one_for_contests(mass: MassRoom) -> None:
    exam = mass.blueprint(pool="exam")
    refused("blueprint-pool", lambda: mass.open(blueprint=exam))
    letter = mass.blueprint(commitment=True)
    refused("blueprint-commitment", lambda: mass.open(blueprint=letter))
    marked = mass.blueprint(("short", 1))
    refused("question-types", lambda: mass.open(blueprint=marked))


def test_a_pool_without_enough_questions_is_refused_with_what_is_missing(mass: MassRoom) -> None:
    large = mass.blueprint(("single", 33))
    text = str(refused("infeasible", lambda: mass.open(blueprint=large)).text)
    assert "33" in text
    assert mass.session.scalar(select(MassContest.id)) is None


def test_a_form_that_is_sent_twice_makes_one_contest(mass: MassRoom) -> None:
    plan = mass.plan()
    create_contest(mass.session, mass.now, ZONE, mass.actor(), plan)
    refused(
        "contest-exists",
        lambda: create_contest(mass.session, mass.now, ZONE, mass.actor(), plan),
    )


def test_an_organizer_of_a_part_makes_contests_for_that_part_alone(
    mass: MassRoom, actor_of: Callable[[str], Actor]
) -> None:
    organizer = actor_of("organizer")
    whole = mass.plan()
    refused(
        "forbidden",
        lambda: create_contest(mass.session, mass.now, ZONE, organizer, whole),
    )
    unit = mass.school.units["CS"]
    own = mass.plan(unit_id=unit, audience=[("*", unit)])
    create_contest(mass.session, mass.now, ZONE, organizer, own)


# --- Taking part ---


def test_the_best_attempt_counts_and_each_paper_is_fresh(mass: MassRoom) -> None:
    contest = mass.open()
    papers = [{q.id for q in mass.questions(mass.sit("li", contest, n))} for n in (2, 4, 3)]
    assert papers[0].isdisjoint(papers[1] | papers[2])
    assert papers[1].isdisjoint(papers[2])
    assert mass.entry("li", contest).score == FULL
    assert [line.score for line in mass.persons(contest)] == [FULL]


def test_equal_scores_are_placed_by_duration_and_then_by_time(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest, 4, seconds=90)
    mass.sit("wang", contest, 4, seconds=60)
    mass.sit("zhao", contest, 4, seconds=60)
    mass.sit("chen", contest, 3, seconds=5)
    found = [(line.place, line.name) for line in mass.persons(contest)]
    assert found == [(1, "王芳"), (2, "赵云"), (3, "李雷"), (4, "陈晨")]
    line = own_line(mass.session, mass.board(contest), mass.school.persons["li"])
    assert line is not None
    assert (line.place, line.duration_ms) == (3, 90_000)


def test_results_equal_in_everything_share_the_place(mass: MassRoom) -> None:
    contest = mass.open()
    start = mass.now
    for login in ("li", "wang", "zhao"):
        mass.now = start
        mass.sit(login, contest, 4 if login != "zhao" else 3)
    assert sorted(line.place for line in mass.persons(contest)) == [1, 1, 3]


def test_attempts_are_limited_per_day_per_week_and_in_all(mass: MassRoom) -> None:
    contest = mass.open(
        limits=Limits(per_day=1, per_week=2, in_all=3), closes_at=mass.now + timedelta(days=20)
    )
    for days, code in ((0, None), (0, "today"), (1, None), (2, "this week"), (7, None), (14, "")):
        mass.now = contest.exam.opens_at + timedelta(days=days, hours=1)
        if code is None:
            mass.sit("li", contest)
        else:
            text = str(refused("no-attempts-left", lambda: mass.begin("li", contest)).text)
            assert code in text


def test_an_attempt_over_midnight_belongs_to_the_day_it_began(mass: MassRoom) -> None:
    contest = mass.open(limits=Limits(per_day=1), closes_at=mass.now + timedelta(days=3))
    # 23:58 in Shanghai; the paper takes ten minutes.
    mass.now = mass.now.replace(hour=15, minute=58)
    mass.sit("li", contest, 4, seconds=300)
    assert mass.now.astimezone(ZONE).day == 3
    mass.sit("li", contest, 4)
    refused("no-attempts-left", lambda: mass.begin("li", contest))


def test_nobody_begins_before_the_opening_or_after_the_closing(mass: MassRoom) -> None:
    contest = mass.open(opens_at=mass.now + HOUR)
    refused("contest-coming", lambda: mass.begin("li", contest))
    mass.now = contest.exam.closes_at
    refused("contest-closed", lambda: mass.begin("li", contest))


def test_beginning_again_goes_on_with_the_open_attempt(mass: MassRoom) -> None:
    contest = mass.open(limits=Limits(in_all=1))
    sitting = mass.begin("li", contest)
    assert mass.begin("li", contest).id == sitting.id
    assert mass.entry("li", contest).attempts == 1


def test_time_that_is_up_ends_the_attempt_at_its_deadline(mass: MassRoom) -> None:
    contest = mass.open()
    sitting = mass.begin("li", contest)
    question = mass.questions(sitting)[0]
    mass.save(sitting, question.id, ["a"])
    mass.tick(sitting.deadline + HOUR)
    entry = mass.entry("li", contest)
    assert entry.duration_ms == contest.exam.duration_s * 1000
    assert entry.handed_in_at == sitting.deadline
    # What comes now changes nothing.
    assert mass.save(sitting, question.id, ["b"], seq=2) == "late"
    assert mass.entry("li", contest).score == entry.score


def test_an_answer_within_the_grace_period_counts(mass: MassRoom) -> None:
    contest = mass.open()
    sitting = mass.begin("li", contest)
    question = mass.questions(sitting)[-1]
    mass.now = sitting.deadline + timedelta(seconds=1)
    assert mass.save(sitting, question.id, ["a"]) == "grace"
    assert mass.entry("li", contest).score == 500


def test_an_attempt_at_the_end_is_cut_off_by_the_closing(mass: MassRoom) -> None:
    contest = mass.open()
    mass.now = contest.exam.closes_at - timedelta(minutes=1)
    assert mass.begin("li", contest).deadline == contest.exam.closes_at


def test_another_persons_sitting_is_unknown(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.open())
    stranger = mass.school.persons["wang"]
    refused("unknown-sitting", lambda: own_sitting(mass.session, stranger, sitting.id))


# --- Not an exam ---


def test_a_contest_is_in_no_list_of_exams(mass: MassRoom, actor_of: Callable[[str], Actor]) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    session, now = mass.session, mass.now
    assert exam_list(session, now, actor_of("admin")) == ([], 0)
    assert member_exams(session, now, ZONE, mass.school.persons["li"], "en") == []
    refused("unknown-exam", lambda: reach(session, actor_of("admin"), contest.exam_id))
    who = mass.school.persons["wang"]
    refused("unknown-exam", lambda: start(session, now, ZONE, who, contest.exam_id))
    running = mass.begin("li", contest)
    refused("unknown-exam", lambda: start(session, now, ZONE, running.person_id, contest.exam_id))


def test_no_papers_are_drawn_ahead_and_no_absences_entered(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    assert draw_due(mass.session, mass.now, ZONE) == 0
    over = contest.exam.closes_at + HOUR
    assert conclude_due(mass.session, over, ZONE, GRACE) == 0
    mass.conclude(contest)
    assert mass.ledger("exam-missed") == []
    assert mass.ledger("exam-result") == []


def test_late_answers_of_a_contest_are_never_accepted(
    mass: MassRoom, actor_of: Callable[[str], Actor]
) -> None:
    contest = mass.open()
    sitting = mass.sit("li", contest, 3)
    question = mass.questions(sitting)[3]
    mass.save(sitting, question.id, ["a"], seq=9)
    late = mass.session.scalars(select(LateAnswer)).one()
    refused(
        "unknown-late-answer",
        lambda: decide(mass.session, mass.now, actor_of("admin"), late.id, accept=True, reason="x"),
    )
    assert mass.entry("li", contest).score == 1500


# --- Changing ---


def test_what_has_begun_can_not_be_moved(mass: MassRoom) -> None:
    opens, closes = mass.now, mass.now + timedelta(days=1)
    contest = mass.open(freeze_at=closes - HOUR)
    mass.now += HOUR

    def change(opens_at: Any, closes_at: Any, freeze_at: Any) -> None:
        times = (opens_at, closes_at, freeze_at)
        change_times(mass.session, mass.now, ZONE, mass.actor(), contest.id, *times)

    refused("window", lambda: change(opens + HOUR, closes, None))
    refused("freeze", lambda: change(opens, closes, opens + HOUR / 2))
    sitting = mass.begin("li", contest)
    change(opens, mass.now + timedelta(minutes=5), None)
    mass.session.expire_all()
    assert sitting.deadline == mass.now + timedelta(minutes=5)
    mass.now = contest.exam.closes_at
    refused("contest-over", lambda: change(opens, closes, None))


def test_a_freeze_that_is_past_stays(mass: MassRoom) -> None:
    contest = mass.open(freeze_at=mass.now + HOUR)
    mass.now += 2 * HOUR
    exam = contest.exam
    refused(
        "freeze",
        lambda: change_times(
            mass.session,
            mass.now,
            ZONE,
            mass.actor(),
            contest.id,
            exam.opens_at,
            exam.closes_at,
            None,
        ),
    )


def test_a_contest_is_cancelled_only_before_anybody_began(mass: MassRoom) -> None:
    contest, begun = mass.open(), mass.open()
    cancel_contest(mass.session, mass.now, mass.actor(), contest.id)
    refused("unknown-contest", lambda: mass.begin("li", contest))
    mass.begin("li", begun)
    refused("contest-begun", lambda: cancel_contest(mass.session, mass.now, mass.actor(), begun.id))


def test_who_leaves_keeps_the_place_but_begins_no_more(mass: MassRoom, session: Session) -> None:
    contest = mass.open(audience=[("*", mass.school.units["CS"])])
    mass.sit("li", contest)
    with writing(session):
        session.get_one(Person, mass.school.persons["li"]).unit_id = mass.school.units["PHY-1"]
    refused("unknown-contest", lambda: mass.begin("li", contest))
    assert [line.name for line in mass.persons(contest)] == ["李雷"]
    assert session.scalars(select(Sitting)).one().state == "graded"
    assert session.scalars(select(MassEntry)).one().score == FULL
    assert session.scalars(select(Exam.purpose)).one() == "contest"
