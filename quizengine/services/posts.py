"""涉密岗位: the register of posts of each unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import in_reach, local_day, managed_unit, sees, told_on
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import SECRECY, Post, PostHolder, Unit

MOST_RISKS = 30


@dataclass(frozen=True)
class PostPlan:
    """What an office fills in; `risks` are lines of text, `hours` and `classes` are per year."""

    unit_id: int
    name: str
    secrecy: str
    risks: Sequence[str]
    hours: Decimal
    classes: int
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True)
class PostFilter:
    """What to look for; None leaves a condition out. `state` is 'valid', 'past' or 'all'."""

    unit_id: int | None = None
    secrecy: str | None = None
    state: str = "valid"
    text: str = ""


def register_post(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: PostPlan
) -> int:
    """A new post; its id.

    Refused: `unit-unknown` (404), `forbidden` (403), `post-faults` (400), `post-taken` (409) for a
    name that a valid post of the unit has already.
    """
    refuse_faults(plan)
    with writing(session, REGISTERS):
        unit = managed_unit(session, actor, plan.unit_id)
        _refuse_taken(session, unit, plan, None)
        post = Post(unit_id=unit.id)
        _fill(post, plan)
        session.add(post)
        session.flush()
        note(session, now, actor.person_id, record_of(post), "post-registered", name=post.name)
        _enter(session, now, zone, actor, post, "post-registered")
        return post.id


def change_post(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, post_id: int, plan: PostPlan
) -> bool:
    """Change a post; False if nothing is different. Its unit stays.

    A new level is that of its holders too. Refused as `register_post`, and `post-unknown` (404).
    """
    refuse_faults(plan)
    with writing(session, REGISTERS):
        post = seen_post(session, actor, post_id)
        require(actor, "organizer", post.unit.path)
        _refuse_taken(session, post.unit, plan, post.id)
        before = _values(post)
        _fill(post, plan)
        changed = {key: value for key, value in _values(post).items() if value != before[key]}
        if not changed:
            return False
        detail = {"fields": sorted(changed)}
        note(session, now, actor.person_id, record_of(post), "post-changed", **detail)
        _enter(session, now, zone, actor, post, "post-changed")
        return True


def seen_post(session: SessionLike, actor: Actor, post_id: int) -> Post:
    """A post within reach; Refused `post-unknown` (404)."""
    post = session.get(Post, post_id)
    if post is None or not sees(actor, post.unit.path):
        raise Refused("post-unknown", N_("There is no such post."), status=404)
    return post


def list_posts(session: SessionLike, actor: Actor, wanted: PostFilter, today: date) -> list[Post]:
    """Posts within reach that fit, by unit and name."""
    query = (
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(in_reach(actor, wanted.unit_id))
        .options(joinedload(Post.unit))
        .order_by(Unit.path, Post.name, Post.id)
    )
    text = clean_text(wanted.text)
    if text:
        query = query.where(Post.name.contains(text, autoescape=True))
    if wanted.secrecy:
        query = query.where(Post.secrecy == wanted.secrecy)
    if wanted.state == "valid":
        query = query.where(or_(Post.valid_to.is_(None), Post.valid_to >= today))
    elif wanted.state == "past":
        query = query.where(Post.valid_to < today)
    return list(session.scalars(query))


def holder_counts(session: SessionLike, posts: Sequence[Post]) -> Counter[int]:
    """How many people are on each post, those leaving included."""
    ids = session.scalars(
        select(PostHolder.post_id).where(
            PostHolder.post_id.in_([post.id for post in posts]), PostHolder.left_at.is_(None)
        )
    )
    return Counter(ids)


def record_of(post: Post) -> str:
    """The post's record, for history and evidence."""
    return f"post:{post.id}"


def risk_lines(post: Post) -> list[str]:
    """The risk points of a post."""
    return post.risks.splitlines()


def refuse_faults(plan: PostPlan) -> None:
    """Refused `post-faults` (400) with what is wrong."""
    name = clean_text(plan.name)
    faults = (
        (not name or len(name) > 200, N_("A post needs a name of at most 200 characters.")),
        (plan.secrecy not in SECRECY, N_("Choose the secrecy level of the post.")),
        (len(plan.risks) > MOST_RISKS, N_("A post has at most 30 risk points.")),
        (
            not 0 <= plan.hours <= 1000 or not 0 <= plan.classes <= 100,
            N_("Training per year: at most 1000 hours and 100 classes."),
        ),
        (
            plan.valid_to is not None and plan.valid_to < plan.valid_from,
            N_("The last day is before the first day."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("post-faults", message, status=400)


def _fill(post: Post, plan: PostPlan) -> None:
    post.name, post.secrecy = clean_text(plan.name), plan.secrecy
    post.risks = "\n".join(line for text in plan.risks if (line := clean_text(text)[:300]))
    post.hours, post.classes = plan.hours, plan.classes
    post.valid_from, post.valid_to = plan.valid_from, plan.valid_to


def _values(post: Post) -> dict[str, object]:
    names = ("name", "secrecy", "risks", "hours", "classes", "valid_from", "valid_to")
    return {name: getattr(post, name) for name in names}


def _refuse_taken(session: SessionLike, unit: Unit, plan: PostPlan, post_id: int | None) -> None:
    twins = session.scalars(
        select(Post).where(Post.unit_id == unit.id, Post.name == clean_text(plan.name))
    )
    for twin in twins:
        ends = twin.valid_to is not None and twin.valid_to < plan.valid_from
        if twin.id != post_id and not ends:
            raise Refused(
                "post-taken",
                N_("%(unit)s has a post “%(name)s” already."),
                unit=unit.name,
                name=twin.name,
            )


def _enter(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, post: Post, kind: str
) -> None:
    """The entry of the post as it is now, and of holders whose level it changes."""
    today = local_day(now, zone)
    first_day = told_on(post.valid_from, today) if kind == "post-registered" else None
    post.entries += 1
    with LedgerWriter(session) as log:
        log.append(
            now,
            kind,
            f"{record_of(post)}:{post.entries}",
            unit=post.unit.code,
            data={
                "post": post.id,
                "secrecy": post.secrecy,
                "risks": len(risk_lines(post)),
                "hours": f"{post.hours.normalize():f}",
                "classes": post.classes,
                "valid_from": post.valid_from.isoformat(),
                "valid_to": post.valid_to.isoformat() if post.valid_to else None,
            },
            on=first_day,
            by=actor.person_id,
        )
        for holder in post.holders:
            if holder.left_at is None and holder.secrecy != post.secrecy:
                holder.secrecy = post.secrecy
                enter_stage(now, log, holder, holder.stage, None, actor, complete=False)


def enter_stage(
    now: datetime,
    log: LedgerWriter,
    holder: PostHolder,
    stage: str,
    on: date | None,
    actor: Actor,
    *,
    complete: bool,
) -> None:
    """The entry of a holder's stage, within the caller's transaction.

    `complete`: all steps that the stage demands have been taken.
    """
    holder.entries += 1
    until = holder.control_until
    log.append(
        now,
        "post-stage",
        f"post-holder:{holder.id}:{holder.entries}",
        person_id=holder.person_id,
        unit=holder.post.unit.code,
        data={
            "stage": stage,
            "post": holder.post_id,
            "secrecy": holder.secrecy,
            "complete": complete,
            "control_until": until.isoformat() if until else None,
        },
        on=on,
        by=actor.person_id,
    )
