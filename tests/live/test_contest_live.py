"""A whole contest over the live server: what everybody sees, and what is left of it on disk."""

from __future__ import annotations

from datetime import UTC, datetime

from crew import Crew
from examroom import ZONE
from livehall import Hall
from livepage import Page, perform
from serving import until
from sqlalchemy import select

from quizengine.domain.contest.fold import replay
from quizengine.domain.registry import Title
from quizengine.services.stage import change_contest, set_teams
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.models import AudienceAnswer


def test_a_contest_from_begin_to_the_ledger(hall: Hall) -> None:
    async def play() -> Crew:
        crew = await Crew.come(hall)
        await crew.play("audience", round="crowd")
        key = crew.public["question"]["key"]
        right, wrong = crew.answer(right=True), crew.answer(right=False)
        phones = crew.pages["phone1"], crew.pages["phone2"]
        assert all(phone.own["can"]["answer"] for phone in phones)
        assert (await phones[0].answer(key, right))["t"] == "ok"
        assert (await phones[1].answer(key, wrong))["t"] == "ok"
        await phones[0].until(lambda: phones[0].public["audience"]["answered"] == 2)
        again = await phones[1].answer(key, right)
        assert (again["t"], again["code"]) == ("no", "answered")
        assert (await phones[1].answer(key, wrong))["t"] == "ok"
        await crew.host.ok("stop")
        await crew.settled()
        await phones[0].until(lambda: phones[0].own["right"] is True)
        await phones[1].until(lambda: phones[1].own["right"] is False)
        assert (await phones[1].answer(key, wrong))["code"] == "audience-closed"
        await crew.play("finished")
        await crew.settled()
        return crew

    crew = perform(play)
    with hall.site.session() as session:
        answers = session.scalars(select(AudienceAnswer).filter_by(contest_id=hall.contest))
        assert sorted(one.right for one in answers) == [False, True]
    row = hall.row()
    assert row.state == "finished"
    events = hall.events()
    state = replay(rules_of(row), events).state
    for team in crew.public["teams"]:
        assert state.score(team["id"]) == team["score"]
    tally = next(e.data["tally"] for e in events if e.type == "stop" and "tally" in e.data)
    assert (tally["answered"], tally["right"], tally["fastest"]) == (2, 1, ["观众1"])
    assert sum(tally["options"].values()) == 2
    # The same bytes for everybody, and nothing of the answer before its time.
    pages = crew.pages.values()
    states = [{m["seq"]: m["public"] for m in p.heard if m["t"] == "state"} for p in pages]
    for other in states[1:]:
        for seq, public in other.items():
            if seq in states[0] and public["audience"] == states[0][seq]["audience"]:
                assert public == states[0][seq]
    for public in states[0].values():
        if public["question"] and public["phase"] != "revealed":
            assert public["question"]["answer"] is None


def test_the_result_is_entered_once(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        await host.ok("begin")
        await host.ok("end_round", reason="short")
        await host.ok("finish")

    perform(play)
    # Its screens are told first; no host has to stay for the rest.
    until(lambda: hall.row().recorded_at, "the entry of the result")
    perform(lambda: _look(hall))


async def _look(hall: Hall) -> None:
    screen = await Page.open(hall.port, hall.by_code("screen"))
    assert screen.public["phase"] == "finished"
    assert screen.public["result"]


def test_the_audience_is_counted_and_staff_see_who_is_there(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        team = await Page.open(hall.port, hall.seat(2))
        phones = [await Page.open(hall.port, hall.join(f"观众{n}")) for n in range(3)]
        await host.until(lambda: host.public["audience"]["joined"] == 3)
        number = str(team.own["team"])
        await host.until(lambda: host.own["people"]["audience"] == 3)
        await host.until(lambda: host.own["devices"][number]["rtt_ms"] is not None)
        assert [d["online"] for d in host.own["devices"].values()].count(True) == 1
        await team.close()
        await phones[0].close()
        await host.until(lambda: not host.own["devices"][number]["online"])
        await host.until(lambda: host.own["people"]["audience"] == 2)
        assert host.own["people"] == {"hosts": 1, "judges": 0, "screens": 0, "audience": 2}
        # Somebody who has joined stays counted when the phone goes out of sight.
        assert host.public["audience"]["joined"] == 3

    perform(play)


def test_the_host_mutes_the_big_screens(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        screen = await Page.open(hall.port, hall.by_code("screen"))
        await host.say({"t": "mute", "on": True})
        await screen.until(lambda: screen.muted is True)
        late = await Page.open(hall.port, hall.by_code("screen"))
        await late.until(lambda: late.muted is True)
        await screen.say({"t": "mute", "on": False, "id": "x"})
        assert (await screen.reply("x"))["code"] == "forbidden"

    perform(play)


def test_what_is_changed_before_the_beginning_is_shown(hall: Hall) -> None:
    async def play() -> None:
        host = await Page.open(hall.port, hall.host())
        with hall.site.session() as session:
            actor, now = hall.actor(session), datetime.now(UTC)
            title = Title(zh="新名称", en="New title")
            change_contest(
                session, actor, hall.contest, title=title, planned_at=None, rules_id="short"
            )
            set_teams(session, actor, hall.contest, [TeamPlan("红队"), TeamPlan("蓝队")])
            await host.until(lambda: host.public["contest"]["title"]["en"] == "New title")
            await host.until(lambda: [t["name"] for t in host.public["teams"]] == ["红队", "蓝队"])
            refused = await host.do("begin")
            assert refused["code"] == "team-members"
            teams = [TeamPlan(name, [MemberPlan("客人")]) for name in ("红队", "蓝队")]
            set_teams(session, actor, hall.contest, teams)
            assert (await host.do("begin"))["code"] == "no-draw"
            draw_questions(session, now, ZONE, actor, hall.contest)
        # The rules that it began with are those that it has now.
        await host.ok("begin")
        assert host.public["round"]["of"] == 4

    perform(play)
    assert replay(rules_of(hall.row()), hall.events()).state.phase == "round"
