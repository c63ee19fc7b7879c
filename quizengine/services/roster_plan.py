"""What a roster would change: its rows compared with the people there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Text
from quizengine.services.access import Actor
from quizengine.services.details import Details, TierDates, masked, tier_faults
from quizengine.services.roster_files import RosterTable
from quizengine.services.roster_known import KnownPerson, KnownUnit, KnownUnits, known_people
from quizengine.services.roster_rows import RosterRow
from quizengine.storage.engine import SessionLike

Action = Literal["create", "update", "unchanged", "refused"]


@dataclass(frozen=True)
class Change:
    """A field that gets another value; for `field` "tier", `tier` says which one.

    Dates of a tier are written `from…to`, with those of a journey in brackets.
    """

    field: str
    old: str
    new: str
    tier: str = ""


class TierChange(NamedTuple):
    """Dates to be stored; `row_id` is None for a tier that the person did not have."""

    tier: str
    dates: TierDates
    row_id: int | None


@dataclass(frozen=True)
class PlannedRow:
    """What happens to one row; `details`, `unit_id` and `tiers` are what will be stored."""

    row_no: int
    action: Action
    details: Details
    unit: str
    unit_id: int | None = None
    person_id: int | None = None
    tiers: tuple[TierChange, ...] = ()
    changes: tuple[Change, ...] = ()
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True)
class RosterPlan:
    """All rows; `faults` concern the whole file, and then there are no rows.

    `ignored` are headers of columns that stand for nothing known. `rows_in` counts the rows of the
    file that are not empty.
    """

    rows_in: int
    header_row: int
    rows: list[PlannedRow]
    ignored: list[str]
    faults: list[Text]

    def count(self, action: Action) -> int:
        """How many rows have this action."""
        return sum(row.action == action for row in self.rows)

    @property
    def refused(self) -> list[PlannedRow]:
        """The rows with faults."""
        return [row for row in self.rows if row.action == "refused"]


def plan_rows(
    session: SessionLike,
    actor: Actor,
    tiers: Mapping[str, Tier],
    table: RosterTable,
    rows: Sequence[RosterRow],
) -> RosterPlan:
    """Compare `rows` with the database, by login; statements grow with the size by the thousand."""
    units = KnownUnits(session)
    known = known_people(session, units, [row.details.login for row in rows])
    planned = [
        _Comparison(actor, tiers, units, row, known.get(row.details.login)).planned()
        for row in rows
    ]
    return RosterPlan(len(table.rows), table.header_row, planned, table.ignored, table.faults)


@dataclass
class _Comparison:
    """One row against the person of that login, if there is one."""

    actor: Actor
    tiers: Mapping[str, Tier]
    units: KnownUnits
    row: RosterRow
    person: KnownPerson | None
    reasons: list[Text] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def planned(self) -> PlannedRow:
        self.reasons.extend(self.row.reasons)
        if self.person and not self.actor.can("organizer", self.person.unit.path):
            # Who it is stays unsaid, so the row is compared no further.
            self._refuse(N_("The login %(login)s belongs to a person outside your units."))
            return self._row("refused", self.row.details, None, [])
        if self.person and not self.person.active:
            self._refuse(N_("The account %(login)s is closed: open it again first."))
        unit = self._unit()
        details = self._details()
        tiers = list(self._tiers())
        if self.person and unit and unit.id != self.person.unit.id:
            self.changes.append(Change("unit", self.person.unit.name, unit.name))
        return self._row(self._action(), details, unit, tiers)

    def _action(self) -> Action:
        if self.reasons:
            return "refused"
        if self.person is None:
            return "create"
        return "update" if self.changes else "unchanged"

    def _row(
        self, action: Action, details: Details, unit: KnownUnit | None, tiers: list[TierChange]
    ) -> PlannedRow:
        return PlannedRow(
            row_no=self.row.row_no,
            action=action,
            details=details,
            unit=unit.name if unit else self.row.unit or self.row.unit_code,
            unit_id=unit.id if unit else None,
            person_id=self.person.id if self.person and not self.reasons else None,
            tiers=tuple(tiers),
            changes=() if self.reasons else tuple(self.changes),
            reasons=tuple(self.reasons),
        )

    def _refuse(self, template: str) -> None:
        self.reasons.append(Text(template, {"login": self.row.details.login}))

    def _unit(self) -> KnownUnit | None:
        found = self.units.find(self.row.unit_code, self.row.unit)
        if found is None and self.person is not None:
            return self.person.unit
        if found is None:
            self.reasons.append(Text(N_("The unit is missing.")))
            return None
        if isinstance(found, Text):
            self.reasons.append(found)
            return None
        if not self.actor.can("organizer", found.path):
            self.reasons.append(
                Text(N_("The unit “%(unit)s” is outside your units."), {"unit": found.name})
            )
        return found

    def _details(self) -> Details:
        """The stored details, with those of the row in their place."""
        new = self.row.details
        if self.person is None:
            return new
        old = self.person.details
        merged = Details(
            login=old.login,
            name=new.name or old.name,
            staff_no=new.staff_no or old.staff_no,
            id_no=new.id_no or old.id_no,
            phone=new.phone or old.phone,
        )
        for name in ("name", "staff_no", "id_no", "phone"):
            before, after = getattr(old, name), getattr(merged, name)
            if before != after:
                show = masked if name == "id_no" else str
                self.changes.append(Change(name, show(before), show(after)))
        return merged

    def _tiers(self) -> Iterator[TierChange]:
        """Tiers that the row adds or gives other dates; those it doesn't name stay."""
        held = self.person.tiers if self.person else {}
        for tier in self.row.tiers:
            row_id, before = held.get(tier, (None, TierDates()))
            after = merged_dates(before, self.row.dates, self.tiers[tier].dates == "travel")
            self.reasons.extend(tier_faults(self.tiers, tier, after))
            if row_id is None or after != before:
                self.changes.append(
                    Change("tier", _shown(before) if row_id else "", _shown(after), tier)
                )
                yield TierChange(tier, after, row_id)


def merged_dates(old: TierDates, new: TierDates, travels: bool) -> TierDates:
    """The dates of a tier after a row that gives `new`; an empty date changes nothing.

    But another first day begins another period, which does not end when the last one did.
    """
    first, last = _period(old.valid_from, old.valid_to, new.valid_from, new.valid_to)
    if not travels:
        return TierDates(first, last)
    away, back = _period(old.departs_on, old.returns_on, new.departs_on, new.returns_on)
    return TierDates(first, last, away, back)


def _period(
    old_first: date | None, old_last: date | None, first: date | None, last: date | None
) -> tuple[date | None, date | None]:
    if first is not None and first != old_first:
        return first, last
    return old_first, last or old_last


def _shown(dates: TierDates) -> str:
    text = f"{dates.valid_from or ''}…{dates.valid_to or ''}"
    if dates.departs_on or dates.returns_on:
        text += f" ({dates.departs_on or ''}…{dates.returns_on or ''})"
    return text
