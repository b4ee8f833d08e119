"""
Between the server's parts and those who write its log: what is too much is held back.

Rule: it stands before every observer there is when the server starts, and is gone when it has
stopped. Shell.
"""

from __future__ import annotations

from collections import Counter

from twisted.logger import ILogObserver, LogEvent, LogLevel, LogPublisher
from zope.interface import implementer

from scoreboard.ops.log_pace import LogPace


@implementer(ILogObserver)
class _Paced:
    """
    Hands on what is not too much.

    Args:
        observer: writes it.
    """

    def __init__(self, observer: ILogObserver, pace: LogPace, held_back: Counter[str]) -> None:
        self._observer = observer
        self._pace = pace
        self._held_back = held_back

    def __call__(self, event: LogEvent) -> None:
        """One event."""
        namespace = event.get("log_namespace", "-")
        kind = (namespace, event.get("log_format"))
        is_taken, before = self._pace.take(kind, event["log_time"])
        if before:
            told = "{n} more lines of this kind were suppressed"
            self._observer(
                {
                    "log_namespace": namespace,
                    "log_level": LogLevel.warn,
                    "log_time": event["log_time"],
                    "log_format": told,
                    "n": before,
                }
            )
        if is_taken:
            self._observer(event)
        else:
            self._held_back["log_lines"] += 1


class LogBetween:
    """
    Holds back what is too much.

    Args:
        most: lines of one kind in a second; 0: all.
        held_back: where it is counted how many were not written, as "log_lines".
    """

    def __init__(self, publisher: LogPublisher, most: float, held_back: Counter[str]) -> None:
        self._publisher = publisher
        self._most = most
        self._held_back = held_back
        self._observers: list[tuple[ILogObserver, ILogObserver]] = []

    def start(self) -> None:
        """From now on."""
        # There is no other way to put something between a publisher and its observers.
        for observer in list(self._publisher._observers):  # noqa: SLF001
            paced = _Paced(observer, LogPace(self._most), self._held_back)
            self._publisher.removeObserver(observer)
            self._publisher.addObserver(paced)
            self._observers.append((observer, paced))

    def stop(self) -> None:
        """Everything is written again."""
        for observer, paced in self._observers:
            self._publisher.removeObserver(paced)
            self._publisher.addObserver(observer)
        self._observers = []
