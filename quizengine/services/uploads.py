"""Files kept between their preview and the decision on them: in the instance folder, for an hour.

A site on several machines keeps its instance folder on a disk that they share.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from quizengine.domain.text import N_, Refused

KEPT = timedelta(hours=1)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NAME_LENGTH = 200


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded, with the name it had there."""

    name: str
    data: bytes


def keep_upload(instance: Path, now: datetime, person_id: int, upload: Upload) -> str:
    """Keep a file for the person alone; the token by which to get it. Sweeps out old files."""
    folder = instance / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in folder.iterdir():
        if not _is_fresh(path, now):
            path.unlink(missing_ok=True)
    token = secrets.token_urlsafe(32)
    head = {
        "person": person_id,
        "until": (now + KEPT).timestamp(),
        "name": upload.name[-_NAME_LENGTH:],
    }
    descriptor = os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps(head).encode() + b"\n" + upload.data)
    return token


def kept_upload(instance: Path, now: datetime, person_id: int, token: str) -> Upload:
    """The file with this token; Refused `upload-gone` (404) if it isn't there for the person."""
    path = _path(instance, token)
    try:
        head, _, data = path.read_bytes().partition(b"\n")
    except FileNotFoundError as error:
        raise _gone() from error
    said = json.loads(head)
    if said["person"] != person_id or now.timestamp() >= said["until"]:
        raise _gone()
    return Upload(said["name"], data)


def drop_upload(instance: Path, token: str) -> None:
    """Remove a file that was used, or is not wanted any more."""
    _path(instance, token).unlink(missing_ok=True)


def _path(instance: Path, token: str) -> Path:
    if not _TOKEN.fullmatch(token):
        raise _gone()
    return instance / "uploads" / token


def _is_fresh(path: Path, now: datetime) -> bool:
    try:
        with path.open("rb") as file:
            return bool(now.timestamp() < json.loads(file.readline())["until"])
    except FileNotFoundError:
        return False
    except (ValueError, KeyError, TypeError):
        # Half written by a process that has ended since, or being written at this moment.
        return now.timestamp() - path.stat().st_mtime < KEPT.total_seconds()


def _gone() -> Refused:
    return Refused(
        "upload-gone",
        N_("This file is no longer kept here. Please choose it again."),
        status=404,
    )
