"""The live server: one process, one port, any number of contests."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from typing import cast
from urllib.parse import urlsplit

from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from quizengine.domain.text import Refused
from quizengine.live.bus import NoBus, RedisBus
from quizengine.live.clock import now_us
from quizengine.live.engine import Engine
from quizengine.live.gate import Gate
from quizengine.live.hub import Hub
from quizengine.live.messages import Hello, malformed, read_message
from quizengine.live.outputs import Batch
from quizengine.live.pulse import pulse
from quizengine.live.review import review
from quizengine.live.screen import Connection, Screen
from quizengine.live.store import Store
from quizengine.live.words import bye, known_language
from quizengine.settings import Settings

log = logging.getLogger("quizengine.live")

HELLO_S = 10.0
# What a connection may send at once; the longest message that is understood is far shorter.
_MOST_BYTES = 256 * 1024
_BACKLOG = 4096
_STOP_S = 3.0
_RESTART = 1012
# While phones are served the engine must not wait long for its turn: it has many short ones.
_SWITCH_S = 0.0005
# Thousands of connections are no garbage: looking through all of them is seldom worth its pause.
_GC = (20_000, 20, 100)


class LiveServer:
    """`database` and `sessions` are the site's; `run` serves until it is told to stop."""

    def __init__(
        self, settings: Settings, database: DatabaseEngine, sessions: sessionmaker[Session]
    ) -> None:
        self._settings = settings
        self._gate = Gate(settings.secret_key, sessions)
        self._numbers = count(1)
        self._store = Store(database, sessions)
        self._loop: asyncio.AbstractEventLoop
        self._hub: Hub
        self._engine: Engine

    async def run(self, listening: socket.socket, stop: asyncio.Event) -> None:
        """Serve what comes in at the socket."""
        self._loop = asyncio.get_running_loop()
        self._engine = Engine(self._store, self._post, lambda c: self._hub.waiting(c))
        self._hub = Hub(self._engine.submit, NoBus())
        jobs = [
            asyncio.create_task(pulse(self._hub)),
            asyncio.create_task(review(self._hub, self._gate)),
        ]
        if self._settings.redis_url:
            jobs.append(asyncio.create_task(self._use_redis().run()))
        self._engine.start()
        server = await serve(
            self._connected,
            sock=listening,
            create_connection=Connection,
            process_request=self._answer_request,
            compression=None,
            ping_interval=None,
            max_size=_MOST_BYTES,
            close_timeout=_STOP_S,
            server_header=None,
            backlog=_BACKLOG,
        )
        await stop.wait()
        await self._end(server, jobs)

    async def _end(self, server: Server, jobs: list[asyncio.Task[None]]) -> None:
        """What has come in is still done; then the pages are sent away, to come back."""
        for job in jobs:
            job.cancel()
        self._engine.stop()
        await asyncio.to_thread(self._engine.join, _STOP_S)
        # What the engine has posted at the end.
        await asyncio.sleep(0)
        server.close(code=_RESTART)
        try:
            async with asyncio.timeout(_STOP_S):
                await server.wait_closed()
        except TimeoutError:
            log.info("some pages did not take their leave")
        self._gate.close()

    def _use_redis(self) -> RedisBus:
        def presence() -> dict[int, dict[str, object]]:
            return {contest: hall.presence() for contest, hall in self._hub.halls.items()}

        bus = RedisBus(
            self._settings.redis_url, self._settings.secret_key, self._hub.hear_of, presence
        )
        self._hub.bus = bus
        return bus

    def _post(self, batch: Batch) -> None:
        self._loop.call_soon_threadsafe(self._hub.deliver, batch)

    def _answer_request(self, connection: ServerConnection, request: Request) -> Response | None:
        """Refuse pages of other sites; tell a page that asks first that the server is here."""
        if not self._of_this_site(request):
            return connection.respond(403, "This page belongs to another site.\n")
        if "Upgrade" in request.headers:
            return None
        return connection.respond(204, "")

    def _of_this_site(self, request: Request) -> bool:
        """Pages of other sites may not connect in the name of a person's browser."""
        origin = request.headers.get("Origin")
        if origin is None:
            return True
        allowed = {_hostname("//" + request.headers.get("Host", ""))}
        if self._settings.live_url:
            allowed.add(_hostname(self._settings.live_url))
        return _hostname(origin) in allowed - {None}

    async def _connected(self, connection: ServerConnection) -> None:
        wire = cast(Connection, connection)
        try:
            screen = await self._greet(wire)
        except ConnectionClosed:
            return
        if screen is None:
            return
        self._hub.join(screen)
        try:
            async for raw in wire:
                self._hub.hear(screen, raw, wire.received_us)
        except ConnectionClosed:
            pass
        finally:
            self._hub.leave(screen)

    async def _greet(self, wire: Connection) -> Screen | None:
        """The screen that says a good hello in time; others are sent away."""
        language = self._settings.language
        try:
            async with asyncio.timeout(HELLO_S):
                message = read_message(await wire.recv())
            if not isinstance(message, Hello):
                raise malformed()
            language = known_language(message.language, language)
            ticket = await self._gate.admit(message.ticket)
        except Refused as refusal:
            await wire.send(bye(refusal, language), text=True)
            await wire.close(1008, refusal.code)
            return None
        except TimeoutError:
            await wire.close(1008, "hello")
            return None
        except SQLAlchemyError:
            log.exception("a ticket could not be looked up")
            await wire.close(1011)
            return None
        screen = Screen(next(self._numbers), wire, ticket, language)
        screen.device.heard_us = now_us()
        return screen


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


def run(
    settings: Settings,
    database: DatabaseEngine,
    sessions: sessionmaker[Session],
    listening: socket.socket,
    parents: Iterable[int],
) -> None:
    """Serve until SIGTERM or SIGINT, or until one of the files `parents` ends."""
    _allow_many_connections()
    sys.setswitchinterval(_SWITCH_S)
    gc.set_threshold(*_GC)
    logging.getLogger("websockets").setLevel(logging.ERROR)

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stop.set)
        for parent in parents:
            await loop.connect_read_pipe(partial(_Parent, stop.set), os.fdopen(parent, "rb"))
        await LiveServer(settings, database, sessions).run(listening, stop)

    asyncio.run(main())


class _Parent(asyncio.Protocol):
    """The other end of a pipe: whoever started this process."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self._gone = gone

    def connection_lost(self, _error: Exception | None) -> None:
        """It has ended, in whatever way."""
        self._gone()


def _allow_many_connections() -> None:
    """A connection is a file."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
