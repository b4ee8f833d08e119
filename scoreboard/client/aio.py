"""
Following from a program that runs on asyncio.

Rule: everything that decides is what followers under Twisted have (`client.following`, without a
reactor); here is only what asyncio has for it. To be imported instead of `client.session`: Autobahn
is for one of the two in a process. Shell.

    async with follow("ws://127.0.0.1:8080/ws", leagues=["nfl_"]) as games:
        async for news in games:
            if isinstance(news, Envelope) and news.kind == "score":
                print(games.board.games[news.game_id])
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, cast

import txaio
from autobahn.asyncio.wamp import ApplicationSession
from autobahn.asyncio.websocket import WampWebSocketClientFactory, WampWebSocketClientProtocol
from twisted.internet.defer import Deferred
from twisted.internet.error import AlreadyCalled, AlreadyCancelled
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import implementer

from scoreboard.client.address import Address, parse_address
from scoreboard.client.attempt import (
    CONNECT_S,
    FORMATS,
    Attempt,
    ClosingProtocol,
    JoiningSession,
    prepare,
)
from scoreboard.client.board import Board
from scoreboard.client.following import Following
from scoreboard.client.interest import Interest
from scoreboard.client.interface import Dial, IWatcher, IWire, LinkLost
from scoreboard.client.link import Link, LinkState
from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.model.errors import LocalError, RemoteError

#: News that may wait for a program that does not take them.
MOST_WAITING = 100_000

#: What a follower tells: a whole game (in the place of what was known of it), one of its events,
#: or how the connection stands now.
News = Snapshot | Envelope | Link


class _Protocol(ClosingProtocol, WampWebSocketClientProtocol):  # type: ignore[misc]
    """The connection."""


class _Session(JoiningSession, ApplicationSession):  # type: ignore[misc]
    """The WAMP session."""


class _Factory(WampWebSocketClientFactory):  # type: ignore[misc]
    """Makes one connection and one session."""

    protocol = _Protocol


def dialer(loop: asyncio.AbstractEventLoop, address: Address, wire_format: str) -> Dial:
    """
    What opens sessions with the server at `address`.

    Args:
        wire_format: a key of FORMATS.
    """

    async def connect(factory: _Factory) -> Any:
        secure = ssl.create_default_context() if address.secure else None
        made = loop.create_connection(factory, address.host, address.port, ssl=secure)
        try:
            _, protocol = await asyncio.wait_for(made, CONNECT_S)
        except TimeoutError as why:
            raise LinkLost(f"no connection within {CONNECT_S} s") from why
        return protocol

    # Autobahn makes its promises on one loop for the whole process.
    txaio.config.loop = loop  # type: ignore[attr-defined]

    def dial(gone: Callable[[LinkLost], None]) -> Deferred[IWire]:
        attempt = Attempt(gone, Deferred.fromFuture)
        factory = _Factory(
            lambda: _Session(attempt),
            url=address.url,
            serializers=[FORMATS[wire_format]()],
            loop=loop,
        )
        connecting = loop.create_task(connect(prepare(factory, attempt)))
        attempt.begin(Deferred.fromFuture(connecting), connecting.cancel)
        return attempt.opened

    return dial


@implementer(IDelayedCall)
class _Later:
    """A call to come, on an event loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, delay: float, call: Callable[[], None]
    ) -> None:
        self._loop = loop
        self._call = call
        self._state = ""
        self._handle = loop.call_later(delay, self._now)

    def _now(self) -> None:
        self._state = "called"
        self._call()

    def getTime(self) -> float:
        """When it comes, seconds of the loop."""
        return self._handle.when()

    def active(self) -> bool:
        """Whether it is still to come."""
        return not self._state

    def cancel(self) -> None:
        """It does not come. Raises: AlreadyCalled, AlreadyCancelled."""
        self._demand_active()
        self._state = "cancelled"
        self._handle.cancel()

    def delay(self, secondsLater: float) -> None:
        """It comes so much later. Raises: AlreadyCalled, AlreadyCancelled."""
        self.reset(self.getTime() - self._loop.time() + secondsLater)

    def reset(self, secondsFromNow: float) -> None:
        """It comes then. Raises: AlreadyCalled, AlreadyCancelled."""
        self._demand_active()
        self._handle.cancel()
        self._handle = self._loop.call_later(secondsFromNow, self._now)

    def _demand_active(self) -> None:
        if self._state:
            raise AlreadyCalled if self._state == "called" else AlreadyCancelled


@implementer(IReactorTime)
class LoopClock:
    """The time of an event loop, as Twisted asks for it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._calls: set[_Later] = set()

    def seconds(self) -> float:
        """The loop's time."""
        return self._loop.time()

    def callLater(
        self,
        delay: float,
        callable: Callable[..., object],  # noqa: A002 - Twisted's name
        *args: object,
        **kwargs: object,
    ) -> IDelayedCall:
        """Call in `delay` seconds."""

        def call() -> None:
            self._calls.discard(later)
            callable(*args, **kwargs)

        later = _Later(self._loop, delay, call)
        self._calls.add(later)
        return cast("IDelayedCall", later)

    def getDelayedCalls(self) -> list[IDelayedCall]:
        """What is to come."""
        self._calls = {later for later in self._calls if later.active()}
        return [cast("IDelayedCall", later) for later in self._calls]


@implementer(IWatcher)
class Follower:
    """
    One follower: an asynchronous context manager, and an iterator over what it hears.

    Attributes:
        unknown: names of games, teams and leagues that the server does not have.
    """

    def __init__(self, address: Address, interest: Interest, wire_format: str) -> None:
        self._address = address
        self._interest = interest
        self._wire_format = wire_format
        self._news: asyncio.Queue[News] = asyncio.Queue()
        self._following: Following | None = None
        self._overrun = False
        self.unknown: set[str] = set()

    @property
    def board(self) -> Board:
        """What is to be shown. Raises: LocalError: it is not followed yet."""
        return self._begun.board

    @property
    def link(self) -> Link:
        """How the connection stands. Raises: LocalError: it is not followed yet."""
        return self._begun.link

    @property
    def _begun(self) -> Following:
        if self._following is None:
            raise LocalError("a follower begins with `async with`")
        return self._following

    async def __aenter__(self) -> Follower:
        loop = asyncio.get_running_loop()
        self._following = Following(
            LoopClock(loop),
            lambda: time.time_ns() // 1_000_000,
            random.SystemRandom().random,
            dialer(loop, self._address, self._wire_format),
            self._interest,
            cast("IWatcher", self),
        )
        self._following.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        # What was asked to end ends in the next turns of the loop.
        await asyncio.sleep(0)

    def close(self) -> None:
        """End; who waits for news hears of it."""
        self._begun.stop()

    def __aiter__(self) -> Follower:
        return self

    async def __anext__(self) -> News:
        """
        What has happened next.

        Raises:
            StopAsyncIteration: it was closed.
            RemoteError: the program has not taken the last 100,000.
        """
        if self._overrun:
            raise RemoteError(f"{MOST_WAITING} news were not taken: the follower has ended")
        if self._news.empty() and self.link.state is LinkState.STOPPED:
            raise StopAsyncIteration
        news = await self._news.get()
        if isinstance(news, Link) and news.state is LinkState.STOPPED:
            raise StopAsyncIteration
        return news

    def linked(self, link: Link) -> None:
        """See IWatcher."""
        self._put(link)

    def told(self, event: Envelope) -> None:
        """See IWatcher."""
        self._put(event)

    def restored(self, snapshot: Snapshot) -> None:
        """See IWatcher."""
        self._put(snapshot)

    def unmatched(self, name: str) -> None:
        """See IWatcher."""
        self.unknown.add(name)

    def _put(self, news: News) -> None:
        if self._overrun:
            return
        self._news.put_nowait(news)
        if self._news.qsize() > MOST_WAITING:
            self._overrun = True
            self._begun.stop()


def follow(
    url: str,
    *,
    games: Iterable[str] = (),
    teams: Iterable[str] = (),
    leagues: Iterable[str] = (),
    wire_format: str = "cbor",
) -> Follower:
    """
    A follower of a server, which begins with `async with`; nothing named means everything.

    Args:
        url: ws://host:port/path or wss://...
        teams: ids, or abbreviations in any case.
        leagues: codes, for instance "nfl_".
        wire_format: "cbor", "msgpack" or "json".

    Raises:
        RemoteError: `url` is no address, or there is no such wire format.
    """
    if wire_format not in FORMATS:
        raise RemoteError(f"wire format {wire_format!r} is not one of {', '.join(FORMATS)}")
    interest = Interest(tuple(games), tuple(teams), tuple(leagues))
    return Follower(parse_address(url), interest, wire_format)
