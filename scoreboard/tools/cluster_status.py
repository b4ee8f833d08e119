"""
How a cluster is, as a table.

Rule: what could not be asked is said, not left out. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from scoreboard.tools.cluster_plan import Kind, Member
from scoreboard.tools.table import aligned

_NUMBER = re.compile(r"^scoreboard_(?P<name>\w+)(?:\{[^}]*\})? (?P<value>[0-9.e+]+)$", re.MULTILINE)


@attrs.frozen
class Found:
    """
    A member as it was found.

    Attributes:
        pid: 0: it was never started.
        life: "yes", "no", "stopped" (by a signal).
        metrics: text of `/metrics`; "": it was not answered, or it is no node.
        ready: what `/readyz` said.
        role: what Redis answered to ROLE; None: nothing.
    """

    member: Member
    pid: int
    life: str
    metrics: str = ""
    ready: Mapping[str, Any] = attrs.field(factory=dict)
    role: Sequence[Any] | None = None


def number(metrics: str, name: str) -> int | None:
    """The sum of a metric over its labels; None: it is not there."""
    found = [float(one["value"]) for one in _NUMBER.finditer(metrics) if one["name"] == name]
    return round(sum(found)) if found else None


def lines(found: Sequence[Found]) -> list[str]:
    """The table."""
    head = ("role", "name", "pid", "port", "alive", "games at home", "sessions", "")
    primaries = [one.role for one in found if one.role and one.role[0] == b"master"]
    tip = max((int(role[1]) for role in primaries), default=0)
    rows = [
        (
            one.member.kind.value,
            one.member.name,
            str(one.pid or "-"),
            str(one.member.port),
            one.life,
            _shown(one, "home_games"),
            _shown(one, "clients"),
            _says(one, tip),
        )
        for one in found
    ]
    return aligned([head, *rows], (2, 3, 5, 6))


def _shown(one: Found, metric: str) -> str:
    if not one.member.is_node:
        return ""
    value = number(one.metrics, metric)
    return "?" if value is None else str(value)


def _says(one: Found, tip: int) -> str:
    """
    What else there is to say of it.

    Args:
        tip: how far the primary has come, bytes; 0: there is none.
    """
    if one.life != "yes":
        return ""
    if one.member.kind is Kind.REDIS:
        return _store(one.role, tip)
    if not one.member.is_node:
        return ""
    if not one.ready:
        return "does not answer"
    supply = one.ready.get("log")
    if not supply:
        away = ", nothing can be recorded" if one.ready.get("record") == "away" else ""
        return f"{one.ready.get('status', '')}{away}"
    behind = f": {supply['why']}" if supply["why"] else f" {supply['at']}"
    return f"{one.ready['status']}, {supply['supply']}{behind}"


def _store(role: Sequence[Any] | None, tip: int) -> str:
    if role is None:
        return "does not answer"
    if role[0] == b"master":
        return f"primary at {role[1]}, {len(role[2])} replicas"
    if role[0] != b"slave":
        return role[0].decode(errors="replace") if isinstance(role[0], bytes) else str(role[0])
    _, _, port, state, offset = role
    lag = f"{max(0, tip - offset)} bytes behind" if tip else "no primary"
    return f"replica of {port}, {state.decode()}, {lag}"
