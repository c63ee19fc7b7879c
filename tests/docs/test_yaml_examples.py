"""The examples in docs/yaml.md are a bank without a fault."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from website import ROOT

from quizengine.bank.contests import named_blueprints, read_contest
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.domain.questions import QUESTION_TYPES

_EXAMPLE = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_REGISTRIES = ("tiers", "topics", "laws", "commitments")


def _place(number: int, example: str) -> str:
    keys = yaml.safe_load(example).keys()
    for name in _REGISTRIES:
        if name in keys:
            return f"_registry/{name}.yaml"
    if "parts" in keys:
        return f"checklists/{number}.yaml"
    return f"questions/{number}.yaml" if "questions" in keys else f"blueprints/{number}.yaml"


@pytest.fixture(scope="module")
def documented_bank(tmp_path_factory: pytest.TempPathFactory) -> LoadedBank:
    """All examples of the page, each in its file."""
    folder = tmp_path_factory.mktemp("documented")
    page = (ROOT / "docs" / "yaml.md").read_text(encoding="utf-8")
    for number, example in enumerate(_EXAMPLE.findall(page)):
        path: Path = folder / _place(number, example)
        path.parent.mkdir(exist_ok=True)
        path.write_text(example, encoding="utf-8")
    return load_bank(folder, date(2026, 3, 2))


def test_the_lint_finds_nothing(documented_bank: LoadedBank) -> None:
    assert [f"{p.file}: {p.text}" for p in documented_bank.problems] == []


def test_there_is_an_example_of_everything(documented_bank: LoadedBank) -> None:
    assert {q.type for q in documented_bank.questions.values()} == set(QUESTION_TYPES)
    assert len(documented_bank.blueprints) == len(documented_bank.checklists) == 1
    registry = documented_bank.registry
    assert registry.tiers and registry.topics and registry.commitments
    assert {law.replaced_by for law in registry.laws.values()} == {"bmf-2024", None}


def test_the_page_on_contests_has_rules_without_a_fault(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "contests.md").read_text(encoding="utf-8")
    (example,) = _EXAMPLE.findall(page)
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    rules, problems = read_contest(path)
    assert rules is not None
    assert problems == []
    assert {name for _, name in named_blueprints(rules)} <= {
        path.stem for path in (ROOT / "question_bank" / "blueprints").glob("*.yaml")
    }


def test_the_page_on_contests_names_every_preset() -> None:
    page = (ROOT / "docs" / "contests.md").read_text(encoding="utf-8")
    presets = {path.name for path in (ROOT / "question_bank" / "contests").glob("*.yaml")}
    assert set(re.findall(r"^\| `([a-z-]+\.yaml)` \|", page, re.MULTILINE)) == presets
