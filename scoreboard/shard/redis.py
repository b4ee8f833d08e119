"""
A relay over Redis: the channel of a game says how far its log has come.

Rule: see `shard.interface`; a Redis that hangs is noticed within seconds, since a node that hears
nothing would take silence for peace. Shell.
"""

from __future__ import annotations

from collections.abc import Coroutine, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from zope.interface import implementer

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.redis_access import Access
from scoreboard.log.redis_connection import Refused
from scoreboard.log.redis_link import Link
from scoreboard.log.redis_names import Command, Names
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import GameId
from scoreboard.shard.interface import IRelay, Listener

#: Seconds between two questions whether the connection is alive.
_PING_S = 1.0


@implementer(IRelay)
class RedisRelay:
    """
    Of one node.

    Args:
        access: as of the log.
    """

    _log = Logger()

    def __init__(self, reactor: Any, access: Access, listener: Listener) -> None:
        self._access = access
        self._names = Names(access.prefix)
        self._listener = listener
        self._followed: set[GameId] = set()
        self._link = Link(reactor, access, self._heard, self._again)
        self._pinging = LoopingCall(self._ping)
        self._pinging.clock = reactor

    def start(self) -> Deferred[None]:
        """See IRelay."""
        return Deferred.fromCoroutine(self._start())

    def follow(self, game: GameId) -> Deferred[None]:
        """See IRelay."""
        self._followed.add(game)
        return Deferred.fromCoroutine(self._ask("SUBSCRIBE", [self._names.news(game)]))

    def forget(self, game: GameId) -> None:
        """See IRelay."""
        self._followed.discard(game)
        self._begin(self._ask("UNSUBSCRIBE", [self._names.news(game)]))

    def close(self) -> Deferred[None]:
        """See IRelay."""
        if self._pinging.running:
            self._pinging.stop()
        return self._link.close()

    async def _start(self) -> None:
        await self._link.start()
        await self._subscribe()
        self._pinging.start(_PING_S, now=False)

    def _heard(self, channel: bytes, message: bytes) -> None:
        if channel == self._names.made.encode():
            self._listener.made(GameId(message.decode(errors="replace")))
        elif message.isdigit():
            game = channel.decode(errors="replace").removeprefix(self._names.news(GameId("")))
            self._listener.moved(GameId(game), int(message))

    def _again(self) -> None:
        """The connection was lost and is there again, or is lost again already."""
        self._begin(self._subscribe())
        self._listener.missed()

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for, and say what goes wrong with it."""
        Deferred.fromCoroutine(work).addErrback(
            lambda failure: self._log.failure("the relay does not do what it is asked", failure)
        )

    async def _subscribe(self) -> None:
        """Everything, on a new connection."""
        channels = [self._names.news(game) for game in sorted(self._followed)]
        await self._ask("SUBSCRIBE", [self._names.made, *channels])

    async def _ask(self, command: str, channels: Sequence[str]) -> None:
        """Subscribe or not; what a lost connection did not do is done when it is there again."""
        commands: list[Command] = [(command, channel) for channel in channels]
        try:
            answers = await self._link.ask(commands, self._access.reply_s)
        except LogUnavailable:
            return
        refused = next((one for one in answers if isinstance(one, Refused)), None)
        if refused is not None:
            raise LocalError(f"redis: {refused}")

    def _ping(self) -> Deferred[None]:
        return Deferred.fromCoroutine(self._ask_alive())

    async def _ask_alive(self) -> None:
        # Late answers end the connection; see Note [The breaker].
        try:
            await self._link.ask([("PING",)], self._access.reply_s)
        except LogUnavailable:
            return
