"""Attendance as a list: what an XLSX or CSV file says, row by row, and entering it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import or_, select

from quizengine.bank.tables import Cell, read_rows
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import Actor
from quizengine.services.details import clean_login, clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act
from quizengine.services.roster_files import header_key, is_empty
from quizengine.services.roster_rows import cell_text
from quizengine.services.training_batches import managed_batch, not_cancelled, place_for, record_of
from quizengine.services.training_closing import correct_outcome
from quizengine.services.training_signs import set_mark
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import Person, TrainingBatch, TrainingPlace, TrainingSession

# Field → headers; the first one is that of the manual.
COLUMNS: dict[str, tuple[str, ...]] = {
    "number": (
        "工号", "学号", "职工号", "教工号", "学工号", "工号/学号", "学号/工号", "登录名", "账号",
        "staffno", "staffnumber", "studentno", "login",
    ),
    "name": ("姓名", "名字", "name", "fullname"),
    "state": (
        "考勤", "签到", "出勤", "考勤情况", "出勤情况", "状态", "attendance", "state", "status",
    ),
    "note": ("备注", "说明", "note", "remark"),
}  # fmt: skip
_FIELDS = {header: name for name, headers in COLUMNS.items() for header in headers}
_STATES = {
    "present": (
        "", "出勤", "到", "到课", "已到", "签到", "已签到", "参加", "present", "是", "√", "1",
    ),
    "late": ("迟到", "late"),
    "absent": ("缺勤", "缺席", "未到", "旷课", "未签到", "absent", "否", "×", "0"),
    "excused": ("请假", "公假", "病假", "事假", "excused", "leave"),
}  # fmt: skip
_STATE_OF = {word: state for state, words in _STATES.items() for word in words}
_HEADER_WITHIN = 10
_CHUNK = 400


@dataclass(frozen=True)
class ListRow:
    """A row: who it means and what it says; with `reasons` it can't be used.

    `action`: 'mark', 'add' (not on the list so far), 'same' (holds already) or 'refused'.
    """

    row_no: int
    number: str
    name: str
    state: str
    note: str
    action: str = "refused"
    person: Person | None = None
    reasons: tuple[Text, ...] = ()


@dataclass(frozen=True)
class ListPlan:
    """What the file would do to a batch; `faults` concern the whole file."""

    rows: Sequence[ListRow]
    faults: Sequence[Text] = ()
    counts: Counter[str] = field(default_factory=Counter)


def preview_list(act: Act, batch_id: int, session_id: int | None, data: bytes) -> ListPlan:
    """What the file would change, for one session or for all of them; changes nothing.

    Refused: `batch-unknown` (404), `forbidden` (403), `file-unreadable`, `file-too-large` (400).
    """
    batch = managed_batch(act, batch_id)
    return _plan(act, batch, _sessions(batch, session_id), data)


def enter_list(
    act: Act, batch_id: int, session_id: int | None, data: bytes, name: str, *, good_only: bool
) -> ListPlan:
    """Enter the rows that can be used; what was done, rows that were left out included.

    After closing, results that it changes are corrected. Refused as `preview_list`, and
    `list-faults` (400), `rows-refused` (409) unless `good_only`, `batch-cancelled` (409).
    """
    with writing(act.session, REGISTERS):
        batch = not_cancelled(act, batch_id)
        sessions = _sessions(batch, session_id)
        plan = _plan(act, batch, sessions, data)
        if plan.faults:
            raise Refused("list-faults", plan.faults[0].template, status=400)
        if plan.counts["refused"] and not good_only:
            raise Refused("rows-refused", N_("Some rows can't be used. Nothing was entered."))
        places = {place.person_id: place for place in batch.places}
        for row in plan.rows:
            if row.person is not None and row.action in ("mark", "add"):
                _enter(act, batch, places, sessions, row, name)
        refused = [f"{row.row_no} {row.name or row.number}" for row in plan.rows if row.reasons]
        note(
            act.session,
            act.now,
            act.actor.person_id,
            record_of(batch),
            "batch-import",
            file=name[-100:],
            count=len(plan.rows) - len(refused),
            refused=refused,
        )
        return plan


def _enter(
    act: Act,
    batch: TrainingBatch,
    places: dict[int, TrainingPlace],
    sessions: Sequence[TrainingSession],
    row: ListRow,
    name: str,
) -> None:
    assert row.person is not None
    place = places.get(row.person.id)
    if place is None:
        place = places[row.person.id] = place_for(batch, row.person, "named")
        act.session.flush()
    for session in sessions:
        set_mark(act, place, session, row.state, row.note or name)
    if batch.closed_at is not None:
        correct_outcome(act, place)


def _sessions(batch: TrainingBatch, session_id: int | None) -> list[TrainingSession]:
    chosen = [one for one in batch.sessions if session_id in (None, one.id)]
    if not chosen:
        raise Refused("session-unknown", N_("There is no such session."), status=404)
    return chosen


def _plan(
    act: Act, batch: TrainingBatch, sessions: Sequence[TrainingSession], data: bytes
) -> ListPlan:
    rows, faults = read_list(data)
    if faults:
        return ListPlan((), faults)
    finder = _Finder(act, batch, rows)
    found = _without_twins([finder.find(row) for row in rows])
    places = {place.person_id: place for place in batch.places}
    planned = [_with_action(row, places, sessions, act.actor) for row in found]
    return ListPlan(planned, (), Counter(row.action for row in planned))


def read_list(data: bytes) -> tuple[list[ListRow], list[Text]]:
    """All rows below the header that are not empty, and what is wrong with the whole file."""
    rows = [
        (number, cells)
        for number, cells in enumerate(read_rows(data), start=1)
        if any(not is_empty(cell) for cell in cells)
    ]
    if not rows:
        return [], [Text(N_("The file is empty."))]
    head = max(range(min(len(rows), _HEADER_WITHIN)), key=lambda i: (_known(rows[i][1]), -i))
    columns: dict[str, int] = {}
    for index, cell in enumerate(rows[head][1]):
        name = _FIELDS.get(header_key(cell))
        if name is not None:
            columns.setdefault(name, index)
    if not columns.keys() & {"number", "name"}:
        text = N_("There is no column with staff numbers, logins or names: “工号” or “姓名”.")
        return [], [Text(text)]
    return [_read(number, cells, columns) for number, cells in rows[head + 1 :]], []


def _known(cells: list[Cell]) -> int:
    return sum(header_key(cell) in _FIELDS for cell in cells)


def _read(row_no: int, cells: list[Cell], columns: dict[str, int]) -> ListRow:
    reasons: list[Text] = []

    def text(name: str) -> str:
        place = columns.get(name, len(cells))
        found = cell_text(cells[place]) if place < len(cells) else ""
        if isinstance(found, Text):
            reasons.append(found)
            return str(cells[place])
        return found

    number, name, said, remark = (text(key) for key in ("number", "name", "state", "note"))
    state = _STATE_OF.get(said.casefold(), "")
    if not state:
        template = N_("“%(value)s” is no state of attendance: present, late, absent or excused.")
        reasons.append(Text(template, {"value": said[:40]}))
    if not number and not name:
        reasons.append(Text(N_("There is neither a number nor a name.")))
    return ListRow(row_no, number[:100], name[:100], state, remark[:200], reasons=tuple(reasons))


class _Finder:
    """Finds the people of rows, among those on the list and those whom the actor looks after."""

    def __init__(self, act: Act, batch: TrainingBatch, rows: Sequence[ListRow]) -> None:
        listed = [place.person for place in batch.places]
        self._listed = {person.id for person in listed}
        self._names: dict[str, list[Person]] = {}
        for person in listed:
            self._names.setdefault(clean_text(person.name), []).append(person)
        self._numbers: dict[str, list[Person]] = {}
        numbers = {row.number for row in rows if row.number}
        for person in {one.id: one for one in _by_number(act, numbers)}.values():
            if person.id in self._listed or act.actor.can("organizer", person.unit.path):
                for key in {person.login, person.staff_no.casefold()} - {""}:
                    self._numbers.setdefault(key, []).append(person)

    def find(self, row: ListRow) -> ListRow:
        """The row with its person, or with why there is none."""
        if row.reasons:
            return row
        by_number = bool(row.number)
        found = (
            self._numbers.get(clean_login(row.number), [])
            if by_number
            else self._names.get(row.name, [])
        )
        if not found:
            return _refused(row, N_("Nobody with this number or name is known here."))
        if len(found) > 1:
            return _refused(row, N_("Several people fit: give the login or staff number."))
        [person] = found
        if by_number and row.name and clean_text(person.name) != row.name:
            return _refused(
                row, N_("This number belongs to %(name)s, not to who is named."), name=person.name
            )
        return replace(row, person=person)


def _by_number(act: Act, numbers: set[str]) -> Iterable[Person]:
    # As `find` looks them up: both are compared without case.
    wanted = sorted(numbers | {clean_login(number) for number in numbers})
    for start in range(0, len(wanted), _CHUNK):
        part = wanted[start : start + _CHUNK]
        query = select(Person).where(
            Person.active, or_(Person.login.in_(part), Person.staff_no.in_(part))
        )
        yield from act.session.scalars(query)


def _without_twins(rows: Sequence[ListRow]) -> list[ListRow]:
    """Nobody can tell which of two rows about a person is right, so neither is used."""
    places: dict[int, list[int]] = {}
    for row in rows:
        if row.person is not None:
            places.setdefault(row.person.id, []).append(row.row_no)
    found = []
    for row in rows:
        same = places.get(row.person.id, []) if row.person is not None else []
        others = ", ".join(str(number) for number in same[:6] if number != row.row_no)
        twin = _refused(row, N_("The same person is in row %(rows)s too."), rows=others)
        found.append(twin if len(same) > 1 else row)
    return found


def _with_action(
    row: ListRow,
    places: dict[int, TrainingPlace],
    sessions: Sequence[TrainingSession],
    actor: Actor,
) -> ListRow:
    if row.person is None:
        return row
    if row.person.id == actor.person_id:
        return _refused(row, N_("Nobody marks their own attendance."))
    place = places.get(row.person.id)
    if place is None:
        return replace(row, action="add")
    marks = {mark.session_id: mark.state for mark in place.marks}
    same = all(marks.get(session.id) == row.state for session in sessions)
    return replace(row, action="same" if same else "mark")


def _refused(row: ListRow, template: str, **values: object) -> ListRow:
    return replace(row, person=None, reasons=(Text(template, values),))
