"""One reading of a large board for all who look within a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from examroom import ExamRoom, wrong
from flask.testing import FlaskClient
from pytest import MonkeyPatch

from quizengine.web.organizer import board
from quizengine.web.organizer.shared_board import FRESH_S, STALE_S, SharedBoards


class Watch:
    """A clock that is set by hand, and readings that are counted."""

    def __init__(self) -> None:
        self.at = 0.0
        self.read = 0

    def __call__(self) -> float:
        return self.at

    def next(self) -> int:
        self.read += 1
        return self.read


def test_looks_within_a_second_share_a_reading() -> None:
    watch = Watch()
    boards = SharedBoards[int](lambda _: True, watch)
    assert [boards.look("a", watch.next) for _ in range(3)] == [1, 1, 1]
    assert boards.look("b", watch.next) == 2
    watch.at = FRESH_S
    assert [boards.look("a", watch.next) for _ in range(2)] == [3, 3]


def test_small_boards_are_read_for_each_look() -> None:
    watch = Watch()
    boards = SharedBoards[int](lambda _: False, watch)
    assert [boards.look("a", watch.next) for _ in range(3)] == [1, 2, 3]


def test_while_one_reads_others_take_the_last_reading_unless_it_is_old() -> None:
    watch = Watch()
    boards = SharedBoards[int](lambda _: True, watch)
    boards.look("a", watch.next)
    reading, go_on = threading.Event(), threading.Event()

    def slow() -> int:
        reading.set()
        go_on.wait(30)
        return watch.next()

    with ThreadPoolExecutor(2) as pool:
        watch.at = FRESH_S
        first = pool.submit(boards.look, "a", slow)
        assert reading.wait(30)
        assert boards.look("a", watch.next) == 1
        watch.at = STALE_S
        waiting = pool.submit(boards.look, "a", watch.next)
        go_on.set()
        assert first.result(30) == 2
        # Begun by the first at `FRESH_S`: old by now, so that the one who waited reads again.
        assert waiting.result(30) == 3


def test_a_failed_reading_keeps_nobody_from_the_next_one() -> None:
    watch = Watch()
    boards = SharedBoards[int](lambda _: True, watch)
    boards.look("a", watch.next)
    watch.at = FRESH_S

    def fails() -> int:
        raise RuntimeError("the disk is gone")

    for _ in range(2):
        try:
            boards.look("a", fails)
        except RuntimeError as error:
            assert str(error) == "the disk is gone"
    assert boards.look("a", watch.next) == 2


def test_a_large_board_is_shared_by_those_with_the_same_reach_alone(
    room: ExamRoom,
    client: FlaskClient,
    login: Callable[..., FlaskClient],
    monkeypatch: MonkeyPatch,
) -> None:
    monkeypatch.setattr(board, "SHARED_FROM", 1)
    room.add_member("cs1", "CS-1", "graduate")
    exam = room.open("quick")
    page = f"/organize/exams/{exam.id}/live"
    before = login(client, "admin").get(page).text
    assert 'data-handed-in="0"' in before
    room.sit("cs1", exam, wrong)
    assert client.get(page).text == before
    # Another reach is another board, and whoever has no rights sees none.
    assert 'data-handed-in="1"' in login(client, "organizer").get(page).text
    assert login(client, "li").get(page).status_code == 403
