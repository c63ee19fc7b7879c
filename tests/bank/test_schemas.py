"""JSON Schemas for editors name just what the loader reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from quizengine.cli import main

BANK = Path(__file__).parents[2] / "question_bank"


@pytest.mark.parametrize(
    ("kind", "folder"),
    [
        ("blueprint", "blueprints"),
        ("contest", "contests"),
        ("duty", "duties"),
        ("checklist", "checklists"),
        ("appraisal", "appraisal"),
    ],
)
def test_files_of_the_bank_hold_what_their_schema_names(kind: str, folder: str) -> None:
    result = CliRunner().invoke(main, ["bank", "schema", kind])
    schema: dict[str, Any] = json.loads(result.stdout)
    assert schema["additionalProperties"] is False
    files = sorted((BANK / folder).glob("*.yaml"))
    assert files
    for file in files:
        keys = set(yaml.safe_load(file.read_text(encoding="utf-8")))
        assert set(schema["required"]) <= keys <= set(schema["properties"]), file.name
