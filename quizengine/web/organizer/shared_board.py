"""One reading of a large board for all who look at it within the same second.

A board counts everybody in sight: with thousands of members it takes a tenth of a second, and
hundreds watch it while these thousands begin. Small boards are read anew for each look.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

B = TypeVar("B")

FRESH_S = 1.0
"""A look gets a reading that is no older than this, or that of somebody else a moment ago."""
STALE_S = 3.0
"""Nobody gets an older one: who finds none waits for the one who reads."""
MOST = 256
"""Boards kept at the same time."""


class _Kept(Generic[B]):
    """A reading, and whose turn it is to read again."""

    def __init__(self, board: B, at: float) -> None:
        self.board, self.at = board, at
        self.turn = threading.Lock()


class SharedBoards(Generic[B]):
    """Readings by what they show; the key has to name all that a look may see."""

    def __init__(
        self, large: Callable[[B], bool], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`large`: whether a reading is worth sharing. `clock` counts seconds."""
        self._large, self._clock = large, clock
        self._kept: dict[Hashable, _Kept[B]] = {}

    def look(self, key: Hashable, read: Callable[[], B]) -> B:
        """What `read` gives, or gave somebody else just now.

        Rights are checked by the caller before each look.
        """
        kept = self._kept.get(key)
        if kept is None:
            return self._keep(key, read())
        age = self._clock() - kept.at
        if age < FRESH_S:
            return kept.board
        # While one reads, the others take what there is instead of waiting in a serving thread.
        if not kept.turn.acquire(blocking=age >= STALE_S):
            return kept.board
        try:
            if self._clock() - kept.at >= FRESH_S:
                begun = self._clock()
                kept.board, kept.at = read(), begun
            return kept.board
        finally:
            kept.turn.release()

    def _keep(self, key: Hashable, board: B) -> B:
        if self._large(board):
            if len(self._kept) >= MOST:
                self._kept.clear()
            self._kept[key] = _Kept(board, self._clock())
        return board
