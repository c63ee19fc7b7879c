"""Pages of long lists."""

from __future__ import annotations

import pytest
from flask import Flask

from quizengine.web.paging import Paging, paging


@pytest.mark.parametrize(
    ("query", "total", "number", "offset"),
    [("", 60, 1, 0), ("?page=3", 60, 3, 50), ("?page=9", 60, 3, 50), ("?page=-1", 60, 1, 0),
     ("?page=x", 60, 1, 0), ("?page=2", 0, 1, 0), ("?page=2", 25, 1, 0), ("?page=2", 26, 2, 25)],
)  # fmt: skip
def test_the_nearest_page_that_exists_is_shown(
    app: Flask, query: str, total: int, number: int, offset: int
) -> None:
    with app.test_request_context("/" + query):
        page = paging(total)
    assert (page.number, page.offset) == (number, offset)


def test_the_ends_and_the_neighbours_are_offered() -> None:
    assert list(Paging(5, 250).around()) == [1, None, 4, 5, 6, None, 10]
    assert list(Paging(1, 20).around()) == [1]
    assert list(Paging(2, 75).around()) == [1, 2, 3]
