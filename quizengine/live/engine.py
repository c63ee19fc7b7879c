"""The engine: one thread a process that decides commands, writes them down, then tells of them.

All that waits is taken at once and written in one transaction, so that a storm of commands costs
one wait for the disk. Nothing is acknowledged, or shown to anybody, before it is on disk. Another
process may append to the same log: whoever comes second at a number takes over what was written
and decides anew.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from quizengine.domain.contest.buzz import Waiting
from quizengine.domain.text import Refused
from quizengine.live.clock import go_on_from, moment, now_us
from quizengine.live.jobs import Grown, Job, Left, Open, refuse
from quizengine.live.outputs import Batch, Ended
from quizengine.live.publish import published
from quizengine.live.store import Store
from quizengine.live.turn import Held, Turn, hold, server_error
from quizengine.live.watch import compare, gone

log = logging.getLogger("quizengine.live")

# While a clock runs it is noted that this process runs it.
HEARTBEAT = timedelta(seconds=0.5)
# How often the database is asked what other processes, or the site's pages, have changed.
LOOK = timedelta(seconds=1)
# The audience's figures are shown at most this often.
FIGURES = timedelta(seconds=0.5)
# After a result could not be entered into the ledger.
AGAIN = timedelta(seconds=5)
# What came in before a clock ran out may still be on its way through this process.
GRACE = timedelta(milliseconds=8)
_PAUSE_S = 0.2


class Engine(threading.Thread):
    """`post` is called with each batch; `waiting` gives the devices of a contest that may buzz."""

    def __init__(
        self,
        store: Store,
        post: Callable[[Batch], None],
        waiting: Callable[[int], Mapping[int, Waiting]],
    ) -> None:
        super().__init__(name="engine", daemon=True)
        self._store = store
        self._post = post
        self._waiting = waiting
        self._jobs: queue.SimpleQueue[tuple[int, Job] | None] = queue.SimpleQueue()
        self._held: dict[int, Held] = {}
        self._look_at = moment(0)
        self._stopping = False

    def submit(self, contest: int, job: Job) -> None:
        """From any thread: do this as soon as possible."""
        self._jobs.put((contest, job))

    def stop(self) -> None:
        """From any thread: do what waits, then end."""
        self._jobs.put(None)

    def run(self) -> None:
        """Until it is stopped."""
        self._safely(self._take_up)
        while not self._stopping:
            jobs = self._take(self._patience())
            batch = Batch()
            now = moment(now_us())
            for contest in {*jobs, *self._held}:
                self._guarded(contest, jobs.get(contest, []), now, batch)
            if now >= self._look_at:
                self._look_at = now + LOOK
                self._safely(partial(self._look_around, batch))
            if batch:
                self._post(batch)
            self._safely(partial(self._record, now))

    def _safely(self, work: Callable[[], None]) -> None:
        """Whatever goes wrong (a busy database, a full disk): the engine goes on."""
        try:
            work()
        except Exception:
            log.exception("a round of the engine failed")
            threading.Event().wait(_PAUSE_S)

    def _take_up(self) -> None:
        """Contests that are under way: their clocks must run without any screen."""
        latest = self._store.latest()
        if latest is not None:
            go_on_from((latest - moment(0)) // timedelta(microseconds=1))
        for contest in self._store.running():
            self._jobs.put((contest, Open()))
        for contest in self._store.unrecorded():
            self._store.record(contest, moment(now_us()))

    def _take(self, patience_s: float) -> dict[int, list[Job]]:
        """All that waits, by contest; at most for so long until there is something."""
        jobs: dict[int, list[Job]] = {}
        try:
            item = self._jobs.get(timeout=patience_s)
            while True:
                if item is None:
                    self._stopping = True
                else:
                    jobs.setdefault(item[0], []).append(item[1])
                item = self._jobs.get_nowait()
        except queue.Empty:
            return jobs

    def _patience(self) -> float:
        """Seconds until something has to be done without a command."""
        now = moment(now_us())
        moments = [self._look_at]
        for contest, held in self._held.items():
            due_at = held.room.due_at(self._waiting(contest))
            if due_at is not None:
                moments.append(due_at + GRACE)
            if held.room.running:
                moments.append(_next(held.beat_at, HEARTBEAT, now))
            if held.figures:
                moments.append(_next(held.figures_at, FIGURES, now))
        return max(0.0, (min(moments) - now).total_seconds())

    def _guarded(self, contest: int, jobs: list[Job], now: datetime, batch: Batch) -> None:
        """A turn that fails, for whatever reason, is the failure of its commands alone."""
        try:
            self._turn(contest, jobs, now, batch)
        except Refused as refusal:
            batch.ended.append(Ended(contest, refusal))
            self._fail(contest, jobs, refusal, batch)
        except Exception:
            log.exception("a turn of contest %s failed", contest)
            self._fail(contest, jobs, server_error(), batch)
            # Taken up again from what is on disk.
            self._jobs.put((contest, Open()))
            threading.Event().wait(_PAUSE_S)

    def _fail(self, contest: int, jobs: list[Job], refusal: Refused, batch: Batch) -> None:
        batch.replies += refuse(jobs, refusal)
        self._held.pop(contest, None)

    def _turn(self, contest: int, jobs: list[Job], now: datetime, batch: Batch) -> None:
        new = contest not in self._held
        if new:
            self._held[contest] = hold(self._store, contest)
        held = self._held[contest]
        turn = Turn(self._store, held, self._waiting(contest))
        turn.run(jobs, now, now - GRACE, batch)
        held.alive_at = now
        if held.room.running and now >= _next(held.beat_at, HEARTBEAT, now):
            held.beat_at = now
            self._store.mark_alive(contest, now)
        figures = held.figures and now >= _next(held.figures_at, FIGURES, now)
        if new or turn.changed or figures or any(isinstance(job, Open) for job in jobs):
            held.figures, held.figures_at = False, now
            batch.published.append(published(held.room))
        if jobs and isinstance(jobs[-1], Left) and _idle(held):
            del self._held[contest]

    def _look_around(self, batch: Batch) -> None:
        """What other processes have written, and what the site's pages have changed."""
        looks = self._store.look(self._held)
        for contest, held in list(self._held.items()):
            refusal = gone(looks.get(contest))
            if refusal is not None:
                del self._held[contest]
                batch.ended.append(Ended(contest, refusal))
            elif compare(self._store, held, looks[contest], batch):
                self._jobs.put((contest, Grown()))

    def _record(self, now: datetime) -> None:
        """Contests that are over go into the ledger, once their screens have been told."""
        for contest, held in self._held.items():
            over = held.room.play.state.phase == "finished" and not held.recorded
            if over and now >= _next(held.tried_at, AGAIN, now):
                held.tried_at = now
                self._store.record(contest, now)
                held.recorded = True


def _idle(held: Held) -> bool:
    """Whether nothing happens in the contest by itself, and all that has to be is on disk."""
    phase = held.room.play.state.phase
    return phase == "lobby" or (phase == "finished" and held.recorded)


def _next(last: datetime | None, every: timedelta, now: datetime) -> datetime:
    return now if last is None else last + every
