"""保密教育活动: making an activity, its rubric and judges, and the offices' list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.activities import RULES
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.office_access import Act, in_reach, local_day, managed_unit, sees
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    ACTIVITY_TYPES,
    Activity,
    ActivityCriterion,
    ActivityEntry,
    ActivityJudge,
    Person,
    Unit,
)

MOST_CRITERIA = 12
MOST_JUDGES = 15
LEAST_JUDGES = 2


@dataclass(frozen=True)
class JudgePlan:
    """A judge, and why entries of the judge's own unit are judged all the same ("" for never)."""

    person_id: int
    declared: str = ""


@dataclass(frozen=True)
class ActivityPlan:
    """What an office fills in; `criteria` are names with the most points of each."""

    unit_id: int
    type: str
    title: str
    task: str
    entrants: str
    blind: bool
    rule: str
    closes_at: datetime
    judged_by: datetime
    criteria: Sequence[tuple[str, Decimal]]
    judges: Sequence[JudgePlan]


@dataclass(frozen=True)
class ActivityFilter:
    """What to look for; None or "" leaves a condition out."""

    unit_id: int | None = None
    type: str | None = None
    state: str | None = None
    year: int | None = None


def make_activity(act: Act, plan: ActivityPlan) -> int:
    """Make an activity, which takes entries at once; its id.

    Refused: `unit-unknown`, `person-unknown` (404), `forbidden` (403), `activity-faults` (400).
    """
    _refuse_faults(act, plan)
    with writing(act.session):
        unit = managed_unit(act.session, act.actor, plan.unit_id)
        activity = Activity(unit=unit, state="open", by_id=act.actor.person_id, at=act.now)
        _fill(act, activity, plan)
        act.session.add(activity)
        act.session.flush()
        tell(act, activity, "activity-made")
        return activity.id


def change_activity(act: Act, activity_id: int, plan: ActivityPlan) -> None:
    """Change an activity that takes entries; its unit and who takes part stay.

    Refused as `make_activity`, and `activity-unknown` (404), `activity-state` (409).
    """
    _refuse_faults(act, plan)
    with writing(act.session):
        activity = managed_activity(act, activity_id, "open")
        if (plan.unit_id, plan.entrants) != (activity.unit_id, activity.entrants):
            raise _fault(N_("The unit and who takes part can't be changed any more."))
        _fill(act, activity, plan)
        tell(act, activity, "activity-changed")


def cancel_activity(act: Act, activity_id: int, reason: str) -> None:
    """The activity does not go on. Refused as `change_activity`; `reason-missing` (400)."""
    reason = needed_reason(reason)
    with writing(act.session):
        activity = managed_activity(act, activity_id, "open", "judging")
        activity.state = "cancelled"
        tell(act, activity, "activity-cancelled", reason=reason)


def seen_activity(session: SessionLike, actor: Actor, activity_id: int) -> Activity:
    """An activity within reach; Refused `activity-unknown` (404)."""
    activity = session.get(Activity, activity_id)
    if activity is None or not sees_activity(actor, activity):
        raise unknown_activity()
    return activity


def sees_activity(actor: Actor, activity: Activity) -> bool:
    """Whether the activity, with its entries, is within the reach of the actor's office."""
    return sees(actor, activity.unit.path)


def managed_activity(act: Act, activity_id: int, *states: str) -> Activity:
    """An activity that the actor keeps, in one of `states`.

    Refused: `activity-unknown` (404), `forbidden` (403), `activity-state` (409).
    """
    activity = seen_activity(act.session, act.actor, activity_id)
    require(act.actor, "organizer", activity.unit.path)
    act.session.refresh(activity, with_for_update={"of": Activity})
    if activity.state not in states:
        raise Refused(
            "activity-state", N_("The activity is at another step meanwhile: reload the page.")
        )
    return activity


def list_activities(act: Act, wanted: ActivityFilter) -> list[Activity]:
    """Activities within reach that fit, the latest deadline first."""
    query = (
        select(Activity)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(in_reach(act.actor, wanted.unit_id))
        .options(
            joinedload(Activity.unit),
            selectinload(Activity.judges),
            selectinload(Activity.handed_in),
        )
        .order_by(Activity.closes_at.desc(), Activity.id.desc())
    )
    if wanted.type:
        query = query.where(Activity.type == wanted.type)
    if wanted.state:
        query = query.where(Activity.state == wanted.state)
    found = act.session.scalars(query)
    return [one for one in found if wanted.year in (None, year_of(act, one))]


def year_of(act: Act, activity: Activity) -> int:
    """The year of the deadline, in the site's zone."""
    return local_day(activity.closes_at, act.zone).year


def standing(activity: Activity) -> list[ActivityEntry]:
    """Entries that were not withdrawn, the first one first."""
    return [entry for entry in activity.handed_in if entry.withdrawn_at is None]


def sitting_judges(activity: Activity) -> list[ActivityJudge]:
    """Judges that were not released."""
    return [judge for judge in activity.judges if not judge.released]


def full_marks(activity: Activity) -> Decimal:
    """The most points that an entry can have."""
    return sum((criterion.most for criterion in activity.criteria), Decimal(0))


def record_of(activity: Activity) -> str:
    """The activity's record, for its history."""
    return f"activity:{activity.id}"


def unknown_activity() -> Refused:
    """The refusal for an activity that is not there, or not for the person."""
    return Refused("activity-unknown", N_("There is no such activity."), status=404)


def needed_reason(reason: str) -> str:
    """A reason as it is kept; Refused `reason-missing` (400) without one."""
    reason = one_line(reason)[:300]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    return reason


def tell(act: Act, activity: Activity, what: str, **detail: object) -> None:
    """A line of the activity's history, within the caller's transaction."""
    note(act.session, act.now, act.actor.person_id, record_of(activity), what, **detail)


def _fill(act: Act, activity: Activity, plan: ActivityPlan) -> None:
    activity.type, activity.entrants, activity.rule = plan.type, plan.entrants, plan.rule
    activity.title, activity.task = one_line(plan.title), plan.task.strip()
    activity.blind = plan.blind
    activity.closes_at, activity.judged_by = plan.closes_at, plan.judged_by
    activity.criteria = [
        ActivityCriterion(position=position, name=one_line(name), most=most)
        for position, (name, most) in enumerate(plan.criteria, start=1)
    ]
    known = {judge.person_id: judge for judge in activity.judges}
    judges = []
    for wanted in plan.judges:
        person = act.session.get(Person, wanted.person_id)
        if person is None or not person.active:
            raise Refused("person-unknown", N_("There is no such person."), status=404)
        judge = known.get(person.id) or ActivityJudge(person=person)
        judge.declared = one_line(wanted.declared)
        judges.append(judge)
    activity.judges = judges


def _refuse_faults(act: Act, plan: ActivityPlan) -> None:
    title, people = one_line(plan.title), [judge.person_id for judge in plan.judges]
    names = [one_line(name) for name, _most in plan.criteria]
    faults = (
        (plan.type not in ACTIVITY_TYPES, N_("Choose the type of the activity.")),
        (plan.entrants not in ("person", "unit"), N_("Do persons or units take part?")),
        (plan.rule not in RULES, N_("Choose how the result is computed.")),
        (not 0 < len(title) <= 200, N_("A title of at most 200 characters is needed.")),
        (not 0 < len(plan.task.strip()) <= 5000, N_("Say what to do, in at most 5000 characters.")),
        (plan.closes_at <= act.now, N_("The deadline for entries has to be in the future.")),
        (
            plan.judged_by < plan.closes_at + timedelta(hours=1),
            N_("The judges need time after the deadline for entries."),
        ),
        (
            not 0 < len(names) <= MOST_CRITERIA or len(set(names)) < len(names) or not all(names),
            N_("1 to 12 criteria are needed, each with a name of its own."),
        ),
        (
            any(not 0 < most <= 1000 for _name, most in plan.criteria),
            N_("A criterion has from 1 to 1000 points."),
        ),
        (len(set(people)) < len(people), N_("A judge is named twice.")),
        (
            not LEAST_JUDGES <= len(people) <= MOST_JUDGES,
            N_("2 to 15 judges are needed."),
        ),
        (
            any(len(judge.declared) > 300 for judge in plan.judges),
            N_("At most 300 characters for a declaration."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise _fault(message)


def _fault(message: str) -> Refused:
    return Refused("activity-faults", message, status=400)
