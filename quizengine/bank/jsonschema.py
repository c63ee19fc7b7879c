"""JSON Schema for editors, from the classes that the loader uses."""

from __future__ import annotations

from typing import Any

from quizengine.bank.loader import BankFile
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.selfchecks import Checklist

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def bank_schema() -> dict[str, Any]:
    """Schema of a bank file."""
    schema = BankFile.model_json_schema(by_alias=True)
    # `defaults` of the file stand in for fields of a question, which no editor can know.
    for name, definition in schema["$defs"].items():
        if name.endswith("Question"):
            optional = {"tiers", "topics"}
            definition["required"] = [r for r in definition["required"] if r not in optional]
    return {"$schema": _DIALECT, **schema}


def blueprint_schema() -> dict[str, Any]:
    """Schema of a blueprint file."""
    return {"$schema": _DIALECT, **Blueprint.model_json_schema(by_alias=True)}


def contest_schema() -> dict[str, Any]:
    """Schema of the rule file of a contest."""
    return {"$schema": _DIALECT, **ContestRules.model_json_schema(by_alias=True)}


def duty_schema() -> dict[str, Any]:
    """Schema of the file of a frequency duty."""
    return {"$schema": _DIALECT, **DutyRule.model_json_schema(by_alias=True)}


def checklist_schema() -> dict[str, Any]:
    """Schema of the checklist of a year's self-assessments."""
    return {"$schema": _DIALECT, **Checklist.model_json_schema(by_alias=True)}


def appraisal_schema() -> dict[str, Any]:
    """Schema of the rules of a year's appraisal."""
    return {"$schema": _DIALECT, **AppraisalRules.model_json_schema(by_alias=True)}
