"""A bank as it would be with other texts in some files."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizengine.bank.folder import Folder, bank_digest, bank_files
from quizengine.bank.loader import load_bank, load_bank_with

SMALL = Path(__file__).parents[1] / "banks" / "small"
TODAY = date(2026, 3, 2)
LEAVING = (SMALL / "items/leaving.yaml").read_text(encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the small bank."""
    folder = tmp_path / "bank"
    shutil.copytree(SMALL, folder)
    return folder


def test_a_text_stands_for_its_file_and_the_folder_stays_as_it_is(root: Path) -> None:
    before = bank_digest(root)
    text = LEAVING.replace("leaving-single-1", "leaving-single-9")
    bank = load_bank_with(root, TODAY, {"items/leaving.yaml": text})
    assert bank.ok
    assert "leaving-single-9" in bank.questions
    assert "leaving-single-1" not in bank.questions
    assert bank_digest(root) == before


def test_a_change_that_keeps_the_size_of_a_file_is_noticed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As if all files had been there for long, so that none is read without need.
    monkeypatch.setattr("quizengine.bank.folder._SETTLED_NS", 0)
    before = bank_digest(root)
    assert bank_digest(root) == before
    (root / "items/leaving.yaml").write_text(LEAVING.replace("[a]", "[b]", 1), encoding="utf-8")
    after = bank_digest(root)
    assert after != before
    (root / "items/hidden").mkdir()
    (root / "items/hidden/.notes.yaml").write_text("a: [", encoding="utf-8")
    assert bank_digest(root) == after


def test_the_bank_with_a_text_is_the_bank_after_writing_it(root: Path) -> None:
    text = LEAVING.replace("[a]", "[x]", 1)
    would_be = load_bank_with(root, TODAY, {"items/leaving.yaml": text, "new/more.yaml": "a: ["})
    (root / "items/leaving.yaml").write_text(text, encoding="utf-8")
    (root / "new").mkdir()
    (root / "new/more.yaml").write_text("a: [", encoding="utf-8")
    is_now = load_bank(root, TODAY)
    assert [p.code for p in is_now.problems] == ["answer-unknown", "yaml-syntax"]
    assert would_be.problems == is_now.problems
    assert would_be.digest == is_now.digest


def test_registries_and_blueprints_are_replaced_too(root: Path) -> None:
    tiers = "schema: 1\ntiers:\n  - {id: new_member, title: {zh: 新成员, en: New}}\n"
    codes = {p.code for p in load_bank_with(root, TODAY, {"_registry/tiers.yaml": tiers}).problems}
    assert "unknown-tier" in codes
    bank = load_bank_with(root, TODAY, {"blueprints/quick.yaml": "schema: 1\n"})
    assert {p.file for p in bank.problems} == {"blueprints/quick.yaml"}


def test_problems_of_one_look_are_not_there_in_the_next(root: Path) -> None:
    broken = "schema: 1\nquestions: [{id: leaving-true-1}]\n"
    for _ in range(2):
        bank = load_bank_with(root, TODAY, {"aa/first.yaml": broken})
        assert [(p.file, p.code) for p in bank.problems if p.severity == "error"] == [
            ("aa/first.yaml", "missing-field"),
            ("items/leaving.yaml", "duplicate-id"),
        ]
    assert load_bank_with(root, TODAY, {}).problems == []


def test_a_change_on_disk_is_seen_at_once(root: Path) -> None:
    assert load_bank_with(root, TODAY, {}).ok
    (root / "items/leaving.yaml").write_text("schema: 2\n", encoding="utf-8")
    assert not load_bank_with(root, TODAY, {}).ok


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (
            lambda root: (root / "items/leaving.yaml").write_bytes("a: 1\n题: ".encode("gb18030")),
            ("items/leaving.yaml", 2, "yaml-syntax"),
        ),
        (
            lambda root: (root / "_registry/tiers.yaml").write_bytes(b"\xff\xfe\x00"),
            ("_registry/tiers.yaml", 1, "yaml-syntax"),
        ),
        (
            lambda root: (root / "items/gone.yaml").symlink_to(root / "nowhere"),
            ("items/gone.yaml", 1, "file-unreadable"),
        ),
    ],
)
def test_a_file_that_can_not_be_read_is_a_problem_at_its_place(
    root: Path, spoil: Callable[[Path], object], problem: tuple[str, int, str]
) -> None:
    spoil(root)
    found = [(p.file, p.line, p.code) for p in load_bank(root, TODAY).problems]
    assert problem in found
    assert len(bank_digest(root)) == 64


def test_folders_and_hidden_files_are_no_bank_files(root: Path) -> None:
    before = list(bank_files(root))
    (root / "items/odd.yaml").mkdir()
    (root / ".git").mkdir()
    (root / ".git/x.yaml").write_text("a", encoding="utf-8")
    (root / "items/.draft.yaml").write_text("a", encoding="utf-8")
    assert list(bank_files(root)) == before
    assert Folder(root).names == before


# fmt: off
PIECES = st.sampled_from([
    "", "\n", "  ", "- ", ": ", "[", "]", "{", "}", '"', "a", "…", "3.5", "null", "true", "&a ",
    "*a", "!!int x", "? ", "|\n", "2024-13-40", "\t", "\x00", "\ud83d", "-", "1e999", "<<: ",
    "[key]: 1",
])
# fmt: on
FILES = st.sampled_from(
    [
        "items/all.yaml",
        "items/leaving.yaml",
        "blueprints/quick.yaml",
        "_registry/laws.yaml",
        "_registry/topics.yaml",
        "_registry/commitments.yaml",
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(start=st.floats(0, 1), length=st.integers(0, 30), piece=PIECES, name=FILES)
def test_no_text_makes_the_lint_fail(start: float, length: int, piece: str, name: str) -> None:
    text = (SMALL / name).read_text(encoding="utf-8")
    at = int(start * len(text))
    changed = (text[:at] + piece + text[at + length :]).encode(errors="replace").decode()
    bank = load_bank_with(SMALL, TODAY, {name: changed})
    lines = changed.count("\n") + 2
    assert all(1 <= p.line <= lines for p in bank.problems if p.file == name)
