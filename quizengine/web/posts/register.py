"""The register of posts: list, a post with its people, a new one, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.post_holders import HolderFilter, list_holders, with_lacks
from quizengine.services.post_steps import step_name
from quizengine.services.post_words import SECRECY_NAMES, STAGE_NAMES
from quizengine.services.posts import (
    PostFilter,
    PostPlan,
    change_post,
    holder_counts,
    list_posts,
    record_of,
    register_post,
    risk_lines,
    seen_post,
)
from quizengine.storage.models import SECRECY, Post
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import points, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    keeps,
    kept_args,
    kept_units,
    page_of,
    seen_unit_choices,
    suggested_people,
    today_text,
)
from quizengine.web.office.words import SECRECY_LOOKS, STAGE_LOOKS, event_text

STATES = ("valid", "past", "all")


@dataclass
class PostForm:
    """Texts and faults by field name; the plan once there are no faults."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    plan: PostPlan | None = None


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Posts of one's units, filtered; and how many people lack a step."""
    wanted = PostFilter(
        unit_id=asked_unit(),
        secrecy=asked_of("secrecy", SECRECY),
        state=asked_of("state", STATES) or "valid",
        text=request.args.get("q", "")[:100],
    )
    found = list_posts(db.session, current_actor(), wanted, today())
    posts, pages = page_of(found)
    holders = list_holders(act(), HolderFilter(unit_id=wanted.unit_id))
    lacking = [row for row in holders if row.lacks]
    return render_template(
        "posts/index.html",
        posts=posts,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "secrecy", "state", "q"),
        counts=holder_counts(db.session, posts),
        total=len(found),
        holders=len(holders),
        lacking=len(lacking),
        lacking_posts={row.holder.post_id for row in lacking},
        units=seen_unit_choices(),
        may_add=current_actor().has("organizer"),
        today=today(),
        **names(),
    )


@roles_required(*READING)
def post(post_id: int) -> ResponseReturnValue:
    """A post: what it demands, and who is on it."""
    chosen = seen_post(db.session, current_actor(), post_id)
    keeper = keeps(chosen.unit.path)
    rows = with_lacks(db.session, site_settings().zone, chosen.holders, today())
    return render_template(
        "posts/post.html",
        post=chosen,
        risks=risk_lines(chosen),
        present=[row for row in rows if row.holder.left_at is None],
        former=[row for row in rows if row.holder.left_at is not None],
        history=history_of(db.session, record_of(chosen)),
        event_text=event_text,
        keeper=keeper,
        people=suggested_people() if keeper else [],
        step_name=step_name,
        today_text=today_text(),
        **names(),
    )


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Register a post."""
    units = kept_units()
    if request.method == "GET":
        chosen = asked_unit() or (units[0].id if units else "")
        values = {"unit": str(chosen), "valid_from": today_text(), "hours": "4", "classes": "1"}
        return _page(PostForm(values))
    form = _read(OfficeFields.sent())
    if form.plan is not None:
        try:
            made = register_post(
                db.session, now(), site_settings().zone, current_actor(), form.plan
            )
        except Refused as refused:
            _refuse(form, refused)
        else:
            flash(_("The post is registered."), "success")
            return redirect(url_for("posts.post", post_id=made))
    return _page(form), 400


@roles_required("organizer")
def change(post_id: int) -> ResponseReturnValue:
    """Change a post."""
    chosen = seen_post(db.session, current_actor(), post_id)
    if request.method == "GET":
        return _page(PostForm(_stored(chosen)), chosen)
    form = _read(OfficeFields.sent(), chosen)
    if form.plan is not None:
        args = (db.session, now(), site_settings().zone, current_actor(), post_id, form.plan)
        try:
            changed = change_post(*args)
        except Refused as refused:
            _refuse(form, refused)
        else:
            flash(_("The change is saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("posts.post", post_id=post_id))
    return _page(form, chosen), 400


def names() -> dict[str, object]:
    """Names and looks of levels and stages, for templates."""
    return {
        "secrecies": SECRECY_NAMES,
        "stages": STAGE_NAMES,
        "secrecy_looks": SECRECY_LOOKS,
        "stage_looks": STAGE_LOOKS,
    }


def _refuse(form: PostForm, refused: Refused) -> None:
    if refused.status in (403, 404):
        raise refused
    form.errors["form"] = translated(refused.text)


def _page(form: PostForm, chosen: Post | None = None) -> str:
    return render_template(
        "posts/form.html",
        form=form,
        post=chosen,
        units=unit_choices(kept_units()),
        secrecies=SECRECY_NAMES,
    )


def _stored(post: Post) -> dict[str, str]:
    return {
        "unit": str(post.unit_id),
        "name": post.name,
        "secrecy": post.secrecy,
        "risks": post.risks,
        "hours": points(post.hours),
        "classes": str(post.classes),
        "valid_from": post.valid_from.isoformat(),
        "valid_to": post.valid_to.isoformat() if post.valid_to else "",
    }


def _read(fields: OfficeFields, post: Post | None = None) -> PostForm:
    unit_id = post.unit_id if post else fields.unit("unit", kept_units())
    plan = PostPlan(
        unit_id=unit_id,
        name=fields.text("name", 200),
        secrecy=fields.choice("secrecy", SECRECY_NAMES),
        risks=fields.lines("risks"),
        hours=Decimal(fields.number("hours", "0", "1000", places=1)),
        classes=fields.whole("classes", 0, 100),
        valid_from=fields.day("valid_from"),
        valid_to=fields.day_or_none("valid_to"),
    )
    return PostForm(fields.values, fields.errors, None if fields.errors else plan)
