"""Rules and results as canonical JSON: what is hashed, kept, and compared bit for bit."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from quizengine.domain.appraisal.facts import UnitNode
from quizengine.domain.appraisal.ranking import StageScore, UnitResult, YearResult
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.canonical import canonical_json

SCHEMA = 1


def rules_text(rules: AppraisalRules) -> str:
    """The rules as canonical JSON."""
    return canonical_json(rules.model_dump(mode="json", by_alias=True)).decode()


def sha256_of(text: str) -> str:
    """SHA-256 of a text as UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def result_text(rules: AppraisalRules, result: YearResult) -> str:
    """The result as canonical JSON; shares and points exact, as in `2/3`."""
    return canonical_json(result_data(rules, result)).decode()


def result_data(rules: AppraisalRules, result: YearResult) -> dict[str, Any]:
    """The result as plain JSON types."""
    return {
        "schema": SCHEMA,
        "year": rules.year,
        "rules": {"version": rules.version, "sha256": sha256_of(rules_text(rules))},
        "entries": result.entries,
        "units": [_unit_data(unit) for unit in result.units],
        "people": {name: list(listed) for name, listed in result.people.items()},
    }


def _unit_data(result: UnitResult) -> dict[str, Any]:
    unit = result.unit
    return {
        "code": unit.code,
        "parent": unit.parent,
        "level": unit.level,
        "members": unit.members,
        "scores": [
            {"task": s.task, "stage": s.stage, "value": str(s.value), "points": str(s.points)}
            for s in result.scores
        ],
        "adjustments": {name: str(points) for name, points in result.adjustments.items()},
        "vetoes": list(result.vetoes),
        "total": str(result.total),
        "grade": result.grade,
        "rank": result.rank,
    }


def read_result(data: Mapping[str, Any]) -> YearResult:
    """The result that `result_data` wrote."""
    return YearResult(
        data["entries"],
        tuple(_read_unit(unit) for unit in data["units"]),
        {name: tuple(listed) for name, listed in data["people"].items()},
    )


def _read_unit(data: Mapping[str, Any]) -> UnitResult:
    return UnitResult(
        unit=UnitNode(data["code"], data["parent"], data["level"], data["members"]),
        scores=tuple(
            StageScore(s["task"], s["stage"], Fraction(s["value"]), Fraction(s["points"]))
            for s in data["scores"]
        ),
        adjustments={name: Fraction(points) for name, points in data["adjustments"].items()},
        vetoes=tuple(data["vetoes"]),
        total=Decimal(data["total"]),
        grade=data["grade"],
        rank=data["rank"],
    )
