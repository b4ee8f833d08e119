"""A reactor for threads, turned by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorFromThreads
from twisted.python.failure import Failure
from zope.interface import implementer

T = TypeVar("T")

#: Seconds after which a thread that has not reported is taken for hung.
PATIENCE = 20.0


@implementer(IReactorFromThreads)
class Pump:
    """
    Runs what threads hand over, in the thread of the test and only while it waits.

    Attributes:
        turns: how many calls were handed over and run.
    """

    def __init__(self) -> None:
        self.turns = 0
        self._calls: SimpleQueue[Callable[[], Any]] = SimpleQueue()

    def callFromThread(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        self._calls.put(partial(call, *args, **kwargs))

    def turn(self) -> None:
        """Run the next call, waiting for it."""
        call = self._calls.get(timeout=PATIENCE)
        self.turns += 1
        call()

    def wait(self, deferred: Deferred[T]) -> T:
        """The result of `deferred`; raises what it failed with."""
        results: list[T | Failure] = []
        deferred.addBoth(results.append)
        while not results:
            self.turn()
        if isinstance(results[0], Failure):
            results[0].raiseException()
        return results[0]
