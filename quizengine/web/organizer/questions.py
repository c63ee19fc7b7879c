"""How the questions of an exam did, and the repair of a faulty one."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.answers import correct_answer
from quizengine.domain.questions import CaseQuestion, Question
from quizengine.domain.text import N_, Refused
from quizengine.services.item_stats import ItemDetail, item_detail, item_statistics
from quizengine.services.reach import Reach
from quizengine.services.repairs import Decision, Effect, preview, repair, repairs_of
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.texts import type_names
from quizengine.web.organizer.answer_form import read_answer
from quizengine.web.organizer.common import exam_page, reason_given, seen_questions
from quizengine.web.organizer.plain import answer_text
from quizengine.web.organizer.words import REPAIRS
from quizengine.web.paging import PER_PAGE, paging

SORTS = ("id", "difficulty", "discrimination")


@roles_required("organizer")
def questions(exam_id: int) -> ResponseReturnValue:
    """All questions with their figures."""
    seen = seen_questions(exam_id)
    lines = item_statistics(db.session, current_actor(), seen)
    sort = request.args.get("sort", "id")
    if sort in ("difficulty", "discrimination"):
        # Those without a figure come last.
        lines.sort(key=lambda ln: _or_last(getattr(ln.moments, sort)))
    pages = paging(len(lines))
    return exam_page(
        "organizer/questions.html",
        seen,
        "questions",
        lines=lines[pages.offset : pages.offset + PER_PAGE],
        pages=pages,
        sort=sort if sort in SORTS else "id",
        type_names=type_names(),
        repairs=REPAIRS,
    )


def _or_last(value: float | None) -> float:
    return 2.0 if value is None else value


@roles_required("organizer")
def question(exam_id: int, revision_id: int) -> ResponseReturnValue:
    """One question: what was chosen, earlier repairs, and the form for a repair."""
    seen = seen_questions(exam_id)
    detail = item_detail(db.session, current_actor(), seen, revision_id)
    return _page(seen, detail)


def _page(
    seen: Reach,
    detail: ItemDetail,
    *,
    decision: Decision | None = None,
    effect: Effect | None = None,
    error: str = "",
) -> str:
    asked = detail.line.question
    return exam_page(
        "organizer/question.html",
        seen,
        "questions",
        detail=detail,
        question=asked,
        correct=correct_answer(asked),
        answer_text=answer_text,
        type_names=type_names(),
        actions=REPAIRS,
        made=repairs_of(db.session, asked.id, asked.revision),
        acceptable=_acceptable(asked),
        decision=decision,
        effect=effect,
        error=error,
        typed=request.form,
    )


def _acceptable(asked: Question) -> bool:
    """Whether another answer can be accepted: not for texts that people mark."""
    return asked.type != "short" and not (
        isinstance(asked, CaseQuestion) and all(part.type == "short" for part in asked.parts)
    )


@roles_required("organizer")
def mend(exam_id: int, revision_id: int) -> ResponseReturnValue:
    """Show what a repair would change, and make it once that was confirmed."""
    seen = seen_questions(exam_id)
    detail = item_detail(db.session, current_actor(), seen, revision_id)
    asked = detail.line.question
    action = request.form.get("action", "")
    answer: Any = read_answer(asked, request.form) if action == "accept" else None
    decision = Decision(asked.id, asked.revision, action, answer, reason_given())
    try:
        if "confirmed" in request.form:
            effect = repair(db.session, now(), current_actor(), decision)
        else:
            effect = preview(db.session, current_actor(), decision)
            if not decision.reason:
                raise Refused("reason", N_("Give a reason."), status=400)
    except Refused as refused:
        page = _page(seen_questions(exam_id), detail, error=translated(refused.text))
        return page, refused.status
    if effect.repair_id is None:
        return _page(seen, detail, decision=decision, effect=effect)
    flash(
        _(
            "The question is repaired. Results changed: %(changed)s (exams: %(exams)s).",
            changed=effect.changed,
            exams=len(effect.exams),
        ),
        "success",
    )
    return redirect(url_for("organizer.question", exam_id=exam_id, revision_id=revision_id))
