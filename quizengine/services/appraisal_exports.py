"""Results and lists of a year as tables for spreadsheet programs, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizengine.domain.appraisal.explain import figure
from quizengine.domain.appraisal.measures import ZERO
from quizengine.domain.appraisal.record import result_data
from quizengine.domain.text import N_
from quizengine.services.access import Actor
from quizengine.services.appraisal import Appraised
from quizengine.services.appraisal_evidence import entries_about
from quizengine.services.appraisal_explained import reasons
from quizengine.services.appraisal_people import Listed, list_of, people_on
from quizengine.services.appraisal_seen import SeenYear
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.engine import SessionLike


def units_table(seen: SeenYear, language: str) -> Table:
    """All units that one may list, level by level, with their points by task."""
    rules = seen.found.rules
    columns = (
        Column(N_("Unit code"), "id", 14),
        Column(N_("Unit"), width=32),
        Column(N_("Level"), "number", 7),
        Column(N_("Members of the unit"), "number", 9),
        *(Column(task.title.in_language(language), "number", 14) for task in rules.tasks),
        Column(N_("Bonus and deduction"), "number", 12),
        Column(N_("Total"), "number", 9),
        Column(N_("Grade"), width=12),
        Column(N_("Rank"), "number", 7),
    )
    return Table(N_("Annual appraisal"), columns, _unit_rows(seen, language))


def _unit_rows(seen: SeenYear, language: str) -> Iterator[Sequence[Cell]]:
    rules = seen.found.rules
    grades = {grade.id: grade.title.in_language(language) for grade in rules.grades}
    for result in seen.units():
        opens = seen.opens(result.unit.code)
        extra = sum(result.adjustments.values(), ZERO)
        yield (
            result.unit.code,
            seen.name(result.unit.code),
            result.unit.level,
            result.unit.members if opens else None,
            *(_decimal(result.task_points(task.id)) if opens else None for task in rules.tasks),
            _decimal(extra) if opens else None,
            result.total,
            grades.get(result.grade or "", ""),
            result.rank if seen.ranks else None,
        )


def _decimal(value: Fraction) -> Decimal:
    return Decimal(figure(value, 4))


def people_table(
    session: SessionLike, seen: SeenYear, actor: Actor, list_id: str, language: str
) -> Table:
    """Those on a list whom the actor looks after. Refused as in `people_on`."""
    listed = list_of(seen.found, list_id)
    columns = (
        Column(N_("Unit code"), "id", 14),
        Column(N_("Unit"), width=32),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Staff number"), "id", 16),
    )
    people = people_on(session, seen.found, actor, list_id)
    rows = [(p.unit_code, p.unit, p.name, p.login, p.staff_no) for p in people]
    return Table(listed.title.in_language(language), columns, rows)


def people_data(
    session: SessionLike, found: Appraised, people: Sequence[Listed], list_id: str, language: str
) -> list[dict[str, Any]]:
    """People on a list with the rule in words and the numbers of the entries behind it."""
    listed = list_of(found, list_id)
    measures = [condition.measure for condition in listed.conditions]
    return [
        {
            "name": person.name,
            "login": person.login,
            "staff_no": person.staff_no,
            "unit": person.unit,
            "unit_code": person.unit_code,
            "reasons": [
                text
                for one in reasons(found, listed, person.digest, language)
                for text in one.sentences
            ],
            "entries": entries_about(session, found, measures, person.digest),
        }
        for person in people
    ]


def units_data(seen: SeenYear) -> dict[str, Any]:
    """The units that one may look into, exact, in the form of the canonical result."""
    data = result_data(seen.found.rules, seen.found.result)
    units = [unit for unit in data["units"] if seen.opens(unit["code"])]
    for unit in units:
        unit["name"] = seen.name(unit["code"])
        if not seen.ranks:
            unit["rank"] = None
    lists = {name: len(listed) for name, listed in data.pop("people").items()}
    whole = {"lists": lists} if seen.codes is None else {}
    return {**data, "closed": seen.closed, "units": units, **whole}
