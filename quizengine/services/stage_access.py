"""Which contest, and may this person have to do with it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require, subtree
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Contest, Unit


@lru_cache(maxsize=64)
def _parsed_rules(_digest: str, text: str) -> ContestRules:
    return ContestRules.model_validate_json(text)


def rules_of(contest: Contest) -> ContestRules:
    """The rules that the contest was made with."""
    return _parsed_rules(contest.rules_digest, contest.rules)


def managed_contest(session: SessionLike, actor: Actor, contest_id: int, *roles: str) -> Contest:
    """The contest, if the actor has one of `roles` (organizer if none is named) over its unit."""
    contest = session.get(Contest, contest_id)
    if contest is None:
        raise unknown_contest()
    require(actor, roles or ("organizer",), contest.unit.path)
    return contest


def unknown_contest() -> Refused:
    """The refusal for a contest that does not exist."""
    return Refused("unknown-contest", N_("There is no such contest."), status=404)


def unknown_team() -> Refused:
    """The refusal for a team that is not of this contest."""
    return Refused("unknown-team", N_("This contest has no such team."), status=404)


def contests_for(session: SessionLike, actor: Actor, *roles: str) -> list[Contest]:
    """Contests of the actor's units as one of `roles` (organizer if none is named), newest first.

    Cancelled ones are left out.
    """
    scopes = actor.scopes(*(roles or ("organizer",)))
    query = (
        select(Contest)
        .join(Unit, Unit.id == Contest.unit_id)
        .where(subtree(*scopes), Contest.state != "cancelled")
        .order_by(Contest.created_at.desc(), Contest.id.desc())
    )
    return list(session.scalars(query))


def contest_to_prepare(session: SessionLike, contest_id: int) -> Contest:
    """The contest, kept from others until the end of the caller's transaction.

    Refused `contest-begun` or `contest-cancelled` if it can no longer be changed.
    """
    contest = session.get_one(Contest, contest_id, with_for_update=True, populate_existing=True)
    if contest.state == "cancelled":
        raise Refused("contest-cancelled", N_("The contest has been cancelled."))
    if contest.state != "preparing":
        raise Refused("contest-begun", N_("The contest has begun: it can't be changed any more."))
    return contest
