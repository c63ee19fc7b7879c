"""Each fault of appraisal rules has a code and a place."""

from __future__ import annotations

from typing import Any

import pytest
from test_compute import RULES

from quizengine.domain.appraisal.check import check_appraisal
from quizengine.domain.appraisal.rules import AppraisalRules

KINDS = {
    *("exam-result", "exam-missed", "training-held", "contest-result", "incident"),
    "result-correction",
}


def _changed(path: list[str | int], value: Any) -> AppraisalRules:
    data = RULES.model_dump(mode="json", by_alias=True)
    inner = data
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return AppraisalRules.model_validate(data)


def test_sound_rules_have_no_faults() -> None:
    assert check_appraisal(RULES, KINDS) == []


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        (["tasks", 0, "weight"], 61, "weights", ("tasks",)),
        (["tasks", 0, "stages"], {"h1": 40}, "weights", ("tasks", 0, "stages")),
        (["tasks", 0, "stages"], {"h3": 100}, "unknown-stage", ("tasks", 0, "stages", "h3")),
        (["stages", 1, "from"], "2026-07-02", "stage-gap", ("stages", 1, "from")),
        (["stages", 1, "from"], "2026-06-30", "stage-gap", ("stages", 1, "from")),
        (["stages", 1, "to"], "2026-12-30", "stage-gap", ("stages", 1, "to")),
        (["stages", 0, "to"], "2025-12-31", "stage-gap", ("stages", 0, "to")),
        (["zone"], "Asia/Nowhere", "bad-value", ("zone",)),
        (["zone"], "../etc/passwd", "bad-value", ("zone",)),
        (["tasks", 1, "id"], "exam", "duplicate-id", ("tasks", 1, "id")),
        (
            ["tasks", 0, "measure", "of", "kind"],
            ["exam-result", "exams"],
            "unknown-source",
            ("tasks", 0, "measure", "of", "kind", 1),
        ),
        (
            ["tasks", 0, "measure"],
            {"op": "task", "task": "none"},
            "unknown-source",
            ("tasks", 0, "measure", "task"),
        ),
        (
            ["tasks", 0, "measure"],
            {"op": "least", "of": [{"op": "task", "task": "exam"}]},
            "cycle",
            ("tasks", 0, "measure"),
        ),
        (
            ["people", 0, "conditions", 0, "measure"],
            {"op": "task", "task": "exam"},
            "bad-value",
            ("people", 0, "conditions", 0, "measure", "task"),
        ),
        (
            ["tasks", 2, "measure", "full_at"],
            0,
            "bad-value",
            ("tasks", 2, "measure", "full_at"),
        ),
        (
            ["tasks", 2, "measure"],
            {
                "op": "steps",
                "of": {"op": "members"},
                "steps": [{"from": 2, "gives": 1}, {"from": 2, "gives": 1}],
            },
            "bad-value",
            ("tasks", 2, "measure", "steps", 1, "from"),
        ),
        (["grades", 1, "from"], 85, "bad-value", ("grades", 1, "from")),
        (["vetoes", 0, "grade"], "none", "unknown-grade", ("vetoes", 0, "grade")),
    ],
)
def test_a_fault_is_found_at_its_place(
    path: list[str | int], value: Any, code: str, place: tuple[str | int, ...]
) -> None:
    findings = check_appraisal(_changed(path, value), KINDS)
    assert (code, place) in [(finding.code, finding.path) for finding in findings]


def test_tasks_that_need_each_other_are_a_cycle() -> None:
    rules = _changed(["tasks", 0, "measure"], {"op": "task", "task": "score"})
    data = rules.model_dump(mode="json", by_alias=True)
    data["tasks"][1]["measure"] = {"op": "task", "task": "exam"}
    findings = check_appraisal(AppraisalRules.model_validate(data), KINDS)
    assert [f.path[1] for f in findings if f.code == "cycle"] == [0, 1]
