"""Drawing the questions of a contest: enough of them, none twice, none that an exam could show."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from examroom import ZONE
from sqlalchemy.orm import Session
from stageroom import BLUEPRINT, RULES, Stage, StageRoom

from quizengine.domain.text import Refused
from quizengine.services.bank import current_questions, exam_blueprints, served_blueprints
from quizengine.services.stage import copy_as_rehearsal, create_contest, set_teams
from quizengine.services.stage_draw import (
    begin_data,
    contest_questions,
    draw_questions,
    drawn_elsewhere,
)
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.models import Contest


def drawn(contest: Contest) -> dict[str, dict[str, list[dict[str, Any]]]]:
    return {round_["id"]: round_ for round_ in json.loads(contest.draw)}


def ids(contest: Contest) -> list[str]:
    rounds = drawn(contest).values()
    return [slot["question"] for r in rounds for slot in [*r["questions"], *r["spares"]]]


def rules(stage: StageRoom, *changes: tuple[str, str]) -> None:
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (stage.folder / "contests/short.yaml").write_text(text, encoding="utf-8")
    stage.serve_bank()


def test_every_round_gets_its_questions_and_spares(session: Session, stage: StageRoom) -> None:
    contest = stage.create()
    rounds = drawn(contest)
    counts = {name: (len(r["questions"]), len(r["spares"])) for name, r in rounds.items()}
    # Three teams; a value of the wager has a question for each team, and a spare.
    assert counts == {"must": (3, 1), "buzz": (2, 1), "risk": (6, 2), "tie": (2, 0)}
    assert Counter(slot["value"] for slot in rounds["risk"]["questions"]) == {10: 3, 20: 3}
    assert Counter(slot["value"] for slot in rounds["risk"]["spares"]) == {10: 1, 20: 1}
    assert [slot["key"] for slot in rounds["must"]["questions"]] == [
        "must-01",
        "must-02",
        "must-03",
    ]
    assert [slot["key"] for slot in rounds["must"]["spares"]] == ["must-s01"]
    assert len(set(ids(contest))) == len(ids(contest)) == 17
    questions = contest_questions(session, contest)
    assert {q.pool for q in questions.values()} == {"contest"}
    slot = rounds["must"]["questions"][0]
    question = questions[slot["ref"]]
    assert (question.id, question.revision, question.type) == (
        slot["question"],
        slot["revision"],
        slot["type"],
    )


def test_one_turn_asks_all_teams_the_same_type(stage: StageRoom) -> None:
    rules(stage, ("questions: 1\n    spares: 1", "questions: 3\n    spares: 0"))
    slots = drawn(stage.create())["must"]["questions"]
    turns = [{slot["type"] for slot in slots[start : start + 3]} for start in (0, 3, 6)]
    assert turns == [{"single"}, {"single"}, {"true_false"}]


def test_what_other_contests_show_is_drawn_last(session: Session, stage: StageRoom) -> None:
    first, second = stage.create("第一场"), stage.create("第二场")
    assert set(ids(first)).isdisjoint(ids(second))
    # 48 questions feed two contests and a part of the third.
    third = stage.create("第三场")
    seen, now = set(ids(first)) | set(ids(second)), set(ids(third))
    for kind in ("single", "true_false"):
        pool = {q.id for q in current_questions(session).values() if q.type == kind}
        pool = {name for name in pool if name.startswith("stage-")}
        assert not (now & seen & pool and pool - seen - now), "a fresh one was there to be drawn"


def test_a_rehearsal_shows_what_a_contest_to_come_asks_only_if_it_must(
    session: Session, stage: StageRoom
) -> None:
    real = stage.create("决赛")

    def rehearse() -> Contest:
        copy = copy_as_rehearsal(session, stage.now, stage.actor(), real.id)
        return draw_questions(session, stage.now, ZONE, stage.actor(), copy.id)

    rehearsal = rehearse()
    assert drawn_elsewhere(session, rehearsal) == 0
    assert drawn_elsewhere(session, real) == 0
    # 48 questions do not feed two contests to come and a rehearsal: that is said, for each.
    second = stage.create("复赛")
    rehearsal = rehearse()
    both = set(ids(real)) | set(ids(second))
    shared = set(ids(rehearsal)) & both
    assert drawn_elsewhere(session, rehearsal) == len(shared) > 0
    told = drawn_elsewhere(session, real) + drawn_elsewhere(session, second)
    assert told == len(shared)


def test_questions_are_drawn_again_until_the_contest_begins(
    session: Session, stage: StageRoom
) -> None:
    contest = stage.create()
    before = ids(contest)
    draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert ids(contest) != before
    Stage(session, contest, stage.now).begin()
    with pytest.raises(Refused) as refused:
        draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert refused.value.code == "contest-begun"


def test_a_pool_that_is_short_is_named_with_how_much_it_lacks(
    session: Session, stage: StageRoom
) -> None:
    contest = stage.create(drawn=False)
    pool = stage.folder / "stage/pool.yaml"
    text = pool.read_text(encoding="utf-8")
    pool.write_text(text[: text.index("  - id: stage-13")], encoding="utf-8")
    (stage.folder / "contests/short.yaml").unlink()
    stage.serve_bank()
    with pytest.raises(Refused) as refused:
        draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert refused.value.code == "infeasible"
    # 12 questions for 17 places.
    short = sum(lack.short for lack in refused.value.lacks)
    assert short == 5
    assert "of the blueprint stage" in str(refused.value)
    assert contest.draw == ""


def test_questions_that_are_not_valid_that_day_are_left_out(
    session: Session, stage: StageRoom
) -> None:
    contest = stage.create(drawn=False)
    pool = stage.folder / "stage/pool.yaml"
    text = pool.read_text(encoding="utf-8")
    old, kept = text.split("  - id: stage-25")
    old = old.replace("    difficulty", "    valid: {to: 2026-03-01}\n    difficulty")
    pool.write_text(f"{old}  - id: stage-25{kept}", encoding="utf-8")
    stage.serve_bank()
    draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert min(ids(contest)) >= "stage-25"


def test_a_blueprint_of_exams_is_no_source(session: Session, stage: StageRoom) -> None:
    contest = stage.create(drawn=False)
    path = stage.folder / "blueprints/stage.yaml"
    path.write_text(BLUEPRINT.replace("pool: contest", "pool: exam"), encoding="utf-8")
    (stage.folder / "contests/short.yaml").unlink()
    stage.serve_bank()
    with pytest.raises(Refused) as refused:
        draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert refused.value.code == "blueprint-pool"


def test_exams_are_offered_no_blueprint_of_contests(session: Session, stage: StageRoom) -> None:
    assert set(served_blueprints(session)) - set(exam_blueprints(session)) == {"stage"}


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_teams_can_neither_draw_nor_begin(
    session: Session, stage: StageRoom, count: int
) -> None:
    plan = stage.plan(teams=stage.teams()[:count])
    contest = create_contest(session, stage.now, stage.actor(), plan)
    with pytest.raises(Refused) as refused:
        draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    assert refused.value.code == "teams"
    with pytest.raises(Refused) as refused:
        begin_data(session, contest)
    assert refused.value.code == "teams"


def test_a_contest_begins_with_members_and_questions(session: Session, stage: StageRoom) -> None:
    contest = stage.create(drawn=False)
    with pytest.raises(Refused) as refused:
        begin_data(session, contest)
    assert refused.value.code == "no-draw"
    set_teams(
        session, stage.actor(), contest.id, [TeamPlan("甲", [MemberPlan("子")]), TeamPlan("乙")]
    )
    draw_questions(session, stage.now, ZONE, stage.actor(), contest.id)
    with pytest.raises(Refused, match="“乙” has no members"):
        begin_data(session, contest)


def test_what_begins_a_contest_names_teams_and_questions(
    session: Session, stage: StageRoom
) -> None:
    contest = stage.create()
    data = begin_data(session, contest)
    assert data["rehearsal"] is False
    assert [team["name"] for team in data["teams"]] == ["甲队", "乙队", "丙队"]
    assert [m["name"] for m in data["teams"][0]["members"]] == ["李雷", "王芳"]
    assert data["rounds"] == json.loads(contest.draw)
    # Nothing of it tells who a person is, beside the name that the hall reads.
    assert data["teams"][0].keys() == {"id", "number", "name", "members"}
    assert data["teams"][0]["members"][0].keys() == {"id", "name"}
