"""
Mistakes on the command line that argparse cannot see.

Rule: the text alone tells the user what to write instead. Pure.
"""

from __future__ import annotations

from scoreboard.model.errors import LocalError


class UsageError(LocalError):
    """What the user asked for cannot be; costs exit code 2."""
