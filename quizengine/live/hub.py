"""All connections of this process: what they say goes to the engine, what it says to them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from quizengine.domain.contest.buzz import Waiting
from quizengine.domain.contest.events import EventType
from quizengine.domain.text import N_, Refused
from quizengine.live import messages
from quizengine.live.audience import Given
from quizengine.live.clock import now_us
from quizengine.live.commands import Command, author, checked_data, command_key
from quizengine.live.hall import Hall
from quizengine.live.jobs import Grown, Job, Left, Open, Ordered, Seated
from quizengine.live.outputs import Batch, Ended
from quizengine.live.screen import FLOOD, Screen
from quizengine.live.watch import seat_taken
from quizengine.live.words import bye, no, ok

log = logging.getLogger("quizengine.live")


class Bus(Protocol):
    """How other live processes hear of this one; `quizengine.live.bus`."""

    def tell(self, contest: int, news: Mapping[str, Any]) -> None:
        """Something that screens elsewhere have to know."""

    def elsewhere(self, contest: int) -> list[Mapping[str, Any]]:
        """The presence in other processes."""


@dataclass
class Hub:
    """Only the thread of the event loop touches it, but for `waiting`."""

    submit: Callable[[int, Job], None]
    bus: Bus
    halls: dict[int, Hall] = field(default_factory=dict)
    screens: dict[int, Screen] = field(default_factory=dict)
    _serving: set[int] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def join(self, screen: Screen) -> None:
        """A screen has said who it is."""
        contest, ticket = screen.ticket.contest, screen.ticket
        self.screens[screen.number] = screen
        hall = self.halls.get(contest)
        if hall is None:
            hall = self.halls[contest] = Hall(contest, lambda: self.bus.elsewhere(contest))
            self.submit(contest, Open())
        before = hall.add(screen)
        if before is not None:
            self.dismiss(before, seat_taken())
        if ticket.role == "team":
            self.submit(contest, Seated(ticket.id, ticket.version, now_us()))

    def leave(self, screen: Screen) -> None:
        """A connection has ended, for whatever reason; again, nothing happens."""
        if self.screens.pop(screen.number, None) is None:
            return
        hall = self.halls[screen.ticket.contest]
        hall.remove(screen)
        if not hall.screens:
            del self.halls[hall.contest]
            self.submit(hall.contest, Left())

    def dismiss(self, screen: Screen, refusal: Refused) -> None:
        """Say good-bye: its page does not come back."""
        screen.tell(bye(refusal, screen.language))
        self.leave(screen)
        self._later(screen.socket.close(1008, refusal.code))

    def waiting(self, contest: int) -> Mapping[int, Waiting]:
        """The devices that may buzz; from any thread."""
        hall = self.halls.get(contest)
        return hall.waiting() if hall else {}

    def hear(self, screen: Screen, raw: str | bytes, at_us: int) -> None:
        """A message has come at `at_us`; after its good-bye a screen is not listened to."""
        if screen.number not in self.screens:
            return
        if not screen.admits(at_us):
            self._slow_down(screen, raw)
            return
        try:
            self._understand(screen, messages.read_message(raw), at_us)
        except Refused as refusal:
            screen.tell(no(messages.id_of(raw), refusal, screen.language))

    def deliver(self, batch: Batch) -> None:
        """What the engine has decided."""
        for reply in batch.replies:
            screen = self.screens.get(reply.to)
            if screen is None:
                continue
            if isinstance(reply.result, Refused):
                screen.tell(no(reply.id, reply.result, screen.language))
            else:
                screen.tell(ok(reply.id, reply.result))
        for shown in batch.published:
            hall = self.halls.get(shown.contest)
            if hall is not None and hall.show(shown) and shown.contest not in self._serving:
                self._serving.add(shown.contest)
                self._later(self._serve(hall))
        for ended in batch.ended:
            self._end(ended)
        for contest, seq in batch.grown.items():
            self.bus.tell(contest, {"seq": seq})

    def hear_of(self, contest: int, news: Mapping[str, Any]) -> None:
        """What another process says of a contest."""
        hall = self.halls.get(contest)
        if "seq" in news:
            self.submit(contest, Grown())
        if "mute" in news and hall is not None:
            hall.mute(bool(news["mute"]))

    def _slow_down(self, screen: Screen, raw: str | bytes) -> None:
        refusal = Refused("too-fast", N_("Too many messages at once: wait a moment."), status=429)
        if screen.refused > FLOOD:
            self.dismiss(screen, refusal)
        else:
            screen.tell(no(messages.id_of(raw), refusal, screen.language))

    def _understand(self, screen: Screen, message: messages.Message, at_us: int) -> None:
        match message:
            case messages.Pong():
                screen.device.pong(message.n, message.clock, at_us)
            case messages.Do():
                self._order(screen, message, at_us)
            case messages.Answer():
                self._answer(screen, message, at_us)
            case messages.Mute():
                self._mute(screen, message)
            case messages.Hello():
                raise messages.malformed()

    def _order(self, screen: Screen, message: messages.Do, at_us: int) -> None:
        ticket = screen.ticket
        data = checked_data(ticket, message.type, message.data)
        if message.type == "buzz":
            data["evidence"] = screen.device.evidence(message.data, at_us)
        kind = cast(EventType, message.type)
        key = command_key(ticket, message.id)
        command = Command(key, kind, author(ticket), data, at_us, message.step)
        self.submit(ticket.contest, Ordered(screen.number, message.id, command))

    def _answer(self, screen: Screen, message: messages.Answer, at_us: int) -> None:
        ticket = screen.ticket
        if ticket.role != "audience":
            raise _forbidden()
        given = Given(screen.number, message.id, ticket.id, message.question, message.answer, at_us)
        self.submit(ticket.contest, given)

    def _mute(self, screen: Screen, message: messages.Mute) -> None:
        if screen.ticket.role != "host":
            raise _forbidden()
        contest = screen.ticket.contest
        self.halls[contest].mute(message.on)
        self.bus.tell(contest, {"mute": message.on})

    def _end(self, ended: Ended) -> None:
        hall = self.halls.get(ended.contest)
        for screen in [*hall.screens.values()] if hall else []:
            if _is_meant(ended, screen):
                self.dismiss(screen, ended.refusal)

    async def _serve(self, hall: Hall) -> None:
        """Show the audience what there is; between two groups others have their turn."""
        while hall.serve_audience():
            await asyncio.sleep(0)
        self._serving.discard(hall.contest)

    def _later(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_meant(ended: Ended, screen: Screen) -> bool:
    ticket = screen.ticket
    if ticket.role not in ended.roles or (ended.team and ticket.id != ended.team):
        return False
    if ended.but_version is None:
        return True
    return not ticket.personal and ticket.version < ended.but_version


def _forbidden() -> Refused:
    return Refused("forbidden", N_("This page can't do that."), status=403)
