"""Ballots and surveys: one vote each, nothing that joins it to the voter, a count for everybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from office import ZONE, Office
from school import School
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from quizengine.domain.ballots import clean_receipt, new_receipt, proof_of, receipt_hash
from quizengine.domain.surveys import Question
from quizengine.domain.text import Refused
from quizengine.services.ballot_count import close_ballot, tally_of
from quizengine.services.ballot_votes import (
    ballot_todos,
    ballots_table,
    counted_list,
    own_ballots,
    vote,
    votes_under,
)
from quizengine.services.ballots import (
    BallotFilter,
    BallotPlan,
    cancel_ballot,
    change_ballot,
    list_ballots,
    make_ballot,
    open_ballot,
    seen_ballot,
    turnout_of,
)
from quizengine.services.ledger_words import tell
from quizengine.services.survey_answers import (
    answer,
    own_survey,
    results_table,
    survey_results,
    survey_todos,
)
from quizengine.services.surveys import (
    SurveyFilter,
    SurveyPlan,
    change_survey,
    close_survey,
    list_surveys,
    make_survey,
    open_survey,
    seen_survey,
)
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    EVERYONE,
    Ballot,
    BallotElector,
    BallotVote,
    Person,
    Survey,
    SurveyAnswer,
)

MEMBERS = ("organizer", "cs-admin", "li", "wang")


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def ballot_plan(office: Office, **changes: Any) -> BallotPlan:
    values: dict[str, Any] = {
        "unit_id": office.school.units["CS"],
        "about": "unit",
        "title": "保密工作民主评议",
        "intro": "请对本单位全年保密工作作出评价。",
        "quorum": 80,
        "closes_at": office.now + timedelta(days=3),
        **changes,
    }
    return BallotPlan(**values)


def opened(office: Office, **changes: Any) -> int:
    ballot_id = make_ballot(office.act(), ballot_plan(office, **changes))
    open_ballot(office.act(), ballot_id)
    return ballot_id


def cast(office: Office, ballot_id: int, login: str, *choices: str, receipt: str = "") -> str:
    receipt = receipt or new_receipt()
    given = dict(enumerate(choices, start=1))
    vote(office.session, office.now, office.id(login), ballot_id, given, receipt)
    return receipt


def the_ballot(office: Office, ballot_id: int) -> Ballot:
    office.session.expire_all()
    return seen_ballot(office.session, office.act().actor, ballot_id)


def test_a_ballot_from_opening_to_the_count_that_everybody_can_check(office: Office) -> None:
    ballot_id = opened(office)
    session, act = office.session, office.act()
    # Who joins the unit later has no vote.
    with writing(session):
        session.get_one(Person, office.id("chen")).unit_id = office.school.units["CS-2"]
    assert code_of(lambda: cast(office, ballot_id, "chen", "basic")) == "ballot-unknown"
    [todo] = ballot_todos(session, office.now, ZONE, office.id("li"))
    assert str(todo.text) == "Vote: “保密工作民主评议”"

    receipts = {
        "li": cast(office, ballot_id, "li", "excellent"),
        "wang": cast(office, ballot_id, "wang", "competent"),
        "cs-admin": cast(office, ballot_id, "cs-admin", "incompetent"),
    }
    assert ballot_todos(session, office.now, ZONE, office.id("li")) == []
    # The same form once more is no second vote; another vote is refused, and so is a used receipt.
    cast(office, ballot_id, "li", "basic", receipt=receipts["li"])
    assert code_of(lambda: cast(office, ballot_id, "li", "basic")) == "ballot-voted"
    used = receipts["wang"]
    assert code_of(lambda: cast(office, ballot_id, "organizer", "basic", receipt=used)) == (
        "receipt-used"
    )
    assert code_of(lambda: cast(office, ballot_id, "organizer", "splendid")) == "vote-faults"
    assert code_of(lambda: cast(office, ballot_id, "organizer", "basic", receipt="?")) == (
        "vote-faults"
    )
    assert turnout_of(session, [ballot_id]) == {ballot_id: (4, 3)}
    # No tally, and no list, before the end.
    assert tally_of(session, the_ballot(office, ballot_id)) == {}
    actor = office.act("li").actor
    assert code_of(lambda: counted_list(session, actor, ballot_id)) == "ballot-uncounted"
    assert code_of(lambda: close_ballot(act, ballot_id)) == "ballot-running"

    office.now += timedelta(days=3)
    assert code_of(lambda: cast(office, ballot_id, "organizer", "basic")) == "ballot-over"
    [todo] = ballot_todos(session, office.now, ZONE, office.id("organizer"))
    assert str(todo.text).startswith("Count")
    close_ballot(office.act(), ballot_id)
    assert code_of(lambda: close_ballot(office.act(), ballot_id)) == "ballot-state"
    [entry] = office.entries("ballot-counted")
    counts = {"excellent": 1, "competent": 1, "basic": 0, "incompetent": 1}
    published = counted_list(session, actor, ballot_id)
    assert entry["subject"] is None
    assert entry["data"] == {
        "ballot": ballot_id,
        "about": "unit",
        "eligible": 4,
        "votes": 3,
        "quorum": False,
        "counts": counts,
        "approval": 2,
        "approval_of": 3,
        "proof_sha256": proof_of(published),
        "by": entry["data"]["by"],
    }
    told = tell("ballot-counted", entry, "")
    assert "3 of 4 voted" in str(told.sentence)
    assert "quorum" in str(told.remarks[0])
    assert tally_of(session, the_ballot(office, ballot_id)) == {1: counts}
    # Each voter finds the own vote by the receipt; no receipt finds another one.
    ballot = the_ballot(office, ballot_id)
    found = {
        login: votes_under(session, ballot, code)[0].choice for login, code in receipts.items()
    }
    assert found == {"li": "excellent", "wang": "competent", "cs-admin": "incompetent"}
    assert votes_under(session, ballot, new_receipt())[0].choice is None
    assert code_of(lambda: votes_under(session, ballot, "abc")) == "receipt-unreadable"
    # For electors and the office, nobody else.
    assert counted_list(session, office.act("auditor").actor, ballot_id) == published
    stranger = office.act("zhao").actor
    assert code_of(lambda: counted_list(session, stranger, ballot_id)) == "ballot-unknown"
    assert [own.voted for own in own_ballots(session, office.now, office.id("li"))] == [True]
    rows = list(ballots_table(office.act(), BallotFilter(year=2026)).rows)
    assert [row[-1] for row in rows] == [1, 1, 0, 1]


def test_nothing_that_is_kept_joins_a_vote_to_the_voter(office: Office) -> None:
    colleagues = [office.id("li"), office.id("wang")]
    ballot_id = opened(office, about="colleagues", colleagues=colleagues)
    receipts = [cast(office, ballot_id, login, "excellent", "basic") for login in MEMBERS]
    session = office.session
    for model, columns in (
        (BallotElector, {"ballot_id", "person_id", "voted"}),
        (BallotVote, {"receipt", "ballot_id", "number", "choice"}),
    ):
        assert {column.key for column in inspect(model).columns} == columns
    # Votes are kept by their random keys, without the number that SQLite gives to rows in order.
    with pytest.raises(Exception, match="no such column: rowid"):
        session.execute(text("SELECT rowid FROM ballot_votes"))
    session.rollback()
    stored = list(session.scalars(text("SELECT receipt FROM ballot_votes")))
    assert stored == sorted(stored)
    # The votes of one person on two colleagues stand under different hashes.
    plain = clean_receipt(receipts[0]) or ""
    assert receipt_hash(ballot_id, 1, plain) != receipt_hash(ballot_id, 2, plain)
    assert len(set(stored)) == 8
    everything = json.dumps(
        [list(row) for row in session.execute(text("SELECT * FROM ballot_votes"))]
    )
    for receipt in receipts:
        assert receipt not in everything
        assert (clean_receipt(receipt) or "") not in everything
    # Everybody has voted: it may be counted before its end.
    close_ballot(office.act(), ballot_id)
    [entry] = office.entries("ballot-counted")
    assert entry["data"]["counts"]["1"]["excellent"] == 4
    assert entry["data"]["counts"]["2"]["basic"] == 4
    assert "approval" not in entry["data"]
    assert "colleagues" in str(tell("ballot-counted", entry, "").sentence)


def test_faults_rights_and_the_end_of_a_ballot_without_a_count(office: Office) -> None:
    faults: list[dict[str, Any]] = [
        {"about": "weather"},
        {"title": ""},
        {"quorum": 0},
        {"closes_at": office.now},
        {"options": ["一"]},
        {"options": ["同意", "同意"]},
        {"about": "colleagues"},
        {"about": "colleagues", "colleagues": [office.id("li")] * 2},
    ]
    for change in faults:
        made = ballot_plan(office, **change)
        assert code_of(lambda made=made: make_ballot(office.act(), made)) == "ballot-faults"
    stranger = ballot_plan(office, about="colleagues", colleagues=[office.id("zhao")])
    assert code_of(lambda: make_ballot(office.act(), stranger)) == "person-unknown"
    assert code_of(lambda: make_ballot(office.act("auditor"), ballot_plan(office))) == "forbidden"
    few = make_ballot(office.act(), ballot_plan(office, unit_id=office.school.units["CS-1"]))
    assert code_of(lambda: open_ballot(office.act(), few)) == "ballot-few"
    change_ballot(office.act(), few, ballot_plan(office, options=["同意", "不同意", "弃权"]))
    assert open_ballot(office.act(), few) == 4
    assert code_of(lambda: change_ballot(office.act(), few, ballot_plan(office))) == "ballot-state"
    cast(office, few, "li", "option2")
    cancel_ballot(office.act(), few, "程序有误，重新组织")
    assert office.session.scalars(select(BallotVote)).all() == []
    assert office.entries("ballot-counted") == []
    found = list_ballots(office.act("auditor"), BallotFilter(state="cancelled"))
    assert [one.id for one in found] == [few]


QUESTIONS = (
    Question(kind="choice", text="最需要的培训形式", options=("讲座", "案例", "演练")),
    Question(kind="several", text="希望了解的内容", options=("定密", "网络", "涉外")),
    Question(kind="rating", text="对今年保密教育的总体评价"),
    Question(kind="text", text="其他建议"),
)


def survey_plan(office: Office, **changes: Any) -> SurveyPlan:
    values: dict[str, Any] = {
        "unit_id": office.school.units["CS"],
        "tier": EVERYONE,
        "title": "保密教育需求调查",
        "intro": "",
        "questions": QUESTIONS,
        "least_answers": 3,
        "closes_at": office.now + timedelta(days=5),
        **changes,
    }
    return SurveyPlan(**values)


def test_a_survey_is_answered_once_without_names_and_shown_from_enough_answers_on(
    office: Office,
) -> None:
    survey_id = make_survey(office.act(), survey_plan(office))
    change_survey(office.act(), survey_id, survey_plan(office, title="需求调查"))
    assert open_survey(office.act(), survey_id) == 4
    session, now = office.session, office.now
    assert code_of(lambda: change_survey(office.act(), survey_id, survey_plan(office))) == (
        "survey-state"
    )

    def reply(login: str, replies: dict[str, Any]) -> None:
        answer(session, now, office.id(login), survey_id, replies)

    for wrong in ({}, {"0": 3}, {"2": 0}, {"3": ""}, {"9": 1}, {"x": 1}, {"1": []}):
        assert code_of(lambda wrong=wrong: reply("li", wrong)) == "survey-faults"
    assert code_of(lambda: reply("zhao", {"0": 1})) == "survey-unknown"
    reply("li", {"0": 1, "1": [0, 2], "2": 4, "3": "多一些案例"})
    assert code_of(lambda: reply("li", {"0": 1})) == "survey-answered"
    reply("wang", {"0": 1, "1": [2], "2": 5, "3": "上机演练"})
    todo = survey_todos(session, now, ZONE, office.id("organizer"))
    assert [str(one.text) for one in todo] == ["Answer the survey “需求调查”"]
    survey = seen_survey(session, office.act().actor, survey_id)
    assert not survey_results(session, survey).shown
    reply("organizer", {"2": 4})
    # Not before it is closed, however many have answered.
    assert survey_results(session, survey).shown is False
    close_survey(office.act(), survey_id)
    assert code_of(lambda: close_survey(office.act(), survey_id)) == "survey-state"
    assert code_of(lambda: reply("cs-admin", {"2": 1})) == "survey-over"
    found = survey_results(session, session.get_one(Survey, survey_id))
    assert (found.invited, found.answers, found.shown) == (4, 3, True)
    choice, several, rating, texts = found.outcomes
    assert (choice.counts, several.counts) == ([0, 2, 0], [1, 0, 2])
    assert rating.mean == Decimal("4.33")
    assert texts.texts == ["上机演练", "多一些案例"]
    [entry] = office.entries("survey-closed")
    assert (entry["unit"], entry["subject"]) == ("CS", None)
    assert (entry["data"]["invited"], entry["data"]["answers"]) == (4, 3)
    assert "3 of 4 answered" in str(tell("survey-closed", entry, "").sentence)
    rows = list(results_table(session, survey).rows)
    assert len(rows) == 3 + 3 + 5 + 2
    assert {column.key for column in inspect(SurveyAnswer).columns} == {
        "id",
        "survey_id",
        "content",
    }
    with pytest.raises(Exception, match="no such column: rowid"):
        session.execute(text("SELECT rowid FROM survey_answers"))
    session.rollback()
    assert own_survey(session, now, office.id("li"), survey_id).answered


def test_too_few_answers_show_nothing_and_a_tier_is_asked_within_the_unit(office: Office) -> None:
    faults: list[dict[str, Any]] = [
        {"tier": ""},
        {"title": " "},
        {"questions": ()},
        {"least_answers": 2},
        {"closes_at": office.now},
        {"questions": (Question(kind="choice", text="?", options=("a",)),)},
        {"questions": (Question(kind="several", text="?", options=("a", "a")),)},
    ]
    for change in faults:
        made = survey_plan(office, **change)
        assert code_of(lambda made=made: make_survey(office.act(), made)) == "survey-faults"
    assert code_of(lambda: make_survey(office.act("auditor"), survey_plan(office))) == "forbidden"
    small = make_survey(office.act(), survey_plan(office, tier="new_member"))
    assert code_of(lambda: open_survey(office.act(), small)) == "survey-few"
    office.grant("admin", "organizer", "HQ")
    hq = survey_plan(office, tier="new_member", unit_id=office.school.units["HQ"])
    survey_id = make_survey(office.act("admin"), hq)
    assert open_survey(office.act("admin"), survey_id) == 3
    answer(office.session, office.now, office.id("zhao"), survey_id, {"2": 1})
    office.now += timedelta(days=5)
    close_survey(office.act("admin"), survey_id)
    survey = office.session.get_one(Survey, survey_id)
    found = survey_results(office.session, survey)
    assert (found.answers, found.shown, found.outcomes) == (1, False, ())
    assert code_of(lambda: results_table(office.session, survey)) == "survey-few-answers"
    # The organizer of a part sees only surveys of that part.
    assert [one.id for one in list_surveys(office.act(), SurveyFilter())] == [small]
