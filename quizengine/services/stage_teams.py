"""Teams of a contest and their members, as an organiser enters them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import Actor, require, subtree
from quizengine.services.details import clean_login, clean_text, one_line
from quizengine.services.stage_access import unknown_team
from quizengine.services.stage_codes import STAFF_CODE, fresh_codes
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Contest, ContestMember, ContestTeam, Person, Unit

# A name has to fit on the big screen.
NAME_LENGTH = 40


@dataclass(frozen=True)
class MemberPlan:
    """A member: a name, or the login or staff number of somebody known, or both."""

    name: str = ""
    person: str = ""


@dataclass(frozen=True)
class TeamPlan:
    """A team; `id` is that of one that is there already, `unit_id` whom its result counts for."""

    name: str
    members: Sequence[MemberPlan] = ()
    unit_id: int | None = None
    id: int | None = None


def demo_teams(
    rules: ContestRules, count: int, gettext: Callable[[str], str] = str
) -> list[TeamPlan]:
    """Teams for a rehearsal, full to the last seat, named in the language of `gettext`."""
    seats = range(1, rules.teams.members + 1)
    return [
        TeamPlan(
            _named(N_("Demo team %(team)s"), gettext, team=number),
            [
                MemberPlan(_named(N_("Member %(team)s-%(seat)s"), gettext, team=number, seat=seat))
                for seat in seats
            ],
        )
        for number in range(1, count + 1)
    ]


def _named(template: str, gettext: Callable[[str], str], **values: int) -> str:
    return Text(template, values).render(gettext)


def same_teams(contest: Contest, plans: Sequence[TeamPlan]) -> bool:
    """Whether the contest has teams of these names, in this order."""
    return [team.name for team in contest.teams] == [one_line(plan.name) for plan in plans]


def put_teams(
    session: SessionLike,
    actor: Actor,
    contest: Contest,
    rules: ContestRules,
    plans: Sequence[TeamPlan],
) -> None:
    """Give the contest these teams and no others; within the caller's transaction."""
    _check_plans(rules, plans)
    _check_units(session, actor, plans)
    people = _people(session, actor, plans)
    known = {team.id: team for team in contest.teams}
    kept = [plan.id for plan in plans if plan.id is not None]
    if len(set(kept)) < len(kept) or not set(kept) <= known.keys():
        raise unknown_team()
    # What is unique among rows must be free before it is taken again.
    contest.teams[:] = [team for team in contest.teams if team.id in kept]
    for number, team in enumerate(contest.teams):
        team.number, team.members = -number, []
    session.flush()
    codes = iter(fresh_codes(session, len(plans) - len(kept), STAFF_CODE))
    contest.teams = [
        known[plan.id] if plan.id is not None else ContestTeam(code=next(codes)) for plan in plans
    ]
    for number, (team, plan) in enumerate(zip(contest.teams, plans, strict=True), 1):
        team.number, team.name, team.unit_id = number, one_line(plan.name), plan.unit_id
        team.members = [
            _member(seat, member, people) for seat, member in enumerate(plan.members, 1)
        ]
    session.flush()


def _member(seat: int, plan: MemberPlan, people: dict[str, Person]) -> ContestMember:
    person = people[clean_login(plan.person)] if plan.person.strip() else None
    name = clean_text(plan.name) or (person.name if person else "")
    return ContestMember(number=seat, name=name, person_id=person.id if person else None)


def _check_plans(rules: ContestRules, plans: Sequence[TeamPlan]) -> None:
    if len(plans) > rules.teams.max:
        raise Refused(
            "teams",
            N_("These rules allow at most %(most)s teams."),
            status=400,
            most=rules.teams.max,
        )
    names: set[str] = set()
    for plan in plans:
        _check_name(one_line(plan.name))
        name = clean_text(plan.name)
        if name in names:
            raise Refused(
                "team-name", N_("Two teams are called “%(name)s”."), status=400, name=name
            )
        names.add(name)
        _check_members(rules, name, plan.members)


def _check_name(name: str) -> None:
    if not 0 < len(name) <= NAME_LENGTH:
        raise Refused(
            "team-name",
            N_("Every team and every member has a name of at most %(most)s characters."),
            status=400,
            most=NAME_LENGTH,
        )


def _check_members(rules: ContestRules, team: str, members: Sequence[MemberPlan]) -> None:
    if len(members) > rules.teams.members:
        raise Refused(
            "team-members",
            N_("“%(team)s” has more members than the %(most)s seats that these rules allow."),
            status=400,
            team=team,
            most=rules.teams.members,
        )
    for member in members:
        if not member.person.strip() or member.name.strip():
            _check_name(clean_text(member.name))


def _check_units(session: SessionLike, actor: Actor, plans: Sequence[TeamPlan]) -> None:
    """A team may stand for units that the actor organises."""
    wanted = {plan.unit_id for plan in plans if plan.unit_id is not None}
    units = list(session.scalars(select(Unit).where(Unit.id.in_(wanted))))
    if len(units) < len(wanted):
        raise Refused("unknown-unit", N_("There is no such unit."), status=404)
    for unit in units:
        require(actor, "organizer", unit.path)


def _people(session: SessionLike, actor: Actor, plans: Sequence[TeamPlan]) -> dict[str, Person]:
    """Who is meant by each login or staff number; each person once."""
    typed = [member.person for plan in plans for member in plan.members if member.person.strip()]
    found: dict[str, Person] = {}
    for text in typed:
        person = _person(session, actor, text)
        if person.id in {other.id for other in found.values()}:
            raise Refused(
                "team-members",
                N_("%(name)s is entered twice."),
                status=400,
                name=person.name,
            )
        found[clean_login(text)] = person
    return found


def _person(session: SessionLike, actor: Actor, text: str) -> Person:
    """An active person of the units that the actor organises."""
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(
            or_(Person.login == clean_login(text), Person.staff_no == clean_text(text)),
            Person.active,
            subtree(*actor.scopes("organizer")),
        )
        .limit(2)
    )
    people = list(session.scalars(query))
    exact = [person for person in people if person.login == clean_login(text)]
    if len(exact or people) != 1:
        raise Refused(
            "unknown-person",
            N_(
                "Nobody of your units has the login or staff number “%(text)s”: leave it empty for "
                "a guest."
            ),
            status=404,
            text=text.strip(),
        )
    return (exact or people)[0]
