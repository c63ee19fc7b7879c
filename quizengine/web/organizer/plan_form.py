"""The form that opens an exam: its defaults, and what an organizer made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from quizengine.domain.blueprints import Blueprint, Section
from quizengine.domain.registry import Title
from quizengine.services.exam_plans import highest
from quizengine.services.exams import ExamPlan
from quizengine.services.units import UnitRow
from quizengine.web.i18n import points
from quizengine.web.organizer.fields import Fields, local_text, next_hour
from quizengine.web.organizer.words import COUNTS, CREDIT_RULES, RELEASES

DAYS_OPEN = 14
_CREDITED = ("multiple", "fill", "numeric", "order", "match", "case")


@dataclass
class PlanForm:
    """What the page shows: texts by field name, ticked tiers and units, faults by field name."""

    blueprint: Blueprint
    values: Mapping[str, str]
    tiers: Sequence[str]
    units: Sequence[int]
    errors: dict[str, str] = field(default_factory=dict)
    plan: ExamPlan | None = None

    @property
    def details_faulty(self) -> bool:
        """Whether a fault is in the part of the page that is folded away."""
        return any(name.startswith(("points-", "credit-")) for name in self.errors)

    @property
    def credited(self) -> list[str]:
        """Types of the paper that have a credit rule to choose."""
        types = {section.type for section in self.blueprint.sections}
        return [name for name in _CREDITED if name in types]


def default_form(
    blueprint: Blueprint, now: datetime, zone: ZoneInfo, owners: Sequence[UnitRow]
) -> PlanForm:
    """The blueprint's own settings, the whole subtree, and two weeks from the next full hour."""
    opens = next_hour(now.astimezone(zone))
    closes = (opens + timedelta(days=DAYS_OPEN)).replace(hour=18)
    values = {
        "title_zh": f"{blueprint.title.zh}（{opens.year}）",
        "title_en": f"{blueprint.title.en} ({opens.year})",
        "owner": str(owners[0].id),
        "opens_at": local_text(opens, zone),
        "closes_at": local_text(closes, zone),
        "minutes": points(Decimal(blueprint.duration_s) / 60),
        "attempts": str(blueprint.attempts),
        "counts": blueprint.counts,
        "pass_mark": points(blueprint.pass_mark),
        "scores": blueprint.release.scores,
        "answers": blueprint.release.answers,
        **{f"points-{i}": points(s.points) for i, s in enumerate(blueprint.sections)},
        **{f"credit-{name}": rule for name, rule in blueprint.credit.model_dump().items()},
    }
    flags = {
        "shuffle_questions": blueprint.shuffle.questions,
        "shuffle_options": blueprint.shuffle.options,
        "commitment": blueprint.commitment,
    }
    values.update({name: "on" for name, flag in flags.items() if flag})
    return PlanForm(blueprint, values, [blueprint.tier], [unit.id for unit in owners])


def read_form(
    form: MultiDict[str, str],
    blueprint: Blueprint,
    zone: ZoneInfo,
    tree: Sequence[UnitRow],
    known_tiers: Mapping[str, object],
) -> PlanForm:
    """The form as it was sent; `plan` is None while a field is faulty."""
    fields = Fields(form, zone)
    paths = {unit.id: unit.path for unit in tree}
    chosen = [u for u in form.getlist("units", type=int) if u in paths]
    tiers = [tier for tier in form.getlist("tiers") if tier in known_tiers]
    units = highest([(unit_id, paths[unit_id]) for unit_id in chosen])
    if not tiers or not units:
        fields.errors["audience"] = _("Choose at least one tier and one unit.")
    title = (fields.line("title_zh", 200), fields.line("title_en", 200))
    opens, closes = fields.time("opens_at"), fields.time("closes_at")
    if opens and closes and closes <= opens:
        fields.errors["closes_at"] = _("The exam must close after it opens.")
    owner = form.get("owner", type=int)
    if owner not in paths:
        fields.errors["owner"] = _("Please choose.")
    changed = _changed(blueprint, form, fields)
    read = PlanForm(blueprint, form, tiers, chosen, fields.errors)
    if not fields.errors and opens and closes and owner is not None:
        read.plan = ExamPlan(
            blueprint=changed,
            title=Title(zh=title[0], en=title[1]),
            unit_id=owner,
            audience=[(tier, unit_id) for tier in tiers for unit_id in units],
            opens_at=opens,
            closes_at=closes,
        )
    return read


def _changed(blueprint: Blueprint, form: MultiDict[str, str], fields: Fields) -> Blueprint:
    """The blueprint with the organizer's changes."""
    sections = [
        Section(
            type=section.type,
            count=section.count,
            points=fields.number(f"points-{i}", "0.01", "1000", places=2),
        )
        for i, section in enumerate(blueprint.sections)
    ]
    total = sum((s.points * s.count for s in sections), Decimal(0))
    # What is not on the paper keeps its rule.
    credit = {
        name: fields.choice(f"credit-{name}", CREDIT_RULES)
        for name in _CREDITED
        if f"credit-{name}" in form
    }
    changes = {
        "duration_s": int(fields.number("minutes", "1", "1440", places=2) * 60),
        "attempts": fields.whole("attempts", 1, 20),
        "counts": fields.choice("counts", COUNTS),
        "pass_mark": fields.number("pass_mark", "0", points(total), places=2),
        "commitment": "commitment" in form,
        "sections": sections,
        "credit": {**blueprint.credit.model_dump(), **credit},
        "shuffle": {
            "questions": "shuffle_questions" in form,
            "options": "shuffle_options" in form,
        },
        "release": {
            "scores": fields.choice("scores", RELEASES),
            "answers": fields.choice("answers", RELEASES),
        },
    }
    return Blueprint.model_validate({**blueprint.model_dump(by_alias=True), **changes})
