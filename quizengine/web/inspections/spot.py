"""突击抽查: fix the list, draw, open the quiz, enter results."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_registry
from quizengine.services.inspection_access import directed_inspection, seen_inspection
from quizengine.services.spot import (
    SpotPlan,
    draw_people,
    fix_list,
    spot_file,
    spot_of,
    unknown_spot,
)
from quizengine.services.spot_quiz import PaperResult, QuizPlan, enter_paper, open_quiz, take_over
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor
from quizengine.web.inspections.rounds import json_file
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, flash_faults, tried
from quizengine.web.organizer.fields import local_text


def draw(inspection_id: int) -> ResponseReturnValue:
    """Fix seed and list, or draw from them."""
    fields = OfficeFields.sent()
    what = fields.values.get("what")
    if what == "fix":
        count, source = fields.whole("count", 1, 1000), fields.optional("public_source", 200)
        if fields.errors:
            flash_faults(fields.errors)
        else:
            plan = SpotPlan(count, source)
            tried(
                lambda: fix_list(act(), inspection_id, plan),
                _("Seed and list are fixed; their hashes are in the ledger."),
            )
    elif what == "draw":
        value = fields.optional("public_value", 200)
        tried(lambda: draw_people(act(), inspection_id, value), _("The people are drawn."))
    else:
        raise Refused("step-unknown", N_("There is no such step."), status=400)
    return _back(inspection_id)


def record(inspection_id: int) -> ResponseReturnValue:
    """What anybody needs to draw again, as a file."""
    seen_inspection(db.session, current_actor(), inspection_id)
    check = spot_of(db.session, inspection_id)
    if check is None:
        raise unknown_spot()
    return json_file(spot_file(check), f"spot-check-{inspection_id}.json")


def quiz(inspection_id: int) -> ResponseReturnValue:
    """Open a quiz on screen for those who were drawn."""
    chosen = directed_inspection(db.session, current_actor(), inspection_id)
    fields = OfficeFields.sent()
    status = 200
    if request.method == "POST":
        plan = _plan(fields)
        if plan is not None:
            try:
                open_quiz(act(), inspection_id, plan)
            except Refused as refused:
                if refused.status in (403, 404):
                    raise
                fields.errors["form"] = translated(refused.text)
            else:
                return _back(inspection_id)
        status = 400
        chosen = directed_inspection(db.session, current_actor(), inspection_id)
    registry = served_registry(db.session)
    values = dict(fields.values) if request.method == "POST" else _usual()
    page = render_template(
        "inspections/quiz.html",
        inspection=chosen,
        check=spot_of(db.session, inspection_id),
        values=values,
        errors=fields.errors,
        tiers=[
            (tier.id, tier.title.in_language(language()))
            for tier in registry.tiers.values()
            if not tier.reserved
        ],
        topics=[
            (topic.id, topic.title.in_language(language()))
            for topic in registry.topics.values()
            if "." not in topic.id
        ],
        chosen=request.form.getlist("topics"),
    )
    return page, status


def results(inspection_id: int) -> ResponseReturnValue:
    """Take over the results of the quiz on screen, or enter those on paper."""
    if "take" in request.form:
        tried(lambda: take_over(act(), inspection_id), _("The results are entered."))
        return _back(inspection_id)
    check = spot_of(db.session, inspection_id)
    seen_inspection(db.session, current_actor(), inspection_id)
    if check is None:
        raise unknown_spot()
    fields = OfficeFields.sent()
    most = fields.number("max_score", "0.01", "10000", places=2)
    mark, day = fields.number("pass_mark", "0.01", "10000", places=2), fields.day("done_on")
    given = {one.person_id: _on_paper(fields, one.person_id, most) for one in check.drawn}
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(
            lambda: enter_paper(act(), inspection_id, given, most, mark, day),
            _("The results are entered."),
        )
    return _back(inspection_id)


def _on_paper(fields: OfficeFields, person_id: int, most: Decimal) -> PaperResult:
    excuse = fields.optional(f"excuse-{person_id}", 200)
    if not fields.values.get(f"score-{person_id}", "").strip():
        return PaperResult(None, excuse)
    return PaperResult(fields.number(f"score-{person_id}", "0", str(most), places=2), excuse)


def _usual() -> dict[str, str]:
    zone = site_settings().zone
    return {
        "single": "8",
        "true_false": "4",
        "minutes": "15",
        "pass_percent": "60",
        "opens_at": local_text(now(), zone),
        "closes_at": local_text(now() + timedelta(hours=2), zone),
    }


def _plan(fields: OfficeFields) -> QuizPlan | None:
    opens_at, closes_at = fields.time("opens_at"), fields.time("closes_at")
    registry = served_registry(db.session)
    tier = fields.values.get("tier", "")
    if tier not in registry.tiers:
        fields.errors["tier"] = _("Please choose.")
    single, true_false = fields.whole("single", 0, 50), fields.whole("true_false", 0, 50)
    minutes, percent = fields.whole("minutes", 1, 120), fields.whole("pass_percent", 1, 100)
    if fields.errors or opens_at is None or closes_at is None:
        return None
    topics = request.form.getlist("topics")
    return QuizPlan(tier, topics, single, true_false, minutes, percent, opens_at, closes_at)


def _back(inspection_id: int) -> ResponseReturnValue:
    return redirect(url_for("inspections.inspection", inspection_id=inspection_id))
