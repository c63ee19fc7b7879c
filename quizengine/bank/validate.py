"""From parsed YAML to schema classes, every fault with its place and a code."""

from __future__ import annotations

from copy import deepcopy
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
    "too_short": N_("%(field)s has too few entries (at least %(min_length)s)."),
    "too_long": N_("%(field)s has too many entries (at most %(max_length)s)."),
    "string_too_short": N_("%(field)s is empty."),
    "string_too_long": N_("%(field)s is too long (at most %(max_length)s characters)."),
    "decimal_parsing": N_("%(field)s must be a number."),
    "list_type": N_("%(field)s must be a list."),
    "dict_type": N_("%(field)s must be a mapping."),
    "model_type": N_("%(field)s must be a mapping."),
    "union_tag_invalid": N_("The type %(tag)s is not one of %(expected_tags)s."),
    "union_tag_not_found": N_("The field %(field)s is missing."),
    "greater_than_equal": N_("%(field)s must be at least %(ge)s."),
    "less_than_equal": N_("%(field)s must be at most %(le)s."),
    "greater_than": N_("%(field)s must be more than %(gt)s."),
}
_STAND_INS = ("string_pattern_mismatch", "decimal_parsing")
_CODES = {"missing": "missing-field", "extra_forbidden": "unknown-field"}


def validated(file: YamlFile, cls: type[Model], value: Any, at: Path) -> Model | None:
    """`value` as `cls`, or None with each fault reported in `file`; `at` is where it stands."""
    if not isinstance(value, dict):
        field = at[-1] if at else file.name
        message = Text(N_("%(field)s must be a mapping."), {"field": str(field)})
        file.report("bad-value", file.place(at), message)
        return None
    try:
        return cls.model_validate(value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _report(file, fault, at)
        return None


def without_slips(cls: type[BaseModel], value: Any) -> Any:
    """A copy of `value` without unknown fields, with numbers quoted where text is wanted, and
    with articles and numbers that can't be read replaced.

    It lets what else is wrong with a faulty entry be found in the same run.
    """
    copy = deepcopy(value)
    try:
        cls.model_validate(copy)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            _mend(copy, fault)
    return copy


def _mend(value: Any, fault: Any) -> None:
    *way, last = fault["loc"]
    for element in way:
        # The tag of a union stands in the path, but not in the value.
        if isinstance(value, list) or (isinstance(value, dict) and element in value):
            value = value[element]
    if not isinstance(value, dict):
        return
    if fault["type"] == "extra_forbidden":
        value.pop(last, None)
    elif fault["type"] == "string_type" and isinstance(value.get(last), int | float):
        value[last] = str(value[last])
    elif fault["type"] in _STAND_INS:
        _stand_in(value, last)


def _stand_in(value: dict[Any, Any], field: Any) -> None:
    """Put something that passes in place of what a template leaves to be filled in."""
    if field in ("paragraph", "item"):
        value.pop(field)
    elif field in ("article", "value"):
        value[field] = "1"


def _report(file: YamlFile, fault: Any, at: Path) -> None:
    path: Path = (*at, *fault["loc"])
    named = [str(p) for p in fault["loc"] if p != "[key]"]
    field = ".".join(named) or (str(at[-1]) if at else file.name)
    template = _TEMPLATES.get(fault["type"], N_("%(field)s: %(message)s"))
    params = {**fault.get("ctx", {}), "field": field, "message": fault["msg"]}
    if fault["type"] == "union_tag_not_found":
        params["field"] = f"{field}.type"
    file.report(_code(fault), _place(file, fault["type"], path), Text(template, params))


def _code(fault: Any) -> str:
    where = fault["loc"]
    if fault["type"] == "string_type" and where and where[-1] in ("article", "paragraph", "item"):
        return "article-unquoted"
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
