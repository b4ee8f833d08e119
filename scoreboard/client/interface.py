"""
What a follower's connection must do, and what may watch it.

Rule: a wire gives events in the order in which the server sent them, each before the
answers that were sent after it. Shell: its promises are Deferreds.
"""

# An interface's methods are declared as they are called: without self.
# ruff: noqa: N805

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import Interface

from scoreboard.client.interest import Topic
from scoreboard.client.link import Link
from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.model.errors import RemoteError


class LinkLost(RemoteError):
    """
    The connection is gone or of no use; the text says why, for a person.

    `retry_ms` is how long the server asked to wait; None if it did not.
    """

    def __init__(self, why: str, retry_ms: int | None = None) -> None:
        super().__init__(why)
        self.retry_ms = retry_ms


class CallRefused(RemoteError):
    """The server answered a request with an error; the link is well. `code` is its URI."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text}" if text else code)
        self.code = code


class IWire(Interface):
    """One session with a server."""

    def subscribe(topic: Topic, receive: Callable[[Any], None]) -> Deferred[None]:
        """
        Subscribe; `receive` gets the payload of each event.

        Fires when the server has confirmed. Fails with CallRefused or LinkLost.
        """

    def call(procedure: str, arguments: dict[str, Any]) -> Deferred[Any]:
        """
        Call a procedure with named arguments; fires with its named results.

        Fails with CallRefused or LinkLost.
        """

    def close() -> None:
        """Hang up; no effect if it is closed already."""


#: Opens a session; gets what to call, once, when the session is gone afterwards.
#: Fails with LinkLost when there is none to be had.
Dial = Callable[[Callable[[LinkLost], None]], "Deferred[IWire]"]


class IWatcher(Interface):
    """Hears what a follower does, each in the turn in which it happens."""

    def linked(link: Link) -> None:
        """The connection is in another state."""

    def told(event: Envelope) -> None:
        """An event was shown on the board."""

    def restored(snapshot: Snapshot) -> None:
        """A whole game was shown on the board."""

    def unmatched(name: str) -> None:
        """A game, team or league that was named does not exist on the server."""
