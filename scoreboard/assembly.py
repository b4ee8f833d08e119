"""
The composition root: a server, put together from the settings.

Rule: leaves are built first, and nothing is set on an object after it is built; nothing is
started here. Shell.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import attrs
from twisted.logger import globalLogPublisher

from scoreboard import wiring, wiring_record
from scoreboard.codec.shape import envelope
from scoreboard.gateway.changes import Changes
from scoreboard.gateway.claims import claim_procedures
from scoreboard.gateway.connected import Connections
from scoreboard.gateway.crowd import Crowd
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.edge import Edge
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.http import Limits, Root
from scoreboard.gateway.meta import history_procedures
from scoreboard.gateway.nearby import nearby
from scoreboard.gateway.operators import operator_procedures
from scoreboard.gateway.ops_feeds import FeedRoom, Leases, feed_procedures
from scoreboard.gateway.principals import Principals
from scoreboard.gateway.procedures import missed, procedures
from scoreboard.gateway.quarantine import Holds, quarantine_procedures
from scoreboard.gateway.queries import Games
from scoreboard.gateway.reads import Library
from scoreboard.gateway.realm import Procedure, Realm
from scoreboard.gateway.rejected import Rejected
from scoreboard.gateway.scorer import Officials, scorer_procedures
from scoreboard.gateway.sse import Events, EventStreams
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.hub.catchup import CatchUp
from scoreboard.hub.hub import Hub
from scoreboard.hub.pump import FaultLog, Pump
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.game_record import Passing
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.ingest.sources import Sources
from scoreboard.ingest.watching import Watching
from scoreboard.log.interface import IEventLog
from scoreboard.ops.drain import Times
from scoreboard.ops.health import Health
from scoreboard.ops.log_between import LogBetween
from scoreboard.ops.notify import Address, Notify
from scoreboard.ops.pages import Pages
from scoreboard.ops.sigterm import in_time
from scoreboard.ops.stall import LoopStall
from scoreboard.past.milestones import Milestones
from scoreboard.past.version import code_version
from scoreboard.readings import Commits, Watched
from scoreboard.server import Parts, Server
from scoreboard.settings.principals import Feeds
from scoreboard.settings.tables import Settings
from scoreboard.shard.tails import Here, Tails
from scoreboard.shard.wants import Followed
from scoreboard.sports.registry import RULESETS

#: Forgotten publications of which a ring keeps where they stood: at most some 10 MB for each
#: stream, and only while somebody is stalled.
MAX_MARKS = 65_536

#: Seconds from one look at all games to the next, at the games' own speed.
LOOK_S = 1.0

#: Ruleset id -> sport.
SPORTS = {ruleset.id: ruleset.sport for ruleset in RULESETS.values()}


@attrs.frozen
class Engine:
    """
    What every message goes through, from the log to the fan-out.

    Attributes:
        record, commits: the log, and what its syncs were like.
        past: states of the games that the log has.
        tails: what is done about games that other nodes write; None: there are none.
        faults: what is told of a member that failed.
        edge: what is said to those who want to write; None: they may.
    """

    record: IEventLog
    commits: Commits
    faults: FaultLog
    hub: Hub
    pump: Pump
    keeper: Scorekeeper
    games: Games
    past: Milestones
    tails: Tails | None
    edge: Edge | None


@attrs.frozen
class Entries:
    """
    Who may come in with what.

    Attributes:
        limits: of one request over HTTP.
        people: everybody with a ticket.
    """

    intake: Intake
    limits: Limits
    people: Principals
    officials: Officials
    leases: Leases
    sources: Sources


@attrs.frozen
class Exits:
    """
    What everybody else is served by.

    Attributes:
        refused: requests that the site did not understand, by reason.
        crowd: who is connected.
    """

    realm: Realm
    sockets: ChannelFactory
    events: EventStreams
    refused: Counter[str]
    crowd: Crowd


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
    engine = _engine(reactor, settings, record)
    entries = _entries(reactor, settings, engine)
    exits = _exits(reactor, settings, engine, _calls(reactor, engine, entries), entries)
    keeper, health, stall = engine.keeper, Health(), LoopStall(reactor)

    def alive() -> dict[str, Any]:
        return {"stall": stall.durations.shape(), "slices": engine.hub.tally.slices.shape()}

    watched = _watched(engine, exits, health, stall)
    root = _root(reactor, settings, engine, entries, exits, health, alive)
    site = wiring.site(
        reactor,
        root,
        settings,
        exits.sockets,
        exits.crowd,
        exits.refused,
        entries.people,
        engine.edge,
    )
    connections = Connections(engine.hub, exits.sockets, exits.events)
    drain = in_time(reactor, lambda: server.drain(), settings.drain.deadline_s)
    parts = Parts(
        listen=settings.listen,
        record=engine.record,
        tails=engine.tails,
        keeper=keeper,
        pump=engine.pump,
        stall=stall,
        watching=Watching(reactor, keeper.tick, LOOK_S / settings.arbitration.speed),
        catch_up=CatchUp(reactor, engine.hub, wiring.pages(engine.games), engine.faults.report),
        entrance=Entrance(b"/ws", exits.sockets, site, exits.crowd),
        sockets=exits.sockets,
        events=exits.events,
        kernel=wiring.kernel(settings.websocket),
        sources=entries.sources,
        log=LogBetween(globalLogPublisher, settings.logs.lines_per_s, exits.realm.rejected),
        manhole=wiring.manhole(reactor, settings.manhole, keeper, engine.hub, connections, drain),
        demo=wiring.demo(reactor, settings.demo, keeper) if demo else None,
        ops=settings.ops,
        pages=Pages(
            watched.read, health, alive, lambda: wiring_record.standing(reactor, engine.record)
        ),
        health=health,
        notify=Notify(reactor, manager or Address(), engine.record.ping, watched.line),
        times=Times(settings.drain.accept_s, settings.drain.spread_s, settings.drain.elsewhere),
        fatal=_fatal(reactor),
    )
    server = Server(reactor, parts)
    return server


def _engine(reactor: Any, settings: Settings, record: IEventLog | None) -> Engine:
    commits = Commits()
    if record is None:
        record = wiring_record.open_log(
            reactor, settings.log, on_commit=commits.add, is_edge=settings.shard.is_edge
        )
    faults, ring = FaultLog(reactor), settings.ring
    hub = Hub(
        RingLimits(ring.max_publications, ring.max_bytes, MAX_MARKS),
        faults.report,
        now_ms=lambda: int(reactor.seconds() * 1_000),
        changed=lambda: None if tails is None else tails.interest(),
    )
    pump = Pump(reactor, hub, settings.fanout.spread_s)
    policy, edge = wiring.policy(settings.arbitration), wiring_record.edge(settings.shard)
    feeds, node = settings.feeds, settings.shard.node
    milestones = Milestones(record, code_version(), lambda state: not node or state.home == node)
    keeper = Scorekeeper(
        reactor,
        record,
        pump.publish,
        setting=wiring.setting_of(feeds),
        policy=policy,
        dense=frozenset(name for name, feed in feeds.items() if feed.dense),
        node=node,
        refusal=None if edge is None else edge.answer,
        passing=Passing(milestones.meet, milestones.passed, milestones.met),
    )
    games = Games(keeper.states, record, hub.since, milestones)
    tails: Tails | None = None
    if node:
        tails = wiring_record.tails(reactor, settings, _here(record, hub, keeper))
    return Engine(record, commits, faults, hub, pump, keeper, games, milestones, tails, edge)


def _here(record: IEventLog, hub: Hub, keeper: Scorekeeper) -> Here:
    states = keeper.states
    return Here(
        look=keeper.look,
        reach=lambda game: states[game].seq if game in states else 0,
        all=record.games,
        metas=lambda: [state.meta for state in states.values()],
        followed=lambda: Followed(hub.followed, hub.is_roamed),
    )


def _entries(reactor: Any, settings: Settings, engine: Engine) -> Entries:
    keeper, feeds = engine.keeper, Feeds(settings.feeds)
    intake = Intake(
        admits=feeds.admits,
        whose=feeds.whose,
        may_write=feeds.may_write,
        put_meta=keeper.put_meta,
        submit=keeper.submit,
        sports=SPORTS,
        pace=wiring.pace(reactor, settings.feeds, keeper.tally),
    )
    limits = Limits(body=settings.http.max_body_bytes, batch=settings.http.max_batch)
    people = wiring.principals(settings)
    officials = Officials(people.whose, people.may_write, keeper.command)
    sources = wiring.sources(reactor, settings, keeper)
    return Entries(intake, limits, people, officials, Leases(keeper.closed), sources)


def _calls(reactor: Any, engine: Engine, entries: Entries) -> dict[str, Procedure]:
    """Every procedure that a session may call, by its URI."""
    keeper, games, intake = engine.keeper, engine.games, entries.intake
    room = FeedRoom(keeper.feed_status, keeper.choose, keeper.submit, intake.may_write)

    def now_ms() -> int:
        return int(reactor.seconds() * 1e3)

    holds = Holds(keeper.held, keeper.rule, entries.people.may_write, now_ms)
    calls = {
        **procedures(games, intake, entries.limits.batch),
        **history_procedures(engine.hub, games),
        **scorer_procedures(entries.officials, games),
        **feed_procedures(room, games, entries.leases),
        **quarantine_procedures(holds, games),
        **operator_procedures(entries.sources),
        **claim_procedures(keeper.claims, games),
    }
    if engine.tails is not None:
        calls = nearby(calls, engine.tails.near, engine.tails.meet)
    return calls if engine.edge is None else engine.edge.refusing(calls)


def _exits(
    reactor: Any,
    settings: Settings,
    engine: Engine,
    calls: dict[str, Procedure],
    entries: Entries,
) -> Exits:
    hub, games, wires = engine.hub, engine.games, Wires(envelope)
    rejected: Rejected = Counter()
    people, leases = entries.people, entries.leases
    shared = wiring.Shared(
        calls, missed(games), people.authenticate, leases.left, rejected, engine.edge
    )
    realm = wiring.realm(hub, settings, shared)
    sockets = wiring.sockets(reactor, realm, settings, wires)
    events = wiring.events(hub, sockets, settings, games, wires)
    crowd = wiring.crowd(settings.limits, rejected)
    return Exits(realm, sockets, events, Counter[str](), crowd)


def _watched(engine: Engine, exits: Exits, health: Health, stall: LoopStall) -> Watched:
    return Watched(
        health=health,
        keeper=engine.keeper,
        hub=engine.hub,
        realm=exits.realm,
        sockets=exits.sockets,
        events=exits.events,
        games=engine.games,
        stall=stall,
        record=engine.record,
        commits=engine.commits,
        refused=exits.refused,
        crowd=exits.crowd,
        tails=engine.tails,
        past=engine.past,
    )


def _library(reactor: Any, engine: Engine) -> Library:
    games = engine.games
    changes = Changes(games.all, engine.hub.newest_in, secrets.token_hex(4))
    return Library(games, changes, lambda: int(reactor.seconds() * 1e3))


def _root(
    reactor: Any,
    settings: Settings,
    engine: Engine,
    entries: Entries,
    exits: Exits,
    health: Health,
    alive: Callable[[], dict[str, Any]],
) -> Root:
    return Root(
        library=_library(reactor, engine),
        intake=entries.intake,
        limits=entries.limits,
        websocket=SocketResource(exits.sockets),
        health=alive,
        events=Events(exits.events),
        officials=entries.officials,
        readiness=lambda: health.readiness,
        once=wiring.once(reactor, settings.http),
        page=wiring.page(),
        near=None if engine.tails is None else engine.tails.near,
        meet=None if engine.tails is None else engine.tails.meet,
        edge=engine.edge,
        standing=lambda: wiring_record.standing(reactor, engine.record),
    )


def _fatal(reactor: Any) -> Callable[[str], None]:
    """Says why on stderr, stops the reactor in order, and exits with 1."""

    def fatal(why: str) -> None:
        print(f"scoreboard: {why}", file=sys.stderr, flush=True)  # noqa: T201
        # twistd exits with 0 after an orderly stop; a server that could not start must not.
        reactor.addSystemEventTrigger("after", "shutdown", os._exit, 1)
        # It may be so early that the reactor does not run yet.
        reactor.callWhenRunning(reactor.stop)

    return fatal
