"""Boards of persons and units: right denominators, few statements, what the ledger says."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from examroom import GRACE
from massroom import FULL, MassRoom
from sqlalchemy import insert
from sqlalchemy.orm import Session

from quizengine.domain.mass_units import AwardRule
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.mass_boards import own_line, participants, person_board, unit_board
from quizengine.services.mass_record import record_contest, record_due
from quizengine.services.repairs import Decision, repair
from quizengine.services.sittings import submit
from quizengine.storage.engine import writing
from quizengine.storage.models import MassEntry, Person, Unit


def move(mass: MassRoom, login: str, unit: str) -> None:
    with writing(mass.session):
        person = mass.session.get_one(Person, mass.school.persons[login])
        person.unit_id = mass.school.units[unit]


def test_rates_count_the_whole_audience_and_averages_those_who_took_part(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest, 4)
    mass.sit("wang", contest, 2)
    units = mass.units(contest)
    # Nine people in all; in CS the organizer, the admin, and the two.
    assert (units["HQ"].line.members, units["HQ"].line.participants) == (9, 2)
    assert units["CS"].line.participation == Fraction(2, 4)
    assert units["CS"].line.average == Fraction(3, 4)
    assert units["CS"].line.overall == Fraction(3, 8)
    assert units["PHY"].line.average == 0
    assert (units["CS"].line.place, units["PHY"].line.place) == (1, 2)


def test_a_tier_bounds_the_denominator(mass: MassRoom) -> None:
    contest = mass.open(audience=[("new_member", mass.school.units["HQ"])])
    mass.sit("zhao", contest, 4)
    units = mass.units(contest)
    assert units["PHY"].line.participation == 1
    assert units["HQ"].line.participation == Fraction(1, 3)


def test_the_denominator_is_that_of_the_closing_date(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    # While the contest is open, boards go by today's roster.
    mass.add_member("before", "CS-1")
    move(mass, "li", "PHY-1")
    assert mass.units(contest)["PHY"].line.participation == Fraction(1, 3)
    mass.conclude(contest)
    before = mass.units(contest)
    assert before["CS"].line.members == 4
    mass.add_member("after", "CS-1")
    move(mass, "li", "CS-1")
    assert mass.units(contest) == before


def test_the_audience_is_that_of_the_closing_while_the_last_ones_still_sit(
    mass: MassRoom,
) -> None:
    contest = mass.open()
    mass.now = contest.exam.closes_at - timedelta(seconds=10)
    sitting = mass.begin("li", contest)
    mass.answer_right(sitting, 4)
    mass.tick(contest.exam.closes_at)
    assert contest.exam.concluded_at is None
    # Who comes, goes or moves within the grace period was there, or not, when it closed.
    mass.add_member("after", "CS-1")
    move(mass, "li", "PHY-1")
    submit(mass.session, mass.now, sitting.person_id, sitting.id)
    expected = {"CS": (4, 1), "PHY": (2, 0)}
    for late in (0, 1, 2):
        # The board of the grace period, too, counts as it will be kept.
        units = mass.units(contest)
        lines = {code: units[code].line for code in expected}
        assert {k: (one.members, one.participants) for k, one in lines.items()} == expected, late
        mass.tick(contest.exam.closes_at + (late + 1) * GRACE)
    assert contest.exam.concluded_at is not None


def test_who_looks_at_once_after_the_closing_keeps_its_audience(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    mass.now = contest.exam.closes_at
    mass.units(contest)
    # The clock comes only now, and somebody has left in between.
    move(mass, "li", "PHY-1")
    mass.tick(contest.exam.closes_at + timedelta(seconds=1))
    assert mass.units(contest)["CS"].line.participants == 1


def test_who_left_the_audience_does_not_count_for_the_unit(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest)
    with writing(mass.session):
        mass.session.get_one(Person, mass.school.persons["li"]).active = False
    mass.conclude(contest)
    assert mass.units(contest)["CS"].line.participants == 0
    assert participants(mass.session, mass.board(contest)) == 1


def test_boards_of_thousands_take_few_statements(
    mass: MassRoom, session: Session, statements: list[str]
) -> None:
    contest = mass.open()
    unit = mass.school.units["CS-1"]
    with writing(session):
        session.execute(
            insert(Person),
            [
                {
                    "login": f"many{n}",
                    "name": f"多{n}",
                    "unit_id": unit,
                    "created_at": mass.now,
                    "active": True,
                    "must_change": False,
                    "failures": 0,
                    "session_version": 1,
                    "staff_no": "",
                    "id_no": "",
                    "phone": "",
                }
                for n in range(2000)
            ],
        )
    ids = [p for (p,) in session.execute(Person.__table__.select().with_only_columns(Person.id))]
    with writing(session):
        session.execute(
            insert(MassEntry),
            [
                {
                    "contest_id": contest.id,
                    "person_id": person_id,
                    "token": f"{person_id:012}",
                    "score": person_id % 100,
                    "duration_ms": 1000,
                    "handed_in_at": mass.now,
                    "attempts": 1,
                    "unit_id": unit,
                    "listed": False,
                    "entries": 0,
                }
                for person_id in ids
            ],
        )
    board = mass.board(contest)
    statements.clear()
    page = person_board(session, board, offset=1000)
    line = own_line(session, board, ids[0])
    assert len(statements) == 2
    assert len(page) == 25
    assert line is not None
    assert page[0].place <= 1001 < page[0].place + 60
    statements.clear()
    assert unit_board(session, board)[0].line.participants == len(ids)
    assert len(statements) <= 4


# --- The ledger ---


def test_each_participant_has_one_entry_and_again_none(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest, 2)
    mass.sit("li", contest, 4)
    mass.sit("wang", contest, 3)
    mass.begin("zhao", contest)
    mass.conclude(contest)
    found = mass.ledger("contest-result")
    assert len(found) == 3
    first = found[0]
    assert first["data"]["contest_kind"] == "mass"
    assert first["data"]["title"] == {"zh": "答题1", "en": "Quiz 1"}
    assert (first["data"]["rank"], first["data"]["participants"]) == (1, 3)
    assert (first["data"]["score"], first["data"]["max_score"]) == ("20.00", "20.00")
    assert first["unit"] == "CS-1"
    assert "李雷" not in str(found)
    assert len({entry["subject"] for entry in found}) == 3
    assert record_due(mass.session, mass.now) == 0
    assert record_contest(mass.session, mass.now, contest.id) == 0
    assert verify_ledger(mass.session).ok


def test_a_repair_after_the_publication_is_corrected(mass: MassRoom) -> None:
    contest = mass.open()
    mass.sit("li", contest, 4)
    sitting = mass.sit("wang", contest, 3)
    missed = mass.questions(sitting)[3]
    mass.conclude(contest)
    decision = Decision(missed.id, missed.revision, "full_marks", reason="有误")
    repair(mass.session, mass.now, mass.actor(), decision)
    mass.tick()
    found = mass.ledger("contest-result")
    corrections = [entry for entry in found if entry["corrects"] is not None]
    assert corrections
    assert corrections[-1]["data"]["score"] == "20.00"
    originals = {entry["seq"]: entry for entry in found}
    for entry in corrections:
        assert originals[entry["corrects"]]["subject"] == entry["subject"]
    assert mass.entry("wang", contest).score == FULL
    assert record_due(mass.session, mass.now) == 0


def test_a_dropped_question_scales_the_rest_up(mass: MassRoom) -> None:
    contest = mass.open()
    sitting = mass.sit("li", contest, 3)
    dropped = mass.questions(sitting)[3]
    decision = Decision(dropped.id, dropped.revision, "drop", reason="有误")
    repair(mass.session, mass.now, mass.actor(), decision)
    assert mass.entry("li", contest).score == FULL


def test_a_repair_that_makes_another_attempt_the_best_changes_it(mass: MassRoom) -> None:
    contest = mass.open()
    first = mass.sit("li", contest, 3, seconds=50)
    second = mass.sit("li", contest, 2, seconds=5)
    assert mass.entry("li", contest).sitting_id == first.id
    for question in mass.questions(second)[2:3]:
        decision = Decision(question.id, question.revision, "full_marks", reason="有误")
        repair(mass.session, mass.now, mass.actor(), decision)
    # As many points now, in less time.
    assert mass.entry("li", contest).sitting_id == second.id


def test_units_earn_the_award_by_the_rule(mass: MassRoom, session: Session) -> None:
    rule = AwardRule(level=3, participation=100, average=75)
    contest = mass.open(award=rule)
    mass.sit("li", contest, 4)
    mass.sit("wang", contest, 2)
    mass.sit("zhao", contest, 3)
    won = {code for code, each in mass.units(contest).items() if each.awarded}
    assert won == {"CS-1", "PHY-1"}
    mass.conclude(contest)
    found = mass.ledger("contest-award")
    assert {entry["unit"] for entry in found} == {"CS-1", "PHY-1"}
    assert all(entry["data"]["awarded"] for entry in found)
    assert found[0]["data"]["average_pct"] in ("100.0", "75.0")
    assert session.query(Unit).count() == 7


def test_an_award_that_a_repair_takes_away_is_corrected(mass: MassRoom) -> None:
    contest = mass.open(award=AwardRule(level=3, participation=100, average=0, top=1))
    mass.sit("li", contest, 4)
    sitting = mass.sit("zhao", contest, 3)
    mass.conclude(contest)
    assert [entry["unit"] for entry in mass.ledger("contest-award")] == ["CS-1"]
    missed = mass.questions(sitting)[3]
    decision = Decision(missed.id, missed.revision, "full_marks", reason="有误")
    repair(mass.session, mass.now, mass.actor(), decision)
    mass.tick()
    found = mass.ledger("contest-award")
    # Both are equal now: both have it.
    assert {entry["unit"] for entry in found} == {"CS-1", "PHY-1"}
