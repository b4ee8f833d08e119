"""
The scorekeeper: takes messages in, has them logged, and publishes what the log has.

Rule: nothing is published and no sender hears `accepted` before the log has it on
disk; the state that is published is always a fold of the log. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.defer import DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from scoreboard.codec.fields import Malformed
from scoreboard.codec.reports import Received, read_message
from scoreboard.ingest.authority.claiming import is_waiting
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch, closed, heard
from scoreboard.ingest.choosing import Choice, choose
from scoreboard.ingest.desk import Batch, Desk
from scoreboard.ingest.feed_status import Sources, told_ms
from scoreboard.ingest.game_record import DiskLog, GameRecord, Publish, load_game
from scoreboard.ingest.hearing import Memory, arbitrate, hear
from scoreboard.ingest.holding import keep, keep_answered, let_in, pass_time, ruled
from scoreboard.ingest.intake import FIRST_TERM
from scoreboard.ingest.ops_feed import ops_feed
from scoreboard.ingest.scoring import needs_log, plan
from scoreboard.ingest.tally import Tally
from scoreboard.log.interface import IEventLog
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import Command, Role
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.model.event import Entry, MetaSet
from scoreboard.model.feed_status import FeedStatus
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Heartbeat, Message
from scoreboard.model.quarantine import Held
from scoreboard.model.status import State
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

#: An official counts as present for so long after he last said something, seconds.
OFFICIAL_S = 600.0

#: (game, source) -> what the source is for the game; None: nobody has said.
SettingOf = Callable[[GameId, SourceId], SourceSetting | None]

#: How long a sender should wait when the log cannot take its message, milliseconds.
RETRY_MS = 1_000


class _Game:
    """A game, and what is remembered of its sources beside the log."""

    def __init__(self, record: GameRecord, policy: Policy) -> None:
        self.record = record
        self.memory = Memory(wait_ms=int(policy.settle_s * 1_000))
        self.official_at = float("-inf")
        self._heard: dict[SourceId, tuple[float, bool]] = {}
        self.sources: set[SourceId] = set(record.tip.shadows)
        self.lags: dict[SourceId, int] = {}

    @property
    def is_shared(self) -> bool:
        """Whether more than one source tells of it."""
        return len(self.sources) > 1

    @property
    def is_watched(self) -> bool:
        """
        Whether time alone may change something: a source can fall silent, a lock expire, a
        running score stay unexplained.
        """
        state = self.record.tip.state
        if is_waiting(state):
            return True
        held = self.record.tip.quarantine.held
        if state.line.status.state is State.POST and not self._heard and not held:
            return False
        return self.is_shared or bool(state.locks) or bool(self._heard) or bool(held)

    def hear(self, source: SourceId, now: float, message: Message) -> None:
        """A sign of life."""
        self.sources.add(source)
        told = told_ms(message)
        if told is not None:
            self.lags[source] = int(now * 1_000) - told
        beats = isinstance(message.report, Heartbeat) or self._heard.get(source, (0.0, False))[1]
        self._heard[source] = (now, beats)

    @property
    def watch(self) -> Watch:
        """What is remembered, with every sign of life since the last look."""
        watch = self.memory.watch
        for source, (at, beat) in self._heard.items():
            watch = heard(watch, source, at, heartbeat=beat)
        self._heard.clear()
        return watch


class Scorekeeper:
    """
    All games of this node.

    Args:
        clock: gives the time that entries are stamped with.
        log: the record.
        publish: called with each entry's publications, in order, once they are durable.
        setting: what a source is for a game; None: nobody has said.
        policy: when authority moves from one source to another.
        lifted: ids of rules that only flag here, for feeds that cannot do better.

    Attributes:
        tally: what was answered; to be read only.
    """

    _log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        log: IEventLog,
        publish: Publish,
        setting: SettingOf = lambda _game, _source: None,
        policy: Policy | None = None,
        lifted: frozenset[str] = frozenset(),
    ) -> None:
        self._clock = clock
        self._lifted = lifted
        self._record = log
        self._publish = publish
        self._setting = setting
        self._policy = policy or Policy()
        self._disk = DiskLog(clock)
        self._games: dict[GameId, _Game] = {}
        self._creating = DeferredLock()
        self._is_stopping = False
        self.tally = Tally()
        self._states = _States(self._games)

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
            desk = await load_game(self._record, game_id, self._publish)
            if desk is not None:
                self._open(desk)
        return len(games)

    def _open(self, desk: Desk) -> None:
        record = GameRecord(self._record, desk, self._publish, self._disk)
        self._games[record.game_id] = _Game(record, self._policy)

    def refuse(self) -> None:
        """The server stops: from now on nothing is taken in, and senders hear to come back."""
        self._is_stopping = True

    async def finish(self) -> None:
        """Fires when everything that was taken in is written, or has failed to be."""
        await self._creating.run(lambda: None)
        for game in list(self._games.values()):
            await game.record.until_written()

    async def put_meta(self, source: SourceId, meta: GameMeta) -> Answer:
        """Create the game, or change its circumstances."""
        answer = _stopping() if self._is_stopping else await self._put_meta(source, meta)
        self.tally.answered([answer])
        return answer

    async def _put_meta(self, source: SourceId, meta: GameMeta) -> Answer:
        await self._creating.acquire()
        try:
            game = self._games.get(meta.game_id)
            if game is None:
                return await self._create(source, meta)
        finally:
            self._creating.release()
        record = game.record
        known = record.tip.state.meta
        if known == meta:
            lasting = await record.until_written()
            seq = record.durable.last.get("meta")
            return Answer(Outcome.DUPLICATE, seq=seq) if lasting else _unavailable()
        if known.sport != meta.sport:
            return _sport_change(known, meta)
        if record.is_doubtful and not await record.is_known():
            return _unavailable()
        batch = Batch(record.tip, self._now_ms())
        entry = batch.put_meta(source, MetaSet(meta))
        written = await record.write(batch)
        return Answer(Outcome.ACCEPTED, seq=entry.seq) if written else _unavailable()

    async def _create(self, source: SourceId, meta: GameMeta) -> Answer:
        entry = Entry(1, self._now_ms(), source, FIRST_TERM, MetaSet(meta))
        try:
            position = await self._record.append(meta.game_id, 0, [entry])
        except LocalError as why:
            self._disk.failed(meta.game_id, why)
            return _unavailable()
        self._disk.worked()
        state, published = step(None, entry, position.epoch)
        self._open(Desk(state))
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
        if self._is_stopping:
            answers = [_stopping()] * len(messages)
        else:
            answers = await self._submit(source, game_id, messages)
        self.tally.answered(answers)
        return answers

    async def _submit(
        self, source: SourceId, game_id: GameId, messages: Sequence[Any]
    ) -> list[Answer]:
        received = self._clock.seconds()
        game = self._games.get(game_id)
        if game is None:
            return [unknown_game(game_id)] * len(messages)
        record = game.record
        if record.is_doubtful and not await record.is_known():
            return [_unavailable()] * len(messages)
        batch = Batch(record.tip, self._now_ms())
        answers = [self._answer(game, batch, source, raw) for raw in messages]
        if game.is_shared:
            self._look(game, batch)
        if batch.is_news:
            lasting = await self._write(game, batch)
            self.tally.durable.add((self._clock.seconds() - received) * 1_000)
        elif any(answer.outcome is Outcome.DUPLICATE for answer in answers):
            lasting = await record.until_written()
        else:
            lasting = True
        if lasting:
            return answers
        return [_unavailable() if _is_written(answer) else answer for answer in answers]

    def _answer(self, game: _Game, batch: Batch, source: SourceId, raw: Any) -> Answer:
        """The answer to one message, which sees what those before it have changed."""
        received = _read(raw, batch.state.meta)
        if isinstance(received, Answer):
            return received
        game.hear(source, self._clock.seconds(), received.message)
        since = len(batch.entries)
        if batch.is_alone(source):
            decision = batch.take(source, received, self._lifted)
            answer = keep(batch, decision, received, raw, source)
        else:
            game.memory, answer = hear(batch, game.memory, source, received)
            answer = keep_answered(batch, answer, received, raw, source)
        if batch.quarantine.held:
            game.memory = let_in(batch, game.memory, since)
        state = batch.state
        return answer.at(state.score, state.period_index, state.term)

    async def command(
        self, official: SourceId, role: Role, game_id: GameId, command: Command
    ) -> Answer:
        """
        Do what an official says, all of it or nothing.

        Returns:
            The answer, when everything that it speaks of is durable.
        """
        if self._is_stopping:
            answer = _stopping()
        else:
            answer = await self._command(official, role, game_id, command)
        self.tally.answered([answer])
        return answer

    async def _command(
        self, official: SourceId, role: Role, game_id: GameId, command: Command
    ) -> Answer:
        game = self._games.get(game_id)
        if game is None:
            return unknown_game(game_id)
        record = game.record
        if record.is_doubtful and not await record.is_known():
            return _unavailable()
        log: Sequence[Entry] = ()
        if needs_log(command):
            try:
                log = await record.whole_log()
            except LocalError as why:
                self._disk.failed(game_id, why)
                return _unavailable()
        batch = Batch(record.tip, self._now_ms())
        planned = plan(batch.state, command, official, batch.now_ms, log, role)
        if not planned.entries:
            seen = planned.answer.outcome is Outcome.DUPLICATE
            return planned.answer if not seen or await record.until_written() else _unavailable()
        for entry in planned.entries:
            before = batch.state
            batch.add(entry)
            batch.decree(before, entry)
        game.official_at = self._clock.seconds()
        game.memory = let_in(batch, game.memory, 0)
        self._look(game, batch)
        return planned.answer if await self._write(game, batch) else _unavailable()

    async def choose(
        self, who: SourceId, game_id: GameId, to: SourceId, reason: str, holds: bool = True
    ) -> Answer:
        """
        Believe `to` for the plays, since a person says so.

        Args:
            holds: as in `choosing.Choice`.

        Returns:
            The answer, when everything that it speaks of is durable.
        """
        if self._is_stopping:
            answer = _stopping()
        else:
            answer = await self._choose(game_id, Choice(who, to, reason, holds))
        self.tally.answered([answer])
        return answer

    async def _choose(self, game_id: GameId, choice: Choice) -> Answer:
        game = self._games.get(game_id)
        if game is None:
            return unknown_game(game_id)
        if not await game.record.is_known():
            return _unavailable()
        batch = Batch(game.record.tip, self._now_ms())
        memory = attrs.evolve(game.memory, watch=game.watch)
        settings = self._settings_of(game)
        game.memory, answer = choose(batch, memory, choice, settings)
        if not batch.is_news:
            seen = answer.outcome is Outcome.DUPLICATE
            lasting = not seen or await game.record.until_written()
            return answer if lasting else _unavailable()
        self._look(game, batch)
        return answer if await self._write(game, batch) else _unavailable()

    def feed_status(self, game_id: GameId) -> FeedStatus:
        """How the feeds of a game that is known are now."""
        game = self._games[game_id]
        game.memory = attrs.evolve(game.memory, watch=game.watch)
        sources = Sources(
            state=game.record.durable,
            shadows=game.record.tip.shadow_states,
            watch=game.memory.watch,
            settings=self._settings_of(game),
            policy=self._policy,
            lags=game.lags,
        )
        return sources.status(self._clock.seconds())

    def held(self, game_id: GameId) -> Sequence[Held]:
        """What is in quarantine of a game, oldest first; nothing of one that is not known."""
        game = self._games.get(game_id)
        return () if game is None else tuple(game.record.tip.quarantine.held.values())

    async def rule(
        self, by: SourceId, game_id: GameId, quarantine_id: str, reason: str, *, lets_in: bool
    ) -> Answer:
        """An official lets a held message in, or throws it away; answered when that is durable."""
        game = self._games.get(game_id)
        if game is None:
            return unknown_game(game_id)
        if game.record.is_doubtful and not await game.record.is_known():
            return _unavailable()
        batch = Batch(game.record.tip, self._now_ms())
        answer = ruled(batch, quarantine_id, by, reason, lets_in=lets_in)
        game.memory = let_in(batch, game.memory, 0)
        if batch.is_news and not await self._write(game, batch):
            return _unavailable()
        return answer.at(batch.state.score, batch.state.period_index, batch.state.term)

    def closed(self, source: SourceId, game_id: GameId) -> None:
        """The connection of `source` was closed; it must come back or be replaced."""
        game = self._games.get(game_id)
        if game is not None:
            game.memory = attrs.evolve(
                game.memory, watch=closed(game.watch, source, self._clock.seconds())
            )

    async def tick(self) -> None:
        """
        Look at every game for what time alone has changed; once a second is enough.

        Games are independent: one whose log cannot take a decision now is looked at again.
        """
        for game in list(self._games.values()):
            if self._is_stopping or not game.is_watched or not await game.record.is_known():
                continue
            batch = Batch(game.record.tip, self._now_ms())
            pass_time(batch)
            self._look(game, batch)
            if batch.is_news:
                await self._write(game, batch)
            else:
                game.record.tell(batch)

    def _look(self, game: _Game, batch: Batch) -> None:
        """Arbitrate, and hand what operators should know to the operators' topic."""
        settings = self._settings_of(game)
        memory = attrs.evolve(game.memory, watch=game.watch)
        here = self._clock.seconds() - game.official_at < OFFICIAL_S
        memory = arbitrate(batch, memory, settings, self._policy, official=here)
        if memory.reports:
            self._publish(
                [ops_feed(batch.state, report, self._now_ms()) for report in memory.reports]
            )
        game.memory = attrs.evolve(memory, reports=())

    def _settings_of(self, game: _Game) -> dict[SourceId, SourceSetting]:
        """What each source of a game is, where anybody has said so."""
        game_id = game.record.game_id
        return {
            source: setting
            for source in game.sources
            if (setting := self._setting(game_id, source)) is not None
        }

    async def _write(self, game: _Game, batch: Batch) -> bool:
        return await game.record.write(batch)

    def _now_ms(self) -> int:
        return int(self._clock.seconds() * 1000)


class _States(Mapping[GameId, GameState]):
    """The durable states of all games, without copying them."""

    def __init__(self, games: Mapping[GameId, _Game]) -> None:
        self._games = games

    def __getitem__(self, game_id: GameId) -> GameState:
        return self._games[game_id].record.durable

    def __iter__(self) -> Any:
        return iter(self._games)

    def __len__(self) -> int:
        return len(self._games)


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


def _is_written(answer: Answer) -> bool:
    """Whether the answer speaks of something that had to be written down."""
    return answer.outcome.recorded or answer.outcome in (Outcome.QUARANTINED, Outcome.SHADOW)


def _unavailable() -> Answer:
    return Answer(
        Outcome.REJECTED,
        code="unavailable",
        problem="the log cannot take it now; nothing was recorded",
        hint="resend the same message",
        retry_ms=RETRY_MS,
    )


def _stopping() -> Answer:
    return attrs.evolve(
        _unavailable(),
        problem="the server is about to restart; nothing was recorded",
        hint="resend the same message, over a new connection",
    )


def _sport_change(before: GameMeta, after: GameMeta) -> Answer:
    return Answer(
        Outcome.REJECTED,
        code="sport_change",
        problem=f"{before.game_id} is a {before.sport} game and cannot become {after.sport}",
        hint="create another game",
    )
