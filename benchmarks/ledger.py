"""How fast the ledger is written, verified, and appraised; beside hashing the same bytes.

Entries are made as the product makes them, in a new SQLite file in the system's folder for
temporary files, for 30,000 people in 500 units. Times are of one process, by its own processor
time; only `append_entries_per_second` is by the clock, with the disk's part.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from benchmarks.machine import describe
from benchmarks.output import tell
from quizengine.bank.appraisals import read_appraisal
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.services.appraisal import compute_year
from quizengine.services.ledger import LedgerWriter, verify
from quizengine.storage.engine import writing
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import LedgerSubject, Person, Unit
from quizengine.storage.site import open_database

SIZES = (10_000, 100_000, 1_000_000)
PEOPLE, UNITS = 30_000, 500
BATCH = 5_000
RULES = Path(__file__).parents[1] / "question_bank" / "appraisal" / "2026.yaml"
_FACULTIES = 49
_YEAR = timedelta(days=360)


class Site:
    """A database with units and people, whose ledger grows."""

    def __init__(self, folder: Path, people: int) -> None:
        engine, _ = open_database(f"sqlite:///{folder / 'quizengine.db'}")
        upgrade(engine)
        self.session = Session(engine)
        self._random = random.Random(1)
        self._begin = datetime(2026, 1, 2, tzinfo=UTC)
        self._people = people
        self._branches = self._make_units()
        self._make_people()
        self.entries = 0

    def _make_units(self) -> list[tuple[int, str]]:
        with writing(self.session):
            root = self._unit("R", None)
            faculties = [self._unit(f"F{i}", root) for i in range(_FACULTIES)]
            branches = [
                self._unit(f"B{i}", faculties[i % _FACULTIES])
                for i in range(UNITS - 1 - _FACULTIES)
            ]
            self._tree = [root, *faculties, *branches]
            return [(unit.id, unit.code) for unit in branches]

    def _unit(self, code: str, above: Unit | None) -> Unit:
        level = above.level + 1 if above else 1
        unit = Unit(code=code, name=code, parent=above, level=level, path="")
        self.session.add(unit)
        self.session.flush()
        unit.path = f"{above.path if above else '/'}{unit.id}/"
        return unit

    def _make_people(self) -> None:
        """People with the digests that stand for them, which they get with their first entry."""
        with writing(self.session):
            self.session.bulk_insert_mappings(
                Person.__mapper__,
                [
                    {
                        "id": i,
                        "login": f"p{i}",
                        "name": f"p{i}",
                        "unit_id": self._branches[i % len(self._branches)][0],
                        "created_at": self._begin,
                    }
                    for i in range(1, self._people + 1)
                ],
            )
            self.session.bulk_insert_mappings(
                LedgerSubject.__mapper__,
                [
                    {
                        "digest": hashlib.sha256(str(i).encode()).hexdigest(),
                        "person_id": i,
                        "salt": bytes(32),
                    }
                    for i in range(1, self._people + 1)
                ],
            )

    def grow(self, size: int) -> None:
        """Append entries in batches until there are `size`."""
        while self.entries < size:
            count = min(BATCH, size - self.entries)
            with writing(self.session), LedgerWriter(self.session) as log:
                people = [self._random.randrange(1, self._people + 1) for _ in range(count)]
                log.expect(people)
                for person in people:
                    self._append(log, person)

    def _append(self, log: LedgerWriter, person: int) -> None:
        self.entries += 1
        at = self._begin + _YEAR * self.entries / SIZES[-1]
        if self.entries == 1:
            log.append(at, "units-snapshot", "units", data={"units": self._snapshot()})
            return
        unit = self._branches[person % len(self._branches)][1]
        score = self._random.randrange(40, 101)
        data = {
            "exam": self._random.randrange(40),
            "attempt": 1,
            "tier": "new_member",
            "score": f"{score}.00",
            "max_score": "100.00",
            "passed": score >= 60,
            "closed_by": "member",
        }
        source = f"sitting:{self.entries}:result:1"
        log.append(at, "exam-result", source, person_id=person, unit=unit, data=data)

    def _snapshot(self) -> list[dict[str, Any]]:
        codes = {unit.id: unit.code for unit in self._tree}
        return [
            {
                "code": unit.code,
                "parent": codes.get(unit.parent_id or 0),
                "level": unit.level,
                "members": self._people // 450,
            }
            for unit in self._tree
        ]


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock, and of this process's own time."""
    begun, used = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - begun, time.process_time() - used


def hash_all(texts: Iterator[str]) -> None:
    """The baseline: SHA-256 over the very bytes that verifying hashes, read from the same database.

    For each entry that is its text, the link of the chain (64 bytes) and a node of the tree (65).
    """
    link, node = bytes(64), bytes(65)
    for text in texts:
        hashlib.sha256(text.encode()).digest()
        hashlib.sha256(link).digest()
        hashlib.sha256(node).digest()


def hash_texts(texts: Iterator[str]) -> None:
    """SHA-256 over the text of each entry alone, read from the same database."""
    for text in texts:
        hashlib.sha256(text.encode()).digest()


def measure(site: Site, size: int, rules: AppraisalRules) -> dict[str, Any]:
    """One row: growing to `size`, then hashing, verifying and appraising all of it."""
    before = site.entries
    grown, grown_cpu = timed(lambda: site.grow(size))
    _, hashed = timed(lambda: hash_all(body_texts(site.session)))
    _, texts_hashed = timed(lambda: hash_texts(body_texts(site.session)))
    reports = []
    _, verified = timed(lambda: reports.append(verify(site.session)))
    if not reports[0].ok:
        raise RuntimeError("the ledger does not verify")
    years = []
    _, counted = timed(lambda: years.append(compute_year(rules, body_texts(site.session))))
    _, resulted = timed(lambda: years[0].result())
    return {
        "entries": size,
        "people": PEOPLE,
        "units": UNITS,
        "append_entries_per_second": round((size - before) / grown),
        "append_entries_per_cpu_second": round((size - before) / grown_cpu),
        "hash_seconds": round(hashed, 3),
        "text_hash_seconds": round(texts_hashed, 3),
        "verify_seconds": round(verified, 3),
        "appraisal_seconds": round(counted + resulted, 3),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def run(sizes: tuple[int, ...]) -> dict[str, Any]:
    """All sizes, one after the other, in one growing ledger."""
    rules, _problems = read_appraisal(RULES)
    if rules is None:
        raise RuntimeError("the rules can't be read")
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), PEOPLE)
        rows = [measure(site, size, rules) for size in sizes]
        site.session.close()
    last = rows[-1]
    first = rows[-2] if len(rows) > 1 else last
    growth = last["entries"] / first["entries"]
    return {
        "bench": "ledger",
        "machine": {**describe(), "day": date.today().isoformat()},
        "baseline": {
            "name": "SHA-256 of the bytes that verifying hashes, read from the same database",
            "seconds": last["hash_seconds"],
        },
        "rows": rows,
        "ratios": {
            "hash_to_verify": round(last["hash_seconds"] / last["verify_seconds"], 3),
            "text_hash_to_verify": round(last["text_hash_seconds"] / last["verify_seconds"], 3),
            "appraisal_growth_to_entries_growth": round(
                last["appraisal_seconds"] / first["appraisal_seconds"] / growth, 3
            ),
        },
    }


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    given = parser.parse_args()
    tell(run(tuple(given.sizes)), given.json)


if __name__ == "__main__":
    main()
