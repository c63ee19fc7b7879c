"""The list of people, and reading one person's record."""

from __future__ import annotations

from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.codes import covers
from quizengine.services.details import Details
from quizengine.services.directory import Filter, list_people
from quizengine.services.people import PersonRecord, create_person, get_person, update_person
from quizengine.services.units import UnitRow
from quizengine.storage.models import ROLES
from quizengine.web.admin.common import (
    administered_units,
    administrator,
    registered_tiers,
    tier_names,
    unit_names,
    visible_units,
)
from quizengine.web.admin.forms import PersonForm
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import role_name, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.paging import Paging

PER_PAGE = 50
_STATES: dict[str, bool | None] = {"active": True, "closed": False, "all": None}


@roles_required("organizer")
def index() -> ResponseReturnValue:
    """People of one's units, filtered."""
    units = visible_units()
    asked = request.args
    wanted = Filter(
        text=asked.get("q", "")[:100],
        unit_id=asked.get("unit", type=row_id),
        tier=asked.get("tier") or None,
        role=asked.get("role") or None,
        active=_STATES.get(asked.get("state", "active"), True),
    )
    page = asked.get("page", 1, type=int)
    found = list_people(db.session, current_actor(), wanted, page=page, size=PER_PAGE)
    kept = {key: asked[key] for key in ("q", "unit", "tier", "role", "state") if asked.get(key)}
    return render_template(
        "people/index.html",
        found=found,
        paging=Paging(found.page, found.total, found.size),
        wanted=wanted,
        state=asked.get("state", "active"),
        kept=kept,
        units=unit_choices(units),
        tiers=tier_names(),
        roles={role: role_name(role) for role in ROLES},
    )


@roles_required("organizer")
def person(person_id: int) -> ResponseReturnValue:
    """One person's record, and what may be done with it."""
    return person_page(person_id)


def person_page(person_id: int) -> str:
    """The page of a person."""
    actor = current_actor()
    record = get_person(db.session, actor, person_id)
    units = visible_units()
    administered = administered_units()
    locked = record.locked_until
    return render_template(
        "people/person.html",
        record=record,
        way=unit_names(units, record.unit_path) or [record.unit],
        tiers=registered_tiers(),
        names=tier_names(),
        locked=locked is not None and now() < locked,
        manages=actor.can("admin", record.unit_path),
        # Codes and closing are for those who hold or administer all roles of the person.
        covered=actor.can("organizer", record.unit_path)
        and covers(actor, [grant for grant, _unit in record.roles]),
        own=person_id == actor.person_id,
        administered={unit.id for unit in administered},
        units=unit_choices(administered),
        roles={role: role_name(role) for role in ROLES},
    )


@roles_required("admin")
def new() -> ResponseReturnValue:
    """Add one person."""
    units = administered_units()
    form = _person_form(units)
    if request.method == "GET":
        form.unit.data = request.args.get("unit", type=row_id)
    status = 200
    if form.validate_on_submit():
        try:
            made = create_person(db.session, now(), administrator(), _details(form), form.unit.data)
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
        else:
            return redirect(url_for("admin.person", person_id=made))
    elif form.is_submitted():
        status = 400
    page = render_template("people/edit.html", form=form, title=_("New person"), crumbs=_crumbs())
    return page, status


@roles_required("admin")
def edit(person_id: int) -> ResponseReturnValue:
    """Change a person's details or unit."""
    record = get_person(db.session, administrator(), person_id)
    form = _person_form(administered_units(), record)
    status = 200
    if form.validate_on_submit():
        try:
            update_person(db.session, administrator(), person_id, _details(form), form.unit.data)
        except Refused as refused:
            form.form_errors.append(translated(refused.text))
            status = refused.status
        else:
            return redirect(url_for("admin.person", person_id=person_id))
    elif form.is_submitted():
        status = 400
    title = _("Change details")
    page = render_template("people/edit.html", form=form, title=title, crumbs=_crumbs(record))
    return page, status


def _person_form(units: list[UnitRow], record: PersonRecord | None = None) -> PersonForm:
    given: Mapping[str, object] = {}
    if record is not None:
        given = {**vars(record.details), "unit": record.unit_id}
    form = PersonForm(data=given)
    form.unit.choices = unit_choices(units)
    return form


def _details(form: PersonForm) -> Details:
    return Details(
        login=form.login.data,
        name=form.name.data,
        staff_no=form.staff_no.data or "",
        id_no=form.id_no.data or "",
        phone=form.phone.data or "",
    )


def _crumbs(record: PersonRecord | None = None) -> list[tuple[str, str]]:
    crumbs = [(_("People"), url_for("admin.index"))]
    if record is not None:
        crumbs.append((record.details.name, url_for("admin.person", person_id=record.id)))
    return crumbs
