"""Objections and reviews: the list, one of them, deciding, and objecting for a unit."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.domain.text import Refused
from quizengine.services.appraisal import recomputed_now, rules_of
from quizengine.services.appraisal_cases import decide, object_to_number, unknown_number
from quizengine.services.appraisal_closing import unit_names
from quizengine.services.appraisal_desk import (
    CasePage,
    WantedCases,
    case_file,
    case_page,
    list_cases,
)
from quizengine.services.appraisal_explained import measure_of
from quizengine.services.appraisal_seen import SeenYear
from quizengine.services.appraisal_words import DECISIONS
from quizengine.services.ledger_browse import entry_lines
from quizengine.storage.models import AppraisalCase
from quizengine.web.appraisal.common import READING, asked_code, the_year, year_page
from quizengine.web.appraisal.words import CASE_KINDS, CASE_STATES
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import sent_files
from quizengine.web.office.pages import ACCEPT, file_answer
from quizengine.web.paging import PER_PAGE, paging


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Cases of one's units."""
    kind = request.args.get("kind", "")
    wanted = WantedCases(
        year=request.args.get("year", type=row_id),
        kind=kind if kind in CASE_KINDS else "",
        undecided=request.args.get("state") == "undecided",
    )
    actor = current_actor()
    pages = paging(list_cases(db.session, actor, wanted, size=0)[1])
    found, _total = list_cases(db.session, actor, wanted, offset=pages.offset, size=PER_PAGE)
    kept = {key: request.args[key] for key in ("year", "kind", "state") if request.args.get(key)}
    return render_template(
        "appraisal/cases.html",
        cases=[(row, about_text(row)) for row in found],
        names=unit_names(db.session),
        pages=pages,
        wanted=wanted,
        kept=kept,
        kinds=CASE_KINDS,
        states=CASE_STATES,
    )


def about_text(case: AppraisalCase) -> str:
    """What a case is about, by the rules of its year."""
    if case.about == "entry":
        return str(_("Entry %(seq)s", seq=case.entry))
    if case.about == "total":
        return str(_("Total"))
    rules = rules_of(db.session, case.year)
    kind, _sep, name = case.about.partition(":")
    rows: dict[str, Any] = {
        "task": rules.tasks,
        "adjustment": rules.adjustments,
        "veto": rules.vetoes,
        "list": rules.people,
    }
    titles = [row.title.in_language(language()) for row in rows[kind] if row.id == name]
    return titles[0] if titles else case.about


@roles_required(*READING)
def case(case_id: int, fault: str = "") -> ResponseReturnValue:
    """One case, with what can be decided."""
    actor = current_actor()
    found = case_page(db.session, actor, case_id)
    seen = the_year(found.case.year)
    page = year_page(
        "appraisal/case.html",
        seen,
        "cases",
        page=found,
        case=found.case,
        about=about_text(found.case),
        kinds=CASE_KINDS,
        states=CASE_STATES,
        decisions=DECISIONS[found.case.kind],
        lines=entry_lines(db.session, actor, _seqs(found), language()),
        changes=_changes(seen, found),
        fault=fault,
        sent=request.form,
    )
    return page, 400 if fault else 200


def _seqs(found: CasePage) -> list[int]:
    case = found.case
    return [seq for seq in (case.entry, case.opened_seq, case.decided_seq) if seq]


def _changes(seen: SeenYear, found: CasePage) -> list[tuple[UnitResult, UnitResult]]:
    """For a review: the units that all entries of today would give another total or grade."""
    if found.case.kind != "review" or not seen.closed:
        return []
    again = recomputed_now(db.session, now(), seen.found.rules.year)
    pairs = [(unit, again.unit(unit.unit.code)) for unit in seen.units()]
    return [
        (was, new)
        for was, new in pairs
        if new is not None and (was.total, was.grade) != (new.total, new.grade)
    ]


@roles_required("organizer")
def decision(case_id: int) -> ResponseReturnValue:
    """Decide a case."""
    chosen, reason = request.form.get("decision", ""), request.form.get("reason", "")
    # Whoever may not see the case learns nothing about it.
    case_page(db.session, current_actor(), case_id)
    try:
        decide(db.session, now(), current_actor(), case_id, chosen, reason)
    except Refused as refused:
        if refused.status != 400:
            raise
        return case(case_id, translated(refused.text))
    flash(_("The decision is recorded."), "success")
    return redirect(url_for("appraisal.case", case_id=case_id))


@roles_required(*READING)
def file(case_id: int, file_id: int) -> ResponseReturnValue:
    """A file of a case."""
    return file_answer(case_file(db.session, current_actor(), case_id, file_id))


@roles_required("organizer")
def object_to(year: int) -> ResponseReturnValue:
    """Object to a number of a unit that one organizes."""
    seen = the_year(year)
    result = seen.unit(asked_code())
    about = request.args.get("of", "total")
    if about != "total" and measure_of(seen.found, about) is None:
        raise unknown_number()
    fault = ""
    if request.method == "POST":
        text = request.form.get("text", "")
        try:
            case_id = object_to_number(
                db.session,
                now(),
                current_actor(),
                year,
                result.unit.code,
                about,
                text,
                sent_files(),
            )
        except Refused as refused:
            if refused.status != 400:
                raise
            fault = translated(refused.text)
        else:
            flash(_("The objection is entered."), "success")
            return redirect(url_for("appraisal.case", case_id=case_id))
    page = year_page(
        "appraisal/object.html",
        seen,
        "cases",
        result=result,
        of=about,
        about=about_text(AppraisalCase(year=year, about=about)),
        fault=fault,
        sent=request.form,
        accept=ACCEPT,
    )
    return page, 400 if fault else 200
