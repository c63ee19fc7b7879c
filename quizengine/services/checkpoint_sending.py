"""The day's checkpoint goes out by itself: to a folder and by mail, tried again until it is there.

The clock that goes back makes no second checkpoint for a day, nor one for a day before the last.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from quizengine.services.access import READERS, Actor, require_anywhere
from quizengine.services.checkpoints import add_checkpoint, verifier_key
from quizengine.services.office_access import local_day
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import CheckpointSending, LedgerHead

FILE, MAIL = "file", "mail"
TIMEOUT_S = 20
# How long after a failure it is tried again: soon at first, then once an hour.
_WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1))
_ERROR_LENGTH = 300


@dataclass(frozen=True)
class _Errand:
    """What is to be carried where."""

    id: int
    way: str
    target: str
    day: date
    size: int
    note: str


def send_due(session: SessionLike, now: datetime, settings: Settings) -> int:
    """Sign the day's checkpoint if it is not yet, and send what has not arrived; how many did.

    Several processes may do this at once: each errand is taken by one of them. Nothing is written
    while a mail server is talked to.
    """
    _make(session, now, settings)
    arrived = 0
    while (errand := _take(session, now)) is not None:
        error = _carry(errand, now, settings)
        arrived += not error
        with writing(session):
            sending = session.get_one(CheckpointSending, errand.id)
            sending.error = error[:_ERROR_LENGTH]
            sending.sent_at = None if error else now
    return arrived


def targets(settings: Settings) -> list[tuple[str, str]]:
    """Where checkpoints go: pairs of way and folder or address."""
    folder = [(FILE, settings.checkpoint_folder)] if settings.checkpoint_folder else []
    addresses = (part.strip() for part in settings.checkpoint_mail.split(","))
    return folder + [(MAIL, address) for address in dict.fromkeys(addresses) if address]


def _make(session: SessionLike, now: datetime, settings: Settings) -> None:
    wanted, today = targets(settings), local_day(now, settings.zone)
    if not wanted or not _is_new(session, today):
        return
    with writing(session):
        if not _is_new(session, today, lock=True):
            return
        made = add_checkpoint(session, now, settings.instance)
        session.add_all(
            CheckpointSending(day=today, way=way, target=target, checkpoint=made, next_at=now)
            for way, target in wanted
        )


def _is_new(session: SessionLike, today: date, *, lock: bool = False) -> bool:
    if lock:
        # Others who make the same day's checkpoint wait here, and then find it.
        session.execute(select(LedgerHead).with_for_update())
    last = session.scalar(select(func.max(CheckpointSending.day)))
    return last is None or last < today


def _take(session: SessionLike, now: datetime) -> _Errand | None:
    """The next errand; it is nobody else's until its time has come again."""
    due = CheckpointSending.sent_at.is_(None), CheckpointSending.next_at <= now
    if session.scalar(select(CheckpointSending.id).where(*due).limit(1)) is None:
        return None
    with writing(session):
        found = session.scalar(
            select(CheckpointSending)
            .where(*due)
            .order_by(CheckpointSending.id)
            .limit(1)
            .with_for_update(skip_locked=True, of=CheckpointSending)
        )
        if found is None:
            return None
        found.next_at = now + _WAITS[min(found.tries, len(_WAITS) - 1)]
        found.tries += 1
        checkpoint = found.checkpoint
        return _Errand(
            found.id, found.way, found.target, found.day, checkpoint.size, checkpoint.note
        )


def _carry(errand: _Errand, now: datetime, settings: Settings) -> str:
    """Bring it there; what went wrong, "" if nothing did."""
    try:
        if errand.way == FILE:
            _write(Path(errand.target), errand)
        else:
            _mail(errand, now, settings)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _write(folder: Path, errand: _Errand) -> None:
    """A file of the day's name, whole or not at all; one that is there already stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(errand.day)
    draft = folder / f".{path.name}.{os.getpid()}"
    draft.write_text(errand.note, encoding="utf-8")
    try:
        os.link(draft, path)
    except FileExistsError:
        if path.read_text(encoding="utf-8") != errand.note:
            raise
    finally:
        draft.unlink()


def file_name(day: date) -> str:
    """Name of a day's file."""
    return f"checkpoint-{day.isoformat()}.txt"


def _mail(errand: _Errand, now: datetime, settings: Settings) -> None:
    if not settings.smtp_host:
        raise ValueError("setting SMTP_HOST is empty")
    with _server(settings) as server:
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(_message(errand, now, settings))


def _server(settings: Settings) -> smtplib.SMTP:
    address = (settings.smtp_host, settings.smtp_port)
    context = ssl.create_default_context()
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(*address, timeout=TIMEOUT_S, context=context)
    server = smtplib.SMTP(*address, timeout=TIMEOUT_S)
    if settings.smtp_security == "starttls":
        server.starttls(context=context)
    return server


def _message(errand: _Errand, now: datetime, settings: Settings) -> EmailMessage:
    """The mail, in both languages: those who keep it may never have seen the site."""
    mail = EmailMessage()
    mail["From"], mail["To"] = settings.smtp_from, errand.target
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = make_msgid(domain=settings.smtp_from.rpartition("@")[2] or "localhost")
    mail["Subject"] = f"考核台账检查点 Ledger checkpoint {errand.day.isoformat()} ({errand.size})"
    mail.set_content(
        "请将本邮件妥善保存：日后可据附件核验台账是否被改动。附件无密。\n"
        "Please keep this mail: the attached checkpoint proves later that nothing before it was\n"
        "changed. It holds no secret.\n\n"
        f"{errand.note}\n"
        f"验签公钥 Verifier key: {verifier_key(settings.instance)}\n",
        cte="base64",
    )
    # As text with its charset: a signature line begins with a dash that is not ASCII.
    mail.add_attachment(errand.note, cte="base64", filename=file_name(errand.day))
    return mail


def recent_sendings(
    session: SessionLike, actor: Actor, limit: int = 30
) -> Sequence[CheckpointSending]:
    """What went out by itself, the latest first. Raises Refused `forbidden` (403)."""
    require_anywhere(actor, *READERS)
    query = select(CheckpointSending).options(joinedload(CheckpointSending.checkpoint))
    return session.scalars(query.order_by(CheckpointSending.id.desc()).limit(limit)).all()


def failing(session: SessionLike) -> int:
    """How many checkpoints were tried and have not arrived."""
    query = select(func.count(CheckpointSending.id)).where(
        CheckpointSending.sent_at.is_(None), CheckpointSending.tries > 0
    )
    return session.scalar(query) or 0
