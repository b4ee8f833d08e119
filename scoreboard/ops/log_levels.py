"""
How much the server's log shows, changed while it runs.

Rule: nothing is shown less than before until somebody chooses so, but for what the SSH
library says of every packet. Shell.
"""

from __future__ import annotations

from typing import Any

from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    LogPublisher,
)

from scoreboard.ops.views import Levels

#: Namespace -> level at the start; "" is all others.
_START = (("", "debug"), ("scoreboard.ops.ssh", "warn"), ("twisted.conch", "warn"))


class LogLevels:
    """
    The levels of what goes to the observers of `publisher`.

    Args:
        publisher: where its observers are when `start` is called.
    """

    def __init__(self, publisher: LogPublisher) -> None:
        self._publisher = publisher
        self._predicate = LogLevelFilterPredicate(defaultLogLevel=LogLevel.debug)
        self._chosen: dict[str, str] = {}
        self._observers: list[tuple[Any, FilteringLogObserver]] = []
        for namespace, level in _START:
            self._choose(namespace, level)

    @property
    def levels(self) -> Levels:
        """As operators see them."""
        names = tuple(level.name for level in LogLevel.iterconstants())
        return Levels(names, lambda: sorted(self._chosen.items()), self._choose)

    def start(self) -> None:
        """From now on the levels count."""
        # There is no other way to put something between a publisher and its observers.
        for observer in list(self._publisher._observers):  # noqa: SLF001
            chosen = FilteringLogObserver(observer, [self._predicate])
            self._publisher.removeObserver(observer)
            self._publisher.addObserver(chosen)
            self._observers.append((observer, chosen))

    def stop(self) -> None:
        """Everything is shown again."""
        for observer, chosen in self._observers:
            self._publisher.removeObserver(chosen)
            self._publisher.addObserver(observer)
        self._observers = []

    def _choose(self, namespace: str, level: str) -> None:
        self._chosen[namespace] = level
        self._predicate.setLogLevelForNamespace(namespace, LogLevel.lookupByName(level))
