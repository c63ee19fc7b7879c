"""Where a state of a bank is read from: a folder, a file, or a revision of git."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from quizengine.bank.folder import Folder
from quizengine.bank.yamlfile import YamlFile, read_bytes, read_file
from quizengine.domain.text import N_, Refused

_SUFFIXES = (".yaml", ".yml")


def files_at(where: str) -> list[YamlFile]:
    """The YAML files at `where`: a folder, a file, or `REV:path` of the git repository here.

    Refused `no-such-place` if there is none of these.
    """
    path = Path(where)
    if path.is_dir():
        folder = Folder(path)
        return [folder.yaml(name) for name in folder.names]
    if path.is_file():
        return [read_file(path, path.name)]
    revision, colon, inside = where.partition(":")
    # A revision that looks like an option would be one to git.
    if colon and revision and not revision.startswith("-") and shutil.which("git"):
        return _files_of(revision, inside)
    raise Refused("no-such-place", N_("There is no file, folder or revision %(name)s."), name=where)


def _files_of(revision: str, inside: str) -> list[YamlFile]:
    wanted = inside.rstrip("/")
    listed = _git("ls-tree", "-r", "-z", "--name-only", revision, "--", wanted or ".")
    names = [n for n in listed.decode().split("\0") if n.endswith(_SUFFIXES)]
    if not names:
        raise Refused(
            "no-such-place",
            N_("There is no file, folder or revision %(name)s."),
            name=f"{revision}:{inside}",
        )
    return [
        read_bytes(_below(name, wanted), _git("show", f"{revision}:./{name}")) for name in names
    ]


def _below(name: str, folder: str) -> str:
    """The name relative to the bank; of a single file its last part."""
    return name.removeprefix(f"{folder}/") if name != folder else name.rsplit("/", 1)[-1]


def _git(*arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    if done.returncode:
        raise Refused(
            "git-refused",
            N_("git can't read this: %(error)s"),
            error=done.stderr.decode(errors="replace").strip().split("\n")[0],
        )
    return done.stdout
