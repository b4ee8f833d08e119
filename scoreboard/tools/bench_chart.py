"""
A comparison as a picture: one bar a ratio, on a logarithmic scale.

Rule: the picture is text, and the same for the same ratios. Pure.

Source: SVG 1.1 (W3C).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from xml.sax.saxutils import escape

from scoreboard.tools.bench_report import Runs, number

_WIDTH, _ROW, _TOP, _LABEL, _RIGHT = 900, 24, 64, 330, 190

_OURS, _WORSE, _TEXT, _FAINT = "#1a7f5a", "#b5482f", "#1f2933", "#cbd2d9"


def chart(found: Sequence[Runs], caption: str) -> str:
    """
    The ratios of `found` as SVG; measures without one are left out.

    Args:
        caption: the machine, in a line.
    """
    rows = [(f"{one.scenario}: {one.measure}", one) for one in found if one.ratio is not None]
    ratios = [one.ratio or 1.0 for _, one in rows]
    low, high = min([0.5, *ratios]), max([2.0, *ratios])
    span = math.log(high / low)

    def x(ratio: float) -> float:
        return _LABEL + (_WIDTH - _LABEL - _RIGHT) * math.log(ratio / low) / span

    height = _TOP + _ROW * len(rows) + 36
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(16, 26, "scoreboard against a stock Autobahn broadcast server", size=16),
        _text(16, 46, "times better, logarithmic; medians: ours / stock"),
    ]
    for place, ((label, one), ratio) in enumerate(zip(rows, ratios, strict=True)):
        lines += _bar(_TOP + place * _ROW, label, one, x(1.0), x(ratio))
    at = f"{x(1.0):.1f}"
    lines += [
        f'<line x1="{at}" y1="{_TOP - 6}" x2="{at}" y2="{height - 32}" stroke="{_FAINT}"/>',
        _text(16, height - 12, caption),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _bar(y: int, label: str, one: Runs, equal: float, end: float) -> list[str]:
    ratio = one.ratio or 1.0
    left, width = min(equal, end), abs(end - equal)
    color = _OURS if ratio >= 1 else _WORSE
    size = f'width="{width:.1f}" height="{_ROW - 8}"'
    values = f"{number(ratio)}x  ({_medians(one)})"
    return [
        _text(_LABEL - 10, y + 15, label, anchor="end"),
        f'<rect x="{left:.1f}" y="{y + 3}" {size} fill="{color}"/>',
        _text(max(end, equal) + 6, y + 15, values),
    ]


def _medians(one: Runs) -> str:
    ours, stock = sorted(one.ours), sorted(one.stock)
    return f"{number(ours[len(ours) // 2])} / {number(stock[len(stock) // 2])}"


def _text(x: float, y: float, text: str, *, size: int = 12, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{_TEXT}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
