"""Invented units and people of the demo."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from quizengine.storage.models import Person, PersonRole, PersonTier, Unit

PASSWORD = "baomi-demo-2026"

_TREE = {
    ("xx", "示例大学保密委员会"): {
        ("xx-xxgc", "信息工程学院"): ["教工党支部", "研究生党支部", "本科生党支部"],
        ("xx-clkx", "材料科学学院"): ["教工党支部", "研究生党支部", "本科生党支部"],
        ("xx-jgdw", "机关党委"): ["党政办公室党支部", "人事处党支部", "科研处党支部"],
        ("xx-gjjl", "国际交流学院"): ["教工党支部", "外事办公室党支部", "留学服务党支部"],
    }
}
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = (
    "明 芳 伟 静 敏 磊 洋 艳 勇 娜 杰 涛 霞 平 刚 思远 雨桐 子轩 晓彤 嘉怡 文博 一鸣 若曦 志强 丽华"
)
_STAFF = (
    ("admin", "admin", "示例管理员"),
    ("organizer", "organizer", "示例组织者"),
    ("grader", "grader", "示例阅卷人"),
    ("auditor", "auditor", "示例审计员"),
)


@dataclass(frozen=True)
class DemoLogin:
    """One line of the list of demo logins."""

    login: str
    password: str
    role: str
    unit: str
    tiers: str


def make_people(
    session: Session, now: datetime, today: date, members: int, password_hash: str
) -> list[DemoLogin]:
    """Add the tree, people with roles, and `members` members; within a write transaction."""
    rng = random.Random(20260701)
    root, secondary, branches = _make_units(session)
    people = [_person(login, name, root, now, password_hash) for login, _, name in _STAFF]
    for person, (_, role, _) in zip(people, _STAFF, strict=True):
        person.roles = [PersonRole(role=role, unit_id=root.id)]
    deputy = _person("organizer2", "示例二级单位组织者", secondary[0], now, password_hash)
    deputy.roles = [PersonRole(role="organizer", unit_id=secondary[0].id)]
    people.append(deputy)
    for number in range(1, members + 1):
        branch = branches[(number - 1) % len(branches)]
        name = rng.choice(_SURNAMES) + rng.choice(_GIVEN.split())
        person = _person(f"m{number:05}", name, branch, now, password_hash)
        person.staff_no = f"{2026000000 + number}"
        person.phone = f"1380000{number:04}"
        person.tiers = list(_tiers(number, rng, today))
        people.append(person)
    session.add_all(people)
    session.flush()
    _appoint_heads(root, secondary, branches, people)
    names = {unit.id: unit.name for unit in [root, *secondary, *branches]}
    return [
        DemoLogin(
            person.login,
            PASSWORD,
            person.roles[0].role if person.roles else "member",
            names[person.unit_id],
            " ".join(tier.tier for tier in person.tiers),
        )
        for person in people
    ]


def _make_units(session: Session) -> tuple[Unit, list[Unit], list[Unit]]:
    secondary: list[Unit] = []
    branches: list[Unit] = []
    ((code, name), below), *_ = _TREE.items()
    root = _unit(session, code, name, None)
    for (second_code, second_name), third in below.items():
        second = _unit(session, second_code, second_name, root)
        secondary.append(second)
        branches += [
            _unit(session, f"{second_code}-{index}", f"{second_name}{branch}", second)
            for index, branch in enumerate(third, start=1)
        ]
    return root, secondary, branches


def _unit(session: Session, code: str, name: str, parent: Unit | None) -> Unit:
    unit = Unit(code=code, name=name, level=parent.level + 1 if parent else 1, parent=parent)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    return unit


def _person(login: str, name: str, unit: Unit, now: datetime, password_hash: str) -> Person:
    return Person(
        login=login,
        name=name,
        unit_id=unit.id,
        created_at=now,
        password_hash=password_hash,
        must_change=False,
    )


def _tiers(number: int, rng: random.Random, today: date) -> Iterator[PersonTier]:
    """New members and graduates by turns; some lead, some travel."""
    share = number % 10
    start = today - timedelta(days=200)
    if share < 4:
        yield PersonTier(tier="new_member", valid_from=start)
    elif share < 7:
        yield PersonTier(tier="graduate", valid_from=start)
    elif share == 7:
        yield PersonTier(tier="leader", valid_from=start)
    if share >= 8 or number % 23 == 0:
        departs = today + timedelta(days=rng.randint(5, 60))
        yield PersonTier(
            tier="outbound",
            valid_from=start,
            departs_on=departs,
            returns_on=departs + timedelta(days=rng.randint(7, 120)),
        )


def _appoint_heads(
    root: Unit, secondary: list[Unit], branches: list[Unit], people: list[Person]
) -> None:
    """Each unit has a responsible person: in a branch its first member, above a leader."""
    members = people[len(_STAFF) + 1 :]
    root.head_id = people[0].id
    for index, unit in enumerate(secondary):
        leads = [p for p in members if any(t.tier == "leader" for t in p.tiers)] or members
        unit.head_id = leads[index % len(leads)].id if leads else None
    for unit in branches:
        unit.head_id = next((p.id for p in members if p.unit_id == unit.id), None)
