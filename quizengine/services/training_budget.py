"""培训经费: the budget of a class, planned and spent; sums are exact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from quizengine.domain.text import N_, Refused
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act
from quizengine.services.training import managed_class, record_of
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import TrainingClass, TrainingCost

MOST_ITEMS = 40
MOST = Decimal(100_000_000)


@dataclass(frozen=True)
class CostPlan:
    """An item; amounts in yuan with at most two places, `actual` None while nothing was spent."""

    item: str
    planned: Decimal
    actual: Decimal | None = None
    note: str = ""


@dataclass(frozen=True)
class Sums:
    """Sums of a budget; `left` is what of the plan has not been spent, negative if too much was."""

    planned: Decimal
    actual: Decimal

    @property
    def left(self) -> Decimal:
        """Planned less spent."""
        return self.planned - self.actual


def set_budget(act: Act, class_id: int, plans: Sequence[CostPlan]) -> bool:
    """Put these items in place of the budget; False if nothing is different.

    Refused: `class-unknown` (404), `forbidden` (403), `budget-faults` (400).
    """
    for plan in plans:
        _refuse_faults(plan)
    if len(plans) > MOST_ITEMS:
        raise _fault(N_("A budget has at most 40 items."))
    with writing(act.session, REGISTERS):
        found = managed_class(act.session, act.actor, class_id)
        wanted = [(clean_text(p.item), p.planned, p.actual, clean_text(p.note)) for p in plans]
        if wanted == [(c.item, c.planned, c.actual, c.note) for c in found.budget]:
            return False
        found.budget.clear()
        act.session.flush()
        found.budget.extend(
            TrainingCost(position=number, item=item, planned=planned, actual=actual, note=text)
            for number, (item, planned, actual, text) in enumerate(wanted, start=1)
        )
        sums = sums_of(found)
        detail = {"planned": str(sums.planned), "actual": str(sums.actual)}
        note(
            act.session, act.now, act.actor.person_id, record_of(found), "training-budget", **detail
        )
        return True


def sums_of(found: TrainingClass) -> Sums:
    """The sums of a class's budget."""
    planned = sum((cost.planned for cost in found.budget), Decimal(0))
    actual = sum((cost.actual or Decimal(0) for cost in found.budget), Decimal(0))
    return Sums(planned, actual)


def _refuse_faults(plan: CostPlan) -> None:
    item = clean_text(plan.item)
    amounts = [plan.planned, plan.actual or Decimal(0)]
    if not item or len(item) > 100 or len(plan.note) > 200:
        raise _fault(N_("Each item has a name of at most 100 characters; notes have at most 200."))
    if any(not 0 <= amount <= MOST or amount != round(amount, 2) for amount in amounts):
        raise _fault(N_("Amounts are from 0 to 100000000 yuan, with at most two decimal places."))


def _fault(message: str) -> Refused:
    return Refused("budget-faults", message, status=400)
