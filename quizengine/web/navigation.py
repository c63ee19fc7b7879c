"""The entries of the main navigation, by role."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for
from flask_login import current_user

from quizengine.domain.text import N_
from quizengine.services.access import Actor
from quizengine.web.identity import current_actor


@dataclass(frozen=True)
class Entry:
    """A page in the navigation; `roles` empty: for everybody who is signed in."""

    endpoint: str
    label: str
    icon: str
    roles: tuple[str, ...] = ()
    # Shown with the tool's tile on the home page.
    hint: str = ""
    # One of the roles is needed over all units, not only over some.
    everywhere: bool = False
    # Further blueprints, or single pages of another entry's blueprint, that belong to the entry.
    also: tuple[str, ...] = ()


ENTRIES = (
    Entry("member.index", N_("My exams"), "journal-check"),
    Entry("mass.index", N_("My contests"), "trophy"),
    Entry("ledger.mine", N_("My records"), "card-list", also=("certificates",)),
    Entry(
        "organizer.index",
        N_("Organize"),
        "calendar2-week",
        ("organizer", "auditor"),
        N_("Open exams, follow them, release results."),
    ),
    Entry(
        "stage.index",
        N_("Contests"),
        "trophy",
        ("organizer", "auditor"),
        N_("Prepare and host contests, on a stage and online."),
        also=("mass_organizer",),
    ),
    Entry(
        "office.index",
        N_("Office"),
        "briefcase",
        ("organizer", "auditor"),
        N_("What happens outside the screen, and the annual appraisal."),
        also=(
            "training",
            "activities",
            "surveys",
            "posts",
            "letters",
            "outbound",
            "incidents",
            "plans",
            "inspections",
            "selfchecks",
            "ballots",
            "appraisal",
            "sharing",
        ),
    ),
    Entry(
        "grader.index",
        N_("Mark"),
        "pencil-square",
        ("grader",),
        N_("Short answers that wait for points."),
    ),
    Entry(
        "ledger.index",
        N_("Ledger"),
        "clipboard-data",
        ("organizer", "auditor"),
        N_("Entries of your units, exports, checkpoints, verification."),
    ),
    Entry(
        "bankroom.index",
        N_("Question bank"),
        "collection",
        ("admin", "auditor"),
        N_("See what the bank holds, and change it."),
        everywhere=True,
    ),
    Entry(
        "admin.index",
        N_("People"),
        "people",
        ("organizer",),
        N_("People and units, rosters, sign-in codes."),
        also=("certificates.of",),
    ),
)


@dataclass(frozen=True)
class Link:
    """An entry as it appears on this page."""

    url: str
    label: str
    icon: str
    hint: str
    active: bool
    tool: bool


def navigation() -> list[Link]:
    """The entries that the person signed in may open; `label` and `hint` still in English."""
    if not current_user.is_authenticated or current_user.must_change:
        return []
    actor = current_actor()
    return [
        Link(
            url_for(entry.endpoint),
            entry.label,
            entry.icon,
            entry.hint,
            _is_active(entry),
            bool(entry.roles),
        )
        for entry in ENTRIES
        if entry.endpoint in current_app.view_functions
        and (not entry.roles or any(_may(actor, entry, role) for role in entry.roles))
    ]


def _may(actor: Actor, entry: Entry, role: str) -> bool:
    return actor.everywhere(role) if entry.everywhere else actor.has(role)


def _is_active(entry: Entry) -> bool:
    """A page belongs to the entry with its name, or else to its blueprint's index."""
    here = request.endpoint or ""
    if here == entry.endpoint:
        return True
    named = any(here == other.endpoint or here in other.also for other in ENTRIES)
    blueprint, _dot, name = entry.endpoint.rpartition(".")
    if here in entry.also:
        return True
    owned = request.blueprint in entry.also
    return not named and (owned or (name == "index" and request.blueprint == blueprint))
