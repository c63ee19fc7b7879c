"""All screens of one contest that are connected to this process."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from quizengine.domain.contest.buzz import Waiting
from quizengine.live.clock import now_us
from quizengine.live.outputs import AudienceView, Published
from quizengine.live.screen import Screen, tell_all
from quizengine.live.words import packed
from quizengine.services.tickets import TicketRole

# Screens that the audience's phones must not keep waiting, in this order.
_FIRST: tuple[TicketRole, ...] = ("screen", "team", "host", "judge")
# Phones that are served between two looks at what has come in.
CHUNK = 100


class Hall:
    """`elsewhere`: what other processes say of their screens, see `presence`."""

    def __init__(self, contest: int, elsewhere: Callable[[], Iterable[Mapping[str, Any]]]) -> None:
        self.contest = contest
        self.shown: Published | None = None
        self.muted = False
        self.screens: dict[int, Screen] = {}
        self.teams: dict[int, Screen] = {}
        # All but the audience: they must be found at once among thousands.
        self._few: dict[int, Screen] = {}
        self._elsewhere = elsewhere
        # Phones that have not been sent what is shown, in the order of their turns.
        self._owed: dict[int, Screen] = {}

    def add(self, screen: Screen) -> Screen | None:
        """It is shown what is there already; the device that had the team's seat before, if any."""
        before = None
        if screen.ticket.role == "team":
            before = self.teams.get(screen.ticket.id)
            self.teams[screen.ticket.id] = screen
        self.screens[screen.number] = screen
        if screen.ticket.role != "audience":
            self._few[screen.number] = screen
        if self.shown:
            self._greet(screen, self.shown)
        return before

    def remove(self, screen: Screen) -> None:
        """It has gone."""
        self.screens.pop(screen.number, None)
        self._few.pop(screen.number, None)
        self._owed.pop(screen.number, None)
        if self.teams.get(screen.ticket.id) is screen:
            del self.teams[screen.ticket.id]

    def of(self, *roles: TicketRole) -> list[Screen]:
        """The screens of these roles, none of them the audience's."""
        return [s for role in roles for s in self._few.values() if s.ticket.role == role]

    def waiting(self) -> dict[int, Waiting]:
        """The devices that may buzz; from any thread."""
        return {
            team: Waiting(screen.device.sent_us, screen.device.rtt_us)
            for team, screen in list(self.teams.items())
        }

    def show(self, shown: Published) -> bool:
        """Show it to all but the audience; true if there are phones that are owed it."""
        before, self.shown = self.shown, shown
        # Which device is unlocked first is nobody's right; each one's own moment is noted.
        for screen in random.sample([*self.teams.values()], len(self.teams)):
            self._tell_team(screen, shown, opens=_opens(before, shown, screen.ticket.id))
        tell_all(self.of(*_FIRST), _state(shown))
        self.tell_staff()
        for number, screen in self.screens.items():
            if screen.ticket.role == "audience" and not shown.brief:
                self._owed[number] = screen
        return bool(self._owed)

    def serve_audience(self) -> bool:
        """Show it to the next phones; true if there are more."""
        shown = self.shown
        if shown is None or not self._owed:
            return False
        numbers = [*islice(self._owed, CHUNK)]
        screens = [self._owed.pop(number) for number in numbers]
        tell_all(screens, _state(shown))
        for screen in screens:
            self._tell_own(screen, shown.seq, own_of(screen, shown.audience))
        return bool(self._owed)

    def tell_staff(self, *, if_changed: bool = False) -> None:
        """Host and judge see which devices are there, and how many people."""
        if self.shown is None:
            return
        presence = self._everywhere()
        for screen in self.of("host", "judge"):
            own = {**self.shown.staff[screen.ticket.role], **presence}
            if not if_changed or own != screen.own:
                screen.own = None
                self._tell_own(screen, self.shown.seq, own)

    def presence(self) -> dict[str, Any]:
        """Which devices and how many people are here."""
        roles = Counter(screen.ticket.role for screen in self._few.values())
        return {
            "devices": {
                str(team): {"online": True, "rtt_ms": _ms(screen.device.rtt_us)}
                for team, screen in self.teams.items()
            },
            "people": {
                "hosts": roles["host"],
                "judges": roles["judge"],
                "screens": roles["screen"],
                "audience": len(self.screens) - len(self._few),
            },
        }

    def _everywhere(self) -> dict[str, Any]:
        """The presence in all processes; teams without a device too."""
        teams = self.shown.teams if self.shown else ()
        nobody = {str(team): {"online": False, "rtt_ms": None} for team in teams}
        return merged([{"devices": nobody, "people": {}}, self.presence(), *self._elsewhere()])

    def mute(self, on: bool) -> None:
        """No sound on the big screens, or sound again."""
        self.muted = on
        tell_all(self.of("screen"), packed({"t": "mute", "on": on}))

    def _greet(self, screen: Screen, shown: Published) -> None:
        role = screen.ticket.role
        if role == "team":
            self._tell_team(screen, shown, opens=False)
        screen.tell(_state(shown))
        if role == "audience":
            self._tell_own(screen, shown.seq, own_of(screen, shown.audience))
        elif role in shown.staff:
            self._tell_own(screen, shown.seq, {**shown.staff[role], **self._everywhere()})
        elif role == "screen" and self.muted:
            screen.tell(packed({"t": "mute", "on": True}))

    def _tell_team(self, screen: Screen, shown: Published, *, opens: bool) -> None:
        """`opens`: its buzzer was locked until now. A device that comes while buzzers are open is
        timed from when they were opened: to come back must not set the watch back to nought."""
        own = shown.teams.get(screen.ticket.id)
        if own is None:
            return
        # Before it is sent: no device can have been faster than the server says it was.
        sent_us = now_us()
        self._tell_own(screen, shown.seq, own)
        if not own["unlocked"]:
            screen.device.sent_us = None
        elif opens:
            screen.device.sent_us = sent_us
        elif screen.device.sent_us is None:
            screen.device.sent_us = min(sent_us, shown.opened_us or sent_us)

    def _tell_own(self, screen: Screen, seq: int, own: dict[str, Any]) -> None:
        if own != screen.own:
            screen.own = own
            screen.tell(packed({"t": "own", "seq": seq, "own": own}))


def _opens(before: Published | None, shown: Published, team: int) -> bool:
    """Whether the team's buzzer, if it is open now, was locked or open for something else before.

    False if nothing was shown before: this process may have come while buzzers are open.
    """
    own = before.teams.get(team) if before else None
    if before is None or own is None:
        return False
    return not own["unlocked"] or before.opened_us != shown.opened_us


def own_of(screen: Screen, view: AudienceView) -> dict[str, Any]:
    """The own view of one in the audience; whether the answer was right only once it is shown."""
    ticket = screen.ticket
    answer, right = view.answers.get(ticket.id, (None, None))
    return {
        "player": ticket.id,
        "name": ticket.name,
        "can": {"answer": view.open and answer is None},
        "answer": answer,
        "right": right if view.revealed else None,
    }


def merged(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The presence in several processes as one."""
    devices: dict[str, Any] = {}
    people: Counter[str] = Counter()
    for part in parts:
        devices |= part["devices"]
        people.update(part["people"])
    return {"devices": devices, "people": dict(people)}


def _state(shown: Published) -> bytes:
    now = now_us() / 1000
    return b'{"t":"state","seq":%d,"now":%.1f,"public":%b}' % (shown.seq, now, shown.public)


def _ms(us: int | None) -> float | None:
    return None if us is None else round(us / 1000, 1)
