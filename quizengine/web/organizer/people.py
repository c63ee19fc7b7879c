"""The people of an exam: the list, one person, an answer sheet, adjustments."""

from __future__ import annotations

from decimal import Decimal

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.text import Refused
from quizengine.services.adjustments import AdjustmentPlan, adjust
from quizengine.services.boards import Wanted, matching, overall, person_lines, unit_board
from quizengine.services.person_board import PersonBoard, answer_sheet, person_board
from quizengine.services.reach import Reach
from quizengine.services.standings import standings
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, points, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.answers import answer_lines, citation
from quizengine.web.member.texts import type_names
from quizengine.web.numbers import row_id
from quizengine.web.organizer.board import READING
from quizengine.web.organizer.common import exam_page, saved, seen_exam
from quizengine.web.organizer.fields import Fields, local_text
from quizengine.web.organizer.words import PERSON_STATES
from quizengine.web.paging import PER_PAGE, paging


@roles_required(*READING)
def people(exam_id: int) -> ResponseReturnValue:
    """Everybody in reach, filtered by unit, state and name."""
    seen = seen_exam(exam_id)
    members = standings(db.session, site_settings().zone, seen)
    state = request.args.get("state", "")
    wanted = Wanted(
        unit_id=request.args.get("unit", type=row_id),
        state=state if state in PERSON_STATES else None,
        text=request.args.get("text", ""),
    )
    found = matching(db.session, members, wanted)
    pages = paging(len(found))
    shown = found[pages.offset : pages.offset + PER_PAGE]
    asked = {"unit": wanted.unit_id, "state": wanted.state, "text": wanted.text}
    return exam_page(
        "organizer/people.html",
        seen,
        "people",
        lines=person_lines(db.session, exam_id, shown),
        pages=pages,
        wanted=wanted,
        query={key: value for key, value in asked.items() if value},
        units=unit_board(db.session, seen, members),
        tally=overall(members),
    )


@roles_required(*READING)
def person(exam_id: int, person_id: int) -> ResponseReturnValue:
    """One member: attempts, and what was adjusted."""
    seen = seen_exam(exam_id)
    member = person_board(db.session, site_settings().zone, seen, person_id)
    return _person_page(seen, member, _adjusted_values(member), {})


def _adjusted_values(member: PersonBoard) -> dict[str, str]:
    zone, row = site_settings().zone, member.adjusted
    return {
        "extra_minutes": points(Decimal(row.extra_s) / 60) if row else "0",
        "extra_attempts": str(row.extra_attempts) if row else "0",
        "opens_at": local_text(row.opens_at, zone) if row else "",
        "closes_at": local_text(row.closes_at, zone) if row else "",
        "reason": row.reason if row else "",
    }


def _person_page(
    seen: Reach, member: PersonBoard, values: dict[str, str], errors: dict[str, str]
) -> str:
    return exam_page(
        "organizer/person.html",
        seen,
        "people",
        member=member,
        values=values,
        errors=errors,
        own_case=member.person.id == current_actor().person_id,
    )


@roles_required("organizer")
def adjust_person(exam_id: int, person_id: int) -> ResponseReturnValue:
    """Extra time, an own window, further attempts."""
    seen = seen_exam(exam_id)
    zone = site_settings().zone
    member = person_board(db.session, zone, seen, person_id)
    fields = Fields(request.form, zone)
    plan = AdjustmentPlan(
        extra_s=int(fields.number("extra_minutes", "0", "480", places=2) * 60),
        opens_at=fields.time("opens_at", needed=False),
        closes_at=fields.time("closes_at", needed=False),
        extra_attempts=fields.whole("extra_attempts", 0, 20),
        reason=fields.text("reason", 500),
    )
    if not fields.errors:
        try:
            adjust(db.session, now(), current_actor(), exam_id, person_id, plan)
        except Refused as refused:
            if refused.status == 403:
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(saved(), "success")
            return redirect(url_for("organizer.person", exam_id=exam_id, person_id=person_id))
    member = person_board(db.session, zone, seen_exam(exam_id), person_id)
    return _person_page(seen_exam(exam_id), member, request.form.to_dict(), fields.errors), 400


@roles_required(*READING)
def sheet(exam_id: int, sitting_id: int) -> ResponseReturnValue:
    """What a member answered in one attempt."""
    seen = seen_exam(exam_id)
    sitting, result = answer_sheet(db.session, current_actor(), seen, sitting_id, language())
    return exam_page(
        "organizer/sheet.html",
        seen,
        "people",
        sitting=sitting,
        result=result,
        lines=answer_lines,
        citation=citation,
        type_names=type_names(),
    )
