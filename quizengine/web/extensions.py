"""Flask extensions, created once and bound to an application by `create_app`."""

from __future__ import annotations

from typing import cast

from flask import current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from quizengine.services.answer_desk import AnswerDesk
from quizengine.storage.models import Base

DESK = "quizengine_desk"

# Models are plain classes on our own Base; only the session and the engine come from here.
db = SQLAlchemy(metadata=Base.metadata)
login_manager = LoginManager()
csrf = CSRFProtect()
babel = Babel()
bootstrap = Bootstrap5()


def answer_desk() -> AnswerDesk:
    """The desk of this application, on its own engine."""
    return cast(AnswerDesk, current_app.extensions[DESK])
