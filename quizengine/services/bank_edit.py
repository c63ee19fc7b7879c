"""Change a file of the bank: checked as a whole, written only without errors, served at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from sqlalchemy import select

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import RESERVED
from quizengine.bank.templates import KINDS, law_to_cite, next_id, with_question
from quizengine.domain.problems import Problem
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import lint_bank, sync_bank
from quizengine.services.bank_files import (
    LONGEST_TEXT,
    BankText,
    locate,
    locked,
    on_disk,
    require_editor,
    write_file,
)
from quizengine.services.cleared import note_save
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import CurrentQuestion, Revision


@dataclass(frozen=True)
class Lint:
    """What is wrong with a file's text; once that is no error, what it newly breaks elsewhere."""

    own: list[Problem]
    elsewhere: list[Problem]

    @property
    def errors(self) -> int:
        """How many of them keep the text from being written."""
        return sum(problem.severity == "error" for problem in (*self.own, *self.elsewhere))


@dataclass(frozen=True)
class Draft:
    """A text to be written.

    `digest` is that of the file when it was opened, "" for a new file. `over` is the digest of
    another content that the person has seen and means to replace.
    """

    name: str
    text: str
    digest: str
    over: str = ""


@dataclass(frozen=True)
class Saved:
    """What writing a file did to the questions that are served, by id.

    `corrected` kept their revision number, `revised` have another one. `blocked` counts the
    errors of other files because of which the last good bank is still served.
    """

    added: list[str]
    corrected: list[str]
    revised: list[str]
    removed: list[str]
    blocked: int


class FileErrors(Refused):
    """Nothing was written: the text has errors."""

    def __init__(self, lint: Lint) -> None:
        super().__init__(
            "bank-errors",
            N_("Nothing was saved: the text has errors. Correct them, then save again."),
            status=400,
        )
        self.lint = lint


class FileChanged(Refused):
    """Nothing was written: somebody else has changed the file; `theirs` is what it is now."""

    def __init__(self, theirs: BankText) -> None:
        super().__init__(
            "file-changed",
            N_("Nothing was saved: %(file)s was changed since you opened it. Your text is kept."),
            file=theirs.name,
        )
        self.theirs = theirs


def look_again(
    session: SessionLike, now: datetime, today: date, actor: Actor, root: Path
) -> list[Problem]:
    """Read the folder and serve it if it has no errors; the problems found."""
    require_editor(actor)
    return sync_bank(session, now, today, root)


def lint_text(
    session: SessionLike, today: date, actor: Actor, root: Path, name: str, text: str
) -> Lint:
    """Lint the bank as it would be with `text` in the file `name`; nothing is written.

    Refused: as `locate`; `text-too-long` (413), `bad-text` (400).
    """
    locate(actor, root, name)
    return _lint(session, today, root, name, clean_text(text))


def save_text(
    session: SessionLike, now: datetime, today: date, actor: Actor, root: Path, draft: Draft
) -> Saved:
    """Write the file and serve the bank with it.

    Errors in other files don't matter unless the text causes them. Refused: as `lint_text`;
    `FileChanged`, `FileErrors`, `not-writable` (409).
    """
    path = locate(actor, root, draft.name)
    text = clean_text(draft.text)
    before = _served(session)
    with locked(root):
        theirs = on_disk(path, draft.name)
        if theirs.digest not in (draft.digest, draft.over or draft.digest):
            raise FileChanged(theirs)
        lint = _lint(session, today, root, draft.name, text)
        if lint.errors:
            raise FileErrors(lint)
        try:
            write_file(path, text)
        except OSError as error:
            raise Refused(
                "not-writable",
                N_("Nothing was saved: the server can't write %(file)s (%(error)s)."),
                file=draft.name,
                error=error.strerror,
            ) from error
    note_save(session, now, actor, draft.name)
    problems = sync_bank(session, now, today, root)
    blocked = sum(problem.severity == "error" for problem in problems)
    return _compared(before, _served(session), blocked)


def add_question(
    session: SessionLike, today: date, actor: Actor, root: Path, name: str, text: str, kind: str
) -> tuple[str, int]:
    """`text` with a template of type `kind` and the next free id at its end, and its line.

    Refused: as `lint_text`; `unknown-type`, `no-questions-here` (400).
    """
    locate(actor, root, name)
    text = clean_text(text)
    if kind not in KINDS:
        raise Refused("unknown-type", N_("There is no such question type."), status=400)
    if PurePosixPath(name).parts[0] in RESERVED:
        raise Refused("no-questions-here", N_("This file holds no questions."), status=400)
    bank = lint_bank(session, today, root, {name: text})
    # An id that was ever served is never used again, also when its question is gone.
    taken = {*bank.sources, *session.scalars(select(Revision.question_id).distinct())}
    question_id = next_id(text, taken, _stem(name))
    return with_question(text, kind, question_id, law_to_cite(bank.registry, today))


def clean_text(text: str) -> str:
    """The text as it is written: line ends LF, no byte order mark, an end to the last line."""
    if len(text) > LONGEST_TEXT:
        raise Refused(
            "text-too-long",
            N_("A file may have at most %(count)s characters: split it."),
            status=413,
            count=LONGEST_TEXT,
        )
    text = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Refused(
            "bad-text", N_("The text contains a broken character."), status=400
        ) from error
    return text if text.endswith("\n") or not text else text + "\n"


def _lint(session: SessionLike, today: date, root: Path, name: str, text: str) -> Lint:
    changed = lint_bank(session, today, root, {name: text})
    own = [problem for problem in changed.problems if problem.file == name]
    # Errors of its own take questions and entries away, and so break much that isn't broken.
    broken = any(problem.severity == "error" for problem in own)
    others = [p for p in changed.problems if p.file != name and not broken]
    if others:
        known = set(_places(lint_bank(session, today, root, {})))
        others = [problem for problem in others if _place(problem) not in known]
    return Lint(own, others)


def _places(bank: LoadedBank) -> Iterator[tuple[str, int, int, str]]:
    return map(_place, bank.problems)


def _place(problem: Problem) -> tuple[str, int, int, str]:
    # Without the message: it may name a line of the file that is being changed.
    return problem.file, problem.line, problem.column, problem.code


def _served(session: SessionLike) -> dict[str, tuple[int, str]]:
    rows = session.execute(
        select(CurrentQuestion.question_id, Revision.number, Revision.digest).join(
            Revision, Revision.id == CurrentQuestion.revision_id
        )
    )
    return {row.question_id: (row.number, row.digest) for row in rows}


def _compared(
    before: dict[str, tuple[int, str]], after: dict[str, tuple[int, str]], blocked: int
) -> Saved:
    changed = sorted(i for i in before.keys() & after.keys() if before[i] != after[i])
    return Saved(
        added=sorted(after.keys() - before.keys()),
        corrected=[i for i in changed if before[i][0] == after[i][0]],
        revised=[i for i in changed if before[i][0] != after[i][0]],
        removed=sorted(before.keys() - after.keys()),
        blocked=blocked,
    )


def _stem(name: str) -> str:
    """What ids of a new file begin with: `campus/02-theses.yaml` → `campus-02-theses`."""
    words = re.sub(r"[^a-z0-9_]+", "-", PurePosixPath(name).with_suffix("").as_posix().lower())
    words = words.strip("-")
    return words if re.match("[a-z]", words) else f"q-{words}".rstrip("-")
