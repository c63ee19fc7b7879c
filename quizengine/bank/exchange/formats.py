"""The formats of question banks, each in a module of its own that is loaded when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, runtime_checkable

from quizengine.bank.exchange.drafts import Reading, Written
from quizengine.bank.exchange.layouts import Layout
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Refused

Mapped = Mapping[str, Mapping[int, str]]


class FormatModule(Protocol):
    """What a module of a format has."""

    def read(self, data: bytes, name: str) -> Reading:
        """The bank in `data`, a file called `name`.

        Refused (400) if it is not of this format at all; what is wrong with one question is in
        its draft's needs, a line that fits nowhere in `unread`.
        """

    def write(self, questions: Sequence[Question], registry: Registry) -> Written:
        """The questions as a file; `registry` gives the names of laws."""


@runtime_checkable
class TableModule(Protocol):
    """What a module of a format that is a table has besides.

    `mapped` are fields by sheet and column that a person has decided.
    """

    def read_mapped(self, data: bytes, name: str, mapped: Mapped) -> Reading:
        """As `read`."""

    def layouts_of(self, data: bytes, mapped: Mapped) -> dict[str, Layout]:
        """How each sheet is laid out, by name."""


@dataclass(frozen=True)
class Format:
    """A format: `title` for people, `suffixes` of its files, the usual one first."""

    name: str
    title: str
    suffixes: tuple[str, ...]
    module: str

    @property
    def read(self) -> Callable[[bytes, str], Reading]:
        """`FormatModule.read`; the module is loaded by this."""
        return self.load().read

    @property
    def write(self) -> Callable[[Sequence[Question], Registry], Written]:
        """`FormatModule.write`; the module is loaded by this."""
        return self.load().write

    def load(self) -> FormatModule:
        """The module of the format."""
        module: FormatModule = import_module(f"quizengine.bank.exchange.{self.module}")
        return module


FORMATS = {
    form.name: form
    for form in (
        Format("text", N_("Text"), (".txt",), "text_format"),
        Format("docx", N_("Word document"), (".docx",), "docx_format"),
        Format("xlsx", N_("Excel workbook"), (".xlsx",), "xlsx_format"),
        Format("csv", N_("CSV table"), (".csv",), "csv_format"),
        Format("gift", "GIFT", (".gift", ".txt"), "gift"),
        Format("moodle-xml", "Moodle XML", (".xml",), "moodle_xml"),
        Format("qti", N_("QTI package"), (".zip",), "qti"),
        Format("aiken", "Aiken", (".txt",), "aiken"),
    )
}


def format_named(name: str) -> Format:
    """The format `name`; Refused `unknown-format` (400)."""
    if name not in FORMATS:
        raise Refused(
            "unknown-format",
            N_("There is no format %(name)s: choose one of %(known)s."),
            status=400,
            name=name,
            known=", ".join(FORMATS),
        )
    return FORMATS[name]


def format_of(name: str) -> str:
    """The format that a file of this name most likely has; "" if its suffix tells nothing."""
    ending = name.lower()
    found = [form.name for form in FORMATS.values() if ending.endswith(form.suffixes)]
    return found[0] if found else ""
