"""
A stream: messages of an in-venue console, one JSON object a line, over TCP.

Rule: a line is told in its order and none before the one in front of it was answered; what
the peer sends faster than that waits in the peer, not here. Shell.

The connection is made again whenever it ends, with a wait that grows and is drawn by
chance. What a console sends again after that is a repeat, and harmless.

A console that counts its lines (`dense`) has them told without waiting for answers: a line
that came too early is answered only after the one that it waits for, which is behind it. The
numbers keep the order then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from twisted.application.internet import ClientService, backoffPolicy
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.codec.answer import write_answer
from scoreboard.codec.json_text import write_json
from scoreboard.codec.meta import read_meta
from scoreboard.ingest.health import Health
from scoreboard.ingest.lines import BadLine, Line, LineTooLong, Splitter, read_line
from scoreboard.ingest.outbox import PASSING
from scoreboard.ingest.poll import Desk
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, SourceId, parse_game_id
from scoreboard.model.source import SourceSpec
from scoreboard.sports.registry import RULESETS

#: Longest wait between two connections, seconds.
_CAP_S = 30.0
#: Lines of one game that are submitted at a time.
_BATCH = 100
#: Wait before a line that was not taken is told again, seconds, unless the answer says.
_RETELL_S = 0.5
#: A peer that sends nothing for so long is taken for gone, seconds; consoles beat often.
SILENCE_S = 120.0

_SPORTS = {ruleset.id: ruleset.sport for ruleset in RULESETS.values()}


class Console(Protocol):
    """One connection to a console."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._splitter = Splitter()
        self.paused = False

    def connectionMade(self) -> None:
        """Say hello, if the console wants one."""
        self._stream.connected(self)

    def dataReceived(self, data: bytes) -> None:
        """Some bytes: perhaps some lines."""
        try:
            lines, self._splitter = self._splitter.feed(data)
        except LineTooLong as why:
            self.end(str(why))
            return
        self._stream.came(self, lines)

    def send(self, line: bytes) -> None:
        """A line to the console."""
        if self.transport is not None:
            self.transport.write(line + b"\n")

    def pause(self, paused: bool) -> None:
        """Read no more for now, or go on."""
        transport: Any = self.transport
        if self.paused is not paused and transport is not None:
            self.paused = paused
            (transport.pauseProducing if paused else transport.resumeProducing)()

    def end(self, why: str) -> None:
        """Hang up; the reason is shown to the operator."""
        transport: Any = self.transport
        self._stream.trouble(why)
        if transport is not None:
            transport.abortConnection()

    def connectionLost(self, reason: Failure | None = None) -> None:
        """The connection has ended."""
        self._stream.lost(self, reason)


class _Consoles(Factory):
    """Makes the connections of a stream."""

    noisy = False

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def buildProtocol(self, addr: object) -> Console:
        """One connection."""
        del addr
        return Console(self._stream)


class Stream:
    """
    Follows one console.

    Args:
        reactor: connects.
        name: of the source; its messages are judged under it.
    """

    _log = Logger()

    def __init__(self, reactor: Any, desk: Desk, name: SourceId, spec: SourceSpec) -> None:
        self.health = Health()
        self._desk = desk
        self._name = name
        self._spec = spec
        self._waiting: deque[tuple[Console, Line]] = deque()
        # Lines of a console that counts, told and not answered.
        self._told = 0
        self._console: Console | None = None
        self._work: Deferred[None] | None = None
        self._created = not spec.meta
        self._silence: Any = None
        endpoint = HostnameEndpoint(reactor, spec.host, spec.port, timeout=spec.timeout_s)
        self._service = ClientService(
            endpoint,
            _Consoles(self),
            retryPolicy=self._retry,
            clock=desk.clock,
        )
        self._policy = backoffPolicy(0.5, _CAP_S, 2.0, jitter=lambda: desk.chance() * 0.5)

    def _retry(self, failures: int) -> float:
        wait_s = self._policy(failures)
        self.health.next_ms = self._desk.now_ms() + int(wait_s * 1000)
        if failures and not self.health.error:
            self.trouble(f"{self._spec.host}:{self._spec.port}: cannot connect")
        return wait_s

    def start(self) -> None:
        """Begin to connect."""
        self._service.startService()

    def stop(self) -> None:
        """Hang up and connect no more."""
        stopping: Any = self._service.stopService()
        if isinstance(stopping, Deferred):
            stopping.addErrback(lambda _: None)
        if self._work is not None:
            self._work.cancel()

    def connected(self, console: Console) -> None:
        """A connection was made."""
        self._console = console
        self.health.rounds += 1
        self.health.next_ms = None
        self._watch()
        if self._spec.hello:
            console.send(self._spec.hello.encode())

    def lost(self, console: Console, reason: Failure | None) -> None:
        """A connection has ended."""
        if self._console is not console:
            return
        self._console = None
        if self._silence is not None and self._silence.active():
            self._silence.cancel()
        if not self.health.error:
            why = "ended" if reason is None else reason.getErrorMessage()
            self.trouble(f"{self._spec.host}:{self._spec.port}: {why}")

    def trouble(self, why: str) -> None:
        """Something went wrong; the first reason is the one that explains the others."""
        if not self.health.error:
            self._log.warn("{name}: {why}", name=self._name, why=why)
        self.health.bad(self._desk.now_ms(), why)

    def _watch(self) -> None:
        """Begin to wait for the next sign of life."""
        if self._silence is not None and self._silence.active():
            self._silence.reset(SILENCE_S)
            return
        self._silence = self._desk.clock.callLater(SILENCE_S, self._silent)

    def _silent(self) -> None:
        if self._console is not None:
            self._console.end(f"nothing came for {SILENCE_S:.0f} s")

    def came(self, console: Console, lines: list[bytes]) -> None:
        """Lines have come."""
        self._watch()
        for line in lines:
            try:
                self._waiting.append((console, read_line(line, self._spec.game)))
            except BadLine as why:
                self._malformed(console, str(why))
        console.pause(self._is_full)
        self._work_on()

    @property
    def _is_full(self) -> bool:
        return len(self._waiting) + self._told > self._spec.max_waiting

    def _work_on(self) -> None:
        if self._waiting and self._work is None:
            self._work = Deferred.fromCoroutine(self._drain())
            self._work.addErrback(self._failed)

    def _malformed(self, console: Console, why: str) -> None:
        answer = Answer(Outcome.REJECTED, code="malformed", rule="E1", problem=why)
        self._answered(console, [("line", answer)])

    def _answered(self, console: Console, said: list[tuple[str, Answer]]) -> None:
        self.health.answered(said)
        if self._spec.answers:
            for _, answer in said:
                console.send(write_json(write_answer(answer)))

    def _failed(self, failure: Failure) -> None:
        self._work = None
        self._fault(failure)

    def _fault(self, failure: Failure) -> None:
        if not failure.check(CancelledError):
            self._log.failure("{name}: a line failed", failure, name=self._name)
            self.trouble(f"our fault: {failure.value!r}")

    async def _drain(self) -> None:
        """Tell what waits, in order, until nothing does."""
        while self._waiting:
            if not await self._create():
                await self._desk.sleep(_RETELL_S)
                continue
            some = self._some()
            if self._spec.dense:
                self._tell(some)
                await self._desk.sleep(0)
                continue
            lines = [line for _, line in some]
            answers = await self._desk.submit(
                self._name, lines[0].game_id, [line.message for line in lines]
            )
            wait_s = self._take(some, answers)
            # Also between two batches the loop has other things to do.
            await self._desk.sleep(wait_s)
        self._work = None

    def _tell(self, some: list[tuple[Console, Line]]) -> None:
        """Tell the first lines that wait, of a console that counts."""
        for _ in some:
            self._waiting.popleft()
        self._told += len(some)
        telling = Deferred.fromCoroutine(self._tell_counted(some))
        telling.addErrback(self._fault)

    async def _tell_counted(self, some: list[tuple[Console, Line]]) -> None:
        try:
            answers = await self._desk.submit(
                self._name,
                some[0][1].game_id,
                [{**line.message, "dense": True} for _, line in some],
            )
        finally:
            self._told -= len(some)
        again: list[tuple[Console, Line]] = []
        wait_s = 0.0
        for (console, line), answer in zip(some, answers, strict=True):
            if answer.code in PASSING:
                wait_s = max(wait_s, (answer.retry_ms or 0) / 1000 or _RETELL_S)
                again.append((console, line))
                continue
            self._answered(console, [(_about(line.message), answer)])
            if answer.outcome.recorded:
                self.health.good(self._desk.now_ms())
        if again:
            await self._desk.sleep(wait_s)
            self._waiting.extendleft(reversed(again))
            self._work_on()
        if self._console is not None:
            self._console.pause(self._is_full)

    def _some(self) -> list[tuple[Console, Line]]:
        """The first lines that wait, all of one game."""
        game_id = self._waiting[0][1].game_id
        some: list[tuple[Console, Line]] = []
        for entry in self._waiting:
            if entry[1].game_id != game_id or len(some) == _BATCH:
                break
            some.append(entry)
        return some

    def _take(self, some: list[tuple[Console, Line]], answers: list[Answer]) -> float:
        """Take the answers; how long to wait before going on, seconds."""
        for (console, line), answer in zip(some, answers, strict=True):
            if answer.code in PASSING:
                return (answer.retry_ms or 0) / 1000 or _RETELL_S
            self._waiting.popleft()
            self._answered(console, [(_about(line.message), answer)])
            if answer.outcome.recorded:
                self.health.good(self._desk.now_ms())
        if self._console is not None:
            self._console.pause(self._is_full)
        return 0.0

    async def _create(self) -> bool:
        """Make sure that the game of the settings is there; whether it is."""
        if self._created:
            return True
        try:
            game_id: GameId = parse_game_id(self._spec.game)
            meta = read_meta(dict(self._spec.meta), game_id, _SPORTS)
        except RemoteError as why:
            self.trouble(f"sources.{self._name}.meta: {why}")
            return False
        answer = await self._desk.put_meta(self._name, meta)
        self._created = answer.outcome.recorded
        if not self._created:
            self.trouble(f"{game_id} cannot be created: {answer.problem}")
        return self._created


def _about(message: Mapping[str, Any]) -> str:
    """What a message speaks of, for a person."""
    kind, ref = message.get("type") or "play", message.get("provider_play_id")
    return f"{kind} {ref}" if isinstance(ref, str) else str(kind)[:40]
