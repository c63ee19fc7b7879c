"""Plain text of a bank as XML and XHTML."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

_EDGES = re.compile(r"(?m)^ | $|(?<= ) ")
_NO_BREAK = "\u00a0"


def attribute(value: str) -> str:
    """`value` as an attribute's value with its quotes."""
    return quoteattr(value)


def text(value: str) -> str:
    """`value` as text of an element, as it is."""
    return escape(value)


def inline(value: str) -> str:
    """`value` as inline XHTML: line ends are `<br/>`, spaces that would vanish don't break."""
    kept = _EDGES.sub(_NO_BREAK, value)
    return escape(kept).replace("\n", "<br/>")
