"""
A relay within one process, for tests and simulations of several nodes.

Rule: as every relay it tells at once, and may be cut off: then it tells nothing, and afterwards
that something was missed. Shell.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred, succeed
from zope.interface import implementer

from scoreboard.model.ids import GameId
from scoreboard.shard.interface import IRelay, Listener


class Bus:
    """What the nodes of one process have in common."""

    def __init__(self) -> None:
        self.relays: list[MemoryRelay] = []

    def tell(self, game: GameId, seq: int, *, is_new: bool) -> None:
        """Tell all of a new game, and those who follow it how far its log has come."""
        for relay in list(self.relays):
            relay.hear(game, seq, is_new=is_new)


@implementer(IRelay)
class MemoryRelay:
    """Of one node; arguments as of `shard.redis.RedisRelay`."""

    def __init__(self, bus: Bus, listener: Listener) -> None:
        self._bus = bus
        self._listener = listener
        self._followed: set[GameId] = set()
        self._is_cut = False

    def start(self) -> Deferred[None]:
        """See IRelay."""
        self._bus.relays.append(self)
        return succeed(None)

    def follow(self, game: GameId) -> Deferred[None]:
        """See IRelay."""
        self._followed.add(game)
        return succeed(None)

    def forget(self, game: GameId) -> None:
        """See IRelay."""
        self._followed.discard(game)

    def close(self) -> Deferred[None]:
        """See IRelay."""
        if self in self._bus.relays:
            self._bus.relays.remove(self)
        return succeed(None)

    def hear(self, game: GameId, seq: int, *, is_new: bool) -> None:
        """What the bus says."""
        if self._is_cut:
            return
        if is_new:
            self._listener.made(game)
        if game in self._followed:
            self._listener.moved(game, seq)

    def cut(self) -> None:
        """Lose the connection."""
        self._is_cut = True

    def mend(self) -> None:
        """Have it again."""
        self._is_cut = False
        self._listener.missed()
