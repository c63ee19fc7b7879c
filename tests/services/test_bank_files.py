"""Files of the bank: who may touch which, and how they are written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.bank_files import (
    editable_files,
    file_lines,
    locate,
    new_file_name,
    open_file,
    require_editor,
    subject_folders,
    write_file,
)

ActorOf = Callable[[str], Actor]


@pytest.fixture
def admin(school: School, actor_of: ActorOf) -> Actor:
    """An admin of all units."""
    return actor_of("admin")


@pytest.mark.parametrize("name", ["cs-admin", "auditor", "organizer", "grader", "li"])
def test_only_admins_of_all_units_may_edit(school: School, actor_of: ActorOf, name: str) -> None:
    with pytest.raises(Refused) as refused:
        require_editor(actor_of(name))
    assert refused.value.status == 403


def test_an_admin_of_all_units_may_edit(admin: Actor) -> None:
    require_editor(admin)
    require_editor(SYSTEM)


def test_reserved_folders_hold_files_but_no_questions(bank: Path) -> None:
    for folder in ("contests", "appraisal"):
        (bank / folder).mkdir()
        (bank / folder / "x.yaml").write_text("schema: 1\n", encoding="utf-8")
    assert editable_files(bank) == [
        "_registry/commitments.yaml",
        "_registry/laws.yaml",
        "_registry/tiers.yaml",
        "_registry/topics.yaml",
        "appraisal/x.yaml",
        "blueprints/all-types.yaml",
        "blueprints/quick.yaml",
        "contests/x.yaml",
        "items/all.yaml",
        "items/leaving.yaml",
    ]
    assert subject_folders(bank) == ["items"]


def test_files_are_listed_with_questions_and_problems(
    session: Session, admin: Actor, bank: Path
) -> None:
    lines = {line.name: line for line in file_lines(session, admin, bank)}
    assert lines["items/leaving.yaml"].questions == 5
    assert lines["items/leaving.yaml"].folder == "items"
    assert lines["blueprints/quick.yaml"].questions == 0
    assert all(line.errors == line.warnings == 0 for line in lines.values())


@pytest.mark.parametrize(
    "name",
    [
        "../outside.yaml",
        "items/../../outside.yaml",
        "/etc/passwd",
        "items/../items/all.yaml",
        "items//all.yaml",
        "items/all.yaml/",
        "items/none.yaml",
        "items/.hidden.yaml",
        "contests/none.yaml",
        "items/all.txt",
        "items",
        "",
        ".",
        "a\x00b/c.yaml",
        "C:\\bank\\x.yaml",
    ],
)
def test_no_name_leads_anywhere_but_to_a_bank_file(admin: Actor, bank: Path, name: str) -> None:
    (bank.parent / "outside.yaml").write_text("secret", encoding="utf-8")
    (bank / "items/.hidden.yaml").write_text("a: 1\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        open_file(admin, bank, name)
    assert refused.value.code == "unknown-file"
    if name != "items/none.yaml":
        with pytest.raises(Refused):
            locate(admin, bank, name)


def test_links_are_not_followed(admin: Actor, bank: Path, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "x.yaml").write_text("schema: 1\nquestions: []\n", encoding="utf-8")
    (bank / "items/link.yaml").symlink_to(outside / "x.yaml")
    (bank / "linked").symlink_to(outside)
    with pytest.raises(Refused) as refused:
        open_file(admin, bank, "items/link.yaml")
    assert refused.value.code == "linked-file"
    for name in ("linked/x.yaml", "linked/new.yaml"):
        with pytest.raises(Refused):
            locate(admin, bank, name)
    with pytest.raises(Refused):
        new_file_name(admin, bank, "linked", "new")


@pytest.mark.parametrize(
    ("folder", "stem", "code"),
    [
        ("items", "Neu", "file-name"),
        ("items", "../x", "file-name"),
        ("items", "a.b", "file-name"),
        ("items", "", "file-name"),
        ("items", "-x", "file-name"),
        ("..", "x", "file-name"),
        ("a/b", "x", "file-name"),
        ("", "x", "file-name"),
        ("_registry", "x", "file-name"),
        ("blueprints", "x", "file-name"),
        ("contests", "x", "file-name"),
        ("items", "all", "file-exists"),
    ],
)
def test_a_new_file_has_a_plain_name_in_a_subject_folder(
    admin: Actor, bank: Path, folder: str, stem: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        new_file_name(admin, bank, folder, stem)
    assert refused.value.code == code


def test_a_new_file_may_stand_in_an_old_or_a_new_folder(admin: Actor, bank: Path) -> None:
    assert new_file_name(admin, bank, "items", "more_2") == "items/more_2.yaml"
    assert new_file_name(admin, bank, "campus-life", "01-exams") == "campus-life/01-exams.yaml"
    assert locate(admin, bank, "campus-life/01-exams.yaml") == bank / "campus-life/01-exams.yaml"
    assert not (bank / "campus-life").exists()


def test_without_a_folder_there_is_nothing_to_edit(admin: Actor, tmp_path: Path) -> None:
    assert editable_files(tmp_path / "none") == []
    with pytest.raises(Refused) as refused:
        locate(admin, tmp_path / "none", "items/new.yaml")
    assert refused.value.code == "unknown-file"


def test_a_file_is_opened_with_the_digest_of_its_bytes(admin: Actor, bank: Path) -> None:
    path = bank / "items/leaving.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    opened = open_file(admin, bank, "items/leaving.yaml")
    assert opened.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert opened.encoding == "utf-8"
    assert opened.text.startswith("schema: 1\n")
    assert "\r" not in opened.text


def test_a_file_in_the_encoding_of_chinese_windows_is_read(admin: Actor, bank: Path) -> None:
    path = bank / "items/leaving.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_bytes(text.encode("gb18030"))
    opened = open_file(admin, bank, "items/leaving.yaml")
    assert (opened.text, opened.encoding) == (text, "gb18030")
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(Refused) as refused:
        open_file(admin, bank, "items/leaving.yaml")
    assert refused.value.code == "unreadable-file"


def test_writing_replaces_the_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "x.yaml"
    write_file(path, "第一\n")
    first = path.stat().st_ino
    path.chmod(0o640)
    with path.open(encoding="utf-8") as reader:
        write_file(path, "第二\n")
        # Who has the old file open goes on reading the old text, whole.
        assert reader.read() == "第一\n"
    assert path.read_bytes() == "第二\n".encode()
    assert path.stat().st_ino != first
    assert path.stat().st_mode & 0o777 == 0o640
    assert [p.name for p in path.parent.iterdir()] == ["x.yaml"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.yaml"
    write_file(path, "old\n")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("quizengine.services.bank_files.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(path, "new\n")
    assert path.read_text(encoding="utf-8") == "old\n"
    assert list(tmp_path.iterdir()) == [path]
