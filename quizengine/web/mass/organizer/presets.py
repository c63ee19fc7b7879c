"""Kinds of online contests to begin with, and what is filled in for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.text import N_
from quizengine.services.mass_plans import TYPES
from quizengine.services.units import UnitRow
from quizengine.web.i18n import points
from quizengine.web.organizer.fields import local_text, next_hour


@dataclass(frozen=True)
class Preset:
    """A kind of contest; `period` is '' for a single one, else that of the series."""

    key: str
    label: str
    hint: str
    icon: str
    blueprint: str
    mode: str = "timed"
    period: str = ""
    values: dict[str, str] = field(default_factory=dict)


PRESETS = {
    preset.key: preset
    for preset in (
        Preset(
            "week",
            N_("Quiz week"),
            N_("Open for a week, a few attempts a day, the best one counts; boards, awards, draw."),
            "calendar-week",
            "online-week",
            values={"per_day": "3"},
        ),
        Preset(
            "daily",
            N_("Question of the day"),
            N_("A new question each day, one attempt, streaks and a board over all days."),
            "calendar-check",
            "online-daily",
            period="day",
            values={"in_all": "1"},
        ),
        Preset(
            "weekly",
            N_("Weekly quiz"),
            N_("Ten questions each Monday, one attempt, a board over all weeks."),
            "calendar3-week",
            "online-weekly",
            period="week",
            values={"in_all": "1"},
        ),
        Preset(
            "challenge",
            N_("Challenge"),
            N_("One question after the other until the first mistake: who comes furthest?"),
            "lightning-charge",
            "online-challenge",
            mode="challenge",
            values={"per_day": "5"},
        ),
    )
}


def contest_blueprints(served: dict[str, Blueprint]) -> dict[str, Blueprint]:
    """Those that an online contest can use; those made for it first."""
    fit = {
        key: blueprint
        for key, blueprint in served.items()
        if blueprint.pool == "contest"
        and not blueprint.commitment
        and all(section.type in TYPES for section in blueprint.sections)
    }
    return dict(sorted(fit.items(), key=lambda item: not item[0].startswith("online-")))


def default_values(
    preset: Preset, blueprint: Blueprint, now: datetime, zone: ZoneInfo, owners: list[UnitRow]
) -> dict[str, str]:
    """What the page is filled in with."""
    opens = next_hour(now.astimezone(zone))
    closes = (opens + timedelta(days=7)).replace(hour=18)
    values = {
        "preset": preset.key,
        "blueprint": blueprint.id,
        "mode": preset.mode,
        "title_zh": blueprint.title.zh,
        "title_en": blueprint.title.en,
        "owner": str(owners[0].id) if owners else "",
        "everyone": "on",
        "minutes": points(blueprint_minutes(blueprint)),
        "answers": blueprint.release.answers,
        "opens_at": local_text(opens, zone),
        "closes_at": local_text(closes, zone),
        "question_s": "30" if preset.mode == "challenge" else "",
        "award_level": "2",
        "award_participation": "80",
        "award_average": "80",
        "award_by": "overall",
        "prize_title_1": "一等奖",
        "prize_count_1": "1",
        "prize_title_2": "二等奖",
        "prize_count_2": "3",
        "prize_title_3": "三等奖",
        "prize_count_3": "10",
        **preset.values,
    }
    return {**values, **_series_values(preset, opens.date())}


def _series_values(preset: Preset, today: date) -> dict[str, str]:
    if preset.period == "day":
        return {
            "first_day": (today + timedelta(days=1)).isoformat(),
            "last_day": (today + timedelta(days=30)).isoformat(),
            "opens_time": "08:00",
            "open_hours": "14",
        }
    if preset.period == "week":
        monday = today + timedelta(days=7 - today.weekday())
        return {
            "first_day": monday.isoformat(),
            "last_day": (monday + timedelta(weeks=12)).isoformat(),
            "weekday": "0",
            "opens_time": "08:00",
            "open_hours": "110",
        }
    return {}


def blueprint_minutes(blueprint: Blueprint) -> Decimal:
    """Its working time in minutes."""
    return Decimal(blueprint.duration_s) / 60
