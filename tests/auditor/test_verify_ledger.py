"""The auditor's program, run as it is handed over: alone, on an export and kept checkpoints."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from quizengine.auditor.verify_ledger import NOT_AN_ENTRY, canonical, faults_of, verify
from quizengine.cli import main
from quizengine.domain.canonical import canonical_json
from quizengine.domain.merkle import leaf_hash, root_of
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import writing
from quizengine.storage.site import open_database

ENTRIES = 7
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _run(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout


class Case:
    """What the auditor holds: the program, an export, and notes kept at some sizes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "verify_ledger.py"
        self.export = folder / "ledger.jsonl"
        self.key = ""

    def lines(self) -> list[bytes]:
        return self.export.read_bytes().splitlines(keepends=True)

    def note(self, size: int) -> str:
        return str(self.folder / f"kept-{size}.txt")

    def verified(self, *notes: str, key: str | None = None) -> tuple[int, str]:
        """Exit status and what was printed; `-I` keeps this project off the path."""
        given = [word for note in notes for word in ("--checkpoint", note)]
        words = [str(self.program), str(self.export), *given, "--key", key or self.key]
        done = subprocess.run(
            [sys.executable, "-I", *words], capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A site with seven entries, of which a checkpoint went out after four and after all."""
    case = Case(tmp_path_factory.mktemp("auditor"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QUIZENGINE_INSTANCE", str(case.folder / "site"))
        patch.setenv("QUIZENGINE_DATABASE_URL", "")
        patch.setenv("LC_ALL", "C")
        _run("people", "init", "admin", "周敏", "--unit", "学校保密委员会")
        for number in range(1, ENTRIES + 1):
            _append(case.folder / "site", number)
            if number in (4, ENTRIES):
                Path(case.note(number)).write_text(_run("ledger", "checkpoint"), encoding="utf-8")
        case.key = _run("ledger", "key").strip()
        _run("ledger", "export", str(case.export))
        _run("ledger", "verifier", str(case.program))
    return case


def _append(instance: Path, number: int) -> None:
    engine, sessions = open_database(f"sqlite:///{instance / 'quizengine.db'}")
    with sessions() as session, writing(session), LedgerWriter(session) as log:
        at = datetime(2026, 3, number, tzinfo=UTC)
        log.append(at, "test", f"test:{number}", unit="HQ", data={"score": "92.50", "名": "甲\n乙"})
    engine.dispose()


@pytest.fixture
def case(made: Case, tmp_path: Path) -> Case:
    """The same, whose export may be changed."""
    own = Case(made.folder)
    own.key = made.key
    own.export = tmp_path / "ledger.jsonl"
    own.export.write_bytes(made.export.read_bytes())
    return own


def test_an_untouched_export_passes_against_all_that_was_kept(case: Case) -> None:
    status, said = case.verified(case.note(4), case.note(7))
    assert status == 0
    assert f"entries 条目: {ENTRIES}" in said
    assert "entries after number 7" in said


def test_without_a_checkpoint_it_says_what_it_cannot_exclude(case: Case) -> None:
    status, said = case.verified()
    assert status == 0
    assert "不能排除整体改写" in said


def _rewritten(lines: list[bytes]) -> list[bytes]:
    """Another score in entry 2, everything else as it should be."""
    entry = json.loads(lines[1])
    entry["data"]["score"] = "100.00"
    return [lines[0], canonical_json(entry) + b"\n", *lines[2:]]


@pytest.mark.parametrize(
    "change",
    [
        _rewritten,
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: lines[:3],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [lines[0], lines[1], lines[1], *lines[2:]],
        lambda lines: [],
    ],
    ids=["rewritten", "removed", "truncated", "reordered", "copied", "emptied"],
)
def test_each_change_of_the_past_is_found_against_a_checkpoint(
    case: Case, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    case.export.write_bytes(b"".join(change(case.lines())))
    status, said = case.verified(case.note(4))
    assert (status, "FAILED" in said) == (1, True)


@pytest.mark.parametrize(
    "text",
    [b"{}\n", b"not JSON\n", b"\xff\n", b'{"seq": 1}\n', b"[" * 5000 + b"\n", b'{"v":1.5}\n'],
)
def test_a_line_that_is_no_entry_is_a_fault_of_that_line(case: Case, text: bytes) -> None:
    case.export.write_bytes(text)
    status, said = case.verified()
    assert status == 1
    assert "line 1:" in said


def test_a_file_that_was_cut_is_a_fault(case: Case) -> None:
    case.export.write_bytes(case.export.read_bytes()[:-1])
    assert case.verified()[0] == 1


def test_a_checkpoint_that_is_not_genuine_proves_nothing(case: Case, tmp_path: Path) -> None:
    forged = tmp_path / "forged.txt"
    note = Path(case.note(4)).read_text(encoding="utf-8")
    forged.write_text(note.replace("\n4\n", "\n3\n"), encoding="utf-8")
    assert case.verified(str(forged))[0] == 2
    assert case.verified(case.note(4), key=case.key.replace("+", "-"))[0] == 2
    assert case.verified(str(tmp_path / "missing.txt"))[0] == 2


@given(PLAIN)
def test_it_writes_canonical_json_as_the_server_does(value: object) -> None:
    try:
        expected = canonical_json(value)
    except ValueError:  # a lone surrogate, which no entry holds
        return
    assert canonical(value).encode() == expected


@given(st.lists(st.binary().filter(lambda line: b"\n" not in line), max_size=40))
def test_it_hashes_lines_to_the_root_of_the_server(lines: list[bytes]) -> None:
    tree, _ = verify([line + b"\n" for line in lines], [])
    assert tree.root() == root_of([leaf_hash(line) for line in lines])


_TEXTS = st.text(max_size=3)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats() | _TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(_TEXTS, _VALUES, max_size=3), st.booleans(), st.booleans())
def test_what_is_canonical_is_what_the_general_way_writes(
    value: dict[str, object], escaped: bool, ordered: bool
) -> None:
    text = json.dumps(value, ensure_ascii=escaped, sort_keys=ordered, separators=(",", ":"))
    try:
        line = text.encode()
        alike = canonical(json.loads(text)) == text
    except ValueError:  # a float, or a lone surrogate
        line, alike = text.encode(errors="surrogatepass"), False
    [fault] = faults_of(line, 1)
    assert (fault == NOT_AN_ENTRY) == alike
