"""计票: counting a ballot, and the list by which everybody can count it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select, update

from quizengine.domain.ballots import (
    OPTION_KEYS,
    Vote,
    approving,
    count,
    needed_votes,
    proof_of,
    vote_list,
)
from quizengine.domain.text import N_, Refused
from quizengine.services.ballots import (
    managed_ballot,
    numbers_of,
    options_of,
    record_of,
    tell,
    turnout_of,
)
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Ballot, BallotElector, BallotVote


def close_ballot(act: Act, ballot_id: int) -> None:
    """Count the votes, publish the list, and enter the tally with its proof.

    Before the end of the vote only once everybody has voted. Refused: `ballot-unknown` (404),
    `forbidden` (403), `ballot-state`, `ballot-running` (409).
    """
    with writing(act.session):
        ballot = managed_ballot(act, ballot_id, "open")
        eligible, votes = turnout_of(act.session, [ballot.id])[ballot.id]
        if act.now < ballot.closes_at and votes < eligible:
            raise Refused("ballot-running", N_("The vote runs until its end, or until all voted."))
        _rewrite(act.session, ballot)
        published = published_list(act.session, ballot)
        counts = count(published, numbers_of(ballot))
        ballot.state, ballot.closed_at, ballot.proof = "closed", act.now, proof_of(published)
        with LedgerWriter(act.session) as log:
            log.append(
                act.now,
                "ballot-counted",
                record_of(ballot),
                unit=ballot.unit.code,
                data=_counted(ballot, counts, eligible, votes),
                by=act.actor.person_id,
            )
        tell(act, ballot, "ballot-counted", votes=votes, count=eligible)


def published_list(session: SessionLike, ballot: Ballot) -> dict[str, Any]:
    """The list of votes; callers show it of counted ballots alone."""
    rows = session.scalars(select(BallotVote).where(BallotVote.ballot_id == ballot.id))
    votes = [Vote(row.number, row.receipt, row.choice) for row in rows]
    return vote_list(ballot.id, list(options_of(ballot)), votes)


def tally_of(session: SessionLike, ballot: Ballot) -> dict[int, dict[str, int]]:
    """The votes on each subject by option; empty before the ballot is counted."""
    if ballot.state != "closed":
        return {}
    return count(published_list(session, ballot), numbers_of(ballot))


def _counted(
    ballot: Ballot, counts: Mapping[int, Mapping[str, int]], eligible: int, votes: int
) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ballot": ballot.id,
        "about": ballot.about,
        "eligible": eligible,
        "votes": votes,
        "quorum": votes >= needed_votes(eligible, ballot.quorum),
        "proof_sha256": ballot.proof,
    }
    if ballot.about == "unit":
        usual = set(options_of(ballot)) <= set(OPTION_KEYS)
        # Nobody knows which of a ballot's own options approve.
        approval = {"approval": approving(counts[1]), "approval_of": votes} if usual else {}
        return {**data, "counts": dict(counts[1]), **approval}
    return {**data, "counts": {str(number): dict(found) for number, found in counts.items()}}


def _rewrite(session: SessionLike, ballot: Ballot) -> None:
    """Write the votes anew in the order of their hashes, and the electors all at once.

    A database that keeps rows in the order in which they came would tell who cast which vote.
    """
    rows = session.execute(
        select(BallotVote.receipt, BallotVote.number, BallotVote.choice)
        .where(BallotVote.ballot_id == ballot.id)
        .order_by(BallotVote.receipt)
    ).all()
    session.execute(delete(BallotVote).where(BallotVote.ballot_id == ballot.id))
    if rows:
        session.execute(
            insert(BallotVote), [{**row._mapping, "ballot_id": ballot.id} for row in rows]
        )
    session.execute(
        update(BallotElector)
        .where(BallotElector.ballot_id == ballot.id)
        .values(voted=BallotElector.voted)
    )
