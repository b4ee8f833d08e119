"""
SIGTERM: the first one is told to the server, the second one ends the process.

Rule: what was acknowledged is on disk at any time, so that the process may end at any time;
the exit code says whether it ended in order. Shell.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any


def in_time(reactor: Any, drain: Callable[[], None], deadline_s: float) -> Callable[[], None]:
    """`drain`, and an end with exit code 1 if it has not ended after `deadline_s`."""

    def begin() -> None:
        reactor.callLater(deadline_s, os._exit, 1)
        drain()

    return begin


def on_sigterm(reactor: Any, drain: Callable[[], None], deadline_s: float) -> None:
    """
    Have the first SIGTERM call `drain`, which ends by stopping the reactor: exit code 0.

    The second is heard even by a loop that hangs, and exits with 1, as does a drain that has
    not ended after `deadline_s`.
    """
    told: list[int] = []
    begin = in_time(reactor, drain, deadline_s)

    def hear(number: int, _frame: object) -> None:
        if told:
            os._exit(1)
        told.append(number)
        reactor.callFromThread(begin)

    # The reactor installs its own when it begins to run, between these two.
    signal.signal(signal.SIGTERM, hear)
    reactor.callWhenRunning(signal.signal, signal.SIGTERM, hear)
