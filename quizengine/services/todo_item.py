"""What a to-do is; apart from `todo`, which asks all modules for theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from quizengine.domain.text import Text


@dataclass(frozen=True)
class Todo:
    """Something that a person has to do, with the page where it is done.

    `endpoint` and `args` are those of the page; `due` is the last day, None for none. `waits`:
    nothing to be done by the person, who only should know that somebody else has to act.
    """

    text: Text
    endpoint: str
    args: Mapping[str, int | str] = field(default_factory=dict)
    due: date | None = None
    waits: bool = False
