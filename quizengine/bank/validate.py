"""From parsed YAML to schema classes, every fault with its place and a code."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from quizengine.bank.yamlfile import Place, YamlFile
from quizengine.domain.problems import Path
from quizengine.domain.text import N_, Text

Model = TypeVar("Model", bound=BaseModel)

_TEMPLATES = {
    "missing": N_("The field %(field)s is missing."),
    "extra_forbidden": N_("The field %(field)s is not known here."),
    "string_type": N_("%(field)s must be text: put it in quotes."),
    "literal_error": N_("%(field)s must be one of %(expected)s."),
    "string_pattern_mismatch": N_("%(field)s does not have the required form (%(pattern)s)."),
    "int_type": N_("%(field)s must be a whole number."),
    "int_parsing": N_("%(field)s must be a whole number."),
    "int_parsing_size": N_("%(field)s must be a whole number."),
    "int_from_float": N_("%(field)s must be a whole number."),
    "bool_type": N_("%(field)s must be true or false."),
    "bool_parsing": N_("%(field)s must be true or false."),
    "date_type": N_("%(field)s must be a date such as 2026-01-31."),
    "date_from_datetime_parsing": N_("%(field)s must be a date such as 2026-01-31."),
    "date_from_datetime_inexact": N_("%(field)s must be a date such as 2026-01-31."),
    "too_short": N_("%(field)s has too few entries (at least %(min_length)s)."),
    "too_long": N_("%(field)s has too many entries (at most %(max_length)s)."),
    "string_too_short": N_("%(field)s is empty."),
    "string_too_long": N_("%(field)s is too long (at most %(max_length)s characters)."),
    "decimal_parsing": N_("%(field)s must be a number."),
    "decimal_type": N_("%(field)s must be a number."),
    "finite_number": N_("%(field)s must be a number."),
    "decimal_max_digits": N_("%(field)s has too many digits (at most %(max_digits)s)."),
    "decimal_max_places": N_("%(field)s has too many decimal places (at most %(decimal_places)s)."),
    "list_type": N_("%(field)s must be a list."),
    "dict_type": N_("%(field)s must be a mapping."),
    "model_type": N_("%(field)s must be a mapping."),
    "model_attributes_type": N_("%(field)s must be a mapping."),
    "union_tag_invalid": N_("The type %(tag)s is not one of %(expected_tags)s."),
    "union_tag_not_found": N_("The field %(field)s is missing."),
    "greater_than_equal": N_("%(field)s must be at least %(ge)s."),
    "less_than_equal": N_("%(field)s must be at most %(le)s."),
    "greater_than": N_("%(field)s must be more than %(gt)s."),
}
_CODES = {
    "missing": "missing-field",
    "union_tag_not_found": "missing-field",
    "extra_forbidden": "unknown-field",
}


def validated(
    file: YamlFile, cls: type[Model], value: Any, at: Path, silent: Collection[str] = ()
) -> Model | None:
    """`value` as `cls`, or None with each fault reported in `file`; `at` is where it stands.

    Faults in the fields `silent` are not reported.
    """
    if not isinstance(value, dict):
        field = at[-1] if at else file.name
        message = Text(N_("%(field)s must be a mapping."), {"field": str(field)})
        file.report("bad-value", file.place(at), message)
        return None
    try:
        return cls.model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            if not fault["loc"] or fault["loc"][0] not in silent:
                _report(file, fault, at)
        return None


def _report(file: YamlFile, fault: Any, at: Path) -> None:
    path: Path = (*at, *fault["loc"])
    named = [str(p) for p in fault["loc"] if p != "[key]"]
    field = ".".join(named) or (str(at[-1]) if at else file.name)
    template = _TEMPLATES.get(fault["type"], N_("%(field)s: %(message)s"))
    params = {**fault.get("ctx", {}), "field": field, "message": fault["msg"]}
    if fault["type"] == "literal_error":
        # Pydantic joins the last choice with an English word.
        params["expected"] = params["expected"].replace("' or '", "', '")
    if fault["type"] == "union_tag_not_found":
        params["field"] = f"{field}.{params['discriminator'].strip(chr(39))}"
    file.report(_code(fault), _place(file, fault["type"], path), Text(template, params))


def _code(fault: Any) -> str:
    if fault["loc"] and fault["loc"][-1] in ("article", "paragraph", "item"):
        if fault["type"] == "string_type" and fault["input"] is not None:
            return "article-unquoted"
        if fault["type"] == "string_pattern_mismatch":
            return "article-missing"
    return _CODES.get(fault["type"], "bad-value")


def _place(file: YamlFile, kind: str, path: Path) -> Place:
    if kind == "extra_forbidden":
        # A tag of a union may stand in the path: look for the key in what is really there.
        here: Path = ()
        for element in path[:-1]:
            here = (*here, element) if (*here, element) in file.places else here
        if (*here, path[-1]) in file.keys:
            return file.keys[(*here, path[-1])]
    return file.place(path)
