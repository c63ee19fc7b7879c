"""Forms of signing in and of changing the password."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, EqualTo, Length

from quizengine.services.passwords import MAX_LENGTH, MIN_LENGTH

_REQUIRED = lazy_gettext("Please fill this in.")


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Login, and a password or one-time code."""

    login = StringField(
        lazy_gettext("Login"),
        validators=[DataRequired(_REQUIRED), Length(max=64)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    secret = PasswordField(
        lazy_gettext("Password or one-time code"),
        description=lazy_gettext("For the first sign-in, enter the code you were given."),
        validators=[DataRequired(_REQUIRED), Length(max=MAX_LENGTH)],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    submit = SubmitField(lazy_gettext("Sign in"))


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The present password (left out for those who have none), and twice the new one."""

    old = PasswordField(
        lazy_gettext("Present password"),
        validators=[DataRequired(_REQUIRED)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        lazy_gettext("New password"),
        description=lazy_gettext(
            "At least %(count)d characters; a sentence is easy to remember.", count=MIN_LENGTH
        ),
        validators=[DataRequired(_REQUIRED)],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("New password again"),
        validators=[
            DataRequired(_REQUIRED),
            EqualTo("new", lazy_gettext("The two new passwords differ.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    submit = SubmitField(lazy_gettext("Save password"))
