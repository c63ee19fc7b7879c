"""People on posts: the list, a person's stages and steps, evidence."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.history import history_of
from quizengine.services.office_tables import holders_table
from quizengine.services.office_terms import terms_at
from quizengine.services.post_holders import (
    HolderFilter,
    HolderRow,
    enter_post,
    finish_leaving,
    leave_post,
    list_holders,
    record_of,
    seen_holder,
    take_step,
    with_lacks,
)
from quizengine.services.post_holders import assign as assign_holder
from quizengine.services.post_steps import DEMANDED, REVIEW, demanded, step_name
from quizengine.services.post_todos import due_of
from quizengine.storage.models import SECRECY, STAGES
from quizengine.web.clock import site_settings, today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import (
    ACCEPT,
    READING,
    act,
    asked_of,
    asked_unit,
    file_answer,
    flash_faults,
    keeps,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response
from quizengine.web.posts.register import names


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """People on posts of one's units, filtered."""
    wanted = _wanted()
    rows, pages = page_of(list_holders(act(), wanted))
    return render_template(
        "posts/holders.html",
        rows=rows,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "secrecy", "stage", "lacking"),
        units=seen_unit_choices(),
        step_name=step_name,
        **names(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    table = holders_table(db.session, list_holders(act(), _wanted()))
    return file_response(table, form, today_text())


@roles_required("organizer")
def assign(post_id: int) -> ResponseReturnValue:
    """Put somebody on a post."""
    fields = OfficeFields.sent()
    person_id, day = fields.person("person"), fields.day("on_from")
    if fields.errors:
        flash_faults(fields.errors)
        return redirect(url_for("posts.post", post_id=post_id))
    made: list[int] = []
    done = _("Recorded. Next: the steps before the work on the post begins.")
    if tried(lambda: made.append(assign_holder(act(), post_id, person_id, day)), done):
        return redirect(url_for("posts.holder", holder_id=made[0]))
    return redirect(url_for("posts.post", post_id=post_id))


@roles_required(*READING)
def holder(holder_id: int) -> ResponseReturnValue:
    """One person on one post: stages, steps, what is missing."""
    chosen = seen_holder(db.session, current_actor(), holder_id)
    [row] = with_lacks(db.session, site_settings().zone, [chosen], today())
    record = record_of(chosen)
    terms = terms_at(db.session, chosen.post.unit.path)
    return render_template(
        "posts/holder.html",
        holder=chosen,
        row=row,
        taken={step.step: step for step in chosen.steps},
        steps=_steps(row),
        due_of=due_of,
        step_name=step_name,
        usual_until=terms.control_until(chosen.secrecy, today()),
        files=evidence_of(db.session, record),
        history=history_of(db.session, record),
        event_text=event_text,
        keeper=keeps(chosen.post.unit.path) and chosen.person_id != current_actor().person_id,
        own=chosen.person_id == current_actor().person_id,
        today=today(),
        today_text=today_text(),
        accept=ACCEPT,
        **names(),
    )


@roles_required("organizer")
def step(holder_id: int) -> ResponseReturnValue:
    """Record a step."""
    fields = OfficeFields.sent()
    day, text = fields.day("done_on"), fields.optional("note", 500)
    name = request.form.get("step", "")
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(
            lambda: take_step(act(), holder_id, name, day, text, sent_files()),
            _("The step is recorded."),
        )
    return _back(holder_id)


@roles_required("organizer")
def stage(holder_id: int) -> ResponseReturnValue:
    """Go on to the next stage."""
    fields = OfficeFields.sent()
    what = request.form.get("what")
    if what == "finish":
        tried(lambda: finish_leaving(act(), holder_id), _("The person has left the post."))
        return _back(holder_id)
    day, until = fields.day("day"), fields.day_or_none("control_until")
    if fields.errors:
        flash_faults(fields.errors)
    elif what == "enter":
        tried(lambda: enter_post(act(), holder_id, day), _("The person is on the post."))
    elif what == "leave":
        done = _("The person is leaving the post.")
        tried(lambda: leave_post(act(), holder_id, day, until), done)
    else:
        raise Refused("stage-unknown", N_("There is no such stage."), status=400)
    return _back(holder_id)


@roles_required(*READING)
def file(holder_id: int, file_id: int) -> ResponseReturnValue:
    """A file of evidence."""
    chosen = seen_holder(db.session, current_actor(), holder_id)
    return file_answer(evidence_file(db.session, record_of(chosen), file_id))


def _back(holder_id: int) -> ResponseReturnValue:
    return redirect(url_for("posts.holder", holder_id=holder_id))


def _wanted() -> HolderFilter:
    return HolderFilter(
        unit_id=asked_unit(),
        secrecy=asked_of("secrecy", SECRECY),
        stage=asked_of("stage", STAGES),
        lacking=request.args.get("lacking") == "yes",
    )


def _steps(row: HolderRow) -> dict[str, list[str]]:
    """Steps to show, by stage: those demanded, and reviews that were held."""
    held = row.holder
    reviews = {step.step for step in held.steps if step.step.startswith(REVIEW)}
    if held.stage == "in_post" and held.left_at is None:
        reviews |= set(demanded(held, today()))
    return {
        "on_post": list(DEMANDED["on_post"]),
        "in_post": sorted(reviews),
        "off_post": list(DEMANDED["off_post"]),
    }
