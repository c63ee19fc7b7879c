"""Forms of people and units."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, InputRequired, Length

_REQUIRED = lazy_gettext("Please fill this in.")
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class PersonForm(FlaskForm):  # type: ignore[misc]
    """Details and unit of a person."""

    name = StringField(
        lazy_gettext("Name"),
        validators=[DataRequired(_REQUIRED), Length(max=100)],
        render_kw={"autocomplete": "off"},
    )
    login = StringField(
        lazy_gettext("Login"),
        description=lazy_gettext("Usually the staff or student number."),
        validators=[DataRequired(_REQUIRED), Length(max=64)],
        render_kw={**_PLAIN, "autocapitalize": "none"},
    )
    unit = SelectField(lazy_gettext("Unit"), coerce=int, validators=[InputRequired(_REQUIRED)])
    staff_no = StringField(
        lazy_gettext("Staff or student number"), validators=[Length(max=64)], render_kw=_PLAIN
    )
    id_no = StringField(
        lazy_gettext("Identity number"), validators=[Length(max=32)], render_kw=_PLAIN
    )
    phone = StringField(
        lazy_gettext("Phone"),
        validators=[Length(max=32)],
        render_kw={**_PLAIN, "inputmode": "tel"},
    )
    submit = SubmitField(lazy_gettext("Save"))


class UnitForm(FlaskForm):  # type: ignore[misc]
    """Name and code of a unit."""

    name = StringField(
        lazy_gettext("Name of the unit"),
        validators=[DataRequired(_REQUIRED), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    code = StringField(
        lazy_gettext("Code"),
        description=lazy_gettext("Short and unique; rosters name the unit by it."),
        validators=[DataRequired(_REQUIRED), Length(max=64)],
        render_kw=_PLAIN,
    )
    submit = SubmitField(lazy_gettext("Save"))


class HeadForm(FlaskForm):  # type: ignore[misc]
    """The responsible person of a unit, by login."""

    head = StringField(
        lazy_gettext("Login of the responsible person"),
        description=lazy_gettext("Leave it empty for nobody."),
        validators=[Length(max=64)],
        render_kw={**_PLAIN, "autocapitalize": "none", "list": "heads"},
    )
    submit = SubmitField(lazy_gettext("Save"))


class MoveForm(FlaskForm):  # type: ignore[misc]
    """Where a unit goes in the tree."""

    parent = SelectField(
        lazy_gettext("Belongs to"), coerce=int, validators=[InputRequired(_REQUIRED)]
    )
    submit = SubmitField(lazy_gettext("Move"))


class RosterForm(FlaskForm):  # type: ignore[misc]
    """A roster file."""

    file = FileField(
        lazy_gettext("Roster file"),
        description=lazy_gettext("XLSX or CSV. You see what would change before anything does."),
        validators=[FileRequired(lazy_gettext("Please choose a file."))],
        render_kw={"accept": ".xlsx,.csv,.txt"},
    )
    submit = SubmitField(lazy_gettext("Check the file"))
