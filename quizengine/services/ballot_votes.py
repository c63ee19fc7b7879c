"""Voting: once, without a name, with a receipt by which the voter finds the own vote in the list.

That a person has voted stands with the person; the vote stands under hashes of the receipt, which
is shown to the voter and kept nowhere. No time is kept with either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.ballots import clean_receipt, receipt_hash
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import Actor, load_actor, subtree
from quizengine.services.activity_words import ABOUT_NAMES, BALLOT_STATE_NAMES, OPTION_NAMES
from quizengine.services.ballot_count import published_list, tally_of
from quizengine.services.ballots import (
    BallotFilter,
    list_ballots,
    numbers_of,
    options_of,
    turnout_of,
    unknown_ballot,
)
from quizengine.services.office_access import Act, local_day, sees
from quizengine.services.office_tables import UnitNames
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Ballot, BallotElector, BallotVote, Unit


@dataclass(frozen=True)
class OwnBallot:
    """A ballot in which one may vote, or could; `open`: votes are taken now."""

    ballot: Ballot
    voted: bool
    open: bool


@dataclass(frozen=True)
class OwnVote:
    """What the list says of one subject under a receipt; None if it has no such line."""

    number: int
    receipt: str
    choice: str | None


def own_ballots(session: SessionLike, now: datetime, person_id: int) -> list[OwnBallot]:
    """Ballots whose elector the person is, the latest first."""
    rows = session.execute(
        select(Ballot, BallotElector.voted)
        .join(BallotElector, BallotElector.ballot_id == Ballot.id)
        .where(BallotElector.person_id == person_id)
        .options(joinedload(Ballot.unit))
        .order_by(Ballot.closes_at.desc(), Ballot.id.desc())
    )
    return [OwnBallot(ballot, voted, _takes(ballot, now)) for ballot, voted in rows]


def own_ballot(session: SessionLike, now: datetime, person_id: int, ballot_id: int) -> OwnBallot:
    """One of them; Refused `ballot-unknown` (404)."""
    for own in own_ballots(session, now, person_id):
        if own.ballot.id == ballot_id:
            return own
    raise unknown_ballot()


def vote(
    session: SessionLike,
    now: datetime,
    person_id: int,
    ballot_id: int,
    choices: Mapping[int, str],
    receipt: str,
) -> None:
    """Cast the person's vote on all subjects, under a receipt that was shown before.

    Sending the same form once more changes nothing and succeeds. Refused: `ballot-unknown` (404),
    `ballot-voted`, `ballot-over`, `receipt-used` (409), `vote-faults` (400).
    """
    plain = clean_receipt(receipt)
    if plain is None:
        raise Refused("vote-faults", N_("Reload the page: its receipt can't be read."), status=400)
    with writing(session):
        elector = session.scalar(
            select(BallotElector)
            .where(BallotElector.ballot_id == ballot_id, BallotElector.person_id == person_id)
            .with_for_update()
        )
        ballot = session.get(Ballot, ballot_id, with_for_update={"read": True})
        if elector is None or ballot is None:
            raise unknown_ballot()
        hashes = {number: receipt_hash(ballot_id, number, plain) for number in numbers_of(ballot)}
        known = any(session.get(BallotVote, receipt) is not None for receipt in hashes.values())
        if elector.voted and known:
            return
        _refuse_vote(ballot, now, elector.voted, choices)
        if known:
            raise Refused("receipt-used", N_("This receipt is used already: reload the page."))
        elector.voted = True
        session.add_all(
            BallotVote(
                receipt=hashes[number], ballot_id=ballot_id, number=number, choice=choices[number]
            )
            for number in hashes
        )


def votes_under(session: SessionLike, ballot: Ballot, receipt: str) -> list[OwnVote]:
    """What the published list says under a receipt. Refused `receipt-unreadable` (400)."""
    plain = clean_receipt(receipt)
    if plain is None:
        raise Refused(
            "receipt-unreadable",
            N_("A receipt has 25 letters and digits, in groups of five."),
            status=400,
        )
    lines = {line["receipt"]: line["choice"] for line in published_list(session, ballot)["votes"]}
    hashes = [(number, receipt_hash(ballot.id, number, plain)) for number in numbers_of(ballot)]
    return [OwnVote(number, found, lines.get(found)) for number, found in hashes]


def counted_ballot(session: SessionLike, actor: Actor, ballot_id: int) -> Ballot:
    """A counted ballot, for its electors and for the offices in reach.

    Refused: `ballot-unknown` (404), `ballot-uncounted` (409).
    """
    ballot = session.get(Ballot, ballot_id)
    if ballot is None or not (
        sees(actor, ballot.unit.path)
        or session.get(BallotElector, (ballot_id, actor.person_id)) is not None
    ):
        raise unknown_ballot()
    if ballot.state != "closed":
        raise Refused("ballot-uncounted", N_("The votes of this ballot have not been counted."))
    return ballot


def counted_list(session: SessionLike, actor: Actor, ballot_id: int) -> dict[str, Any]:
    """The published list of a counted ballot. Refused as `counted_ballot`."""
    return published_list(session, counted_ballot(session, actor, ballot_id))


def ballots_table(act: Act, wanted: BallotFilter) -> Table:
    """A line for each option of each subject of the counted ballots, and one for each other."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Ballot"), width=32),
        Column(N_("State"), width=12),
        Column(N_("End"), "time", 17),
        Column(N_("May vote"), "number", 9),
        Column(N_("Have voted"), "number", 9),
        Column(N_("What it is about"), width=16),
        Column(N_("Option"), width=16),
        Column(N_("Votes"), "number", 9),
    )
    return Table(N_("Ballots"), columns, _rows(act, list_ballots(act, wanted)))


def ballot_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """Ballots in which to vote, and for organizers those to be counted."""
    found = []
    for own in own_ballots(session, now, person_id):
        if own.open and not own.voted:
            text = Text(N_("Vote: “%(title)s”"), {"title": own.ballot.title})
            due = local_day(own.ballot.closes_at, zone)
            found.append(Todo(text, "my_ballots.ballot", {"ballot_id": own.ballot.id}, due))
    scopes = load_actor(session, person_id).scopes("organizer")
    if not scopes:
        return found
    over = session.scalars(
        select(Ballot)
        .join(Unit, Unit.id == Ballot.unit_id)
        .where(subtree(*scopes), Ballot.state == "open", Ballot.closes_at <= now)
    )
    for ballot in over:
        text = Text(N_("Count the ballot “%(title)s”"), {"title": ballot.title})
        due = local_day(ballot.closes_at, zone)
        found.append(Todo(text, "ballots.ballot", {"ballot_id": ballot.id}, due))
    return found


def _takes(ballot: Ballot, now: datetime) -> bool:
    return ballot.state == "open" and now < ballot.closes_at


def _refuse_vote(ballot: Ballot, now: datetime, voted: bool, choices: Mapping[int, str]) -> None:
    if voted:
        raise Refused("ballot-voted", N_("You have voted already: a vote can't be changed."))
    if not _takes(ballot, now):
        raise Refused("ballot-over", N_("Votes are not taken now."))
    known = options_of(ballot)
    if any(choices.get(number) not in known for number in numbers_of(ballot)):
        raise Refused("vote-faults", N_("Choose an option in each line."), status=400)


def _rows(act: Act, ballots: Sequence[Ballot]) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    turnout = turnout_of(act.session, [ballot.id for ballot in ballots])
    for ballot in ballots:
        head: list[Cell] = [
            units.of(ballot.unit),
            ballot.title,
            Text(BALLOT_STATE_NAMES[ballot.state]),
            ballot.closes_at,
            *turnout[ballot.id],
        ]
        tally, options = tally_of(act.session, ballot), options_of(ballot)
        if not tally:
            yield [*head, Text(ABOUT_NAMES[ballot.about]), None, None]
        for subject in ballot.subjects if tally else ():
            whom: Cell = subject.person.name if subject.person else ballot.unit.name
            for key, votes in tally[subject.number].items():
                yield [*head, whom, options[key] or Text(OPTION_NAMES[key]), votes]
