"""A small school for tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from quizengine.storage.engine import writing
from quizengine.storage.models import Person, PersonRole, PersonTier, Unit

# code, parent's code, name
UNITS = (
    ("HQ", None, "学校保密委员会"),
    ("CS", "HQ", "计算机学院"),
    ("PHY", "HQ", "物理学院"),
    ("CS-1", "CS", "教工第一支部"),
    ("CS-2", "CS", "学生第一支部"),
    ("PHY-1", "PHY", "教工第一支部"),
    ("PHY-2", "PHY", "学生第一支部"),
)
# login, name, unit, {tier}, {(role, unit)}
PERSONS: tuple[tuple[str, str, str, set[str], set[tuple[str, str]]], ...] = (
    ("admin", "周敏", "HQ", set(), {("admin", "HQ")}),
    ("auditor", "吴刚", "HQ", set(), {("auditor", "HQ")}),
    ("grader", "郑洁", "HQ", set(), {("grader", "HQ")}),
    ("organizer", "孙丽", "CS", {"leader"}, {("organizer", "CS")}),
    ("cs-admin", "钱进", "CS", set(), {("admin", "CS")}),
    ("li", "李雷", "CS-1", {"new_member"}, set()),
    ("wang", "王芳", "CS-2", {"new_member", "graduate"}, set()),
    ("zhao", "赵云", "PHY-1", {"new_member"}, set()),
    ("chen", "陈晨", "PHY-2", {"graduate"}, set()),
)


@dataclass(frozen=True)
class School:
    """Ids by unit code and by login, and paths by unit code."""

    units: dict[str, int]
    paths: dict[str, str]
    persons: dict[str, int]


def build_school(session: Session, now: datetime) -> School:
    """Write the units and people into an empty database."""
    units: dict[str, Unit] = {}
    persons: dict[str, Person] = {}
    with writing(session):
        for code, above, name in UNITS:
            parent = units[above] if above else None
            unit = Unit(
                code=code, name=name, parent=parent, level=parent.level + 1 if parent else 1
            )
            session.add(unit)
            session.flush()
            unit.path = f"{parent.path if parent else '/'}{unit.id}/"
            units[code] = unit
        for login, name, code, tiers, roles in PERSONS:
            persons[login] = Person(
                login=login,
                name=name,
                staff_no=login,
                unit_id=units[code].id,
                created_at=now,
                tiers=[PersonTier(tier=tier, valid_from=date(2025, 9, 1)) for tier in tiers],
                roles=[PersonRole(role=role, unit_id=units[at].id) for role, at in roles],
            )
        session.add_all(persons.values())
        session.flush()
        return School(
            units={code: unit.id for code, unit in units.items()},
            paths={code: unit.path for code, unit in units.items()},
            persons={login: person.id for login, person in persons.items()},
        )
