"""As much of JSON Schema (2020-12) as the API's description uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "anyOf", "enum",
    "const", "format", "title", "description", "default", "maxLength", "maxItems", "minimum",
    "maximum", "exclusiveMaximum",
}  # fmt: skip


def faults(
    value: Any, schema: Mapping[str, Any], root: Mapping[str, Any], at: str = "$"
) -> list[str]:
    """Where `value` does not fit; AssertionError for a keyword that is not known here."""
    return list(_faults(value, schema, root, at))


def _faults(value: Any, schema: Any, root: Mapping[str, Any], at: str) -> Iterator[str]:
    assert set(schema) <= _KNOWN, schema
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        yield from _faults(value, target, root, at)
    if "anyOf" in schema and all(faults(value, one, root) for one in schema["anyOf"]):
        yield f"{at}: {value!r} fits no alternative"
    if "type" in schema and not _is(value, schema["type"]):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{at}: {value!r} is not allowed"
    if schema.get("format") == "date-time" and not _is_utc(value):
        yield f"{at}: {value!r} is no time in UTC"
    if isinstance(value, dict):
        yield from _members(value, schema, root, at)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _faults(item, schema["items"], root, f"{at}[{index}]")


def _members(value: Any, schema: Any, root: Mapping[str, Any], at: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{at}: no {name}" for name in schema.get("required", ()) if name not in value)
    for name, member in value.items():
        if name in known:
            yield from _faults(member, known[name], root, f"{at}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{at}: {name} is not described"
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from _faults(member, schema["additionalProperties"], root, f"{at}.{name}")


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _is_utc(text: str) -> bool:
    return text.endswith("Z") and datetime.fromisoformat(text).tzinfo is not None
