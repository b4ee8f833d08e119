"""
A plan as a picture: its tiers from the feeds to the followers, and how much of a core each takes.

Rule: the picture is text, and the same for the same plan. Pure.

Source: SVG 1.1 (W3C).
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from scoreboard.tools.plan_tiers import Plan, Tier

_WIDTH, _BOX, _STEP, _TOP, _LEFT, _BAR = 860, 46, 78, 60, 24, 200

_INK, _FAINT, _FILL, _USED, _FULL = "#1f2933", "#cbd2d9", "#f3f6f8", "#1a7f5a", "#b5482f"

#: What flows down to a tier from the one above.
_ABOVE = {
    "home nodes": "every message, once",
    "Redis primary": "every message, judged and folded",
    "Redis replicas": "every entry, once a replica",
    "edge nodes": "each followed entry, once an edge",
    "HAProxy": "each event, once a follower",
}


def chart(plan: Plan) -> str:
    """The tiers of `plan` as SVG."""
    tiers = [tier for tier in plan.tiers if tier.name in _ABOVE]
    height = _TOP + _STEP * (len(tiers) + 1) + 30
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    demand = plan.demand
    title = f"{demand.connections:,.0f} connections, {demand.games} games"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        _text(_LEFT, 26, title, size=16),
        _text(_LEFT, 46, f"{demand.all_messages:,.1f} messages a second from all feeds"),
    ]
    for place, tier in enumerate(tiers):
        lines += _tier(plan, tier, _TOP + 20 + place * _STEP)
    lines += _end(plan, _TOP + 20 + len(tiers) * _STEP)
    return "\n".join([*lines, "</svg>"]) + "\n"


def _tier(plan: Plan, tier: Tier, y: int) -> Sequence[str]:
    whole = plan.build.cores if tier.name == "HAProxy" else 1
    part = min(tier.cpu / whole, 1.0)
    at = _WIDTH - _LEFT - _BAR - 70
    box = f'width="{_WIDTH - 2 * _LEFT}" height="{_BOX}" fill="{_FILL}" stroke="{_FAINT}"'
    bar = f'x="{at}" y="{y + 14}" height="18"'
    color = _FULL if part > plan.build.load else _USED
    where = f"{tier.processes:,} on {tier.machines:,} machines"
    return [
        _arrow(y, _ABOVE[tier.name]),
        f'<rect x="{_LEFT}" y="{y}" {box}/>',
        _text(_LEFT + 14, y + 20, tier.name, size=14),
        _text(_LEFT + 14, y + 37, where),
        _text(_LEFT + 300, y + 28, f"{tier.mbit:,.1f} Mbit/s out, each"),
        f'<rect {bar} width="{_BAR}" fill="#ffffff" stroke="{_FAINT}"/>',
        f'<rect {bar} width="{_BAR * part:.1f}" fill="{color}"/>',
        _text(at + _BAR + 10, y + 28, f"{part:.0%} CPU"),
    ]


def _end(plan: Plan, y: int) -> Sequence[str]:
    return [
        _arrow(y, f"{plan.out_gbit:,.1f} Gbit/s in all"),
        _text(_LEFT + 14, y + 22, f"{plan.demand.connections:,.0f} followers", size=14),
    ]


def _arrow(y: int, what: str) -> str:
    x = _LEFT + 24
    line = f'<line x1="{x}" y1="{y - _STEP + _BOX + 2}" x2="{x}" y2="{y - 6}" stroke="{_INK}"/>'
    head = f'<path d="M{x - 4} {y - 8} L{x + 4} {y - 8} L{x} {y - 1} Z" fill="{_INK}"/>'
    return line + head + _text(x + 14, y - 11, what)


def _text(x: float, y: float, text: str, *, size: int = 12) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" font-size="{size}" fill="{_INK}">{escape(text)}</text>'
