"""Importing a roster: a preview, and the same again for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require_anywhere
from quizengine.services.codes import CHUNK, IssuedCode, code_expiry
from quizengine.services.passwords import hash_code, new_code
from quizengine.services.roster_files import RosterTable
from quizengine.services.roster_plan import PlannedRow, RosterPlan, plan_rows
from quizengine.services.roster_rows import parse_rows
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Person, PersonTier


@dataclass(frozen=True)
class RosterResult:
    """What was done, row by row in `plan`; `codes` are those of the people who are new."""

    plan: RosterPlan
    created: int
    updated: int
    unchanged: int
    codes: list[IssuedCode]

    @property
    def refused(self) -> list[PlannedRow]:
        """The rows with faults, which were left out."""
        return self.plan.refused


def preview(
    session: SessionLike, actor: Actor, tiers: Mapping[str, Tier], table: RosterTable
) -> RosterPlan:
    """What `apply` would do; `tiers` are those of the registry.

    For organizers and admins, each within their subtree. Raises Refused `forbidden` (403).
    """
    require_anywhere(actor, "organizer")
    rows = [] if table.faults else parse_rows(table, tiers)
    return plan_rows(session, actor, tiers, table, rows)


def apply(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    actor: Actor,
    tiers: Mapping[str, Tier],
    table: RosterTable,
    *,
    good_rows_only: bool = False,
) -> RosterResult:
    """Create and update people by the roster, compared with the database as it is now.

    People are told apart by login. Nobody is removed, and no tier taken away: an empty cell, and
    whoever isn't in the file, stays as it is. The same file again changes nothing and issues no
    codes. Raises Refused `forbidden` (403), `roster-columns` (400) for a fault of the whole file,
    `roster-faults` (400) if any row has a fault and `good_rows_only` is not set; then nothing is
    imported.
    """
    require_anywhere(actor, "organizer")
    if table.faults:
        fault = table.faults[0]
        raise Refused("roster-columns", fault.template, status=400, **fault.params)
    rows = parse_rows(table, tiers)
    with writing(session):
        plan = plan_rows(session, actor, tiers, table, rows)
        if plan.refused and not good_rows_only:
            raise Refused(
                "roster-faults",
                N_("%(count)d rows have faults, so nothing was imported."),
                status=400,
                count=len(plan.refused),
            )
        created = [row for row in plan.rows if row.action == "create"]
        updated = [row for row in plan.rows if row.action == "update"]
        codes = _create(session, now, settings, created)
        _update(session, updated)
    return RosterResult(plan, len(created), len(updated), plan.count("unchanged"), codes)


def _create(
    session: SessionLike, now: datetime, settings: Settings, rows: Sequence[PlannedRow]
) -> list[IssuedCode]:
    codes = [new_code() for _ in rows]
    if rows:
        session.execute(
            insert(Person),
            [
                {
                    **vars(row.details),
                    "unit_id": row.unit_id,
                    "created_at": now,
                    "code_hash": hash_code(code),
                    "code_expires_at": code_expiry(now, settings),
                }
                for row, code in zip(rows, codes, strict=True)
            ],
        )
    ids = _ids(session, [row.details.login for row in rows])
    _add_tiers(session, [(ids[row.details.login], row) for row in rows])
    return [
        IssuedCode(ids[row.details.login], row.details.login, row.details.name, row.unit, code)
        for row, code in zip(rows, codes, strict=True)
    ]


def _update(session: SessionLike, rows: Sequence[PlannedRow]) -> None:
    if rows:
        session.execute(
            update(Person),
            [{**vars(r.details), "id": r.person_id, "unit_id": r.unit_id} for r in rows],
        )
    _add_tiers(session, [(row.person_id, row) for row in rows if row.person_id is not None])
    changed = [
        {"id": change.row_id, **vars(change.dates)}
        for row in rows
        for change in row.tiers
        if change.row_id is not None
    ]
    if changed:
        session.execute(update(PersonTier), changed)


def _add_tiers(session: SessionLike, rows: Sequence[tuple[int, PlannedRow]]) -> None:
    added = [
        {"person_id": person_id, "tier": change.tier, **vars(change.dates)}
        for person_id, row in rows
        for change in row.tiers
        if change.row_id is None
    ]
    if added:
        # Left out where they are null, the dates would split this into a statement a row.
        session.execute(insert(PersonTier).execution_options(render_nulls=True), added)


def _ids(session: SessionLike, logins: Sequence[str]) -> dict[str, int]:
    ids: dict[str, int] = {}
    for start in range(0, len(logins), CHUNK):
        some = logins[start : start + CHUNK]
        found = session.execute(select(Person.login, Person.id).where(Person.login.in_(some)))
        ids.update((login, person_id) for login, person_id in found)
    return ids
