"""Commands of a page: who may give which, and what of their data goes into the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from quizengine.domain.contest.events import Author, EventType, Role
from quizengine.domain.contest.machine_input import LONGEST_REASON
from quizengine.domain.text import N_, Refused
from quizengine.services.tickets import Ticket

_STAFF = ("host", "judge")
_KEYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # type: (roles, keys of the data); docs/contest-events.md
    "begin": (("host",), ()),
    "next": (("host",), ()),
    "choose": (("host", "team"), ("team", "points")),
    "open": (("host",), ()),
    "start": (("host",), ()),
    "buzz": (("team",), ("team",)),
    "speak": (("host",), ()),
    "answer": (("team",), ("team", "answer")),
    "stop": (("host",), ()),
    "judge": (_STAFF, ("team", "verdict", "points")),
    "foul": (_STAFF, ("team", "kind", "points", "reason")),
    "adjust": (_STAFF, ("team", "points", "reason")),
    "override": (_STAFF, ("question", "team", "verdict", "points", "reason")),
    "swap": (("host",), ("reason",)),
    "void": (("host",), ("reason",)),
    "audience": (("host",), ()),
    "pause": (_STAFF, ("reason",)),
    "resume": (_STAFF, ("reason",)),
    "undo": (_STAFF, ("target",)),
    "withdraw": (_STAFF, ("team", "reason")),
    "reinstate": (_STAFF, ("team", "reason")),
    "end_round": (("host",), ("reason",)),
    "finish": (("host",), ()),
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it goes to the engine.

    `key` is its id in the log: the page's own after who gave it, so that nobody can use up the
    ids of others. `step` None: not bound to what the page showed.
    """

    key: str
    type: EventType
    by: Author
    data: Mapping[str, Any]
    at_us: int
    step: int | None = None


def author(ticket: Ticket) -> Author:
    """The author of what comes with this ticket. ValueError for one that gives no commands."""
    if ticket.role not in ("host", "judge", "team"):
        raise ValueError(f"a {ticket.role} gives no commands")
    return Author(cast(Role, ticket.role), str(ticket.id), ticket.name)


def command_key(ticket: Ticket, page_id: str) -> str:
    """The id of a page's command in the log."""
    return f"{ticket.role}/{ticket.id}:{page_id}"


def checked_data(ticket: Ticket, kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """What of a command's data is logged. A team acts for itself, whatever it says.

    Refused `forbidden` (403) if the role gives no such command, `format` (400) for what the log
    does not hold.
    """
    roles, keys = _KEYS.get(kind, ((), ()))
    if ticket.role not in roles:
        raise Refused("forbidden", N_("This page can't do that."), status=403)
    kept = {key: data[key] for key in keys if data.get(key) is not None}
    if ticket.role == "team":
        kept["team"] = ticket.id
    for key, value in kept.items():
        if key != "answer":
            _require_plain(value)
    return kept


def _require_plain(value: object) -> None:
    plain = type(value) is int and abs(value) < 2**31
    if not plain and not (isinstance(value, str) and len(value) <= LONGEST_REASON):
        raise Refused("format", N_("A text is too long, or a number can't be right."), status=400)
