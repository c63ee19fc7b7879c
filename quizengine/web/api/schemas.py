"""Bodies of requests, and of the answers that no service has a class for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from quizengine.services.mass_run_view import RunView
from quizengine.services.member_exams import MemberExam
from quizengine.services.member_ledger import ME, MOST
from quizengine.services.shown import Number, Shown
from quizengine.services.sitting_view import SittingState

# By type of question: keys or texts in a list; left → right for `match`, part → answer for `case`.
AnswerJson = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "array", "items": {"type": "string"}},
                {"type": "object"},
            ],
            "description": (
                "single, true_false: [key]; multiple, order: [key, …]; fill, numeric: one text"
                " per blank; match: {left: right}; short: [text]; case: {part id: answer}."
            ),
        }
    ),
]


class Given(BaseModel):
    """Base of what requests send; members that are not known are ignored."""

    model_config = ConfigDict(frozen=True, strict=True)


class Credentials(Given):
    """A person's own login and password."""

    login: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class AnswerBody(Given):
    """An answer; `seq` counts up with each change of it."""

    answer: AnswerJson
    seq: int = Field(ge=0, lt=2**53)


class MarksBody(Given):
    """Flagged questions by id, and the place (from 0) last looked at."""

    flags: list[Annotated[str, Field(max_length=80)]] = Field(max_length=500)
    at: int = Field(ge=0, le=10_000)


class StepBody(Given):
    """The answer to a question of a challenge; it is final."""

    answer: AnswerJson


class LedgerQuery(BaseModel):
    """Which entries: those with numbers above `after`, at most `limit`."""

    subject: str = Field(ME, max_length=64, description="`me`, or one's own digest.")
    after: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(50, ge=1, le=MOST)


class OfficeQuery(BaseModel):
    """Entries with numbers above `after`, at most `limit`."""

    after: int = Field(0, ge=0, lt=2**31)
    limit: int = Field(200, ge=1, le=1000)


class OfficeRecordsQuery(OfficeQuery):
    """The same, of one year; 0 stands for the present one."""

    year: int = Field(0, ge=0, le=2100)


class OfficeEntry(Shown):
    """An entry of the ledger; `body` is the text that `leaf_hash` (hex) is over."""

    seq: int
    at: datetime | None
    kind: str
    subject: str | None = Field(description="Salted digest of the person.")
    unit: str | None = Field(description="Code of the unit.")
    body: str
    leaf_hash: str


class OfficeEntries(Shown):
    """A page of entries; `next` is the `after` of the next page."""

    items: list[OfficeEntry]
    next: int | None


class OfficeRecord(Shown):
    """What an entry says about a person; `says` in the language of the request."""

    seq: int
    unit_code: str
    unit: str
    name: str
    login: str
    staff_no: str
    day: str
    kind: str
    says: str
    score: str | None
    max_score: str | None
    hours: str | None


class OfficeRecords(Shown):
    """A page of the records of a year; `next` is the `after` of the next page."""

    year: int
    items: list[OfficeRecord]
    next: int | None


class OfficeAppraisal(Shown):
    """An appraisal as far as it is about the token's units; `result` is that of the year's file."""

    year: int
    closed: bool
    result: dict[str, Any]


class OfficeList(Shown):
    """A list of people by a rule of the year: everybody for whom all conditions hold."""

    list_id: str
    title: dict[str, str]
    purpose: str = Field(description="commend, limit or repeat")
    conditions: list[dict[str, Any]]


class OfficeLists(Shown):
    """The lists of people of a closed year."""

    year: int
    items: list[OfficeList]


class OfficeListed(Shown):
    """Somebody on a list; `reasons` in the language of the request, `entries` behind them."""

    name: str
    login: str
    staff_no: str
    unit: str
    unit_code: str
    reasons: list[str]
    entries: list[int]


class OfficeListedPage(Shown):
    """A page of a list; `next` is the `after` of the next page, a number of people."""

    year: int
    list_id: str
    items: list[OfficeListed]
    next: int | None


class TokenView(Shown):
    """A bearer token; it is not shown again."""

    token: str
    expires_at: datetime


class ExamList(Shown):
    """The member's exams, the latest window first."""

    items: list[MemberExam]


class ClockView(Shown):
    """The server's time, and until when the sitting is open."""

    server_now: datetime
    deadline: datetime
    state: SittingState


class SavedView(Shown):
    """What is on disk. `stored` is null if it is the answer just sent, else that one (newer)."""

    seq: int
    saved_at: datetime
    stored: AnswerJson | None


class SubmittedView(Shown):
    """A sitting handed in; without the result before it is released and marked."""

    state: SittingState
    score: Number | None
    max_score: Number | None
    passed: bool | None


class RunReply(RunView):
    """A run, and where in the law the latest answer's question is, in words."""

    citations: list[str]


class Fault(Shown):
    """Where the fault is: a JSON pointer (RFC 6901) into the body, or a parameter of the query."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    detail: str
    pointer: str | None = None
    parameter: str | None = None


class Problem(Shown):
    """Problem details (RFC 9457). `code` is stable; `detail` is in the language asked for."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=False)

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    errors: list[Fault] | None = None
    error_id: str | None = Field(None, description="Names an unforeseen fault in the log.")


class LateProblem(Problem):
    """What became of an answer that came after closing."""

    outcome: str = Field(description="grace, late, after_submit or known.")
    stored: bool
    scored: bool
    seq: int
    saved_at: datetime
