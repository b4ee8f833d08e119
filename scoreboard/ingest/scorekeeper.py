"""
The scorekeeper: takes messages in, has them logged, and publishes what the log has.

Rule: nothing is published and no sender hears `accepted` before the log has it on
disk; the state that is published is always a fold of the log. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import Received, read_message
from scoreboard.ingest.intake import FIRST_TERM, decide
from scoreboard.log.interface import IEventLog, LogBusy
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.model.event import Entry, MetaSet
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

#: How long a sender should wait when the log cannot take its message, milliseconds.
RETRY_MS = 1_000
#: Entries that are read from the log at a time when a game is brought back.
_PAGE = 1_000

Publish = Callable[[Sequence[Publication]], None]


class _Batch:
    """Entries that are to be written together, and what will be published of them."""

    def __init__(self, before: GameState) -> None:
        self.before = before
        self.state = before
        self.entries: list[Entry] = []
        self.published: list[Publication] = []

    def add(self, entry: Entry) -> None:
        """One entry more."""
        self.state, some = step(self.state, entry, self.state.epoch)
        self.entries.append(entry)
        self.published.extend(some)


class _Desk:
    """
    One game: what the log has, and what is on its way there.

    Messages are judged against `tip`, which includes entries that are being written, so
    that a burst is not slowed to one disk write a message. If a write fails, all that was
    built on it fails too and `tip` falls back to `durable`. See Note [Speculation].
    """

    def __init__(self, state: GameState) -> None:
        self.durable = state
        self.tip = state
        self.generation = 0
        self.doubtful = False
        self.catching_up = DeferredLock()
        self.waiting: list[tuple[int, Deferred[bool]]] = []

    def written(self, state: GameState) -> None:
        """The log has everything up to `state`."""
        self.durable = state
        ready = [d for seq, d in self.waiting if seq <= state.seq]
        self.waiting = [(seq, d) for seq, d in self.waiting if seq > state.seq]
        for deferred in ready:
            deferred.callback(True)

    def failed(self, generation: int) -> None:
        """A write of that generation failed; only its first failure falls back."""
        if generation != self.generation:
            return
        self.generation += 1
        self.doubtful = True
        self.tip = self.durable
        waiting, self.waiting = self.waiting, []
        for _, deferred in waiting:
            deferred.callback(False)

    def until_written(self) -> Deferred[bool]:
        """Fires when all that is on its way is written (True) or lost (False)."""
        deferred: Deferred[bool] = Deferred()
        if self.tip is self.durable:
            deferred.callback(True)
        else:
            self.waiting.append((self.tip.seq, deferred))
        return deferred


class Scorekeeper:
    """
    All games of this node.

    Args:
        clock: gives the time that entries are stamped with.
        log: the record.
        publish: called with each entry's publications, in order, once they are durable.
        lifted: ids of rules that only flag here, for feeds that cannot do better.
    """

    _log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        log: IEventLog,
        publish: Publish,
        lifted: frozenset[str] = frozenset(),
    ) -> None:
        self._clock = clock
        self._lifted = lifted
        self._record = log
        self._publish = publish
        self._desks: dict[GameId, _Desk] = {}
        self._creating = DeferredLock()
        self._states = _States(self._desks)

    @property
    def states(self) -> Mapping[GameId, GameState]:
        """Every game as the log has it; a live view."""
        return self._states

    async def load(self) -> int:
        """
        Bring back every game that the log has, publishing its past to an empty hub.

        Returns:
            How many games there are.
        """
        games = await self._record.games()
        for game_id in games:
            state = await self._replay(game_id)
            if state is not None:
                self._desks[game_id] = _Desk(state)
        return len(games)

    async def _replay(self, game_id: GameId) -> GameState | None:
        position = await self._record.tip(game_id)
        state: GameState | None = None
        while state is None or state.seq < position.seq:
            since = 0 if state is None else state.seq
            page = await self._record.read(game_id, since, _PAGE)
            if not page:
                break
            for entry in page:
                state, published = step(state, entry, position.epoch)
                self._publish(published)
        return state

    async def put_meta(self, source: SourceId, meta: GameMeta) -> Answer:
        """Create the game, or change its circumstances."""
        await self._creating.acquire()
        try:
            desk = self._desks.get(meta.game_id)
            if desk is None:
                return await self._create(source, meta)
        finally:
            self._creating.release()
        if desk.tip.meta == meta:
            lasting = await desk.until_written()
            seq = desk.durable.last.get("meta")
            return Answer(Outcome.DUPLICATE, seq=seq) if lasting else _unavailable()
        if desk.tip.meta.sport != meta.sport:
            return _sport_change(desk.tip.meta, meta)
        if desk.doubtful and not await self._catch_up(desk):
            return _unavailable()
        batch = _Batch(desk.tip)
        entry = self._meta_entry(source, meta, desk.tip)
        batch.add(entry)
        written = await self._write(desk, batch)
        return Answer(Outcome.ACCEPTED, seq=entry.seq) if written else _unavailable()

    def _meta_entry(self, source: SourceId, meta: GameMeta, tip: GameState | None) -> Entry:
        return Entry(
            seq=1 if tip is None else tip.seq + 1,
            ts_ms=self._now_ms() if tip is None else max(self._now_ms(), tip.ts_ms),
            source=source,
            term=FIRST_TERM,
            event=MetaSet(meta),
        )

    async def _create(self, source: SourceId, meta: GameMeta) -> Answer:
        entry = self._meta_entry(source, meta, None)
        try:
            position = await self._record.append(meta.game_id, 0, [entry])
        except LocalError as why:
            self._log.error("{game}: cannot be created: {why}", game=meta.game_id, why=str(why))
            return _unavailable()
        state, published = step(None, entry, position.epoch)
        self._desks[meta.game_id] = _Desk(state)
        self._publish(published)
        return Answer(Outcome.ACCEPTED, seq=entry.seq, score=state.score)

    async def submit(
        self, source: SourceId, game_id: GameId, messages: Sequence[Any]
    ) -> list[Answer]:
        """
        Take a batch of messages of one source about one game, in order.

        Args:
            messages: decoded JSON, msgpack or CBOR; one that is malformed costs only itself.

        Returns:
            One answer a message. They come when everything they speak of is durable.
        """
        desk = self._desks.get(game_id)
        if desk is None:
            return [unknown_game(game_id)] * len(messages)
        if desk.doubtful and not await self._catch_up(desk):
            return [_unavailable()] * len(messages)
        batch = _Batch(desk.tip)
        answers = self._judge(batch, source, messages)
        if batch.entries:
            lasting = await self._write(desk, batch)
        elif any(answer.outcome is Outcome.DUPLICATE for answer in answers):
            lasting = await desk.until_written()
        else:
            lasting = True
        if lasting:
            return answers
        return [_unavailable() if answer.outcome.recorded else answer for answer in answers]

    def _judge(self, batch: _Batch, source: SourceId, messages: Sequence[Any]) -> list[Answer]:
        """Answers to `messages`, each seeing what those before it have changed."""
        answers: list[Answer] = []
        now_ms = self._now_ms()
        for raw in messages:
            received = _read(raw, batch.state.meta)
            if isinstance(received, Answer):
                answers.append(received)
                continue
            decision = decide(batch.state, received, source, now_ms, lifted=self._lifted)
            if decision.entry is not None:
                batch.add(decision.entry)
            state = batch.state
            answers.append(
                attrs.evolve(decision.answer, score=state.score, period_index=state.period_index)
            )
        return answers

    async def _write(self, desk: _Desk, batch: _Batch) -> bool:
        """Log the batch, which follows `desk.tip`, then publish it; whether that went well."""
        generation = desk.generation
        desk.tip = batch.state
        game_id = batch.state.meta.game_id
        try:
            await self._record.append(game_id, batch.before.seq, batch.entries)
        except LocalError as why:
            if not isinstance(why, LogBusy):
                self._log.error("{game}: not recorded: {why}", game=game_id, why=str(why))
            desk.failed(generation)
            return False
        self._publish(batch.published)
        desk.written(batch.state)
        return True

    async def _catch_up(self, desk: _Desk) -> bool:
        """
        After a failed write: take over what the log has after all; whether that is known now.

        A disk that failed may have kept what it was given; only the log can tell.
        """
        await desk.catching_up.acquire()
        try:
            while desk.doubtful:
                state = desk.durable
                page = await self._record.read(state.meta.game_id, state.seq, _PAGE)
                for entry in page:
                    state, published = step(state, entry, state.epoch)
                    self._publish(published)
                desk.durable = desk.tip = state
                desk.doubtful = len(page) == _PAGE
        except LocalError as why:
            self._log.error("the log cannot be read: {why}", why=str(why))
            return False
        finally:
            desk.catching_up.release()
        return True

    def _now_ms(self) -> int:
        return int(self._clock.seconds() * 1000)


class _States(Mapping[GameId, GameState]):
    """The durable states of all desks, without copying them."""

    def __init__(self, desks: Mapping[GameId, _Desk]) -> None:
        self._desks = desks

    def __getitem__(self, game_id: GameId) -> GameState:
        return self._desks[game_id].durable

    def __iter__(self) -> Any:
        return iter(self._desks)

    def __len__(self) -> int:
        return len(self._desks)


def _read(raw: Any, meta: GameMeta) -> Received | Answer:
    """The message, or the answer that it cannot be read (rule E1)."""
    try:
        return read_message(raw, meta)
    except Malformed as why:
        return malformed(str(why), f"mend {why.path} and resend")
    except RemoteError as why:
        return malformed(str(why), "mend it and resend")


def malformed(problem: str, hint: str) -> Answer:
    """E1: the message is not in the form of the protocol."""
    return Answer(Outcome.REJECTED, code="malformed", rule="E1", problem=problem, hint=hint)


def unknown_game(game_id: str) -> Answer:
    """I1: nobody has told us of that game."""
    return Answer(
        Outcome.REJECTED,
        code="unknown_game",
        rule="I1",
        problem=f"no game {game_id} is known",
        hint=f"create it first: PUT /v1/games/{game_id} with its meta",
    )


def _unavailable() -> Answer:
    return Answer(
        Outcome.REJECTED,
        code="unavailable",
        problem="the log cannot take it now; nothing was recorded",
        hint="resend the same message",
        retry_ms=RETRY_MS,
    )


def _sport_change(before: GameMeta, after: GameMeta) -> Answer:
    return Answer(
        Outcome.REJECTED,
        code="sport_change",
        problem=f"{before.game_id} is a {before.sport} game and cannot become {after.sport}",
        hint="create another game",
    )


# Note [Speculation]
# ~~~~~~~~~~~~~~~~~~
# A disk write takes milliseconds; a feed that comes back sends hundreds of messages at once.
# Judging each against the durable state would need one write after the other. So messages are
# judged against `tip`, and writes are pipelined: the log refuses a write whose predecessor
# failed (its `expected_seq` is wrong then), so nothing that was built on a lost entry can get
# in. The first failure of a generation throws the speculation away; failures of later writes
# of the same generation find the generation gone and do nothing. Publications wait for their
# own write, and the log answers in the order of its writes, so followers never see either.
