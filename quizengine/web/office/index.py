"""The page from which offices reach their registers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_
from quizengine.web.identity import has_role, roles_required

READERS = ("organizer", "admin", "auditor")


@dataclass(frozen=True)
class Module:
    """A register with pages of its own."""

    endpoint: str
    label: str
    hint: str
    icon: str
    roles: tuple[str, ...] = READERS


@dataclass(frozen=True)
class Group:
    """Registers that belong together."""

    title: str
    modules: tuple[Module, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        N_("Education"),
        (
            Module(
                "training.index",
                N_("Training classes"),
                N_("Batches, attendance, closing exam, feedback."),
                "easel",
            ),
            Module(
                "activities.index",
                N_("Activities"),
                N_("Demonstrations, slogans, drafts and lectures, judged by several people."),
                "award",
            ),
            Module(
                "surveys.index",
                N_("Needs"),
                N_("Surveys of what members want and lack, and the pool of teachers."),
                "chat-square-text",
            ),
        ),
    ),
    Group(
        N_("People and posts"),
        (
            Module(
                "posts.index",
                N_("Classified posts"),
                N_("Register of posts, their holders from entry to leaving."),
                "person-badge",
            ),
            Module(
                "letters.index",
                N_("Responsibility letters"),
                N_("Signed by the heads of units each year, level by level."),
                "file-earmark-text",
            ),
            Module(
                "outbound.index",
                N_("Travel abroad"),
                N_("Who leaves when, who has passed, who has not."),
                "airplane",
            ),
            Module(
                "incidents.index",
                N_("Incidents"),
                N_("Leaks and violations: handling, sanction, appeal."),
                "exclamation-octagon",
                # Not for auditors: it names people.
                ("organizer", "admin"),
            ),
        ),
    ),
    Group(
        N_("Supervision"),
        (
            Module(
                "plans.index",
                N_("Annual plan"),
                N_("Tasks and duties of each unit, held against the record."),
                "list-check",
            ),
            Module(
                "inspections.index",
                N_("Inspections"),
                N_("Planned, mutual and surprise inspections; findings until they are closed."),
                "search",
            ),
            Module(
                "selfchecks.index",
                N_("Self-assessment"),
                N_("Checklists of the units, with evidence and the reviewer's verdict."),
                "ui-checks",
            ),
            Module(
                "ballots.index",
                N_("Ballots"),
                N_("Members' vote, anonymous and countable."),
                "box2-heart",
            ),
        ),
    ),
    Group(
        N_("The year"),
        (
            Module(
                "appraisal.index",
                N_("Annual appraisal"),
                N_("Results and ranks of units, lists of people, objections."),
                "bar-chart-line",
            ),
            Module(
                "sharing.index",
                N_("Exports and interfaces"),
                N_("Files for other offices, and tokens for their programs."),
                "box-arrow-up-right",
                ("organizer", "admin"),
            ),
        ),
    ),
)


@roles_required(*READERS)
def index() -> ResponseReturnValue:
    """Tiles of the registers that the person signed in may open."""
    groups = [
        (group.title, [module for module in group.modules if _is_open(module)]) for group in GROUPS
    ]
    return render_template("office/index.html", groups=[pair for pair in groups if pair[1]])


def _is_open(module: Module) -> bool:
    return module.endpoint in current_app.view_functions and has_role(*module.roles)
