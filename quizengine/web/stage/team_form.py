"""The rows of teams and members, as a form or a spreadsheet brings them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from quizengine.services.details import clean_text, one_line
from quizengine.services.stage_teams import NAME_LENGTH, MemberPlan, TeamPlan
from quizengine.services.units import UnitRow
from quizengine.storage.models import Contest

# More rows than any rules allow; what is sent beyond is no form of ours.
MOST_ROWS = 24
_NUMBER = re.compile(r"(.*?)[\s/(]+([A-Za-z0-9][\w.@+-]*\d[\w.@+-]*)\)?")
_COMMAS = re.compile(r"[\t,，、;；](?![^（(]*[）)])")
_HEADS = {"队名", "队伍", "参赛队", "代表队", "team", "name", "team name"}


@dataclass
class MemberRow:
    """A seat as it stands in the form."""

    name: str = ""
    person: str = ""


@dataclass
class TeamRow:
    """A team as it stands in the form; `id` is '' for a new one."""

    id: str = ""
    name: str = ""
    unit: str = ""
    members: list[MemberRow] = field(default_factory=list)


def stored_rows(contest: Contest) -> list[TeamRow]:
    """The teams of the contest."""
    return [
        TeamRow(
            str(team.id),
            team.name,
            str(team.unit_id or ""),
            [
                MemberRow(member.name, member.person.login if member.person else "")
                for member in team.members
            ],
        )
        for team in contest.teams
    ]


def sent_rows(form: Mapping[str, str], seats: int) -> list[TeamRow]:
    """The rows of the form, in their order."""
    rows = []
    for index in range(MOST_ROWS + 1):
        key = f"team-{index}"
        if f"{key}-name" not in form:
            continue
        members = [
            MemberRow(form.get(f"{key}-{seat}-name", ""), form.get(f"{key}-{seat}-person", ""))
            for seat in range(seats)
        ]
        get = form.get
        rows.append(TeamRow(get(f"{key}-id", ""), get(f"{key}-name", ""), get(f"{key}-unit", "")))
        rows[-1].members = [m for m in members if m.name.strip() or m.person.strip()]
    return rows


def pasted_rows(text: str, units: Sequence[UnitRow]) -> list[TeamRow]:
    """A line a team: its name, then its members, as cells of a spreadsheet or between commas.

    A login or staff number may stand behind a member's name. A team that is called like a unit
    stands for it.
    """
    by_name = {clean_text(unit.name): str(unit.id) for unit in units}
    rows = []
    for line in text.splitlines():
        cells = [one_line(cell) for cell in _cells(line)]
        if not any(cells) or cells[0].lower() in _HEADS:
            continue
        members = [_member(clean_text(cell)) for cell in cells[1:] if cell]
        rows.append(TeamRow("", cells[0], by_name.get(clean_text(cells[0]), ""), members))
    return rows[: MOST_ROWS + 1]


def _cells(line: str) -> list[str]:
    """Names of colleges may hold commas: in a spreadsheet's cell, or else between brackets."""
    name, tab, members = line.partition("\t")
    return [name, *_COMMAS.split(members)] if tab else _COMMAS.split(line)


def _member(cell: str) -> MemberRow:
    """'张三', '张三 20230001', '张三(20230001)'."""
    found = _NUMBER.fullmatch(cell)
    return MemberRow(found[1].strip(), found[2]) if found else MemberRow(cell)


def keep_ids(rows: Sequence[TeamRow], known: Sequence[TeamRow]) -> None:
    """Pasted teams that are there already by name keep their id, and with it their code."""
    ids = {clean_text(row.name): row.id for row in known}
    for row in rows:
        row.id = row.id or ids.pop(clean_text(row.name), "")


def row_faults(rows: Sequence[TeamRow], seats: int) -> dict[str, str]:
    """What is wrong, by the name of the field."""
    faults: dict[str, str] = {}
    seen: dict[str, int] = {}
    for index, row in enumerate(rows):
        name, key = clean_text(row.name), f"team-{index}-name"
        if not name:
            faults[key] = _("Give the team a name.")
        elif len(one_line(row.name)) > NAME_LENGTH:
            faults[key] = _("At most %(count)s characters.", count=NAME_LENGTH)
        elif name in seen:
            faults[key] = _("Team %(number)s has this name already.", number=seen[name] + 1)
        seen.setdefault(name, index)
        if len(row.members) > seats:
            faults[key] = _("These rules have room for %(count)s members.", count=seats)
        for seat, member in enumerate(row.members):
            if len(clean_text(member.name)) > NAME_LENGTH:
                faults[f"team-{index}-{seat}-name"] = _(
                    "At most %(count)s characters.", count=NAME_LENGTH
                )
    return faults


def plans_of(rows: Sequence[TeamRow]) -> list[TeamPlan]:
    """The rows for the service."""
    return [
        TeamPlan(
            row.name,
            [MemberPlan(member.name, member.person) for member in row.members],
            _number(row.unit),
            _number(row.id),
        )
        for row in rows
    ]


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
