"""What waits for a second person: ask, clear with a reason, take off the list."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services import bank_guard
from quizengine.services.bank_files import editable_files
from quizengine.web.bankroom import words
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required

# Of what was cleared, the page shows so many; the ledger has them all.
_LATEST = 20


@roles_required("admin")
def waiting() -> ResponseReturnValue:
    """What is stopped, who asked for it, and what was cleared lately."""
    return _page()


@roles_required("admin")
def ask() -> ResponseReturnValue:
    """Ask that what stands in a file may stay."""
    root = site_settings().bank
    try:
        bank_guard.ask_in_file(db.session, now(), today(), current_actor(), root, _key())
    except Refused as refused:
        return _again(refused)
    flash(_("Asked: another person can clear it now."), "success")
    return redirect(url_for("bankroom.guard"))


@roles_required("admin")
def clear() -> ResponseReturnValue:
    """Let a text pass, with a reason."""
    root, reason = site_settings().bank, request.form.get("reason", "")
    try:
        bank_guard.clear(db.session, now(), today(), current_actor(), root, _key(), reason)
    except Refused as refused:
        return _again(refused, reason)
    flash(_("Cleared. It is entered in the ledger."), "success")
    return redirect(url_for("bankroom.guard"))


@roles_required("admin")
def withdraw() -> ResponseReturnValue:
    """Take a text off the list that nobody will clear."""
    try:
        bank_guard.take_back(db.session, now(), current_actor(), _key())
    except Refused as refused:
        return _again(refused)
    flash(_("Taken off the list. It stays stopped."), "success")
    return redirect(url_for("bankroom.guard"))


def _key() -> str:
    return request.form.get("key", "")


def _again(refused: Refused, reason: str = "") -> ResponseReturnValue:
    """The page as it is now, with what was in the way; what was typed is kept."""
    if refused.code == "forbidden":
        raise refused
    return _page(translated(refused.text), reason), refused.status


def _page(error: str = "", reason: str = "") -> str:
    actor, root = current_actor(), site_settings().bank
    return render_template(
        "bankroom/guard.html",
        lines=bank_guard.guard_lines(db.session, today(), actor, root),
        cleared=bank_guard.latest_cleared(db.session, actor, _LATEST),
        names=words.guard_names(),
        files=set(editable_files(root)),
        most=bank_guard.LONGEST_REASON,
        error=error,
        key=_key(),
        reason=reason,
    )
