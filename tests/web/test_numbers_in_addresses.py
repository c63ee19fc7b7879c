"""Numbers that no row can have: nothing is found, and nothing fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from examroom import ExamRoom
from flask import Flask
from flask.testing import FlaskClient

Login = Callable[..., FlaskClient]
# More than a database's integer, more than its big one, and more than Python reads.
TOO_LARGE = (str(2**31), "9" * 25, "9" * 5000)


@pytest.fixture
def admin(app: Flask, login: Login) -> FlaskClient:
    return login(app.test_client(), "admin")


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(
    "address",
    [
        "/my/exams/{n}",
        "/my/sittings/{n}",
        "/my/sittings/{n}/result",
        "/organize/exams/{n}",
        "/organize/exams/{n}/distribution.svg",
        "/organize/exams/{n}/results.csv",
        "/ledger/{n}",
        "/ledger/checkpoints/{n}.txt",
        "/people/{n}",
        "/people/units/{n}",
        "/api/v1/sittings/{n}",
    ],
)
def test_an_id_too_large_for_the_database_is_unknown(
    admin: FlaskClient, address: str, number: str
) -> None:
    assert admin.get(address.format(n=number)).status_code == 404


@pytest.mark.parametrize("number", [*TOO_LARGE, "-1", "x"])
def test_a_filter_by_what_is_no_id_is_left_out(
    admin: FlaskClient, room: ExamRoom, number: str
) -> None:
    exam = room.open()
    for page in (
        f"/organize/exams/{exam.id}/people",
        "/ledger/",
        "/ledger/entries.csv",
        "/people/",
    ):
        assert admin.get(page, query_string={"unit": number}).status_code == 200
    for page in ("/office/appraisal/cases", "/office/inspections/", "/office/letters/"):
        assert admin.get(page, query_string={"year": number}).status_code == 200


def test_a_grader_cannot_skip_what_is_no_answer(app: Flask, room: ExamRoom, login: Login) -> None:
    exam = room.open()
    grader = login(app.test_client(), "grader")
    assert grader.get(f"/mark/exams/{exam.id}?skip={'9' * 25}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_at_the_ends_of_the_calendar_do_not_fail(admin: FlaskClient, day: str) -> None:
    assert admin.get("/ledger/", query_string={"since": day, "until": day}).status_code == 200


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_window_at_the_ends_of_the_calendar_does_not_fail(
    admin: FlaskClient, room: ExamRoom, year: str
) -> None:
    exam = room.open()
    form = {"opens_at": f"{year}-01-01T00:00", "closes_at": f"{year}-12-31T23:59"}
    answer = admin.post(f"/organize/exams/{exam.id}/window", data=form)
    assert answer.status_code == 400
    assert admin.get(f"/organize/exams/{exam.id}").status_code == 200
