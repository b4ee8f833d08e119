"""What a Deferred has become, without a reactor."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure


def started(coroutine: Coroutine[Any, Any, Any]) -> Deferred[Any]:
    """The Deferred of a coroutine that has run as far as it can."""
    return Deferred.fromCoroutine(coroutine)


def result(deferred: Deferred[Any]) -> Any:
    """The result that `deferred` has; its failure is raised; none yet is an error."""
    found: list[Any] = []
    deferred.addBoth(found.append)
    assert found, "no result yet"
    if isinstance(found[0], Failure):
        found[0].raiseException()
    return found[0]


def waits(deferred: Deferred[Any]) -> bool:
    """Whether `deferred` has no result yet."""
    return not deferred.called
