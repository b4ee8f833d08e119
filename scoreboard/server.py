"""
The server as a service: the order in which its parts start, leave and stop.

Rule: what is open is closed the other way round, and what was acknowledged is on the disk
before anybody is told that the server ends. Shell.

# Note [Garbage]

Nothing that comes and goes in numbers (sessions, messages, frames) is part of a cycle:
reference counts free it, and `tests/gateway` holds that for connections. What the collector
finds is what HTTP requests, failures and coroutines leave. But it looks at everything that
is alive: with 15,000 sessions a full collection stops the loop for 95 ms, and Python's
defaults made three of them, the longest 170 ms, while the sessions came. So what is there
at the start is frozen, out of the collector's sight; and a collection of the young is for
2,000 new objects (some 150 sessions; below 1 ms), of the middle-aged for 8,000 (some 2 ms),
of all for 2,400,000 that came and stayed, which no steady state reaches.
"""

from __future__ import annotations

import contextlib
import gc
import secrets
import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import attrs
from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from twisted.python.failure import Failure

from scoreboard.demo import Demo
from scoreboard.gateway.door import Entrance
from scoreboard.gateway.listening import Door
from scoreboard.gateway.sockets import Kernel, tune
from scoreboard.gateway.sse import EventStreams
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.catchup import CatchUp
from scoreboard.hub.pump import Pump
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.ingest.sources import Sources
from scoreboard.ingest.watching import Watching
from scoreboard.log.interface import IEventLog
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.ops.drain import Drain, Leave, Steps, Times
from scoreboard.ops.health import Health, Input, State
from scoreboard.ops.log_between import LogBetween
from scoreboard.ops.notify import Notify
from scoreboard.ops.pages import Pages, PagesSite
from scoreboard.ops.stall import LoopStall
from scoreboard.settings.connections import Listen
from scoreboard.settings.operation import OpsSettings
from scoreboard.shard.tails import Tails

if TYPE_CHECKING:
    from scoreboard.ops.manhole import Manhole

#: See Note [Garbage]: new objects, and collections of the generation before.
_GC_THRESHOLDS = (2_000, 4, 300)

#: Seconds that the log's thread waits for Python's lock while the reactor is busy, for each
#: of some five statements of a commit; Python's default is 5 ms.
_SWITCH_S = 0.001


@attrs.frozen(kw_only=True)
class Parts:
    """
    What a server is made of; nothing of it has been started.

    Attributes:
        record: the log.
        entrance: where everybody comes in.
        log: stands before those who write the server's log.
        tails, manhole, demo: None: there is none.
        fatal: is called with one line when the server cannot start.
    """

    listen: Listen
    record: IEventLog
    tails: Tails | None
    keeper: Scorekeeper
    pump: Pump
    catch_up: CatchUp
    stall: LoopStall
    watching: Watching
    entrance: Entrance
    sockets: ChannelFactory
    events: EventStreams
    kernel: Kernel
    sources: Sources
    log: LogBetween
    manhole: Manhole | None
    demo: Demo | None
    ops: OpsSettings
    pages: Pages
    health: Health
    notify: Notify
    times: Times
    fatal: Callable[[str], None]


class Server(Service):
    """Opens the log, brings the games back, listens; and the other way round."""

    _log = Logger()

    def __init__(self, reactor: Any, parts: Parts) -> None:
        self._reactor = reactor
        self._parts = parts
        keeper = parts.keeper
        steps = Steps(
            self._stop_listening,
            self._refuse,
            keeper.finish,
            self._writers,
            self._viewers,
            self._left,
        )
        self._drain = Drain(reactor, parts.times, steps, secrets.SystemRandom())
        self._port: IListeningPort | None = None
        self._pages_port: IListeningPort | None = None

    def startService(self) -> None:
        """Start; what goes wrong is told in one line and ends the process."""
        super().startService()  # type: ignore[no-untyped-call]
        self._parts.log.start()
        Deferred.fromCoroutine(self._start()).addErrback(self._failed)

    async def _start(self) -> None:
        parts = self._parts
        parts.notify.starting()
        await self._open_pages()
        await parts.record.start()
        games = await parts.keeper.load()
        if parts.tails is not None:
            await parts.tails.start()
        parts.catch_up.start()
        parts.stall.start()
        parts.watching.start()
        if parts.manhole is not None:
            await parts.manhole.start()
        listen = parts.listen
        door = Door(self._reactor, parts.entrance, listen.port, listen.backlog, listen.interface)
        door.startListening()
        self._port = door
        tune(door, parts.kernel)
        _settle()
        host: Any = door.getHost()  # type: ignore[no-untyped-call]
        self._log.info(
            "scoreboard is ready: {games} games in the log, http://{host}:{port}/",
            games=games,
            host=host.host,
            port=host.port,
        )
        parts.health.move(Input.LISTEN)
        parts.notify.ready()
        parts.sources.startService()
        if parts.demo is not None:
            parts.demo.startService()

    async def _open_pages(self) -> None:
        """Listen for those who watch, from the beginning: they may see that it is starting."""
        parts = self._parts
        where = parts.ops
        if where.port < 0:
            return
        endpoint = TCP4ServerEndpoint(self._reactor, where.port, interface=where.interface)
        site = PagesSite(parts.pages, reactor=self._reactor)  # type: ignore[no-untyped-call]
        self._pages_port = await endpoint.listen(site)
        host: Any = self._pages_port.getHost()
        self._log.info("metrics at http://{host}:{port}/metrics", host=host.host, port=host.port)

    def _failed(self, failure: Failure) -> None:
        parts = self._parts
        why: Any = failure.value
        if parts.health.state is State.DRAINING:
            self._log.info("told to stop before it was ready: {why}", why=why)
        elif failure.check(CannotListenError):
            parts.fatal(f"cannot listen on {why.interface}:{why.port}: {why.socketError}")
        elif failure.check(LocalError, RemoteError):
            parts.fatal(str(why))
        else:
            self._log.failure("cannot start", failure)
            parts.fatal("cannot start; see above")

    def drain(self) -> None:
        """Send everybody away in order, then stop the reactor; once, whoever asks for it."""
        parts = self._parts
        if parts.health.state is State.DRAINING:
            return
        was_ready = parts.health.state is State.READY
        self._log.info("told to stop: {clients} followers leave", clients=self._left())
        parts.health.move(Input.DRAIN)
        parts.notify.stopping()
        if was_ready:
            draining = Deferred.fromCoroutine(self._drain.run())
            draining.addErrback(lambda failure: self._log.failure("the drain failed", failure))
            draining.addCallback(lambda _: self._stop_reactor())
        else:
            self._stop_reactor()

    def _stop_reactor(self) -> None:
        with contextlib.suppress(ReactorNotRunning):
            self._reactor.stop()

    async def _stop_listening(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            await maybeDeferred(port.stopListening)

    def _refuse(self) -> None:
        parts = self._parts
        if parts.demo is not None and parts.demo.running:
            parts.demo.stopService()
        if parts.sources.running:
            parts.sources.stopService()
        parts.events.refuse()
        parts.keeper.refuse()

    def _writers(self) -> list[Leave]:
        return [talk.goodbye for talk in self._parts.sockets.writers()]

    def _viewers(self) -> list[Leave]:
        parts = self._parts
        sockets = [talk.goodbye for talk in parts.sockets.viewers()]
        return [*sockets, *(partial(s.goodbye, "the server stops") for s in parts.events.streams)]

    def _left(self) -> int:
        parts = self._parts
        return len(parts.sockets.viewers()) + len(parts.events.streams)

    def stopService(self) -> Deferred[None]:
        """Stop taking messages, finish those that are on their way, close the log."""
        super().stopService()  # type: ignore[no-untyped-call]
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        parts = self._parts
        if parts.demo is not None and parts.demo.running:
            await maybeDeferred(parts.demo.stopService)
        if parts.sources.running:
            await maybeDeferred(parts.sources.stopService)
        await self._stop_listening()
        parts.notify.stop()
        if parts.manhole is not None:
            await parts.manhole.stop()
        parts.catch_up.stop()
        parts.stall.stop()
        await maybeDeferred(parts.watching.stop)
        if parts.tails is not None:
            await parts.tails.stop()
        await parts.record.close()
        parts.pump.stop()
        parts.sockets.goodbye()
        parts.events.goodbye()
        if self._pages_port is not None:
            await maybeDeferred(self._pages_port.stopListening)
        parts.log.stop()


def _settle() -> None:
    """Garbage collection and threads of a server that is up. See Note [Garbage]."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_S)
