"""Certificates from the passed exam to the paper, the public check and the proof elsewhere."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from examroom import ExamRoom, wrong
from flask import Flask
from flask.testing import FlaskClient
from office import ZONE, Office
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock, with_csrf

from quizengine.auditor import verify_ledger
from quizengine.services.certificate_check import GUESSES
from quizengine.services.certificate_results import standings
from quizengine.services.certificate_revoking import revoke_due
from quizengine.services.checkpoints import verify_ledger as verify_here
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import writing
from quizengine.storage.models import Certificate, LedgerEntry, Sitting

Login = Callable[..., FlaskClient]


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def _passed(session: Session, office: Office, login: str, *, tier: str = "outbound") -> int:
    """Somebody passed an exam, and the ledger says so; the number of the entry."""
    sitting = session.get_one(Sitting, office.passed(login, tier=tier))
    data = {
        "exam": sitting.exam_id,
        "attempt": 1,
        "tier": tier,
        "score": "90.00",
        "max_score": "100.00",
        "passed": True,
        "closed_by": "member",
    }
    source = f"sitting:{sitting.id}:result:1"
    with writing(session), LedgerWriter(session) as log:
        about = {"person_id": sitting.person_id, "unit": "CS-1", "data": data}
        return log.append(office.now, "exam-result", source, **about)


def _correct(session: Session, office: Office, seq: int, **changes: Any) -> None:
    body = json.loads(session.get_one(LedgerEntry, seq).body)
    data = {**body["data"], **changes}
    with writing(session), LedgerWriter(session) as log:
        about = {"person_id": office.id("li"), "unit": "CS-1", "data": data, "corrects": seq}
        log.append(office.now, "result-correction", f"{body['source']}x", **about)


def _issue(client: FlaskClient, seq: int, path: str = "/my/certificates") -> str:
    """The address of the paper."""
    answer = client.post(path, data={"result": seq})
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def _check_path(session: Session) -> str:
    session.rollback()
    found = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    assert found is not None
    return f"/verify/{found.number}/{found.code}"


def _elsewhere(tmp_path: Path, proof: dict[str, Any], key: str) -> tuple[int, str]:
    """Exit status and output of the program as it is handed over."""
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    words = [verify_ledger.__file__, "--proof", str(file), "--key", key]
    done = subprocess.run(
        [sys.executable, "-I", *words], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_certificate_is_issued_once_and_its_paper_holds_the_fonts(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    seq = _passed(session, office, "li")
    login(client, "li")
    assert "Issue certificate" in client.get("/my/certificates").text
    paper = _issue(client, seq)
    assert _issue(client, seq) == paper
    sent = client.get(paper)
    assert (sent.mimetype, sent.data[:5]) == ("application/pdf", b"%PDF-")
    # A subset of each font, not millions of bytes of glyphs that nobody needs.
    assert re.search(rb"/FontFile3?\b", sent.data)
    assert len(sent.data) < 120_000
    assert client.post("/my/certificates", data={"result": 999}).status_code == 404
    with writing(session):
        assert len(session.scalars(select(Certificate)).all()) == 1
    # The good-until day of an outbound pass: 180 days after the exam.
    assert "28 Aug 2026" in client.get("/my/certificates").text
    for other in ("wang", "zhao"):
        assert login(client, other).get(paper).status_code == 404
    login(client, "organizer")
    assert client.get(paper).status_code == 200
    assert "Open PDF" in client.get(f"/people/{office.id('li')}/certificates").text
    assert client.get(f"/people/{office.id('zhao')}/certificates").status_code == 404


def test_everybody_with_the_paper_checks_it_and_others_learn_nothing(
    client: FlaskClient,
    app: Flask,
    login: Login,
    office: Office,
    session: Session,
    clock: Clock,
    tmp_path: Path,
) -> None:
    seq = _passed(session, office, "li")
    _issue(login(client, "li"), seq)
    path = _check_path(session)
    visitor = with_csrf(app.test_client())
    page = visitor.get(path).text
    for text in ("Valid", "李雷", "教工第一支部", "90 of 100", "Included in the ledger"):
        assert text in page, text
    # Days as the paper has them, so that the two can be compared.
    assert not re.search(r"<dd>\d{4}-\d\d-\d\d</dd>", page)
    entry = session.get_one(LedgerEntry, seq)
    session.rollback()
    # Neither the digest by which the person's other entries could be found, nor the account.
    sent = visitor.get(f"{path}/proof.json")
    for secret in (entry.subject or "-", "closed_by", "attempt"):
        assert secret not in page + sent.text
    key = re.findall(r"quizengine\.ledger\+[\w+/=]+", page)[0]
    proof = sent.get_json()
    assert _elsewhere(tmp_path, proof, key)[0] == 0
    assert visitor.get("/verify/verify_ledger.py").data.startswith(b"#!/usr/bin/env python3")
    number, code = path.split("/")[2:]
    typed = f"/verify?number={number.lower()}&code={code[:4]}-{code[4:]}".lower()
    assert visitor.get(visitor.get(typed).headers["Location"]).status_code == 200
    # A wrong code and a number that there is not: the same answer, and not too often.
    wrong_code = visitor.get(f"/verify/{number}/{'2' * 16}")
    no_number = visitor.get(f"/verify/2026-999999/{code}")
    assert (wrong_code.status_code, no_number.status_code) == (404, 404)
    assert "李雷" not in wrong_code.text
    for _ in range(GUESSES.most - 2):
        visitor.get(f"/verify/{number}/{'3' * 16}")
    assert visitor.get(path).status_code == 429
    clock.now += timedelta(minutes=GUESSES.minutes)
    assert visitor.get(path).status_code == 200
    clock.now += timedelta(days=200)
    assert "Expired" in visitor.get(path).text


def test_a_corrected_result_revokes_the_certificate(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    seq = _passed(session, office, "li", tier="leader")
    paper = _issue(login(client, "li"), seq)
    path = _check_path(session)
    assert "Good without limit." in client.get(path).text
    assert revoke_due(session, office.now) == 0
    _correct(session, office, seq, passed=False, score="40.00")
    # At once, though the clock has not seen it.
    assert "Revoked" in client.get(path).text
    assert revoke_due(session, office.now) == 1
    assert revoke_due(session, office.now) == 0
    assert client.get(paper).status_code == 409
    assert client.post("/my/certificates", data={"result": seq}).status_code == 404
    kinds = [entry["kind"] for entry in office.entries()]
    assert kinds[-2:] == ["result-correction", "certificate-revoked"]
    assert "Revoked" in client.get("/my/certificates").text
    assert verify_here(session).ok


def test_an_office_revokes_with_a_reason_that_the_public_page_keeps_back(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    seq = _passed(session, office, "li", tier="leader")
    _issue(login(client, "li"), seq)
    path = _check_path(session)
    number = path.split("/")[2]

    def revoke(who: str, reason: str = "misuse") -> tuple[int, str]:
        sent = login(client, who).post(f"/certificates/{number}/revoke", data={"reason": reason})
        return sent.status_code, client.get(path).text

    assert [revoke(who)[0] for who in ("li", "auditor")] == [403, 403]
    assert "Good without limit." in revoke("organizer", "because")[1]
    status, page = revoke("organizer")
    assert (status, "Revoked" in page, "unfairly" in page) == (302, True, False)
    own = client.get(f"/people/{office.id('li')}/certificates").text
    assert "came about unfairly" in own and "Revoke …" not in own
    assert re.search(r'href="/people/" aria-current="page"', own)
    assert not re.search(r'href="/ledger/mine" aria-current', own)
    revoke("organizer", "lost")
    (entry,) = office.entries("certificate-revoked")
    session.rollback()
    assert entry["data"].keys() == {"number", "reason", "by"}
    assert entry["data"]["reason"] == "misuse"
    # The person can't undo it by a new certificate; the office may issue one.
    login(client, "li")
    assert "Please ask the office" in client.get("/my/certificates").text
    assert client.post("/my/certificates", data={"result": seq}).status_code == 403
    login(client, "organizer")
    again = f"/people/{office.id('li')}/certificates"
    assert _issue(client, seq, again) != f"/certificates/{number}.pdf"
    assert "unfairly" in client.get("/ledger/?kind=certificate-revoked").text
    assert verify_here(session).ok


def test_the_clock_leaves_the_ledger_unlocked_while_nothing_is_corrected(
    office: Office, session: Session, statements: list[str]
) -> None:
    seq = _passed(session, office, "li", tier="leader")
    session.rollback()
    statements.clear()
    assert revoke_due(session, office.now) == 0
    # A correction of a result without a certificate concerns nobody either.
    _correct(session, office, seq, score="80.00")
    session.rollback()
    statements.clear()
    assert revoke_due(session, office.now) == 0
    assert [one for one in statements if "ledger_head" in one] == []


def test_a_result_that_is_not_released_or_not_passed_has_no_certificate(
    room: ExamRoom, client: FlaskClient, login: Login
) -> None:
    exam = room.open("quick")
    room.sit("wang", exam)
    room.sit("chen", exam, wrong)
    found = {}
    for name in ("wang", "chen"):
        person_id = room.school.persons[name]
        found[name] = [one.first for one in standings(room.session, ZONE, person_id)]
        room.session.rollback()
        seq = found[name][0]
        status = login(client, name).post("/my/certificates", data={"result": seq}).status_code
        assert status == (302 if name == "wang" else 404), name


CHANGES: tuple[tuple[dict[str, Any], int, str], ...] = (
    ({"facts": {"name": "王芳"}}, 1, "not what was entered"),
    ({"code": "2222222222222222"}, 1, "not what was entered"),
    ({"index": 0}, 1, "not in the tree"),
    ({"hashes": []}, 1, "not in the tree"),
    ({"hashes": [base64.b64encode(bytes(32)).decode()]}, 1, "not in the tree"),
    ({"entry": "{}"}, 1, "not an entry"),
    ({"checkpoint": "quizengine.ledger\n9\n"}, 2, ""),
    ({"facts": {}}, 0, "erased"),
    ({"format": "other"}, 2, "another format"),
    ({"facts": []}, 2, "object"),
)


def test_a_changed_proof_is_found_elsewhere(
    client: FlaskClient, login: Login, office: Office, session: Session, tmp_path: Path
) -> None:
    _issue(login(client, "li"), _passed(session, office, "li"))
    path = _check_path(session)
    key = re.findall(r"quizengine\.ledger\+[\w+/=]+", client.get(path).text)[0]
    proof = client.get(f"{path}/proof.json").get_json()
    for change, status, says in CHANGES:
        found = _run_here(tmp_path, {**proof, **change}, key)
        assert (found[0], says in found[1]) == (status, True), (change, found)
    result_entry = session.get_one(LedgerEntry, 1).body
    other = {**proof, "entry": result_entry, "index": 0}
    assert "issues no certificate" in _run_here(tmp_path, other, key)[1]


def _run_here(tmp_path: Path, proof: dict[str, Any], key: str) -> tuple[int, str]:
    file, out, err = tmp_path / "proof.json", io.StringIO(), io.StringIO()
    file.write_text(json.dumps(proof), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        status = verify_ledger.main(["--proof", str(file), "--key", key])
    return status, out.getvalue() + err.getvalue()
