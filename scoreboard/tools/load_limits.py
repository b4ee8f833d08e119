"""
How many connections a process may have.

Rule: the limit is raised as far as it goes, and what is still too low is told before the
first connection, with what to do. Shell.
"""

from __future__ import annotations

import resource

from scoreboard.tools.load_plan import SPARE_DESCRIPTORS
from scoreboard.tools.usage import UsageError


def raise_descriptor_limit(sessions: int) -> int:
    """
    Raise the limit of descriptors to what is allowed; it holds for processes made later, too.

    Args:
        sessions: that one process will hold; 0: whatever there is will do.

    Returns:
        The limit.

    Raises:
        UsageError: it is below what is needed.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and sessions + SPARE_DESCRIPTORS > hard:
        raise UsageError(
            f"{sessions} sessions in a process need {sessions + SPARE_DESCRIPTORS} descriptors, "
            f"and only {hard} are allowed: raise the hard limit (ulimit -Hn as root, or "
            "LimitNOFILE of the service), or ask for fewer sessions"
        )
    return hard
