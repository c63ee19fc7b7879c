"""Challenges: one question after the other until the first mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from massroom import MassRoom

from quizengine.domain.answers import correct_answer
from quizengine.domain.text import Refused
from quizengine.services.mass_challenge import answer_step, next_step, review, run_view, stop_run
from quizengine.services.member_results import result
from quizengine.services.repairs import Decision, repair
from quizengine.services.sitting_view import sitting_view
from quizengine.services.sittings import save_answer, set_marks, submit
from quizengine.storage.models import MassStep, Sitting


def refused(code: str, act: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code


def test_a_run_goes_on_until_the_first_mistake(mass: MassRoom) -> None:
    contest = mass.challenge(6)
    sitting = mass.run("li", contest, 3)
    view = run_view(mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert (view.state, view.ending, view.right, view.total) == ("over", "mistake", 3, 6)
    entry = mass.entry("li", contest)
    assert (entry.score, entry.duration_ms) == (300, 4 * 5000)


def test_a_run_without_a_mistake_ends_with_the_last_question(mass: MassRoom) -> None:
    contest = mass.challenge(4)
    sitting = mass.run("li", contest, 4)
    view = run_view(mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert (view.ending, view.right) == ("all", 4)
    assert mass.entry("li", contest).score == 400


def test_only_the_question_that_waits_is_shown_and_only_answered_ones_are_explained(
    mass: MassRoom,
) -> None:
    sitting = mass.begin("li", mass.challenge(4))
    questions = mass.questions(sitting)
    before = run_view(mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert (before.step, before.last) == (None, None)
    first = mass.show(sitting).model_dump_json()
    assert questions[0].stem in first
    assert questions[0].explanation not in first
    second = mass.answer(sitting, 1)
    assert second.last is not None
    assert second.last.correct == correct_answer(questions[0])
    assert second.last.explanation == questions[0].explanation
    assert second.step is None
    text = second.model_dump_json()
    assert not any(question.stem in text for question in questions[1:])


def test_no_other_way_leads_to_the_paper_of_a_challenge(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge())
    session, now, who = mass.session, mass.now, sitting.person_id
    question = mass.questions(sitting)[0]
    grace = timedelta(seconds=30)
    for act in (
        lambda: sitting_view(session, now, who, sitting.id, "en"),
        lambda: save_answer(session, now, grace, who, sitting.id, question.id, ["a"], 1),
        lambda: submit(session, now, who, sitting.id),
        lambda: set_marks(session, now, who, sitting.id, [], 0),
        lambda: result(session, now, grace, who, sitting.id, "en"),
    ):
        refused("unknown-sitting", act)


def test_asking_again_shows_the_same_question_with_its_old_time(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge(question_s=20))
    first = mass.show(sitting)
    mass.now += timedelta(seconds=10)
    again = mass.show(sitting)
    reload = run_view(mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert first.step == again.step == reload.step


def test_an_answer_sent_twice_counts_once_and_the_first_one_is_final(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge())
    mass.show(sitting)
    right = mass.answer(sitting, 1)
    assert mass.answer(sitting, 1) == right
    after = mass.answer(sitting, 1, right=False)
    assert (after.state, after.right) == ("open", 1)
    assert mass.session.query(MassStep).count() == 1


def test_a_question_that_was_not_shown_takes_no_answer(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge())
    refused("unknown-step", lambda: mass.answer(sitting, 1))
    mass.show(sitting)
    refused("unknown-step", lambda: mass.answer(sitting, 2))


def test_an_answer_of_a_wrong_shape_is_no_mistake(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge())
    mass.show(sitting)
    args = (mass.session, mass.now, sitting.person_id, sitting.id, 1)
    refused("answer-shape", lambda: answer_step(*args, {"a": 1}, "en"))
    assert mass.answer(sitting, 1).right == 1


def test_a_question_out_of_time_ends_the_run(mass: MassRoom) -> None:
    contest = mass.challenge(question_s=20)
    sitting = mass.begin("li", contest)
    mass.show(sitting)
    mass.now += timedelta(seconds=21)
    assert mass.answer(sitting, 1).right == 1, "two seconds are for the network"
    mass.show(sitting)
    mass.now += timedelta(seconds=23)
    view = mass.answer(sitting, 2)
    assert (view.state, view.ending, view.right) == ("over", "late", 1)
    assert mass.entry("li", contest).score == 100


def test_looking_at_a_run_out_of_time_ends_it(mass: MassRoom) -> None:
    contest = mass.challenge(question_s=20)
    sitting = mass.begin("li", contest)
    mass.show(sitting)
    mass.now += timedelta(minutes=1)
    view = run_view(mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert view.ending == "late"
    assert view.last is not None
    assert view.last.answer is None


def test_the_time_of_the_whole_ends_a_run_with_what_was_right(mass: MassRoom) -> None:
    contest = mass.challenge()
    sitting = mass.begin("li", contest)
    mass.show(sitting)
    mass.answer(sitting, 1)
    mass.show(sitting)
    mass.tick(sitting.deadline + timedelta(seconds=1))
    view = mass.answer(sitting, 2)
    assert (view.state, view.ending, view.right) == ("over", "time", 1)
    assert mass.entry("li", contest).score == 100


def test_stopping_keeps_what_was_right_and_nothing_follows(mass: MassRoom) -> None:
    contest = mass.challenge()
    sitting = mass.begin("li", contest)
    mass.show(sitting)
    mass.answer(sitting, 1)
    args = (mass.session, mass.now, sitting.person_id, sitting.id, "en")
    assert stop_run(*args).ending == "stopped"
    assert stop_run(*args) == next_step(*args)
    assert mass.entry("li", contest).score == 100


def test_somebody_elses_run_and_a_timed_paper_are_unknown(mass: MassRoom) -> None:
    sitting = mass.begin("li", mass.challenge())
    timed = mass.begin("li", mass.open())
    stranger = mass.school.persons["wang"]
    for who, which in ((stranger, sitting.id), (timed.person_id, timed.id), (stranger, 999)):
        refused(
            "unknown-sitting",
            lambda who=who, which=which: run_view(mass.session, mass.now, who, which, "en"),
        )


def test_more_right_answers_go_before_less_time(mass: MassRoom) -> None:
    contest = mass.challenge()
    mass.run("li", contest, 2, seconds=1)
    mass.run("wang", contest, 3, seconds=30)
    mass.run("zhao", contest, 3, seconds=20)
    assert [line.name for line in mass.persons(contest)] == ["赵云", "王芳", "李雷"]


def test_the_time_for_reading_an_explanation_is_not_counted(mass: MassRoom) -> None:
    contest = mass.challenge(2)
    sitting = mass.begin("li", contest)
    for number in (1, 2):
        mass.show(sitting)
        mass.now += timedelta(seconds=5)
        mass.answer(sitting, number)
        mass.now += timedelta(minutes=1)
    assert mass.entry("li", contest).duration_ms == 10_000


@pytest.mark.parametrize(
    ("place", "score"), [(0, 100), (1, 200), (2, 100)], ids=["right", "missed", "not reached"]
)
def test_a_repaired_question_counts_for_those_who_came_as_far(
    mass: MassRoom, place: int, score: int
) -> None:
    contest = mass.challenge(32)
    early, missed = mass.run("wang", contest, 1), mass.run("li", contest, 0)
    question = mass.questions(early)[place]
    # The pool has 32 such questions: it is somewhere on the other paper too.
    first = mass.questions(missed)[0].id == question.id
    decision = Decision(question.id, question.revision, "full_marks", reason="有误")
    repair(mass.session, mass.now, mass.actor(), decision)
    assert mass.entry("wang", contest).score == score
    assert mass.entry("li", contest).score == (100 if first else 0)


def test_a_review_has_the_answered_questions_alone(mass: MassRoom) -> None:
    sitting = mass.run("li", mass.challenge(), 2)
    done = review(mass.session, sitting.person_id, sitting.id, "en")
    assert [each.outcome for each in done] == ["right", "right", "wrong"]
    assert mass.session.get_one(Sitting, sitting.id).state == "graded"
