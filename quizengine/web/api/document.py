"""The description of the API (OpenAPI 3.1), generated from its table and its classes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from flask import Response
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from quizengine import __version__
from quizengine.web.api.operations import OPERATIONS, Operation
from quizengine.web.api.schemas import Problem
from quizengine.web.identity import public
from quizengine.web.problems import MIMETYPE

PREFIX = "/api/v1"
_REFERENCE = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>")
_SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer"},
    "cookie": {
        "type": "apiKey",
        "in": "cookie",
        "name": "quizengine",
        "description": "With the header X-CSRFToken on requests that change something.",
    },
    "office": {
        "type": "http",
        "scheme": "bearer",
        "description": "A token that an admin made for a program, with scopes and a unit.",
    },
}


def problems_of(operation: Operation) -> dict[int, type[Problem]]:
    """What the call may refuse, by status."""
    statuses = [500]
    if not operation.public:
        statuses += [401, 403]
    if operation.method != "GET" or operation.query:
        statuses.append(400)
    if operation.body:
        statuses += [413, 415]
    return {**dict.fromkeys(statuses, Problem), **operation.refusals}


def path_of(operation: Operation) -> str:
    """The path with its parameters in braces."""
    return PREFIX + _PARAMETER.sub(r"{\2}", operation.rule)


@public
def read_document() -> Response:
    """This description."""
    return Response(_document_text(), mimetype="application/json")


@lru_cache(maxsize=1)
def _document_text() -> str:
    return json.dumps(document(), ensure_ascii=False)


def document() -> dict[str, Any]:
    """The OpenAPI document, as plain JSON data."""
    paths: dict[str, dict[str, Any]] = {
        f"{PREFIX}/openapi.json": {"get": _described_itself()},
    }
    for operation in OPERATIONS:
        paths.setdefault(path_of(operation), {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "quizengine",
            "version": __version__,
            "description": "What members do: exams, sittings, results, own ledger entries; "
            "and what programs of other offices read.",
        },
        "paths": paths,
        "components": {"schemas": _schemas(), "securitySchemes": _SECURITY},
    }


def _described_itself() -> dict[str, Any]:
    return {
        "operationId": read_document.__name__,
        "summary": read_document.__doc__,
        "security": [],
        "responses": {
            "200": {"description": "OK", "content": _content("application/json", None)},
            "500": _response(500, Problem),
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.view.__doc__,
        "security": _security(operation),
        "parameters": [*_path_parameters(operation.rule), *_query_parameters(operation.query)],
        "responses": {
            str(status): _response(status, cls)
            for status, cls in sorted({**operation.replies, **problems_of(operation)}.items())
        },
    }
    if operation.body:
        content = _content("application/json", operation.body)
        described["requestBody"] = {"required": True, "content": content}
    return described


def _security(operation: Operation) -> list[dict[str, list[str]]]:
    if operation.scope:
        # OpenAPI 3.1 allows roles here for any scheme.
        return [{"office": [operation.scope]}]
    return [] if operation.public else [{"bearer": []}, {"cookie": []}]


def _response(status: int, cls: type[BaseModel] | None) -> dict[str, Any]:
    response: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if cls is not None:
        mimetype = MIMETYPE if issubclass(cls, Problem) else "application/json"
        response["content"] = _content(mimetype, cls)
    return response


def _content(mimetype: str, cls: type[BaseModel] | None) -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model=cls.__name__)} if cls else {"type": "object"}
    return {mimetype: {"schema": schema}}


def _path_parameters(rule: str) -> Iterable[dict[str, Any]]:
    for converter, name in _PARAMETER.findall(rule):
        kind = "integer" if converter == "int" else "string"
        yield {"name": name, "in": "path", "required": True, "schema": {"type": kind}}


def _query_parameters(query: type[BaseModel] | None) -> Iterable[dict[str, Any]]:
    properties: Mapping[str, Any] = query.model_json_schema()["properties"] if query else {}
    for name, schema in properties.items():
        yield {"name": name, "in": "query", "required": False, "schema": schema}


def _schemas() -> dict[str, Any]:
    shown = {
        cls
        for operation in OPERATIONS
        for cls in (*operation.replies.values(), *problems_of(operation).values())
        if cls is not None
    }
    given = {operation.body for operation in OPERATIONS if operation.body}
    _, definitions = models_json_schema(
        [
            *((cls, "serialization") for cls in sorted(shown, key=lambda c: c.__name__)),
            *((cls, "validation") for cls in sorted(given, key=lambda c: c.__name__)),
        ],
        ref_template=_REFERENCE,
    )
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas
