"""Open an exam: one page with sensible defaults, and a check before anything is stored."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import exam_blueprint, exam_blueprints, served_registry
from quizengine.services.exam_plans import Outlook, outlook
from quizengine.services.exams import open_exam
from quizengine.services.papers import draw_papers
from quizengine.services.units import UnitRow, unit_tree
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.texts import type_names
from quizengine.web.organizer.plan_form import PlanForm, default_form, read_form
from quizengine.web.organizer.words import COUNTS, CREDIT_RULES, RELEASES

# For so many members papers are drawn while the organizer waits; more are left to the server's
# clock.
DRAWN_AT_ONCE = 500


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """The page, filled in for one blueprint."""
    blueprints = exam_blueprints(db.session)
    if not blueprints:
        raise Refused("no-blueprints", N_("The question bank has no blueprints."))
    chosen = request.args.get("blueprint") or next(iter(blueprints))
    blueprint = exam_blueprint(db.session, chosen)
    form = default_form(blueprint, now(), site_settings().zone, _owners(_tree()))
    return _page(form, _outlook(read_form(_sent(form), blueprint, *_known())))


def _sent(form: PlanForm) -> MultiDict[str, str]:
    """The form as a browser would send it back untouched."""
    sent = MultiDict(form.values)
    sent.setlist("tiers", form.tiers)
    sent.setlist("units", [str(unit_id) for unit_id in form.units])
    return sent


@roles_required("organizer")
def create() -> ResponseReturnValue:
    """Open the exam; with faults, the page again with all of them."""
    form = _read()
    if form.plan is None:
        return _page(form, None), 400
    zone = site_settings().zone
    try:
        exam = open_exam(db.session, now(), zone, current_actor(), form.plan)
    except Refused as refused:
        if refused.status == 403:
            raise
        form.errors["form"] = translated(refused.text)
        return _page(form, _outlook(form)), refused.status
    flash(_("The exam is open to its audience."), "success")
    if (outlook_now := _outlook(form)) and outlook_now.members <= DRAWN_AT_ONCE:
        draw_papers(db.session, now(), zone, exam.id)
    return redirect(url_for("organizer.board", exam_id=exam.id))


@roles_required("organizer")
def check() -> ResponseReturnValue:
    """What the form would do: a part of the page for its script, else the whole page."""
    form = _read()
    found = _outlook(form)
    if request.headers.get("X-Fragment"):
        return render_template("organizer/_outlook.html", form=form, outlook=found)
    return _page(form, found)


def _read() -> PlanForm:
    blueprint = exam_blueprint(db.session, request.form.get("blueprint", ""))
    return read_form(request.form, blueprint, *_known())


def _known() -> tuple[ZoneInfo, list[UnitRow], dict[str, Tier]]:
    return site_settings().zone, _tree(), served_registry(db.session).tiers


def _outlook(form: PlanForm) -> Outlook | None:
    if form.plan is None:
        return None
    return outlook(db.session, site_settings().zone, current_actor(), form.plan)


def _tree() -> list[UnitRow]:
    return unit_tree(db.session, current_actor(), "organizer")


def _owners(tree: list[UnitRow]) -> list[UnitRow]:
    """The highest units of the actor's scope: an exam belongs to one of them."""
    scopes = current_actor().scopes("organizer")
    return [unit for unit in tree if unit.path in scopes]


def _page(form: PlanForm, found: Outlook | None) -> str:
    tree = _tree()
    return render_template(
        "organizer/new.html",
        form=form,
        outlook=found,
        blueprints=exam_blueprints(db.session),
        tiers=served_registry(db.session).tiers,
        tree=tree,
        owners=_owners(tree),
        counts=COUNTS,
        credit_rules=CREDIT_RULES,
        releases=RELEASES,
        type_names=type_names(),
        lang=language(),
        zone=site_settings().time_zone,
    )
