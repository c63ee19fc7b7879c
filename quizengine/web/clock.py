"""The time of the request, and the settings of the site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast

from flask import current_app

from quizengine.settings import Settings

CLOCK = "quizengine_clock"
SETTINGS = "quizengine_settings"


def system_clock() -> datetime:
    """The time of this machine, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The present time, aware, in UTC; from the clock given to `create_app`."""
    return cast(Callable[[], datetime], current_app.extensions[CLOCK])()


def site_settings() -> Settings:
    """The settings that the application was made with."""
    return cast(Settings, current_app.extensions[SETTINGS])


def today() -> date:
    """The present day in the site's zone."""
    return now().astimezone(site_settings().zone).date()
