"""Pictures of a unit's strengths, and of its years."""

from __future__ import annotations

from collections.abc import Sequence

import pygal
from flask_babel import gettext as _

from quizengine.services.appraisal_seen import PastYear
from quizengine.web.organizer.charts import accessible, chart_style
from quizengine.web.themes import Theme

# A radar needs three axes, and can't be read with many more than these.
_RADAR = range(3, 13)
_LABEL = 11
# Pixels, as `chart_style` has it.
_LABEL_SIZE = 12
# So many years have room beside one another; those without a result stay empty.
_YEARS = 5
_PEERS = "#8a94a1"


def strengths_chart(
    titles: Sequence[str], own: Sequence[float], means: Sequence[float], theme: Theme
) -> bytes:
    """Points of 100 by task; `means` of the unit's level beside them, if there are any."""
    style = chart_style(theme, theme.file.colours.brand, _PEERS)
    labels = [_short(text) for text in titles]
    as_radar = len(titles) in _RADAR
    title = _("Strengths")
    options = {
        "js": [],
        "style": style,
        "width": 560,
        "height": 420,
        "range": (0, 100),
        "show_y_labels": not as_radar,
        "show_legend": bool(means),
        "legend_at_bottom": True,
        "legend_at_bottom_columns": 2,
        "truncate_label": -1,
        "truncate_legend": -1,
        "margin": 14,
    }
    if as_radar:
        style.opacity = ".2"
        chart = pygal.Radar(fill=True, dots_size=4, **options)
        chart.y_labels = [0, 25, 50, 75, 100]
    else:
        chart = pygal.HorizontalBar(margin_left=14 + _beyond(labels), **options)
    # Bars are drawn from the bottom up, and read from the top down.
    step = 1 if as_radar else -1
    chart.x_labels = labels[::step]
    chart.add(_("This unit"), list(own)[::step])
    if means:
        chart.add(_("Mean of its level"), list(means)[::step])
    chart.value_formatter = lambda value: f"{value:.0f}"
    text = strengths_text(titles, own)
    chart.add_xml_filter(lambda root: accessible(root, title, text))
    picture: bytes = chart.render()
    return picture


def _short(text: str) -> str:
    """A label that fits beside the picture; the page has the whole title."""
    wide = sum(2 if ord(char) > 0x2E80 else 1 for char in text)
    if wide <= 2 * _LABEL:
        return text
    return text[: _LABEL if wide > len(text) else 2 * _LABEL] + "…"


def _beyond(labels: Sequence[str]) -> float:
    """How far labels reach beyond the room that pygal leaves: it takes every sign for Latin."""
    return max(sum(0.4 * _LABEL_SIZE for char in text if ord(char) > 0x2E80) for text in labels)


def strengths_text(titles: Sequence[str], own: Sequence[float]) -> str:
    """The picture in words."""
    parts = [
        _("%(task)s: %(points)s of 100", task=title, points=f"{value:.1f}")
        for title, value in zip(titles, own, strict=True)
    ]
    return "; ".join(parts)


def years_chart(past: Sequence[PastYear], most: float, theme: Theme) -> bytes:
    """Totals of years, the earliest first; a year that is not closed is in grey."""
    title = _("Over the years")
    lines = {line.year: line for line in past}
    highest = max((float(line.total) for line in past), default=0.0)
    last = max(lines, default=0)
    shown = range(min([last - _YEARS + 1, *lines]), last + 1)
    chart = pygal.Bar(
        js=[],
        style=chart_style(theme),
        width=560,
        height=320,
        range=(0, max(most, highest)),
        y_labels=[0, 20, 40, 60, 80, 100],
        show_legend=False,
        print_values=True,
        print_values_position="top",
        margin=12,
    )
    chart.x_labels = [str(year) for year in shown]
    chart.add(title, [_bar(lines.get(year), theme.file.colours.brand) for year in shown])
    chart.value_formatter = lambda value: f"{value:.0f}"
    text = years_text(past)
    chart.add_xml_filter(lambda root: accessible(root, title, text))
    picture: bytes = chart.render()
    return picture


def _bar(line: PastYear | None, colour: str) -> dict[str, object] | None:
    if line is None:
        return None
    return {
        "value": float(line.total),
        "color": colour if line.closed else _PEERS,
        "formatter": lambda _value: line.total,
    }


def years_text(past: Sequence[PastYear]) -> str:
    """The picture in words."""
    return "; ".join(_year_text(line) for line in past)


def _year_text(line: PastYear) -> str:
    values = {"year": line.year, "total": line.total, "rank": line.rank, "all": line.units}
    if not line.closed:
        return str(_("%(year)s: %(total)s so far", **values))
    return str(_("%(year)s: %(total)s, rank %(rank)s of %(all)s", **values))
