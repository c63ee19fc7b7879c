"""What all tests of real servers need: a free port, patience, and processes that end with them."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).parents[1]
# A busy machine is no fault of the site.
PATIENCE_S = 90.0
# A server that starts loads the whole program first.
START_S = 3 * PATIENCE_S
# Where util-linux is at hand, servers end with the tests, even if those are killed.
TIED = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()
_NEVER = threading.Event()

T = TypeVar("T")


def until(look: Callable[[], T], what: str, seconds: float = PATIENCE_S) -> T:
    """The first true answer of `look`, asked again and again; fails when time is up."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        _NEVER.wait(0.03)
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
