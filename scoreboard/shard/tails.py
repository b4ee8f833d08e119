"""
Tails: the games that this node hears of, and what it does when one has moved.

Rule: what is answered about a game or sent to its followers is read from its log; a game that
nobody here wants costs nothing here. Shell.

# Note [Order]

To follow a game is: ask the relay first, read the log afterwards. What is written in between is
told, and read once more. The other way round it would be missed, and nothing would show it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Any, TypeVar

import attrs
from twisted.internet.defer import Deferred, DeferredList
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

from scoreboard.log.interface import LogUnavailable
from scoreboard.model.errors import LocalError
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId
from scoreboard.shard.interface import Listener, MakeRelay
from scoreboard.shard.wants import Followed, wanted

T = TypeVar("T")

#: Seconds that a question keeps a game.
KEEP_S = 60.0

#: Seconds for which a list of all games serves: as long as a slate may be kept.
LIST_S = 1.0

#: Seconds between two looks at all games that are followed, whether anything was told or not.
LOOK_S = 2.0


@attrs.define
class Counts:
    """
    What tailing has cost.

    Attributes:
        told: times that the relay has told that a game has moved.
        made: times that it has told of a new game, which it tells every node.
        looks: times that a log was asked for more.
        entries: that looks have read.
        follows, forgets: games.
    """

    told: int = 0
    made: int = 0
    looks: int = 0
    entries: int = 0
    follows: int = 0
    forgets: int = 0


@attrs.frozen
class Here:
    """
    The node, as callables of the composition root.

    Attributes:
        look: brings a game up to what its log has, and says how many entries were read; None:
            the log could not be asked. What goes wrong is told there, and the game is looked
            at again before long.
        reach: up to which `seq` a game is known here; 0: not at all.
        all: the ids of all games that are in the log; LogUnavailable: it cannot be asked now.
        metas: of all games that are known.
        followed: what sessions follow.
    """

    look: Callable[[GameId], Awaitable[int | None]]
    reach: Callable[[GameId], int]
    all: Callable[[], Awaitable[Iterable[GameId]]]
    metas: Callable[[], Iterable[GameMeta]]
    followed: Callable[[], Followed]


class Tails:
    """
    Of one node.

    Attributes:
        counts: to be read only.
    """

    _log = Logger()

    def __init__(self, reactor: Any, make_relay: MakeRelay, here: Here) -> None:
        self._clock = reactor
        self._relay = make_relay(Listener(self._moved, self._made, self._missed))
        self._here = here
        self._followed: dict[GameId, Deferred[None]] = {}
        self._asked: dict[GameId, float] = {}
        self._looked_at: set[GameId] = set()
        self._again: dict[GameId, list[Deferred[bool]]] = {}
        self._is_due = False
        self._is_wide = False
        self._listed: tuple[GameId, ...] = ()
        self._listed_at = float("-inf")
        self._looking = LoopingCall(self._look_at_all)
        self._looking.clock = reactor
        self.counts = Counts()

    def __len__(self) -> int:
        """How many games are followed."""
        return len(self._followed)

    async def start(self) -> None:
        """Begin. Raises: LocalError: the relay cannot be reached."""
        await self._relay.start()
        self._looking.start(LOOK_S, now=False)
        self.interest()

    async def stop(self) -> None:
        """End."""
        if self._looking.running:
            self._looking.stop()
        await self._relay.close()

    def interest(self) -> None:
        """What sessions follow has changed; looked at once a turn, however often it does."""
        if not self._is_due:
            self._is_due = True
            self._clock.callLater(0, self._settle)

    async def near(self, games: Iterable[GameId] | None) -> None:
        """
        Fires when the games are here as their logs have them, and stay so for a while.

        Args:
            games: None: all of them; those that are known here, if the log cannot be asked.

        Raises:
            LogUnavailable: one is not known here, and the log cannot be asked for it.
        """
        until = self._clock.seconds() + KEEP_S
        waits = []
        for game in await self._all() if games is None else games:
            well = bool(self._here.reach(game)) or await self._look(game)
            # What is in no log is not kept: strangers may ask for anything.
            if self._here.reach(game):
                self._asked[game] = until
                waits.append(self._follow(game))
            elif not well:
                raise LogUnavailable(
                    f"{game} is not known here, and the log cannot be asked for it"
                )
        await DeferredList(waits, consumeErrors=True)

    async def meet(self, games: Iterable[GameId]) -> None:
        """
        Fires when those of the games that are in the log are known here, however far.

        Raises:
            LogUnavailable: one is not known here, and the log cannot be asked for it.
        """
        for game in games:
            if not self._here.reach(game) and not await self._look(game):
                raise LogUnavailable(
                    f"{game} is not known here, and the log cannot be asked for it"
                )

    async def _all(self) -> Iterable[GameId]:
        """All games; those of some moments ago, if they were listed then."""
        now = self._clock.seconds()
        if now - self._listed_at >= LIST_S:
            try:
                self._listed, self._listed_at = tuple(await self._here.all()), now
            except LogUnavailable:
                return [meta.game_id for meta in self._here.metas()]
        return self._listed

    def _moved(self, game: GameId, seq: int) -> None:
        """The relay says that the log of `game` has entries up to `seq`."""
        self.counts.told += 1
        if game in self._followed and seq > self._here.reach(game):
            self._begin_look(game)

    def _made(self, game: GameId) -> None:
        """There is a new game, which somebody may follow without having named it."""
        self.counts.made += 1
        if self._is_wide:
            self._begin(self._meet([game]))

    def _missed(self) -> None:
        """The relay was away: any of the games may have moved, and others may be there."""
        for game in self._followed:
            self._begin_look(game)
        if self._is_wide:
            self._begin(self._meet_all())

    async def _meet_all(self) -> None:
        """Somebody follows games without naming them: those that are not known here, too."""
        try:
            games = await self._here.all()
        except LogUnavailable:
            # With the next look at all games.
            return
        await self._meet(games)

    async def _meet(self, games: Iterable[GameId]) -> None:
        """Get to know games, to see whether somebody follows them."""
        strange = [game for game in games if not self._here.reach(game)]
        for game in strange:
            await self._look(game)
        if strange:
            self.interest()

    def _settle(self) -> None:
        self._is_due = False
        now = self._clock.seconds()
        here = self._here
        followed = here.followed()
        if followed.is_wide and not self._is_wide:
            self._begin(self._meet_all())
        self._is_wide = followed.is_wide
        games = wanted(followed, here.metas(), self._asked, now)
        self._asked = {game: until for game, until in self._asked.items() if until > now}
        for game in [game for game in self._followed if game not in games]:
            del self._followed[game]
            self.counts.forgets += 1
            self._relay.forget(game)
        for game in games:
            self._follow(game)

    def _follow(self, game: GameId) -> Deferred[None]:
        """Fires when the game is here as its log has it. See Note [Order]."""
        known = self._followed.get(game)
        if known is None:
            self.counts.follows += 1
            known = self._followed[game] = Deferred.fromCoroutine(self._arrive(game))
        waits: Deferred[None] = Deferred()

        # A Deferred for each who waits: what one does with it is not the others' affair.
        def arrived(result: T) -> T:
            waits.callback(None)
            return result

        known.addBoth(arrived)
        return waits

    async def _arrive(self, game: GameId) -> None:
        try:
            await self._relay.follow(game)
        except LocalError:
            # It is looked at with all the others, only later.
            self._log.failure("the relay tells nothing of {game}", game=game)
        await self._look(game)

    def _begin_look(self, game: GameId) -> None:
        self._begin(self._look(game))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do something, and say what goes wrong with it."""
        Deferred.fromCoroutine(work).addErrback(
            lambda failure: self._log.failure("games of other nodes cannot be followed", failure)
        )

    async def _look(self, game: GameId) -> bool:
        """
        Read what there is; whether the log could be asked.

        While one look is under way the next one waits, once for all that want it.
        """
        waits: Deferred[bool] = Deferred()
        self._again.setdefault(game, []).append(waits)
        if game not in self._looked_at:
            self._looked_at.add(game)
            try:
                while waiting := self._again.pop(game, None):
                    self.counts.looks += 1
                    read = await self._read(game)
                    self.counts.entries += read or 0
                    for one in waiting:
                        one.callback(read is not None)
            finally:
                self._looked_at.discard(game)
        return await waits

    async def _read(self, game: GameId) -> int | None:
        """As `Here.look`; a fault there leaves nobody waiting."""
        try:
            return await self._here.look(game)
        except Exception:
            self._log.failure("a look at {game} failed", game=game)
            return None

    def _look_at_all(self) -> None:
        self._settle()
        for game in list(self._followed):
            self._begin_look(game)
        if self._is_wide:
            # That there is a new game may have been lost like all else that is told.
            self._begin(self._meet_all())
