"""Each day's checkpoint arrives by itself, or it is seen that it does not, and tried again."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import site_settings

from quizengine.services.access import SYSTEM
from quizengine.services.checkpoint_sending import failing, recent_sendings, send_due
from quizengine.services.checkpoints import read_checkpoint, verifier_key
from quizengine.services.ledger import LedgerWriter
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.models import CheckpointSending, LedgerCheckpoint


class _Dialogue(socketserver.StreamRequestHandler):
    """RFC 5321 as far as smtplib speaks it; refuses recipients named `refused@…`."""

    server: Any

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO"):
                self._say("250 ready")
            elif word == b"RCPT" and b"refused@" in line:
                self._say("550 no such mailbox")
            elif word == b"DATA":
                self._say("354 go on")
                self.server.mails.append(b"".join(iter(self.rfile.readline, b".\r\n")))
                self._say("250 taken")
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def mail_server() -> Iterator[Any]:
    """A mail server on a port of its own; `mails` is what it took."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Dialogue) as server:
        server.mails = []  # type: ignore[attr-defined]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def sending(tmp_path: Path, mail_server: Any) -> Settings:
    """Settings that send to a folder and two addresses."""
    return replace(
        site_settings(tmp_path),
        checkpoint_folder=str(tmp_path / "kept"),
        checkpoint_mail="audit@example.org, refused@example.org",
        smtp_host="127.0.0.1",
        smtp_port=mail_server.server_address[1],
    )


def _append(session: Session, now: Any, source: str) -> None:
    with writing(session), LedgerWriter(session) as log:
        log.append(now, "test", source)


def test_a_checkpoint_a_day_goes_to_folder_and_mail(
    session: Session, now: Any, sending: Settings, mail_server: Any, tmp_path: Path
) -> None:
    _append(session, now, "test:1")
    assert send_due(session, now, sending) == 2
    assert send_due(session, now, sending) == 0
    key = verifier_key(sending.instance)
    file = tmp_path / "kept" / "checkpoint-2026-03-02.txt"
    assert read_checkpoint(file.read_text(encoding="utf-8"), key).size == 1
    mail = message_from_bytes(mail_server.mails[0], policy=policy.default)
    assert mail["To"] == "audit@example.org"
    body, attached = [part for part in mail.walk() if not part.is_multipart()]
    assert key in body.get_content()
    assert read_checkpoint(attached.get_content(), key).size == 1
    # The address that the server refuses: seen, and tried again when its time has come.
    session.rollback()
    assert failing(session) == 1
    lost = [one for one in recent_sendings(session, SYSTEM) if not one.sent_at]
    assert ("no such mailbox" in lost[0].error, lost[0].tries) == (True, 1)
    session.rollback()
    assert send_due(session, now + timedelta(minutes=2), sending) == 0
    session.rollback()
    assert (
        session.scalars(
            select(CheckpointSending.tries).where(CheckpointSending.sent_at.is_(None))
        ).one()
        == 2
    )
    session.rollback()
    # The next day has one of its own; a clock that goes back makes none.
    _append(session, now, "test:2")
    assert send_due(session, now + timedelta(days=1), sending) == 2
    assert send_due(session, now, sending) == 0
    assert send_due(session, now - timedelta(days=3), sending) == 0
    session.rollback()
    assert [c.size for c in session.scalars(select(LedgerCheckpoint))] == [1, 2]
    assert len(list((tmp_path / "kept").iterdir())) == 2


def test_what_fails_is_told_and_arrives_later(
    session: Session, now: Any, sending: Settings, mail_server: Any, tmp_path: Path
) -> None:
    (tmp_path / "kept").write_text("in the way", encoding="utf-8")
    down = replace(sending, checkpoint_mail="audit@example.org", smtp_host="")
    assert send_due(session, now, down) == 0
    session.rollback()
    errors = sorted(one.error for one in recent_sendings(session, SYSTEM))
    assert [error.split(":")[0] for error in errors] == ["FileExistsError", "ValueError"]
    session.rollback()
    (tmp_path / "kept").unlink()
    up = replace(down, smtp_host="127.0.0.1")
    assert send_due(session, now + timedelta(hours=2), up) == 2
    session.rollback()
    assert (failing(session), len(mail_server.mails)) == (0, 1)


def test_nothing_goes_out_where_nothing_is_set(session: Session, now: Any, tmp_path: Path) -> None:
    assert send_due(session, now, site_settings(tmp_path)) == 0
    assert session.scalars(select(LedgerCheckpoint)).all() == []
