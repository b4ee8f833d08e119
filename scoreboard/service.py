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
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from twisted.application.service import IService, Service
from twisted.internet.defer import Deferred, maybeDeferred
from twisted.internet.endpoints import TCP4ServerEndpoint
from twisted.internet.error import CannotListenError
from twisted.internet.interfaces import IListeningPort
from twisted.logger import Logger, globalLogPublisher
from twisted.python import usage
from twisted.python.failure import Failure
from twisted.web.server import Site

from scoreboard import settings as conf
from scoreboard.codec.shape import envelope
from scoreboard.demo import Demo
from scoreboard.gateway.beats import Beats
from scoreboard.gateway.connected import Connections
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.heartbeat import Patience
from scoreboard.gateway.http import Limits, Root, make_site
from scoreboard.gateway.meta import history_procedures
from scoreboard.gateway.principals import Credential, Principals
from scoreboard.gateway.procedures import FEED, missed, procedures
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import Authenticate, Missed, Procedure, Realm, SessionLimits
from scoreboard.gateway.scorer import Officials, scorer_procedures
from scoreboard.gateway.sockets import Kernel, tune
from scoreboard.gateway.sse import Events, EventSettings, EventStreams
from scoreboard.gateway.sse_start import Beginnings
from scoreboard.gateway.sse_wire import EventWire
from scoreboard.gateway.wamp import make_factory
from scoreboard.gateway.websocket import ChannelFactory, SocketSettings
from scoreboard.hub.catchup import CatchUp, ReadPage
from scoreboard.hub.hub import Hub
from scoreboard.hub.lagging import Need
from scoreboard.hub.pump import FaultLog, Pump
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.authority.policy import Failback, Policy, SourceSetting
from scoreboard.ingest.scorekeeper import Scorekeeper, SettingOf
from scoreboard.ingest.watching import Watching
from scoreboard.log.interface import IEventLog
from scoreboard.log.memory import MemoryLog
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.feed import SourceRole
from scoreboard.model.ids import GameId, SourceId
from scoreboard.ops.log_levels import LogLevels
from scoreboard.ops.stall import LoopStall
from scoreboard.ops.verbs import verbs
from scoreboard.oversight import controls
from scoreboard.settings import BadSettings, Feeds, Settings
from scoreboard.simulator.day import Fixture, fixtures, slate
from scoreboard.sports.registry import RULESETS

if TYPE_CHECKING:
    from scoreboard.ops.manhole import Manhole

#: See Note [Garbage]: new objects, and collections of the generation before.
_GC_THRESHOLDS = (2_000, 4, 300)

#: Forgotten publications of which a ring keeps where they stood: at most some 10 MB for each
#: stream, and only while somebody is stalled.
MAX_MARKS = 65_536
#: Publications that are read from the log at a time for those who fell off a ring.
CATCH_UP = 512

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


def makeService(options: Options) -> IService:
    """What `twistd scoreboard` runs."""
    from twisted.internet import reactor

    return assemble(reactor, options.settings, demo=bool(options["demo"]))


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
        manhole: Manhole | None,
        demo: Demo | None,
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
        self._manhole = manhole
        self._demo = demo
        self._fatal = fatal
        self._port: IListeningPort | None = None

    def startService(self) -> None:
        """Start; what goes wrong is told in one line and ends the process."""
        super().startService()  # type: ignore[no-untyped-call]
        Deferred.fromCoroutine(self._start()).addErrback(self._failed)

    async def _start(self) -> None:
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
        if self._demo is not None:
            self._demo.startService()

    def _failed(self, failure: Failure) -> None:
        why: Any = failure.value
        if failure.check(CannotListenError):
            where = f"{self._listen.interface}:{self._listen.port}"
            self._fatal(f"cannot listen on {where}: {why.socketError}")
        elif failure.check(LocalError):
            self._fatal(str(why))
        else:
            self._log.failure("cannot start", failure)
            self._fatal("cannot start; see above")

    def stopService(self) -> Deferred[None]:
        """Stop taking messages, finish those that are on their way, close the log."""
        super().stopService()  # type: ignore[no-untyped-call]
        return Deferred.fromCoroutine(self._stop())

    async def _stop(self) -> None:
        if self._demo is not None and self._demo.running:
            await maybeDeferred(self._demo.stopService)
        if self._port is not None:
            await maybeDeferred(self._port.stopListening)
        if self._manhole is not None:
            await self._manhole.stop()
        self._catch_up.stop()
        self._stall.stop()
        await maybeDeferred(self._watching.stop)
        await self._record.close()
        self._pump.stop()
        self._sockets.goodbye()
        self._events.goodbye()


def _settle() -> None:
    """Garbage collection for a server that is up. See Note [Garbage]."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def open_log(
    reactor: Any, settings: conf.LogSettings, sqlite: type[SqliteLog] = SqliteLog
) -> IEventLog:
    """
    The record that the settings choose, not started.

    Args:
        sqlite: what a provider of that name is.
    """

    def new_epoch() -> int:
        return int(reactor.seconds())

    if settings.provider == "memory":
        return MemoryLog(new_epoch)
    path = Path(settings.path)
    # A folder that cannot be made is told when the log is opened, in one line.
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
    return sqlite(
        reactor,
        path,
        new_epoch,
        max_waiting=settings.max_waiting,
        shared_memory=settings.shared_memory,
    )


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
    reactor: Any, settings: Settings, *, demo: bool, record: IEventLog | None = None
) -> IService:
    """
    A whole server, not started.

    Args:
        reactor: everything that happens later happens on it.
        demo: whether a day of invented games is played into it.
        record: the log, if it is not the one that the settings choose.
    """
    if record is None:
        record = open_log(reactor, settings.log)
    faults = FaultLog(reactor)
    ring = settings.ring
    hub = Hub(
        RingLimits(ring.max_publications, ring.max_bytes, MAX_MARKS),
        faults.report,
        now_ms=lambda: int(reactor.seconds() * 1_000),
    )
    pump = Pump(reactor, hub)
    policy = _policy(settings.arbitration)
    keeper = Scorekeeper(
        reactor, record, pump.publish, setting=_setting(settings.feeds), policy=policy
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
    people = principals(settings)
    officials = Officials(people.whose, people.may_write, keeper.command)
    calls = {
        **procedures(games, intake, limits.batch),
        **history_procedures(hub, games),
        **scorer_procedures(officials, games),
    }
    wires = Wires(envelope)
    sockets = _sockets(reactor, hub, settings, calls, missed(games), people.authenticate, wires)
    events = _events(hub, sockets.beats, settings, games, wires)
    stall = LoopStall(reactor)

    def health() -> dict[str, Any]:
        return {"stall": stall.durations.shape(), "slices": hub.tally.slices.shape()}

    root = Root(games, intake, limits, SocketResource(sockets), health, Events(events), officials)
    return Server(
        reactor=reactor,
        listen=settings.listen,
        log=record,
        keeper=keeper,
        pump=pump,
        stall=stall,
        watching=Watching(reactor, keeper.tick, LOOK_S / settings.arbitration.speed),
        catch_up=CatchUp(reactor, hub, pages(games), faults.report),
        site=make_site(reactor, root, limits),
        sockets=sockets,
        events=events,
        kernel=_kernel(settings.websocket),
        manhole=_manhole(reactor, settings.manhole, keeper, hub, sockets, events),
        demo=_demo(reactor, settings.demo, keeper) if demo else None,
        fatal=_exits(reactor),
    )


def _manhole(
    reactor: Any,
    settings: conf.ManholeSettings,
    keeper: Scorekeeper,
    hub: Hub,
    sockets: ChannelFactory,
    events: EventStreams,
) -> Manhole | None:
    """The operators' shell, if there is to be one."""
    if not settings.port:
        return None
    # Twisted's SSH installs the reactor when it is imported.
    from scoreboard.ops.manhole import Manhole, Place

    def drain() -> str:
        # The answer goes first.
        reactor.callLater(0, reactor.stop)
        return "the server stops: nothing more is taken, what was taken is written, all hear it"

    levels = LogLevels(globalLogPublisher)
    offered = controls(keeper.states, hub, Connections(hub, sockets, events), levels.levels, drain)
    place = Place(
        interface=settings.interface,
        port=settings.port,
        authorized_keys=Path(settings.authorized_keys),
        host_key=Path(settings.host_key),
        login_timeout_s=settings.login_timeout_s,
        attempts=settings.attempts,
        max_sessions=settings.max_sessions,
        idle_s=settings.idle_s,
        audit=Path(settings.audit),
    )
    inside = {"reactor": reactor, "keeper": keeper, "hub": hub, "sockets": sockets}
    python = inside if settings.unsafe else None
    return Manhole(reactor, place, verbs(offered), levels, python)


def _policy(settings: conf.ArbitrationSettings) -> Policy:
    """When authority moves, in the time in which games are played here."""
    policy = Policy(
        beat_s=settings.beat_s,
        dwell_s=settings.dwell_s,
        probation_s=settings.probation_s,
        max_auto=settings.max_auto,
        failback=Failback(settings.failback) if settings.failback else None,
    )
    return policy.faster(settings.speed)


def _setting(feeds: Mapping[str, conf.FeedSettings]) -> SettingOf:
    """What each source is, as the settings say it."""

    def of(_game: GameId, source: SourceId) -> SourceSetting | None:
        feed = feeds.get(source)
        if feed is None or (feed.rank < 0 and feed.role == "scoring"):
            return None
        return SourceSetting(SourceRole(feed.role), max(feed.rank, 0))

    return of


def _sockets(
    reactor: Any,
    hub: Hub,
    settings: Settings,
    calls: dict[str, Procedure],
    lacks: Missed,
    who: Authenticate,
    wires: Wires,
) -> ChannelFactory:
    """What serves WAMP over WebSocket."""
    ws = settings.websocket
    realm = Realm(
        hub=hub,
        procedures=calls,
        authenticate=who,
        limits=SessionLimits(ws.max_subscriptions, ws.max_retained),
        missed=lacks,
    )
    return make_factory(
        reactor,
        realm,
        wires,
        SocketSettings(
            patience=Patience(ws.ping_interval_s, ws.ping_timeout_s, ws.stall_s),
            handshake_timeout_s=ws.handshake_timeout_s,
            max_message_bytes=ws.max_message_bytes,
            write_buffer_bytes=ws.write_buffer_bytes,
            deflates=ws.deflate,
        ),
        FaultLog(reactor).report,
    )


def principals(settings: Settings) -> Principals:
    """Everybody who may join with a ticket."""
    feeds = [
        Credential(name, conf.token_hash(feed), FEED, feed.leagues)
        for name, feed in settings.feeds.items()
    ]
    scorers = [
        Credential(name, conf.token_hash(who), who.role, who.leagues)
        for name, who in settings.scorers.items()
    ]
    return Principals([*feeds, *scorers])


def _events(hub: Hub, beats: Beats, settings: Settings, games: Games, wires: Wires) -> EventStreams:
    """What serves server-sent events."""
    ws, web = settings.websocket, settings.http
    plain, incarnation = wires.wire("wamp.2.json", b""), secrets.token_hex(4)
    one, several = EventWire(plain), EventWire(plain, incarnation)
    return EventStreams(
        hub,
        beats,
        Beginnings(hub, games, one, several, incarnation),
        EventSettings(
            patience=Patience(web.stream_beat_s, ws.ping_timeout_s, ws.stall_s),
            write_buffer_bytes=ws.write_buffer_bytes,
            max_subscriptions=ws.max_subscriptions,
            max_streams=web.max_streams,
        ),
    )


def pages(games: Games) -> ReadPage:
    """Reads what lagging members need from the log."""

    async def read(need: Need) -> Sequence[Publication]:
        state = games.state(need.game_id)
        if state.epoch != need.epoch:
            raise LocalError(f"{need.game_id}: the log is of another epoch now")
        _, published = await games.history.since(state, need.seq - 1, CATCH_UP)
        return published

    return read


def _kernel(ws: conf.WebSocketSettings) -> Kernel:
    """A peer that takes nothing is the kernel's to give up when it is ours."""
    return Kernel(ws.kernel_buffer_bytes, ws.kernel_unsent_bytes, ws.stall_s)


def _demo(reactor: Any, settings: conf.DemoSettings, keeper: Scorekeeper) -> Demo:
    chosen = slate(
        football=settings.football,
        soccer=settings.soccer,
        basketball=settings.basketball,
        hockey=settings.hockey,
    )

    def day(start_ms: int) -> Sequence[Fixture]:
        return fixtures(settings.seed or start_ms, start_ms, chosen)

    return Demo(reactor, keeper.put_meta, keeper.submit, keeper.states, day, settings.speed)
