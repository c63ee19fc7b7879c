"""放行: what the guard stops in the bank is asked for by one person and cleared by another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import select

from quizengine.bank.exchange.importing import Item
from quizengine.bank.loaded import Held
from quizengine.domain.guard import GUARDED, guarded
from quizengine.domain.text import N_, Refused
from quizengine.domain.textcheck import as_read
from quizengine.services.access import Actor
from quizengine.services.bank import lint_bank, stored_problems, sync_bank
from quizengine.services.bank_edit import clean_text
from quizengine.services.bank_files import locate, require_editor
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import BankFileSave, Clearing, ClearingAsked, Person

CLEARED = "text-cleared"
LONGEST_REASON = 500
Origin = Literal["file", "editor", "import"]


@dataclass(frozen=True)
class Line:
    """A text that waits, with its masked excerpt; `line` is 0 where it stands in no file.

    `asked`: who asked and when, none as long as nobody has. `own`: the reader counts as an
    author, and can't clear it. `gone`: it stood in a file, and no longer does.
    """

    key: str
    code: str
    question_id: str
    file: str
    line: int
    origin: str
    excerpt: str
    asked: Sequence[tuple[str, datetime]]
    own: bool
    gone: bool


def guard_lines(session: SessionLike, today: date, actor: Actor, root: Path) -> list[Line]:
    """What waits for a second person, in files and not saved yet; Refused `forbidden` (403)."""
    require_editor(actor)
    known = any(problem.code in GUARDED for problem in stored_problems(session))
    found = _on_disk(session, today, root) if known else {}
    open_ones = session.scalars(
        select(Clearing)
        .where(Clearing.cleared_at.is_(None), Clearing.withdrawn_at.is_(None))
        .order_by(Clearing.id)
    )
    waiting = {row.key: row for row in open_ones}
    lines = [_line(session, actor, each.hit.key, each, waiting) for each in found.values()]
    others = (key for key in waiting if key not in found)
    return lines + [_line(session, actor, key, None, waiting) for key in others]


def latest_cleared(session: SessionLike, actor: Actor, most: int) -> list[Clearing]:
    """The `most` latest clearings; Refused `forbidden` (403)."""
    require_editor(actor)
    query = select(Clearing).where(Clearing.cleared_at.is_not(None))
    return list(session.scalars(query.order_by(Clearing.cleared_at.desc()).limit(most)))


def ask_in_file(
    session: SessionLike, now: datetime, today: date, actor: Actor, root: Path, key: str
) -> None:
    """Ask that what stands in a file of the bank may stay.

    Whoever asks counts as its author. Refused: `forbidden` (403), `clearing-stale` (409).
    """
    require_editor(actor)
    held = _on_disk(session, today, root).get(key)
    if held is None:
        raise _stale()
    _ask(session, now, actor, "file", [held])


def ask_for_text(
    session: SessionLike,
    now: datetime,
    today: date,
    actor: Actor,
    root: Path,
    name: str,
    text: str,
) -> int:
    """Ask for what the guard stops in a text that is not saved; how many findings it has.

    Nothing of the text is kept but masked excerpts. Refused: as `locate` and `clean_text`.
    """
    locate(actor, root, name)
    bank = lint_bank(session, today, root, {name: clean_text(text)})
    held = [each for each in bank.held if each.file == name]
    return _ask(session, now, actor, "editor", held)


def ask_for_items(
    session: SessionLike, now: datetime, actor: Actor, source: str, items: Iterable[Item]
) -> int:
    """Ask for what holds drafts of an import back; `source` is the file that they come from."""
    require_editor(actor)
    held = [Held(item.id, source[:300], 0, hit) for item in items for hit in item.hits]
    return _ask(session, now, actor, "import", held)


def clear(
    session: SessionLike,
    now: datetime,
    today: date,
    actor: Actor,
    root: Path,
    key: str,
    reason: str,
) -> None:
    """Let a text pass for a reason that goes into the ledger, and serve the bank with it.

    Only as it is: with another text it is stopped again. Refused: `forbidden` (403),
    `clearing-reason` (400), `clearing-unknown` (404), `cleared-already`, `clearing-stale` (409),
    `clearing-own` (403) for who asked for it or saved the file last.
    """
    require_editor(actor)
    reason = _checked(reason)
    found = _on_disk(session, today, root)
    with writing(session), LedgerWriter(session) as log:
        row = _open(session, key)
        if row.origin == "file" and key not in found:
            raise _stale()
        if actor.person_id in _authors(session, row):
            raise Refused(
                "clearing-own",
                N_(
                    "Another person than the one who asked for it, or saved the file last, has"
                    " to clear it."
                ),
                status=403,
            )
        row.cleared_by_id, row.cleared_at, row.reason = actor.person_id, now, reason
        log.append(
            now,
            CLEARED,
            f"clearing:{row.id}",
            data={
                "code": row.code,
                "question": row.question_id,
                "text_sha256": key,
                "reason": reason,
                "asked_by": [log.subject(one.person_id) for one in row.asked],
            },
            by=actor.person_id,
        )
    if key in found:
        sync_bank(session, now, today, root)


def take_back(session: SessionLike, now: datetime, actor: Actor, key: str) -> None:
    """Take what nobody will clear off the list: it stays stopped, and who asked stays an author.

    Refused: `forbidden` (403), `clearing-unknown` (404), `cleared-already` (409).
    """
    require_editor(actor)
    with writing(session):
        _open(session, key).withdrawn_at = now


def _on_disk(session: SessionLike, today: date, root: Path) -> dict[str, Held]:
    return {held.hit.key: held for held in lint_bank(session, today, root, {}).held}


def _line(
    session: SessionLike,
    actor: Actor,
    key: str,
    held: Held | None,
    waiting: dict[str, Clearing],
) -> Line:
    row = waiting.get(key)
    asked = [(one.person.name, one.at) for one in row.asked] if row else []
    own = row is not None and actor.person_id in _authors(session, row)
    if held is not None:
        hit, file = held.hit, held.file
        place = (held.question_id, file, held.line, "file", hit.excerpt)
        return Line(key, hit.code, *place, asked, own, gone=False)
    assert row is not None, "what is in no file was asked for"
    place = (row.question_id, row.file, 0, row.origin, row.excerpt)
    return Line(key, row.code, *place, asked, own, gone=row.origin == "file")


def _authors(session: SessionLike, row: Clearing) -> set[int]:
    saved = session.get(BankFileSave, row.file) if row.origin != "import" else None
    return {one.person_id for one in row.asked} | ({saved.by_id} if saved else set())


def _ask(
    session: SessionLike, now: datetime, actor: Actor, origin: Origin, held: Sequence[Held]
) -> int:
    """Note the findings as asked for by the actor; what was cleared or asked already stays so."""
    with writing(session), LedgerWriter(session):
        # The head of the ledger is locked: two who ask at once do so one after the other.
        for each in held:
            row = session.scalar(select(Clearing).where(Clearing.key == each.hit.key))
            if row is None:
                row = _begun(each, origin)
                session.add(row)
            if row.cleared_at is None:
                row.withdrawn_at = None
                if origin == "file":
                    row.file, row.origin = each.file, origin
                _note_author(session, now, actor, row)
            session.flush()
    return len(held)


def _begun(held: Held, origin: Origin) -> Clearing:
    return Clearing(
        key=held.hit.key,
        code=held.hit.code,
        question_id=held.question_id[:80],
        file=held.file,
        origin=origin,
        excerpt=held.hit.excerpt,
    )


def _note_author(session: SessionLike, now: datetime, actor: Actor, row: Clearing) -> None:
    if all(one.person_id != actor.person_id for one in row.asked):
        person = session.get_one(Person, actor.person_id)
        row.asked.append(ClearingAsked(person=person, at=now))


def _open(session: SessionLike, key: str) -> Clearing:
    row = session.scalar(select(Clearing).where(Clearing.key == key).with_for_update())
    if row is None or row.withdrawn_at is not None:
        raise Refused(
            "clearing-unknown",
            N_("Nobody asks for this any more: it was taken off the list."),
            status=404,
        )
    if row.cleared_at is not None:
        raise Refused("cleared-already", N_("This was cleared already."))
    return row


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Refused(
            "clearing-reason",
            N_("Say why it may stand, in at most %(most)s characters."),
            status=400,
            most=LONGEST_REASON,
        )
    if any(True for _ in guarded(as_read(reason))):
        raise Refused(
            "clearing-reason",
            N_("The reason goes into the ledger for good: write it without the text itself."),
            status=400,
        )
    return reason


def _stale() -> Refused:
    return Refused(
        "clearing-stale",
        N_("The text was changed since this page was shown. Look at it again, then decide."),
    )
