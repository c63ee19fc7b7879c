"""The first request of a kind goes alone; once it is served, nobody waits for anybody."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from quizengine.web.first_alone import REFUSALS, FirstAlone

WAIT_S = 30


class Hall:
    """Requests that note how many of them are served at the same time."""

    def __init__(self) -> None:
        self.first = FirstAlone()
        self.inside = 0
        self.most_before_first = 0
        self.served = 0
        self.lock = threading.Lock()
        self.go_on = threading.Event()

    def ask(self, kind: str = "page") -> None:
        with self.first.turn(kind):
            with self.lock:
                self.inside += 1
                if not self.served:
                    self.most_before_first = max(self.most_before_first, self.inside)
            self.go_on.wait(WAIT_S)
            with self.lock:
                self.inside -= 1
                self.served += 1


def test_all_others_wait_for_the_first_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizengine.web.first_alone.PATIENCE_S", WAIT_S)
    hall = Hall()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(hall.ask) for _ in range(8)]
        hall.go_on.set()
        for each in asked:
            each.result(WAIT_S)
    assert (hall.served, hall.most_before_first) == (8, 1)


def test_a_served_kind_and_other_kinds_wait_for_nobody() -> None:
    hall = Hall()
    with hall.first.turn("page"):
        # Nested: a lock would be waited for.
        with hall.first.turn("another page"):
            pass
        with hall.first.turn("another page"):
            pass
    with hall.first.turn("page"), hall.first.turn("page"):
        pass


def test_who_has_waited_long_enough_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizengine.web.first_alone.PATIENCE_S", 0.0)
    first = FirstAlone()
    with first.turn("page"), first.turn("page"):
        pass


def test_what_always_fails_is_let_through_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quizengine.web.first_alone.PATIENCE_S", WAIT_S)
    first = FirstAlone()
    for _ in range(REFUSALS):
        with pytest.raises(ValueError, match="no"), first.turn("page"):
            raise ValueError("no")
    with first.turn("page"), first.turn("page"):
        pass
