"""Questions as text of a bank file, in the style of the files that people keep."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

# Mappings and lists that stand in one line.
_BLOCKS = ("options", "left", "right")
_LISTS = ("parts", "key_points")
_DIGITS = re.compile(r"[0-9.]+")
_NO_LITERAL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u2028\u2029]|[ \t]$", re.M
)
_WIDE = 10**9
_Dumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


@dataclass(frozen=True)
class Entry:
    """A question of a file, with remarks for those who review it."""

    data: Mapping[str, Any]
    remarks: Sequence[str] = ()


def file_text(entries: Iterable[Entry], head: Sequence[str] = (), tail: Sequence[str] = ()) -> str:
    """A bank file; `head` are remarks at its beginning, `tail` at its end."""
    lines = [*(f"# {_one_line(remark)}" for remark in head), "schema: 1", "questions:"]
    for entry in entries:
        lines += ["", *(f"  # {_one_line(remark)}" for remark in entry.remarks)]
        lines += _item(entry.data, 2)
    lines += ["", *(f"# {_one_line(remark)}" for remark in tail)] if tail else []
    return "\n".join(lines) + "\n"


def _one_line(text: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]+", " ", text)


def _item(data: Mapping[str, Any], indent: int) -> list[str]:
    """A mapping as an item of a list."""
    lines = list(_fields(data, indent + 2))
    return [" " * indent + "- " + lines[0][indent + 2 :], *lines[1:]]


def _fields(data: Mapping[str, Any], indent: int) -> Iterator[str]:
    space = " " * indent
    for name, value in data.items():
        if name in _BLOCKS or (name == "en" and isinstance(value, Mapping)):
            yield f"{space}{name}:"
            yield from _fields(value, indent + 2)
        elif name in _LISTS and value and isinstance(value[0], Mapping):
            yield f"{space}{name}:"
            for item in value:
                yield from _item(item, indent + 2)
        elif isinstance(value, str):
            yield from text_lines(f"{space}{scalar(name)}: ", value, indent + 2)
        else:
            yield f"{space}{scalar(name)}: {flow(value)}"


def text_lines(lead: str, text: str, indent: int) -> Iterator[str]:
    """A text behind its key `lead`; several lines as a block that is set in by `indent`."""
    if "\n" not in text or _NO_LITERAL.search(text) or text[0] in " \n\t" or text.endswith("\n"):
        yield lead + scalar(text)
        return
    yield lead + "|-"
    for line in text.split("\n"):
        yield " " * indent + line if line else ""


def flow(value: Any) -> str:
    """A value in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str):
        if _DIGITS.fullmatch(value):
            return f'"{value}"'
        # Inside a list, so that commas and brackets are quoted.
        return _dumped([value], flow=True)[1:-1]
    return _dumped(value)


def scalar(text: str) -> str:
    """A text in one line, quoted if YAML needs it."""
    if "\n" in text:
        return _dumped(text, style='"')
    return _dumped(text)


def _dumped(value: Any, *, style: str | None = None, flow: bool = False) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        width=_WIDE,
        default_style=style,
        default_flow_style=flow,
    )
    return text.removesuffix("\n").removesuffix("\n...")
