"""What the pages of people and units share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import served_registry
from quizengine.services.units import UnitRow, unit_tree
from quizengine.web.choices import steps
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor


def administrator() -> Actor:
    """The person signed in with admin rights alone.

    Services let organizers change people too; on these pages, only admins do.
    """
    actor = current_actor()
    return replace(actor, roles=tuple(grant for grant in actor.roles if grant.role == "admin"))


def registered_tiers() -> Mapping[str, Tier]:
    """The tiers of the bank that is served."""
    return served_registry(db.session).tiers


def tier_names() -> dict[str, str]:
    """Names of the tiers in the language of the page."""
    return {key: tier.title.in_language(language()) for key, tier in registered_tiers().items()}


def unit_names(units: Iterable[UnitRow], path: str) -> list[str]:
    """Names on the way to a unit, as far as they are in sight."""
    names = {unit.id: unit.name for unit in units}
    return [names[step] for step in steps(path) if step in names]


def visible_units() -> list[UnitRow]:
    """The units that the person signed in looks after."""
    return unit_tree(db.session, current_actor(), "organizer")


def administered_units() -> list[UnitRow]:
    """The units that the person signed in administers."""
    return unit_tree(db.session, current_actor(), "admin")


def find_unit(units: Iterable[UnitRow], unit_id: int) -> UnitRow:
    """One of `units`; Refused `unit-unknown` (404) if it is not among them."""
    for unit in units:
        if unit.id == unit_id:
            return unit
    raise Refused("unit-unknown", N_("There is no such unit."), status=404)
