"""台上竞赛: prepare a stage contest, change it before it begins, take it back, rehearse it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizengine.domain.canonical import canonical_json
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.bank import served_contest
from quizengine.services.stage_access import contest_to_prepare, managed_contest, rules_of
from quizengine.services.stage_codes import AUDIENCE_CODE, STAFF_CODE, fresh_codes
from quizengine.services.stage_teams import TeamPlan, demo_teams, put_teams, same_teams
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, Unit
from quizengine.storage.queries import lock_person

TITLE_LENGTH = 200


@dataclass(frozen=True)
class ContestPlan:
    """What an organiser fills in to prepare a contest; `rules_id` names a file of the bank."""

    rules_id: str
    title: Title
    unit_id: int
    planned_at: datetime | None = None
    rehearsal: bool = False
    teams: Sequence[TeamPlan] = ()


def create_contest(session: SessionLike, now: datetime, actor: Actor, plan: ContestPlan) -> Contest:
    """Prepare a contest; a form that is sent twice makes one, which is given both times.

    Refused: `unknown-rules` and `unknown-unit` (404), `forbidden` (403), `title` (400), and what
    `set_teams` refuses.
    """
    unit = session.get(Unit, plan.unit_id)
    if unit is None:
        raise Refused("unknown-unit", N_("There is no such unit."), status=404)
    require(actor, "organizer", unit.path)
    title = _checked_title(plan.title)
    rules = served_contest(session, plan.rules_id)
    with writing(session):
        lock_person(session, actor.person_id)
        contest = _sent_before(session, actor, plan, title)
        if contest is None:
            contest = _add(session, now, actor, plan, title)
            _set_rules(contest, rules)
            put_teams(session, actor, contest, rules, plan.teams)
    return contest


def _add(
    session: SessionLike, now: datetime, actor: Actor, plan: ContestPlan, title: Title
) -> Contest:
    contest = Contest(
        title_zh=title.zh,
        title_en=title.en,
        unit_id=plan.unit_id,
        created_by_id=actor.person_id,
        created_at=now,
        planned_at=plan.planned_at,
        rehearsal=plan.rehearsal,
        rules_id="",
        rules="",
        rules_digest="",
    )
    contest.screen_code, contest.judge_code = fresh_codes(session, 2, STAFF_CODE)
    (contest.join_code,) = fresh_codes(session, 1, AUDIENCE_CODE)
    session.add(contest)
    return contest


def _sent_before(
    session: SessionLike, actor: Actor, plan: ContestPlan, title: Title
) -> Contest | None:
    """A contest in preparation that is all that the plan asks for."""
    found = _in_preparation(session, actor, plan, title)
    return next((contest for contest in found if same_teams(contest, plan.teams)), None)


def _in_preparation(
    session: SessionLike, actor: Actor, plan: ContestPlan, title: Title
) -> Iterator[Contest]:
    """The actor's contests in preparation that are what the plan asks for, but for the teams."""
    query = select(Contest).where(
        Contest.created_by_id == actor.person_id,
        Contest.unit_id == plan.unit_id,
        Contest.rules_id == plan.rules_id,
        Contest.title_zh == title.zh,
        Contest.title_en == title.en,
        Contest.rehearsal.is_(plan.rehearsal),
        Contest.state == "preparing",
    )
    return (one for one in session.scalars(query) if one.planned_at == plan.planned_at)


def _set_rules(contest: Contest, rules: ContestRules) -> None:
    raw = canonical_json(rules.model_dump(mode="json", by_alias=True))
    contest.rules_id = rules.id
    contest.rules = raw.decode()
    contest.rules_digest = hashlib.sha256(raw).hexdigest()


def _checked_title(title: Title) -> Title:
    zh, en = title.zh.strip(), title.en.strip()
    if not zh or not en or max(len(zh), len(en)) > TITLE_LENGTH:
        raise Refused(
            "title",
            N_("Give the contest a title in both languages, at most %(most)s characters each."),
            status=400,
            most=TITLE_LENGTH,
        )
    return Title(zh=zh, en=en)


def change_contest(
    session: SessionLike,
    actor: Actor,
    contest_id: int,
    *,
    title: Title,
    planned_at: datetime | None,
    rules_id: str,
) -> Contest:
    """Change a contest before it begins. Other rules take the drawn questions with them.

    Rules of the same id are taken anew too if their file has changed since.
    """
    managed_contest(session, actor, contest_id)
    rules, title = served_contest(session, rules_id), _checked_title(title)
    with writing(session):
        contest = contest_to_prepare(session, contest_id)
        contest.title_zh, contest.title_en = title.zh, title.en
        contest.planned_at = planned_at
        before = contest.rules_digest
        _set_rules(contest, rules)
        if contest.rules_digest != before:
            contest.draw = ""
            _check_fit(contest, rules)
    return contest


def _check_fit(contest: Contest, rules: ContestRules) -> None:
    most = max((len(team.members) for team in contest.teams), default=0)
    if len(contest.teams) > rules.teams.max or most > rules.teams.members:
        raise Refused(
            "teams",
            N_(
                "These rules have room for %(teams)s teams of %(members)s members: change "
                "the teams first."
            ),
            teams=rules.teams.max,
            members=rules.teams.members,
        )


def set_teams(
    session: SessionLike, actor: Actor, contest_id: int, teams: Sequence[TeamPlan]
) -> Contest:
    """All teams of a contest that has not begun, in the order of their numbers.

    Teams named by their id keep it and their code; those left out are gone. If there are more or
    fewer than before, questions have to be drawn again. Refused: `teams`, `team-name`,
    `team-members` (400), `unknown-team`, `unknown-unit`, `unknown-person` (404), `forbidden` (403).
    """
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = contest_to_prepare(session, contest_id)
        before = len(contest.teams)
        put_teams(session, actor, contest, rules_of(contest), teams)
        if len(contest.teams) != before:
            contest.draw = ""
    return contest


def cancel_contest(session: SessionLike, actor: Actor, contest_id: int) -> None:
    """Take a contest back that has not begun; its screens are closed."""
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = session.get_one(Contest, contest_id)
        if contest.state != "cancelled":
            contest_to_prepare(session, contest_id).state = "cancelled"


def copy_as_rehearsal(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    contest_id: int,
    gettext: Callable[[str], str] = str,
) -> Contest:
    """A rehearsal by the same rules, with as many demo teams and questions of its own.

    While one is in preparation, it is given again. `gettext` gives the language of the teams'
    names.
    """
    source = managed_contest(session, actor, contest_id)
    title = Title(
        zh=f"{source.title_zh[: TITLE_LENGTH - 4]}（彩排）",
        en=f"{source.title_en[: TITLE_LENGTH - 12]} (rehearsal)",
    )
    rules = rules_of(source)
    teams = demo_teams(rules, max(len(source.teams), rules.teams.min), gettext)
    plan = ContestPlan(source.rules_id, title, source.unit_id, None, True, teams)
    with writing(session):
        lock_person(session, actor.person_id)
        # Whatever its teams are called by now.
        contest = next(_in_preparation(session, actor, plan, title), None)
        if contest is None:
            contest = _add(session, now, actor, plan, title)
            _set_rules(contest, rules)
            put_teams(session, actor, contest, rules, teams)
    return contest
