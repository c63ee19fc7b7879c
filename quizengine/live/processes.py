"""The processes of the live server: all is loaded once, so that a new one is there at once.

A process that is killed must be back within the blink in which its screens try again; loading
the program alone takes longer. So a parent that does nothing else loads it and forks.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

log = logging.getLogger("quizengine.live")

# A process that can't even begin must not be started in circles.
_BRIEF_S = 0.5


@dataclass
class Family:
    """Runs `work` in `count` processes, each started again if it is killed or fails.

    `work` gets a file that ends with the parent. When it returns, all of them end.
    """

    count: int
    work: Callable[[int], None]
    _running: dict[int, float] = field(default_factory=dict)
    _ending: bool = False

    def run(self) -> None:
        """Until SIGTERM, SIGINT, or the end of a process that was not killed."""
        ours, theirs = os.pipe()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: self._end())
        # What is loaded stays shared between the processes if nothing touches it.
        gc.collect()
        gc.freeze()
        while not self._ending or self._running:
            while not self._ending and len(self._running) < self.count:
                self._fork(ours, theirs)
            self._wait()
        os.close(ours)
        os.close(theirs)

    def _fork(self, ours: int, theirs: int) -> None:
        # A signal between the fork and its note would miss the new process.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        process = os.fork()
        if process == 0:
            os.close(theirs)
            self._child(ours)
        self._running[process] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})

    def _child(self, ours: int) -> NoReturn:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        code = 1
        try:
            self.work(ours)
            code = 0
        except Exception:
            log.exception("a process of the live server has ended")
        finally:
            # Neither the parent's clean-up nor its caller's is this process's business.
            os._exit(code)

    def _wait(self) -> None:
        process, status = os.wait()
        begun = self._running.pop(process, 0.0)
        if status == 0:
            self._end()
        elif not self._ending and time.monotonic() - begun < _BRIEF_S:
            time.sleep(_BRIEF_S)

    def _end(self) -> None:
        self._ending = True
        for process in self._running:
            os.kill(process, signal.SIGTERM)
