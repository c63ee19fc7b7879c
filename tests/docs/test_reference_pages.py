"""The pages of docs/ that follow from the code are up to date, and leave nothing out."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest
import reference
from website import ROOT

from quizengine.cli import main as commands
from quizengine.settings import Settings

# Where codes of the bank lint are made.
_LINT = (
    "quizengine/bank",
    "quizengine/domain/guard.py",
    "quizengine/domain/leaks.py",
    "quizengine/domain/questioncheck.py",
    "quizengine/domain/textcheck.py",
    "quizengine/domain/contest/rulecheck.py",
    "quizengine/domain/appraisal/check.py",
    "quizengine/domain/duties/check.py",
    "quizengine/services/bank.py",
)
_CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"|_finding\("([a-z-]+)"')
# Codes of other refusals in the same files, and a command of git.
_REFUSALS = {
    *("unknown-rules", "file-too-large"),
    *("not-formatted", "no-such-place", "git-refused", "ls-tree"),
}


@pytest.mark.parametrize("page", reference.PAGES, ids=lambda path: path.name)
def test_a_generated_page_is_up_to_date(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text == reference.written(text), "run: make docs"


def test_every_generated_part_has_its_place() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in reference.PAGES)
    missing = [name for name in reference.BLOCKS if f"<!-- generated: {name} -->" not in pages]
    assert missing == []


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for setting in fields(Settings):
        assert f"`QUIZENGINE_{setting.name.upper()}`" in page


def _paths(command: click.Command, path: str) -> list[str]:
    if not isinstance(command, click.Group):
        return [path]
    context = click.Context(command)
    inner = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return [
        found
        for name, child in inner.items()
        if child is not None
        for found in _paths(child, f"{path} {name}")
    ]


def test_every_command_and_option_is_documented_and_explained() -> None:
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for path in _paths(commands, "quizengine"):
        assert f"## `{path}`" in page
    assert not re.search(r"^\| `[^`]*` \|\s*\|", page, re.MULTILINE), "an option without help"


def lint_codes() -> set[str]:
    found: set[str] = set()
    for name in _LINT:
        path = ROOT / name
        for file in [path] if path.is_file() else path.glob("*.py"):
            codes = _CODE.findall(file.read_text(encoding="utf-8"))
            found |= {compound or single for compound, single in codes}
    return found - _REFUSALS


def test_every_code_of_the_lint_is_documented() -> None:
    page = (ROOT / "docs" / "yaml.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([a-z-]+)` \| (?:error|warning) \|", page, re.MULTILINE))
    assert documented == lint_codes()
