"""检查结果: points, report and files, until the inspection was held; corrections afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from quizengine.domain.text import N_, Refused
from quizengine.services.details import one_line
from quizengine.services.evidence import attach
from quizengine.services.inspection_access import directed_inspection, worked_inspection
from quizengine.services.inspections import fault, findings_count, record_of, tell
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, refuse_future, told_on
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import Inspection

LONGEST_REPORT = 10_000


@dataclass(frozen=True)
class Judged:
    """Points of an item, None if it was not looked at, with a remark."""

    got: Decimal | None
    remark: str = ""


def record_marks(
    act: Act,
    inspection_id: int,
    judged: Mapping[int, Judged],
    report: str,
    files: Sequence[Upload] = (),
) -> None:
    """Keep what the inspectors have so far: points by item id, report, files.

    Refused: `inspection-unknown` (404), `forbidden` (403), `inspection-state`,
    `inspection-faults` (400), faults of files.
    """
    with writing(act.session, REGISTERS):
        inspection = worked_inspection(act.session, act.actor, inspection_id, "planned")
        _judge(inspection, judged)
        inspection.report = _report(report)
        attach(act.session, act.now, act.actor.person_id, record_of(inspection), files)
        tell(act, inspection, "inspection-marks")


def hold(act: Act, inspection_id: int, held_on: date) -> None:
    """The inspection was held: the result goes into the ledger.

    Refused as `record_marks`; `day-future` (400), `inspection-unfinished` (409) while an item has
    no points or the report is missing.
    """
    with writing(act.session, REGISTERS):
        inspection = worked_inspection(act.session, act.actor, inspection_id, "planned")
        refuse_future(held_on, act.today)
        if not inspection.inspectors:
            raise _unfinished(N_("Nobody is named as an inspector."))
        if any(item.got is None for item in inspection.items):
            raise _unfinished(N_("An item of the checklist has no points yet."))
        if not inspection.report:
            raise _unfinished(N_("The report is missing."))
        inspection.state, inspection.held_on = "held", held_on
        tell(act, inspection, "inspection-held", on=held_on.isoformat())
        _enter(act, inspection)


def correct_marks(act: Act, inspection_id: int, judged: Mapping[int, Judged], reason: str) -> None:
    """Other points after the inspection: a correcting entry, with the reason in the history.

    For those who direct it. Refused as `change_inspection`; `reason-missing` (400),
    `inspection-same` (409).
    """
    reason = one_line(reason)[:500]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session, REGISTERS):
        inspection = directed_inspection(act.session, act.actor, inspection_id, "held")
        before = inspection.score
        _judge(inspection, judged)
        if any(item.got is None for item in inspection.items):
            raise _unfinished(N_("An item of the checklist has no points yet."))
        if _total(inspection) == before:
            raise Refused("inspection-same", N_("The score stays the same: nothing is corrected."))
        tell(act, inspection, "inspection-corrected", reason=reason, points=str(before))
        _enter(act, inspection)


def _enter(act: Act, inspection: Inspection) -> None:
    """The entry of the result; after the first one it corrects the one before."""
    score, most = _total(inspection), sum((item.points for item in inspection.items), Decimal(0))
    inspection.score, inspection.max_score = (score, most) if inspection.items else (None, None)
    points = {"score": str(score), "max_score": str(most)} if inspection.items else {}
    assert inspection.held_on is not None
    inspection.entries += 1
    with LedgerWriter(act.session) as log:
        inspection.entry_seq = log.append(
            act.now,
            "inspection-held",
            f"{record_of(inspection)}:{inspection.entries}",
            unit=inspection.unit.code,
            data={
                "inspection": inspection.id,
                "kind": inspection.kind,
                **points,
                "findings": findings_count(act.session, inspection.id),
            },
            corrects=inspection.entry_seq,
            on=told_on(inspection.held_on, act.today),
            by=act.actor.person_id,
        )


def _total(inspection: Inspection) -> Decimal:
    return sum((item.got or Decimal(0) for item in inspection.items), Decimal(0))


def _judge(inspection: Inspection, judged: Mapping[int, Judged]) -> None:
    for item in inspection.items:
        found = judged.get(item.id)
        if found is None:
            continue
        if found.got is not None and not 0 <= found.got <= item.points:
            raise fault(
                N_("“%(item)s”: from 0 to %(most)s points."), item=item.text, most=item.points
            )
        item.got, item.remark = found.got, one_line(found.remark)[:500]


def _report(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REPORT:
        raise fault(N_("A report has at most %(most)s characters."), most=LONGEST_REPORT)
    return text


def _unfinished(message: str) -> Refused:
    return Refused("inspection-unfinished", message)
