"""Read what a request sends; faults become problem details that say where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from quizengine.domain.text import N_, Refused, Text
from quizengine.web.i18n import translated
from quizengine.web.problems import problem, problem_response

Model = TypeVar("Model", bound=BaseModel)

# Enough for the longest answer in UTF-8, escaped; a whole paper never comes at once.
MAX_BODY = 256 * 1024

_TEMPLATES = {
    "json_invalid": N_("This is not valid JSON: %(error)s"),
    "missing": N_("This field is missing."),
    "model_type": N_("The body must be a JSON object."),
    "string_type": N_("This must be a string."),
    "int_type": N_("This must be a whole number."),
    "int_parsing": N_("This must be a whole number."),
    "list_type": N_("This must be a list."),
    "string_too_long": N_("This is too long: at most %(max_length)s characters."),
    "too_long": N_("This is too long: at most %(max_length)s entries."),
    "greater_than_equal": N_("This must be at least %(ge)s."),
    "less_than_equal": N_("This must be at most %(le)s."),
    "less_than": N_("This must be less than %(lt)s."),
}
# Members that services refuse, by the code of the refusal.
_POINTERS = {"answer-shape": "#/answer", "seq": "#/seq"}


class InvalidRequest(Exception):
    """The body or the query does not fit; `faults` as the member `errors` of the problem."""

    def __init__(self, code: str, faults: list[dict[str, str]]) -> None:
        super().__init__(code)
        self.code = code
        self.faults = faults


def limit_body() -> None:
    """Before each request of the API: 413 for a body that is no answer any more."""
    request.max_content_length = MAX_BODY


def read_body(cls: type[Model]) -> Model:
    """The JSON body as `cls`. Raises UnsupportedMediaType (415) and InvalidRequest (400)."""
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return cls.model_validate_json(request.get_data())
    except ValidationError as error:
        faults = [
            {"detail": _detail(fault), "pointer": _pointer(fault["loc"])}
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise InvalidRequest("invalid-body", faults) from error


def read_query(cls: type[Model]) -> Model:
    """The query parameters as `cls`. Raises InvalidRequest (400)."""
    try:
        return cls.model_validate(request.args.to_dict())
    except ValidationError as error:
        faults = [
            {"detail": _detail(fault), "parameter": str(fault["loc"][0])}
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise InvalidRequest("invalid-query", faults) from error


def _detail(fault: Mapping[str, Any]) -> str:
    template = _TEMPLATES.get(fault["type"])
    if template is None:
        return str(fault["msg"])
    return translated(Text(template, {**fault.get("ctx", {}), "at": ""}))


def _pointer(path: tuple[str | int, ...]) -> str:
    """RFC 6901 section 6, as the fragment of a URI."""
    escaped = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return "#" + "".join(f"/{quote(step, safe='~')}" for step in escaped)


def invalid_request(error: InvalidRequest) -> Response:
    """The problem document for `error`."""
    detail = translated(Text(N_("The request does not fit the description of this call.")))
    return problem(400, error.code, detail, errors=error.faults)


def refused(error: Refused) -> Response:
    """The problem document for a refusal; names the member that it is about."""
    pointer = _POINTERS.get(error.code)
    if pointer is None:
        return problem_response(error)
    detail = translated(error.text)
    faults = [{"detail": detail, "pointer": pointer}]
    return problem(error.status, error.code, detail, errors=faults)
