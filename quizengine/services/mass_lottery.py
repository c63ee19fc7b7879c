"""抽奖: fix who takes part, draw once, and offer all that is needed to check the draw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from quizengine.domain.mass_lottery import ALGORITHM, Prize, Winner, draw, list_digest
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.grading import unit_code
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass_lookup import full_marks, managed_contest
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import MassContest, MassEntry, MassLottery, Person, Unit

LONGEST_VALUE = 200


def lottery_of(session: SessionLike, contest_id: int) -> MassLottery | None:
    """The contest's draw; None if it has none."""
    return session.get(MassLottery, contest_id)


def prizes_of(lottery: MassLottery) -> list[Prize]:
    """The prizes, the first one first."""
    return [Prize(title, count) for title, count in json.loads(lottery.prizes)]


def fix_list(session: SessionLike, now: datetime, contest: MassContest) -> None:
    """Fix who takes part in the draw, within the caller's transaction: a person once."""
    lottery = session.get(MassLottery, contest.id)
    if lottery is None or lottery.listed_at is not None:
        return
    least = full_marks(contest) if lottery.threshold is None else lottery.threshold
    fit = session.scalars(
        select(MassEntry).where(MassEntry.contest_id == contest.id, MassEntry.score >= least)
    ).all()
    for entry in fit:
        entry.listed = True
    lottery.listed_at = now
    lottery.list_digest = list_digest(entry.token for entry in fit)


def draw_prizes(
    session: SessionLike, now: datetime, actor: Actor, contest_id: int, public_value: str = ""
) -> list[Winner]:
    """Draw, once: who won is stored and entered into the ledger with all that the draw followed.

    `public_value` is what the source named before has given. Refused: `no-lottery` (404),
    `not-published`, `drawn` (409), `public-value` (400) if one was announced and is missing.
    """
    managed_contest(session, actor, contest_id)
    with writing(session):
        lottery = session.get(MassLottery, contest_id, with_for_update={"of": MassLottery})
        if lottery is None:
            raise Refused("no-lottery", N_("This contest has no draw."), status=404)
        if lottery.listed_at is None:
            raise Refused("not-published", N_("Publish the result first: then the list is fixed."))
        if lottery.drawn_at is not None:
            raise Refused("drawn", N_("The prizes have been drawn: there is one draw only."))
        lottery.public_value = _public_value(lottery, public_value)
        lottery.drawn_at, lottery.drawn_by_id = now, actor.person_id
        listed = _listed(session, contest_id)
        winners = draw(lottery.seed, lottery.public_value, listed, prizes_of(lottery))
        for winner in winners:
            listed[winner.entry].prize = winner.prize
        _enter(session, now, lottery, winners, listed)
    return winners


def _public_value(lottery: MassLottery, given: str) -> str:
    value = given.strip()
    if not lottery.public_source:
        return ""
    if not value or len(value) > LONGEST_VALUE:
        raise Refused(
            "public-value",
            N_("Enter the public value that was announced: %(source)s"),
            status=400,
            source=lottery.public_source,
        )
    return value


def _listed(session: SessionLike, contest_id: int) -> dict[str, MassEntry]:
    rows = session.scalars(
        select(MassEntry).where(MassEntry.contest_id == contest_id, MassEntry.listed)
    )
    return {entry.token: entry for entry in rows}


def _enter(
    session: SessionLike,
    now: datetime,
    lottery: MassLottery,
    winners: Sequence[Winner],
    listed: dict[str, MassEntry],
) -> None:
    contest = lottery.contest
    about = {
        "contest_kind": "mass",
        "contest": contest.id,
        "title": {"zh": contest.exam.title_zh, "en": contest.exam.title_en},
    }
    kinds = prizes_of(lottery)
    with LedgerWriter(session) as log:
        log.append(
            now,
            "contest-draw",
            f"mass:{contest.id}:draw",
            unit=contest.exam.unit.code,
            data={
                **about,
                "algorithm": ALGORITHM,
                "commitment": lottery.commitment,
                "seed": lottery.seed,
                "public": lottery.public_value,
                "entries": len(listed),
                "list_digest": lottery.list_digest,
                "winners": [winner.entry for winner in winners],
                "by": log.subject(lottery.drawn_by_id) if lottery.drawn_by_id else None,
            },
        )
        for winner in winners:
            entry = listed[winner.entry]
            log.append(
                now,
                "contest-prize",
                f"mass:{contest.id}:prize:{winner.entry}",
                person_id=entry.person_id,
                unit=unit_code(session, entry.unit_id),
                data={**about, "prize": kinds[winner.prize].title, "entry": winner.entry},
            )


def draw_record(session: SessionLike, lottery: MassLottery) -> dict[str, Any]:
    """All that is public of the draw, as `quizengine.domain.mass_lottery.check` reads it.

    Before the draw without seed and winners, before the result is published without entries.
    """
    prizes = prizes_of(lottery)
    entries = sorted(_listed(session, lottery.contest_id))
    record: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "contest": lottery.contest_id,
        "title": lottery.contest.exam.title_zh,
        "commitment": lottery.commitment,
        "public_source": lottery.public_source,
        "prizes": [{"title": prize.title, "count": prize.count} for prize in prizes],
    }
    if lottery.listed_at is not None:
        record |= {"entries": entries, "list_digest": lottery.list_digest}
    if lottery.drawn_at is not None:
        drawn = draw(lottery.seed, lottery.public_value, entries, prizes)
        record |= {
            "seed": lottery.seed,
            "public": lottery.public_value,
            "winners": [
                {"entry": each.entry, "ticket": each.ticket, "prize": each.prize} for each in drawn
            ],
        }
    return record


@dataclass(frozen=True)
class WinnerLine:
    """Somebody who won; `prize` is its number from 0."""

    token: str
    name: str
    unit: str
    login: str
    prize: int


def winners_of(session: SessionLike, contest_id: int) -> list[WinnerLine]:
    """Who won, from the first prize down."""
    rows = session.execute(
        select(MassEntry.token, Person.name, Unit.name, Person.login, MassEntry.prize)
        .join(Person, Person.id == MassEntry.person_id)
        .join(Unit, Unit.id == MassEntry.unit_id)
        .where(MassEntry.contest_id == contest_id, MassEntry.prize.is_not(None))
        .order_by(MassEntry.prize, MassEntry.token)
    )
    return [
        WinnerLine(token, name, unit, login, prize)
        for token, name, unit, login, prize in rows
        if prize is not None
    ]
