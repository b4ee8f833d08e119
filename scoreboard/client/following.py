"""
Following: connects, subscribes, catches up, shows what comes, and comes back by itself.

Rule: nothing is shown that `client.resume` has not given out. Shell.

# Note [Order of a beginning]

Subscribe first, hold what comes, then ask for the state: whatever the answer does not
include is already on its way to us. Asked the other way round, what happens between the
answer and the subscription would be missing, and nothing would show it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any, NoReturn, TypeVar

from twisted.internet.defer import CancelledError, Deferred, DeferredList, TimeoutError  # noqa: A004
from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import deferLater
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.client.backoff import Backoff
from scoreboard.client.board import Board
from scoreboard.client.interest import (
    MOST_GAMES,
    Interest,
    Match,
    Topic,
    game_topic,
    standing_topics,
)
from scoreboard.client.interface import Dial, IWatcher, IWire, LinkLost
from scoreboard.client.link import Link, LinkInput, LinkState
from scoreboard.client.reading import Envelope, Mode, Synced, read_envelope, read_synced
from scoreboard.client.resume import Resume
from scoreboard.client.view_reading import read_line
from scoreboard.client.views import SlateLine
from scoreboard.codec.fields import Fields
from scoreboard.model.errors import RemoteError

T = TypeVar("T")

#: How long the server may take to answer, seconds.
_ANSWER_S = 15.0
#: Games that one `sync` asks for: a snapshot is large, and the link must stay of use.
_BATCH = 8
#: What is missing is asked for this long after it was noticed, seconds: a burst of holes
#: is one question, and a server that keeps leaving holes is not asked without pause.
_PAUSE_S = 0.05
#: Games of a slate beyond which it is refused.
_MOST_LINES = 100_000

_SLATE = "scoreboard.v1.slate.get"
_SYNC = "scoreboard.v1.sync"


class Following:
    """
    One follower.

    Attributes:
        board: what is to be shown.
        resume: the books; its counts say how the stream has been.
        link: how the connection stands.
        heard_s: when something was heard last, seconds of `clock`; None before the first.
    """

    _log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        wall_ms: Callable[[], int],
        chance: Callable[[], float],
        dial: Dial,
        interest: Interest,
        watcher: IWatcher,
    ) -> None:
        """
        Args:
            wall_ms: the time of day, milliseconds UTC.
            chance: random numbers, 0 or more and below 1.
        """
        self._clock = clock
        self._wall_ms = wall_ms
        self._chance = chance
        self._dial = dial
        self._interest = interest
        self._watcher = watcher
        self.board = Board()
        self.resume = Resume()
        self.link = Link(since_s=clock.seconds())
        self.heard_s: float | None = None
        self._backoff = Backoff()
        self._topics: set[Topic] = set()
        self._met: set[str] = set()
        self._fresh: list[str] = []
        self._bell: Deferred[None] | None = None
        self._fault: LinkLost | None = None
        self._live_since_s: float | None = None
        self._task: Deferred[None] | None = None

    def start(self) -> None:
        """Begin; everything else happens by itself until `stop`."""
        self._task = Deferred.fromCoroutine(self._run())
        self._task.addErrback(self._ended)

    def stop(self) -> None:
        """End; nothing is heard afterwards. May be called at any time, more than once."""
        if not self._stopped:
            self._become(LinkInput.STOP)
            # In a turn of its own: a watcher may stop us from within the task.
            self._clock.callLater(0, self._cancel)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    @property
    def _stopped(self) -> bool:
        return self.link.state is LinkState.STOPPED

    def _ended(self, failure: Failure) -> None:
        if failure.check(CancelledError) is None:
            self._log.failure("following ended by a fault of its own", failure)
            self._become(LinkInput.STOP, why=str(failure.value))

    def _become(self, cause: LinkInput, **more: Any) -> None:
        if self._stopped:
            return
        self.link = self.link.after(cause, self._clock.seconds(), **more)
        self._watcher.linked(self.link)

    async def _run(self) -> None:
        while not self._stopped:
            fault = await self._attend()
            began_s = self._live_since_s
            lived_s = None if began_s is None else self._clock.seconds() - began_s
            self._backoff = self._backoff.ended(lived_s)
            self.resume.lost()
            wait_s = self._backoff.wait_s(self._chance(), fault.retry_ms)
            until_s = self._clock.seconds() + wait_s
            self._become(LinkInput.LOST, why=str(fault), until_s=until_s)
            await deferLater(self._clock, wait_s)
            self._become(LinkInput.RETRY)

    async def _attend(self) -> LinkLost:
        """One connection, from its beginning to what ended it."""
        self._fault, self._live_since_s = None, None
        self._topics.clear()
        self._met.clear()
        try:
            wire = await self._in_time("connect", self._dial(self._gone))
        except LinkLost as fault:
            return fault
        try:
            self._become(LinkInput.JOINED)
            await self._begin(wire)
            while True:
                await self._catch_up(wire)
                self._become(LinkInput.CAUGHT_UP)
                if self._live_since_s is None:
                    self._live_since_s = self._clock.seconds()
                await self._something_to_do()
                await deferLater(self._clock, _PAUSE_S)
        except LinkLost as fault:
            return fault
        except RemoteError as fault:
            return LinkLost(str(fault))
        finally:
            wire.close()

    def _gone(self, fault: LinkLost) -> None:
        self._fault = fault
        self._ring()

    def _ring(self) -> None:
        if self._bell is not None:
            bell, self._bell = self._bell, None
            bell.callback(None)

    async def _something_to_do(self) -> None:
        """Return when a game is wanted. Raises: LinkLost when the connection is gone."""
        if self._fault is None and not self._fresh and not self.resume.wanted():
            self._bell = Deferred()
            await self._bell
        if self._fault is not None:
            raise self._fault
        self._become(LinkInput.FELL_BEHIND)

    def _in_time(self, what: str, answer: Deferred[T]) -> Deferred[T]:
        """`answer`, which fails with LinkLost if it takes too long."""

        def late(failure: Failure) -> NoReturn:
            failure.trap(TimeoutError)
            raise LinkLost(f"no answer to {what} within {_ANSWER_S:.0f} s")

        return answer.addTimeout(_ANSWER_S, self._clock).addErrback(late)

    async def _call(self, wire: IWire, procedure: str, arguments: dict[str, Any]) -> Any:
        if self._fault is not None:
            raise self._fault
        answer = await self._in_time(procedure, wire.call(procedure, arguments))
        self.heard_s = self._clock.seconds()
        return answer

    async def _subscribe(self, wire: IWire, topics: Iterable[Topic]) -> None:
        """Subscribe to those of `topics` that are not subscribed yet."""
        new = [topic for topic in dict.fromkeys(topics) if topic not in self._topics]
        if self._fault is not None:
            raise self._fault
        self._topics.update(new)
        answers = [
            self._in_time("subscribe", wire.subscribe(topic, self._receive)) for topic in new
        ]
        confirmed: Any = await DeferredList(answers, consumeErrors=True)
        for failure in (result for well, result in confirmed if not well):
            failure.raiseException()

    # See Note [Order of a beginning].
    async def _begin(self, wire: IWire) -> None:
        interest = self._interest
        await self._subscribe(wire, standing_topics(interest, ()))
        self._fresh = list(interest.games)
        whole = interest.everything or bool(interest.teams)
        lines: list[SlateLine] = []
        for league in (None,) if whole else interest.leagues:
            lines += await self._slate(wire, league)
        for name in interest.unmatched(lines):
            self._watcher.unmatched(name)
        await self._subscribe(wire, standing_topics(interest, lines))

    async def _slate(self, wire: IWire, league: str | None) -> list[SlateLine]:
        arguments = {} if league is None else {"league": league}
        answer = Fields(await self._call(wire, _SLATE, arguments), "slate")
        lines = []
        for part in answer.each("games", lambda line, _: line, most=_MOST_LINES):
            line, fields = read_line(part), Fields(part, "slate")
            lines.append(line)
            if self._interest.wants(line):
                epoch, seq = fields.need_integer("epoch"), fields.need_integer("seq")
                self._begin_line(line, epoch, seq)
        return lines

    def _begin_line(self, line: SlateLine, epoch: int, seq: int) -> None:
        if not self._interest.everything:
            self.board.show_line(line, epoch, seq)
            self._fresh.append(line.game_id)
        elif line.game_id not in self.board.games:
            self.board.show_line(line, epoch, seq)
            for event in self.resume.stand(line.game_id, epoch, seq):
                self._show(event)

    async def _catch_up(self, wire: IWire) -> None:
        """Ask for whatever is wanted until nothing is. Raises: LinkLost."""
        while True:
            fresh, self._fresh = self._fresh, []
            await self._follow(wire, fresh)
            wanted = dict(islice(self.resume.wanted().items(), _BATCH))
            if not wanted:
                return
            self.resume.asked(wanted)
            answers = read_synced(await self._call(wire, _SYNC, {"games": wanted}))
            again = [self._answered(_of(answers, game_id)) for game_id in wanted]
            if any(again):
                await deferLater(self._clock, _PAUSE_S)

    async def _follow(self, wire: IWire, game_ids: Iterable[str]) -> None:
        """Follow games whole, as many as there is room for."""
        room = MOST_GAMES - sum(topic.match is Match.PREFIX for topic in self._topics)
        self._met.update(game_ids)
        new = [game_id for game_id in dict.fromkeys(game_ids) if self._is_new(game_id)][:room]
        await self._subscribe(wire, map(game_topic, new))
        for game_id in new:
            self.resume.follow(game_id)

    def _is_new(self, game_id: str) -> bool:
        """Whether the game is not followed whole."""
        return game_topic(game_id) not in self._topics

    def _answered(self, answer: Synced) -> bool:
        """Show what an answer brings; whether its game is wanted again at once."""
        if answer.mode is Mode.UNKNOWN:
            self.resume.drop(answer.game_id)
            self.board.drop(answer.game_id)
            self._watcher.unmatched(answer.game_id)
            return False
        restored = self.resume.answered(answer)
        if restored.snapshot is not None:
            self.board.restore(restored.snapshot, self._clock.seconds(), self._wall_ms())
            self._watcher.restored(restored.snapshot)
        for event in restored.events:
            self._show(event)
        return answer.game_id in self.resume.wanted()

    def _receive(self, data: Any) -> None:
        if self._stopped:
            return
        self.heard_s = self._clock.seconds()
        try:
            event = read_envelope(data)
            if event.kind == "slate":
                self._receive_line(event)
                return
            for given in self.resume.received(event):
                self._show(given)
        except RemoteError as fault:
            # Of the peer's making: it costs its own connection, not this program.
            self._gone(LinkLost(f"an event cannot be read: {fault}"))
            return
        if self.resume.wanted():
            self._ring()

    def _receive_line(self, event: Envelope) -> None:
        line = read_line(event.data)
        if self._is_new(line.game_id):
            # Known by its lines alone, so they also tell of a new epoch.
            self.board.show_line(line, event.epoch, event.seq)
            self._watcher.told(event)
        else:
            self._show(event)
        if self._interest.wants(line) and line.game_id not in self._met:
            self._met.add(line.game_id)
            self._fresh.append(line.game_id)
            self._ring()

    def _show(self, event: Envelope) -> None:
        if self._stopped:
            return
        self.board.apply(event, self._clock.seconds())
        self._watcher.told(event)


def _of(answers: dict[str, Synced], game_id: str) -> Synced:
    if game_id not in answers:
        raise LinkLost(f"the answer to sync lacks {game_id}")
    return answers[game_id]
