"""党员评议: making a ballot, opening it to its electors, and the offices' list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from quizengine.domain.ballots import OPTION_KEYS
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.activities import needed_reason
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.office_access import Act, in_reach, local_day, managed_unit, sees
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    EVERYONE,
    Ballot,
    BallotElector,
    BallotSubject,
    BallotVote,
    Person,
    Unit,
)
from quizengine.storage.queries import audience_query

LEAST_ELECTORS = 3
MOST_OPTIONS = 6
MOST_COLLEAGUES = 50


@dataclass(frozen=True)
class BallotPlan:
    """What an office fills in; `colleagues` are person ids, none where it is about the unit.

    `options` are texts; without any the usual four stand.
    """

    unit_id: int
    about: str
    title: str
    intro: str
    quorum: int
    closes_at: datetime
    colleagues: Sequence[int] = ()
    options: Sequence[str] = ()


@dataclass(frozen=True)
class BallotFilter:
    """What to look for; None leaves a condition out."""

    unit_id: int | None = None
    state: str | None = None
    year: int | None = None


def make_ballot(act: Act, plan: BallotPlan) -> int:
    """Make the draft of a ballot; its id.

    Refused: `unit-unknown`, `person-unknown` (404), `forbidden` (403), `ballot-faults` (400).
    """
    _refuse_faults(act, plan)
    with writing(act.session):
        unit = managed_unit(act.session, act.actor, plan.unit_id)
        ballot = Ballot(unit=unit, state="draft", by_id=act.actor.person_id, at=act.now)
        _fill(act, ballot, plan)
        act.session.add(ballot)
        act.session.flush()
        tell(act, ballot, "ballot-made")
        return ballot.id


def change_ballot(act: Act, ballot_id: int, plan: BallotPlan) -> None:
    """Change a draft. Refused as `make_ballot`, and `ballot-unknown` (404), `ballot-state`."""
    _refuse_faults(act, plan)
    with writing(act.session):
        ballot = managed_ballot(act, ballot_id, "draft")
        ballot.unit = managed_unit(act.session, act.actor, plan.unit_id)
        ballot.subjects = []
        act.session.flush()
        _fill(act, ballot, plan)
        tell(act, ballot, "ballot-changed")


def open_ballot(act: Act, ballot_id: int) -> int:
    """Let the members of the unit's subtree vote, as they are today; how many they are.

    Refused: `ballot-unknown` (404), `forbidden` (403), `ballot-state`, `ballot-over`,
    `ballot-few` (409) for fewer electors than a vote can be hidden among.
    """
    with writing(act.session):
        ballot = managed_ballot(act, ballot_id, "draft")
        if ballot.closes_at <= act.now:
            raise Refused("ballot-over", N_("The end of the vote is over: change it first."))
        audience = audience_query([(EVERYONE, ballot.unit.path)], act.today, act.today)
        people = act.session.scalars(audience).all()
        if len(people) < LEAST_ELECTORS:
            raise Refused(
                "ballot-few",
                N_("The unit has %(count)s members: too few to hide a vote among."),
                count=len(people),
            )
        ballot.state, ballot.opened_at = "open", act.now
        act.session.add_all(
            BallotElector(ballot_id=ballot.id, person_id=person_id) for person_id in people
        )
        tell(act, ballot, "ballot-opened", count=len(people))
        return len(people)


def cancel_ballot(act: Act, ballot_id: int, reason: str) -> None:
    """The ballot does not go on, and its votes are deleted uncounted.

    Refused: `ballot-unknown` (404), `forbidden` (403), `reason-missing` (400), `ballot-state`.
    """
    reason = needed_reason(reason)
    with writing(act.session):
        ballot = managed_ballot(act, ballot_id, "draft", "open")
        act.session.execute(delete(BallotVote).where(BallotVote.ballot_id == ballot.id))
        ballot.state = "cancelled"
        tell(act, ballot, "ballot-cancelled", reason=reason)


def seen_ballot(session: SessionLike, actor: Actor, ballot_id: int) -> Ballot:
    """A ballot within reach; Refused `ballot-unknown` (404)."""
    ballot = session.get(Ballot, ballot_id)
    if ballot is None or not sees(actor, ballot.unit.path):
        raise unknown_ballot()
    return ballot


def managed_ballot(act: Act, ballot_id: int, *states: str) -> Ballot:
    """A ballot that the actor keeps, in one of `states`.

    Refused: `ballot-unknown` (404), `forbidden` (403), `ballot-state` (409).
    """
    ballot = seen_ballot(act.session, act.actor, ballot_id)
    require(act.actor, "organizer", ballot.unit.path)
    act.session.refresh(ballot, with_for_update={"of": Ballot})
    if ballot.state not in states:
        raise Refused(
            "ballot-state", N_("The ballot is at another step meanwhile: reload the page.")
        )
    return ballot


def list_ballots(act: Act, wanted: BallotFilter) -> list[Ballot]:
    """Ballots within reach that fit, the latest first."""
    query = (
        select(Ballot)
        .join(Unit, Unit.id == Ballot.unit_id)
        .where(in_reach(act.actor, wanted.unit_id))
        .options(joinedload(Ballot.unit))
        .order_by(Ballot.closes_at.desc(), Ballot.id.desc())
    )
    if wanted.state:
        query = query.where(Ballot.state == wanted.state)
    found = act.session.scalars(query)
    return [one for one in found if wanted.year in (None, year_of(act, one))]


def year_of(act: Act, ballot: Ballot) -> int:
    """The year in which the vote ends, in the site's zone."""
    return local_day(ballot.closes_at, act.zone).year


def turnout_of(session: SessionLike, ballot_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Ballot → how many may vote, and how many have."""
    rows = session.execute(
        select(BallotElector.ballot_id, func.count(), func.count().filter(BallotElector.voted))
        .where(BallotElector.ballot_id.in_(ballot_ids))
        .group_by(BallotElector.ballot_id)
    )
    found = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    return {ballot_id: found.get(ballot_id, (0, 0)) for ballot_id in ballot_ids}


def options_of(ballot: Ballot) -> dict[str, str]:
    """Key of an option → its text; "" for a usual one, which is called by its key."""
    return dict(json.loads(ballot.options))


def numbers_of(ballot: Ballot) -> list[int]:
    """Numbers of those whom the ballot is about."""
    return [subject.number for subject in ballot.subjects]


def record_of(ballot: Ballot) -> str:
    """The ballot's record, for its history and its entry."""
    return f"ballot:{ballot.id}"


def unknown_ballot() -> Refused:
    """The refusal for a ballot that is not there, or not for the person."""
    return Refused("ballot-unknown", N_("There is no such ballot."), status=404)


def _fill(act: Act, ballot: Ballot, plan: BallotPlan) -> None:
    options = [one_line(text) for text in plan.options]
    pairs = (
        [(f"option{number}", text) for number, text in enumerate(options, start=1)]
        if options
        else [(key, "") for key in OPTION_KEYS]
    )
    ballot.about, ballot.title = plan.about, one_line(plan.title)
    ballot.intro, ballot.quorum = plan.intro.strip(), plan.quorum
    ballot.options = json.dumps(pairs, ensure_ascii=False)
    ballot.closes_at = plan.closes_at
    people: list[Person | None] = [None]
    if plan.about == "colleagues":
        people = [_colleague(act, ballot, person_id) for person_id in plan.colleagues]
    ballot.subjects = [
        BallotSubject(number=number, person=person) for number, person in enumerate(people, start=1)
    ]


def _colleague(act: Act, ballot: Ballot, person_id: int) -> Person:
    person = act.session.get(Person, person_id)
    if person is None or not person.active or not person.unit.path.startswith(ballot.unit.path):
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    return person


def tell(act: Act, ballot: Ballot, what: str, **detail: object) -> None:
    """A line of the ballot's history, within the caller's transaction."""
    note(act.session, act.now, act.actor.person_id, record_of(ballot), what, **detail)


def _refuse_faults(act: Act, plan: BallotPlan) -> None:
    options = [one_line(text) for text in plan.options]
    faults = (
        (plan.about not in ("unit", "colleagues"), N_("Is it about the unit or about colleagues?")),
        (
            not 0 < len(one_line(plan.title)) <= 200,
            N_("A title of at most 200 characters is needed."),
        ),
        (len(plan.intro) > 2000, N_("At most 2000 characters for the introduction.")),
        (not 1 <= plan.quorum <= 100, N_("The quorum is from 1 to 100 per cent.")),
        (plan.closes_at <= act.now, N_("The end has to be in the future.")),
        (
            bool(options) and not 2 <= len(options) <= MOST_OPTIONS,
            N_("2 to 6 options are needed, or none for the usual four."),
        ),
        (
            len(set(options)) < len(options) or any(not 0 < len(one) <= 60 for one in options),
            N_("Options differ, and have at most 60 characters."),
        ),
        (
            plan.about == "colleagues" and not 0 < len(plan.colleagues) <= MOST_COLLEAGUES,
            N_("Name from 1 to 50 colleagues."),
        ),
        (
            len(set(plan.colleagues)) < len(plan.colleagues),
            N_("A colleague is named twice."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("ballot-faults", message, status=400)
