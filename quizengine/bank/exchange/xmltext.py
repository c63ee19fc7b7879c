"""XML from outside, read without entities of its own and without looking anything up."""

from __future__ import annotations

from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from quizengine.domain.text import N_, Refused


def parse_xml(data: bytes, name: str) -> Element:
    """The root element of `data`, a file called `name`.

    Refused `file-unreadable` (400), also for a document type: that may define entities that grow
    without end (XML 1.0, 4.4).
    """
    parser = ElementTree.XMLParser(target=_Builder())
    try:
        parser.feed(data)
        root: Element = parser.close()
    except (ElementTree.ParseError, _Doctype, ValueError) as fault:
        raise Refused(
            "file-unreadable",
            N_("%(name)s is not well-formed XML: %(fault)s."),
            status=400,
            name=name,
            fault=str(fault),
        ) from fault
    return root


class _Doctype(Exception):
    pass


class _Builder(ElementTree.TreeBuilder):
    def doctype(self, *_: object) -> None:
        # Called before any entity is read.
        raise _Doctype("DOCTYPE")
