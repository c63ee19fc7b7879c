"""The forms for a new file, and for one from elsewhere."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, SubmitField
from wtforms.validators import DataRequired, Length


class NewFileForm(FlaskForm):  # type: ignore[misc]
    """Where a new file stands, and what its first question is like; choices are set per request."""

    folder = SelectField(lazy_gettext("Folder"))
    new_folder = StringField(
        lazy_gettext("Name of a new folder"),
        description=lazy_gettext("Only if the file is to stand in a folder of its own."),
        validators=[Length(max=60)],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    name = StringField(
        lazy_gettext("Name of the file"),
        description=lazy_gettext("Lower-case letters, digits, - and _; without .yaml."),
        validators=[DataRequired(lazy_gettext("Please fill this in.")), Length(max=60)],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    tier = SelectField(lazy_gettext("Audience"))
    pool = SelectField(lazy_gettext("Pool"), default="exam")
    kind = SelectField(lazy_gettext("Type of the first question"))
    submit = SubmitField(lazy_gettext("Go on to the text"))


class ImportForm(FlaskForm):  # type: ignore[misc]
    """A question bank from elsewhere; the formats are set per request."""

    file = FileField(
        lazy_gettext("File with questions"),
        description=lazy_gettext("At most 4 MB. Nothing is written before you have looked at it."),
        validators=[FileRequired(lazy_gettext("Please choose a file."))],
        render_kw={"accept": ".txt,.docx,.xlsx,.csv,.gift,.xml,.zip"},
    )
    form = SelectField(lazy_gettext("Format"))
    submit = SubmitField(lazy_gettext("Read the file"))
