"""The first request of each kind goes alone.

After a start the first page of a kind takes twenty times as long as the next: its template and
statements are compiled, its texts and formats loaded. When hundreds ask for it in the same second,
each of them would do that work beside the others, and for many seconds nobody would get a page.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE_S = 2.0
"""Whoever has waited so long for the one before goes on: that one may be somebody's slow upload."""
REFUSALS = 8
"""After so many that came to nothing a kind is let through all the same."""


class FirstAlone:
    """Lets requests of a kind through one at a time until one has been served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: dict[str, threading.Lock] = {}
        self._refused: Counter[str] = Counter()
        self._known: set[str] = set()

    @contextmanager
    def turn(self, kind: str) -> Iterator[None]:
        """Within this a request of `kind` is served; an exception: it came to nothing."""
        if kind in self._known:
            yield
            return
        with self._lock:
            turn = self._turns.setdefault(kind, threading.Lock())
        alone = turn.acquire(timeout=PATIENCE_S)
        try:
            if alone and kind in self._known:
                # Served while this one waited: those behind it need not wait for it.
                turn.release()
                alone = False
            yield
            self._known.add(kind)
        except BaseException:
            self._refused[kind] += 1
            if self._refused[kind] >= REFUSALS:
                self._known.add(kind)
            raise
        finally:
            if alone:
                turn.release()
