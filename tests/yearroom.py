"""A year of the small school for tests of appraisals: rules, entries on days, closing."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from school import School
from sqlalchemy.orm import Session

from quizengine.services.access import Actor, load_actor
from quizengine.services.appraisal_closing import Closing, close_year
from quizengine.services.bank import sync_bank
from quizengine.services.ledger import LedgerWriter
from quizengine.services.unit_snapshots import enter_snapshot
from quizengine.storage.engine import writing

ZONE = ZoneInfo("Asia/Shanghai")
NEW_YEAR = datetime(2027, 1, 10, 2, 0, tzinfo=UTC)
RULES = textwrap.dedent(
    """\
    schema: 1
    year: 2026
    version: 3
    title: {zh: 2026年度考核, en: Appraisal 2026}
    stages:
      - {id: h1, title: {zh: 上半年, en: First half}, from: 2026-01-01, to: 2026-06-30}
      - {id: h2, title: {zh: 下半年, en: Second half}, from: 2026-07-01, to: 2026-12-31}
    tasks:
      - id: passed
        title: {zh: 合格率, en: Pass rate}
        weight: 60
        stages: {h1: 40, h2: 60}
        measure:
          op: share
          of: {op: persons, kind: [exam-result], where: {passed: true}}
          among: {op: members}
      - id: score
        title: {zh: 平均成绩, en: Mean score}
        weight: 40
        stages: {h2: 100}
        measure: {op: mean, kind: [exam-result], field: score, out_of: max_score}
    adjustments:
      - id: prize
        title: {zh: 竞赛获奖, en: Prizes}
        sign: bonus
        each: 2
        measure: {op: count, kind: [contest-result], where: {rank: {max: 3}}}
        cap: 3
    vetoes:
      - id: missed
        title: {zh: 缺考, en: Missed exams}
        measure: {op: count, kind: [exam-missed]}
        cap: 59
        grade: failed
        reaches: [3]
    grades:
      - {id: good, title: {zh: 优秀, en: Good}, from: 80}
      - {id: fair, title: {zh: 合格, en: Fair}, from: 40}
      - {id: failed, title: {zh: 不合格, en: Failed}, from: 0}
    people:
      - id: commended
        title: {zh: 表扬, en: Commended}
        purpose: commend
        conditions:
          - {measure: {op: mean, kind: [exam-result], field: score, out_of: max_score}, min: 0.9}
      - id: limited
        title: {zh: 暂缓晋升, en: Limited}
        purpose: limit
        conditions:
          - {measure: {op: count, kind: [exam-missed]}, min: 1}
    """
)


@dataclass
class YearRoom:
    """The school with rules for 2026, whose ledger is written entry by entry."""

    session: Session
    school: School
    bank: Path
    made: int = 0

    def serve(self, rules: str = RULES, year: int = 2026) -> None:
        """Serve the bank with these rules."""
        folder = self.bank / "appraisal"
        folder.mkdir(exist_ok=True)
        (folder / f"{year}.yaml").write_text(rules, encoding="utf-8")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        problems = sync_bank(self.session, at, at.date(), self.bank)
        assert [p for p in problems if p.severity == "error"] == []

    def actor(self, login: str) -> Actor:
        """The person with this login."""
        return load_actor(self.session, self.school.persons[login])

    def units(self, day: str = "2026-01-01") -> int:
        """Enter the tree of units as it stands."""
        at = datetime.fromisoformat(f"{day}T01:00:00+00:00")
        self.made += 1
        with writing(self.session), LedgerWriter(self.session) as log:
            return enter_snapshot(self.session, at, log, f"units:{self.made}")

    def enter(
        self,
        kind: str,
        day: str,
        unit: str | None = None,
        login: str | None = None,
        /,
        *,
        corrects: int | None = None,
        on: date | None = None,
        by: str | None = None,
        **data: Any,
    ) -> int:
        """Add an entry made at noon of `day`."""
        self.made += 1
        with writing(self.session), LedgerWriter(self.session) as log:
            return log.append(
                datetime.fromisoformat(f"{day}T04:00:00+00:00"),
                kind,
                f"test:{self.made}",
                person_id=self.school.persons[login] if login else None,
                unit=unit,
                data=data,
                corrects=corrects,
                on=on,
                by=self.school.persons[by] if by else None,
            )

    def exam(self, login: str, unit: str, score: int, day: str, **more: Any) -> int:
        """Somebody's exam result, of 100, passed from 60 on."""
        data = {"score": str(score), "max_score": "100", "passed": score >= 60}
        return self.enter("exam-result", day, unit, login, **data, **more)

    def ordinary(self) -> None:
        """CS-1's li does well, CS-2's wang passes at the second try, PHY-2's chen stays away."""
        self.units()
        self.exam("li", "CS-1", 95, "2026-03-02")
        self.exam("wang", "CS-2", 50, "2026-03-02")
        self.enter("exam-missed", "2026-03-03", "PHY-2", "chen")
        self.exam("li", "CS-1", 91, "2026-09-01")
        self.exam("wang", "CS-2", 70, "2026-09-01")
        self.exam("zhao", "PHY-1", 64, "2026-09-02")
        self.enter("contest-result", "2026-11-20", "CS-1", "li", rank=2)

    def close(self, login: str = "admin", at: datetime = NEW_YEAR) -> Closing:
        """Close the year."""
        return close_year(self.session, at, self.actor(login), 2026)
