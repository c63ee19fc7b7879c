"""A group whose commands are loaded when they are called.

The whole program takes seconds to load; a live server that was killed must not wait for parts that
it never uses. Click describes the pattern under "Lazily Loading Subcommands".
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

import click

# Most of what a request makes is gone when it ends, without a search: few are needed.
_GARBAGE = (20_000, 20, 100)


class LazyGroup(click.Group):
    """`places`: name of a command -> the module that has it under the same name."""

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, sorted."""
        return sorted(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command; its module is loaded by this."""
        if cmd_name not in self._places:
            return None
        command = getattr(load(self._places[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command


def load(name: str) -> ModuleType:
    """The module of this name, with everything that it imports.

    What is loaded stays: looking for garbage in it meanwhile costs a fifth of the time, and as
    much of each request afterwards.
    """
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.set_threshold(*_GARBAGE)
        gc.enable()
