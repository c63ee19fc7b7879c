"""Pages of the ledger: own records, the entries of one's units, files, checkpoints, verifying."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable

import pytest
from examroom import ExamRoom, wrong
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from quizengine.domain.merkle import leaf_hash
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam

Login = Callable[..., FlaskClient]
FILL = "leaving-fill-1"
READERS = ("admin", "organizer", "cs-admin", "auditor")
PAGES = (
    "/ledger/",
    "/ledger/entries.csv",
    "/ledger/entries.jsonl",
    "/ledger/checkpoints",
    "/ledger/checkpoints/key.txt",
    "/ledger/verify",
)


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    """wang (CS-2) sat and failed, cs1 (CS-1) passed, chen (PHY-2) missed it."""
    room.add_member("cs1", "CS-1", "graduate")
    exam = room.open("quick")
    room.sit("wang", exam, wrong)
    room.sit("cs1", exam, {FILL: ["保密期"]})
    room.conclude(exam)
    return exam


def shown(page: str) -> list[int]:
    """Numbers of the entries in the list."""
    return [int(n) for n in re.findall(r'<td class="num"[^>]*><a href="/ledger/(\d+)"', page)]


@pytest.mark.usefixtures("exam")
@pytest.mark.parametrize("path", PAGES)
def test_the_pages_open_for_those_who_answer_for_units_alone(
    client: FlaskClient, login: Login, path: str
) -> None:
    for name in READERS:
        assert login(client, name).get(path).status_code == 200, name
    for name in ("li", "wang", "grader"):
        assert login(client, name).get(path).status_code == 403, name


@pytest.mark.usefixtures("exam")
def test_the_list_and_the_files_end_at_ones_units(client: FlaskClient, login: Login) -> None:
    everything = shown(login(client, "auditor").get("/ledger/").text)
    assert everything == sorted(everything, reverse=True)
    page = login(client, "organizer").get("/ledger/").text
    own = shown(page)
    assert 0 < len(own) < len(everything)
    assert "王芳" in page
    assert "陈晨" not in page
    lines = client.get("/ledger/entries.jsonl").text.splitlines()
    assert [json.loads(line)["seq"] for line in lines] == own[::-1]
    assert "陈晨" not in client.get("/ledger/entries.csv").text
    outside = next(seq for seq in everything if seq not in own)
    assert client.get(f"/ledger/{outside}").status_code == 404
    assert client.get(f"/ledger/{own[0]}").status_code == 200


@pytest.mark.usefixtures("exam")
def test_filters_are_kept_for_further_pages_and_files(client: FlaskClient, login: Login) -> None:
    login(client, "admin")
    page = client.get("/ledger/?kind=exam-missed&name=陈&since=2026-03-02&until=2026-03-03").text
    assert len(shown(page)) == 1
    assert "/ledger/entries.csv?kind=exam-missed" in page
    csv = client.get("/ledger/entries.csv?kind=exam-missed")
    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert len(csv.text.splitlines()) == 2
    assert shown(client.get("/ledger/?until=2026-03-01").text) == []
    assert shown(client.get("/ledger/?since=yesterday&unit=x&page=z").text) != []
    assert "No entry fits" in client.get("/ledger/?name=nobody").text


@pytest.mark.usefixtures("exam")
def test_exported_lines_hold_the_hashed_text_and_no_names(
    client: FlaskClient, login: Login
) -> None:
    lines = login(client, "auditor").get("/ledger/entries.jsonl").text.splitlines()
    for line in map(json.loads, lines):
        assert leaf_hash(line["body"].encode()).hex() == line["leaf_hash"]
    assert "王芳" not in "".join(lines)


def test_own_records_are_told_in_plain_words(client: FlaskClient, login: Login, exam: Exam) -> None:
    page = login(client, "chen").get("/ledger/mine").text
    assert f"Missed the exam “{exam.title_en}”." in page
    page = login(client, "wang").get("/ledger/mine").text
    assert f"Did not pass the exam “{exam.title_en}”" in page
    assert f"Missed the exam “{exam.title_en}”." not in page
    entry = re.search(r'href="(/ledger/\d+)"', page)
    assert entry
    assert client.get(entry.group(1)).status_code == 200
    assert login(client, "chen").get(entry.group(1)).status_code == 404
    assert "No records yet" in login(client, "li").get("/ledger/mine").text


def test_own_results_wait_for_their_release(
    client: FlaskClient, login: Login, room: ExamRoom
) -> None:
    room.add_member("cs1", "CS-1", "graduate")
    release = {"scores": "manual", "answers": "manual"}
    exam = room.open("quick")
    with writing(room.session):
        blueprint = json.loads(exam.blueprint)
        room.session.get_one(Exam, exam.id).blueprint = json.dumps(
            {**blueprint, "release": release}
        )
    room.sit("cs1", exam, {FILL: ["保密期"]})
    room.conclude(exam)
    page = login(client, "cs1").get("/ledger/mine").text
    assert "the result is not released yet" in page
    assert "assed the exam" not in page
    entry = re.search(r'href="(/ledger/\d+)"', page)
    assert entry
    page = client.get(entry.group(1)).text
    assert "shown when the results are released" in page
    assert not re.search(r"[0-9a-f]{64}", page)


@pytest.mark.usefixtures("exam")
def test_an_entry_shows_text_hashes_and_whether_they_fit(
    client: FlaskClient, login: Login, session: Session
) -> None:
    login(client, "auditor")
    page = client.get("/ledger/2").text
    assert "Fits the text" in page
    assert "Fits the entry before" in page
    assert len(set(re.findall(r'qe-hash">([0-9a-f]{64})<', page))) == 2
    with writing(session):
        session.execute(text("DROP TRIGGER ledger_entries_no_update"))
        session.execute(
            text("UPDATE ledger_entries SET body = '{', leaf_hash = chain_hash WHERE seq = 2")
        )
    page = client.get("/ledger/2").text
    assert "Does not fit the text" in page
    assert "Does not fit the entry before" in page
    assert "The text of this entry can&#39;t be read" in page
    assert client.get("/ledger/").status_code == 200


@pytest.mark.usefixtures("exam")
def test_a_checkpoint_is_made_kept_and_verified_against(
    client: FlaskClient, login: Login, session: Session
) -> None:
    login(client, "organizer")
    assert client.post("/ledger/checkpoints").status_code == 403
    assert "Make a checkpoint now" not in client.get("/ledger/checkpoints").text
    login(client, "auditor")
    assert client.post("/ledger/checkpoints").status_code == 302
    page = client.get("/ledger/checkpoints").text
    link = re.search(r'href="(/ledger/checkpoints/\d+\.txt)"', page)
    assert link
    note = client.get(link.group(1)).text
    key = client.get("/ledger/checkpoints/key.txt").text
    assert key.strip() in page.replace("&#43;", "+")
    assert client.get("/ledger/checkpoints/99.txt").status_code == 404
    pasted = {"note": note.replace("\n", "\r\n"), "key": key}
    good = client.post("/ledger/verify", data=pasted)
    assert "No sign of tampering" in good.text
    assert "are those of the checkpoint" in good.text
    assert "were removed" in good.text
    uploaded = {"file": (io.BytesIO(note.encode()), "checkpoint.txt")}
    assert "No sign of tampering" in client.post("/ledger/verify", data=uploaded).text
    with writing(session):
        session.execute(text("DROP TRIGGER ledger_entries_no_delete"))
        session.execute(
            text("DELETE FROM ledger_entries WHERE seq = (SELECT max(seq) FROM ledger_entries)")
        )
    bad = client.post("/ledger/verify", data=pasted).text
    assert "signs of tampering" in bad
    assert "entries were removed." in bad
    assert "ledger_entries_no_delete" in bad
    assert "There was no checkpoint to compare with." in client.post("/ledger/verify", data={}).text


@pytest.mark.parametrize(
    "data",
    [
        {"note": "nonsense"},
        {"note": "quizengine.ledger\n0\nAAAA\n\n— quizengine.ledger AAAA\n"},
        {"note": "x", "key": "y"},
        {"file": (io.BytesIO(b"\xff\xfe\x00"), "x")},
    ],
)
@pytest.mark.usefixtures("exam")
def test_what_is_no_genuine_checkpoint_is_refused_with_a_reason(
    client: FlaskClient, login: Login, data: dict[str, object]
) -> None:
    answer = login(client, "auditor").post("/ledger/verify", data=dict(data))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "sign of tampering" not in answer.text


@pytest.mark.usefixtures("exam")
def test_a_page_of_entries_takes_the_same_statements_whatever_its_length(
    client: FlaskClient, login: Login, statements: list[str]
) -> None:
    login(client, "auditor")
    counts = []
    for path in ("/ledger/?kind=exam-missed", "/ledger/"):
        client.get(path)
        statements.clear()
        client.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]
