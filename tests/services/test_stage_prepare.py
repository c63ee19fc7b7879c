"""Preparing a contest: who may, what is refused, and that a form sent twice makes one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from examroom import ZONE
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stageroom import RULES, StageRoom

from quizengine.domain.registry import Title
from quizengine.domain.text import Refused
from quizengine.services.stage import (
    cancel_contest,
    change_contest,
    copy_as_rehearsal,
    create_contest,
    set_teams,
)
from quizengine.services.stage_access import contests_for, managed_contest, rules_of
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.models import Contest, ContestMember


def test_a_contest_keeps_the_rules_that_it_was_made_with(
    session: Session, stage: StageRoom
) -> None:
    contest = stage.create(drawn=False)
    path = stage.folder / "contests/short.yaml"
    path.write_text(RULES.replace("base_score: 100", "base_score: 50"), encoding="utf-8")
    stage.serve_bank()
    assert rules_of(contest).base_score == 100
    assert rules_of(stage.create("新规则")).base_score == 50
    assert contest.state == "preparing"
    assert len({contest.screen_code, contest.judge_code, contest.join_code}) == 3


def test_members_are_known_people_or_guests(stage: StageRoom) -> None:
    contest = stage.create(drawn=False)
    assert [(team.number, team.name) for team in contest.teams] == [
        (1, "甲队"),
        (2, "乙队"),
        (3, "丙队"),
    ]
    first, second, third = ([(m.name, m.person_id) for m in t.members] for t in contest.teams)
    assert first == [("李雷", stage.school.persons["li"]), ("王芳", stage.school.persons["wang"])]
    assert second == [("客人一", None), ("客人二", None)]
    assert third[0] == ("钱进", stage.school.persons["cs-admin"])
    assert [team.unit_id for team in contest.teams] == [
        stage.school.units["CS-1"],
        None,
        stage.school.units["CS-2"],
    ]


def test_a_form_sent_twice_makes_one_contest(session: Session, stage: StageRoom) -> None:
    first, again = stage.create(drawn=False), stage.create(drawn=False)
    assert first.id == again.id
    assert stage.create("另一场", drawn=False).id != first.id
    assert session.scalar(select(func.count()).select_from(Contest)) == 2


@pytest.mark.parametrize("login", ["li", "grader", "auditor"])
def test_only_organizers_of_the_unit_prepare_contests(stage: StageRoom, login: str) -> None:
    with pytest.raises(Refused) as refused:
        create_contest(stage.session, stage.now, stage.actor(login), stage.plan())
    assert (refused.value.code, refused.value.status) == ("forbidden", 403)


def test_another_units_organizer_can_do_nothing(session: Session, stage: StageRoom) -> None:
    admin, organizer = stage.actor("admin"), stage.actor()
    plan = replace(stage.plan(), unit_id=stage.school.units["HQ"])
    contest = create_contest(session, stage.now, admin, plan)
    title = Title(zh="改", en="changed")
    for act in (
        lambda: managed_contest(session, organizer, contest.id),
        lambda: set_teams(session, organizer, contest.id, []),
        lambda: cancel_contest(session, organizer, contest.id),
        lambda: copy_as_rehearsal(session, stage.now, organizer, contest.id),
        lambda: draw_questions(session, stage.now, ZONE, organizer, contest.id),
        lambda: change_contest(
            session, organizer, contest.id, title=title, planned_at=None, rules_id="short"
        ),
    ):
        with pytest.raises(Refused, match="no right"):
            act()
    assert contests_for(session, organizer) == []
    assert [c.id for c in contests_for(session, admin)] == [contest.id]


def _names(count: int) -> list[TeamPlan]:
    return [TeamPlan(f"{number}队", [MemberPlan("甲")]) for number in range(count)]


@pytest.mark.parametrize(
    ("teams", "code"),
    [
        (_names(5), "teams"),
        ([TeamPlan(" ", [MemberPlan("甲")])], "team-name"),
        ([TeamPlan("长" * 41)], "team-name"),
        ([TeamPlan("甲"), TeamPlan("甲 ")], "team-name"),
        ([TeamPlan("甲", [MemberPlan()])], "team-name"),
        ([TeamPlan("甲", [MemberPlan(str(n)) for n in range(4)])], "team-members"),
        ([TeamPlan("甲", [MemberPlan(person="li"), MemberPlan(person="LI")])], "team-members"),
        ([TeamPlan("甲", [MemberPlan(person="nobody")])], "unknown-person"),
        # Of another unit: nobody learns that there is such a login.
        ([TeamPlan("甲", [MemberPlan(person="zhao")])], "unknown-person"),
        ([TeamPlan("甲", unit_id=9999)], "unknown-unit"),
        ([TeamPlan("甲", id=9999)], "unknown-team"),
    ],
)
def test_teams_that_do_not_fit_are_refused(
    stage: StageRoom, teams: Sequence[TeamPlan], code: str
) -> None:
    contest = stage.create()
    with pytest.raises(Refused) as refused:
        set_teams(stage.session, stage.actor(), contest.id, teams)
    assert refused.value.code == code
    assert [team.name for team in contest.teams] == ["甲队", "乙队", "丙队"]


def test_a_team_stands_for_units_of_its_organizer_only(stage: StageRoom) -> None:
    with pytest.raises(Refused, match="no right"):
        create_contest(
            stage.session,
            stage.now,
            stage.actor(),
            stage.plan(teams=[TeamPlan("物理", unit_id=stage.school.units["PHY"])]),
        )
    assert contests_for(stage.session, stage.actor()) == []


def test_teams_keep_their_code_when_they_change_places(session: Session, stage: StageRoom) -> None:
    contest = stage.create()
    codes = {team.id: team.code for team in contest.teams}
    first, second, third = (team.id for team in contest.teams)
    plans = [
        TeamPlan("丙队", [MemberPlan("新人")], id=third),
        TeamPlan("甲队", [MemberPlan(person="li")], id=first),
        TeamPlan("丁队", [MemberPlan("丁")]),
    ]
    set_teams(session, stage.actor(), contest.id, plans)
    assert [(team.number, team.name) for team in contest.teams] == [
        (1, "丙队"),
        (2, "甲队"),
        (3, "丁队"),
    ]
    assert [team.code for team in contest.teams[:2]] == [codes[third], codes[first]]
    assert contest.teams[2].code not in codes.values()
    assert second not in {team.id for team in contest.teams}
    assert session.scalar(select(func.count()).select_from(ContestMember)) == 3
    assert contest.draw, "as many teams as before need as many questions"


def test_other_teams_or_rules_need_other_questions(session: Session, stage: StageRoom) -> None:
    contest, actor = stage.create(), stage.actor()
    set_teams(session, actor, contest.id, _names(2))
    assert contest.draw == ""
    draw_questions(session, stage.now, ZONE, actor, contest.id)
    planned = stage.now + timedelta(days=3)
    change_contest(
        session,
        actor,
        contest.id,
        title=Title(zh="决赛", en="Final"),
        planned_at=planned,
        rules_id="short",
    )
    assert (contest.title_en, contest.planned_at) == ("Final", planned)
    assert contest.draw, "the same rules need the same questions"
    path = stage.folder / "contests/short.yaml"
    path.write_text(RULES.replace("max: 4", "max: 3"), encoding="utf-8")
    stage.serve_bank()
    change_contest(
        session,
        actor,
        contest.id,
        title=Title(zh="决赛", en="Final"),
        planned_at=planned,
        rules_id="short",
    )
    assert contest.draw == ""


@pytest.mark.parametrize("title", [Title(zh=" ", en="x"), Title(zh="长" * 201, en="x")])
def test_a_contest_has_a_title_that_fits(stage: StageRoom, title: Title) -> None:
    with pytest.raises(Refused) as refused:
        create_contest(stage.session, stage.now, stage.actor(), replace(stage.plan(), title=title))
    assert refused.value.code == "title"


def test_rules_that_are_not_served_are_refused(stage: StageRoom) -> None:
    with pytest.raises(Refused) as refused:
        create_contest(
            stage.session, stage.now, stage.actor(), replace(stage.plan(), rules_id="none")
        )
    assert (refused.value.code, refused.value.status) == ("unknown-rules", 404)


def test_a_cancelled_contest_is_gone_from_the_list(session: Session, stage: StageRoom) -> None:
    contest, actor = stage.create(), stage.actor()
    cancel_contest(session, actor, contest.id)
    cancel_contest(session, actor, contest.id)
    assert contests_for(session, actor) == []
    with pytest.raises(Refused) as refused:
        set_teams(session, actor, contest.id, [])
    assert refused.value.code == "contest-cancelled"


def test_a_rehearsal_has_demo_teams_and_is_made_once(session: Session, stage: StageRoom) -> None:
    contest, actor = stage.create(), stage.actor()
    rehearsal = copy_as_rehearsal(session, stage.now, actor, contest.id)
    # Also to somebody who reads another language.
    again = copy_as_rehearsal(session, stage.now, actor, contest.id, lambda text: f"{text}。")
    assert rehearsal.id == again.id
    assert [team.name for team in rehearsal.teams][:2] == ["Demo team 1", "Demo team 2"]
    assert rehearsal.rehearsal
    assert rehearsal.rules_digest == contest.rules_digest
    assert rehearsal.title_zh == "知识竞赛（彩排）"
    assert len(rehearsal.teams) == len(contest.teams)
    assert all(member.person_id is None for team in rehearsal.teams for member in team.members)
    assert {team.unit_id for team in rehearsal.teams} == {None}
