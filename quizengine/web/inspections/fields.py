"""Reading what forms of inspections share: checklists and inspectors, a line each."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from quizengine.domain.normalise import parse_number
from quizengine.domain.text import Refused
from quizengine.services.inspections import ItemPlan
from quizengine.services.office_access import find_person
from quizengine.services.units import UnitRow, unit_tree
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import kept_units


def directed_units() -> list[UnitRow]:
    """Units whose inspections the person signed in directs: the level above does."""
    actor = current_actor()
    return [
        unit for unit in unit_tree(db.session, actor) if actor.can("organizer", _above(unit.path))
    ]


def parents() -> list[UnitRow]:
    """Units with units below them, among which a round can be drawn."""
    rows = kept_units()
    above = {row.parent_id for row in rows}
    return [row for row in rows if row.id in above]


def items_text(items: Sequence[ItemPlan]) -> str:
    """A checklist as the form has it."""
    return "\n".join(f"{item.text} | {item.points.normalize():f}" for item in items)


def read_items(fields: OfficeFields, name: str = "items") -> list[ItemPlan]:
    """A checklist: an item a line, with its points behind a bar."""
    found = []
    for number, line in enumerate(fields.lines(name), start=1):
        text, _bar, points = line.replace("｜", "|").rpartition("|")
        value = parse_number(points) if text.strip() else None
        if value is None:
            fields.errors[name] = _(
                "Line %(number)s: the item, a bar and its points, as in “Register complete | 10”.",
                number=number,
            )
            return []
        found.append(ItemPlan(text.strip(), Decimal(value)))
    return found


def read_inspectors(fields: OfficeFields, name: str = "inspectors") -> list[int]:
    """People, one a line: login, staff number or name."""
    found = []
    for line in fields.lines(name):
        try:
            found.append(find_person(db.session, current_actor(), line.partition("·")[0]).id)
        except Refused as refused:
            fields.errors[name] = f"{line.strip()}: {translated(refused.text)}"
    return found


def _above(path: str) -> str:
    """The path of the unit above; the root is its own."""
    steps = path.strip("/").split("/")
    return "/" + "/".join(steps[:-1] or steps) + "/"
