"""Pictures, drawn on the server as SVG: nothing is loaded from anywhere."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import pygal
from flask_babel import gettext as _
from pygal.style import Style

from quizengine.web.themes import Theme

# pygal hooks an importer of an old kind into the interpreter for its plug-ins, of which we use
# none; with it, every import of something missing warns.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

# The viewer may run no script in it and load nothing; only the picture's own style counts.
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
SVG_TYPE = "image/svg+xml"

_FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif'
_BELOW = "#8a94a1"


def chart_style(theme: Theme, *colours: str) -> Style:
    """The look of all pictures; `colours` of the rows of data, the theme's own if left out."""
    known = theme.file.colours
    return Style(
        background="transparent",
        plot_background="transparent",
        foreground=known.ink,
        foreground_strong=known.ink,
        foreground_subtle="#c9d0d8",
        guide_stroke_color="#d5dbe3",
        major_guide_stroke_color="#c9d0d8",
        guide_stroke_dasharray="2,4",
        major_guide_stroke_dasharray="2,4",
        font_family=_FONT,
        label_font_size=12,
        major_label_font_size=12,
        value_font_size=13,
        title_font_size=17,
        colors=colours or (known.brand,),
        value_colors=(known.ink,),
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )


def distribution_chart(bins: Sequence[int], pass_share: float, theme: Theme) -> bytes:
    """Counted scores in equal bins from 0 to 100 %; those below the pass mark in grey.

    A bin that holds the pass mark counts as below, unless the mark is its lower border.
    """
    colours, style = theme.file.colours, chart_style(theme)
    title = _("Distribution of scores")
    chart = pygal.Bar(
        js=[],
        style=style,
        width=520,
        height=320,
        show_legend=False,
        print_values=True,
        print_values_position="top",
        truncate_label=-1,
        y_labels=_marks(max(bins, default=0)),
        x_title=_("Score in per cent of the maximum"),
        margin=12,
    )
    chart.title = title
    width = 100 // len(bins)
    chart.x_labels = [f"{i * width}–{(i + 1) * width}" for i in range(len(bins))]
    chart.add(
        title,
        [
            {"value": n, "color": colours.brand if i / len(bins) >= pass_share - 1e-9 else _BELOW}
            for i, n in enumerate(bins)
        ],
    )
    chart.value_formatter = lambda value: f"{value:.0f}" if value else ""
    chart.add_xml_filter(lambda root: accessible(root, title, distribution_text(bins)))
    picture: bytes = chart.render()
    return picture


def distribution_text(bins: Sequence[int]) -> str:
    """The picture in words."""
    width = 100 // len(bins)
    parts = [
        _("%(from)s–%(to)s %%: %(count)s", **{"from": i * width, "to": (i + 1) * width}, count=n)
        for i, n in enumerate(bins)
        if n
    ]
    return "; ".join(parts) or _("No scores yet.")


def _marks(most: int) -> list[int]:
    """Whole numbers for the axis, about five of them."""
    step = 1
    while most / step > 5:
        step = int(f"{step * 2:.0f}") if str(step)[0] != "2" else step * 5 // 2
    return list(range(0, most + step, step))


def accessible(root: Element, title: str, text: str) -> Element:
    """Name the picture for screen readers; leave out the library's remarks and its script."""
    for parent in list(root.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.endswith("script"):
                parent.remove(child)
    for name, content in (("desc", text), ("title", title)):
        element: Any = SubElement(root, name)
        element.text = content
        root.remove(element)
        root.insert(0, element)
    root.set("role", "img")
    return root
