"""The text of a year's letter: reading a version, setting a new one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.letters import LetterPlan, set_text, text_for, year_texts
from quizengine.services.post_words import LEVEL_NAMES
from quizengine.services.units import UnitRow
from quizengine.storage.models import LetterText, Unit
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.letters.overview import sees_text
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import READING, asked_unit, asked_year, kept_units

_LEVELS = {str(level): name for level, name in LEVEL_NAMES.items()}


@roles_required(*READING)
def version(text_id: int) -> ResponseReturnValue:
    """A version as it stands."""
    chosen = db.session.get(LetterText, text_id)
    if chosen is None or not sees_text(chosen.unit.path):
        raise Refused("letter-unknown", N_("There is no such letter."), status=404)
    keeper = current_actor().can("organizer", chosen.unit.path)
    return render_template("letters/version.html", text=chosen, levels=LEVEL_NAMES, keeper=keeper)


@roles_required("organizer")
def text() -> ResponseReturnValue:
    """Set the text for a year and level; with faults, the page again."""
    units = kept_units()
    if request.method == "GET":
        return _page(units, _values(units))
    fields = OfficeFields.sent()
    plan = LetterPlan(
        unit_id=fields.unit("unit", units),
        year=fields.whole("year", 2000, 2100),
        level=int(fields.choice("level", _LEVELS)),
        title=fields.text("title", 200),
        body=fields.text("body", 20_000),
    )
    if not fields.errors:
        try:
            changed = set_text(db.session, now(), current_actor(), plan)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            said = _("The text is set. Heads of units see it at once.")
            flash(said if changed else _("This text is in force already."), "success")
            return redirect(url_for("letters.index", year=plan.year))
    return _page(units, fields.values, fields.errors), 400


def _values(units: list[UnitRow]) -> Mapping[str, str]:
    """The text in force, or that of the year before, to go on from."""
    year = asked_year() or today().year
    unit = db.session.get(Unit, asked_unit() or units[0].id) or db.session.get_one(
        Unit, units[0].id
    )
    level = request.args.get("level", "")
    level = level if level in _LEVELS else str(min(unit.level + 1, 3))
    found = None
    for known in (year, year - 1):
        found = found or _earlier(unit, known, int(level))
    return {
        "unit": str(unit.id),
        "year": str(year),
        "level": level,
        "title": found.title if found else _("Responsibility letter %(year)s", year=year),
        "body": found.body if found else "",
    }


def _earlier(unit: Unit, year: int, level: int) -> LetterText | None:
    texts = [text for text in year_texts(db.session, year) if text.level == level]
    own = [text for text in texts if text.unit_id == unit.id]
    return own[-1] if own else text_for(texts, unit)


def _page(
    units: list[UnitRow], values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "letters/text.html",
        values=values,
        errors=errors or {},
        units=unit_choices(units),
        levels=list(_LEVELS.items()),
    )
