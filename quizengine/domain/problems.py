"""A finding of the bank lint: where, which code, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from quizengine.domain.text import Text

Severity = Literal["error", "warning"]
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Finding:
    """A fault inside one entity; `path` leads to the value, as keys and list indexes."""

    code: str
    path: Path
    text: Text
    severity: Severity = "error"


@dataclass(frozen=True)
class Problem:
    """A fault at a place of the bank; line and column count from 1."""

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    text: Text

    def to_data(self) -> dict[str, str | int]:
        """JSON form of `quizengine bank lint --format json`."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity,
            "message": self.text.render(),
        }
