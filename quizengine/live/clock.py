"""The time of a live process: no step of the machine's clock may end a countdown."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

# Where the two clocks stood together as the process began.
_WALL = time.time_ns()
_MONOTONIC = time.monotonic_ns()
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """Microseconds since 1970, never going back and never leaping."""
    return (_WALL + time.monotonic_ns() - _MONOTONIC) // 1000


def moment(us: int) -> datetime:
    """Microseconds since 1970 as an aware time in UTC."""
    return _EPOCH + timedelta(microseconds=us)
