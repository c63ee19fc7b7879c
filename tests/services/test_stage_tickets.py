"""Codes and tickets: who gets onto which screen of a contest, and until when."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from stageroom import Stage, StageRoom

from quizengine.domain.text import Refused
from quizengine.services.stage import cancel_contest, set_teams
from quizengine.services.stage_codes import ALPHABET, renew_codes, renew_team_code, tidy_code
from quizengine.services.stage_tickets import (
    check_ticket,
    host_ticket,
    join_audience,
    judge_ticket,
    judge_ticket_for,
    screen_ticket,
    take_seat,
    team_of_code,
)
from quizengine.services.tickets import Ticket
from quizengine.storage.engine import writing
from quizengine.storage.models import Contest, ContestPlayer, PersonRole


@pytest.fixture
def contest(stage: StageRoom) -> Contest:
    return stage.create()


def refusal(act: Callable[[], object]) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code, refused.value.status


def test_codes_have_no_signs_that_are_mistaken_for_one_another(contest: Contest) -> None:
    codes = [contest.screen_code, contest.judge_code, contest.join_code]
    codes += [team.code for team in contest.teams]
    assert len(set(codes)) == 6
    assert not set("".join(codes)) - set(ALPHABET)
    assert not set(ALPHABET) & set("0O1IL")
    assert {len(code) for code in codes} == {6, 8}


def test_a_code_may_be_typed_in_any_way(session: Session, contest: Contest) -> None:
    code = contest.screen_code.lower()
    assert tidy_code(f" {code[:4]} - {code[4:]} ") == contest.screen_code
    assert screen_ticket(session, f"{code[:4]}-{code[4:]}").role == "screen"


def test_another_device_takes_the_seat_and_the_first_is_out(
    session: Session, contest: Contest
) -> None:
    code = contest.teams[0].code
    first, second = take_seat(session, code), take_seat(session, code)
    assert (first.role, first.id, first.name) == ("team", contest.teams[0].id, "甲队")
    assert check_ticket(session, second).id == contest.id
    assert refusal(lambda: check_ticket(session, first)) == ("seat-taken", 409)


def test_the_seat_of_a_team_that_is_gone_is_nobodys(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    held = take_seat(session, contest.teams[0].code)
    set_teams(session, stage.actor(), contest.id, stage.teams())
    for team in contest.teams:
        take_seat(session, team.code)
    assert refusal(lambda: check_ticket(session, held)) == ("ticket", 401)


def test_looking_at_a_teams_code_takes_no_seat(session: Session, contest: Contest) -> None:
    held = take_seat(session, contest.teams[0].code)
    assert team_of_code(session, contest.teams[0].code).name == "甲队"
    check_ticket(session, held)


def test_a_team_with_a_new_code_needs_it(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    team = contest.teams[0]
    old, held = team.code, take_seat(session, team.code)
    renew_team_code(session, stage.actor(), contest.id, team.id)
    assert refusal(lambda: check_ticket(session, held)) == ("seat-taken", 409)
    assert refusal(lambda: take_seat(session, old)) == ("unknown-code", 404)
    check_ticket(session, take_seat(session, team.code))
    other = stage.create("另一场")
    assert refusal(
        lambda: renew_team_code(session, stage.actor(), contest.id, other.teams[0].id)
    ) == ("unknown-team", 404)


def test_new_codes_end_what_was_opened_with_the_old_ones(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    held = [
        judge_ticket(session, contest.judge_code),
        screen_ticket(session, contest.screen_code),
        join_audience(session, stage.now, contest.join_code, "王五"),
    ]
    seat = take_seat(session, contest.teams[0].code)
    host = host_ticket(session, stage.actor(), contest.id)
    for ticket in held:
        check_ticket(session, ticket)
    old = contest.judge_code
    renew_codes(session, stage.actor(), contest.id)
    for ticket in held:
        assert refusal(lambda ticket=ticket: check_ticket(session, ticket)) == ("ticket", 401)
    assert refusal(lambda: judge_ticket(session, old)) == ("unknown-code", 404)
    check_ticket(session, judge_ticket(session, contest.judge_code))
    check_ticket(session, seat)
    check_ticket(session, host)


def test_a_host_who_has_lost_the_right_is_out(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    ticket = host_ticket(session, stage.actor(), contest.id)
    judge = judge_ticket_for(session, stage.actor(), contest.id)
    assert (ticket.role, ticket.id, ticket.name) == ("host", stage.actor().person_id, "孙丽")
    with writing(session):
        for role in session.scalars(select(PersonRole).where(PersonRole.person_id == ticket.id)):
            session.delete(role)
    assert refusal(lambda: check_ticket(session, ticket)) == ("forbidden", 403)
    assert refusal(lambda: check_ticket(session, judge)) == ("forbidden", 403)


def test_hosts_are_organizers_and_judges_may_be_graders(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    grader, member = stage.actor("grader"), stage.actor("li")
    check_ticket(session, judge_ticket_for(session, grader, contest.id))
    for act in (
        lambda: host_ticket(session, grader, contest.id),
        lambda: host_ticket(session, member, contest.id),
        lambda: judge_ticket_for(session, member, contest.id),
    ):
        assert refusal(act) == ("forbidden", 403)
    assert refusal(lambda: host_ticket(session, grader, 999)) == ("unknown-contest", 404)
    assert refusal(lambda: renew_codes(session, grader, contest.id)) == ("forbidden", 403)


@pytest.mark.parametrize(
    "ticket",
    [
        Ticket(999, "screen", 0, 1),
        Ticket(1, "team", 999, 0),
        Ticket(1, "host", 0, 1),
        Ticket(1, "judge", 0, 99),
    ],
)
def test_a_ticket_for_what_is_not_there_opens_nothing(
    session: Session, contest: Contest, ticket: Ticket
) -> None:
    assert refusal(lambda: check_ticket(session, ticket))[0] in ("ticket", "person-unknown")


def test_the_audience_joins_with_any_names(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    first = join_audience(session, stage.now, contest.join_code, " 王  五 ")
    second = join_audience(
        session, stage.now, contest.join_code, "王五", stage.school.persons["li"]
    )
    assert first.id != second.id
    assert (first.name, second.name) == ("王 五", "王五")
    for name in ("", "  ", "长" * 21, "\u202e"):
        assert refusal(
            lambda name=name: join_audience(session, stage.now, contest.join_code, name)
        ) == ("name", 400)
    assert session.scalar(select(func.count()).select_from(ContestPlayer)) == 2


def test_after_the_end_nobody_joins_but_screens_go_on(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    seat = take_seat(session, contest.teams[0].code)
    Stage(session, contest, stage.now).finish()
    for act in (
        lambda: take_seat(session, contest.teams[0].code),
        lambda: team_of_code(session, contest.teams[0].code),
        lambda: join_audience(session, stage.now, contest.join_code, "王五"),
    ):
        assert refusal(act) == ("contest-over", 409)
    check_ticket(session, seat)
    check_ticket(session, screen_ticket(session, contest.screen_code))


def test_a_cancelled_contest_opens_nothing(
    session: Session, stage: StageRoom, contest: Contest
) -> None:
    seat = take_seat(session, contest.teams[0].code)
    actor = stage.actor()
    cancel_contest(session, actor, contest.id)
    for act in (
        lambda: check_ticket(session, seat),
        lambda: take_seat(session, contest.teams[0].code),
        lambda: judge_ticket(session, contest.judge_code),
        lambda: screen_ticket(session, contest.screen_code),
        lambda: host_ticket(session, actor, contest.id),
        lambda: judge_ticket_for(session, actor, contest.id),
        lambda: join_audience(session, stage.now, contest.join_code, "王五"),
    ):
        assert refusal(act) == ("contest-cancelled", 409)
