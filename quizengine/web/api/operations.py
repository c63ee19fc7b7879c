"""All calls of the API: routes are made from this table, and so is their description."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response
from pydantic import BaseModel

from quizengine.services.member_exams import LetterView
from quizengine.services.member_ledger import OwnEntries
from quizengine.services.member_results import MemberResult
from quizengine.services.sitting_view import SittingView
from quizengine.web.api import exams, ledger, offices, runs, sittings, tokens
from quizengine.web.api.schemas import (
    AnswerBody,
    ClockView,
    Credentials,
    ExamList,
    LateProblem,
    LedgerQuery,
    MarksBody,
    OfficeAppraisal,
    OfficeEntries,
    OfficeListedPage,
    OfficeLists,
    OfficeQuery,
    OfficeRecords,
    OfficeRecordsQuery,
    Problem,
    RunReply,
    SavedView,
    StepBody,
    SubmittedView,
    TokenView,
)

_EXAM = "/exams/<int:exam_id>"
_SITTING = "/sittings/<int:sitting_id>"
_RUN = "/runs/<int:sitting_id>"


@dataclass(frozen=True)
class Operation:
    """A call: `replies` are the classes of success (None: no body), `refusals` of own problems.

    What any call may refuse (`quizengine.web.api.document`) is not repeated here.
    """

    method: str
    rule: str
    view: Callable[..., Response]
    replies: Mapping[int, type[BaseModel] | None]
    refusals: Mapping[int, type[Problem]] = field(default_factory=dict)
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    public: bool = False
    # Needs a token of an office's program, with this scope; no person's sign-in counts.
    scope: str = ""

    @property
    def name(self) -> str:
        """Name of the endpoint, and operationId."""
        return self.view.__name__


OPERATIONS = (
    Operation(
        "POST",
        "/tokens",
        tokens.create_token,
        {201: TokenView},
        {403: Problem},
        body=Credentials,
        public=True,
    ),
    Operation("DELETE", "/tokens", tokens.end_token, {204: None}),
    Operation("GET", "/exams", exams.list_exams, {200: ExamList}),
    Operation(
        "GET", f"{_EXAM}/commitment", exams.read_commitment, {200: LetterView}, {404: Problem}
    ),
    Operation(
        "POST",
        f"{_EXAM}/commitment",
        exams.sign_commitment,
        {201: LetterView, 200: LetterView},
        {404: Problem, 409: Problem},
    ),
    Operation(
        "POST",
        f"{_EXAM}/sittings",
        exams.start_sitting,
        {201: SittingView, 200: SittingView},
        {404: Problem, 409: Problem},
    ),
    Operation("GET", _SITTING, sittings.read_sitting, {200: SittingView}, {404: Problem}),
    Operation(
        "PUT",
        f"{_SITTING}/answers/<question_id>",
        sittings.put_answer,
        {200: SavedView},
        {404: Problem, 409: LateProblem},
        body=AnswerBody,
    ),
    Operation("GET", f"{_SITTING}/clock", sittings.read_clock, {200: ClockView}, {404: Problem}),
    Operation(
        "PUT", f"{_SITTING}/marks", sittings.put_marks, {204: None}, {404: Problem}, body=MarksBody
    ),
    Operation(
        "POST", f"{_SITTING}/submit", sittings.submit_sitting, {200: SubmittedView}, {404: Problem}
    ),
    Operation(
        "GET", f"{_SITTING}/result", sittings.read_result, {200: MemberResult}, {404: Problem}
    ),
    Operation("GET", _RUN, runs.read_run, {200: RunReply}, {404: Problem}),
    Operation("POST", f"{_RUN}/steps", runs.show_step, {200: RunReply}, {404: Problem}),
    Operation(
        "PUT",
        f"{_RUN}/steps/<int:number>",
        runs.put_step,
        {200: RunReply},
        {404: Problem},
        body=StepBody,
    ),
    Operation("POST", f"{_RUN}/end", runs.end_run, {200: RunReply}, {404: Problem}),
    Operation("GET", "/ledger/entries", ledger.list_entries, {200: OwnEntries}, query=LedgerQuery),
    Operation(
        "GET",
        "/offices/ledger/entries",
        offices.list_office_entries,
        {200: OfficeEntries},
        query=OfficeQuery,
        scope="ledger:read",
    ),
    Operation(
        "GET",
        "/offices/records",
        offices.list_office_records,
        {200: OfficeRecords},
        query=OfficeRecordsQuery,
        scope="people:read",
    ),
    Operation(
        "GET",
        "/offices/appraisals/<int:year>",
        offices.read_office_appraisal,
        {200: OfficeAppraisal},
        {404: Problem, 409: Problem},
        scope="appraisal:read",
    ),
    Operation(
        "GET",
        "/offices/appraisals/<int:year>/lists",
        offices.list_office_lists,
        {200: OfficeLists},
        {404: Problem, 409: Problem},
        scope="appraisal-people:read",
    ),
    Operation(
        "GET",
        "/offices/appraisals/<int:year>/lists/<list_id>",
        offices.list_office_listed,
        {200: OfficeListedPage},
        {404: Problem, 409: Problem},
        query=OfficeQuery,
        scope="appraisal-people:read",
    ),
)
