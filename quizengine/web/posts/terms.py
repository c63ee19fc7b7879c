"""Periods that an office sets: 脱密期, how long an exam is good for, when the talk is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_
from quizengine.services.history import history_of
from quizengine.services.office_access import managed_unit
from quizengine.services.office_terms import LIMITS, Terms, set_terms, terms_at
from quizengine.storage.models import Unit
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import asked_unit, kept_units
from quizengine.web.office.words import event_text

GROUPS = (
    (
        N_("Control period after leaving a post"),
        "hourglass-split",
        {
            "core_months": (N_("Core posts"), N_("months")),
            "important_months": (N_("Important posts"), N_("months")),
            "general_months": (N_("General posts"), N_("months")),
        },
    ),
    (
        N_("Travel abroad"),
        "airplane",
        {
            "pass_days": (N_("A passed exam is good for"), N_("days")),
            "watch_days": (N_("Warn before a departure"), N_("days")),
            "talk_days": (N_("Talk after the return within"), N_("days")),
            "refresher_days": (N_("Refresher after the return within (0: none)"), N_("days")),
        },
    ),
)


@roles_required("organizer")
def terms() -> ResponseReturnValue:
    """The periods of a unit and all below it."""
    units = kept_units()
    unit = managed_unit(db.session, current_actor(), asked_unit() or units[0].id)
    if request.method == "GET":
        return _page(unit, {k: str(v) for k, v in asdict(terms_at(db.session, unit.path)).items()})
    sent = OfficeFields.sent()
    given = {field.name: sent.whole(field.name, *_limits(field.name)) for field in fields(Terms)}
    if sent.errors:
        return _page(unit, sent.values, sent.errors), 400
    set_terms(db.session, now(), current_actor(), unit.id, Terms(**given))
    flash(_("The periods are saved."), "success")
    return redirect(url_for("posts.terms", unit=unit.id))


def _limits(name: str) -> tuple[int, int]:
    return LIMITS[name.rpartition("_")[2]]


def _page(unit: Unit, values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "posts/terms.html",
        unit=unit,
        units=unit_choices(kept_units()),
        groups=GROUPS,
        values=values,
        errors=errors or {},
        history=history_of(db.session, f"office-terms:{unit.id}"),
        event_text=event_text,
    )
