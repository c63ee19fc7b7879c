"""Browsers of members who begin an exam and answer, and of people who watch its board."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.bellsite import QUESTIONS, signed_in
from benchmarks.http_clients import Calls

ANSWER_EVERY_S = 20.0
LOOK_EVERY_S = 5.0
_SITTING = re.compile(r'<script type="application/json" id="sitting-data"[^>]*>(.*?)</script>')
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """What came back; status 0: the connection was cut."""

    status: int
    location: str = ""
    body: bytes = b""


@dataclass
class Seen:
    """What all browsers together have met with; times by kind of request."""

    took: defaultdict[str, Calls] = field(default_factory=lambda: defaultdict(Calls))
    errors: int = 0
    short_papers: int = 0
    begun_at: list[float] = field(default_factory=list)

    def all_of(self, *kinds: str) -> Calls:
        """The calls of these kinds."""
        return Calls([took for kind in kinds for took in self.took[kind].took])


class Browser:
    """One person, signed in, and one connection that stays open."""

    def __init__(self, port: int, person: int) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1\r\nAccept-Language: zh-CN\r\n{signed_in(person)}"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def request(self, method: str, path: str, body: str = "", kind: str = _FORM) -> bytes:
        """The bytes of a request."""
        sent = body.encode()
        typed = f"Content-Type: {kind}\r\nContent-Length: {len(sent)}\r\n" if body else ""
        if method == "POST" and not body:
            typed = "Content-Length: 0\r\n"
        return f"{method} {path} HTTP/1.1\r\n{self._head}{typed}\r\n".encode() + sent

    async def call(self, request: bytes) -> Reply:
        """Send it and wait for the reply; again on a new connection if this one had gone stale."""
        for _ in range(2):
            try:
                return await self._exchange(request)
            except (OSError, asyncio.IncompleteReadError):
                self.close()
        return Reply(0)

    def close(self) -> None:
        """Cut the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _exchange(self, request: bytes) -> Reply:
        if self._streams is None or self._streams[0].at_eof():
            self.close()
            self._streams = await asyncio.open_connection("127.0.0.1", self._port, limit=2**20)
        reader, writer = self._streams
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        fields = dict(line.lower().split(": ", 1) for line in head.split("\r\n")[1:-2])
        body = await reader.readexactly(int(fields.get("content-length", "0")))
        return Reply(int(head.split(" ", 2)[1]), fields.get("location", ""), body)


class Member(Browser):
    """Somebody of the exam's audience: signs, begins, answers."""

    def __init__(self, port: int, person: int, exam: int, seen: Seen) -> None:
        super().__init__(port, person)
        self._exam, self.seen = f"/my/exams/{exam}", seen
        self.sitting = 0
        self._questions: list[dict[str, Any]] = []
        self._number = 0
        self.acknowledged: dict[tuple[int, str], tuple[int, object]] = {}

    async def begin(self, delay: float) -> None:
        """After `delay` seconds read and sign the letter, start, and open the paper."""
        await asyncio.sleep(delay)
        await self._timed("page", self.request("GET", self._exam), 200)
        await self._timed(
            "post", self.request("POST", f"{self._exam}/commitment", "agree=yes"), 302
        )
        begun = await self._timed("post", self.request("POST", f"{self._exam}/start"), 302)
        page = await self._timed("page", self.request("GET", begun.location or "/"), 200)
        found = _SITTING.search(page.body.decode())
        view = json.loads(found[1]) if found else {"id": 0, "questions": []}
        self.sitting, self._questions = view["id"], view["questions"]
        whole = [question for question in self._questions if len(question["options"]) > 1]
        self.seen.short_papers += len(whole) != QUESTIONS
        self.seen.begun_at.append(time.monotonic())

    def next_answer(self) -> bytes:
        """The request with a newer answer to the next question; the caller checks the reply."""
        request, place, answer = self._next()
        self.acknowledged[place] = answer
        return request

    def _next(self) -> tuple[bytes, tuple[int, str], tuple[int, object]]:
        self._number += 1
        question = self._questions[self._number % len(self._questions)]
        answer = [random.choice(question["options"])["key"]]
        body = json.dumps({"answer": answer, "seq": self._number}, separators=(",", ":"))
        path = f"/api/v1/sittings/{self.sitting}/answers/{question['id']}"
        request = self.request("PUT", path, body, "application/json")
        return request, (self.sitting, question["id"]), (self._number, answer)

    async def answer_until(self, end: float) -> None:
        """Answer now and then until the clock `time.monotonic` shows `end`."""
        while self._questions:
            pause = random.expovariate(1 / ANSWER_EVERY_S)
            if time.monotonic() + pause >= end:
                return
            await asyncio.sleep(pause)
            request, place, answer = self._next()
            reply = await self._timed("answer", request, 200, 409)
            if reply.status == 200 or (reply.status == 409 and json.loads(reply.body)["scored"]):
                self.acknowledged[place] = answer

    async def _timed(self, kind: str, request: bytes, *wanted: int) -> Reply:
        return await timed(self, self.seen, kind, request, *wanted)


async def timed(browser: Browser, seen: Seen, kind: str, request: bytes, *wanted: int) -> Reply:
    """The reply; how long it took, and whether it was one of those `wanted`, is noted."""
    sent = time.monotonic()
    reply = await browser.call(request)
    seen.took[kind].took.append(time.monotonic() - sent)
    seen.errors += reply.status not in wanted
    return reply


async def watch(browser: Browser, exam: int, seen: Seen, until: float) -> None:
    """Look at the exam's board every five seconds, as its page does, until then."""
    request = browser.request("GET", f"/organize/exams/{exam}/live")
    await asyncio.sleep(random.uniform(0, LOOK_EVERY_S))
    while time.monotonic() < until:
        await timed(browser, seen, "board", request, 200)
        await asyncio.sleep(LOOK_EVERY_S)


async def ring(
    members: list[Member], watchers: Iterable[Browser], exam: int, seen: Seen, within: float
) -> None:
    """All `members` begin within that many seconds and answer until the last one has begun."""
    begun = time.monotonic()
    delays = [random.uniform(0, within) for _ in members]
    end = begun + max(within, LOOK_EVERY_S)
    around = [asyncio.create_task(watch(each, exam, seen, end)) for each in watchers]

    async def sit(member: Member, delay: float) -> None:
        await member.begin(delay)
        await member.answer_until(end)

    await asyncio.gather(*(sit(*each) for each in zip(members, delays, strict=True)), *around)
