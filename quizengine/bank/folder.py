"""The files of a bank, as they are on disk or as they would be after a change."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from quizengine.bank.yamlfile import YamlFile, read_bytes, unreadable

_SUFFIXES = (".yaml", ".yml")
# Files whose parsed form `Folder` keeps if asked to: enough for a large bank, some 30 MB at most.
_KEPT = 128
# A file that has changed a moment ago may change once more within one tick of the system's clock.
_SETTLED_NS = 2_000_000_000


def bank_files(root: Path) -> Iterator[str]:
    """Names of all YAML files of the bank, relative to `root`, sorted; hidden ones are left out."""
    found = []
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".")]
        inside = PurePosixPath(Path(folder).relative_to(root).as_posix())
        found += [inside / name for name in names if _is_yaml(name)]
    yield from map(str, sorted(found))


def _is_yaml(name: str) -> bool:
    return name.endswith(_SUFFIXES) and not name.startswith(".")


def bank_digest(root: Path) -> str:
    """SHA-256 over names and contents of all files: changes when any file does.

    Files whose size and times are as before are not read again.
    """
    stamps = tuple(_stamps(root))
    newest = max((changed for _name, _size, _modified, changed in stamps), default=0)
    if time.time_ns() - newest < _SETTLED_NS:
        return Folder(root).digest()
    return _settled_digest(root, stamps)


# (name, size in bytes, time of the content and of the file's record in ns)
_Stamp = tuple[str, int, int, int]


def _stamps(root: Path) -> Iterator[_Stamp]:
    for name in bank_files(root):
        try:
            found = (root / name).stat()
        except OSError:
            continue
        yield name, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@lru_cache(maxsize=4)
def _settled_digest(root: Path, _stamps: tuple[_Stamp, ...]) -> str:
    return Folder(root).digest()


class Folder:
    """A bank folder, each file read once.

    `replaced` maps names to texts that stand for what is on disk, or for files that aren't there.
    With `keep`, the parsed form of a file on disk is kept in memory for the next folder that
    holds the same content.
    """

    def __init__(
        self, root: Path, replaced: Mapping[str, str] | None = None, *, keep: bool = False
    ) -> None:
        self.root = root
        self._replaced = {name: text.encode() for name, text in (replaced or {}).items()}
        self._keep = keep
        self._contents: dict[str, bytes | OSError] = {}
        named = {*bank_files(root), *self._replaced}
        self.names = [str(path) for path in sorted(map(PurePosixPath, named))]

    def digest(self) -> str:
        """SHA-256 over names and contents of all files."""
        total = hashlib.sha256()
        for name in self.names:
            content = self._content(name)
            # An unreadable file counts as empty: it changes the sum once it can be read.
            readable = content if isinstance(content, bytes) else b""
            for part in (name.encode(), readable):
                total.update(hashlib.sha256(part).digest())
        return total.hexdigest()

    def yaml(self, name: str) -> YamlFile:
        """The parsed file; never raises, faults are in its problems."""
        content = self._content(name)
        if isinstance(content, OSError):
            return unreadable(name, content)
        if self._keep and name not in self._replaced:
            kept = _parsed(name, content)
            # Whoever checks the file adds problems of its own.
            return replace(kept, problems=list(kept.problems))
        return read_bytes(name, content)

    def _content(self, name: str) -> bytes | OSError:
        if name not in self._contents:
            try:
                self._contents[name] = (
                    self._replaced[name]
                    if name in self._replaced
                    else (self.root / name).read_bytes()
                )
            except OSError as error:
                self._contents[name] = error
        return self._contents[name]


@lru_cache(maxsize=_KEPT)
def _parsed(name: str, content: bytes) -> YamlFile:
    return read_bytes(name, content)
