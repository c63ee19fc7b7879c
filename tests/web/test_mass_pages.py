"""The pages of online contests: for members, and for those who look after them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from massroom import MassRoom
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock
from werkzeug.datastructures import MultiDict

from quizengine.domain.answers import correct_answer
from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize, check
from quizengine.domain.mass_units import AwardRule
from quizengine.services.mass_plans import LotteryPlan
from quizengine.storage.models import MassContest, MassSeries, Sitting

Login = Callable[..., FlaskClient]
HOUR = timedelta(hours=1)


@pytest.fixture
def contest(mass: MassRoom) -> MassContest:
    """With a freeze, an award and a draw; li and wang have taken part."""
    contest = mass.open(
        freeze_at=mass.now + 20 * HOUR,
        award=AwardRule(level=2),
        lottery=LotteryPlan([Prize("一等奖", 1)], public_source="开奖号码"),
        limits=Limits(per_day=2, in_all=5),
    )
    mass.sit("li", contest, 4)
    mass.sit("wang", contest, 3)
    return contest


def text(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:500]
    return answer.text


def found(mass: MassRoom) -> Session:
    """The session, seeing what pages have written since."""
    mass.session.rollback()
    return mass.session


def put(client: FlaskClient, address: str, **body: Any) -> Any:
    return client.put(address, json=body)


# --- Members ---


def test_the_list_shows_what_is_open(
    client: FlaskClient, login: Login, contest: MassContest
) -> None:
    page = text(login(client, "zhao"), "/contests/")
    assert "Quiz 1" in page
    assert "Take part" in page
    assert "My contests" in page


def test_the_page_says_rules_attempts_and_own_result(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom, contest: MassContest
) -> None:
    clock.now = mass.now
    page = text(login(client, "li"), f"/contests/{contest.id}")
    for said in (
        "4 questions, 20 points, 10 minutes",
        "2 a day, 5 in all",
        "the boards stand still",
        "Organization award",
        "Prizes by lot",
        "Your best result",
        "Try again",
        "王芳",
    ):
        assert said in page, said
    assert re.search(r"<strong>1</strong>\s*attempt left today", page)


def test_a_member_takes_a_timed_paper(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom, contest: MassContest
) -> None:
    clock.now = mass.now
    zhao = login(client, "zhao")
    begun = zhao.post(f"/contests/{contest.id}/start")
    assert begun.status_code == 302
    page = text(zhao, begun.location)
    assert "Quiz 1" in page
    assert 'data-result="/contests/sittings/' in page
    sitting = found(mass).scalars(select(Sitting).where(Sitting.state == "open")).one()
    api = f"/api/v1/sittings/{sitting.id}"
    for question in mass.questions(sitting):
        saved = put(zhao, f"{api}/answers/{question.id}", answer=correct_answer(question), seq=1)
        assert saved.status_code == 200
    clock.advance(30)
    assert zhao.post(f"{api}/submit", json={}).json["score"] == 20
    result = text(zhao, f"/contests/sittings/{sitting.id}/result")
    assert "0:30.0" in result
    assert "This is your best result" in result
    # The exam's addresses lead here as well.
    assert zhao.get(f"/my/sittings/{sitting.id}").location.startswith("/contests/sittings/")
    assert zhao.get(f"/my/sittings/{sitting.id}/result").location.startswith("/contests/sittings/")
    assert "Quiz 1" not in text(zhao, "/my/")


def test_attempts_that_are_used_up_are_refused_with_words(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom, contest: MassContest
) -> None:
    mass.sit("li", contest, 1)
    clock.now = mass.now
    li = login(client, "li")
    assert "come back tomorrow" in text(li, f"/contests/{contest.id}")
    refused = li.post(f"/contests/{contest.id}/start")
    assert refused.status_code == 409
    assert "no attempts left today" in refused.text


def test_a_forged_sitting_is_unknown(
    client: FlaskClient, login: Login, mass: MassRoom, contest: MassContest
) -> None:
    sitting = mass.begin("zhao", contest)
    wang = login(client, "wang")
    for address in (
        f"/contests/sittings/{sitting.id}",
        f"/contests/sittings/{sitting.id}/result",
        f"/contests/runs/{sitting.id}",
        f"/api/v1/runs/{sitting.id}",
        "/contests/999",
        "/contests/series/999",
    ):
        assert wang.get(address).status_code == 404, address
    question = mass.questions(sitting)[0]
    forged = put(wang, f"/api/v1/sittings/{sitting.id}/answers/{question.id}", answer=["a"], seq=1)
    assert forged.status_code == 404


def test_boards_freeze_and_say_so(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom, contest: MassContest
) -> None:
    clock.now = mass.now = contest.freeze_at or mass.now
    zhao = login(client, "zhao")
    addresses = [f"/contests/{contest.id}/{name}" for name in ("board", "units")]
    before = [text(zhao, address) for address in addresses]
    assert all("The boards stand still." in page for page in before)
    mass.sit("zhao", contest, 4)
    clock.now = mass.now
    assert [_plain(text(zhao, address)) for address in addresses] == [_plain(p) for p in before]
    own = text(zhao, f"/contests/{contest.id}")
    assert "not on the frozen board" in own
    assert "Your best result" in own


def _plain(page: str) -> str:
    """Without tokens and nonces, which are new each time."""
    return re.sub(r'(nonce|value|content)="[^"]*"', "", page)


def test_units_are_shown_by_level_and_order(
    client: FlaskClient, login: Login, contest: MassContest
) -> None:
    li = login(client, "li")
    page = text(li, f"/contests/{contest.id}/units?level=3&by=participation")
    assert "学生第一支部" in page
    assert "as of today" in page
    assert text(li, f"/contests/{contest.id}/units?level=99&by=junk")


def test_strangers_see_nothing_of_a_contest(
    client: FlaskClient, login: Login, mass: MassRoom
) -> None:
    contest = mass.open(audience=[("new_member", mass.school.units["CS"])])
    zhao = login(client, "zhao")
    assert "Quiz 1" not in text(zhao, "/contests/")
    for name in ("", "/board", "/units", "/draw", "/draw.json"):
        assert zhao.get(f"/contests/{contest.id}{name}").status_code == 404


# --- Challenge ---


def test_a_challenge_in_the_api_never_sends_a_question_ahead(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom
) -> None:
    contest = mass.challenge(4, question_s=20)
    li = login(client, "li")
    begun = li.post(f"/contests/{contest.id}/start")
    page = text(li, begun.location)
    sitting = found(mass).scalars(select(Sitting)).one()
    questions = mass.questions(sitting)
    assert not any(question.stem in page for question in questions)
    api = f"/api/v1/runs/{sitting.id}"
    first = li.post(f"{api}/steps", json={}).json
    assert first["step"]["number"] == 1
    assert first["step"]["question"]["stem"] == questions[0].stem
    reply = put(li, f"{api}/steps/1", answer=correct_answer(questions[0]))
    assert reply.json["right"] == 1
    assert reply.json["last"]["explanation"] == questions[0].explanation
    assert reply.json["citations"]
    assert not any(question.stem in reply.text for question in questions[1:])
    again = put(li, f"{api}/steps/1", answer=["a"])
    assert again.json["right"] == 1
    assert put(li, f"{api}/steps/3", answer=["a"]).status_code == 404
    assert put(li, f"{api}/steps/1", wrong=1).status_code == 400
    li.post(f"{api}/steps", json={})
    # Nothing of the run through the calls of exams.
    for call in (f"/api/v1/sittings/{sitting.id}", f"/api/v1/sittings/{sitting.id}/result"):
        assert li.get(call).status_code == 404
    assert li.post(f"/api/v1/exams/{contest.exam_id}/sittings", json={}).status_code == 404
    wrong = next(k for k in questions[1].options if k not in correct_answer(questions[1]))  # type: ignore[union-attr]
    over = put(li, f"{api}/steps/2", answer=[wrong]).json
    assert (over["state"], over["ending"]) == ("over", "mistake")
    result = text(li, begun.location)
    assert questions[1].explanation in result
    assert questions[2].stem not in result
    assert "right answers" in result
    assert li.post(f"{api}/end", json={}).json == over | {"server_now": over["server_now"]}


def test_a_challenge_out_of_time_shows_its_end(
    client: FlaskClient, login: Login, clock: Clock, mass: MassRoom
) -> None:
    contest = mass.challenge(4)
    li = login(client, "li")
    begun = li.post(f"/contests/{contest.id}/start")
    clock.advance(3600)
    assert "Time is up." in text(li, begun.location)
    assert "No question was answered" in text(li, begun.location)


# --- Draw ---


def test_a_draw_is_promised_made_once_and_checked(
    client: FlaskClient,
    app: Flask,
    login: Login,
    clock: Clock,
    mass: MassRoom,
    contest: MassContest,
) -> None:
    page = text(login(client, "li"), f"/contests/{contest.id}/draw")
    assert "Commitment" in page
    mass.conclude(contest)
    clock.now = mass.now
    admin = login(app.test_client(), "admin")
    base = f"/organize/contests/{contest.id}"
    assert "is not published yet" in text(admin, base)
    assert admin.post(f"{base}/draw", data={"public_value": "7"}).status_code == 409
    assert admin.post(f"{base}/publication").status_code == 302
    assert "Enter the public value" in admin.post(f"{base}/draw", data={}).text
    assert admin.post(f"{base}/draw", data={"public_value": "7"}).status_code == 302
    again = admin.post(f"{base}/draw", data={"public_value": "8"})
    assert again.status_code == 409
    assert "have been drawn" in again.text
    li = login(client, "li")
    assert "you have won: 一等奖" in text(li, f"/contests/{contest.id}/draw")
    record = json.loads(li.get(f"/contests/{contest.id}/draw.json").text)
    assert check(record) == []
    assert "李雷" in text(admin, f"{base}/draw")


# --- Organisers ---


def form(client: FlaskClient, preset: str, /, **changes: Any) -> MultiDict[str, str]:
    """The form of a preset as the browser would send it back, with changes."""
    page = text(client, f"/organize/contests/new?preset={preset}")
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag or " checked" in tag
        if name and ticked:
            sent.add(name[1], value[1] if value else "on")
    for select_tag in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)" selected', select_tag[1])
        sent.add(select_tag[0], chosen[1] if chosen else "")
    for name_, value_ in changes.items():
        sent.setlist(name_, value_ if isinstance(value_, list) else [value_])
    return sent


@pytest.fixture
def organizer(client: FlaskClient, login: Login, mass: MassRoom) -> FlaskClient:
    """The organizer of CS, signed in."""
    return login(client, "organizer")


def test_each_preset_makes_its_contest(organizer: FlaskClient, mass: MassRoom) -> None:
    for preset in ("week", "challenge"):
        sent = form(organizer, preset, title_zh=preset, title_en=preset)
        answer = organizer.post("/organize/contests/new", data=sent)
        assert answer.status_code == 302, answer.text
    made = found(mass).scalars(select(MassContest).order_by(MassContest.id)).all()
    assert [contest.exam.purpose for contest in made] == ["contest", "challenge"]
    assert made[0].per_day == 3
    assert made[1].question_s == 30
    for preset in ("daily", "weekly"):
        changes = {"title_zh": preset, "title_en": preset}
        sent = form(organizer, preset, **changes)
        answer = organizer.post("/organize/contests/new", data=sent)
        assert answer.status_code == 302, answer.text
        assert text(organizer, answer.location)
    series = found(mass).scalars(select(MassSeries).order_by(MassSeries.id)).all()
    assert [each.period for each in series] == ["day", "week"]
    page = text(organizer, "/organize/contests/")
    assert "daily" in page
    assert "Challenge" in page


def test_award_and_draw_are_read_from_the_form(organizer: FlaskClient, mass: MassRoom) -> None:
    sent = form(organizer, "week", award="on", lottery="on", award_top="3", threshold="15")
    assert organizer.post("/organize/contests/new", data=sent).status_code == 302
    contest = found(mass).scalars(select(MassContest)).one()
    assert '"top":3' in contest.award
    assert "No online contests yet" not in text(organizer, "/organize/contests/")
    assert "三等奖" in text(organizer, f"/organize/contests/{contest.id}/draw")


@pytest.mark.parametrize(
    ("preset", "changes", "said"),
    [
        ("week", {"title_zh": ""}, "Please fill this in."),
        ("week", {"closes_at": "2026-03-01T08:00"}, "must close after it opens"),
        ("week", {"freeze_at": "2026-01-01T08:00"}, "freeze must lie between"),
        ("week", {"per_day": "0"}, "A number from 1 to 1000."),
        ("week", {"units": []}, "Choose who may join"),
        ("week", {"minutes": "abc"}, "A number from"),
        ("week", {"lottery": "on", "prize_count_1": "0"}, "A number from 1 to 1000."),
        ("week", {"award": "on", "award_average": "101"}, "A number from 0 to 100."),
        ("week", {"opens_at": "2025-03-01T08:00", "closes_at": "2025-03-02T08:00"}, "in the past"),
        ("daily", {"first_day": "yesterday"}, "This is not a date."),
        ("daily", {"opens_time": "25:00"}, "This is not a time of day."),
        ("daily", {"last_day": "2026-01-01"}, "there is no contest"),
        ("daily", {"open_hours": "30"}, "must close before the next one opens"),
    ],
)
def test_faults_of_the_form_are_named(
    organizer: FlaskClient, mass: MassRoom, preset: str, changes: dict[str, Any], said: str
) -> None:
    answer = organizer.post("/organize/contests/new", data=form(organizer, preset, **changes))
    assert answer.status_code == 400
    assert said in answer.text
    assert found(mass).scalar(select(MassContest.id)) is None


def test_the_check_tells_who_could_join(organizer: FlaskClient) -> None:
    sent = form(organizer, "week")
    part = organizer.post("/organize/contests/check", data=sent, headers={"X-Fragment": "1"})
    assert "4 people could join" in part.text
    sent["title_zh"] = ""
    assert "another look" in organizer.post("/organize/contests/check", data=sent).text


def test_a_preset_or_blueprint_that_is_none_is_refused(organizer: FlaskClient) -> None:
    sent = form(organizer, "week", preset="junk")
    assert organizer.post("/organize/contests/new", data=sent).status_code == 400
    sent = form(organizer, "week", blueprint="junk")
    assert organizer.post("/organize/contests/new", data=sent).status_code == 404
    exam = form(organizer, "week", blueprint="all-types")
    assert "contest pool" in organizer.post("/organize/contests/new", data=exam).text


def pages(contest: MassContest) -> list[str]:
    base = f"/organize/contests/{contest.id}"
    return [
        base,
        *(f"{base}/{name}" for name in ("live", "persons", "units", "draw", "settings")),
        f"{base}/persons.xlsx",
        f"{base}/units.csv",
        f"{base}/winners.csv",
    ]


def test_pages_are_for_those_who_may_look_into_the_contest(
    app: Flask, login: Login, contest: MassContest
) -> None:
    for name in ("admin", "auditor"):
        client = login(app.test_client(), name)
        for address in pages(contest):
            assert client.get(address).status_code == 200, address
    li = login(app.test_client(), "li")
    for address in pages(contest):
        assert li.get(address).status_code == 403, address
    auditor = login(app.test_client(), "auditor")
    base = f"/organize/contests/{contest.id}"
    for act in ("publication", "draw", "settings", "cancellation"):
        assert auditor.post(f"{base}/{act}").status_code == 403, act
    assert auditor.get("/organize/contests/new").status_code == 403


def test_an_organizer_of_a_part_reads_but_does_not_publish(
    organizer: FlaskClient, contest: MassContest
) -> None:
    base = f"/organize/contests/{contest.id}"
    assert "read only" in text(organizer, base)
    assert organizer.post(f"{base}/publication").status_code == 403
    rows = organizer.get(f"{base}/persons.csv").text
    assert "李雷" in rows


def test_exports_keep_ids_as_text_and_names_readable(
    client: FlaskClient, login: Login, contest: MassContest
) -> None:
    admin = login(client, "admin")
    base = f"/organize/contests/{contest.id}"
    raw = admin.get(f"{base}/persons.csv").data
    assert raw.startswith(b"\xef\xbb\xbf")
    book = CalamineWorkbook.from_filelike(io.BytesIO(admin.get(f"{base}/persons.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert rows[1][:4] == [1.0, "李雷", "li", "li"]
    assert rows[1][6:9] == [20.0, 20.0, 60.0]
    units = CalamineWorkbook.from_filelike(io.BytesIO(admin.get(f"{base}/units.xlsx").data))
    assert units.get_sheet_by_index(0).to_python()[1][2] == "学校保密委员会"
    assert admin.get(f"{base}/junk.csv").status_code == 404
    assert admin.get(f"{base}/persons.pdf").status_code == 404


def test_settings_move_the_times_and_cancel(
    client: FlaskClient, login: Login, mass: MassRoom, contest: MassContest
) -> None:
    admin = login(client, "admin")
    base = f"/organize/contests/{contest.id}"
    page = text(admin, f"{base}/settings")
    kept = dict(re.findall(r'name="(\w+_at)" type="datetime-local" value="([^"]*)"', page))
    later = {**kept, "closes_at": "2026-03-09T18:00"}
    assert admin.post(f"{base}/settings", data=later).status_code == 302
    found(mass).expire_all()
    assert contest.exam.closes_at.isoformat() == "2026-03-09T10:00:00+00:00"
    wrong = admin.post(f"{base}/settings", data={**kept, "closes_at": "2026-01-01T00:00"})
    assert wrong.status_code == 400
    assert "must close after it opens" in wrong.text
    begun = admin.post(f"{base}/cancellation")
    assert begun.status_code == 409
    assert "People have begun" in begun.text
    # Who may join is said in words.
    tier = mass.open(audience=[("new_member", mass.school.units["CS"])])
    assert "New members · " in text(admin, f"/organize/contests/{tier.id}/settings")


def test_a_faulty_question_is_mended_from_the_contest(
    client: FlaskClient, login: Login, mass: MassRoom, contest: MassContest
) -> None:
    admin = login(client, "admin")
    base = f"/organize/exams/{contest.exam_id}/questions"
    assert f"{base}" in text(admin, f"/organize/contests/{contest.id}")
    page = text(admin, base)
    assert "Back to the contest" in page
    address = re.search(rf'href="({base}/\d+)"', page)
    assert address
    sent = {"action": "full_marks", "reason": "有误", "confirmed": "yes"}
    assert admin.post(f"{address[1]}/repair", data=sent).status_code == 302
    # All other pages of exams know no contest.
    for name in ("", "/people", "/settings", "/late", "/results.csv"):
        assert admin.get(f"/organize/exams/{contest.exam_id}{name}").status_code == 404


def test_a_series_has_its_pages(client: FlaskClient, login: Login, mass: MassRoom) -> None:
    admin = login(client, "admin")
    sent = form(admin, "daily", first_day="2026-03-02", title_zh="每日一题", title_en="Daily")
    sent["opens_time"] = "08:00"
    where = admin.post("/organize/contests/new", data=sent).location
    assert "Contests of the series" in text(admin, where)
    page = text(admin, "/contests/")
    assert "Not begun yet" in page
    series = found(mass).scalars(select(MassSeries)).one()
    contest = found(mass).scalars(select(MassContest).order_by(MassContest.number)).first()
    assert contest is not None
    mass.sit("admin", contest, 1)
    assert "in a row" in text(admin, f"/contests/series/{series.id}")
    assert admin.post(f"{where}/end").status_code == 302
    assert "This series ended" in text(admin, where)
