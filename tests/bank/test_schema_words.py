"""Faults of a field are told in our own words, which can be translated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from types import ModuleType
from typing import Any

import pytest
from pydantic import BaseModel

from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile
from quizengine.domain import blueprints, questions, registry
from quizengine.domain.contest import rules
from quizengine.domain.problems import Problem

ODD: tuple[Any, ...] = (
    *(None, True, 0, 1, -1, 1.5, 10**30, "", "x", "nan", "1e999", "0.0001", "2026-13-01"),
    *("9" * 5000, date(2026, 1, 31), [], [None], [[]], {}, {"a": None}, {"from": 5}),
)


def _classes(module: ModuleType) -> Iterator[type[BaseModel]]:
    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, BaseModel) and value is not BaseModel:
            yield value


def _problems(cls: type[BaseModel], entry: dict[str, Any]) -> list[Problem]:
    file = YamlFile("bank.yaml")
    validated(file, cls, entry, ())
    return file.problems


@pytest.mark.parametrize(
    "module", [questions, blueprints, registry, rules], ids=lambda m: m.__name__
)
def test_every_fault_has_a_template_of_its_own(module: ModuleType) -> None:
    for cls in _classes(module):
        for name, field in cls.model_fields.items():
            for value in ODD:
                for problem in _problems(cls, {field.alias or name: value}):
                    assert problem.text.template != "%(field)s: %(message)s", problem


def test_choices_are_listed_without_an_english_word() -> None:
    found = {p.code: p for p in _problems(registry.Tier, {"dates": "x"})}
    assert str(found["bad-value"].text) == "dates must be one of 'none', 'membership', 'travel'."
