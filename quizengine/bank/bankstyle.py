"""The one style of bank files: which field comes where, and what stands in one line.

A file becomes rows, each with the paths of the values that begin in its first line; comments are
put beside rows by `quizengine.bank.formatting`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from quizengine.bank.exchange.bankyaml import flow, scalar, text_lines
from quizengine.domain.problems import Path

TOP = ("schema", "defaults", "questions")
FIELDS = (
    *("id", "revision", "state", "type", "pool", "points", "tiers", "topics", "difficulty"),
    *("cognitive_level", "stem", "options", "left", "right", "units", "key_points", "answer"),
    *("any_order", "parts", "basis", "explanation", "valid", "cleared", "en"),
)
# Fields whose values are set out over several lines; the rest stands in one.
_MAPS = ("options", "left", "right", "en")
_LISTS = ("parts", "key_points", "cleared", "answer")
_FULL = ("parts",)
# Characters that a list of the law's articles, and `defaults`, may take in one line.
_SHORT = 120


@dataclass
class Row:
    """A value with its key: `lines` of text, the first one set in by `indent`.

    `paths`: the values that begin here, the outermost first. `apart`: an empty line goes before.
    """

    paths: list[Path]
    indent: int
    lines: list[str]
    apart: bool = False


def rows_of(value: Mapping[Any, Any]) -> list[Row]:
    """The rows of a bank file with this content."""
    rows: list[Row] = []
    for name, inner in _ordered(value, TOP):
        if name == "questions" and isinstance(inner, list) and inner:
            rows.append(Row([(name,)], 0, ["questions:"]))
            rows += _items(inner, (name,), 2, apart=True)
        elif name == "defaults" and isinstance(inner, Mapping) and inner:
            rows += _defaults(inner)
        else:
            rows += _field(name, inner, (), 0)
    return rows


def _ordered(value: Mapping[Any, Any], order: tuple[str, ...]) -> list[tuple[Any, Any]]:
    """Known fields in their order, then the others as they stand."""
    known = [(name, value[name]) for name in order if name in value]
    return known + [(name, inner) for name, inner in value.items() if name not in order]


def _defaults(value: Mapping[Any, Any]) -> list[Row]:
    ordered = dict(_ordered(value, FIELDS))
    line = f"defaults: {flow(ordered)}"
    if len(line) <= _SHORT:
        return [Row([("defaults",)], 0, [line])]
    return [Row([("defaults",)], 0, ["defaults:"]), *_fields(ordered, ("defaults",), 2)]


def _fields(value: Mapping[Any, Any], at: Path, indent: int) -> Iterator[Row]:
    for name, inner in _ordered(value, FIELDS):
        yield from _field(name, inner, at, indent)


def _field(name: Any, value: Any, at: Path, indent: int) -> Iterator[Row]:
    path, space = (*at, name), " " * indent
    key = scalar(name) if isinstance(name, str) else flow(name)
    if name in _MAPS and isinstance(value, Mapping) and value:
        yield Row([path], indent, [f"{space}{key}:"])
        inner = _fields(value, path, indent + 2) if name == "en" else _plain(value, path, indent)
        yield from inner
    elif _listed(name, value, at, indent):
        yield Row([path], indent, [f"{space}{key}:"])
        yield from _items(value, path, indent + 2, full=name in _FULL)
    elif isinstance(value, str):
        yield Row([path], indent, list(text_lines(f"{space}{key}: ", value, indent + 2)))
    else:
        yield Row([path], indent, [f"{space}{key}: {flow(value)}"])


def _plain(value: Mapping[Any, Any], at: Path, indent: int) -> Iterator[Row]:
    """Options: as they stand, since their order is what is shown."""
    for name, inner in value.items():
        yield from _field(name, inner, at, indent + 2)


def _listed(name: Any, value: Any, at: Path, indent: int) -> bool:
    """Whether each item of a list has a line of its own."""
    if not isinstance(value, list) or not value:
        return False
    if name == "basis":
        return indent + len(f"basis: {flow(value)}") > _SHORT
    if name not in _LISTS:
        return False
    return isinstance(value[0], Mapping) or (name == "key_points" and at[-1:] == ("en",))


def _items(
    values: list[Any], at: Path, indent: int, *, apart: bool = False, full: bool = True
) -> Iterator[Row]:
    for index, value in enumerate(values):
        path = (*at, index)
        if full and isinstance(value, Mapping) and value:
            rows = list(_fields(value, path, indent + 2))
            first = rows[0]
            first.lines[0] = f"{' ' * indent}- {first.lines[0][indent + 2 :]}"
            first.paths.insert(0, path)
            # A question is set apart from the one before it.
            first.indent, first.apart = indent, apart and index > 0
            yield from rows
        else:
            shown = scalar(value) if isinstance(value, str) else flow(value)
            yield Row([path], indent, [f"{' ' * indent}- {shown}"])
