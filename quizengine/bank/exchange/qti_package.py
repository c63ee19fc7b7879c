"""The files of a QTI package (IMS Content Packaging 1.1.4, and QTI 2.2 "Integration Guide").

A package is a zip with `imsmanifest.xml`, whose resources of the type `imsqti_item_xmlv2p…` are
the questions. It comes from outside: names that lead out of it, encrypted files, and files that
unpack to more than a bank can need are refused before anything is unpacked further.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import NoReturn
from urllib.parse import unquote

from quizengine.bank.exchange.xmlnode import Node, read_xml
from quizengine.domain.text import N_, Refused

MANIFEST = "imsmanifest.xml"
_MOST_FILES = 50_000
_LARGEST_FILE = 32 * 2**20
_LARGEST = 256 * 2**20
# What only tells how the files are written or look.
_WORDLESS = (".xsd", ".dtd", ".css", ".ds_store", "thumbs.db", "/")
_DIFFICULTIES = ("very easy", "easy", "medium", "difficult", "very difficult")


@dataclass
class Resource:
    """A resource of the manifest: its file, its type, and what the metadata say of it."""

    href: str
    type: str
    keywords: list[str] = field(default_factory=list)
    title: str = ""
    difficulty: int | None = None


@dataclass
class Package:
    """The files of a package by name, and the resources of its manifest in order."""

    files: dict[str, bytes]
    resources: list[Resource]
    manifest: str = ""

    def others(self, read: set[str]) -> list[str]:
        """The names of files that say something and are neither the manifest nor `read`."""
        known = {*read, self.manifest}
        return [name for name in self.files if name not in known and not _wordless(name)]


def is_zip(data: bytes) -> bool:
    """Whether `data` looks like a zip file."""
    return data.startswith(b"PK")


def open_package(data: bytes, name: str) -> Package:
    """The package in `data`, a file called `name`.

    Refused (400): `file-unreadable` if it is no whole zip file, `file-unsafe` if it isn't safe to
    unpack.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _unpacked(archive, name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as fault:
        raise Refused(
            "file-unreadable",
            N_("%(name)s is not a whole zip file: %(fault)s."),
            status=400,
            name=name,
            fault=str(fault),
        ) from fault
    manifests = [each for each in files if posixpath.basename(each) == MANIFEST]
    manifest = min(manifests, key=lambda each: each.count("/"), default="")
    resources = _resources(files[manifest], manifest) if manifest else []
    return Package(files, resources, manifest)


def _unpacked(archive: zipfile.ZipFile, name: str) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > _MOST_FILES:
        _unsafe(name, N_("%(name)s: more than %(most)s files."), most=_MOST_FILES)
    files: dict[str, bytes] = {}
    left = _LARGEST
    for entry in entries:
        _check_entry(entry, name)
        if entry.is_dir():
            continue
        # The sizes that the archive states may be lies: what is read is counted.
        most = min(left, _LARGEST_FILE)
        with archive.open(entry) as file:
            content = file.read(most + 1)
        if len(content) > most:
            _unsafe(name, N_("%(name)s, %(file)s: it unpacks to too much."), file=entry.filename)
        left -= len(content)
        files[entry.filename] = content
    return files


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    path = entry.filename
    if path.startswith(("/", "\\")) or ":" in path or "\\" in path or ".." in path.split("/"):
        _unsafe(name, N_("%(name)s, %(file)s: the name leads out of the package."), file=path)
    if entry.flag_bits & 1:
        _unsafe(name, N_("%(name)s, %(file)s: the file is encrypted."), file=path)


def _unsafe(name: str, template: str, **params: object) -> NoReturn:
    raise Refused("file-unsafe", template, status=400, name=name, **params)


def _wordless(name: str) -> bool:
    return name.lower().endswith(_WORDLESS) or name.startswith("__MACOSX/")


def _resources(data: bytes, manifest: str) -> list[Resource]:
    root = read_xml(data, manifest).root
    folder = posixpath.dirname(manifest)
    found = []
    for resources in root.children("resources"):
        base = posixpath.join(folder, resources.get("base"))
        for node in resources.children("resource"):
            href = unquote(node.get("href"))
            path = posixpath.normpath(posixpath.join(base, node.get("base"), href))
            found.append(_resource(node, path))
    return found


def _resource(node: Node, path: str) -> Resource:
    """A resource with its metadata in LOM (IEEE 1484.12.1, of the package or of IMS)."""
    resource = Resource(path, node.get("type"))
    metadata = node.child("metadata")
    for general in metadata.inside("general") if metadata else ():
        resource.keywords += [
            text.text().strip()
            for keyword in general.children("keyword")
            for text in keyword.children("string", "langstring")
        ]
        title = general.child("title")
        resource.title = " ".join(title.text().split()) if title else ""
    for difficulty in metadata.inside("difficulty") if metadata else ():
        words = " ".join((difficulty.child("value") or difficulty).text().split()).lower()
        if words in _DIFFICULTIES:
            resource.difficulty = _DIFFICULTIES.index(words) + 1
    return resource


def lom_difficulty(difficulty: int) -> str:
    """The word of LOM 5.8 for a difficulty from 1 to 5."""
    return _DIFFICULTIES[difficulty - 1]
