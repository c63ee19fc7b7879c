"""上岗、在岗、离岗: people on posts, stage by stage; each change enters the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import Actor, require
from quizengine.services.evidence import attach
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import (
    Act,
    in_reach,
    managed_person,
    refuse_future,
    refuse_own_case,
    sees,
    told_on,
)
from quizengine.services.office_terms import terms_at
from quizengine.services.post_steps import (
    Lack,
    Trained,
    demanded,
    lacks,
    step_name,
    training_of,
)
from quizengine.services.posts import enter_stage, seen_post
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import Post, PostHolder, PostStep, Unit


@dataclass(frozen=True)
class HolderFilter:
    """What to look for; None leaves a condition out. `lacking`: only those who lack something."""

    unit_id: int | None = None
    secrecy: str | None = None
    stage: str | None = None
    lacking: bool = False


@dataclass(frozen=True)
class HolderRow:
    """A holder with what is missing."""

    holder: PostHolder
    lacks: Sequence[Lack]


def assign(act: Act, post_id: int, person_id: int, on_from: date) -> int:
    """Put a person on a post, at the stage of entering; the id of the holding.

    Refused: `post-unknown`, `person-unknown` (404), `forbidden`, `own-case` (403), `day-future`
    (400), `post-closed`, `holder-exists` (409).
    """
    session = act.session
    with writing(session, REGISTERS):
        post = seen_post(session, act.actor, post_id)
        require(act.actor, "organizer", post.unit.path)
        person = managed_person(session, act.actor, person_id)
        refuse_own_case(act.actor, person_id)
        refuse_future(on_from, act.today)
        if not post.holds_on(on_from):
            raise Refused("post-closed", N_("The post does not exist on that day."))
        if any(h.person_id == person_id and h.left_at is None for h in post.holders):
            raise Refused("holder-exists", N_("%(name)s holds this post."), name=person.name)
        holder = PostHolder(
            post=post, person=person, secrecy=post.secrecy, stage="on_post", on_from=on_from
        )
        session.add(holder)
        session.flush()
        _enter(act, holder, on_from, complete=False)
        return holder.id


def take_step(
    act: Act, holder_id: int, step: str, done_on: date, text: str, files: Sequence[Upload] = ()
) -> None:
    """Record a step of the holder's stage, with evidence.

    Refused: `holder-unknown` (404), `forbidden`, `own-case` (403), `step-unknown`, `day-future`,
    faults of files (400), `step-taken` (409).
    """
    with writing(act.session, REGISTERS):
        holder = _managed(act, holder_id)
        if step not in demanded(holder, act.today) or holder.left_at is not None:
            raise Refused("step-unknown", N_("This stage has no such step."), status=400)
        if any(taken.step == step for taken in holder.steps):
            raise Refused("step-taken", N_("This step has been recorded already."))
        refuse_future(done_on, act.today)
        holder.steps.append(
            PostStep(
                step=step, done_on=done_on, note=text[:500], by_id=act.actor.person_id, at=act.now
            )
        )
        attach(act.session, act.now, act.actor.person_id, record_of(holder), files)
        _note(act, holder, "post-step", step=step, on=done_on.isoformat())


def enter_post(act: Act, holder_id: int, in_from: date) -> None:
    """在岗: all steps of entering are taken, and the work on the post begins.

    Refused: `holder-unknown` (404), `forbidden`, `own-case` (403), `day-future`, `day-order` (400),
    `stage`, `steps-missing` (409).
    """
    with writing(act.session, REGISTERS):
        holder = _managed(act, holder_id)
        _refuse_stage(holder, "on_post")
        _refuse_missing(act, holder)
        _refuse_order(holder.on_from, in_from, act.today)
        holder.stage, holder.in_from = "in_post", in_from
        _enter(act, holder, in_from, complete=True)


def leave_post(act: Act, holder_id: int, off_from: date, control_until: date | None = None) -> None:
    """离岗: the 脱密期 is set by the level and the office's months, or by `control_until`.

    Who never began the work has nothing to hand back, and is off the post at once. Refused as
    `enter_post`, but for missing steps.
    """
    with writing(act.session, REGISTERS):
        holder = _managed(act, holder_id)
        _refuse_stage(holder, "on_post", "in_post")
        began = holder.in_from is not None
        _refuse_order(holder.in_from or holder.on_from, off_from, act.today)
        holder.stage, holder.off_from = "off_post", off_from
        if began:
            terms = terms_at(act.session, holder.post.unit.path)
            usual = terms.control_until(holder.secrecy, off_from)
            holder.control_until = control_until or usual
            _refuse_order(off_from, holder.control_until, None)
        else:
            holder.left_at = act.now
        _enter(act, holder, off_from, complete=not began)


def finish_leaving(act: Act, holder_id: int) -> None:
    """All steps of leaving are taken. Refused as `enter_post`."""
    with writing(act.session, REGISTERS):
        holder = _managed(act, holder_id)
        _refuse_stage(holder, "off_post")
        _refuse_missing(act, holder)
        holder.left_at = act.now
        _enter(act, holder, act.today, complete=True, what="post-left")


def seen_holder(session: SessionLike, actor: Actor, holder_id: int) -> PostHolder:
    """A holding within reach; Refused `holder-unknown` (404)."""
    holder = session.get(PostHolder, holder_id)
    if holder is None or not sees(actor, holder.post.unit.path):
        raise Refused("holder-unknown", N_("Nobody holds this post so."), status=404)
    return holder


def list_holders(act: Act, wanted: HolderFilter) -> list[HolderRow]:
    """Holders within reach who fit, by unit and post; those gone for good only by their stage."""
    query = (
        _holders()
        .join(Post, Post.id == PostHolder.post_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(in_reach(act.actor, wanted.unit_id))
        .order_by(Unit.path, Post.name, PostHolder.id)
    )
    if wanted.secrecy:
        query = query.where(PostHolder.secrecy == wanted.secrecy)
    if wanted.stage:
        query = query.where(PostHolder.stage == wanted.stage)
    else:
        query = query.where(PostHolder.left_at.is_(None))
    rows = with_lacks(act.session, act.zone, list(act.session.scalars(query)), act.today)
    return [row for row in rows if row.lacks or not wanted.lacking]


def own_holdings(
    session: SessionLike, zone: ZoneInfo, person_id: int, today: date
) -> list[HolderRow]:
    """Posts of a person: those not left for good, or with a 脱密期 that still runs."""
    query = _holders().where(PostHolder.person_id == person_id).order_by(PostHolder.id)
    holders = [
        holder
        for holder in session.scalars(query)
        if holder.left_at is None or (holder.control_until and holder.control_until >= today)
    ]
    return with_lacks(session, zone, holders, today)


def with_lacks(
    session: SessionLike, zone: ZoneInfo, holders: Sequence[PostHolder], today: date
) -> list[HolderRow]:
    """Holders with what is missing."""
    trained = training_of(session, zone, (h.person_id for h in holders), today.year)
    return [HolderRow(h, lacks(h, trained.get(h.person_id, Trained()), today)) for h in holders]


def record_of(holder: PostHolder) -> str:
    """The holding's record, for history and evidence."""
    return f"post-holder:{holder.id}"


def _holders() -> Select[PostHolder]:
    return select(PostHolder).options(
        joinedload(PostHolder.post).joinedload(Post.unit),
        joinedload(PostHolder.person),
        selectinload(PostHolder.steps),
    )


def _managed(act: Act, holder_id: int) -> PostHolder:
    holder = seen_holder(act.session, act.actor, holder_id)
    require(act.actor, "organizer", holder.post.unit.path)
    refuse_own_case(act.actor, holder.person_id)
    return holder


def _refuse_stage(holder: PostHolder, *stages: str) -> None:
    if holder.stage not in stages or holder.left_at is not None:
        raise Refused("stage", N_("The person is at another stage meanwhile: reload the page."))


def _refuse_missing(act: Act, holder: PostHolder) -> None:
    taken = {step.step for step in holder.steps}
    missing = [step for step in demanded(holder, act.today) if step not in taken]
    if missing:
        raise Refused(
            "steps-missing",
            N_("Not yet: “%(step)s” is missing."),
            step=Text(step_name(missing[0])),
        )


def _refuse_order(first: date, then: date, today: date | None) -> None:
    if today is not None:
        refuse_future(then, today)
    if then < first:
        raise Refused(
            "day-order",
            N_("%(then)s is before %(first)s."),
            status=400,
            then=then,
            first=first,
        )


def _enter(act: Act, holder: PostHolder, day: date, *, complete: bool, what: str = "") -> None:
    """Note the stage in the history and in the ledger."""
    _note(act, holder, what or f"post-{holder.stage}", on=day.isoformat())
    with LedgerWriter(act.session) as log:
        on = told_on(day, act.today)
        enter_stage(act.now, log, holder, holder.stage, on, act.actor, complete=complete)


def _note(act: Act, holder: PostHolder, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(holder), what, **detail)
