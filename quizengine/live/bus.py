"""How live processes of one site hear of one another: over Redis, or not at all.

The log in the database is the truth; the bus only says when to look at it. While it is away,
every process looks once a second of its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from quizengine.live.clock import now_us

log = logging.getLogger("quizengine.live")

# How often each process says which screens it has, and how long that is believed.
PRESENCE_S = 1.0
PRESENCE_LASTS_US = 3_500_000
_AGAIN_S = 1.0
_PATIENCE_S = 2.0
_WAITING = 1000

News = Mapping[str, Any]


class NoBus:
    """There is one live process."""

    def tell(self, _contest: int, _news: News) -> None:
        """Nobody is there to hear it."""

    def elsewhere(self, _contest: int) -> list[News]:
        """Nothing."""
        return []


@dataclass
class RedisBus:
    """`hear` is called with what others say; `presence` tells which screens are here."""

    url: str
    secret: str
    hear: Callable[[int, News], None]
    presence: Callable[[], Mapping[int, News]]
    _id: str = field(default_factory=lambda: secrets.token_hex(8))
    _out: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(_WAITING))
    # (contest, process) → its presence, and when it was said.
    _others: dict[tuple[int, str], tuple[News, int]] = field(default_factory=dict)
    _connected: bool = False

    @property
    def channel(self) -> str:
        """Sites that share a Redis do not hear one another."""
        return f"quizengine:live:{hashlib.sha256(self.secret.encode()).hexdigest()[:16]}"

    def tell(self, contest: int, news: News) -> None:
        """Sent soon, or never: nothing waits for it."""
        if self._connected and not self._out.full():
            self._out.put_nowait(json.dumps({"from": self._id, "contest": contest, **news}))

    def elsewhere(self, contest: int) -> list[News]:
        """The presence in other processes, of the last seconds."""
        oldest = now_us() - PRESENCE_LASTS_US
        self._others = {k: v for k, v in self._others.items() if v[1] > oldest}
        return [news for (of, _), (news, _) in self._others.items() if of == contest]

    async def run(self) -> None:
        """Until it is cancelled; a Redis that is away is tried again and again."""
        away = False
        while True:
            try:
                await self._connect()
            except* (RedisError, OSError, TimeoutError) as errors:
                if not away:
                    log.warning("Redis is away: %s", errors.exceptions[0])
                away = True
            else:
                away = False
            await asyncio.sleep(_AGAIN_S)

    async def _connect(self) -> None:
        client = Redis.from_url(self.url, socket_connect_timeout=_PATIENCE_S)
        async with client, client.pubsub() as subscription:
            await subscription.subscribe(self.channel)
            self._connected = True
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(subscription))
                    tasks.create_task(self._send(client))
                    tasks.create_task(self._say_presence())
            finally:
                self._connected = False

    async def _listen(self, subscription: PubSub) -> None:
        async for message in subscription.listen():
            if message["type"] == "message":
                self._take(message["data"])

    def _take(self, raw: bytes) -> None:
        news = json.loads(raw)
        if news["from"] == self._id:
            return
        if "presence" in news:
            self._others[news["contest"], news["from"]] = news["presence"], now_us()
        else:
            self.hear(news["contest"], news)

    async def _send(self, client: Redis) -> None:
        while True:
            text = await self._out.get()
            async with asyncio.timeout(_PATIENCE_S):
                await client.publish(self.channel, text)

    async def _say_presence(self) -> None:
        while True:
            for contest, news in self.presence().items():
                self.tell(contest, {"presence": news})
            await asyncio.sleep(PRESENCE_S)
