"""The files of a bank, as they are on disk or as they would be after a change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePosixPath

from quizengine.bank.yamlfile import YamlFile, read_bytes, unreadable

_SUFFIXES = (".yaml", ".yml")
# Files whose parsed form `Folder` keeps if asked to: enough for a large bank, some 30 MB at most.
_KEPT = 128


def bank_files(root: Path) -> Iterator[str]:
    """Names of all YAML files of the bank, relative to `root`, sorted; hidden ones are left out."""
    found = []
    for path in root.rglob("*"):
        inside = PurePosixPath(path.relative_to(root).as_posix())
        hidden = any(part.startswith(".") for part in inside.parts)
        if inside.suffix in _SUFFIXES and not hidden and not path.is_dir():
            found.append(inside)
    yield from map(str, sorted(found))


def bank_digest(root: Path) -> str:
    """SHA-256 over names and contents of all files: changes when any file does."""
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
