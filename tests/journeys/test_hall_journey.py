"""A hall with its big screen, the teams' devices and the audience's phones, on a real server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axecheck import grave
from livesite import Site
from playwright.sync_api import Page, expect
from stagecrew import (
    AWAY,
    FIRST,
    FOURTH,
    SECOND,
    THIRD,
    Visit,
    big_screen,
    press_buzzer,
    scene,
    take,
)
from stagehall import Hall, Host
from visitor import Visitor


@pytest.fixture
def hall(site: Site) -> Hall:
    """A contest of this test alone."""
    return Hall.prepare(site)


@pytest.fixture
def host(hall: Hall) -> Iterator[Host]:
    """Its host."""
    host = hall.host()
    yield host
    host.leave()


def on_to_buzzers(host: Host) -> None:
    """Through the first round without its questions, to the first question of the second."""
    host.do("begin")
    host.do("end_round", reason="journey")
    while host.look()["phase"] != "reading":
        host.do("next")


def answer_right(visitor: Visitor, page: Page, host: Host) -> None:
    """Give the answer that the host's console shows."""
    expect(page.locator("[data-view=answer]")).to_be_visible()
    for key in host.own["solution"]["answer"]:
        page.locator(f".hp-option input[value={key}]").check()
    visitor.press(page.locator(".hp-form .hp-main-button"))
    if host.public["question"]["type"] == "multiple":
        visitor.press(page.locator(".hp-form .hp-sure"))


def test_a_team_buzzes_and_answers_and_the_hall_sees_it(visit: Visit, hall: Hall, host: Host):
    screen = big_screen(visit, hall)
    expect(screen.get_by_role("heading", name="保密知识竞赛决赛")).to_be_visible()
    expect(screen.locator(".qs-card")).to_have_count(4)
    _, slow = take(visit, hall, FIRST)
    quick_visitor, quick = take(visit, hall, SECOND, "en")
    _, hasty = take(visit, hall, FOURTH)
    on_to_buzzers(host)

    expect(scene(screen, "reading").locator(".qs-strap-locked")).to_be_visible()
    stem = host.public["question"]["stem"].split("____")[0]
    expect(screen.locator(".qs-question")).to_contain_text(stem)
    # The longest name that a team may have is all there, in the tower too.
    name = screen.locator(".qs-side .qs-team-name").first
    name.evaluate("node => Hall.nameTeam(node, '队'.repeat(60))")
    assert name.evaluate("node => node.scrollHeight <= node.clientHeight + 1")
    # Too early: out of this question, and ten points fewer.
    press_buzzer(hasty)
    expect(screen.locator(".qs-splash-foul")).to_contain_text(FOURTH)
    expect(hasty.locator(".hp-buzzer-out")).to_be_visible()
    expect(screen.locator(".qs-side .qs-row.qs-barred .qs-points")).to_have_text("90")

    host.do("open")
    expect(slow.locator(".hp-buzzer-open")).to_be_visible()
    expect(quick.locator(".hp-buzzer-open")).to_have_text(quick_visitor.words("Buzz!"))
    assert grave(screen) + grave(slow) == []
    # By the keyboard, as at a computer.
    quick.keyboard.press("Space")
    expect(screen.locator(".qs-splash-buzz")).to_contain_text(SECOND)
    expect(slow.locator("[data-view=follow]")).to_contain_text(SECOND)
    host.until("answering")
    expect(scene(screen, "answering").locator(".qs-strap-team")).to_contain_text(SECOND)

    answer_right(quick_visitor, quick, host)
    expect(scene(screen, "revealed").locator(".qs-verdict-right")).to_contain_text(f"{SECOND}+10")
    expect(screen.locator(".qs-solution")).to_contain_text("法律依据")
    expect(screen.locator(".qs-row").first).to_contain_text(SECOND)
    expect(screen.locator(".qs-row .qs-points").first).to_have_text("110")
    expect(quick.locator(".hp-status-right")).to_contain_text("+10")
    expect(quick.locator(".hp-score")).to_have_text("110")
    expect(screen.locator(".qs-row.qs-barred")).to_have_count(0)
    kinds = [event.type for event in hall.events()]
    assert (kinds.count("buzz"), kinds.count("answer")) == (2, 1)
    assert grave(screen) + grave(quick) == []

    # No answer in time is no right one on any screen.
    host.do("next")
    host.do("open")
    expect(slow.locator(".hp-buzzer-open")).to_be_visible()
    press_buzzer(slow)
    host.until("answering")
    host.do("stop")
    expect(scene(screen, "revealed").locator(".qs-verdict-late")).to_contain_text("超时\u221210")
    expect(screen.locator(".qs-splash-right")).to_have_count(0)
    expect(slow.locator(".hp-status-late")).to_contain_text("超时")


def test_all_screens_come_back_by_themselves_after_the_server_was_killed(visit: Visit, own_site):
    site: Site = own_site()
    hall = Hall.prepare(site)
    host = hall.host()
    screen = big_screen(visit, hall)
    visitor, phone = take(visit, hall, FIRST)
    on_to_buzzers(host)
    host.do("open")
    # Before it knows of that, a press would be too early.
    expect(phone.locator(".hp-buzzer-open")).to_be_visible()
    press_buzzer(phone)
    host.until("answering")
    expect(phone.locator("[data-view=answer]")).to_be_visible()
    expect(scene(screen, "answering")).to_be_visible()
    written = [event.to_data() for event in hall.events()]
    host.leave()

    site.kill()
    expect(screen.locator("#screen-offline")).to_be_visible()
    expect(phone.locator("[data-part=offline]")).to_be_visible()
    # The hall goes on to see what was last.
    expect(screen.locator(".qs-strap-team")).to_contain_text(FIRST)
    site.start()
    expect(screen.locator("#screen-offline")).to_be_hidden()
    expect(phone.locator("[data-part=offline]")).to_be_hidden()

    assert host.look()["phase"] == "answering"
    assert [event.to_data() for event in hall.events()][: len(written)] == written
    expect(screen.locator(".qs-strap-team")).to_contain_text(FIRST)
    answer_right(visitor, phone, host)
    expect(scene(screen, "revealed").locator(".qs-verdict-right")).to_contain_text(f"{FIRST}+10")
    # A page that is opened anew shows the same.
    screen.reload()
    phone.reload()
    expect(scene(screen, "revealed").locator(".qs-verdict-right")).to_contain_text(f"{FIRST}+10")
    expect(phone.locator(".hp-status-right")).to_contain_text("+10")
    host.leave()


def test_a_second_device_takes_the_seat_and_the_first_one_is_told(
    visit: Visit, hall: Hall, host: Host
):
    visitor, first = take(visit, hall, THIRD)
    _, second = take(visit, hall, THIRD)
    ended = first.locator("[data-part=ended]")
    expect(ended).to_contain_text(visitor.words("Another device has taken this team's seat."))
    on_to_buzzers(host)
    expect(second.locator(".hp-buzzer-locked")).to_be_visible()
    visitor.press(ended.get_by_role("button", name=visitor.words("Take this seat")))
    expect(first.locator(".hp-buzzer-locked")).to_be_visible()
    expect(second.locator("[data-part=ended]")).to_be_visible()


def test_the_audience_answers_with_phones_and_sees_the_result(visit: Visit, site: Site):
    hall = Hall.prepare(site, "audience")
    host = hall.host()
    screen = big_screen(visit, hall)
    expect(screen.locator(".qs-join-code")).to_have_text(hall.join)
    phones = []
    for name in ("王小明", "李小红"):
        visitor = visit("phone", "zh_CN", site)
        visitor.excuse(*AWAY)
        page = visitor.context.new_page()
        page.goto(f"/join/{hall.join}")
        page.get_by_label("您的姓名").fill(name)
        visitor.press(page.get_by_role("button", name="加入"))
        expect(page.locator("[data-view=wait]")).to_be_visible()
        phones.append((visitor, page))
    expect(screen.locator(".qs-join-count")).to_contain_text("2")
    host.do("begin")
    host.do("end_round", reason="journey")
    while host.look()["phase"] not in ("audience", "reading"):
        host.do("next")
    if host.look()["phase"] == "reading":
        host.do(next(one["type"] for one in host.own["actions"] if one.get("primary")))
    expect(scene(screen, "audience").locator(".qs-extra .qs-qr")).to_be_visible()

    assert grave(screen) + grave(phones[1][1]) == []
    answer_right(*phones[0], host)
    expect(phones[0][1].locator("[data-view=answered]")).to_be_visible()
    expect(screen.locator(".qs-join-count")).to_contain_text("1")
    host.do("stop")
    host.until("revealed")
    expect(phones[0][1].locator(".hp-status-right")).to_be_visible()
    expect(phones[1][1].locator("[data-view=revealed]")).to_be_visible()
    expect(screen.locator(".qs-strap-verdicts")).to_contain_text("王小明")
    host.leave()


def test_the_host_mutes_the_big_screen_and_keys_do_too(visit: Visit, hall: Hall, host: Host):
    screen = big_screen(visit, hall)
    expect(screen.locator("#screen-locked")).to_be_visible()
    screen.mouse.click(300, 300)
    expect(screen.locator("#screen-locked")).to_be_hidden()
    host.look()
    host.mute(True)
    expect(screen.locator("#screen-muted")).to_be_visible()
    host.mute(False)
    expect(screen.locator("#screen-muted")).to_be_hidden()
    screen.keyboard.press("m")
    expect(screen.locator("#screen-muted")).to_be_visible()
