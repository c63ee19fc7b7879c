"""What an event brings along, checked: a fault is refused with what to do about it."""

from __future__ import annotations

from typing import Any

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.state import State, Team
from quizengine.domain.text import N_, Refused

LONGEST_REASON = 500


def not_now() -> Refused:
    """The command does not fit the phase."""
    return Refused("not-now", N_("That is not possible at this point of the contest."))


def the_team(state: State, event: Event) -> Team:
    """The team that the event names; a team may speak for itself only.

    Refused `unknown-team` (400), `wrong-team` (403).
    """
    named = event.data.get("team")
    team = next((t for t in state.teams if type(named) is int and t.id == named), None)
    if team is None:
        raise Refused("unknown-team", N_("No such team takes part."), status=400)
    if event.by.role == "team" and event.by.id != str(team.id):
        raise Refused("wrong-team", N_("A team can act only for itself."), status=403)
    return team


def an_active_team(state: State, event: Event) -> Team:
    """The same, of those that still take part; Refused `team-out` besides."""
    team = the_team(state, event)
    if team.out == "withdrawn":
        raise Refused("team-out", N_("%(team)s has withdrawn from the contest."), team=team.name)
    if team.out == "eliminated":
        raise Refused("team-out", N_("%(team)s has been eliminated."), team=team.name)
    return team


def the_points(event: Event, least: int, most: int) -> int:
    """The event's `points`, a whole number in these bounds; Refused `points` (400)."""
    points = event.data.get("points")
    if type(points) is not int or not least <= points <= most:
        raise Refused(
            "points",
            N_("Points: give a whole number from %(least)s to %(most)s."),
            status=400,
            least=least,
            most=most,
        )
    return points


def the_reason(event: Event) -> str:
    """The event's `reason`; Refused `reason` (400) without one."""
    reason = event.data.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise Refused("reason", N_("Give a reason: it is kept in the log."), status=400)
    if len(reason) > LONGEST_REASON:
        raise Refused(
            "reason",
            N_("The reason is too long: at most %(most)s characters."),
            status=400,
            most=LONGEST_REASON,
        )
    return reason.strip()


def one_of(event: Event, field: str, *choices: str) -> str:
    """The event's `field`, one of `choices`; Refused with the field as code (400)."""
    value: Any = event.data.get(field)
    if value not in choices:
        raise Refused(
            field,
            N_("%(field)s: one of %(choices)s is needed."),
            status=400,
            field=field,
            choices=", ".join(choices),
        )
    return str(value)
