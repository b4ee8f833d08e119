"""
The kept games: all games of a node, those that it writes and those that others write.

Rule: a game is here once, as its log has it; whoever wants to write to it gets it only when
that is known, and when it is at home here. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from twisted.internet.defer import Deferred, DeferredLock

from scoreboard.ingest.desk import Desk
from scoreboard.ingest.game_record import DiskLog, GameRecord, Home, Passing, Publish, load_game
from scoreboard.ingest.intake import FIRST_TERM
from scoreboard.ingest.kept_game import KeptGame
from scoreboard.ingest.replies import unavailable, unknown_game
from scoreboard.log.interface import IEventLog, NotAtTip
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry, MetaSet
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState


class KeptGames:
    """
    Of one node.

    Args:
        log: the record.
        publish: called with each entry's publications, in order, once they are durable.
        disk: is told of what could not be recorded or read.
        home: this node.
        keep: what is kept of a game beside its record.
        passing: looks on as games come to the ends of pages.

    Attributes:
        states: every game as the log has it; a live view.
    """

    def __init__(
        self,
        log: IEventLog,
        publish: Publish,
        disk: DiskLog,
        home: Home,
        keep: Callable[[GameRecord], KeptGame],
        passing: Passing | None = None,
    ) -> None:
        self._record = log
        self._publish = publish
        self._disk = disk
        self._home = home
        self._keep = keep
        self._passing = passing or Passing()
        self._games: dict[GameId, KeptGame] = {}
        self._creating = DeferredLock()
        self.states: Mapping[GameId, GameState] = _States(self._games)

    def __iter__(self) -> Iterator[KeptGame]:
        """All of them."""
        return iter(self._games.values())

    def get(self, game_id: GameId) -> KeptGame | None:
        """A game, wherever it is at home; None: it is not known here."""
        return self._games.get(game_id)

    def need(self, game_id: GameId) -> KeptGame:
        """A game that is known here."""
        return self._games[game_id]

    async def load(self) -> int:
        """
        Bring back every game that the log has, publishing its past to an empty hub.

        Returns:
            How many games there are.
        """
        games = await self._record.games()
        for game_id in games:
            await self._meet(game_id)
        return len(games)

    async def look(self, game_id: GameId) -> int | None:
        """
        Take over what other nodes have written of a game, also of one that is new here.

        Returns:
            How many entries were read; None: the log could not be asked.
        """
        game = self._games.get(game_id)
        known = None if game is None else game.record.taken
        try:
            if game is not None:
                await game.record.look()
            else:
                await self._creating.run(lambda: Deferred.fromCoroutine(self._meet(game_id)))
        except LocalError as why:
            self._disk.failed(game_id, why)
            return None
        game = self._games.get(game_id)
        if game is None:
            return 0
        return game.record.durable.seq if known is None else game.record.taken - known

    async def at_hand(self, game_id: GameId) -> KeptGame | Answer:
        """The game, which may be written to from here; or why it may not."""
        game = self._games.get(game_id)
        if game is None and self._home.node:
            if await self.look(game_id) is None:
                # It may well be there.
                return unavailable()
            game = self._games.get(game_id)
        if game is None:
            return unknown_game(game_id)
        return game if await game.is_ready() else unavailable()

    async def meet_or_make(self, source: SourceId, meta: GameMeta) -> KeptGame | Answer:
        """The game, which may be written to from here; or, if it was made now, the answer."""
        await self._creating.acquire()
        try:
            if self._home.node:
                await self._meet(meta.game_id)
            if meta.game_id not in self._games:
                made = await self._make(source, meta)
                if made is not None:
                    return made
        except LocalError as why:
            self._disk.failed(meta.game_id, why)
            return unavailable()
        finally:
            self._creating.release()
        game = self._games.get(meta.game_id)
        return game if game is not None and await game.is_ready() else unavailable()

    async def until_written(self) -> None:
        """Fires when everything that was taken in is written, or has failed to be."""
        await self._creating.run(lambda: None)
        for game in list(self):
            await game.record.until_written()

    async def _make(self, source: SourceId, meta: GameMeta) -> Answer | None:
        """
        Make the game; None: the log has it already, and it is among the games now.

        Raises:
            LocalError: the log does not take it, or cannot be read.
        """
        entry = Entry(1, self._home.now_ms(), source, FIRST_TERM, MetaSet(meta))
        try:
            position = await self._record.append(meta.game_id, 0, [entry])
        except NotAtTip:
            # An earlier attempt has made it, which we did not hear of; or another node.
            await self._meet(meta.game_id)
            return None
        self._disk.worked()
        state, published = step(None, entry, position.epoch)
        self._open(Desk(state))
        self._publish(published)
        return Answer(Outcome.ACCEPTED, seq=entry.seq, score=state.score)

    async def _meet(self, game_id: GameId) -> None:
        """Bring a game here that the log has. Raises: LocalError."""
        if game_id in self._games:
            return
        desk = await load_game(self._record, game_id, self._publish, self._passing)
        if desk is not None:
            self._open(desk)

    def _open(self, desk: Desk) -> None:
        record = GameRecord(
            self._record, desk, self._publish, self._disk, self._home, self._passing
        )
        self._games[record.game_id] = self._keep(record)


class _States(Mapping[GameId, GameState]):
    """The durable states of all games, without copying them."""

    def __init__(self, games: Mapping[GameId, KeptGame]) -> None:
        self._games = games

    def __getitem__(self, game_id: GameId) -> GameState:
        return self._games[game_id].record.durable

    def __iter__(self) -> Iterator[GameId]:
        return iter(self._games)

    def __len__(self) -> int:
        return len(self._games)
