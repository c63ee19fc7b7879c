"""What is done to a person: tiers, roles, opening and closing the account."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services import people
from quizengine.services.details import TierDates
from quizengine.web.admin.common import administrator, registered_tiers, tier_names
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id

_DATES = ("valid_from", "valid_to", "departs_on", "returns_on")


@roles_required("admin")
def tiers(person_id: int) -> ResponseReturnValue:
    """A person's tiers with their dates."""
    record = people.get_person(db.session, administrator(), person_id)
    known = registered_tiers()
    error, status = "", 200
    if request.method == "POST":
        try:
            people.set_tiers(db.session, administrator(), known, person_id, _wanted())
        except Refused as refused:
            error, status = translated(refused.text), refused.status
        else:
            flash(_("The audience groups are saved."), "success")
            return _back(person_id)
    names = {**{tier: tier for tier in record.tiers}, **tier_names()}
    shown = [key for key in names if key in record.tiers or not known[key].reserved]
    page = render_template(
        "people/tiers.html",
        record=record,
        names={key: names[key] for key in shown},
        travels={key for key in shown if key in known and known[key].dates == "travel"},
        given=_given(record),
        error=error,
    )
    return page, status


def _given(record: people.PersonRecord) -> dict[str, dict[str, str]]:
    """What stands in the form: as it was sent, or as it is stored. Dates by tier and name."""
    if request.method == "POST":
        return {
            tier: {name: request.form.get(f"{name}-{tier}", "") for name in _DATES}
            for tier in request.form.getlist("tier")
        }
    return {
        tier: {name: str(getattr(dates, name) or "") for name in _DATES}
        for tier, dates in record.tiers.items()
    }


def _wanted() -> dict[str, TierDates]:
    return {
        tier: TierDates(**{name: _date(request.form.get(f"{name}-{tier}", "")) for name in _DATES})
        for tier in request.form.getlist("tier")
    }


def _date(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        template = N_("“%(value)s” is not a date such as 2026-01-31.")
        raise Refused("person-faults", template, status=400, value=text[:40]) from error


@roles_required("admin")
def grant(person_id: int) -> ResponseReturnValue:
    """Give a role over a unit."""
    role, unit_id = _role()
    people.grant_role(db.session, administrator(), person_id, role, unit_id)
    flash(_("The role is granted."), "success")
    return _back(person_id)


@roles_required("admin")
def revoke(person_id: int) -> ResponseReturnValue:
    """Take a role away."""
    role, unit_id = _role()
    people.revoke_role(db.session, administrator(), person_id, role, unit_id)
    flash(_("The role is taken away."), "success")
    return _back(person_id)


def _role() -> tuple[str, int]:
    unit_id = request.form.get("unit", type=row_id)
    if unit_id is None:
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    return request.form.get("role", ""), unit_id


@roles_required("organizer")
def unlock(person_id: int) -> ResponseReturnValue:
    """Let a person try to sign in again."""
    people.unlock(db.session, current_actor(), person_id)
    flash(_("The account is unlocked."), "success")
    return _back(person_id)


@roles_required("admin")
def set_active(person_id: int) -> ResponseReturnValue:
    """Close an account, or open it again."""
    active = request.form.get("active") == "yes"
    people.set_active(db.session, administrator(), person_id, active)
    flash(_("The account is open again.") if active else _("The account is closed."), "success")
    return _back(person_id)


def _back(person_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin.person", person_id=person_id))
