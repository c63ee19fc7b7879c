"""The grader's pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from markupsafe import Markup, escape

from quizengine.domain.grading import Marks
from quizengine.domain.normalise import parse_number
from quizengine.domain.text import Refused
from quizengine.services.marking import (
    MarkingItem,
    marking_item,
    recently_marked,
    save_marks,
)
from quizengine.services.marking_queue import claim_next, marking_overview, progress
from quizengine.services.shown import title_of
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id


@roles_required("grader")
def index() -> ResponseReturnValue:
    """The exams that wait for marks."""
    lines = marking_overview(db.session, current_actor())
    return render_template("grader/index.html", lines=lines, title_of=title_of, lang=language())


@roles_required("grader")
def next_answer(exam_id: int) -> ResponseReturnValue:
    """On to the answer that waits next; without one, the end of the queue."""
    skip = request.args.get("skip", type=row_id)
    number = claim_next(db.session, now(), current_actor(), exam_id, skip=skip)
    if number is not None:
        return redirect(url_for("grader.answer", exam_id=exam_id, number=number))
    state = progress(db.session, current_actor(), exam_id)
    return render_template(
        "grader/done.html",
        progress=state,
        title=title_of(state.exam, language()),
        recent=recently_marked(db.session, current_actor(), exam_id),
    )


@roles_required("grader")
def answer(exam_id: int, number: int) -> ResponseReturnValue:
    """One answer with its key points."""
    return _page(marking_item(db.session, current_actor(), exam_id, number))


def _page(item: MarkingItem, error: str = "") -> str:
    state = progress(db.session, current_actor(), item.exam_id)
    return render_template(
        "grader/answer.html",
        item=item,
        progress=state,
        title=title_of(state.exam, language()),
        error=error,
        typed=request.form,
        with_keywords=with_keywords,
        recent=recently_marked(db.session, current_actor(), item.exam_id),
    )


@roles_required("grader")
def save(exam_id: int, number: int) -> ResponseReturnValue:
    """Store the marks, and on to the next answer."""
    item = marking_item(db.session, current_actor(), exam_id, number)
    try:
        marked = save_marks(
            db.session,
            now(),
            current_actor(),
            exam_id,
            number,
            _marks(item),
            comment=request.form.get("comment", ""),
            identical="identical" in request.form,
        )
    except Refused as refused:
        if refused.code == "marks":
            item = marking_item(db.session, current_actor(), exam_id, number)
            return _page(item, translated(refused.text)), 400
        if refused.code not in ("claimed", "released"):
            raise
        flash(translated(refused.text), "warning")
    else:
        flash(ngettext("%(num)s answer marked.", "%(num)s answers marked.", marked), "success")
    return redirect(url_for("grader.next_answer", exam_id=exam_id))


def _marks(item: MarkingItem) -> Marks:
    """Points by path as typed; what is no number is refused as a mark."""
    return {
        part.path: [
            _points(request.form.get(f"points-{part.path}-{index}", ""))
            for index in range(len(part.asked.key_points))
        ]
        for part in item.parts
    }


def _points(text: str) -> Decimal:
    value = parse_number(text)
    return Decimal("NaN") if value is None else value


def with_keywords(text: str, keywords: Sequence[str]) -> Markup:
    """The text with the key points' words marked, for the eye of the grader."""
    words = sorted({word for word in keywords if word}, key=len, reverse=True)
    if not words:
        return escape(text)
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    shown = Markup()
    last = 0
    for found in pattern.finditer(text):
        shown += escape(text[last : found.start()])
        shown += Markup("<mark>{}</mark>").format(found.group())
        last = found.end()
    return shown + escape(text[last:])


__all__ = ["answer", "index", "next_answer", "save", "with_keywords"]
