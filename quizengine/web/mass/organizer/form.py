"""The form of a new online contest, or of a series of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import cast
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize
from quizengine.domain.mass_series import Period, Rhythm
from quizengine.domain.mass_units import AwardRule, OrderBy
from quizengine.domain.registry import Title
from quizengine.services.exam_plans import highest
from quizengine.services.mass_plans import MOST_ATTEMPTS, QUESTION_S, LotteryPlan, MassPlan, Mode
from quizengine.services.mass_series import SeriesPlan, Template
from quizengine.services.units import UnitRow
from quizengine.storage.models import EVERYONE
from quizengine.web.mass.organizer.presets import Preset
from quizengine.web.mass.words import LEVELS, ORDERS, RELEASES
from quizengine.web.organizer.fields import Fields

PRIZE_ROWS = 4
WEEKDAYS = 7
_MODES = {"timed": "", "challenge": ""}


@dataclass
class MassForm:
    """What the page shows, and the plan once nothing is faulty; of a series `series`."""

    preset: Preset
    blueprint: Blueprint
    values: Mapping[str, str]
    tiers: Sequence[str]
    units: Sequence[int]
    errors: dict[str, str] = field(default_factory=dict)
    plan: MassPlan | None = None
    series: SeriesPlan | None = None


def read_form(
    form: MultiDict[str, str],
    preset: Preset,
    blueprint: Blueprint,
    zone: ZoneInfo,
    tree: Sequence[UnitRow],
    known_tiers: Mapping[str, object],
) -> MassForm:
    """The form as it was sent; without a plan while a field is faulty."""
    fields = Fields(form, zone)
    paths = {unit.id: unit.path for unit in tree}
    chosen = [u for u in form.getlist("units", type=int) if u in paths]
    tiers = [tier for tier in form.getlist("tiers") if tier in known_tiers]
    who = [EVERYONE] if "everyone" in form else tiers
    units = highest([(unit_id, paths[unit_id]) for unit_id in chosen])
    if not who or not units:
        fields.errors["audience"] = _("Choose who may join: everyone or a tier, and a unit.")
    owner = form.get("owner", type=int)
    if owner not in paths:
        fields.errors["owner"] = _("Please choose.")
    title = (fields.line("title_zh", 170), fields.line("title_en", 170))
    read = MassForm(preset, blueprint, form, tiers, chosen, fields.errors)
    what = _What(
        unit_id=owner or 0,
        audience=[(tier, unit_id) for tier in who for unit_id in units],
        blueprint=_changed(blueprint, fields),
        mode=cast(Mode, fields.choice("mode", _MODES)),
        question_s=optional(fields, "question_s", *QUESTION_S),
    )
    if preset.period:
        _read_series(read, fields, title, what)
    else:
        _read_single(read, fields, title, what)
    return read


@dataclass(frozen=True)
class _What:
    """What a contest and a series have in common."""

    unit_id: int
    audience: list[tuple[str, int]]
    blueprint: Blueprint
    mode: Mode
    question_s: int | None


def _read_series(read: MassForm, fields: Fields, title: tuple[str, str], what: _What) -> None:
    rhythm = _rhythm(read.preset, fields)
    in_all = optional(fields, "in_all", 1, MOST_ATTEMPTS)
    if fields.errors or rhythm is None:
        return
    template = Template(
        mode=what.mode,
        blueprint=what.blueprint,
        audience=what.audience,
        in_all=in_all,
        question_s=what.question_s,
    )
    read.series = SeriesPlan(Title(zh=title[0], en=title[1]), what.unit_id, rhythm, template)


def _read_single(read: MassForm, fields: Fields, title: tuple[str, str], what: _What) -> None:
    opens, closes = fields.time("opens_at"), fields.time("closes_at")
    freeze = fields.time("freeze_at", needed=False)
    if opens and closes and closes <= opens:
        fields.errors["closes_at"] = _("The contest must close after it opens.")
    elif opens and closes and freeze and not opens < freeze <= closes:
        fields.errors["freeze_at"] = _("The freeze must lie between the opening and the closing.")
    limits = Limits(
        optional(fields, "per_day", 1, MOST_ATTEMPTS),
        optional(fields, "per_week", 1, MOST_ATTEMPTS),
        optional(fields, "in_all", 1, MOST_ATTEMPTS),
    )
    award = _award(fields) if "award" in fields.values else None
    lottery = _lottery(fields) if "lottery" in fields.values else None
    if fields.errors or opens is None or closes is None:
        return
    read.plan = MassPlan(
        blueprint=what.blueprint,
        title=Title(zh=title[0], en=title[1]),
        unit_id=what.unit_id,
        audience=what.audience,
        opens_at=opens,
        closes_at=closes,
        mode=what.mode,
        limits=limits,
        question_s=what.question_s,
        freeze_at=freeze,
        award=award,
        lottery=lottery,
    )


def _changed(blueprint: Blueprint, fields: Fields) -> Blueprint:
    seconds = int(fields.number("minutes", "0.5", "1440", places=2) * 60)
    release = blueprint.release.model_copy(update={"answers": fields.choice("answers", RELEASES)})
    return blueprint.model_copy(update={"duration_s": seconds, "release": release})


def optional(fields: Fields, name: str, least: int, most: int) -> int | None:
    """A whole number, or None for an empty field."""
    if not fields.values.get(name, "").strip():
        return None
    return fields.whole(name, least, most)


def _award(fields: Fields) -> AwardRule:
    return AwardRule(
        level=int(fields.choice("award_level", {str(level): "" for level in LEVELS})),
        participation=fields.whole("award_participation", 0, 100),
        average=fields.whole("award_average", 0, 100),
        top=optional(fields, "award_top", 1, 1000),
        by=cast(OrderBy, fields.choice("award_by", ORDERS)),
    )


def _lottery(fields: Fields) -> LotteryPlan:
    prizes = []
    for row in range(1, PRIZE_ROWS + 1):
        title = fields.values.get(f"prize_title_{row}", "").strip()[:60]
        if title:
            prizes.append(Prize(title, fields.whole(f"prize_count_{row}", 1, 1000)))
    if not prizes:
        fields.errors["prize_title_1"] = _("Name at least one prize.")
    threshold: Decimal | None = None
    if fields.values.get("threshold", "").strip():
        threshold = fields.number("threshold", "0", "10000", places=2)
    return LotteryPlan(prizes, threshold, fields.values.get("public_source", "").strip()[:200])


def _rhythm(preset: Preset, fields: Fields) -> Rhythm | None:
    first, last = _day(fields, "first_day"), _day(fields, "last_day")
    opens = _minute(fields, "opens_time")
    hours = fields.number("open_hours", "0.25", "168", places=2)
    weekday = fields.whole("weekday", 0, WEEKDAYS - 1) if preset.period == "week" else 0
    if first is None or last is None or opens is None:
        return None
    return Rhythm(cast(Period, preset.period), weekday, opens, int(hours * 60), first, last)


def _day(fields: Fields, name: str) -> date | None:
    try:
        return date.fromisoformat(fields.values.get(name, "").strip())
    except ValueError:
        fields.errors[name] = _("This is not a date.")
        return None


def _minute(fields: Fields, name: str) -> int | None:
    try:
        at = datetime.strptime(fields.values.get(name, "").strip()[:5], "%H:%M")
    except ValueError:
        fields.errors[name] = _("This is not a time of day.")
        return None
    return at.hour * 60 + at.minute
