"""A turn of a contest: what came in is decided, written in one transaction, and then counts."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import DBAPIError

from quizengine.domain.contest.buzz import Waiting
from quizengine.domain.text import N_, Refused
from quizengine.live.audience import Given, book, take
from quizengine.live.clock import moment
from quizengine.live.jobs import Grown, Job, Ordered, Seated, refuse
from quizengine.live.outputs import Batch, Reply
from quizengine.live.room import GAP, Draft, Room, Sources
from quizengine.live.store import Look, Store

log = logging.getLogger("quizengine.live")

# Other processes may be faster that often in a row before it is told that it could not be done.
_TRIES = 20
_PAUSE_S = 0.05


@dataclass
class Held:
    """A contest that this process runs, and when it has to be looked at without a command."""

    room: Room
    # When a process last had the contest's clock in hand, as far as is known here.
    alive_at: datetime | None
    # Digest of the rules, and the drawn questions, that the room goes by.
    prepared: tuple[str, str]
    look: Look | None = None
    beat_at: datetime | None = None
    # Figures of the audience have changed since they were shown at `figures_at`.
    figures: bool = False
    figures_at: datetime | None = None
    # Whether the result is in the ledger, and when that was last tried.
    recorded: bool = False
    tried_at: datetime | None = None


def hold(store: Store, contest: int) -> Held:
    """Take a contest over from the database."""
    loaded = store.load(contest)
    room = Room.start(loaded.about, loaded.rules, loaded.questions, loaded.log)
    room.joined = store.joined(contest)
    held = Held(room, loaded.alive_at, loaded.prepared)
    _follow(held, store)
    return held


class Turn:
    """One turn of one contest. `changed` says whether its screens have something to see."""

    def __init__(self, store: Store, held: Held, waiting: Mapping[int, Waiting]) -> None:
        self._store = store
        self._held = held
        self._room = held.room
        self._contest = held.room.about.id
        self._sources = Sources(self._begin, self._tally, waiting)
        self.changed = False

    def run(self, jobs: list[Job], now: datetime, until: datetime, batch: Batch) -> None:
        """Do the jobs, and what the clock had to do by `until`.

        Refused, with none of the commands done, if the contest is gone.
        """
        if any(isinstance(job, Grown) for job in jobs):
            self._catch_up()
        given = [job for job in jobs if isinstance(job, Given)]
        if given:
            batch.replies += take(self._room, self._store, given)
            self._held.figures = True
        timed = sorted(
            (job for job in jobs if isinstance(job, Ordered | Seated)), key=lambda job: job.at_us
        )
        batch.replies += self._write(timed, now, until, batch)

    def _write(
        self, timed: list[Ordered | Seated], now: datetime, until: datetime, batch: Batch
    ) -> list[Reply]:
        for _ in range(_TRIES):
            draft = Draft(self._room, self._sources)
            replies = self._decide(draft, timed, now, until)
            if not draft.lines or self._appended(draft):
                if draft.lines:
                    batch.grown[self._contest] = self._room.play.seq
                return replies
        busy = Refused("busy", N_("Too much is happening at once. Try again."))
        return refuse([*timed], busy)

    def _decide(
        self, draft: Draft, timed: list[Ordered | Seated], now: datetime, until: datetime
    ) -> list[Reply]:
        if self._room.running:
            draft.make_good(now, self._alive_at(now))
        replies = []
        for job in timed:
            at = moment(job.at_us)
            draft.run_clock(at)
            if isinstance(job, Seated):
                draft.seat(job.team, job.seat, at)
            else:
                replies.append(Reply(job.to, job.id, _result(draft, job)))
        draft.run_clock(until)
        return replies

    def _alive_at(self, now: datetime) -> datetime | None:
        """When the clock was last in hand; others are asked before time is made good."""
        alive_at = self._held.alive_at
        if alive_at is not None and now - alive_at <= GAP:
            return alive_at
        look = self._store.look([self._contest]).get(self._contest)
        known = [at for at in (alive_at, look and look.alive_at) if at]
        return max(known, default=None)

    def _appended(self, draft: Draft) -> bool:
        """Whether the draft is on disk; if not, what others have written has been taken over."""
        try:
            self._store.append(self._contest, draft.lines, draft.play.state.phase)
        except Refused as refusal:
            if refusal.code != "log-conflict":
                raise
            self._catch_up()
            return False
        except DBAPIError:
            # Whether it was written is not known: the log will tell.
            log.warning("contest %s could not be written", self._contest, exc_info=True)
            threading.Event().wait(_PAUSE_S)
            self._catch_up()
            return False
        self._room.take_over(draft)
        self.changed = True
        _follow(self._held, self._store)
        return True

    def _catch_up(self) -> None:
        tail = self._store.tail(self._contest, self._room.play.seq)
        if tail:
            self._room.extend(tail)
            self.changed = True
            _follow(self._held, self._store)

    def _begin(self) -> dict[str, Any]:
        data, questions = self._store.begin(self._contest, self._room.rules)
        self._room.questions.update(questions)
        return data

    def _tally(self, question: str) -> dict[str, Any]:
        return self._store.tally(self._contest, question)


def _result(draft: Draft, job: Ordered) -> int | Refused:
    try:
        return draft.do(job.command)
    except Refused as refusal:
        return refusal
    except Exception:
        # Data that nobody has thought of must not take the commands of others with it.
        log.exception("a command of type %s failed", job.command.type)
        return server_error()


def server_error() -> Refused:
    """The refusal when something failed that the person can do nothing about."""
    return Refused("server", N_("The server could not do this. Try again."), status=500)


def _follow(held: Held, store: Store) -> None:
    """Have at hand what the state now needs: drawn questions, and the audience's answers."""
    room = held.room
    state = room.play.state
    refs = {slot.ref for draw in state.draws for slot in (*draw.questions, *draw.spares)}
    if not refs <= room.questions.keys():
        room.questions.update(store.load(room.about.id).questions)
    if state.phase != "finished":
        held.recorded = False
    answered = 0
    if state.question is not None and (state.question.audience_open or state.question.tally):
        answered = len(book(room, store, state.question.key))
    room.answered = answered
