"""Text with a place for values, marked for translation and rendered at the edge of the program."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Mark `message` for extraction without translating it."""
    return message


@dataclass(frozen=True)
class Text:
    """A message template (English, `%(name)s` places) with its values."""

    template: str
    params: Mapping[str, object] = field(default_factory=dict)

    def render(self, gettext: Callable[[str], str] = str) -> str:
        """The message in the language of `gettext`, English without one."""
        translated = gettext(self.template)
        if not self.params:
            return translated
        return translated % {k: _plain(v, gettext) for k, v in self.params.items()}

    def __str__(self) -> str:
        return self.render()


def _plain(value: object, gettext: Callable[[str], str]) -> object:
    return value.render(gettext) if isinstance(value, Text) else value


class Refused(Exception):
    """A use case said no for a reason that the person can act on.

    `code` is stable and machine-readable; `text` is for people; `status` is the HTTP status that
    fits (RFC 9110): 400 bad input, 403 not allowed, 404 unknown, 409 conflict with the state.
    """

    def __init__(self, code: str, template: str, *, status: int = 409, **params: object) -> None:
        self.code = code
        self.text = Text(template, params)
        self.status = status
        super().__init__(self.text.render())
