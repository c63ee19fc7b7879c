"""What the questions rest on, and which are nearly the same."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.services.bank_content import LIKENESS, bank_laws, bank_twins
from quizengine.web.bankroom import words
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.answers import place_in_law
from quizengine.web.member.texts import type_names

# Pairs that the page shows.
_MOST = 50
_CHOICES = (0.5, 0.6, 0.7, 0.8, 0.9)


@roles_required("admin")
def laws() -> ResponseReturnValue:
    """The law map: articles with their questions, shares in force, the work list."""
    found, registry = bank_laws(db.session, today(), current_actor())
    return render_template(
        "bankroom/laws.html",
        found=found,
        names=words.law_names(registry),
        tiers=words.tier_names(registry),
        topics=words.topic_names(registry),
        changes=words.change_names(),
        cited=place_in_law,
    )


@roles_required("admin")
def twins() -> ResponseReturnValue:
    """Pairs of questions whose stems are nearly the same, side by side."""
    asked = request.args.get("least", LIKENESS, type=float)
    least = asked if asked in _CHOICES else LIKENESS
    pairs, total = bank_twins(db.session, current_actor(), least, most=_MOST)
    return render_template(
        "bankroom/twins.html",
        pairs=pairs,
        total=total,
        least=least,
        choices=_CHOICES,
        kinds=type_names(),
        pools=words.pool_names(),
    )
