"""A screen: one connection, who it is, and what it has been told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.server import ServerConnection, broadcast

from quizengine.live.clock import now_us
from quizengine.live.devices import Device
from quizengine.services.tickets import Ticket

# Messages a second that a page may send in the long run, and at once.
RATE = 20
BURST = 60
# Beyond that, they are refused; so many of them are no mistake.
FLOOD = 300
# What waits for a screen that does not take it.
BACKLOG = 1024 * 1024


class Connection(ServerConnection):
    """Knows when its last message came: before it had to wait for its turn in this process."""

    received_us = 0

    def data_received(self, data: bytes) -> None:
        """From the network."""
        self.received_us = now_us()
        super().data_received(data)


@dataclass(slots=True, eq=False)
class Screen:
    """`number` is unique within the process. Times are those of `quizengine.live.clock`."""

    number: int
    socket: Connection
    ticket: Ticket
    language: str
    device: Device = field(default_factory=Device)
    # The own view that it was sent last.
    own: dict[str, Any] | None = None
    # When it has to be pinged next, and how many quick ones come before the regular ones.
    ping_us: int = 0
    quick: int = 4
    _tokens: float = BURST
    _tokens_us: int = 0
    refused: int = 0

    def admits(self, at_us: int) -> bool:
        """Whether it keeps to the rate that a page may send at."""
        since = (at_us - self._tokens_us) / 1e6 if self._tokens_us else 0.0
        self._tokens = min(BURST, self._tokens + since * RATE)
        self._tokens_us = at_us
        if self._tokens < 1:
            self.refused += 1
            return False
        self._tokens -= 1
        return True

    @property
    def stuck(self) -> bool:
        """Whether it takes nothing any more."""
        return self.socket.transport.get_write_buffer_size() > BACKLOG

    def tell(self, message: bytes) -> None:
        """Send it this; nothing happens if it is gone."""
        broadcast((self.socket,), message, text=True)

    def drop(self) -> None:
        """End the connection without a word; its page opens it again."""
        self.socket.transport.abort()


def tell_all(screens: Iterable[Screen], message: bytes) -> None:
    """Send them all the same."""
    broadcast([screen.socket for screen in screens], message, text=True)
