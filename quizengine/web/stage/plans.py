"""Prepare a contest: choose rules, title, unit and time; change them before it begins."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_contest, served_contests
from quizengine.services.stage import change_contest, create_contest
from quizengine.services.units import UnitRow, unit_tree
from quizengine.storage.models import Contest
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.fields import Fields
from quizengine.web.stage.common import contest_page, has_begun, own_contest, to_contest
from quizengine.web.stage.plan_form import (
    ContestForm,
    default_form,
    read_form,
    read_settings,
    stored_form,
)
from quizengine.web.stage.rules_text import prizes_text, rounds_text, teams_text, ties_text

FIRST_CHOICE = "classic"
"""Rules that suit a first contest; a bank may do without them."""


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """The page, filled in for one set of rules."""
    known = _presets()
    if not known:
        raise Refused("no-rules", N_("The question bank has no rules of contests."), status=404)
    rules = served_contest(db.session, request.args.get("rules") or next(iter(known)))
    return _page(rules, default_form(rules, now(), site_settings().zone, _tree()))


@roles_required("organizer")
def create() -> ResponseReturnValue:
    """Prepare the contest; with faults, the page again with all of them."""
    rules = served_contest(db.session, request.form.get("rules", ""))
    form = read_form(request.form, rules, site_settings().zone, _tree())
    if form.plan is None:
        return _page(rules, form), 400
    try:
        contest = create_contest(db.session, now(), current_actor(), form.plan)
    except Refused as refused:
        if refused.status == 403:
            raise
        form.errors["form"] = translated(refused.text)
        return _page(rules, form), refused.status
    flash(_("The contest is prepared. Next: its teams and questions."), "success")
    return to_contest(contest)


def _tree() -> list[UnitRow]:
    return unit_tree(db.session, current_actor(), "organizer")


def _page(rules: ContestRules, form: ContestForm) -> str:
    return render_template(
        "stage/new.html",
        form=form,
        rules=rules,
        presets=_presets(),
        units=unit_choices(_tree()),
        lang=language(),
        **_in_words(rules),
    )


def _presets() -> dict[str, ContestRules]:
    """All rules of the bank, those for a first contest first."""
    known = served_contests(db.session)
    return {key: known[key] for key in sorted(known, key=lambda key: key != FIRST_CHOICE)}


def _in_words(rules: ContestRules) -> dict[str, object]:
    return {
        "rounds": rounds_text(rules),
        "teams_text": teams_text(rules),
        "prizes_text": prizes_text(rules),
        "ties_text": ties_text(rules),
    }


@roles_required("organizer")
def settings(contest_id: int) -> ResponseReturnValue:
    """Title, time and rules, while they can be changed."""
    contest = own_contest(contest_id)
    if has_begun(contest) or contest.state == "cancelled":
        return redirect(url_for("stage.overview", contest_id=contest_id))
    return _settings(contest, stored_form(contest, site_settings().zone))


def _settings(contest: Contest, form: ContestForm) -> str:
    return contest_page("stage/settings.html", contest, "settings", form=form, presets=_presets())


@roles_required("organizer")
def change(contest_id: int) -> ResponseReturnValue:
    """Store them; with faults, the page again."""
    contest = own_contest(contest_id)
    fields = Fields(request.form, site_settings().zone)
    title, planned_at = read_settings(fields)
    rules_id = fields.choice("rules", served_contests(db.session))
    if not fields.errors:
        try:
            change_contest(
                db.session,
                current_actor(),
                contest_id,
                title=title,
                planned_at=planned_at,
                rules_id=rules_id,
            )
        except Refused as refused:
            if refused.code in ("forbidden", "contest-begun", "contest-cancelled"):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(_("The change is saved."), "success")
            return to_contest(contest)
    return _settings(contest, ContestForm(request.form, fields.errors)), 400
