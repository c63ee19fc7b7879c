"""The form of a contest: its defaults, and what an organizer made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.registry import Title
from quizengine.services.stage import ContestPlan
from quizengine.services.stage_teams import TeamPlan, demo_teams
from quizengine.services.units import UnitRow
from quizengine.storage.models import Contest
from quizengine.web.organizer.fields import Fields, local_text

# What a form is sent with: for the ledger, or only to try.
KINDS = {"real": "", "rehearsal": ""}
_USUAL_TEAMS = 4


@dataclass
class ContestForm:
    """Texts by field name, and faults by field name; what was read, once there are none."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)
    plan: ContestPlan | None = None


def default_form(
    rules: ContestRules, now: datetime, zone: ZoneInfo, owners: Sequence[UnitRow]
) -> ContestForm:
    """The usual number of teams, the highest unit, the rules' title with the year."""
    year = now.astimezone(zone).year
    count = min(max(_USUAL_TEAMS, rules.teams.min), rules.teams.max)
    values = {
        "title_zh": f"{year}年保密知识竞赛",
        "title_en": f"Confidentiality contest {year}",
        "owner": str(owners[0].id) if owners else "",
        "planned_at": "",
        "teams": str(count),
        "kind": "real",
    }
    return ContestForm(values)


def stored_form(contest: Contest, zone: ZoneInfo) -> ContestForm:
    """A contest as its settings show it."""
    return ContestForm(
        {
            "title_zh": contest.title_zh,
            "title_en": contest.title_en,
            "planned_at": local_text(contest.planned_at, zone),
            "rules": contest.rules_id,
        }
    )


def read_form(
    sent: Mapping[str, str], rules: ContestRules, zone: ZoneInfo, tree: Sequence[UnitRow]
) -> ContestForm:
    """A new contest's form as it was sent; `plan` is None while a field is faulty."""
    fields = Fields(sent, zone)
    title, planned_at = read_settings(fields)
    count = fields.whole("teams", rules.teams.min, rules.teams.max)
    rehearsal = fields.choice("kind", KINDS) == "rehearsal"
    unit_id = _unit(fields, tree)
    form = ContestForm(sent, fields.errors)
    if not fields.errors and unit_id is not None:
        teams = demo_teams(rules, count, _) if rehearsal else _numbered(count)
        form.plan = ContestPlan(rules.id, title, unit_id, planned_at, rehearsal, teams)
    return form


def read_settings(fields: Fields) -> tuple[Title, datetime | None]:
    """What may still be changed later: the title, and when it is to be."""
    title = Title.model_construct(zh=fields.line("title_zh", 200), en=fields.line("title_en", 200))
    return title, fields.time("planned_at", needed=False)


def _unit(fields: Fields, tree: Sequence[UnitRow]) -> int | None:
    chosen = fields.values.get("owner", "")
    if chosen not in {str(unit.id) for unit in tree}:
        fields.errors["owner"] = _("Please choose.")
        return None
    return int(chosen)


def _numbered(count: int) -> list[TeamPlan]:
    """Teams by number, until they get their names."""
    return [TeamPlan(_("Team %(number)s", number=number)) for number in range(1, count + 1)]
