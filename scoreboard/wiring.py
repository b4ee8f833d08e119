"""
The parts of the server, each made of its settings and of the parts that it needs.

Rule: a function makes one part and starts nothing; which parts there are is up to `assembly`.
Shell.
"""

from __future__ import annotations

import random
import secrets
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
from twisted.logger import Logger, globalLogPublisher
from twisted.web.server import Site

from scoreboard.demo import Demo
from scoreboard.gateway import page as web
from scoreboard.gateway.connected import Connections
from scoreboard.gateway.crowd import Crowd, CrowdLimits
from scoreboard.gateway.edge import Edge
from scoreboard.gateway.feeds import AskPace
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.heartbeat import Patience
from scoreboard.gateway.http import Root, make_site
from scoreboard.gateway.http_channel import HttpTimes
from scoreboard.gateway.idempotency import Replies
from scoreboard.gateway.listening import RESERVE, allow_connections
from scoreboard.gateway.once import Once
from scoreboard.gateway.pace import Pace
from scoreboard.gateway.principals import Credential, Principals
from scoreboard.gateway.procedures import FEED
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import (
    OPS,
    Authenticate,
    Left,
    Missed,
    Procedure,
    Realm,
    SessionLimits,
)
from scoreboard.gateway.rejected import Rejected
from scoreboard.gateway.request import Doorkeeping
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.sockets import Kernel
from scoreboard.gateway.sse import EventSettings, EventStreams
from scoreboard.gateway.sse_start import Beginnings
from scoreboard.gateway.sse_wire import EventWire
from scoreboard.gateway.upgrade import HeadLimits
from scoreboard.gateway.wamp import make_factory
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.catchup import ReadPage
from scoreboard.hub.hub import Hub
from scoreboard.hub.lagging import Need
from scoreboard.hub.pump import FaultLog
from scoreboard.ingest.authority.policy import Failback, Policy, SourceSetting
from scoreboard.ingest.rate import Paces, Rate
from scoreboard.ingest.scorekeeper import Scorekeeper, SettingOf
from scoreboard.ingest.source_file import SourceFile
from scoreboard.ingest.sources import Sources
from scoreboard.ingest.tally import Tally
from scoreboard.model.answer import Answer
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.feed import SourceRole
from scoreboard.model.ids import GameId, SourceId
from scoreboard.ops.log_levels import LogLevels
from scoreboard.ops.verbs import verbs
from scoreboard.oversight import Watched, controls
from scoreboard.settings.connections import HttpSettings, LimitSettings, WebSocketSettings
from scoreboard.settings.operation import ManholeSettings
from scoreboard.settings.principals import FeedSettings, token_hash
from scoreboard.settings.reading import read_source
from scoreboard.settings.tables import ArbitrationSettings, DemoSettings, Settings
from scoreboard.simulator.day import Fixture, fixtures, slate

if TYPE_CHECKING:
    from scoreboard.ops.manhole import Manhole

_log = Logger()

#: Publications that are read from the log at a time for those who fell off a ring.
CATCH_UP = 512
#: Bytes of all answers that are kept for their `Idempotency-Key`.
MAX_REPLIES = 16 * 1024 * 1024


def policy(settings: ArbitrationSettings) -> Policy:
    """When authority moves, in the time in which games are played here."""
    policy = Policy(
        beat_s=settings.beat_s,
        dwell_s=settings.dwell_s,
        probation_s=settings.probation_s,
        max_auto=settings.max_auto,
        failback=Failback(settings.failback) if settings.failback else None,
    )
    return policy.faster(settings.speed)


def setting_of(feeds: Mapping[str, FeedSettings]) -> SettingOf:
    """What each source is, as the settings say it."""

    def of(_game: GameId, source: SourceId) -> SourceSetting | None:
        feed = feeds.get(source)
        if feed is None or (feed.rank < 0 and feed.role == "scoring"):
            return None
        return SourceSetting(SourceRole(feed.role), max(feed.rank, 0))

    return of


def pace(reactor: Any, feeds: Mapping[str, FeedSettings], tally: Tally) -> AskPace:
    """
    How fast each feed may send, as the settings say it.

    Args:
        tally: where every message that was refused is counted.
    """
    paces = Paces(
        {
            name: Rate(
                per_s=feed.messages_per_s,
                burst=feed.burst,
                bytes_per_s=feed.bytes_per_min / 60,
                bytes_burst=feed.bytes_per_min,
            )
            for name, feed in feeds.items()
        }
    )

    def ask(source: SourceId, messages: int, octets: int) -> Answer | None:
        refused = paces.ask(source, messages, octets, int(reactor.seconds() * 1_000))
        if refused is not None:
            tally.answered([refused] * messages)
        return refused

    return ask


@attrs.frozen
class Shared:
    """What the sessions of a realm share besides the hub."""

    calls: dict[str, Procedure]
    lacks: Missed
    who: Authenticate
    left: Left
    rejected: Rejected
    edge: Edge | None


def realm(
    hub: Hub,
    settings: Settings,
    shared: Shared,
) -> Realm:
    """What all sessions share."""
    ws = settings.websocket
    realm = Realm(
        hub=hub,
        procedures=shared.calls,
        authenticate=shared.who,
        limits=SessionLimits(
            ws.max_subscriptions, ws.max_retained, max_unusual=settings.limits.max_unusual
        ),
        missed=shared.lacks,
        left=shared.left,
        rejected=shared.rejected,
    )
    edge = shared.edge
    return realm if edge is None else attrs.evolve(realm, turned_away=edge.turned_away)


def sockets(reactor: Any, realm: Realm, settings: Settings, wires: Wires) -> ChannelFactory:
    """What serves WAMP over WebSocket."""
    ws = settings.websocket
    return make_factory(
        reactor,
        realm,
        wires,
        SocketSettings(
            patience=Patience(ws.ping_interval_s, ws.ping_timeout_s, ws.stall_s),
            handshake_timeout_s=ws.handshake_timeout_s,
            hello_timeout_s=ws.hello_timeout_s,
            message_timeout_s=ws.message_timeout_s,
            head=head(ws),
            max_viewer_bytes=ws.max_viewer_bytes,
            max_message_bytes=ws.max_message_bytes,
            max_fragments=ws.max_fragments,
            max_pinned_bytes=ws.max_pinned_bytes,
            messages=Pace.of(ws.messages_per_s, ws.messages_burst),
            ticket_messages=Pace.of(ws.ticket_messages_per_s, ws.ticket_messages_burst),
            controls=Pace.of(ws.controls_per_s, ws.controls_burst),
            allowed_origins=ws.allowed_origins,
            write_buffer_bytes=ws.write_buffer_bytes,
            deflates=ws.deflate,
        ),
        FaultLog(reactor).report,
    )


def head(ws: WebSocketSettings) -> HeadLimits:
    """What the head of a request may have, over HTTP as well."""
    return HeadLimits(ws.max_handshake_bytes, ws.max_handshake_fields, ws.max_uri_bytes)


def crowd(limits: LimitSettings, rejected: Rejected) -> Crowd:
    """Who may be in the house; no more than the process can open connections."""
    possible = allow_connections(limits.max_connections)
    if possible < limits.max_connections:
        _log.warn(
            "only {possible} connections, not limits.max_connections = {wanted}: the process may "
            "not open more (ulimit -n, LimitNOFILE), and {reserve} are kept in reserve",
            possible=possible,
            wanted=limits.max_connections,
            reserve=RESERVE,
        )
    return Crowd(
        CrowdLimits(
            connections=possible,
            arrivals=Pace.of(limits.arrivals_per_s, limits.arrivals_burst),
            address_connections=limits.address_connections,
            address_arrivals=Pace.of(limits.address_arrivals_per_s, limits.address_arrivals_burst),
            requests=Pace.of(limits.requests_per_s, limits.requests_burst),
            trusted=tuple(map(ip_network, limits.trusted)),
        ),
        rejected,
    )


def site(
    reactor: Any,
    root: Root,
    settings: Settings,
    sockets: ChannelFactory,
    crowd: Crowd,
    refused: Counter[str],
    people: Principals,
    elsewhere: Edge | None,
) -> Site:
    """What answers HTTP."""
    ws, web = settings.websocket, settings.http
    keeping = Doorkeeping(
        max_body=web.max_body_bytes,
        crowd=crowd,
        refused=refused,
        knows=lambda token: people.whose(token) is not None,
        seconds=reactor.seconds,
        elsewhere=None if elsewhere is None else elsewhere.problem,
    )
    times = HttpTimes(ws.handshake_timeout_s, web.body_timeout_s, web.idle_s)
    return make_site(reactor, root, keeping, sockets.beats, times, head(ws), sockets.rejected)


def principals(settings: Settings) -> Principals:
    """Everybody who may join with a ticket."""
    feeds = [
        Credential(name, token_hash(feed), FEED, feed.leagues)
        for name, feed in settings.feeds.items()
    ]
    scorers = [
        Credential(name, token_hash(who), who.role, who.leagues)
        for name, who in settings.scorers.items()
    ]
    operators = [Credential(name, token_hash(who), OPS) for name, who in settings.operators.items()]
    return Principals([*feeds, *scorers, *operators])


def sources(reactor: Any, settings: Settings, keeper: Scorekeeper) -> Sources:
    """What fetches from the sources."""
    durable = settings.log.provider != "memory" and not settings.shard.is_edge
    kept = Path(settings.log.path).with_suffix(".sources.json") if durable else None
    return Sources(
        reactor,
        settings=settings.sources,
        read=read_source,
        kept=SourceFile(kept),
        taken=[*settings.feeds, *settings.scorers, *settings.operators],
        put_meta=keeper.put_meta,
        submit=keeper.submit,
        states=keeper.states,
        chance=random.random,
    )


def events(
    hub: Hub, sockets: ChannelFactory, settings: Settings, games: Games, wires: Wires
) -> EventStreams:
    """What serves server-sent events."""
    ws, web = settings.websocket, settings.http
    plain, incarnation = wires.wire("wamp.2.json", b""), secrets.token_hex(4)
    one, several = EventWire(plain), EventWire(plain, incarnation)
    return EventStreams(
        hub,
        sockets.beats,
        Beginnings(hub, games, one, several, incarnation),
        EventSettings(
            patience=Patience(web.stream_beat_s, ws.ping_timeout_s, ws.stall_s),
            write_buffer_bytes=ws.write_buffer_bytes,
            max_subscriptions=ws.max_subscriptions,
            max_streams=web.max_streams,
        ),
        sockets.rejected,
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


def once(reactor: Any, settings: HttpSettings) -> Once:
    """What answers repeats of requests with a key."""
    replies = Replies(settings.idempotency_s, settings.max_idempotency_keys, MAX_REPLIES)
    return Once(reactor, replies)


def page() -> web.Page:
    """The page as `scripts/web` has built it; an empty one if it has not."""
    folder = Path(web.__file__).with_name(web.FOLDER)
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    return web.Page.of({file.name: file.read_bytes() for file in files if file.is_file()})


def kernel(ws: WebSocketSettings) -> Kernel:
    """A peer that takes nothing is the kernel's to give up when it is ours."""
    return Kernel(ws.kernel_buffer_bytes, ws.kernel_unsent_bytes, ws.stall_s)


def demo(reactor: Any, settings: DemoSettings, keeper: Scorekeeper) -> Demo:
    """What plays a day of invented games."""
    chosen = slate(
        football=settings.football,
        soccer=settings.soccer,
        basketball=settings.basketball,
        hockey=settings.hockey,
    )

    def day(start_ms: int) -> Sequence[Fixture]:
        return fixtures(settings.seed or start_ms, start_ms, chosen)

    return Demo(reactor, keeper.put_meta, keeper.submit, keeper.states, day, settings.speed)


def manhole(
    reactor: Any,
    settings: ManholeSettings,
    keeper: Scorekeeper,
    hub: Hub,
    connections: Connections,
    drain: Callable[[], None],
) -> Manhole | None:
    """
    The operators' shell, if there is to be one.

    Args:
        drain: begins the end of the server, in order.
    """
    if not settings.port:
        return None
    # Twisted's SSH installs the reactor when it is imported.
    from scoreboard.ops.manhole import Manhole, Place

    def end() -> str:
        # The answer goes first.
        reactor.callLater(0, drain)
        return "the server stops: nothing more is taken, what was taken is written, all hear it"

    levels = LogLevels(globalLogPublisher)
    games = Watched(
        keeper.states,
        keeper.feed_status,
        keeper.held,
        hub,
        lambda: int(reactor.seconds() * 1_000),
    )
    offered = controls(games, connections, keeper.choose, keeper.rule, levels.levels, end)
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
    inside = {"reactor": reactor, "keeper": keeper, "hub": hub, "connections": connections}
    return Manhole(reactor, place, verbs(offered), levels, inside if settings.unsafe else None)
