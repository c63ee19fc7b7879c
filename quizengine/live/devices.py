"""What the server itself measures of a device, and the evidence of its buzzes."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Round trips that are looked back upon: long enough for a quick one, short enough for a drifting
# clock.
SAMPLES = 10
# Pings that may be on the way; older ones are given up.
IN_FLIGHT = 8


@dataclass(slots=True)
class Device:
    """Round trips of one connection. All times are microseconds by the server's clock."""

    # When the server unlocked its buzzer; None while it is locked.
    sent_us: int | None = None
    heard_us: int = 0
    _number: int = 0
    _pings: dict[int, int] = field(default_factory=dict)
    # Of each round trip: its length, and the server's clock less the device's.
    _trips: deque[tuple[int, int]] = field(default_factory=lambda: deque(maxlen=SAMPLES))

    def ping(self, now_us: int) -> int:
        """The number of a new ping."""
        self._number += 1
        self._pings[self._number] = now_us
        while len(self._pings) > IN_FLIGHT:
            del self._pings[min(self._pings)]
        return self._number

    def pong(self, number: int, clock_ms: float, arrived_us: int) -> None:
        """A ping was answered; an answer to none of ours is nothing."""
        self.heard_us = arrived_us
        sent_us = self._pings.pop(number, None)
        if sent_us is None:
            return
        rtt = max(0, arrived_us - sent_us)
        self._trips.append((rtt, (sent_us + arrived_us) // 2 - round(clock_ms * 1000)))

    @property
    def rtt_us(self) -> int | None:
        """The shortest of the recent round trips."""
        return min(self._trips)[0] if self._trips else None

    @property
    def offset_us(self) -> int | None:
        """The server's clock less the device's, by the shortest round trip."""
        return min(self._trips)[1] if self._trips else None

    def evidence(self, data: Mapping[str, Any], arrived_us: int) -> dict[str, Any]:
        """The `evidence` of docs/contest-events.md for a buzz with this data."""
        offset = self.offset_us
        return {
            "arrived_us": arrived_us,
            "sent_us": self.sent_us,
            "reaction_us": _micro(data.get("reaction_ms")),
            "rtt_us": self.rtt_us,
            "offset_us": offset,
            "unlocked_us": _shifted(data.get("unlocked"), offset),
            "pressed_us": _shifted(data.get("pressed"), offset),
            "early": data.get("early") is True,
        }


def _micro(value: object) -> int | None:
    """Milliseconds of a page as microseconds; None for what is no sensible length."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return round(value * 1000) if 0 <= value < 1e12 else None


def _shifted(value: object, offset_us: int | None) -> int | None:
    device_us = _micro(value)
    return None if device_us is None or offset_us is None else device_us + offset_us
