"""Make an online contest or a series: presets, one page, and a check before anything is stored."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_blueprint, served_blueprints, served_registry
from quizengine.services.exam_plans import Outlook
from quizengine.services.mass import create_contest
from quizengine.services.mass_outlook import contest_outlook, series_outlook
from quizengine.services.mass_series import create_series
from quizengine.services.units import UnitRow, unit_tree
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.mass.organizer.form import PRIZE_ROWS, MassForm, read_form
from quizengine.web.mass.organizer.presets import (
    PRESETS,
    Preset,
    contest_blueprints,
    default_values,
)
from quizengine.web.mass.words import LEVELS, ORDERS, RELEASES


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """The page, filled in for one preset and blueprint."""
    preset = PRESETS.get(request.args.get("preset", ""), next(iter(PRESETS.values())))
    blueprint = _blueprint(request.args.get("blueprint") or "", preset)
    tree = _tree()
    owners = _owners(tree)
    values = default_values(preset, blueprint, now(), site_settings().zone, owners)
    form = MassForm(preset, blueprint, values, [], [unit.id for unit in owners])
    sent = MultiDict(values)
    sent.setlist("units", [str(unit_id) for unit_id in form.units])
    return _page(form, _outlook(_read(sent)))


def _blueprint(key: str, preset: Preset) -> Blueprint:
    known = contest_blueprints(served_blueprints(db.session))
    if not known:
        raise Refused("no-blueprints", N_("The question bank has no blueprints for contests."))
    return known.get(key) or known.get(preset.blueprint) or next(iter(known.values()))


@roles_required("organizer")
def create() -> ResponseReturnValue:
    """Make the contest or the series; with faults, the page again with all of them."""
    form = _read(request.form)
    if form.plan is None and form.series is None:
        return _page(form, None), 400
    zone, actor = site_settings().zone, current_actor()
    try:
        if form.series is not None:
            series = create_series(db.session, now(), zone, actor, form.series)
            target = url_for("mass_organizer.series", series_id=series.id)
        elif form.plan is not None:
            contest = create_contest(db.session, now(), zone, actor, form.plan)
            target = url_for("mass_organizer.board", contest_id=contest.id)
    except Refused as refused:
        if refused.status == 403:
            raise
        form.errors["form"] = translated(refused.text)
        return _page(form, None), refused.status
    flash(_("The contest is ready: it opens by itself."), "success")
    return redirect(target)


@roles_required("organizer")
def check() -> ResponseReturnValue:
    """What the form would do: a part of the page for its script, else the whole page."""
    form = _read(request.form)
    found = _outlook(form)
    if request.headers.get("X-Fragment"):
        return render_template("mass_organizer/_outlook.html", form=form, outlook=found)
    return _page(form, found)


def _read(sent: MultiDict[str, str]) -> MassForm:
    preset = PRESETS.get(sent.get("preset", ""))
    if preset is None:
        raise Refused("unknown-preset", N_("There is no such kind of contest."), status=400)
    blueprint = served_blueprint(db.session, sent.get("blueprint", ""))
    tiers = served_registry(db.session).tiers
    return read_form(sent, preset, blueprint, site_settings().zone, _tree(), tiers)


def _outlook(form: MassForm) -> Outlook | None:
    zone, actor = site_settings().zone, current_actor()
    if form.series is not None:
        return series_outlook(db.session, now(), zone, actor, form.series)
    if form.plan is not None:
        return contest_outlook(db.session, zone, actor, form.plan)
    return None


def _tree() -> list[UnitRow]:
    return unit_tree(db.session, current_actor(), "organizer")


def _owners(tree: list[UnitRow]) -> list[UnitRow]:
    """The highest units of the actor's scope: a contest belongs to one of them."""
    scopes = current_actor().scopes("organizer")
    return [unit for unit in tree if unit.path in scopes]


def _page(form: MassForm, found: Outlook | None) -> str:
    tree = _tree()
    return render_template(
        "mass_organizer/new.html",
        form=form,
        outlook=found,
        presets=PRESETS,
        blueprints=contest_blueprints(served_blueprints(db.session)),
        tiers=served_registry(db.session).tiers,
        tree=tree,
        owners=_owners(tree),
        releases=RELEASES,
        levels={str(key): label for key, label in LEVELS.items()},
        orders=ORDERS,
        prize_rows=PRIZE_ROWS,
        lang=language(),
        zone=site_settings().time_zone,
    )
