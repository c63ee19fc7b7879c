"""Who gets a ticket for which screen of a contest, and whether a ticket still holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, load_actor
from quizengine.services.details import clean_text
from quizengine.services.stage_access import managed_contest
from quizengine.services.stage_codes import tidy_code
from quizengine.services.tickets import Ticket
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, ContestPlayer, ContestTeam

# A name on the big screen, among the fastest of the audience.
PLAYER_NAME_LENGTH = 20
HOSTS = ("organizer",)
JUDGES = ("organizer", "grader")


def take_seat(session: SessionLike, code: str) -> Ticket:
    """The seat of the team with this code, for this device; the one before it is out.

    Refused: `unknown-code` (404), `contest-over`, `contest-cancelled`.
    """
    with writing(session):
        team = session.scalar(
            select(ContestTeam).where(ContestTeam.code == tidy_code(code)).with_for_update()
        )
        if team is None:
            raise _unknown_code()
        _require_open(team.contest)
        team.seat += 1
        # Read within the transaction: after it the number may be the next device's already.
        return Ticket(team.contest_id, "team", team.id, team.seat, team.name)


def team_of_code(session: SessionLike, code: str) -> ContestTeam:
    """The team whose seat this code takes; nothing is changed. Refused as in `take_seat`."""
    team = session.scalar(select(ContestTeam).where(ContestTeam.code == tidy_code(code)))
    if team is None:
        raise _unknown_code()
    _require_open(team.contest)
    return team


def judge_ticket(session: SessionLike, code: str) -> Ticket:
    """For whoever has the code for the judge. Refused `unknown-code` (404), `contest-cancelled`."""
    contest = _by_code(session, Contest.judge_code == tidy_code(code))
    return Ticket(contest.id, "judge", 0, contest.codes_version)


def screen_ticket(session: SessionLike, code: str) -> Ticket:
    """For a big screen. Refused `unknown-code` (404), `contest-cancelled`."""
    contest = _by_code(session, Contest.screen_code == tidy_code(code))
    return Ticket(contest.id, "screen", 0, contest.codes_version)


def join_audience(
    session: SessionLike, now: datetime, code: str, name: str, person_id: int | None = None
) -> Ticket:
    """A new one in the audience; several may have the same name.

    Refused: `unknown-code` (404), `name` (400), `contest-over`, `contest-cancelled`.
    """
    name = clean_text(name)
    if not 0 < len(name) <= PLAYER_NAME_LENGTH:
        raise Refused(
            "name",
            N_("Enter a name of at most %(most)s characters."),
            status=400,
            most=PLAYER_NAME_LENGTH,
        )
    contest = contest_of_join_code(session, code)
    ticket_of = (contest.id, contest.codes_version)
    with writing(session):
        player = ContestPlayer(
            contest_id=ticket_of[0], name=name, person_id=person_id, joined_at=now
        )
        session.add(player)
        session.flush()
        player_id = player.id
    return Ticket(ticket_of[0], "audience", player_id, ticket_of[1], name)


def contest_of_join_code(session: SessionLike, code: str) -> Contest:
    """The contest that the audience joins with this code, unless it is over."""
    contest = _by_code(session, Contest.join_code == tidy_code(code))
    _require_open(contest)
    return contest


def host_ticket(session: SessionLike, actor: Actor, contest_id: int) -> Ticket:
    """For an organizer of the contest's unit. Refused `unknown-contest`, `forbidden`."""
    contest = managed_contest(session, actor, contest_id, *HOSTS)
    _require_not_cancelled(contest)
    return Ticket(contest.id, "host", actor.person_id, 0, actor.name)


def judge_ticket_for(session: SessionLike, actor: Actor, contest_id: int) -> Ticket:
    """For a judge who has signed in: an organizer or grader of the contest's unit."""
    contest = managed_contest(session, actor, contest_id, *JUDGES)
    _require_not_cancelled(contest)
    return Ticket(contest.id, "judge", actor.person_id, 0, actor.name)


def check_ticket(session: SessionLike, ticket: Ticket) -> Contest:
    """The contest of a ticket that still holds; rights of a person are looked up anew.

    Refused: `contest-cancelled`, `seat-taken` if another device has the team's seat, `ticket`
    (401) if codes were made anew or it names what is not there, `forbidden` (403) or what
    `load_actor` refuses if the person has lost the right.
    """
    contest = session.get(Contest, ticket.contest, populate_existing=True)
    if contest is None:
        raise _ended()
    _require_not_cancelled(contest)
    match ticket.role:
        case "team":
            _check_seat(session, ticket)
        case "host" | "judge" if ticket.personal:
            actor = load_actor(session, ticket.id)
            managed_contest(
                session, actor, contest.id, *(HOSTS if ticket.role == "host" else JUDGES)
            )
        case _:
            if ticket.version != contest.codes_version:
                raise _ended()
    return contest


def _check_seat(session: SessionLike, ticket: Ticket) -> None:
    team = session.get(ContestTeam, ticket.id, populate_existing=True)
    if team is None or team.contest_id != ticket.contest:
        raise _ended()
    if team.seat != ticket.version:
        raise Refused("seat-taken", N_("Another device has taken this team's seat."))


def _by_code(session: SessionLike, condition: ColumnElement[bool]) -> Contest:
    contest = session.scalar(select(Contest).where(condition))
    if contest is None:
        raise _unknown_code()
    _require_not_cancelled(contest)
    return contest


def _require_open(contest: Contest) -> None:
    _require_not_cancelled(contest)
    if contest.state == "finished":
        raise Refused("contest-over", N_("The contest is over."))


def _require_not_cancelled(contest: Contest) -> None:
    if contest.state == "cancelled":
        raise Refused("contest-cancelled", N_("The contest has been cancelled."))


def _unknown_code() -> Refused:
    return Refused("unknown-code", N_("This code opens nothing: look at it again."), status=404)


def _ended() -> Refused:
    return Refused("ticket", N_("This page is no longer valid. Open it again."), status=401)
