"""Pages for signing in, the password, the account, and the language."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services import auth
from quizengine.services.profile import own_profile
from quizengine.services.signed_in import person_for_session, signed_in
from quizengine.web.auth.forms import PasswordForm, SignInForm
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import LANGUAGE_COOKIE, LANGUAGES, translated
from quizengine.web.identity import (
    current_actor,
    end_session,
    public,
    safe_target,
    signed_in_user,
    start_session,
)

_YEAR_S = 365 * 24 * 3600


def home() -> ResponseReturnValue:
    """The member's home is everybody's; tools of a role are shown on it too."""
    return redirect(url_for("member.index"))


@public
def sign_in() -> ResponseReturnValue:
    """Login with password or one-time code."""
    if signed_in_user() is not None:
        return redirect(url_for("auth.home"))
    form = SignInForm(next=request.args.get("next", ""))
    status = 200
    if form.validate_on_submit():
        try:
            person = auth.sign_in(
                db.session, now(), site_settings(), form.login.data, form.secret.data
            )
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
        else:
            start_session(signed_in(person))
            return redirect(safe_target(form.next.data) or url_for("auth.home"))
    elif form.is_submitted():
        status = 400
    return render_template("auth/sign_in.html", form=form), status


def sign_out() -> ResponseReturnValue:
    """End the session of this browser."""
    end_session()
    flash(_("You are signed out."), "success")
    return redirect(url_for("auth.sign_in"))


def change_password() -> ResponseReturnValue:
    """Choose an own password; forced after a one-time code."""
    user = signed_in_user()
    if user is None:
        return redirect(url_for("auth.sign_in"))
    form = PasswordForm()
    if not user.has_password:
        del form.old
    status = 200
    if form.validate_on_submit():
        old = form.old.data if user.has_password else None
        try:
            version = auth.change_password(
                db.session, now(), site_settings(), user.person_id, old, form.new.data
            )
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
        else:
            _stay_signed_in(user.person_id, version)
            flash(_("Your password is saved. Other devices are signed out."), "success")
            return redirect(url_for("auth.home" if user.must_change else "auth.account"))
    elif form.is_submitted():
        status = 400
    page = render_template("auth/password.html", form=form, forced=user.must_change)
    return page, status


def _stay_signed_in(person_id: int, version: int) -> None:
    found = person_for_session(db.engine, person_id, version)
    if found is not None:
        start_session(found)


def account() -> ResponseReturnValue:
    """Own details, to read, and the way to language and password."""
    return render_template("auth/account.html", own=own_profile(db.session, current_actor()))


@public
def choose_language() -> ResponseReturnValue:
    """Keep the language in a cookie, and on the person if signed in."""
    chosen = request.form.get("language", "")
    back = redirect(safe_target(request.form.get("next")) or url_for("auth.home"))
    if chosen not in LANGUAGES:
        return back
    user = signed_in_user()
    if user is not None:
        auth.set_language(db.session, user.person_id, chosen)
    back.set_cookie(
        LANGUAGE_COOKIE,
        chosen,
        max_age=_YEAR_S,
        httponly=True,
        samesite="Lax",
        secure=site_settings().secure_cookies,
    )
    return back
