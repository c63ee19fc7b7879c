"""File a journey, and change it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from quizengine.domain.text import Refused
from quizengine.services.office_access import managed_person
from quizengine.services.outbound import OutboundPlan, change_journey, file_journey, seen_file
from quizengine.services.outbound_pass import TIER
from quizengine.storage.models import OutboundFile, Person, PersonTier
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, suggested_people
from quizengine.web.office.words import JOURNEY_KINDS


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """File a journey."""
    if request.method == "GET":
        return _page(_asked_person())
    fields = OfficeFields.sent()
    person_id, plan = fields.person("person"), _read(fields)
    if not fields.errors:
        try:
            made = file_journey(act(), person_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The journey is filed."), "success")
            return redirect(url_for("outbound.journey", file_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(file_id: int) -> ResponseReturnValue:
    """Change a journey; other dates keep the old ones in the history."""
    chosen = seen_file(db.session, current_actor(), file_id)
    if request.method == "GET":
        return _page(_stored(chosen), file=chosen)
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            changed = change_journey(act(), file_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The change is saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("outbound.journey", file_id=file_id))
    return _page(fields.values, fields.errors, chosen), 400


def _asked_person() -> dict[str, str]:
    """The form for the person that the query names, with the dates of the roster."""
    values = {"kind": "official"}
    person_id = request.args.get("person", type=row_id)
    if person_id is None:
        return values
    person: Person = managed_person(db.session, current_actor(), person_id)
    values["person"] = person.login
    tier = db.session.scalar(
        select(PersonTier).where(PersonTier.person_id == person_id, PersonTier.tier == TIER)
    )
    if tier is not None:
        values["departs_on"] = tier.departs_on.isoformat() if tier.departs_on else ""
        values["returns_on"] = tier.returns_on.isoformat() if tier.returns_on else ""
    return values


def _stored(file: OutboundFile) -> dict[str, str]:
    names = ("kind", "destination", "purpose", "escort", "approval")
    return {
        **{name: getattr(file, name) for name in names},
        "departs_on": file.departs_on.isoformat(),
        "returns_on": file.returns_on.isoformat(),
    }


def _read(fields: OfficeFields) -> OutboundPlan:
    plan = OutboundPlan(
        kind=fields.choice("kind", JOURNEY_KINDS),
        destination=fields.text("destination", 200),
        purpose=fields.text("purpose", 500),
        escort=fields.optional("escort", 200),
        approval=fields.optional("approval", 200),
        departs_on=fields.day("departs_on"),
        returns_on=fields.day("returns_on"),
    )
    if not fields.errors and plan.returns_on < plan.departs_on:
        fields.errors["returns_on"] = _("The return is before the departure.")
    return plan


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    file: OutboundFile | None = None,
) -> str:
    return render_template(
        "outbound/form.html",
        values=values,
        errors=errors or {},
        file=file,
        kinds=JOURNEY_KINDS,
        people=[] if file else suggested_people(),
    )
