"""What pages say, read strictly: whatever comes in is one of these or a refusal."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from quizengine.domain.text import N_, Refused

# The longest text that an answer may have fits many times; what is longer is no honest page's.
LONGEST = 32 * 1024
ID_LENGTH = 64
TYPE_LENGTH = 20
# No clock of a page has run for that long.
_MOST_MS = 1e12


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message."""

    ticket: str
    language: object


@dataclass(frozen=True, slots=True)
class Do:
    """A command; `step` is that of the state that the page shows."""

    id: str
    type: str
    step: int
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer from the audience to the question with this key."""

    id: str
    question: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Pong:
    """The answer to ping `n`; `clock` is the page's own, in milliseconds."""

    n: int
    clock: float


@dataclass(frozen=True, slots=True)
class Mute:
    """No sound on the big screens, or sound again."""

    on: bool


Message = Hello | Do | Answer | Pong | Mute


def read_message(raw: str | bytes) -> Message:
    """The message in `raw`; Refused `too-long` or `format` (400) for anything else."""
    if len(raw) > LONGEST:
        raise Refused("too-long", N_("This is too long to be sent."), status=400)
    if isinstance(raw, bytes):
        raise malformed()
    data = _json(raw)
    try:
        return _READERS[data["t"]](data)
    except (KeyError, TypeError, OverflowError) as error:
        raise malformed() from error


def id_of(raw: str | bytes) -> str:
    """The id of a message that could not be read, so that its sender knows which one; '' if none.

    Only a message of ordinary length is looked into.
    """
    try:
        data = _json(raw) if isinstance(raw, str) and len(raw) <= 8 * LONGEST else {}
        return _text(data["id"], ID_LENGTH)
    except (KeyError, TypeError, Refused):
        return ""


def _json(raw: str) -> dict[str, Any]:
    try:
        data = json.loads(raw, parse_constant=_no_number)
        if "\\u" in raw:
            _require_storable(data)
    except (ValueError, RecursionError) as error:
        raise malformed() from error
    if not isinstance(data, dict):
        raise malformed()
    return data


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _require_storable(data: Any) -> None:
    """ValueError for half characters and zero bytes, which no database keeps."""
    text = json.dumps(data, ensure_ascii=False)
    text.encode()
    if "\\u0000" in text:
        raise ValueError("a zero byte")


def _hello(data: dict[str, Any]) -> Hello:
    return Hello(_text(data["ticket"], 4096), data.get("lang"))


def _do(data: dict[str, Any]) -> Do:
    content = data.get("data", {})
    if not isinstance(content, dict):
        raise malformed()
    command, kind = _text(data["id"], ID_LENGTH), _text(data["type"], TYPE_LENGTH)
    return Do(command, kind, _whole(data["step"]), content)


def _answer(data: dict[str, Any]) -> Answer:
    return Answer(_text(data["id"], ID_LENGTH), _text(data["question"], 60), data["answer"])


def _pong(data: dict[str, Any]) -> Pong:
    clock = data["clock"]
    if isinstance(clock, bool) or not isinstance(clock, int | float) or not math.isfinite(clock):
        raise malformed()
    if abs(clock) >= _MOST_MS:
        raise malformed()
    return Pong(_whole(data["n"]), float(clock))


def _mute(data: dict[str, Any]) -> Mute:
    if not isinstance(data["on"], bool):
        raise malformed()
    return Mute(data["on"])


_READERS: dict[str, Callable[[dict[str, Any]], Message]] = {
    "hello": _hello,
    "do": _do,
    "audience": _answer,
    "pong": _pong,
    "mute": _mute,
}


def _text(value: object, most: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise malformed()
    return value


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) >= 2**53:
        raise malformed()
    return value


def malformed() -> Refused:
    """The refusal of what can't be read."""
    return Refused(
        "format", N_("The server can't read this message. Open the page again."), status=400
    )
