"""What somebody may see of a year: the units of their subtree; of a closed year, all ranks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.services.access import READERS, Actor, require_anywhere, subtree
from quizengine.services.appraisal import Appraised, appraised
from quizengine.services.appraisal_cases import unknown_unit
from quizengine.services.appraisal_closing import unit_names
from quizengine.services.bank import served_appraisals
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import ClosedAppraisal, Unit


@dataclass(frozen=True)
class SeenYear:
    """A year within somebody's sight; `codes` are the units to look into, None for all."""

    found: Appraised
    names: Mapping[str, str]
    codes: frozenset[str] | None

    @property
    def closed(self) -> bool:
        """Whether the year is closed."""
        return self.found.closed is not None

    @property
    def ranks(self) -> bool:
        """Whether ranks may be seen: they tell of units beyond one's own."""
        return self.closed or self.codes is None

    def name(self, code: str) -> str:
        """What the unit is called; its code if nobody knows any more."""
        return self.names.get(code, code)

    def opens(self, code: str) -> bool:
        """Whether one may look into the unit."""
        return self.codes is None or code in self.codes

    def units(self, level: int | None = None, text: str = "") -> list[UnitResult]:
        """The units to list, in the order of their ranks; `text` is a part of a name or code."""
        wanted = text.casefold()
        return [
            unit
            for unit in self.found.result.units
            if (level is None or unit.unit.level == level)
            and (self.closed or self.opens(unit.unit.code))
            and (
                wanted in self.name(unit.unit.code).casefold()
                or wanted in unit.unit.code.casefold()
            )
        ]

    def unit(self, code: str) -> UnitResult:
        """One unit to look into; Refused `unknown-unit` (404)."""
        found = self.found.result.unit(code)
        if found is None or not self.opens(code):
            raise unknown_unit()
        return found

    def levels(self) -> list[int]:
        """The levels that have units to list."""
        return sorted({unit.unit.level for unit in self.units()})


def seen_year(session: SessionLike, now: datetime, actor: Actor, year: int) -> SeenYear:
    """A year as the actor may see it. Refused `forbidden` (403), `unknown-year` (404)."""
    require_anywhere(actor, *READERS)
    found = appraised(session, now, year)
    then = json.loads(found.closed.names) if found.closed else {}
    names = {**unit_names(session), **then}
    return SeenYear(found, names, codes_in_sight(session, actor))


def codes_in_sight(session: SessionLike, actor: Actor) -> frozenset[str] | None:
    """The codes of the units that the actor may look into; None for all, also former ones."""
    if any(actor.everywhere(role) for role in READERS):
        return None
    query = select(Unit.code).where(subtree(*actor.scopes(*READERS)))
    return frozenset(session.scalars(query))


@dataclass(frozen=True)
class YearLine:
    """A year in the list; `closed_at` is None while it is open."""

    year: int
    title_zh: str
    title_en: str
    version: int
    closed_at: datetime | None


def list_years(session: SessionLike, actor: Actor) -> list[YearLine]:
    """The years that have rules, or are closed; the latest first. Refused `forbidden` (403)."""
    require_anywhere(actor, *READERS)
    lines: dict[int, YearLine] = {
        year: YearLine(year, rules.title.zh, rules.title.en, rules.version, None)
        for year, rules in served_appraisals(session).items()
    }
    for closed in session.scalars(select(ClosedAppraisal)):
        rules = json.loads(closed.rules)
        title = rules["title"]
        lines[closed.year] = YearLine(
            closed.year, title["zh"], title["en"], rules["version"], closed.closed_at
        )
    return [lines[year] for year in sorted(lines, reverse=True)]


@dataclass(frozen=True)
class PastYear:
    """What a unit came to in a year; `closed` is False for what it comes to so far."""

    year: int
    total: str
    grade: str
    rank: int
    units: int
    closed: bool = True


def years_of(
    session: SessionLike, seen: SeenYear, unit: UnitResult, language: str
) -> list[PastYear]:
    """The closed years of a unit, and the year that is looked at, closed or not; in order."""
    lines = past_years(session, unit.unit.code, language)
    if not seen.closed:
        rules, level = seen.found.rules, seen.found.result.of_level(unit.unit.level)
        titles = {grade.id: grade.title.in_language(language) for grade in rules.grades}
        grade = titles.get(unit.grade or "", "")
        lines.append(PastYear(rules.year, str(unit.total), grade, unit.rank, len(level), False))
    return sorted(lines, key=lambda line: line.year)


def past_years(session: SessionLike, code: str, language: str) -> list[PastYear]:
    """What a unit came to in all closed years, the earliest first."""
    found = []
    for closed in session.scalars(select(ClosedAppraisal).order_by(ClosedAppraisal.year)):
        units = json.loads(closed.result)["units"]
        own = next((unit for unit in units if unit["code"] == code), None)
        if own is not None:
            grades = {grade["id"]: grade["title"] for grade in json.loads(closed.rules)["grades"]}
            title = grades.get(own["grade"], {"zh": "", "en": ""})
            name = title["en" if language.startswith("en") else "zh"]
            level = sum(unit["level"] == own["level"] for unit in units)
            found.append(PastYear(closed.year, own["total"], name, own["rank"], level))
    return found
