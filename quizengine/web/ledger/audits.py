"""Checkpoints of the ledger, and verifying it."""

from __future__ import annotations

import segno
from flask import Response, flash, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from markupsafe import Markup
from wtforms import StringField, SubmitField, TextAreaField

from quizengine.domain.text import Refused
from quizengine.services.access import READERS
from quizengine.services.checkpoint_sending import recent_sendings, targets
from quizengine.services.checkpoints import verifier_key
from quizengine.services.ledger_audit import (
    SIGNERS,
    audit,
    ledger_now,
    may_export,
    recent_checkpoints,
    sign_now,
    signed_note,
    whole_ledger,
)
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class VerifyForm(FlaskForm):  # type: ignore[misc]
    """A checkpoint that was kept elsewhere, pasted or as a file, and the key to check it by."""

    file = FileField(
        lazy_gettext("Checkpoint file"), description=lazy_gettext("The file as it was downloaded.")
    )
    note = TextAreaField(
        lazy_gettext("Or its text"),
        render_kw={**_PLAIN, "rows": 6, "placeholder": "quizengine.ledger\n…"},
    )
    key = StringField(
        lazy_gettext("Verifier key"),
        description=lazy_gettext(
            "The one that you kept. This site's own is used if it is left empty: whoever controls "
            "the server could have changed it."
        ),
        render_kw=_PLAIN,
    )
    submit = SubmitField(lazy_gettext("Verify the ledger"))


@roles_required(*READERS)
def checkpoints() -> ResponseReturnValue:
    """The ledger's size and root, and the checkpoints that went out."""
    actor = current_actor()
    return render_template(
        "ledger/checkpoints.html",
        present=ledger_now(db.session, actor),
        signed=recent_checkpoints(db.session, actor),
        sendings=recent_sendings(db.session, actor),
        sends=bool(targets(site_settings())),
        key=verifier_key(site_settings().instance),
        may_sign=any(actor.has(role) for role in SIGNERS),
        may_export=may_export(actor),
    )


@roles_required(*SIGNERS)
def make() -> ResponseReturnValue:
    """Sign the ledger as it stands."""
    sign_now(db.session, now(), current_actor(), site_settings().instance)
    flash(_("The checkpoint is signed. Download it, and keep it away from this server."), "success")
    return redirect(url_for("ledger.checkpoints"))


@roles_required(*READERS)
def note(checkpoint_id: int) -> ResponseReturnValue:
    """A signed checkpoint, to keep elsewhere."""
    found = signed_note(db.session, current_actor(), checkpoint_id)
    return _text(found.note, f"checkpoint-{found.size}.txt")


@roles_required(*READERS)
def sheet(checkpoint_id: int) -> ResponseReturnValue:
    """A signed checkpoint as a page to print, with a code that holds all of it."""
    found = signed_note(db.session, current_actor(), checkpoint_id)
    made = segno.make(found.note, error="m", micro=False)
    return render_template(
        "ledger/sheet.html",
        checkpoint=found,
        # segno writes what it was given as a path of numbers: nothing of the note is markup.
        picture=Markup(made.svg_inline(omitsize=True, border=4)),
        key=verifier_key(site_settings().instance),
    )


@roles_required(*READERS)
def key() -> ResponseReturnValue:
    """The public key by which checkpoints are checked."""
    return _text(verifier_key(site_settings().instance) + "\n", "verifier-key.txt")


@roles_required(*SIGNERS)
def whole() -> ResponseReturnValue:
    """All entries as they were hashed, one a line, for the stand-alone verifier."""
    texts = whole_ledger(db.session, current_actor())
    return Response(
        stream_with_context(f"{text}\n" for text in texts),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="ledger-export.jsonl"'},
    )


def _text(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="text/plain; charset=utf-8", headers=headers)


@roles_required(*READERS)
def verify() -> ResponseReturnValue:
    """Recompute everything, and compare it with a checkpoint if there is one."""
    form, report, trusted, status = VerifyForm(), None, None, 200
    if form.validate_on_submit():
        try:
            report, trusted = audit(
                db.session,
                current_actor(),
                site_settings().instance,
                _note_of(form),
                form.key.data or "",
            )
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
    elif form.is_submitted():
        status = 400
    page = render_template("ledger/verify.html", form=form, report=report, trusted=trusted)
    return page, status


def _note_of(form: VerifyForm) -> str:
    """What was uploaded, else what was pasted; bytes that are no text make no valid note."""
    if form.file.data:
        return str(form.file.data.read().decode("utf-8", "replace"))
    return form.note.data or ""
