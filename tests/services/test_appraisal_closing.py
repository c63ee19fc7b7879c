"""Closing a year, recomputing it, and what is entered about it later."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from yearroom import NEW_YEAR, RULES, YearRoom

from quizengine.domain.appraisal.ranking import YearResult
from quizengine.domain.appraisal.record import sha256_of
from quizengine.domain.text import Refused
from quizengine.services.appraisal import appraised, recomputed_now
from quizengine.services.appraisal_recompute import recompute, recompute_export
from quizengine.services.appraisal_reviews import open_reviews_due
from quizengine.services.checkpoints import verify_ledger
from quizengine.storage.engine import writing
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import AppraisalCase, ClosedAppraisal, LedgerEntry, Unit


def _result(year: YearRoom) -> YearResult:
    return appraised(year.session, NEW_YEAR, 2026).result


def _total(result: YearResult, code: str) -> str:
    unit = result.unit(code)
    assert unit is not None
    return str(unit.total)


def _refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_a_preview_counts_what_is_in_the_ledger_so_far(year: YearRoom) -> None:
    year.units()
    assert _total(_result(year), "CS-1") == "0.00"
    year.exam("li", "CS-1", 95, "2026-03-02")
    # One of one member passed in the first half: 40 of 100, times 60 %.
    assert _total(_result(year), "CS-1") == "24.00"
    year.exam("li", "CS-1", 90, "2026-09-01")
    assert _total(_result(year), "CS-1") == "96.00"


def test_the_entry_of_a_closed_year_names_all_that_it_was_computed_from(
    year: YearRoom,
) -> None:
    year.ordinary()
    closing = year.close()
    closed = year.session.get_one(ClosedAppraisal, 2026)
    entry = year.session.get_one(LedgerEntry, closing.seq)
    data = json.loads(entry.body)["data"]
    assert data["rules"] == {"version": 3, "sha256": sha256_of(closed.rules)}
    assert data["result_sha256"] == sha256_of(closed.result)
    # The tree of units was entered before the result, and counts among the entries.
    assert (data["entries"], closing.seq) == (9, 10)
    assert year.session.get_one(LedgerEntry, 9).kind == "units-snapshot"
    assert data["lists"] == {"commended": 1, "limited": 1}
    totals = {unit["code"]: (unit["total"], unit["rank"]) for unit in data["units"]}
    assert totals["CS-1"] == ("98.40", 1)
    assert verify_ledger(year.session).ok


def test_a_year_is_closed_once_when_it_is_over_by_who_answers_for_all_units(
    year: YearRoom,
) -> None:
    year.ordinary()
    for login in ("cs-admin", "organizer", "auditor", "li"):
        assert _refusal(lambda login=login: year.close(login)) == "forbidden"
    last_hour = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai
    assert _refusal(lambda: year.close(at=last_hour)) == "year-not-over"
    year.close(at=last_hour + timedelta(minutes=1))
    assert _refusal(year.close) == "year-closed"


def test_a_closed_result_stays_whatever_is_entered_or_changed_later(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    before = _result(year)
    first = year.session.scalars(select(LedgerEntry.seq).where(LedgerEntry.kind == "exam-result"))
    wrong = first.first()
    data = {"score": "10", "max_score": "100", "passed": False}
    year.enter("result-correction", "2027-02-01", "CS-1", "li", corrects=wrong, **data)
    year.serve(RULES.replace("weight: 60", "weight: 50").replace("weight: 40", "weight: 50"))
    with writing(year.session):
        year.session.get_one(Unit, year.school.units["CS-1"]).name = "改名了"
    assert _result(year) == before
    assert _total(recomputed_now(year.session, NEW_YEAR, 2026), "CS-1") != "98.40"


def test_nobody_changes_a_closed_year_in_the_database(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    for statement in (
        "UPDATE closed_appraisals SET result = '{}'",
        "DELETE FROM closed_appraisals",
        "INSERT OR REPLACE INTO closed_appraisals SELECT * FROM closed_appraisals",
    ):
        with pytest.raises(DBAPIError), writing(year.session):
            year.session.execute(text(statement))


def test_anyone_recomputes_a_closed_year_bit_for_bit(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    year.exam("wang", "CS-2", 100, "2027-01-20")
    found = recompute(year.session, 2026)
    assert (found.equal, found.differs) == (True, [])
    lines = list(body_texts(year.session))
    assert recompute_export(found.rules, lambda: lines).equal is True
    again = recompute(year.session, 2026, entries=5)
    assert again.equal is False
    assert _refusal(lambda: recompute(year.session, 2026, entries=99)) == "too-few-entries"


def test_before_closing_there_is_nothing_to_compare_with(year: YearRoom) -> None:
    year.ordinary()
    found = recompute(year.session, 2026)
    assert (found.equal, found.entries) == (None, 8)


@pytest.mark.parametrize(
    ("old", "new", "differs"),
    [
        ('"score":"91"', '"score":"90"', ["root", "result"]),
        ('"unit":"CS-1"', '"unit":"CS-2"', ["root", "result"]),
        ('"source":"test:2"', '"source":"test:x"', ["root"]),
    ],
)
def test_a_changed_entry_is_found_by_recomputing(
    year: YearRoom, old: str, new: str, differs: list[str]
) -> None:
    year.ordinary()
    year.close()
    rules = recompute(year.session, 2026).rules
    lines = [line.replace(old, new, 1) for line in body_texts(year.session)]
    found = recompute_export(rules, lambda: lines)
    assert (found.equal, found.differs) == (False, differs)


def test_other_rules_are_found_by_recomputing(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    rules = recompute(year.session, 2026).rules.model_copy(update={"version": 4})
    assert recompute(year.session, 2026, rules=rules).differs == ["rules", "result"]


def test_a_text_that_is_no_entry_is_refused_with_its_number(year: YearRoom) -> None:
    year.ordinary()
    rules = recompute(year.session, 2026).rules
    lines = list(body_texts(year.session))
    for broken in ("{", "[]", '"x"', "{}"):
        lines[2] = broken
        with pytest.raises(Refused) as refused:
            recompute_export(rules, lambda: lines)
        assert (refused.value.code, refused.value.text.params) == (
            "ledger-unreadable",
            {"number": 3},
        )


def _reviews(session: Session) -> list[tuple[int | None, str | None]]:
    rows = session.scalars(select(AppraisalCase).order_by(AppraisalCase.id))
    return [(row.entry, row.unit) for row in rows]


def test_what_is_entered_about_a_closed_year_opens_one_review_each(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    wrong = 2
    data = {"score": "10", "max_score": "100", "passed": False}
    first = year.enter("result-correction", "2027-02-01", "CS-1", "li", corrects=wrong, **data)
    second = year.enter("result-correction", "2027-02-02", "CS-1", "li", corrects=first, **data)
    told = year.exam("zhao", "PHY-1", 90, "2027-02-03", on=date(2026, 5, 5), by="admin")
    # A clock that goes back enters on a day of the closed year.
    back = year.exam("zhao", "PHY-1", 90, "2026-12-30")
    for _round in range(2):
        open_reviews_due(year.session, NEW_YEAR)
    assert _reviews(year.session) == [
        (first, "CS-1"),
        (second, "CS-1"),
        (told, "PHY-1"),
        (back, "PHY-1"),
    ]
    entries = year.session.scalars(
        select(LedgerEntry).where(LedgerEntry.kind == "appraisal-review-opened")
    ).all()
    assert [json.loads(e.body)["data"]["entry"] for e in entries] == [first, second, told, back]
    assert verify_ledger(year.session).ok
    assert recompute(year.session, 2026).equal


def test_what_is_about_another_year_or_counts_nowhere_opens_none(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    later = year.exam("li", "CS-1", 90, "2027-03-01")
    data = {"score": "10", "max_score": "100", "passed": False}
    year.enter("result-correction", "2027-03-02", "CS-1", "li", corrects=later, **data)
    year.exam("li", "CS-1", 90, "2027-03-03", on=date(2025, 12, 31), by="admin")
    year.enter("commitment-signed", "2027-03-04", "CS-1", "li", on=date(2026, 5, 5), by="admin")
    open_reviews_due(year.session, NEW_YEAR)
    assert _reviews(year.session) == []


def test_somebody_who_moves_counts_where_each_entry_was_made(year: YearRoom) -> None:
    year.units()
    year.exam("li", "CS-1", 80, "2026-03-01")
    with writing(year.session):
        person = year.session.execute(
            text("UPDATE persons SET unit_id = :unit WHERE id = :id"),
            {"unit": year.school.units["PHY-1"], "id": year.school.persons["li"]},
        )
    assert person is not None
    year.units("2026-07-01")
    year.exam("li", "PHY-1", 90, "2026-09-01")
    result = _result(year)
    old, new = result.unit("CS-1"), result.unit("PHY-1")
    assert old is not None
    assert new is not None
    # The first half counts in the old unit, the second half among two in the new one.
    assert [float(s.points) for s in old.scores] == [40, 0, 0]
    assert [float(s.points) for s in new.scores] == [0, 30, 90]
