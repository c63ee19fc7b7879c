"""The client library in a real browser, against a real server that dies under it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from livehall import Hall
from playwright.sync_api import Browser, Page
from serving import PATIENCE_S, ROOT

SCRIPT = ROOT / "quizengine" / "web" / "static" / "live" / "live.js"
_CONNECT = """([url, ticket]) => {
  window.said = [];
  window.live = QuizLive.connect({
    url, ticket, lang: "en",
    onState: (pub, seq) => { window.phase = pub.phase; window.seq = seq; },
    onOwn: (own) => { window.own = own; },
    onStatus: (kind, message) => { window.status = kind; window.said.push(kind); },
  });
}"""


class _Pages(BaseHTTPRequestHandler):
    """An empty page, and the library; from here, as only then may it connect to this machine."""

    def do_GET(self) -> None:
        """Answer a request."""
        script = self.path == "/live.js"
        self.send_response(200)
        self.send_header("Content-Type", "text/javascript" if script else "text/html")
        self.send_header("Content-Security-Policy", self.headers.get("X-Policy", ""))
        self.end_headers()
        empty = b'<!doctype html><link rel="icon" href="data:,"><script src="/live.js"></script>'
        self.wfile.write(SCRIPT.read_bytes() if script else empty)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def home() -> Iterator[str]:
    """Where the empty page is."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Pages) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def page(browser: Browser, hall: Hall, home: str) -> Iterator[Page]:
    """An empty page with the library, which may connect to where the site's policy lets it."""
    here = f"127.0.0.1:{hall.port}"
    page = browser.new_page(
        extra_http_headers={"X-Policy": f"connect-src ws://{here} http://{here}"}
    )
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(home)
    # What follows is not for the live server's eyes.
    page.set_extra_http_headers({})
    yield page
    page.close()


def test_a_page_comes_back_by_itself_with_what_it_had_to_say(hall: Hall, page: Page) -> None:
    page.evaluate(_CONNECT, [f"ws://127.0.0.1:{hall.port}", hall.host()])
    page.wait_for_function("status === 'online'")
    assert page.evaluate("live.send('begin')")["ok"]
    page.wait_for_function("phase === 'round'")
    hall.site.kill_worker()
    reply = page.evaluate("live.send('next')")
    assert reply["ok"], reply
    page.wait_for_function("phase === 'turn'")
    assert page.evaluate("said") == ["connecting", "online", "offline", "online"]
    refused = page.evaluate("live.send('judge', {team: live.public.teams[0].id, verdict: 'right'})")
    assert (refused["ok"], refused["code"]) == (False, "not-now")
    assert refused["message"]
    assert abs(page.evaluate("live.now() - Date.now()")) < 5000
    # Taken away for good: it is told, and stays away.
    hall.site.kill_worker()
    page.evaluate("live.close()")
    assert page.evaluate("live.send('next')") == {"ok": False, "code": "closed", "message": ""}
    assert [event.type for event in hall.events()] == ["begin", "next"]


def test_a_device_measures_its_own_reaction(hall: Hall, page: Page) -> None:
    page.evaluate(_CONNECT, [f"ws://127.0.0.1:{hall.port}", hall.seat(1)])
    page.wait_for_function("status === 'online' && own")
    page.evaluate(
        """([url, ticket]) => { window.host = QuizLive.connect({url, ticket, lang: "en"}); }""",
        [f"ws://127.0.0.1:{hall.port}", hall.host()],
    )
    for kind, data in (
        ("begin", {}),
        ("end_round", {"reason": "on"}),
        ("next", {}),
        ("end_round", {"reason": "on"}),
        ("next", {}),
        ("next", {}),
        ("open", {}),
    ):
        step = page.evaluate("host.seq")
        reply = page.evaluate("([kind, data]) => host.send(kind, data)", [kind, data])
        assert reply["ok"], (kind, reply)
        page.wait_for_function("(seq) => host.seq > seq", arg=step)
    page.wait_for_function("own.unlocked && live.unlockedAt !== null")
    assert page.evaluate("live.buzz()")["ok"]
    evidence = next(event.data["evidence"] for event in hall.events() if event.type == "buzz")
    assert evidence["early"] is False
    assert 0 <= evidence["reaction_us"] <= evidence["arrived_us"] - evidence["sent_us"]
    assert evidence["rtt_us"] > 0
    # By the device's own clock, set right by what the server measured, it fits in between.
    slack = evidence["rtt_us"] + 20_000
    assert evidence["sent_us"] - slack <= evidence["unlocked_us"]
    assert evidence["pressed_us"] <= evidence["arrived_us"] + slack
