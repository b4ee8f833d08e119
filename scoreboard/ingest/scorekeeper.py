"""
The scorekeeper: takes messages in, has them logged, and publishes what the log has.

Rule: nothing is published and no sender hears `accepted` before the log has it on
disk; the state that is published is always a fold of the log. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.due import next_loss
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import closed
from scoreboard.ingest.choosing import Choice, choose
from scoreboard.ingest.claiming import claim, mismatched
from scoreboard.ingest.desk import Batch
from scoreboard.ingest.feed_status import Sources
from scoreboard.ingest.game_record import DiskLog, GameRecord, Home, Passing, Publish
from scoreboard.ingest.hearing import arbitrate, hear
from scoreboard.ingest.holding import keep, keep_answered, let_in, pass_time, ruled
from scoreboard.ingest.kept_game import KeptGame
from scoreboard.ingest.kept_games import KeptGames
from scoreboard.ingest.numbered import Told
from scoreboard.ingest.ops_feed import ops_feed
from scoreboard.ingest.replies import (
    is_written,
    read,
    sport_change,
    stopping,
    unavailable,
)
from scoreboard.ingest.scoring import needs_log, plan
from scoreboard.ingest.sequence import Ready
from scoreboard.ingest.tally import Tally
from scoreboard.log.interface import IEventLog
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.boxscore import Claim
from scoreboard.model.command import Command, Role
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry, MetaSet
from scoreboard.model.feed_status import FeedStatus
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import BoxScoreReport
from scoreboard.model.quarantine import Held
from scoreboard.projection.state import GameState

#: An official counts as present for so long after he last said something, seconds.
OFFICIAL_S = 600.0

#: (game, source) -> what the source is for the game; None: nobody has said.
SettingOf = Callable[[GameId, SourceId], SourceSetting | None]


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
        node: the name of this node, where several write to one log.
        dense: sources that count every message of a game, whether their messages say so or not.
        refusal: what everybody who wants to write is answered; None: nothing is refused.
        passing: looks on as games come to the ends of pages.

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
        dense: frozenset[str] = frozenset(),
        node: str = "",
        refusal: Answer | None = None,
        passing: Passing | None = None,
    ) -> None:
        self._clock = clock
        self._lifted = lifted
        self._dense = dense
        self._publish = publish
        self._setting = setting
        self._policy = policy or Policy()
        self._disk = DiskLog(clock, "recorded" if refusal is None else "read")

        def keep(record: GameRecord) -> KeptGame:
            return KeptGame(record, self._policy, clock, self._waited)

        home = Home(node, self._now_ms, writes=refusal is None)
        self._games = KeptGames(log, publish, self._disk, home, keep, passing)
        self._refusal = refusal
        self.tally = Tally()

    @property
    def states(self) -> Mapping[GameId, GameState]:
        """Every game as the log has it; a live view."""
        return self._games.states

    @property
    def at_home(self) -> int:
        """How many games are written from here."""
        return sum(game.record.is_home for game in self._games)

    async def load(self) -> int:
        """See `KeptGames.load`."""
        return await self._games.load()

    async def look(self, game_id: GameId) -> int | None:
        """See `KeptGames.look`."""
        return await self._games.look(game_id)

    def refuse(self) -> None:
        """The server stops: from now on nothing is taken in, and senders hear to come back."""
        self._refusal = stopping()
        for game in self._games:
            game.numbered.release(stopping())

    async def finish(self) -> None:
        """Fires when everything that was taken in is written, or has failed to be."""
        await self._games.until_written()

    async def put_meta(self, source: SourceId, meta: GameMeta) -> Answer:
        """Create the game, or change its circumstances."""
        answer = self._refusal or await self._put_meta(source, meta)
        self.tally.answered([answer])
        return answer

    async def _put_meta(self, source: SourceId, meta: GameMeta) -> Answer:
        game = await self._games.meet_or_make(source, meta)
        if isinstance(game, Answer):
            return game
        record = game.record
        known = record.tip.state.meta
        if known == meta:
            lasting = await record.until_written()
            seq = record.durable.last.get("meta")
            return Answer(Outcome.DUPLICATE, seq=seq) if lasting else unavailable()
        if known.sport != meta.sport:
            return sport_change(known, meta)
        batch = Batch(record.tip, self._now_ms())
        entry = batch.put_meta(source, MetaSet(meta))
        written = await record.write(batch)
        return Answer(Outcome.ACCEPTED, seq=entry.seq) if written else unavailable()

    async def submit(
        self, source: SourceId, game_id: GameId, messages: Sequence[Any]
    ) -> list[Answer]:
        """
        Take a batch of messages of one source about one game, in order.

        Args:
            messages: decoded JSON, msgpack or CBOR; one that is malformed costs only itself.

        Returns:
            One answer a message. They come when everything they speak of is durable; that of a
            message whose turn has not come yet, after those before it or after
            `sequence.HOLD_MS`.
        """
        if self._refusal is not None:
            answers = [self._refusal] * len(messages)
        else:
            answers = await self._submit(source, game_id, messages)
        self.tally.answered(answers)
        return answers

    async def _submit(
        self, source: SourceId, game_id: GameId, messages: Sequence[Any]
    ) -> list[Answer]:
        received = self._clock.seconds()
        game = await self._games.at_hand(game_id)
        if isinstance(game, Answer):
            return [game] * len(messages)
        batch = Batch(game.record.tip, self._now_ms())
        turns: list[Told] = []
        said = [self._answer(game, batch, source, raw, turns) for raw in messages]
        if game.is_shared:
            self._look(game, batch)
        lasting = await self._last(game, batch, [*said, *turns] if turns else said, received)
        if game.numbered.is_used:
            game.numbered.settle(turns, self._now_ms(), lasting=lasting)
            said = [one if isinstance(one, Answer) else await one.answered for one in said]
        answers = cast("list[Answer]", said)
        if lasting:
            return answers
        return [unavailable() if is_written(answer) else answer for answer in answers]

    async def _last(
        self, game: KeptGame, batch: Batch, said: Sequence[Answer | Told], since: float
    ) -> bool:
        """
        Write the batch; whether all that is `said` is on disk then.

        Args:
            since: when the messages came, seconds.
        """
        if batch.is_news:
            lasting = await self._write(game, batch)
            self.tally.durable.add((self._clock.seconds() - since) * 1_000)
            return lasting
        if any(one.outcome is Outcome.DUPLICATE for one in said):
            return await game.record.until_written()
        return True

    def _answer(
        self, game: KeptGame, batch: Batch, source: SourceId, raw: Any, turns: list[Told]
    ) -> Answer | Told:
        """
        The answer to one message, which sees what those before it have changed.

        Args:
            turns: gets the numbered messages whose turn it is.
        """
        received = read(raw, batch.state.meta)
        if isinstance(received, Answer):
            return received
        message = received.message
        game.hear(source, self._clock.seconds(), message)
        if message.source_seq is None or not (message.dense or source in self._dense):
            return self._judge(game, batch, source, received, raw)
        told = Told(source, message.source_seq, received, raw)
        self._take_turns(game, batch, game.numbered.arrive(told, batch.now_ms), turns)
        game.count_holes()
        return told

    def _take_turns(
        self, game: KeptGame, batch: Batch, ready: Sequence[Ready], turns: list[Told]
    ) -> None:
        """Judge numbered messages whose turn it is."""
        for one in ready:
            told: Told = one.message
            told.answer = self._judge(
                game, batch, told.source, told.received, told.raw, one.expected
            )
            turns.append(told)

    def _waited(self, game: KeptGame) -> None:
        """Somebody has waited for his turn for long enough."""
        waited = Deferred.fromCoroutine(self._give_up(game))
        waited.addErrback(lambda failure: self._log.failure("a held message failed", failure))

    async def _give_up(self, game: KeptGame) -> None:
        """What has waited long enough goes on without what is missing."""
        record, turns = game.record, list[Told]()
        # Of a game that has gone elsewhere the sender says it there.
        is_known = record.is_home and await game.is_ready()
        batch = Batch(record.tip, self._now_ms())
        ready = game.numbered.due(batch.now_ms)
        if not is_known:
            turns = [one.message for one in ready]
            game.numbered.settle(turns, batch.now_ms, lasting=False)
            return
        self._take_turns(game, batch, ready, turns)
        game.count_holes()
        if game.is_shared:
            self._look(game, batch)
        lasting = await self._last(game, batch, turns, self._clock.seconds())
        game.numbered.settle(turns, self._now_ms(), lasting=lasting)

    def _judge(
        self,
        game: KeptGame,
        batch: Batch,
        source: SourceId,
        received: Received,
        raw: Any,
        expected: int | None = None,
    ) -> Answer:
        """What becomes of a message, whose turn it is."""
        if isinstance(received.message.report, BoxScoreReport):
            answer = claim(batch, source, received, game.record.claims, expected)
            return answer.at(batch.state.score, batch.state.period_index, batch.state.term)
        since = len(batch.entries)
        if batch.is_alone(source):
            decision = batch.take(source, received, self._lifted, expected)
            answer = keep(batch, decision, received, raw, source)
        else:
            game.memory, answer = hear(batch, game.memory, source, received, expected)
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
        answer = self._refusal or await self._command(official, role, game_id, command)
        self.tally.answered([answer])
        return answer

    async def _command(
        self, official: SourceId, role: Role, game_id: GameId, command: Command
    ) -> Answer:
        game = await self._games.at_hand(game_id)
        if isinstance(game, Answer):
            return game
        record = game.record
        log: Sequence[Entry] = ()
        if needs_log(command):
            try:
                log = await record.whole_log()
            except LocalError as why:
                self._disk.failed(game_id, why)
                return unavailable()
        batch = Batch(record.tip, self._now_ms())
        planned = plan(batch.state, command, official, batch.now_ms, log, role)
        if not planned.entries:
            seen = planned.answer.outcome is Outcome.DUPLICATE
            return planned.answer if not seen or await record.until_written() else unavailable()
        for entry in planned.entries:
            before = batch.state
            batch.add(entry)
            batch.decree(before, entry)
        game.official_at = self._clock.seconds()
        game.memory = let_in(batch, game.memory, 0)
        self._look(game, batch)
        return planned.answer if await self._write(game, batch) else unavailable()

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
        answer = self._refusal or await self._choose(game_id, Choice(who, to, reason, holds))
        self.tally.answered([answer])
        return answer

    async def _choose(self, game_id: GameId, choice: Choice) -> Answer:
        game = await self._games.at_hand(game_id)
        if isinstance(game, Answer):
            return game
        batch = Batch(game.record.tip, self._now_ms())
        memory = attrs.evolve(game.memory, watch=game.watch)
        settings = self._settings_of(game)
        game.memory, answer = choose(batch, memory, choice, settings)
        if not batch.is_news:
            seen = answer.outcome is Outcome.DUPLICATE
            lasting = not seen or await game.record.until_written()
            return answer if lasting else unavailable()
        self._look(game, batch)
        return answer if await self._write(game, batch) else unavailable()

    def feed_status(self, game_id: GameId) -> FeedStatus:
        """How the feeds of a game that is known are now."""
        game = self._games.need(game_id)
        game.memory = attrs.evolve(game.memory, watch=game.watch)
        sources = Sources(
            state=game.record.durable,
            shadows=game.record.tip.shadow_states,
            watch=game.memory.watch,
            settings=self._settings_of(game),
            policy=self._policy,
            lags=game.lags,
            missing=game.numbered.missing,
        )
        status = sources.status(self._clock.seconds())
        flags = mismatched(game.record.durable, game.record.claims)
        return attrs.evolve(status, flags=(*status.flags, *flags)) if flags else status

    def claims(self, game_id: GameId) -> Sequence[Claim]:
        """The box score that each source of a game has sent last; none if it is not known."""
        game = self._games.get(game_id)
        return () if game is None else tuple(game.record.claims.values())

    def held(self, game_id: GameId) -> Sequence[Held]:
        """What is in quarantine of a game, oldest first; nothing of one that is not known."""
        game = self._games.get(game_id)
        return () if game is None else tuple(game.record.tip.quarantine.held.values())

    async def rule(
        self, by: SourceId, game_id: GameId, quarantine_id: str, reason: str, *, lets_in: bool
    ) -> Answer:
        """An official lets a held message in, or throws it away; answered when that is durable."""
        if self._refusal is not None:
            return self._refusal
        game = await self._games.at_hand(game_id)
        if isinstance(game, Answer):
            return game
        batch = Batch(game.record.tip, self._now_ms())
        answer = ruled(batch, quarantine_id, by, reason, lets_in=lets_in)
        game.memory = let_in(batch, game.memory, 0)
        if batch.is_news and not await self._write(game, batch):
            return unavailable()
        return answer.at(batch.state.score, batch.state.period_index, batch.state.term)

    def closed(self, source: SourceId, game_id: GameId) -> None:
        """The connection of `source` was closed; it must come back or be replaced."""
        game = self._games.get(game_id)
        if game is not None:
            game.memory = attrs.evolve(
                game.memory, watch=closed(game.watch, source, self._clock.seconds())
            )

    async def tick(self) -> float | None:
        """
        Look at every game for what time alone has changed.

        Games are independent: one whose log cannot take a decision now is looked at again.

        Returns:
            Seconds until the next source is lost if nothing comes of it; None: none will be.
        """
        due: list[float] = []
        for game in list(self._games):
            if self._refusal is not None or not game.is_watched or not await game.record.is_known():
                continue
            batch = Batch(game.record.tip, self._now_ms())
            pass_time(batch)
            self._look(game, batch)
            if batch.is_news:
                await self._write(game, batch)
            else:
                game.record.tell(batch)
            moment = self._next_loss(game)
            if moment is not None:
                due.append(moment)
        return min(due) - self._clock.seconds() if due else None

    def _next_loss(self, game: KeptGame) -> float | None:
        now = self._clock.seconds()
        return next_loss(game.watch, self._settings_of(game), self._policy, now)

    def _look(self, game: KeptGame, batch: Batch) -> None:
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

    def _settings_of(self, game: KeptGame) -> dict[SourceId, SourceSetting]:
        """What each source of a game is, where anybody has said so."""
        game_id = game.record.game_id
        return {
            source: setting
            for source in game.sources
            if (setting := self._setting(game_id, source)) is not None
        }

    async def _write(self, game: KeptGame, batch: Batch) -> bool:
        return await game.record.write(batch)

    def _now_ms(self) -> int:
        return int(self._clock.seconds() * 1000)
