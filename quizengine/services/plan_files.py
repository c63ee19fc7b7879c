"""A plan as a spreadsheet, out and in: one row a task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from quizengine.bank.tables import Cell as ReadCell
from quizengine.bank.tables import read_rows
from quizengine.domain.normalise import parse_number
from quizengine.domain.plans import CONFIRMED, GAUGES, Progress
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.office_access import Act, find_person
from quizengine.services.plan_versions import PROGRESS_NAMES
from quizengine.services.plans import TaskPlan, known_task, live_tasks, open_plan, put_task
from quizengine.services.roster_files import header_key, is_empty
from quizengine.services.roster_rows import cell_text, read_date
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import AnnualPlan, Person

# Field → headers; the first one is that of the file that goes out, the last one the English one.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "no", "number"),
    "title": ("任务", "工作任务", "任务名称", "task", "title"),
    "goal": ("目标", "工作目标", "目标要求", "goal"),
    "gauge": ("衡量方式", "考核方式", "指标", "measure"),
    "target": ("目标值", "指标值", "数量", "target"),
    "responsible": ("责任人", "负责人", "责任人登录名", "responsibleperson", "responsible"),
    "due": ("完成期限", "完成时间", "截止日期", "时限", "due"),
}
_FIELDS = {header: name for name, headers in COLUMNS.items() for header in headers}
_HEADER_WITHIN = 10
_CONFIRMED = ("人工确认", "确认", "confirmed", "")


@dataclass(frozen=True)
class PlanRow:
    """A row of a file: `wanted` is None, with `reasons`, if it can't be used."""

    row_no: int
    number: int | None
    wanted: TaskPlan | None
    reasons: tuple[Text, ...] = ()


def plan_table(plan: AnnualPlan, gauges: Mapping[str, str]) -> Table:
    """The tasks as they are worked on, to be changed and brought in again; `gauges`: names."""
    columns = (
        Column(COLUMNS["number"][0], "number", 7),
        Column(COLUMNS["title"][0], width=36),
        Column(COLUMNS["goal"][0], width=40),
        Column(COLUMNS["gauge"][0], width=30),
        Column(COLUMNS["target"][0], "number", 10),
        Column(COLUMNS["responsible"][0], "id", 16),
        Column(COLUMNS["due"][0], "date", 12),
    )
    rows = [
        (
            task.number,
            task.title,
            task.goal,
            gauges.get(task.gauge, _CONFIRMED[0]),
            task.target.normalize() if task.target is not None else None,
            task.responsible.login if task.responsible else None,
            task.due_on,
        )
        for task in live_tasks(plan)
    ]
    return Table(N_("Annual plan"), columns, rows)


def record_table(
    record: Sequence[Progress], people: Mapping[str, Person], day: date, gauges: Mapping[str, str]
) -> Table:
    """The plan against the record as of a day."""
    columns = (
        Column(N_("No."), "number", 7),
        Column(N_("Planned task"), width=36),
        Column(N_("Goal"), width=40),
        Column(N_("Responsible person"), width=14),
        Column(N_("Due"), "date", 12),
        Column(N_("Measure"), width=30),
        Column(N_("Target"), "number", 10),
        Column(N_("Reached"), "number", 10),
        Column(N_("State"), width=12),
        Column(N_("As of"), "date", 12),
        Column(N_("Ledger entries"), "id", 30),
    )
    rows = [_record_row(one, people, day, gauges) for one in record]
    return Table(N_("Plan against record"), columns, rows)


def _record_row(
    one: Progress, people: Mapping[str, Person], day: date, gauges: Mapping[str, str]
) -> Sequence[Cell]:
    task = one.task
    person = people.get(task.responsible or "")
    return (
        task.number,
        task.title,
        task.goal,
        person.name if person else None,
        task.due,
        gauges.get(task.gauge, _CONFIRMED[0]),
        task.target,
        None if one.value is None else round(Decimal(float(one.value)), 2).normalize(),
        Text(PROGRESS_NAMES[one.state]),
        day,
        ", ".join(str(seq) for seq in one.entries[:200]),
    )


def import_plan(
    act: Act, plan_id: int, data: bytes, names: Mapping[str, str]
) -> tuple[int, list[PlanRow]]:
    """Enter all rows, or none if one can't be used; how many, and the faulty ones.

    A row with the number of a task changes it, one without adds a task; tasks that the file does
    not hold stay. `names`: what gauges are called, in any language, to the gauge. Refused as
    `plans.save_task`, and `file-unreadable`, `file-too-large`, `plan-columns` (400).
    """
    try:
        with writing(act.session, REGISTERS):
            return _enter(act, open_plan(act, plan_id), data, names), []
    except _Faulty as faulty:
        return 0, faulty.rows


class _Faulty(Exception):
    """Rows that can't be used: nothing of the file stays."""

    def __init__(self, rows: list[PlanRow]) -> None:
        super().__init__()
        self.rows = rows


def _enter(act: Act, plan: AnnualPlan, data: bytes, names: Mapping[str, str]) -> int:
    known = {header_key(name): gauge for name, gauge in names.items()}
    rows = [_read(act, plan, number, cells, known) for number, cells in _rows(data)]
    faulty = [row for row in rows if row.wanted is None]
    for row in rows:
        if row.wanted is not None:
            try:
                put_task(act, plan, row.number, row.wanted)
            except Refused as refused:
                faulty.append(replace(row, wanted=None, reasons=(refused.text,)))
    if faulty:
        raise _Faulty(sorted(faulty, key=lambda row: row.row_no))
    return len(rows)


def _rows(data: bytes) -> list[tuple[int, dict[str, ReadCell]]]:
    """Rows below the header, as fields."""
    filled = [
        (number, cells)
        for number, cells in enumerate(read_rows(data), start=1)
        if any(not is_empty(cell) for cell in cells)
    ]
    heads = filled[:_HEADER_WITHIN]
    best = max(heads, key=lambda row: (_known(row[1]), -row[0]), default=None)
    columns: dict[str, int] = {}
    for index, cell in enumerate(best[1] if best else []):
        name = _FIELDS.get(header_key(cell))
        if name is not None:
            columns.setdefault(name, index)
    if best is None or not {"title", "due"} <= columns.keys():
        text = N_("There are no columns “任务” and “完成期限”: take the file of the plan.")
        raise Refused("plan-columns", text, status=400)
    return [
        (number, {name: cells[at] if at < len(cells) else "" for name, at in columns.items()})
        for number, cells in filled
        if number > best[0]
    ]


def _known(cells: Sequence[ReadCell]) -> int:
    return sum(header_key(cell) in _FIELDS for cell in cells)


def _read(
    act: Act,
    plan: AnnualPlan,
    row_no: int,
    cells: Mapping[str, ReadCell],
    gauges: Mapping[str, str],
) -> PlanRow:
    reasons: list[Text] = []

    def text(name: str) -> str:
        found = cell_text(cells.get(name, ""))
        if isinstance(found, Text):
            reasons.append(found)
            return ""
        return found

    number = _number(plan, text("number"), reasons)
    gauge = _gauge(text("gauge"), gauges, reasons)
    target = None if gauge == CONFIRMED else parse_number(text("target").rstrip("%％"))
    due = read_date(cells.get("due", ""))
    if due is None:
        reasons.append(Text(N_("The due date can't be read: write it as 2026-06-30.")))
    responsible = _person(act, text("responsible"), reasons)
    title, goal = text("title"), text("goal")
    if reasons or due is None:
        return PlanRow(row_no, number, None, tuple(reasons))
    return PlanRow(row_no, number, TaskPlan(title, goal, gauge, target, responsible, due))


def _number(plan: AnnualPlan, said: str, reasons: list[Text]) -> int | None:
    if not said:
        return None
    if not said.isascii() or not said.isdigit() or len(said) > 6:
        reasons.append(Text(N_("“%(value)s” is no number of a task."), {"value": said[:40]}))
        return None
    try:
        return known_task(plan, int(said)).number
    except Refused:
        # A list that was numbered by hand: the task is a new one.
        return None


def _gauge(said: str, gauges: Mapping[str, str], reasons: list[Text]) -> str:
    if said in _CONFIRMED or header_key(said) == CONFIRMED:
        return CONFIRMED
    found = said if said in GAUGES else gauges.get(header_key(said))
    if found is None:
        reasons.append(Text(N_("There is no measure “%(value)s”."), {"value": said[:40]}))
    return found or CONFIRMED


def _person(act: Act, said: str, reasons: list[Text]) -> int | None:
    if not said:
        return None
    try:
        return find_person(act.session, act.actor, said).id
    except Refused as refused:
        reasons.append(refused.text)
        return None
