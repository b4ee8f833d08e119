"""
Reading a log in Redis: from the primary, or from a replica.

Rule: what is read is on as many replicas as were asked for, or it is not answered. Shell.

# Note [What a replica has]

A home node reads from the primary, which may have what nobody else has: WAIT says how many
replicas have it, too. An edge reads from a replica. What a replica has has come from the primary:
so it is on one replica, this one, and where one is asked for (`replicas = 1`) nothing needs to be
asked. WAIT cannot be: a replica refuses it. How many *others* have it a replica cannot say, so an
edge that asks for two is refused by its settings. Which of both a Redis is, is asked with every
read that brings something new, since a failover may make a primary of the replica.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred

from scoreboard.log.batch import check_range
from scoreboard.log.interface import NOWHERE, LogUnavailable
from scoreboard.log.life import Life
from scoreboard.log.reading import read_rows
from scoreboard.log.redis_access import Access
from scoreboard.log.redis_confirmed import Confirmed
from scoreboard.log.redis_connection import Refused
from scoreboard.log.redis_link import Link
from scoreboard.log.redis_names import Command, Names, position, rows
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.model.position import Position


class Reader:
    """
    What `IEventLog` reads, over one link; arguments and answers are described there.

    Args:
        life: of the log that it belongs to.
        confirmed: how far games are known to be on enough replicas.
    """

    def __init__(self, link: Link, access: Access, life: Life, confirmed: Confirmed) -> None:
        self._link = link
        self._access = access
        self._names = Names(access.prefix)
        self._life = life
        self._confirmed = confirmed

    async def read(self, game: GameId, since: int, limit: int) -> tuple[Entry, ...]:
        """See `IEventLog.read`."""
        check_range(since, limit)
        if not limit:
            return ()
        (reply,) = await self.ask(self._names.range(game, since, limit))
        try:
            entries = read_rows(game, since, rows(reply))
        except LocalError as fault:
            raise LocalError(f"redis: {fault}") from fault
        if entries:
            await self._confirm(game, entries[-1].seq)
        return entries

    async def tip(self, game: GameId) -> Position:
        """See `IEventLog.tip`."""
        newest, epoch = await self.ask(self._names.newest(game), self._names.epoch(game))
        tip = position(game, newest, epoch) or NOWHERE
        await self._confirm(game, tip.seq)
        return tip

    async def games(self) -> tuple[GameId, ...]:
        """See `IEventLog.games`."""
        return await self._keys(self._names.games)

    async def sides(self, game: GameId) -> tuple[GameId, ...]:
        """See `IEventLog.sides`."""
        return await self._keys(self._names.sides(game))

    async def kept(self, game: GameId, names: Sequence[str]) -> tuple[bytes | None, ...]:
        """See `IEventLog.kept`."""
        # Not HMGET: an ACL that lets everything else through need not have it.
        return tuple(await self.ask(*(self._names.noted(game, name) for name in names)))

    async def ask(self, *commands: Command) -> list[Any]:
        """
        The answers to `commands`.

        Raises:
            LogUnavailable: the log is not open, Redis is away, or has refused one of them.
        """
        self._life.demand_open()
        answers = await self._link.ask(commands, self._access.reply_s)
        for answer in answers:
            if isinstance(answer, Refused):
                raise LogUnavailable(f"redis: {answer}")
        return answers

    async def _keys(self, name: str) -> tuple[GameId, ...]:
        (found,) = await self.ask(("HKEYS", name))
        return tuple(GameId(key) for key in sorted(one.decode() for one in found))

    async def _confirm(self, game: GameId, seq: int) -> None:
        """
        Make sure that an entry which was read cannot be taken back by a failover.

        WAIT counts the replicas that have everything that had been done when the last command
        of this connection was: that is, what it has just read.
        """
        access = self._access
        if self._confirmed.has(game, seq):
            return
        if access.replicas and not await self._is_replica():
            wait = ("WAIT", access.replicas, int(access.wait_s * 1_000))
            (count,) = await self.ask(wait)
            if count < access.replicas:
                raise LogUnavailable(
                    f"redis: {game} is read up to {seq}, which {count} of {access.replicas} "
                    "replicas have"
                )
        self._confirmed.add(game, seq)

    async def _is_replica(self) -> bool:
        """Whether it is read from a replica. See Note [What a replica has]."""
        if not self._access.is_edge:
            return False
        (role,) = await self.ask(("ROLE",))
        return bool(role[0] == b"slave")


class Reads:
    """The reading half of an `IEventLog` in Redis, by its `_reader`."""

    _reader: Reader

    def read(self, game: GameId, since: int, limit: int) -> Deferred[tuple[Entry, ...]]:
        """See `IEventLog.read`."""
        return Deferred.fromCoroutine(self._reader.read(game, since, limit))

    def tip(self, game: GameId) -> Deferred[Position]:
        """See `IEventLog.tip`."""
        return Deferred.fromCoroutine(self._reader.tip(game))

    def games(self) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.games`."""
        return Deferred.fromCoroutine(self._reader.games())

    def sides(self, game: GameId) -> Deferred[tuple[GameId, ...]]:
        """See `IEventLog.sides`."""
        return Deferred.fromCoroutine(self._reader.sides(game))

    def kept(self, game: GameId, names: Sequence[str]) -> Deferred[tuple[bytes | None, ...]]:
        """See `IEventLog.kept`."""
        return Deferred.fromCoroutine(self._reader.kept(game, names))
