"""A certificate to print: A4 across, Chinese glyphs embedded, a QR code to check it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import segno
from fpdf import FPDF
from fpdf.enums import Align, XPos, YPos
from fpdf.fonts import CoreFont, TTFFont
from pylopdf_fonts_zh_cn import serif_path

from quizengine.domain.text import N_, Text
from quizengine.services.certificates import facts_of
from quizengine.storage.models import Certificate

WIDTH, HEIGHT = 297.0, 210.0
_RED, _GOLD, _INK, _MUTED = (158, 27, 30), (184, 146, 74), (34, 34, 34), (102, 102, 102)
_FONT = "serif"
_QR = 30.0
_TITLE_MOST, _TITLE_LEAST = 26.0, 15.0
_UNUSED_TABLES = {"BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"}

TITLES = {
    "exam": N_("Certificate of passing"),
    "contest": N_("Contest certificate"),
    "training": N_("Certificate of training"),
}
_SENTENCES = {
    "exam": N_("has passed the confidentiality exam"),
    "contest": N_("has taken part in the confidentiality contest"),
    "training": N_("has completed the confidentiality training"),
}


def certificate_pdf(
    certificate: Certificate,
    url: str,
    site: str,
    language: str,
    gettext: Callable[[str], str] = str,
    day_text: Callable[[date], str] = str,
) -> bytes:
    """The page. `url` is where it is checked, `site` who issues it, in the reader's language."""
    facts = facts_of(certificate)
    page = _Page(gettext)
    page.frame()
    page.line(34, 13, gettext(TITLES[facts["kind"]]), 34, _RED)
    page.line(58, 8, facts["unit"], 14, _MUTED)
    page.line(70, 14, facts["name"], 30, _INK)
    page.line(88, 8, gettext(_SENTENCES[facts["kind"]]), 15, _INK)
    key = "en" if language.startswith("en") else "zh"
    title = _quoted(facts["title"][key], language)
    page.title(title)
    page.line(116, 8, result_text(facts, key).render(gettext), 15, _INK)
    day = day_text(date.fromisoformat(facts["on"]))
    page.line(127, 7, Text(N_("Date: %(day)s"), {"day": day}).render(gettext), 12, _MUTED)
    page.foot(certificate, facts, site, url, day_text)
    return bytes(page.pdf.output())


def _quoted(title: str, language: str) -> str:
    return f"“{title}”" if language.startswith("en") else f"《{title}》"


def result_text(facts: Mapping[str, Any], key: str) -> Text:
    """What the paper says of the result; `key` is 'zh' or 'en'."""
    result = facts["result"]
    if facts["kind"] == "exam":
        return Text(
            N_("Result: %(score)s of %(max)s points, passed"),
            {"score": _points(result["score"]), "max": _points(result["max_score"])},
        )
    if facts["kind"] == "training":
        return Text(N_("Hours of training: %(hours)s"), {"hours": _points(result["hours"])})
    prize = result.get("prize")
    if prize:
        return Text(N_("Team %(team)s: %(prize)s"), {"team": result["team"], "prize": prize[key]})
    if "team" in result:
        return Text(
            N_("Team %(team)s: place %(rank)s of %(all)s"),
            {"team": result["team"], "rank": result["rank"], "all": result["teams"]},
        )
    return Text(
        N_("Place %(rank)s of %(all)s"), {"rank": result["rank"], "all": result["participants"]}
    )


def _points(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


class _Page:
    """One page, measured in millimetres from its upper left corner."""

    def __init__(self, gettext: Callable[[str], str]) -> None:
        self._gettext = gettext
        self.pdf = FPDF(orientation="landscape", unit="mm", format="A4")
        self.pdf.set_auto_page_break(False)
        # One font alone: each one takes a third of a second to read and to subset.
        self.pdf.add_font(_FONT, fname=serif_path())
        _spare_work(self.pdf.fonts[_FONT])
        self.pdf.set_creator("quizengine")
        self.pdf.add_page()

    def frame(self) -> None:
        """A double border in the colours of official certificates."""
        for margin, colour, width in ((9.0, _RED, 1.4), (12.0, _GOLD, 0.4)):
            self.pdf.set_draw_color(*colour)
            self.pdf.set_line_width(width)
            self.pdf.rect(margin, margin, WIDTH - 2 * margin, HEIGHT - 2 * margin)
        self.pdf.set_fill_color(*_GOLD)
        for x in (12.0, WIDTH - 12.0):
            for y in (12.0, HEIGHT - 12.0):
                self.pdf.rect(x - 2, y - 2, 4, 4, style="F")

    def line(
        self,
        y: float,
        height: float,
        text: str,
        size: float,
        colour: tuple[int, int, int],
    ) -> None:
        """A centred line."""
        self.pdf.set_font(_FONT, size=size)
        self.pdf.set_text_color(*colour)
        self.pdf.set_xy(24, y)
        self.pdf.cell(WIDTH - 48, height, text, align=Align.C, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def title(self, text: str) -> None:
        """What it is for: as large as fits into a line, else small in several."""
        size = _TITLE_MOST
        self.pdf.set_font(_FONT, size=size)
        while size >= _TITLE_LEAST:
            if self.pdf.get_string_width(text) <= WIDTH - 76:
                self.line(99, 12, text, size, _RED)
                return
            size -= 1
            self.pdf.set_font_size(size)
        self.pdf.set_font(_FONT, size=10)
        self.pdf.set_text_color(*_RED)
        self.pdf.set_xy(38, 98)
        self.pdf.multi_cell(WIDTH - 76, 4.4, text, align=Align.C)

    def foot(
        self,
        certificate: Certificate,
        facts: Mapping[str, Any],
        site: str,
        url: str,
        day_text: Callable[[date], str],
    ) -> None:
        """Number, validity and code at the left, the QR code at the right, the issuer between."""
        until = certificate.valid_until
        valid = day_text(until) if until else self._gettext(N_("without limit"))
        issued = day_text(date.fromisoformat(facts["issued"]))
        lines = (
            (N_("No. %(value)s"), certificate.number),
            (N_("Valid until: %(value)s"), valid),
            (N_("Checking code: %(value)s"), grouped(certificate.code)),
            (
                N_("Ledger entries: %(value)s"),
                f"{certificate.result_seq} · {certificate.entry_seq}",
            ),
        )
        self.pdf.set_font(_FONT, size=10)
        self.pdf.set_text_color(*_MUTED)
        for index, (template, value) in enumerate(lines):
            self.pdf.set_xy(24, 153 + index * 7)
            self.pdf.cell(120, 6, Text(template, {"value": value}).render(self._gettext))
        self.line(156, 9, site, 15, _INK)
        self.line(
            167, 7, Text(N_("Issued on %(day)s"), {"day": issued}).render(self._gettext), 11, _MUTED
        )
        self.code(url, WIDTH - 24 - _QR, 150)
        self.pdf.set_font(_FONT, size=8)
        self.pdf.set_text_color(*_MUTED)
        self.pdf.set_xy(WIDTH - 24 - _QR - 15, 150 + _QR + 1)
        self.pdf.cell(_QR + 30, 5, self._gettext(N_("Scan to check")), align=Align.C)

    def code(self, url: str, x: float, y: float) -> None:
        """The QR code, drawn as squares: sharp at any size."""
        matrix = segno.make(url, error="m", micro=False).matrix
        side = _QR / len(matrix)
        self.pdf.set_fill_color(0, 0, 0)
        for row, dots in enumerate(matrix):
            for column, dot in enumerate(dots):
                if dot:
                    # A little larger: no hairlines between neighbours.
                    self.pdf.rect(
                        x + column * side, y + row * side, side * 1.02, side * 1.02, style="F"
                    )


def _spare_work(font: CoreFont | TTFFont) -> None:
    """Leave out of a font what no page shows and what takes a quarter of the time to subset.

    Those are the boxes around glyphs, measured again for the few that are left (the ones of the
    whole font hold as well), and the tables for vertical lines and for other forms of glyphs.
    """
    if isinstance(font, TTFFont):
        font.ttfont.recalcBBoxes = False
        for table in _UNUSED_TABLES & set(font.ttfont.keys()):
            del font.ttfont[table]


def grouped(code: str) -> str:
    """A code in groups of four, as people type it."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
