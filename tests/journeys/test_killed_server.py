"""What the server has acknowledged is there after it was killed that very moment."""

from __future__ import annotations

import http.client
import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from desk import PASSWORD, Desk, Member, Shown
from livesite import Site
from serving import PATIENCE_S

ANSWERS = ("single",) * 5
CLIENTS = 4


@dataclass
class Client:
    """A program that answers over the API, and remembers what was acknowledged."""

    site: Site
    member: Member
    paper: list[Shown]
    acknowledged: dict[str, list[str]] = field(default_factory=dict)
    last_sent: tuple[str, list[str]] = ("", [])
    seq: int = 0
    _token: str = ""
    _sitting: int = 0

    def begin(self, exam_id: int) -> None:
        """Sign in and start."""
        given = {"login": self.member.login, "password": PASSWORD}
        self._token = self._call("POST", "/tokens", given)["token"]
        self._sitting = self._call("POST", f"/exams/{exam_id}/sittings", {})["id"]

    def answer_until_killed(self, seen: Callable[[], None]) -> None:
        """Answer one question after the other, around and around, with a new answer each time."""
        with suppress(OSError, http.client.HTTPException):
            while True:
                self.seq += 1
                shown = self.paper[self.seq % len(self.paper)]
                options = list(shown.question.options)  # type: ignore[union-attr]
                answer = [options[self.seq % len(options)]]
                self.last_sent = (shown.question.id, answer)
                place = f"/sittings/{self._sitting}/answers/{shown.question.id}"
                reply = self._call("PUT", place, {"answer": answer, "seq": self.seq})
                assert reply["seq"] == self.seq
                self.acknowledged[shown.question.id] = answer
                seen()

    def _call(self, method: str, path: str, body: object) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=PATIENCE_S)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        try:
            connection.request(method, f"/api/v1{path}", json.dumps(body), headers)
            reply = connection.getresponse()
            data = json.loads(reply.read())
            assert reply.status < 300, data
            return data
        finally:
            connection.close()


def test_acknowledged_answers_survive_sigkill(own_site):
    site = own_site()
    desk = Desk(site)
    members = [desk.member() for _ in range(CLIENTS)]
    exam_id = desk.exam(*members, types=ANSWERS)
    clients = [Client(site, member, desk.paper(member, exam_id)) for member in members]
    for client in clients:
        client.begin(exam_id)
    for enough in (1, 20):
        _kill_after(site, clients, enough)
        site.start()
        for client in clients:
            _check(client, desk.answers(client.member, exam_id))


def _kill_after(site: Site, clients: list[Client], enough: int) -> None:
    """Let all answer at once, and kill the server as soon as so many were acknowledged."""
    reached, count = Event(), itertools.count(1)

    def seen() -> None:
        if next(count) >= enough:
            reached.set()

    with ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(client.answer_until_killed, seen) for client in clients]
        assert reached.wait(PATIENCE_S)
        site.kill()
        for client in running:
            client.result()


def _check(client: Client, stored: dict[str, Any]) -> None:
    for question_id, answer in client.acknowledged.items():
        # What was on its way may have got to the disk without a word of it.
        under_way = [sent for key, sent in [client.last_sent] if key == question_id]
        assert stored[question_id] in [answer, *under_way]
