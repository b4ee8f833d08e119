"""Twisted's reactor, turned by whoever waits for something."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed

from tests.support.deferreds import result

#: Seconds after which what was waited for is taken never to come.
PATIENCE = 30.0


def turned(deferred: Deferred[Any]) -> Any:
    """The result of `deferred`, turning Twisted's reactor until it is there."""
    from twisted.internet import reactor

    results: list[Any] = []
    deferred.addBoth(results.append)
    while not results:
        reactor.iterate(0.01)  # type: ignore[attr-defined]
    return result(succeed(results[0]))


def soon(seconds: float = 0.02) -> Deferred[None]:
    """Fires a little later."""
    from twisted.internet import reactor

    done: Deferred[None] = Deferred()
    reactor.callLater(seconds, done.callback, None)  # type: ignore[attr-defined]
    return done


def come(question: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Turn the reactor until the answer is something."""
    end = time.monotonic() + patience
    while not (answer := question()):
        assert time.monotonic() < end, "it did not come to pass"
        turned(soon())
    return answer
