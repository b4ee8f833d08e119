"""
What an operator is told when it is not done.

Rule: it says what is wrong and how it is written rightly. Pure.
"""

from __future__ import annotations

from scoreboard.model.errors import RemoteError


class Misspelt(RemoteError):
    """The line means nothing, or not with these arguments."""


class Refused(RemoteError):
    """The line was understood; it cannot be done."""
