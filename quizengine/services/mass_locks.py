"""网络竞赛: hold a contest while it is changed."""

from __future__ import annotations

from quizengine.storage.engine import SessionLike
from quizengine.storage.models import MassContest


def hold_contest(session: SessionLike, contest_id: int, *, shared: bool = False) -> MassContest:
    """The contest as it is now, kept from other writers until the end of the transaction.

    `shared`: others may hold it so too. Whoever needs the ledger as well takes that first.
    """
    contest = session.get_one(
        MassContest,
        contest_id,
        with_for_update={"of": MassContest, "read": shared},
        populate_existing=True,
    )
    # A statement that waited for its lock has read all other rows before: the exam is read anew.
    session.refresh(contest.exam)
    return contest
