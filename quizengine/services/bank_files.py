"""The bank's files: which there are, reading one, and writing it so that nothing is ever half."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import func, select

from quizengine.bank.folder import bank_files
from quizengine.bank.loader import RESERVED
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.bank import stored_problems
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import CurrentQuestion

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class FileLine:
    """A file in the list; `questions` are those of it that are served."""

    name: str
    folder: str
    questions: int
    errors: int
    warnings: int


@dataclass(frozen=True)
class BankText:
    """A file as it is on disk.

    `digest` is the SHA-256 (hex) of its bytes, "" for a file that isn't there yet. `encoding` is
    utf-8, or what the file is written in by mistake: saving it makes it UTF-8.
    """

    name: str
    text: str
    digest: str
    encoding: str = "utf-8"


def require_editor(actor: Actor) -> None:
    """Go on only if the actor may change the bank, and so see all answers: an admin of all units.

    Raises Refused `forbidden` (403).
    """
    if not actor.everywhere("admin"):
        raise forbidden()


def editable_files(root: Path) -> list[str]:
    """Names of the files that may be changed here: all of the bank."""
    return list(bank_files(root))


def file_lines(session: SessionLike, actor: Actor, root: Path) -> list[FileLine]:
    """The files that may be changed, with what the last look at them found."""
    require_editor(actor)
    found = Counter((problem.file, problem.severity) for problem in stored_problems(session))
    counted = session.execute(
        select(CurrentQuestion.file, func.count()).group_by(CurrentQuestion.file)
    )
    questions = dict(counted.all())
    return [
        FileLine(
            name,
            PurePosixPath(name).parent.as_posix(),
            questions.get(name, 0),
            found[name, "error"],
            found[name, "warning"],
        )
        for name in editable_files(root)
    ]


def open_file(actor: Actor, root: Path, name: str) -> BankText:
    """A file to be changed.

    Refused: `forbidden` (403), `unknown-file` (404), `linked-file`, `unreadable-file` (409).
    """
    require_editor(actor)
    return on_disk(_existing(root, name), name)


def new_file_name(actor: Actor, root: Path, folder: str, stem: str) -> str:
    """The name of a file that may be made: `stem`.yaml in a subject folder, old or new.

    Refused: `forbidden` (403), `file-name` (400), `file-exists` (409).
    """
    require_editor(actor)
    if not root.is_dir():
        raise _unknown(folder)
    if not _NAME.fullmatch(stem):
        raise Refused(
            "file-name",
            N_("A file is named with a–z, 0–9, - and _ only, and begins with a letter or digit."),
            status=400,
        )
    if folder not in subject_folders(root) and (folder in RESERVED or not _NAME.fullmatch(folder)):
        raise Refused(
            "file-name",
            N_("A folder is named with a–z, 0–9, - and _ only, and may not have a reserved name."),
            status=400,
        )
    name = f"{folder}/{stem}.yaml"
    if (root / name).exists():
        raise Refused("file-exists", N_("There is already a file %(file)s."), file=name)
    _refuse_links(root, name)
    return name


def subject_folders(root: Path) -> list[str]:
    """Folders that hold bank files."""
    parents = {_parent(name) for name in bank_files(root) if not _reserved(name)}
    return sorted(parents - {"."})


def locate(actor: Actor, root: Path, name: str) -> Path:
    """Where the file `name` is or may be made; Refused as in `open_file` and `new_file_name`."""
    require_editor(actor)
    if name in editable_files(root):
        return _existing(root, name)
    place = PurePosixPath(name)
    if new_file_name(actor, root, _parent(name), place.stem) != name:
        raise _unknown(name)
    return root / name


def on_disk(path: Path, name: str) -> BankText:
    """The file as it is now, empty if it isn't there; Refused `unreadable-file` (409)."""
    try:
        return _decoded(name, path.read_bytes())
    except FileNotFoundError:
        return BankText(name, "", "")
    except OSError as error:
        raise Refused(
            "unreadable-file",
            N_("%(file)s can't be read: %(error)s."),
            file=name,
            error=error.strerror,
        ) from error


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Between looking at a file and writing it, no other process does."""
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_file(path: Path, text: str) -> None:
    """Put `text` in place of the file at once: a reader sees the old or the new one, whole.

    On disk before this returns. Raises OSError, and then the old file stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    # Hidden, so that nobody takes it for a file of the bank.
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _decoded(name: str, content: bytes) -> BankText:
    digest = hashlib.sha256(content).hexdigest()
    # GB 18030 is what editors on Chinese Windows write when nobody chose UTF-8.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        shown = encoding.removesuffix("-sig")
        return BankText(name, text.replace("\r\n", "\n").replace("\r", "\n"), digest, shown)
    raise Refused(
        "unreadable-file",
        N_("%(file)s is neither UTF-8 nor GB 18030: it is not a text file."),
        file=name,
    )


def _existing(root: Path, name: str) -> Path:
    # The list comes from the folder itself, so no name can lead out of it but through a link.
    if name not in editable_files(root):
        raise _unknown(name)
    _refuse_links(root, name)
    return root / name


def _refuse_links(root: Path, name: str) -> None:
    place = root
    for part in PurePosixPath(name).parts:
        place = place / part
        if place.is_symlink():
            raise Refused(
                "linked-file",
                N_("%(file)s is a link: change the file that it leads to on the server."),
                file=name,
            )


def _unknown(name: str) -> Refused:
    return Refused(
        "unknown-file", N_("There is no file %(file)s in the bank."), status=404, file=name
    )


def _parent(name: str) -> str:
    return PurePosixPath(name).parent.as_posix()


def _reserved(name: str) -> bool:
    return PurePosixPath(name).parts[0] in RESERVED
