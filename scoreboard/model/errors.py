"""
The two faults: ours and the peer's.

Rule: outcomes are values and faults are exceptions. A rejected play is a value; an
exception says whose fault it is. Pure.
"""

from __future__ import annotations


class ScoreboardError(Exception):
    """Any fault that scoreboard itself raises."""


class LocalError(ScoreboardError):
    """Our fault: a broken invariant, a wrong setting, a failed disk."""


class RemoteError(ScoreboardError):
    """The peer's fault: it costs only the peer's own request or connection."""
