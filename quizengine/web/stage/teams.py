"""The teams of a contest and their members: one form for all of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.stage import set_teams
from quizengine.services.stage_access import rules_of
from quizengine.services.units import UnitRow, unit_tree
from quizengine.storage.models import Contest
from quizengine.web.choices import unit_choices
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.stage.common import (
    READING,
    contest_page,
    own_contest,
    seen_contest,
    to_contest,
)
from quizengine.web.stage.team_form import (
    TeamRow,
    keep_ids,
    pasted_rows,
    plans_of,
    row_faults,
    sent_rows,
    stored_rows,
)

# Refusals that no row of this form can mend.
_BEYOND = ("contest-begun", "contest-cancelled", "forbidden")


@roles_required(*READING)
def teams(contest_id: int) -> ResponseReturnValue:
    """The teams as they are."""
    contest = seen_contest(contest_id)
    return _page(contest, stored_rows(contest), {})


def _tree() -> list[UnitRow]:
    return unit_tree(db.session, current_actor(), "organizer")


def _page(
    contest: Contest, rows: Sequence[TeamRow], errors: dict[str, str], *, unsaved: bool = False
) -> str:
    return contest_page(
        "stage/teams.html",
        contest,
        "teams",
        rows=rows,
        errors=errors,
        unsaved=unsaved,
        units=unit_choices(_tree()),
        new_row=TeamRow(),
    )


@roles_required("organizer")
def save(contest_id: int) -> ResponseReturnValue:
    """Store the form, or change its rows by one of its buttons and show it again."""
    contest = own_contest(contest_id)
    rules = rules_of(contest)
    rows = sent_rows(request.form, rules.teams.members)
    if changed := _changed(contest, rows):
        return _page(contest, changed, {}, unsaved=True)
    errors = row_faults(rows, rules.teams.members)
    if not errors:
        try:
            set_teams(db.session, current_actor(), contest_id, plans_of(rows))
        except Refused as refused:
            if refused.code in _BEYOND:
                raise
            errors["form"] = translated(refused.text)
        else:
            flash(_("The teams are saved."), "success")
            return to_contest(contest)
    return _page(contest, rows, errors, unsaved=True), 400


def _changed(contest: Contest, rows: list[TeamRow]) -> list[TeamRow]:
    """The rows after a button of the form other than its last one; empty for that one."""
    if "paste" in request.form:
        pasted = pasted_rows(request.form.get("table", ""), _tree())
        keep_ids(pasted, stored_rows(contest))
        return pasted or rows or [TeamRow()]
    if "add" in request.form:
        return [*rows, TeamRow()]
    for act, step in (("remove", 0), ("up", -1), ("down", 1)):
        index = request.form.get(act, type=int)
        if index is not None and 0 <= index < len(rows):
            row = rows.pop(index)
            if step:
                rows.insert(max(0, index + step), row)
            return rows or [TeamRow()]
    return []
