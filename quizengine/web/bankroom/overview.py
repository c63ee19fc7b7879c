"""The first page of the bank: what is wrong, and what is served."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.problems import Problem
from quizengine.services.bank_browse import overview
from quizengine.services.bank_edit import look_again
from quizengine.services.bank_files import editable_files
from quizengine.web.bankroom import words
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required

# How far a share may be from the ideal before the page points at it.
_TOLERANCE = 0.05


@roles_required("admin", "auditor")
def index() -> ResponseReturnValue:
    """Problems of the folder, figures of what is served."""
    root = site_settings().bank
    actor = current_actor()
    state = overview(db.session, today(), actor, root)
    figures, registry = state.figures, state.registry
    may_edit = actor.everywhere("admin")
    return render_template(
        "bankroom/index.html",
        state=state,
        may_edit=may_edit,
        editable=set(editable_files(root)) if may_edit else set(),
        by_file=by_file(state.problems),
        by_tier=words.bars(figures["by_tier"], words.tier_names(registry), "tier"),
        by_type=words.kind_bars(figures["by_type"]),
        by_pool=words.bars(figures["by_pool"], words.pool_names(), "pool"),
        by_level=words.bars(figures["by_cognitive_level"], words.level_names(), "level"),
        by_topic=words.topic_bars(figures["by_topic"], registry),
        answers=figures["answers"],
        even=_even(figures["answers"]),
    )


def by_file(problems: list[Problem]) -> list[tuple[str, list[Problem]]]:
    """Problems by file; files with errors first."""
    grouped = [
        (name, list(group))
        for name, group in groupby(sorted(problems, key=lambda p: p.file), lambda p: p.file)
    ]
    return sorted(grouped, key=lambda pair: all(p.severity != "error" for p in pair[1]))


def _even(answers: dict[str, Any]) -> dict[str, bool]:
    """Which of the give-away figures are as they should be."""
    return {
        "longest": answers["longest"] - answers["chance"] <= _TOLERANCE,
        "positions": all(abs(share - 0.25) <= _TOLERANCE for share in answers["positions"]),
        "true": abs(answers["true"] - 0.5) <= _TOLERANCE,
    }


@roles_required("admin")
def sync() -> ResponseReturnValue:
    """Read the folder again, now."""
    problems = look_again(db.session, now(), today(), current_actor(), site_settings().bank)
    if any(problem.severity == "error" for problem in problems):
        flash(_("The folder was read again: there are errors."), "info")
    else:
        flash(_("The folder was read again: it has no errors and is served."), "success")
    return redirect(url_for("bankroom.index"))
