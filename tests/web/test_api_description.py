"""/api/v1/openapi.json tells all that the API does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from apiclient import DOCUMENT
from flask import Flask
from flask.testing import FlaskClient

_METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


def test_everybody_may_read_it(app: Flask) -> None:
    response = app.test_client().get("/api/v1/openapi.json")
    assert response.status_code == 200
    assert response.json == json.loads(json.dumps(DOCUMENT))
    assert response.json["openapi"].startswith("3.1.")


def test_every_route_is_described_and_nothing_else(app: Flask) -> None:
    routes = {
        (re.sub(r"<(?:[^:>]+:)?(\w+)>", r"{\1}", rule.rule), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        for method in (rule.methods or set()) & _METHODS
    }
    assert routes == {(path, method) for path, method, _ in _operations()}


def test_every_call_of_the_contract_is_there() -> None:
    assert {(method, path.removeprefix("/api/v1")) for path, method, _ in _operations()} >= {
        ("POST", "/tokens"),
        ("GET", "/exams"),
        ("POST", "/exams/{exam_id}/commitment"),
        ("POST", "/exams/{exam_id}/sittings"),
        ("GET", "/sittings/{sitting_id}"),
        ("PUT", "/sittings/{sitting_id}/answers/{question_id}"),
        ("POST", "/sittings/{sitting_id}/submit"),
        ("GET", "/sittings/{sitting_id}/result"),
        ("GET", "/ledger/entries"),
    }


def test_each_operation_is_complete() -> None:
    names = set()
    for path, method, operation in _operations():
        assert operation["operationId"] not in names
        names.add(operation["operationId"])
        assert operation["summary"]
        named = set(re.findall(r"{(\w+)}", path))
        described = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
        assert described == named
        statuses = operation["responses"]
        assert any(status.startswith("2") for status in statuses)
        assert ("requestBody" in operation) == ("415" in statuses)
        if operation["security"]:
            assert {"401", "403"} <= set(statuses), (path, method)


def test_every_reference_leads_somewhere() -> None:
    names = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))
    assert names == set(DOCUMENT["components"]["schemas"])


def test_errors_are_problem_details() -> None:
    for _path, _method, operation in _operations():
        for status, response in operation["responses"].items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"]


def test_replies_are_never_kept(client: FlaskClient) -> None:
    assert client.get("/api/v1/exams").headers["Cache-Control"] == "no-store"
