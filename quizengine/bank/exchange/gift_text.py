"""The lines of a GIFT file: blocks, comments, escapes (Moodle documentation, "GIFT format").

Questions are parted by blank lines ("General instructions"). A line that begins with `//` is a
comment ("Line comments"), where Moodle also reads `[id:…]` and `[tag:…]`. `~ = # { } :` and the
backslash are escaped by a backslash, a line end is `\\n` ("Special characters ~ = # { }").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from quizengine.bank.exchange.richtext import Notes, has_markup, plain_html

_SPECIAL = "\\:#={}~"
# Noncharacters stand for escaped characters while the rest is taken apart (Unicode 23.7).
_FIRST = 0xFDD0
_STAND_INS = {letter: chr(_FIRST + place) for place, letter in enumerate(_SPECIAL)}
_STAND_INS["n"] = chr(_FIRST + len(_SPECIAL))
_MEANT = {stand_in: "\n" if key == "n" else key for key, stand_in in _STAND_INS.items()}
_ESCAPE = re.compile(r"\\([\\:#={}~n])")
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
_TOKEN = re.compile(r"\[(id|tag):((?:\\.|[^\]\\])+)\]")
_FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]")
_SOFT = re.compile(r"[ \t]*\n[ \t]*")
_CATEGORY = "$CATEGORY:"
OWN = "quizengine:"


@dataclass
class Block:
    """Lines that belong together, with numbers from 1; `comments` are the texts after `//`."""

    first: int
    last: int = 0
    lines: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def add(self, number: int, line: str) -> None:
        """Take another line."""
        self.last = number
        if line.lstrip().startswith("//"):
            self.comments.append(line.lstrip()[2:].strip())
        else:
            self.lines.append(line)

    @property
    def text(self) -> str:
        """The lines without comments."""
        return "\n".join(self.lines).strip()

    @property
    def category(self) -> str | None:
        """The category that the block sets for what follows ("Specifying categories")."""
        return self.text[len(_CATEGORY) :].strip() if self.text.startswith(_CATEGORY) else None


def blocks_of(text: str) -> list[Block]:
    """The blocks of a file.

    An answer that is left open at a blank line goes on behind it, if it ends there before another
    one begins: people do part answers by blank lines.
    """
    blocks: list[Block] = []
    fresh = True
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            fresh = True
            continue
        starts = fresh or line.startswith(_CATEGORY) or blocks[-1].category is not None
        if starts and not (fresh and blocks and _goes_on(blocks[-1], line)):
            blocks.append(Block(number))
        blocks[-1].add(number, line)
        fresh = False
    return blocks


def _goes_on(block: Block, line: str) -> bool:
    tail = hidden(block.text)
    if tail.rfind("{") <= tail.rfind("}"):
        return False
    head = hidden(line).lstrip()
    opens, closes = head.find("{"), head.find("}")
    return head[:1] in ("=", "~", "}", "#") or 0 <= closes < (opens if opens >= 0 else len(head))


def hidden(text: str) -> str:
    """`text` with stand-ins for what is escaped; see `shown`."""
    clean = _NONCHARACTERS.sub("\N{REPLACEMENT CHARACTER}", text)
    return _ESCAPE.sub(lambda match: _STAND_INS[match[1]], clean)


def shown(text: str) -> str:
    """A text with stand-ins as it is meant."""
    return "".join(_MEANT.get(letter, letter) for letter in text)


def escaped(text: str) -> str:
    """`text` as it is written in a GIFT file, on one line."""
    return "".join(
        "\\n" if letter == "\n" else f"\\{letter}" if letter in _SPECIAL else letter
        for letter in text
    )


def labelled(kind: str, value: str) -> str:
    """An `[id:…]` or `[tag:…]` of a comment."""
    inner = " ".join(value.split()).replace("\\", "\\\\").replace("]", "\\]")
    return f"[{kind}:{inner}]"


def tokens(comment: str) -> list[tuple[str, str]]:
    """The ids and tags in a comment, as pairs of `id` or `tag` and its text."""
    found = _TOKEN.findall(comment)
    return [(kind, re.sub(r"\\(.)", r"\1", value)) for kind, value in found]


@dataclass
class Format:
    """The format of texts: `[html]`, `[moodle]` (the usual one), `[plain]`, `[markdown]`."""

    name: str = "moodle"

    def split(self, text: str) -> tuple[Format, str]:
        """The format that `text` names in front, else this one, and the rest."""
        match = _FORMAT.match(text.strip())
        return (Format(match[1]), text.strip()[match.end() :]) if match else (self, text)

    def plain(self, text: str, notes: Notes) -> str:
        """A text with stand-ins as plain text; it may name a format of its own."""
        own, rest = self.split(text)
        return own.body(rest, notes)

    def body(self, text: str, notes: Notes) -> str:
        """A text with stand-ins, and no format in front, as plain text."""
        meant = shown(_SOFT.sub("\n", text.strip())).strip()
        if self.name == "html":
            return plain_html(meant, notes)
        if self.name == "moodle" and has_markup(meant):
            return plain_html(meant.replace("\n", "<br>"), notes)
        if self.name == "markdown":
            notes.kinds.add("markdown")
        return meant
