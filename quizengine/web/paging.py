"""Long lists in pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import request

PER_PAGE = 25


@dataclass(frozen=True)
class Paging:
    """A page of a list: numbers from 1."""

    number: int
    total: int
    per_page: int = PER_PAGE

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.number - 1) * self.per_page

    def around(self) -> Iterator[int | None]:
        """The numbers to offer: the ends and the neighbours; None for a gap."""
        last = 0
        for number in range(1, self.pages + 1):
            if number in (1, self.pages) or abs(number - self.number) <= 1:
                if number - last > 1:
                    yield None
                yield number
                last = number


def paging(total: int, per_page: int = PER_PAGE) -> Paging:
    """The page that the query asks for as `page`; the nearest one if it does not exist."""
    asked = request.args.get("page", 1, type=int)
    last = max(1, -(-total // per_page))
    return Paging(min(max(asked, 1), last), total, per_page)
