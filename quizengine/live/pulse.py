"""Pings: they measure the devices, and find out which connections are dead."""

from __future__ import annotations

import asyncio

from quizengine.live.clock import now_us
from quizengine.live.hall import Hall
from quizengine.live.hub import Hub
from quizengine.live.screen import Screen, tell_all
from quizengine.live.words import packed

_TICK_MS = 125
QUICK_MS = 250
TENSE_MS = 500
CALM_MS = 2000
# Phones are many, and only have to know that the connection is alive.
AUDIENCE_MS = 10_000
_SLOTS = AUDIENCE_MS // _TICK_MS
# Intervals without an answer after which a connection is dead.
_MISSED = 3
_STAFF_TICKS = 1000 // _TICK_MS


async def pulse(hub: Hub) -> None:
    """Until it is cancelled."""
    tick = 0
    while True:
        await asyncio.sleep(_TICK_MS / 1000)
        tick += 1
        for hall in list(hub.halls.values()):
            _ping_few(hub, hall)
            if tick % _STAFF_TICKS == 0:
                hall.tell_staff(if_changed=True)
        _ping_many(hub, tick)


def _ping_few(hub: Hub, hall: Hall) -> None:
    """Devices and staff, each with a number of its own."""
    now = now_us()
    tense = hall.shown is not None and hall.shown.tense
    for screen in hall.of("team", "host", "judge", "screen"):
        if now < screen.ping_us or _bury(hub, screen, CALM_MS, now):
            continue
        every = TENSE_MS if tense and screen.ticket.role == "team" else CALM_MS
        if screen.quick:
            screen.quick -= 1
            every = QUICK_MS
        screen.ping_us = now + every * 1000
        sent = now_us()
        screen.tell(_ping(screen.device.ping(sent), sent, CALM_MS))


def _ping_many(hub: Hub, tick: int) -> None:
    """The phones whose turn it is, all with the same bytes."""
    now = now_us()
    slot = tick % _SLOTS
    due = [
        screen
        for number, screen in list(hub.screens.items())
        if number % _SLOTS == slot
        and screen.ticket.role == "audience"
        and not _bury(hub, screen, AUDIENCE_MS, now)
    ]
    tell_all(due, _ping(tick, now, AUDIENCE_MS))


def _bury(hub: Hub, screen: Screen, every_ms: int, now: int) -> bool:
    """End a connection that answers nothing any more, or takes nothing."""
    silent = now - screen.device.heard_us > (_MISSED * every_ms + 1000) * 1000
    if not silent and not screen.stuck:
        return False
    screen.drop()
    hub.leave(screen)
    return True


def _ping(number: int, now: int, every_ms: int) -> bytes:
    return packed({"t": "ping", "n": number, "now": now / 1000, "every": every_ms})
