"""Numbers in addresses and queries that name rows of the database."""

from __future__ import annotations

from typing import Any

from werkzeug.routing import IntegerConverter, Map

MOST = 2**31 - 1


def row_id(text: str) -> int:
    """For `args.get(…, type=row_id)`. ValueError for what no row's id can be.

    A larger number would not fit the database, which fails instead of finding nothing.
    """
    number = int(text)
    if not 0 <= number <= MOST:
        raise ValueError("not the id of a row")
    return number


class IdConverter(IntegerConverter):
    """`<int:…>`: ids fit the database's integers; a larger one is as unknown as a missing one."""

    def __init__(self, url_map: Map, **options: Any) -> None:
        options.setdefault("max", MOST)
        super().__init__(url_map, **options)
