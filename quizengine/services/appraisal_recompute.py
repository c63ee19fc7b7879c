"""Recomputing a year bit for bit, from the ledger or from an export of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import select

from quizengine.domain.appraisal.record import result_data, result_text, sha256_of
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.text import N_, Refused
from quizengine.services.appraisal import Rooted, compute_year, rules_of
from quizengine.services.appraisal_closing import CLOSED, source_of
from quizengine.services.ledger_words import read_body
from quizengine.storage.engine import SessionLike
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import LedgerEntry

Texts = Callable[[], Iterable[str]]


@dataclass(frozen=True)
class Recomputed:
    """A result, and what the ledger says of the closed one; None if the year is not closed."""

    rules: AppraisalRules
    entries: int
    root: str
    result: dict[str, Any]
    result_sha256: str
    closed: Mapping[str, Any] | None

    @property
    def differs(self) -> list[str]:
        """What is not as it was closed: of `entries`, `root`, `rules`, `result`."""
        if self.closed is None:
            return []
        said = self.closed
        pairs = {
            "entries": (self.entries, said.get("entries")),
            "root": (self.root, said.get("root")),
            "rules": (self.result["rules"], said.get("rules")),
            "result": (self.result_sha256, said.get("result_sha256")),
        }
        return [name for name, (here, there) in pairs.items() if here != there]

    @property
    def equal(self) -> bool | None:
        """Whether it is the closed result bit for bit; None if there is none."""
        return None if self.closed is None else not self.differs

    def to_data(self) -> dict[str, Any]:
        """As plain JSON types."""
        return {
            "year": self.rules.year,
            "entries": self.entries,
            "root": self.root,
            "rules_sha256": self.result["rules"]["sha256"],
            "result_sha256": self.result_sha256,
            "closed": self.closed is not None,
            "equal": self.equal,
            "differs": self.differs,
            "result": self.result,
        }


def recompute(
    session: SessionLike,
    year: int,
    entries: int | None = None,
    rules: AppraisalRules | None = None,
) -> Recomputed:
    """Compute a year anew from the ledger's first entries.

    By default from as many as it was closed by, or from all of a year that is open. Refused:
    `unknown-year` (404), `too-few-entries`.
    """
    found = session.scalar(select(LedgerEntry.body).where(LedgerEntry.source == source_of(year)))
    closed = read_body(found)["data"] if found else None
    rules = rules or rules_of(session, year)
    return _recompute(rules, lambda: body_texts(session), closed, entries)


def recompute_export(rules: AppraisalRules, texts: Texts, entries: int | None = None) -> Recomputed:
    """Compute a year anew from the lines of an export; `texts` gives them from the beginning.

    Refused `too-few-entries`.
    """
    return _recompute(rules, texts, closing_in(texts(), rules.year), entries)


def closing_in(texts: Iterable[str], year: int) -> Mapping[str, Any] | None:
    """What an export says of a closed year."""
    mark = f'"source":{json.dumps(source_of(year))}'
    for text in texts:
        if mark in text:
            body = read_body(text)
            if body.get("kind") == CLOSED and body["data"].get("year") == year:
                data: Mapping[str, Any] = body["data"]
                return data
    return None


def _recompute(
    rules: AppraisalRules,
    texts: Texts,
    closed: Mapping[str, Any] | None,
    entries: int | None,
) -> Recomputed:
    wanted = entries if entries is not None or closed is None else closed["entries"]
    rooted = Rooted(islice(texts(), wanted))
    result = compute_year(rules, rooted).result()
    if wanted is not None and rooted.size < wanted:
        raise Refused(
            "too-few-entries",
            N_("There are only %(here)s entries, not %(wanted)s."),
            here=rooted.size,
            wanted=wanted,
        )
    text = result_text(rules, result)
    return Recomputed(
        rules, rooted.size, rooted.root, result_data(rules, result), sha256_of(text), closed
    )
