"""Entries about annual plans and frequency duties in plain words. Touches no database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from quizengine.domain.text import N_, Text
from quizengine.services.ledger_told import Told, plain, points_of, whole


def _set(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    values = {name: whole(data[name]) for name in ("year", "version", "tasks")}
    template = N_("The annual plan %(year)s was approved as version %(version)s: %(tasks)s tasks.")
    remark = Text(N_("SHA-256 of the text: %(digest)s"), {"digest": str(data["plan_sha256"])})
    return Told(Text(template, values), (remark,), "signed")


def _done(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    if data["on_time"] is True:
        return Told(
            Text(N_("Task no. %(task)s of the annual plan is done."), _task(data)),
            _due(data),
            "success",
        )
    template = N_("Task no. %(task)s of the annual plan is done, but late.")
    return Told(Text(template, _task(data)), _due(data), "warning")


def _late(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    data = body["data"]
    template = N_("Task no. %(task)s of the annual plan is overdue.")
    return Told(Text(template, _task(data)), _due(data), "danger")


def _task(data: Mapping[str, Any]) -> dict[str, object]:
    return {"task": whole(data["task"])}


def _due(data: Mapping[str, Any]) -> tuple[Text, ...]:
    day = date.fromisoformat(str(data["due"])).isoformat()
    return (Text(N_("Due on %(day)s."), {"day": day}),)


def _met(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    template = N_("The duty “%(rule)s” was met: %(have)s of %(needed)s.")
    return Told(Text(template, _duty(body["data"])), _period(body["data"]), "success")


def _short(body: Mapping[str, Any], _title: str, _withheld: bool) -> Told:
    template = N_("The duty “%(rule)s” was not met: %(have)s of %(needed)s.")
    return Told(Text(template, _duty(body["data"])), _period(body["data"]), "warning")


def _duty(data: Mapping[str, Any]) -> dict[str, object]:
    return {
        "rule": str(data["rule"]),
        "have": plain(points_of(data["have"])),
        "needed": plain(points_of(data["needed"])),
    }


def _period(data: Mapping[str, Any]) -> tuple[Text, ...]:
    values = {name: date.fromisoformat(str(data[name])).isoformat() for name in ("from", "to")}
    return (Text(N_("From %(from)s to %(to)s."), values),)


PLAN_WRITERS: dict[str, Callable[[Mapping[str, Any], str, bool], Told]] = {
    "plan-set": _set,
    "plan-task-done": _done,
    "plan-task-late": _late,
    "duty-met": _met,
    "duty-short": _short,
}
"""Kind → what writes its sentence."""
