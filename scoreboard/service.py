"""
The server put together: the composition root.

Rule: the only place that knows the reactor and all parts; leaves are built first, and
nothing is set on an object after it is built. Shell.

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
import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from twisted.application.service import Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError, ReactorNotRunning
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger
from twisted.python import usage
from twisted.python.failure import Failure
from twisted.web.server import Site

from scoreboard import settings as conf
from scoreboard import wiring
from scoreboard.codec.shape import envelope
from scoreboard.demo import Demo
from scoreboard.gateway.connected import Connections
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.http import Limits, Root, make_site
from scoreboard.gateway.meta import history_procedures
from scoreboard.gateway.operators import operator_procedures
from scoreboard.gateway.ops_feeds import FeedRoom, Leases, feed_procedures
from scoreboard.gateway.procedures import missed, procedures
from scoreboard.gateway.quarantine import Holds, quarantine_procedures
from scoreboard.gateway.queries import Games
from scoreboard.gateway.scorer import Officials, scorer_procedures
from scoreboard.gateway.sockets import Kernel, tune
from scoreboard.gateway.sse import Events, EventStreams
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.catchup import CatchUp
from scoreboard.hub.hub import Hub
from scoreboard.hub.pump import FaultLog, Pump
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.ingest.sources import Sources
from scoreboard.ingest.watching import Watching
from scoreboard.log.interface import IEventLog
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.ops.drain import Drain, Leave, Steps, Times
from scoreboard.ops.health import Health, Input, State
from scoreboard.ops.json_log import TO_STDOUT
from scoreboard.ops.notify import Address, Notify, from_environment
from scoreboard.ops.pages import Pages, PagesSite
from scoreboard.ops.sigterm import in_time, on_sigterm
from scoreboard.ops.stall import LoopStall
from scoreboard.readings import Commits, Watched
from scoreboard.settings import BadSettings, Feeds, Settings
from scoreboard.sports.registry import RULESETS

if TYPE_CHECKING:
    from scoreboard.ops.manhole import Manhole

#: See Note [Garbage]: new objects, and collections of the generation before.
_GC_THRESHOLDS = (2_000, 4, 300)

#: Seconds that the log's thread waits for Python's lock while the reactor is busy, for each
#: of some five statements of a commit; Python's default is 5 ms.
_SWITCH_S = 0.001

#: Forgotten publications of which a ring keeps where they stood: at most some 10 MB for each
#: stream, and only while somebody is stalled.
MAX_MARKS = 65_536

#: Seconds from one look at all games to the next, at the games' own speed.
LOOK_S = 1.0

#: Ruleset id -> sport.
SPORTS = {ruleset.id: ruleset.sport for ruleset in RULESETS.values()}


class Options(usage.Options):
    """What `twistd scoreboard --help` shows."""

    synopsis = "[options]"
    longdesc = "A live sports score server. Settings: conf/scoreboard.toml explains each one."
    optParameters = [  # noqa: RUF012 - the class attribute that Twisted reads
        ["config", "c", None, "file with the settings (TOML)"],
        ["port", "p", None, "listen on this port instead; 0: any free one"],
        ["log", "l", None, "record games in this SQLite file instead"],
    ]
    optFlags = [  # noqa: RUF012
        ["demo", "d", "play a day of invented games"],
    ]

    def postOptions(self) -> None:
        """Read the settings now, so that a mistake is told as one."""
        try:
            self.settings = _chosen(self["config"], self["port"], self["log"])
        except LocalError as why:
            raise usage.UsageError(str(why)) from why
        twistd = self.parent
        if self.settings.logs.format == "json" and twistd is not None and not twistd["logger"]:
            if twistd["logfile"] not in (None, "-"):
                raise usage.UsageError("logs.format json is written to stdout: omit --logfile")
            twistd["logger"] = TO_STDOUT


def _chosen(config: str | None, port: str | None, log: str | None) -> Settings:
    settings = Settings() if config is None else _read(Path(config))
    if port is not None:
        if not port.isdecimal() or not int(port) < 65536:
            raise BadSettings(f"--port {port!r} is not 0-65535")
        listen = attrs.evolve(settings.listen, port=int(port))
        settings = attrs.evolve(settings, listen=listen)
    if log is not None:
        record = attrs.evolve(settings.log, path=log, provider="sqlite")
        settings = attrs.evolve(settings, log=record)
    return settings


def _read(path: Path) -> Settings:
    try:
        text = path.read_text()
    except OSError as why:
        raise BadSettings(f"{path}: {why.strerror}") from why
    return conf.parse(text, str(path))


def makeService(options: Options) -> Server:
    """What `twistd scoreboard` runs."""
    from twisted.internet import reactor

    settings = options.settings
    manager = from_environment()
    server = assemble(reactor, settings, demo=bool(options["demo"]), manager=manager)
    on_sigterm(reactor, server.drain, settings.drain.deadline_s)
    return server


class Server(Service):
    """
    Opens the log, brings the games back, listens; and the other way round.

    Args:
        fatal: is called with one line when the server cannot start.
    """

    _log = Logger()

    def __init__(
        self,
        reactor: Any,
        listen: conf.Listen,
        log: IEventLog,
        keeper: Scorekeeper,
        pump: Pump,
        catch_up: CatchUp,
        stall: LoopStall,
        watching: Watching,
        site: Site,
        sockets: ChannelFactory,
        events: EventStreams,
        kernel: Kernel,
        sources: Sources,
        manhole: Manhole | None,
        demo: Demo | None,
        ops: conf.OpsSettings,
        pages: Pages,
        health: Health,
        notify: Notify,
        times: Times,
        fatal: Callable[[str], None],
    ) -> None:
        self._reactor = reactor
        self._listen = listen
        self._record = log
        self._keeper = keeper
        self._pump = pump
        self._catch_up = catch_up
        self._stall = stall
        self._watching = watching
        self._site = site
        self._sockets = sockets
        self._events = events
        self._kernel = kernel
        self._sources = sources
        self._manhole = manhole
        self._demo = demo
        self._ops = ops
        self._pages = pages
        self._health = health
        self._notify = notify
        steps = Steps(self._stop_listening, self._refuse, keeper.finish, self._viewers, self._left)
        self._drain = Drain(reactor, times, steps, secrets.SystemRandom())
        self._fatal = fatal
        self._port: IListeningPort | None = None
        self._pages_port: IListeningPort | None = None

    def startService(self) -> None:
        """Start; what goes wrong is told in one line and ends the process."""
        super().startService()  # type: ignore[no-untyped-call]
        Deferred.fromCoroutine(self._start()).addErrback(self._failed)

    async def _start(self) -> None:
        self._notify.starting()
        await self._open_pages()
        await self._record.start()
        games = await self._keeper.load()
        self._catch_up.start()
        self._stall.start()
        self._watching.start()
        if self._manhole is not None:
            await self._manhole.start()
        listen = self._listen
        endpoint = TCP4ServerEndpoint(
            self._reactor, listen.port, backlog=listen.backlog, interface=listen.interface
        )
        self._port = await endpoint.listen(Entrance(b"/ws", self._sockets, self._site))
        tune(self._port, self._kernel)
        _settle()
        host: Any = self._port.getHost()
        self._log.info(
            "scoreboard is ready: {games} games in the log, http://{host}:{port}/",
            games=games,
            host=host.host,
            port=host.port,
        )
        self._health.move(Input.LISTEN)
        self._notify.ready()
        self._sources.startService()
        if self._demo is not None:
            self._demo.startService()

    async def _open_pages(self) -> None:
        """Listen for those who watch, from the beginning: they may see that it is starting."""
        where = self._ops
        if where.port < 0:
            return
        endpoint = TCP4ServerEndpoint(self._reactor, where.port, interface=where.interface)
        site = PagesSite(self._pages, reactor=self._reactor)  # type: ignore[no-untyped-call]
        self._pages_port = await endpoint.listen(site)
        host: Any = self._pages_port.getHost()
        self._log.info("metrics at http://{host}:{port}/metrics", host=host.host, port=host.port)

    def _failed(self, failure: Failure) -> None:
        why: Any = failure.value
        if self._health.state is State.DRAINING:
            self._log.info("told to stop before it was ready: {why}", why=why)
        elif failure.check(CannotListenError):
            self._fatal(f"cannot listen on {why.interface}:{why.port}: {why.socketError}")
        elif failure.check(LocalError, RemoteError):
            self._fatal(str(why))
        else:
            self._log.failure("cannot start", failure)
            self._fatal("cannot start; see above")

    def drain(self) -> None:
        """Send everybody away in order, then stop the reactor; once, whoever asks for it."""
        if self._health.state is State.DRAINING:
            return
        was_ready = self._health.state is State.READY
        self._log.info("told to stop: {clients} followers leave", clients=self._left())
        self._health.move(Input.DRAIN)
        self._notify.stopping()
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
        if self._demo is not None and self._demo.running:
            self._demo.stopService()
        if self._sources.running:
            self._sources.stopService()
        self._events.refuse()
        self._keeper.refuse()

    def _viewers(self) -> list[Leave]:
        sockets = [talk.goodbye for talk in self._sockets.viewers()]
        return [*sockets, *(partial(s.goodbye, "the server stops") for s in self._events.streams)]

    def _left(self) -> int:
        return len(self._sockets.viewers()) + len(self._events.streams)

    def stopService(self) -> Deferred[None]:
        """Stop taking messages, finish those that are on their way, close the log."""
        super().stopService()  # type: ignore[no-untyped-call]
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        if self._demo is not None and self._demo.running:
            await maybeDeferred(self._demo.stopService)
        if self._sources.running:
            await maybeDeferred(self._sources.stopService)
        await self._stop_listening()
        self._notify.stop()
        if self._manhole is not None:
            await self._manhole.stop()
        self._catch_up.stop()
        self._stall.stop()
        await maybeDeferred(self._watching.stop)
        await self._record.close()
        self._pump.stop()
        self._sockets.goodbye()
        self._events.goodbye()
        if self._pages_port is not None:
            await maybeDeferred(self._pages_port.stopListening)


def _settle() -> None:
    """Garbage collection and threads of a server that is up. See Note [Garbage]."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    sys.setswitchinterval(_SWITCH_S)


def _exits(reactor: Any) -> Callable[[str], None]:
    """Says why on stderr, stops the reactor in order, and exits with 1."""

    def fatal(why: str) -> None:
        print(f"scoreboard: {why}", file=sys.stderr, flush=True)  # noqa: T201
        # twistd exits with 0 after an orderly stop; a server that could not start must not.
        reactor.addSystemEventTrigger("after", "shutdown", os._exit, 1)
        # It may be so early that the reactor does not run yet.
        reactor.callWhenRunning(reactor.stop)

    return fatal


def assemble(
    reactor: Any,
    settings: Settings,
    *,
    demo: bool,
    record: IEventLog | None = None,
    manager: Address | None = None,
) -> Server:
    """
    A whole server, not started.

    Args:
        reactor: everything that happens later happens on it.
        demo: whether a day of invented games is played into it.
        record: the log, if it is not the one that the settings choose.
        manager: the service manager; None: there is none.
    """
    commits = Commits()
    if record is None:
        record = wiring.open_log(reactor, settings.log, on_commit=commits.add)
    faults = FaultLog(reactor)
    ring = settings.ring
    hub = Hub(
        RingLimits(ring.max_publications, ring.max_bytes, MAX_MARKS),
        faults.report,
        now_ms=lambda: int(reactor.seconds() * 1_000),
    )
    pump = Pump(reactor, hub)
    policy = wiring.policy(settings.arbitration)
    keeper = Scorekeeper(
        reactor, record, pump.publish, setting=wiring.setting_of(settings.feeds), policy=policy
    )
    games = Games(keeper.states, record, hub.since)
    feeds = Feeds(settings.feeds)
    intake = Intake(
        admits=feeds.admits,
        whose=feeds.whose,
        may_write=feeds.may_write,
        put_meta=keeper.put_meta,
        submit=keeper.submit,
        sports=SPORTS,
    )
    limits = Limits(body=settings.http.max_body_bytes, batch=settings.http.max_batch)
    people = wiring.principals(settings)
    officials = Officials(people.whose, people.may_write, keeper.command)
    room = FeedRoom(keeper.feed_status, keeper.choose, keeper.submit, feeds.may_write)
    leases = Leases(keeper.closed)
    sources = wiring.sources(reactor, settings, keeper)
    calls = {
        **procedures(games, intake, limits.batch),
        **history_procedures(hub, games),
        **scorer_procedures(officials, games),
        **feed_procedures(room, games, leases),
        **quarantine_procedures(
            Holds(keeper.held, keeper.rule, people.may_write, lambda: int(reactor.seconds() * 1e3)),
            games,
        ),
        **operator_procedures(sources),
    }
    wires = Wires(envelope)
    shared = wiring.Shared(calls, missed(games), people.authenticate, leases.left)
    realm = wiring.realm(hub, settings, shared)
    sockets = wiring.sockets(reactor, realm, settings, wires)
    events = wiring.events(hub, sockets.beats, settings, games, wires)
    stall = LoopStall(reactor)

    def alive() -> dict[str, Any]:
        return {"stall": stall.durations.shape(), "slices": hub.tally.slices.shape()}

    health, refused = Health(), Counter[str]()
    once = wiring.once(reactor, settings.http)
    root = Root(
        games=games,
        intake=intake,
        limits=limits,
        websocket=SocketResource(sockets),
        health=alive,
        events=Events(events),
        officials=officials,
        readiness=lambda: health.readiness,
        once=once,
        page=wiring.page(),
    )
    watched = Watched(
        health, keeper, hub, realm, sockets, events, games, stall, record, commits, refused
    )
    connections = Connections(hub, sockets, events)
    drain = in_time(reactor, lambda: server.drain(), settings.drain.deadline_s)
    server = Server(
        reactor=reactor,
        listen=settings.listen,
        log=record,
        keeper=keeper,
        pump=pump,
        stall=stall,
        watching=Watching(reactor, keeper.tick, LOOK_S / settings.arbitration.speed),
        catch_up=CatchUp(reactor, hub, wiring.pages(games), faults.report),
        site=make_site(reactor, root, limits, refused),
        sockets=sockets,
        events=events,
        kernel=wiring.kernel(settings.websocket),
        sources=sources,
        manhole=wiring.manhole(reactor, settings.manhole, keeper, hub, connections, drain),
        demo=wiring.demo(reactor, settings.demo, keeper) if demo else None,
        ops=settings.ops,
        pages=Pages(watched.read, health, alive),
        health=health,
        notify=Notify(reactor, manager or Address(), record.ping, watched.line),
        times=Times(settings.drain.accept_s, settings.drain.spread_s, settings.drain.elsewhere),
        fatal=_exits(reactor),
    )
    return server
