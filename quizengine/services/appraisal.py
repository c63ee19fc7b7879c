"""年度考核: a year computed from the ledger, and from nothing else."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.appraisal.alike import GroupReader
from quizengine.domain.appraisal.compute import Year, fields_of, kinds_of
from quizengine.domain.appraisal.ranking import YearResult
from quizengine.domain.appraisal.record import read_result, rules_text, sha256_of
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.appraisal.texts import TextReader
from quizengine.domain.merkle import Frontier, leaf_hash
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_appraisals
from quizengine.storage.engine import SessionLike
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import ClosedAppraisal, LedgerHead

_KEPT_YEARS = 6
# A result of many entries is good for a second per so many of them: it takes as long to make.
_ENTRIES_A_SECOND = 10_000


@dataclass(frozen=True)
class Appraised:
    """A year's result with the computation behind it; `closed` is None for a preview."""

    rules: AppraisalRules
    year: Year
    result: YearResult
    at: datetime
    closed: ClosedAppraisal | None


def rules_of(session: SessionLike, year: int) -> AppraisalRules:
    """The rules of a year: those it was closed by, else those of the bank.

    Refused `unknown-year` (404).
    """
    closed = session.get(ClosedAppraisal, year)
    if closed is not None:
        return AppraisalRules.model_validate_json(closed.rules)
    rules = served_appraisals(session).get(year)
    if rules is None:
        text = N_("There are no appraisal rules for %(year)s.")
        raise Refused("unknown-year", text, status=404, year=year)
    return rules


def compute_year(rules: AppraisalRules, texts: Iterable[str]) -> Year:
    """The computation of a year from the hashed texts of entries, in order.

    Refused `ledger-unreadable` for a text that is none of an entry.
    """
    kinds, fields = kinds_of(rules), fields_of(rules)
    reader = TextReader(kinds, ZoneInfo(rules.zone), rules.year, fields, GroupReader)
    try:
        for text in texts:
            reader.add(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(
            "ledger-unreadable",
            N_("Entry %(number)s of the ledger can't be read: verify the ledger."),
            number=reader.entries + 1,
        ) from error
    return Year(rules, reader.facts())


@dataclass
class Rooted:
    """Passes texts on, and knows the Merkle tree of those that went by."""

    texts: Iterable[str]

    def __post_init__(self) -> None:
        self._tree = Frontier()

    def __iter__(self) -> Iterator[str]:
        for text in self.texts:
            self._tree.append(leaf_hash(text.encode()))
            yield text

    @property
    def size(self) -> int:
        """How many went by."""
        return self._tree.size

    @property
    def root(self) -> str:
        """The root of their tree, in hex."""
        return self._tree.root().hex()


class _Kept:
    """The computations used last; what belongs to one state of a ledger never changes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._years: OrderedDict[tuple[str, ...], Appraised] = OrderedDict()

    def get(self, key: tuple[str, ...], make: Callable[[], Appraised]) -> Appraised:
        """The one of this key; made if it is not there, by one thread at a time."""
        with self._lock:
            if key not in self._years:
                self._years[key] = make()
                while len(self._years) > _KEPT_YEARS:
                    self._years.popitem(last=False)
            self._years.move_to_end(key)
            return self._years[key]

    def latest(self, begin: tuple[str, ...], now: datetime) -> Appraised | None:
        """One that begins like this, and is not yet too old to be shown."""
        with self._lock:
            found = [kept for key, kept in self._years.items() if key[: len(begin)] == begin]
        for kept in reversed(found):
            good = timedelta(seconds=kept.result.entries // _ENTRIES_A_SECOND)
            if timedelta(0) <= now - kept.at < good:
                return kept
        return None


_kept = _Kept()


def appraised(session: SessionLike, now: datetime, year: int) -> Appraised:
    """The year as it was closed; a preview of one that is still open, by the entries so far.

    Refused `unknown-year` (404).
    """
    rules = rules_of(session, year)
    digest = sha256_of(rules_text(rules))
    site = str(session.get_bind().engine.url)
    closed = session.get(ClosedAppraisal, year)
    if closed is not None:
        key = (site, digest, closed.result_sha256, closed.root)
        found = _kept.get(key, lambda: _closed_year(session, closed))
        return Appraised(found.rules, found.year, found.result, closed.closed_at, closed)
    size, chain = _head(session)
    recent = _kept.latest((site, digest, "preview"), now)
    if recent is not None and recent.result.entries <= size:
        return recent

    def make() -> Appraised:
        computed = compute_year(rules, body_texts(session, size))
        return Appraised(computed.rules, computed, computed.result(), now, None)

    return _kept.get((site, digest, "preview", chain), make)


def _closed_year(session: SessionLike, closed: ClosedAppraisal) -> Appraised:
    """The result as it is kept; the computation behind it is for explaining it."""
    rules = AppraisalRules.model_validate_json(closed.rules)
    computed = compute_year(rules, body_texts(session, closed.entries))
    result = read_result(json.loads(closed.result))
    return Appraised(rules, computed, result, closed.closed_at, None)


def _head(session: SessionLike) -> tuple[int, str]:
    """Size of the ledger, and the last link of its chain, which stands for all of it."""
    head = session.execute(
        select(LedgerHead.size, LedgerHead.chain_hash).where(LedgerHead.id == 1)
    ).first()
    return (head[0], head[1].hex()) if head else (0, "")


def recomputed_now(session: SessionLike, now: datetime, year: int) -> YearResult:
    """What a closed year would come to by all entries of today, for those who decide reviews."""
    rules = rules_of(session, year)
    size, chain = _head(session)

    def make() -> Appraised:
        computed = compute_year(rules, body_texts(session, size))
        return Appraised(rules, computed, computed.result(), now, None)

    site = str(session.get_bind().engine.url)
    key = (site, sha256_of(rules_text(rules)), "again", chain)
    return _kept.get(key, make).result
