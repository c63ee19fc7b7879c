"""What verifying a ledger found, and what it could not have found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from quizengine.domain.checkpoint import Checkpoint
from quizengine.domain.text import N_, Text


@dataclass(frozen=True)
class Problem:
    """A sign of tampering; `seq` is the number of the entry, None if it concerns the whole."""

    code: str
    seq: int | None
    text: Text

    def to_data(self, gettext: Callable[[str], str] = str) -> dict[str, str | int | None]:
        """JSON form, in the language of `gettext`."""
        return {"code": self.code, "seq": self.seq, "message": self.text.render(gettext)}


@dataclass(frozen=True)
class Report:
    """What verifying found.

    `root` is the Merkle root of all `entries`, recomputed from their texts. `problems` keeps the
    first ones of `problem_count`. `cannot_exclude` says which tampering would not have shown.
    """

    entries: int
    root: bytes
    problems: tuple[Problem, ...]
    problem_count: int
    cannot_exclude: tuple[Text, ...]

    @property
    def ok(self) -> bool:
        """Nothing was found."""
        return self.problem_count == 0

    def to_data(self, gettext: Callable[[str], str] = str) -> dict[str, object]:
        """JSON form of `quizengine ledger verify --format json`; the root in hex."""
        return {
            "entries": self.entries,
            "root": self.root.hex(),
            "ok": self.ok,
            "problems": [problem.to_data(gettext) for problem in self.problems],
            "problem_count": self.problem_count,
            "cannot_exclude": [text.render(gettext) for text in self.cannot_exclude],
        }


def cannot_exclude(entries: int, trusted: Checkpoint | None) -> tuple[Text, ...]:
    """What a person with full access to the database could have done unnoticed."""
    if trusted is None:
        return (
            Text(
                N_(
                    "Without a checkpoint kept elsewhere, it cannot be excluded that the whole "
                    "history was rewritten and all its hashes were computed again."
                )
            ),
            Text(
                N_(
                    "Without a checkpoint kept elsewhere, it cannot be excluded that the newest "
                    "entries were removed."
                )
            ),
        )
    size = {"size": trusted.size}
    removal = Text(
        N_(
            "It cannot be excluded that entries recorded after the checkpoint, beyond the first "
            "%(size)s, were removed."
        ),
        size,
    )
    if entries <= trusted.size:
        return (removal,)
    rewriting = Text(
        N_(
            "It cannot be excluded that entries recorded after the checkpoint, beyond the first "
            "%(size)s, were rewritten and their hashes computed again."
        ),
        size,
    )
    return (rewriting, removal)
