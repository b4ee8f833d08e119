"""Followers of the nodes' campaign: the client library itself, on a reactor of its own thread."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import attrs
from twisted.internet.threads import blockingCallFromThread
from twisted.logger import globalLogPublisher
from zope.interface import implementer

from scoreboard.client.address import parse_address
from scoreboard.client.following import Following
from scoreboard.client.interest import Interest
from scoreboard.client.interface import IWatcher
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.client.session import dialer

#: How they may speak.
FORMATS = ("cbor", "msgpack", "json")


@implementer(IWatcher)
@attrs.define(eq=False)
class Viewer:
    """
    One follower, and all that it was told.

    Attributes:
        told_of: events and whole games, in the order in which they came.
        losses: (when, why) its connection was lost.
        missing: games that the server said not to have.
    """

    name: str
    url: str
    wire_format: str
    games: tuple[str, ...]
    told_of: list[Envelope | Snapshot] = attrs.field(factory=list)
    losses: list[tuple[float, str]] = attrs.field(factory=list)
    missing: list[str] = attrs.field(factory=list)
    following: Following | None = None
    stopped: bool = False

    def linked(self, link: Link) -> None:
        """See IWatcher."""
        if link.state is LinkState.WAITING:
            self.losses.append((time.monotonic(), link.why or ""))
        elif link.state is LinkState.STOPPED and not self.stopped:
            self.losses.append((time.monotonic(), f"ended: {link.why}"))

    def told(self, event: Envelope) -> None:
        """See IWatcher."""
        self.told_of.append(event)

    def restored(self, snapshot: Snapshot) -> None:
        """See IWatcher."""
        self.told_of.append(snapshot)

    def unmatched(self, name: str) -> None:
        """See IWatcher."""
        self.missing.append(name)

    @property
    def is_live(self) -> bool:
        """Whether all that it follows is up to date, as far as it knows."""
        return self.following is not None and self.following.link.state is LinkState.LIVE

    def reach(self, game: str) -> int:
        """Up to which `seq` it was told of a game."""
        following = self.following
        view = None if following is None else following.board.games.get(game)
        return 0 if view is None else view.seq


class Gallery:
    """Where the followers are."""

    def __init__(self, reactor: Any, seed: int) -> None:
        self._reactor = reactor
        self._chance = random.Random(f"gallery {seed}").random
        self.faults: list[str] = []

    def let_in(self, viewer: Viewer) -> Viewer:
        """Have it follow from now on."""
        blockingCallFromThread(self._reactor, self._begin, viewer)
        return viewer

    def send_away(self, viewers: Sequence[Viewer]) -> None:
        """Have them follow no longer."""
        blockingCallFromThread(self._reactor, self._end, viewers)

    def _begin(self, viewer: Viewer) -> None:
        viewer.following = Following(
            self._reactor,
            lambda: time.time_ns() // 1_000_000,
            self._chance,
            dialer(self._reactor, parse_address(viewer.url), viewer.wire_format),
            Interest(games=viewer.games),
            viewer,
        )
        viewer.following.start()

    @staticmethod
    def _end(viewers: Sequence[Viewer]) -> None:
        for viewer in viewers:
            viewer.stopped = True
            if viewer.following is not None:
                viewer.following.stop()

    def noted(self, event: dict[str, Any]) -> None:
        """A fault of the client library's own."""
        failure = event.get("log_failure")
        if failure is not None:
            self.faults.append(failure.getTraceback())


@contextmanager
def gallery(seed: int) -> Iterator[Gallery]:
    """With a reactor that runs in a thread of its own; once in a process."""
    from twisted.internet import reactor

    one = Gallery(reactor, seed)
    globalLogPublisher.addObserver(one.noted)
    turning = threading.Thread(
        target=reactor.run,  # type: ignore[attr-defined]
        kwargs={"installSignalHandlers": False},
        daemon=True,
    )
    turning.start()
    try:
        yield one
    finally:
        reactor.callFromThread(reactor.stop)  # type: ignore[attr-defined]
        turning.join(10)
