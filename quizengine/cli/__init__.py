"""The commands."""

from __future__ import annotations

import click

from quizengine import __version__
from quizengine.cli.lazy import LazyGroup

_MODULES = {
    "appraisal": ("appraisal",),
    "assemble": ("assemble",),
    "backup": ("backup", "restore"),
    "bank": ("bank",),
    "bench": ("bench",),
    "clock": ("clock",),
    "contest": ("contest",),
    "demo": ("demo",),
    "grade": ("grade",),
    "ledger": ("ledger",),
    "live": ("live",),
    "people": ("people",),
    "serve": ("serve", "upgrade"),
}
_PLACES = {
    command: f"quizengine.cli.{module}"
    for module, commands in _MODULES.items()
    for command in commands
}


@click.group(cls=LazyGroup, places=_PLACES)
@click.version_option(__version__)
def main() -> None:
    """Confidentiality education: banks, exams, ledger."""
