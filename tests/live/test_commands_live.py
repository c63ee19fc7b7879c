"""What a command may meet with: each case has one outcome, and a message for the person."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from crew import Crew
from livehall import Hall
from livepage import Page, perform

from quizengine.domain.contest.machine_input import LONGEST_REASON


def test_two_hosts_press_at_once_and_one_of_them_is_told(hall: Hall) -> None:
    async def play() -> None:
        hosts = [await Page.open(hall.port, hall.host()) for _ in range(2)]
        step = hosts[0].public["step"]
        replies = await asyncio.gather(*(host.do("begin", step=step) for host in hosts))
        assert sorted(reply["t"] for reply in replies) == ["no", "ok"]
        refused = next(reply for reply in replies if reply["t"] == "no")
        assert refused["code"] == "stale-page"
        assert "moved on" in refused["message"]
        for host in hosts:
            await host.phase("round")

    perform(play)
    assert [event.type for event in hall.events()] == ["begin"]


def test_a_command_that_is_sent_again_is_done_once(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        await host.ok("begin")
        team = host.public["teams"][0]["id"]
        # As long as a reason may be.
        said = {"team": team, "points": 5, "reason": "由" * LONGEST_REASON}
        first = await host.do("adjust", id="same", **said)
        again = await host.do("adjust", id="same", **said)
        other = await Page.open(hall.port, hall.host())
        elsewhere = await other.do("adjust", id="same", **said)
        assert first["t"] == again["t"] == elsewhere["t"] == "ok"
        assert first["seq"] == again["seq"] == elsewhere["seq"]
        # The same words at the same time: once too.
        both = await asyncio.gather(
            host.do("adjust", id="twin", **said), other.do("adjust", id="twin", **said)
        )
        assert both[0]["seq"] == both[1]["seq"]
        judge = await Page.open(hall.port, hall.by_code("judge"))
        third = await judge.do("adjust", id="same", **said)
        assert third["t"] == "ok"
        assert third["seq"] != first["seq"]
        await judge.until(lambda: judge.public["teams"][0]["score"] == 115)

    perform(play)


def test_what_a_role_may_not_do_is_refused(hall: Hall) -> None:
    async def play() -> None:
        crew = await Crew.come(hall, audience=1)
        await crew.host.ok("begin")
        team = crew.pages["team1"]
        for page, kind in (
            (team, "next"),
            (team, "judge"),
            (crew.pages["judge"], "next"),
            (crew.pages["screen"], "next"),
            (crew.pages["phone1"], "buzz"),
            (crew.host, "buzz"),
            (crew.host, "timeout"),
            (crew.host, "interrupted"),
            (crew.host, "nonsense"),
        ):
            reply = await page.do(kind)
            assert (reply["t"], reply["code"]) == ("no", "forbidden"), kind
        # A team acts for itself, whatever it says.
        await crew.play("answering")
        other = crew.id_of(3)
        await crew.pages["team1"].ok("answer", team=other, answer=crew.answer(right=True))

    perform(play)
    answers = [event for event in hall.events() if event.type == "answer"]
    assert [event.by.name for event in answers] == ["甲队"]
    assert str(answers[0].data["team"]) == answers[0].by.id


def test_buzzes_that_do_not_count_have_one_outcome_each(hall: Hall) -> None:
    async def play() -> None:
        crew = await Crew.come(hall, audience=0)
        await crew.host.ok("begin")
        nothing = await crew.buzz(1)
        assert nothing["code"] == "no-buzzer"
        await crew.host.ok("withdraw", team=crew.id_of(3), reason="has left")
        await crew.play("reading", round="buzz")
        early = await crew.buzz(2)
        assert early["t"] == "ok"
        await crew.host.until(lambda: crew.public["teams"][1]["score"] == 90)
        await crew.host.ok("open")
        await crew.settled()
        assert (await crew.buzz(2))["code"] == "locked-out"
        assert (await crew.buzz(3))["code"] == "team-out"
        assert (await crew.buzz(1))["t"] == "ok"
        assert (await crew.buzz(1))["code"] == "already-buzzed"

    perform(play)


def test_a_buzz_after_the_order_is_settled_is_kept_as_evidence(hall: Hall) -> None:
    async def play() -> None:
        crew = await Crew.come(hall, audience=0)
        await crew.play("buzzing", round="buzz")
        await crew.buzz(1)
        await crew.host.phase("starting")
        late = {"id": "late", "reaction_ms": 300.0}
        first = await crew.pages["team2"].do("buzz", **late)
        again = await crew.pages["team2"].do("buzz", **late)
        more = await crew.pages["team2"].do("buzz", reaction_ms=310.0)
        assert {first["code"], again["code"], more["code"]} == {"too-late"}
        await crew.host.until(lambda: any(one["late"] for one in crew.host.own["evidence"]))

    perform(play)
    assert Counter(event.type for event in hall.events())["late_buzz"] == 1


def test_a_page_that_shows_an_earlier_step_changes_nothing(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        await host.ok("begin")
        stale = host.public["step"]
        await host.ok("next")
        reply = await host.do("next", step=stale)
        assert reply["code"] == "stale-page"
        zh = await Page.open(hall.port, hall.host(), "zh_CN")
        reply = await zh.do("next", step=stale)
        assert any("一" <= char <= "鿿" for char in reply["message"])

    perform(play)


@pytest.mark.parametrize("kind", ["undo", "adjust"])
def test_data_that_makes_no_sense_is_refused(hall: Hall, kind: str) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        await host.ok("begin")
        team = host.public["teams"][0]["id"]
        for data in (
            {},
            {"team": "x", "points": "many", "target": "all", "reason": "r"},
            {"team": team, "points": 2**40, "reason": "r", "target": 2**40},
            {"team": team, "points": 10**400, "reason": "r", "target": 10**400},
            {"team": [team], "points": {"a": 1}, "reason": ["r"], "target": {}},
            {"team": team, "points": 5, "reason": "r" * 5000, "target": -1},
        ):
            reply = await host.do(kind, **data)
            assert reply["t"] == "no"
            assert reply["code"] != "server"
            assert reply["message"]
        await host.ok("next")

    perform(play)
    assert [event.type for event in hall.events()] == ["begin", "next"]
