"""The JSON API for members: /api/v1."""

from flask import Blueprint

from quizengine.domain.text import Refused
from quizengine.web.api import tokens
from quizengine.web.api.document import PREFIX, read_document
from quizengine.web.api.operations import OPERATIONS
from quizengine.web.api.reading import InvalidRequest, invalid_request, limit_body, refused
from quizengine.web.extensions import csrf

bp = Blueprint("api", __name__, url_prefix=PREFIX)
bp.before_request(limit_body)
# Whoever asks for a token proves who they are with the body; no cookie takes part.
csrf.exempt(tokens.create_token)
bp.register_error_handler(InvalidRequest, invalid_request)
bp.register_error_handler(Refused, refused)
bp.add_url_rule("/openapi.json", view_func=read_document)
for _operation in OPERATIONS:
    bp.add_url_rule(
        _operation.rule,
        _operation.name,
        _operation.view,
        methods=[_operation.method],
        # No call describes itself by OPTIONS: openapi.json does.
        provide_automatic_options=False,
    )
