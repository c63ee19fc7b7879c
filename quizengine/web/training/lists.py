"""Attendance from a file: upload, look at what it would do, decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.domain.text import N_, Refused
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.training_batches import managed_batch
from quizengine.services.training_list import COLUMNS, ListPlan, enter_list, preview_list
from quizengine.services.uploads import Upload, drop_upload, keep_upload, kept_upload
from quizengine.storage.models import TrainingBatch
from quizengine.web.clock import now, site_settings
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import sent_files
from quizengine.web.office.pages import act
from quizengine.web.organizer.downloads import file_response
from quizengine.web.paging import paging
from quizengine.web.training.words import names

PER_PAGE = 100


@roles_required("organizer")
def upload(batch_id: int) -> ResponseReturnValue:
    """Choose a file, and for which session it is."""
    batch = managed_batch(act(), batch_id)
    if request.method == "GET":
        return _upload_page(batch)
    files = sent_files("file")
    if not files:
        return _upload_page(batch, _("Choose a file.")), 400
    session_id = request.form.get("session", type=row_id)
    try:
        preview_list(act(), batch_id, session_id, files[0].data)
    except Refused as refused:
        if refused.status == 404:
            raise
        return _upload_page(batch, translated(refused.text)), refused.status
    person_id = current_actor().person_id
    token = keep_upload(site_settings().instance, now(), person_id, files[0])
    return redirect(url_for("training.preview", batch_id=batch_id, token=token, session=session_id))


@roles_required("organizer")
def template(batch_id: int) -> ResponseReturnValue:
    """The people on the list, to be filled in."""
    batch = managed_batch(act(), batch_id)
    columns = (
        Column(COLUMNS["number"][0], "id", 16),
        Column(COLUMNS["name"][0], width=14),
        Column(COLUMNS["state"][0], width=12),
        Column(COLUMNS["note"][0], width=30),
    )
    table = Table(N_("Attendance"), columns, _people(batch))
    return file_response(table, "xlsx", f"{batch.training.title} {batch.name}")


@roles_required("organizer")
def preview(batch_id: int, token: str) -> ResponseReturnValue:
    """What the file would do, row by row; then enter it, or throw it away."""
    instance = site_settings().instance
    kept = kept_upload(instance, now(), current_actor().person_id, token)
    session_id = request.args.get("session", type=row_id)
    if request.method == "GET":
        return _preview_page(batch_id, session_id, token, kept)
    if request.form.get("act") == "discard":
        drop_upload(instance, token)
        return redirect(url_for("training.upload", batch_id=batch_id))
    good_only = request.form.get("good_only") == "yes"
    try:
        plan = enter_list(act(), batch_id, session_id, kept.data, kept.name, good_only=good_only)
    except Refused as refused:
        if refused.status == 404:
            raise
        error = translated(refused.text)
        return _preview_page(batch_id, session_id, token, kept, error), refused.status
    drop_upload(instance, token)
    done = plan.counts["mark"] + plan.counts["add"]
    flash(ngettext("%(num)s row is entered.", "%(num)s rows are entered.", done), "success")
    return redirect(url_for("training.batch", batch_id=batch_id))


def _people(batch: TrainingBatch) -> Iterator[Sequence[Cell]]:
    for place in batch.places:
        yield (place.person.staff_no or place.person.login, place.person.name, None, None)


def _upload_page(batch: TrainingBatch, error: str = "") -> str:
    return render_template(
        "training/upload.html",
        batch=batch,
        found=batch.training,
        error=error,
        columns=COLUMNS,
        chosen=request.args.get("session", type=row_id),
    )


def _preview_page(
    batch_id: int, session_id: int | None, token: str, kept: Upload, error: str = ""
) -> str:
    batch = managed_batch(act(), batch_id)
    plan: ListPlan = preview_list(act(), batch_id, session_id, kept.data)
    # What can't be used comes first: it is to be mended.
    rows = sorted(plan.rows, key=lambda row: (not row.reasons, row.row_no))
    pages = paging(len(rows), PER_PAGE)
    return render_template(
        "training/preview.html",
        batch=batch,
        found=batch.training,
        session=next((one for one in batch.sessions if one.id == session_id), None),
        session_id=session_id,
        token=token,
        name=kept.name,
        plan=plan,
        changing=plan.counts["mark"] + plan.counts["add"],
        rows=rows[pages.offset : pages.offset + PER_PAGE],
        pages=pages,
        error=error,
        **names(),
    )
