"""The form of a ballot: whom it is about, its options, its quorum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.activity_words import ABOUT_NAMES
from quizengine.services.ballots import (
    MOST_COLLEAGUES,
    BallotPlan,
    change_ballot,
    make_ballot,
    managed_ballot,
    options_of,
)
from quizengine.services.office_access import find_person
from quizengine.storage.models import Ballot
from quizengine.web.activities.words import ballot_names
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, asked_unit, kept_units
from quizengine.web.organizer.fields import local_text, next_hour


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Make the draft of a ballot."""
    if request.method == "GET":
        units = kept_units()
        end = next_hour(now()) + timedelta(days=7)
        values = {
            "unit": str(asked_unit() or (units[0].id if units else "")),
            "about": "unit",
            "quorum": "80",
            "closes_at": local_text(end, site_settings().zone),
        }
        return _page(values)
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            made = make_ballot(act(), plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The draft is saved. Look at it, then open the vote."), "success")
            return redirect(url_for("ballots.ballot", ballot_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(ballot_id: int) -> ResponseReturnValue:
    """Change a draft."""
    found = managed_ballot(act(), ballot_id, "draft")
    if request.method == "GET":
        return _page(_stored(found), found=found)
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            change_ballot(act(), ballot_id, plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("ballots.ballot", ballot_id=ballot_id))
    return _page(fields.values, fields.errors, found), 400


def _refuse(fields: OfficeFields, refused: Refused) -> None:
    if refused.code == "person-unknown":
        fields.errors["colleagues"] = _("A colleague belongs to another unit.")
        return
    fields.refuse(refused)


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    found: Ballot | None = None,
) -> str:
    return render_template(
        "ballots/form.html",
        found=found,
        values=values,
        errors=errors or {},
        units=unit_choices(kept_units()),
        **ballot_names(),
    )


def _stored(found: Ballot) -> dict[str, str]:
    people = [subject.person.login for subject in found.subjects if subject.person]
    return {
        "unit": str(found.unit_id),
        "about": found.about,
        "title": found.title,
        "intro": found.intro,
        "quorum": str(found.quorum),
        "closes_at": local_text(found.closes_at, site_settings().zone),
        "colleagues": "\n".join(people),
        "options": "\n".join(text for text in options_of(found).values() if text),
    }


def _read(fields: OfficeFields) -> BallotPlan:
    about = fields.choice("about", ABOUT_NAMES)
    return BallotPlan(
        unit_id=fields.unit("unit", kept_units()),
        about=about,
        title=fields.text("title", 200),
        intro=fields.optional("intro", 2000),
        quorum=fields.whole("quorum", 1, 100),
        closes_at=fields.time("closes_at") or now(),
        colleagues=_colleagues(fields) if about == "colleagues" else (),
        options=fields.lines("options"),
    )


def _colleagues(fields: OfficeFields) -> list[int]:
    """Ids of the people who are named, one a line; each unknown one is told with its line."""
    found, faults = [], []
    for line in fields.lines("colleagues")[: MOST_COLLEAGUES + 1]:
        try:
            found.append(find_person(db.session, current_actor(), line).id)
        except Refused as refused:
            faults.append(f"{line.strip()[:60]}: {translated(refused.text)}")
    if faults:
        fields.errors["colleagues"] = " ".join(faults)
    elif not found:
        fields.errors["colleagues"] = _("Please fill this in.")
    return found
