"""Comments of a YAML file, which parsers pass over: between the tokens that libyaml reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\r\n]*", re.MULTILINE)
# Behind the sign of a block of text: `stem: |-  # like this`.
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")
_Loader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPEN = (yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken)
_CLOSE = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


@dataclass(frozen=True)
class Comment:
    """A comment with its `#`; line and column count from 1.

    `alone`: nothing stands before it in its line. `inside`: within brackets. `spaced`: an empty
    line stands before it.
    """

    line: int
    column: int
    text: str
    alone: bool
    inside: bool
    spaced: bool


def comments_of(text: str) -> list[Comment]:
    """All comments of valid YAML, in their order."""
    found: list[Comment] = []
    depth, end = 0, 0
    for token in yaml.scan(text, Loader=_Loader):
        start = token.start_mark.index
        found += _between(text, end, start, depth > 0)
        depth += isinstance(token, _OPEN) - isinstance(token, _CLOSE)
        end = max(end, token.end_mark.index)
        if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
            header = _HEADER.match(text, start)
            found += [_comment(text, header.start(1), header[1], False)] if header else []
    return found + _between(text, end, len(text), False)


def _between(text: str, start: int, end: int, inside: bool) -> list[Comment]:
    matches = _COMMENT.finditer(text, start, end)
    return [_comment(text, match.start(), match[0], inside) for match in matches]


def _comment(text: str, at: int, said: str, inside: bool) -> Comment:
    begin = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    before = text[:begin].removesuffix("\n").removesuffix("\r")
    last = before[max(before.rfind("\n"), before.rfind("\r")) + 1 :]
    alone = not text[begin:at].strip()
    return Comment(
        line=len(text[:begin].splitlines()) + 1,
        column=at - begin + 1,
        text=said.rstrip(),
        alone=alone,
        inside=inside,
        spaced=alone and not last.strip(),
    )
