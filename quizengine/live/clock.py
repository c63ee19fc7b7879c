"""The time of a live process: no step of the machine's clock may end a countdown."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

# The machine's clock as the process began, less the one that no one can set.
_AHEAD_NS = [time.time_ns() - time.monotonic_ns()]
# A clock is set back by an hour or two, or by a time zone; what is further away was never true.
_MOST_BACK_US = 24 * 3600 * 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def now_us() -> int:
    """Microseconds since 1970, never going back, and leaping only by `go_on_from`."""
    return (_AHEAD_NS[0] + time.monotonic_ns()) // 1000


def go_on_from(us: int) -> None:
    """Go on from this time if it is later: somebody has set the machine's clock back since."""
    behind = us - now_us()
    if 0 < behind <= _MOST_BACK_US:
        _AHEAD_NS[0] += behind * 1000


def moment(us: int) -> datetime:
    """Microseconds since 1970 as an aware time in UTC."""
    return _EPOCH + timedelta(microseconds=us)
