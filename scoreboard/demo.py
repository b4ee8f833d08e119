"""
The demo: a simulated day, played into the server as a feed would play it.

Rule: it uses the same way in as every feed, message by message, and knows nothing that a
feed would not know. Shell.
"""

from __future__ import annotations

import heapq
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.codec.shape_message import write_message
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Message, StatusReport
from scoreboard.model.status import TRANSITIONS, Status, StatusLine
from scoreboard.projection.state import GameState
from scoreboard.simulator.day import Fixture, played
from scoreboard.simulator.pace import Timed

#: The source that the demo speaks as.
SOURCE = SourceId("demo")

#: Seconds between two days.
_PAUSE_S = 60.0
#: Shortest wait between two turns, seconds: a fast demo sends batches rather than turns.
_TURN_S = 0.05

PutMeta = Callable[[SourceId, GameMeta], Awaitable[Answer]]
Submit = Callable[[SourceId, GameId, Sequence[Any]], Awaitable[list[Answer]]]


class Demo(Service):
    """
    Plays one day after the other.

    Args:
        clock: real time.
        day: start of a day in milliseconds UTC -> its fixtures.
        speed: how many seconds of a game pass in one second.
        states: the games that the server has.
    """

    _log = Logger()

    def __init__(
        self,
        clock: IReactorTime,
        put_meta: PutMeta,
        submit: Submit,
        states: Mapping[GameId, GameState],
        day: Callable[[int], Sequence[Fixture]],
        speed: float,
    ) -> None:
        self._clock = clock
        self._put_meta = put_meta
        self._submit = submit
        self._states = states
        self._day = day
        self._speed = speed
        self._call: IDelayedCall | None = None
        self._running: Deferred[None] | None = None

    def startService(self) -> None:
        """Begin with the first day."""
        super().startService()  # type: ignore[no-untyped-call]
        self._begin(self._play_days())

    def stopService(self) -> Deferred[None] | None:
        """Stop after the message that is on its way."""
        super().stopService()  # type: ignore[no-untyped-call]
        if self._running is not None:
            self._running.cancel()
        return self._running

    def _begin(self, coroutine: Any) -> None:
        self._running = Deferred.fromCoroutine(coroutine)
        self._running.addErrback(self._ended)

    def _ended(self, failure: Failure) -> None:
        if self.running:
            self._log.failure("the demo has ended", failure)

    def _sleep(self, seconds: float) -> Deferred[None]:
        deferred: Deferred[None] = Deferred(lambda _: self._stop_sleeping())
        self._call = self._clock.callLater(seconds, deferred.callback, None)
        return deferred

    def _stop_sleeping(self) -> None:
        if self._call is not None and self._call.active():
            self._call.cancel()

    async def _play_days(self) -> None:
        while self.running:
            await self._abandon_leftovers()
            start_ms = int(self._clock.seconds() * 1000)
            await self._play(self._day(start_ms), start_ms)
            await self._sleep(_PAUSE_S)

    async def _abandon_leftovers(self) -> None:
        """End the games of a demo that was stopped: nobody will tell how they went on."""
        over = StatusReport(StatusLine(Status.ABANDONED, reason="the demo was stopped"))
        for game_id, state in list(self._states.items()):
            if state.source == SOURCE and Status.ABANDONED in TRANSITIONS[state.line.status]:
                await self._submit(SOURCE, game_id, [write_message(Message(over), state.meta)])

    async def _play(self, fixtures: Sequence[Fixture], start_ms: int) -> None:
        queue: list[tuple[int, int, int, Timed]] = []
        for n, fixture in enumerate(fixtures):
            await self._put_meta(SOURCE, fixture.meta)
            reports = played(fixture).reports
            queue += [(timed.at_ms, n, k, timed) for k, timed in enumerate(reports)]
            # A game takes some milliseconds to invent; others must not wait for all.
            await self._sleep(0.0)
        self._log.info("demo: {games} games are on", games=len(fixtures))
        heapq.heapify(queue)
        while queue and self.running:
            due: dict[int, list[Any]] = {}
            while queue and self._due_s(queue[0][0], start_ms) <= 0:
                _, n, _, timed = heapq.heappop(queue)
                due.setdefault(n, []).append(write_message(timed.message, fixtures[n].meta))
            for n, messages in due.items():
                self._report(await self._submit(SOURCE, fixtures[n].meta.game_id, messages))
            if queue:
                await self._sleep(max(_TURN_S, self._due_s(queue[0][0], start_ms)))

    def _due_s(self, at_ms: int, start_ms: int) -> float:
        """Seconds until a report of `at_ms` is due; not positive when it is."""
        passed_ms = self._clock.seconds() * 1000 - start_ms
        return ((at_ms - start_ms) / self._speed - passed_ms) / 1000

    def _report(self, answers: Sequence[Answer]) -> None:
        for answer in answers:
            if answer.outcome in (Outcome.REJECTED, Outcome.QUARANTINED):
                self._log.warn("demo: {rule} {problem}", rule=answer.rule, problem=answer.problem)
