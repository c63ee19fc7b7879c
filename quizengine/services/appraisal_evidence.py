"""From a number down to the entries of the ledger that made it."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from quizengine.domain.appraisal.compute import ALL_YEAR
from quizengine.domain.appraisal.evidence import evidence, evidence_about, sources
from quizengine.domain.appraisal.facts import Facts
from quizengine.domain.appraisal.rules import AppraisalRules, Measure
from quizengine.domain.appraisal.texts import read_texts
from quizengine.services.appraisal import Appraised
from quizengine.services.appraisal_cases import unknown_number
from quizengine.services.appraisal_explained import measure_of
from quizengine.services.appraisal_seen import SeenYear
from quizengine.services.ledger import corrects_another
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry


def entries_behind(
    session: SessionLike, seen: SeenYear, code: str, number: str, stage: str
) -> list[int]:
    """Numbers of the entries behind a unit's number in a stage ('' for the year).

    Refused `unknown-unit`, `unknown-number` (404).
    """
    seen.unit(code)
    found = seen.found
    measure = measure_of(found, number)
    if measure is None or stage not in (ALL_YEAR, *(s.id for s in found.rules.stages)):
        raise unknown_number()
    below = {
        node.code
        for tree in found.year.trees
        for node in tree.units.values()
        if any(above.code == code for above in tree.upwards(node.code))
    }
    facts = _facts(session, found, measure, below)
    return evidence(found.rules, facts, measure, code, stage)


def entries_about(
    session: SessionLike, found: Appraised, measures: Iterable[Measure], digest: str
) -> list[int]:
    """Numbers of the entries behind what was measured of a person."""
    seqs: dict[int, None] = {}
    query = select(LedgerEntry.body).where(LedgerEntry.subject == digest)
    query = query.where(LedgerEntry.seq <= found.result.entries).order_by(LedgerEntry.seq)
    texts = list(session.scalars(query))
    for measure in measures:
        facts = read_texts(texts, _kinds(found.rules, measure), ZoneInfo(found.rules.zone))
        seqs |= dict.fromkeys(evidence_about(found.rules, facts, measure, digest))
    return sorted(seqs)


def _facts(session: SessionLike, found: Appraised, measure: Measure, codes: set[str]) -> Facts:
    """The facts that may count for a measure in these units, without reading all others."""
    kinds = _kinds(found.rules, measure)
    query = (
        select(LedgerEntry.body)
        .where(LedgerEntry.seq <= found.result.entries)
        .where(or_(LedgerEntry.kind.in_(kinds) & LedgerEntry.unit.in_(codes), corrects_another()))
        .order_by(LedgerEntry.seq)
    )
    texts = session.scalars(query.execution_options(yield_per=2000))
    facts = read_texts(texts, kinds, ZoneInfo(found.rules.zone), found.rules.year)
    facts.snapshots = list(found.year.trees)
    return facts


def _kinds(rules: AppraisalRules, measure: Measure) -> frozenset[str]:
    return frozenset(kind for leaf in sources(rules, measure) for kind in leaf.kind)
