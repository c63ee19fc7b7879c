"""Who may connect, who has to go, and what hostile pages get."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import pytest
from livehall import SECRET, Hall
from livepage import Page, perform
from sqlalchemy import select
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from quizengine.services.stage import cancel_contest
from quizengine.services.stage_codes import renew_codes
from quizengine.services.tickets import Ticket, issue_ticket
from quizengine.storage.engine import writing
from quizengine.storage.models import PersonRole


def test_a_new_device_takes_the_seat_and_the_old_one_is_told(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        ticket = hall.seat(1)
        old = await Page.open(hall.port, ticket)
        await host.ok("begin")
        new = await Page.open(hall.port, hall.seat(1), "zh_CN")
        await old.until(lambda: old.closed)
        assert old.bye is not None
        assert old.bye["code"] == "seat-taken"
        assert old.bye["message"]
        # The old page is opened again: it does not get the seat back.
        back = await Page.open(hall.port, ticket, wait=False)
        await back.until(lambda: back.bye)
        assert back.bye["code"] == "seat-taken"
        assert new.own["team"] == host.public["teams"][0]["id"]
        await host.until(lambda: host.own["log"][-1]["type"] == "seat")

    perform(play)
    seats = [event for event in hall.events() if event.type == "seat"]
    assert [event.data["seat"] for event in seats] == [2]


def test_the_same_device_that_comes_back_keeps_its_seat(hall: Hall) -> None:
    async def play() -> None:
        ticket = hall.seat(1)
        first = await Page.open(hall.port, ticket)
        # Its connection is dead, which the server does not know yet.
        second = await Page.open(hall.port, ticket)
        await first.until(lambda: first.closed)
        assert second.own["team"]
        assert not second.closed

    perform(play)


def test_forged_tickets_and_old_codes_are_sent_away(hall: Hall) -> None:
    good = hall.by_code("judge")
    other = issue_ticket("another-secret", Ticket(hall.contest, "host", hall.organizer))
    nobody = issue_ticket(SECRET, Ticket(hall.contest, "host", 9999))
    no_right = hall.signed("host", hall.site.school.persons["li"])
    nowhere = issue_ticket(SECRET, Ticket(99999, "screen", 0, 1))
    tickets = (good[:-2] + "xx", "nonsense", other, nobody, no_right, nowhere)

    async def play() -> None:
        for ticket in tickets:
            page = await Page.open(hall.port, ticket, wait=False)
            await page.until(lambda page=page: page.bye)
            assert page.bye["message"]
            await page.until(lambda page=page: page.closed)
        judge = await Page.open(hall.port, good)
        host = await Page.open(hall.port, hall.host())
        with hall.site.session() as session:
            renew_codes(session, hall.actor(session), hall.contest)
        # Whoever came by the old code has to go; the host, who has signed in, stays.
        await judge.until(lambda: judge.bye)
        assert judge.bye["code"] == "ticket"
        await host.ok("begin")

    perform(play)


def test_a_cancelled_contest_closes_its_screens(hall: Hall) -> None:
    async def play() -> None:
        screen = await Page.open(hall.port, hall.by_code("screen"))
        with hall.site.session() as session:
            cancel_contest(session, hall.actor(session), hall.contest)
        await screen.until(lambda: screen.bye)
        assert screen.bye["code"] == "contest-cancelled"

    perform(play)


def test_who_loses_the_right_is_sent_away_from_an_open_page(hall: Hall) -> None:
    grader = hall.site.school.persons["grader"]

    async def play() -> None:
        by_code = await Page.open(hall.port, hall.by_code("judge"))
        judge = await Page.open(hall.port, hall.signed("judge", grader))
        with _without_grant(hall, grader):
            await judge.until(lambda: judge.bye)
            assert judge.bye["code"] == "forbidden"
            await judge.until(lambda: judge.closed)
        assert not by_code.bye

    perform(play)


@contextmanager
def _without_grant(hall: Hall, person: int) -> Iterator[None]:
    with hall.site.session() as session:
        grants = session.scalars(select(PersonRole).filter_by(person_id=person)).all()
        kept = [(grant.role, grant.unit_id) for grant in grants]
        with writing(session):
            for grant in grants:
                session.delete(grant)
        yield
        with writing(session):
            session.add_all(PersonRole(person_id=person, role=r, unit_id=u) for r, u in kept)


def test_pages_of_other_sites_can_not_connect(hall: Hall) -> None:
    async def play() -> None:
        address = f"ws://127.0.0.1:{hall.port}/"
        for origin in ("http://evil.example", "null", "http://["):
            with pytest.raises(InvalidStatus):
                await connect(address, origin=origin)  # type: ignore[arg-type]
        for origin in ("http://127.0.0.1:8000", "https://127.0.0.1"):
            async with connect(address, origin=origin):  # type: ignore[arg-type]
                pass

    perform(play)


def test_whatever_is_sent_has_a_defined_answer(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        raw = [
            "",
            "null",
            "[]",
            "{}",
            "{",
            "[" * 20000,
            '{"t":"hello","ticket":"x"}',
            '{"t":["do"]}',
            '{"t":"do","id":5,"type":"next","step":0}',
            '{"t":"do","id":"a","type":"next","step":NaN}',
            '{"t":"do","id":"a","type":"next","step":1e999}',
            '{"t":"do","id":"a","type":"next","step":0,"data":[]}',
            '{"t":"do","id":"a","type":"next","step":0,"data":{"reason":"\\ud800"}}',
            '{"t":"do","id":"a","type":"next","step":0,"data":{"reason":"\\u0000"}}',
            json.dumps({"t": "do", "id": "b" * 65, "type": "next", "step": 0}),
            json.dumps({"t": "pong", "n": 10**300, "clock": 10**400}),
            json.dumps({"t": "audience", "id": "c", "question": "x" * 61, "answer": 1}),
            json.dumps(
                {"t": "do", "id": "d", "type": "next", "step": 0, "data": {"x": "y" * 40000}}
            ),
            bytes(2),
        ]
        for message in raw:
            before = sum(m["t"] == "no" for m in host.heard)
            await host.socket.send(message)
            await host.until(lambda before=before: sum(m["t"] == "no" for m in host.heard) > before)
            reply = [m for m in host.heard if m["t"] == "no"][-1]
            assert reply["code"] in ("format", "too-long", "forbidden"), (message, reply)
            assert reply["message"]
        await host.ok("begin")

    perform(play)


def test_too_large_a_message_ends_only_its_own_connection(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        other = await Page.open(hall.port, hall.host())
        await other.socket.send("x" * 300_000)
        await other.until(lambda: other.closed)
        await host.ok("begin")

    perform(play)


def test_a_flood_is_slowed_down_and_then_ended(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        flood = await Page.open(hall.port, hall.seat(1))
        try:
            for number in range(2000):
                await flood.say({"t": "do", "id": str(number), "type": "buzz", "step": 0})
        except ConnectionClosed:
            pass
        # Who never stops sending may miss the good-bye.
        await flood.until(lambda: flood.bye or flood.closed)
        assert flood.bye is None or flood.bye["code"] == "too-fast"
        assert any(m.get("code") == "too-fast" for m in flood.heard if m["t"] == "no")
        await host.ok("begin")

    perform(play)


def test_a_page_that_asks_first_is_answered_without_an_error(hall: Hall) -> None:
    """With a request: browsers put every error of one into their consoles."""
    own, other = f"http://127.0.0.1:{hall.port}", "http://elsewhere.example"
    for origin, status in ((own, 204), (other, 403)):
        connection = HTTPConnection("127.0.0.1", hall.port, timeout=5)
        connection.request("GET", "/", headers={"Origin": origin})
        assert connection.getresponse().status == status
        connection.close()


def test_who_says_no_hello_first_is_sent_away(hall: Hall) -> None:
    async def play() -> None:
        for first in ('{"t":"do","id":"a","type":"next","step":0}', "garbage"):
            async with connect(f"ws://127.0.0.1:{hall.port}/") as socket:
                await socket.send(first)
                said = json.loads(await socket.recv())
                assert (said["t"], said["code"]) == ("bye", "format")

    perform(play)
