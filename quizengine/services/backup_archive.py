"""The archive of a backup: a .tar.gz with a manifest, and the files that the manifest names."""

from __future__ import annotations

import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from quizengine.domain.text import N_, Refused

MANIFEST = "manifest.json"
_MANIFEST_BYTES = 64 * 1024
_BLOCK = 1024 * 1024


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileFacts(_Strict):
    """What a file must be: its length in bytes, and its SHA-256 in hex."""

    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class LedgerFacts(_Strict):
    """What verifying the ledger found when the backup was made; the root in hex."""

    entries: int = Field(ge=0)
    root: str = Field(pattern=r"^[0-9a-f]{64}$")
    ok: bool


class Manifest(_Strict):
    """What a backup holds, and of what."""

    format: Literal[1] = 1
    version: str
    made_at: datetime
    schema_revision: str
    ledger: LedgerFacts
    files: dict[str, FileFacts]


def facts_of(path: Path) -> FileFacts:
    """Length and hash of a file."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return FileFacts(size=path.stat().st_size, sha256=digest)


def write_archive(target: Path, folder: Path, manifest: Manifest) -> None:
    """Write the manifest and its files in `folder` to `target`, which only its owner may read.

    Refused (`file-exists`, 409) if there is such a file. On disk when this returns.
    """
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise Refused("file-exists", N_("%(path)s already exists."), path=str(target)) from error
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            _write(file, folder, manifest)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        target.unlink()
        raise _unwritable(target, error) from error


def _unwritable(target: Path, error: OSError) -> Refused:
    reason = error.strerror or str(error)
    return Refused(
        "file-unwritable",
        N_("%(path)s can't be written: %(reason)s"),
        path=str(target),
        reason=reason,
    )


def _write(file: BinaryIO, folder: Path, manifest: Manifest) -> None:
    with tarfile.open(fileobj=file, mode="w:gz") as tar:
        text = manifest.model_dump_json(indent=1).encode()
        tar.addfile(_member(MANIFEST, len(text), manifest.made_at), BytesIO(text))
        for name, facts in manifest.files.items():
            with (folder / name).open("rb") as source:
                tar.addfile(_member(name, facts.size, manifest.made_at), source)


def _member(name: str, size: int, at: datetime) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(at.timestamp())
    return member


def unpack_archive(source: Path, folder: Path, known: Sequence[str]) -> Manifest:
    """Unpack into `folder`, and check everything against the manifest.

    Only plain files with a name in `known` come out of an archive, whatever else it claims to
    hold. Refused (400): `backup-unreadable`, `backup-altered`.
    """
    with _reading(source) as tar:
        manifest = _manifest(tar)
        left = dict(manifest.files)
        # Not `for member in tar`, which begins with the manifest again.
        while member := tar.next():
            facts = left.pop(member.name, None)
            if facts is None or member.name not in known or not member.isreg():
                raise _altered(member.name)
            if member.size != facts.size:
                raise _altered(member.name)
            _unpack(tar, member, folder / member.name)
            if facts_of(folder / member.name) != facts:
                raise _altered(member.name)
    for name in left:
        raise _altered(name)
    return manifest


@contextmanager
def _reading(source: Path) -> Iterator[tarfile.TarFile]:
    try:
        with tarfile.open(source, "r:gz") as tar:
            yield tar
    # A cut-off or damaged file shows in one of the two layers, tar or gzip.
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise _unreadable(error) from error


def _unreadable(reason: object) -> Refused:
    return Refused(
        "backup-unreadable",
        N_("This is not a complete backup: %(reason)s"),
        status=400,
        reason=reason,
    )


def _altered(name: str) -> Refused:
    return Refused(
        "backup-altered",
        N_("The backup was altered: %(name)s is not as the manifest says."),
        status=400,
        name=name,
    )


def _manifest(tar: tarfile.TarFile) -> Manifest:
    member = tar.next()
    if member is None or member.name != MANIFEST or member.size > _MANIFEST_BYTES:
        raise _unreadable(MANIFEST)
    file = tar.extractfile(member)
    if file is None:
        raise _unreadable(MANIFEST)
    try:
        return Manifest.model_validate_json(file.read())
    except ValidationError as error:
        raise _unreadable(MANIFEST) from error


def _unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, path: Path) -> None:
    file = tar.extractfile(member)
    if file is None:
        raise _altered(member.name)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with file, os.fdopen(descriptor, "wb") as target:
        _copy(file, target)


def _copy(source: IO[bytes], target: BinaryIO) -> None:
    while block := source.read(_BLOCK):
        target.write(block)
