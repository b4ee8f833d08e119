"""
What an event costs, stage by stage: `scripts/costs --help`.

Processor time of this process, not time by the clock, so that other work on the machine
matters little. The ingest path is the real one from the bytes of a feed's read to the bytes
of the answers, the fan-out path from publications to the bytes that 2,000 sessions are given;
there are no sockets.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock

from scoreboard.codec.answer import write_answer
from scoreboard.codec.cbor import encode_entry
from scoreboard.codec.digest import digest_message
from scoreboard.codec.reports import read_message
from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.feeds import Intake
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.pace import ANY
from scoreboard.gateway.procedures import FEED, procedures
from scoreboard.gateway.queries import Games
from scoreboard.gateway.realm import Principal, Realm
from scoreboard.gateway.serializers import JSON
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.wamp import make_factory
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import Posted, RingLimits
from scoreboard.hub.subscription import Policy
from scoreboard.ingest.intake import decide
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.log.sqlite import SqliteLog
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Message
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState
from scoreboard.rules.case import Case
from scoreboard.rules.catalogue import judge
from scoreboard.tools.load_plan import Group, Plan, four, game_ids, topics
from scoreboard.tools.load_senders import Script
from scoreboard.tools.load_words import Words
from tests.gateway.node import shot
from tests.support.games import meta

SOURCE = SourceId("load")

#: Games, and calls that are read at a time: eight lines with sixteen calls each.
GAMES, TOGETHER, LINES = 100, 128, 8

#: A feed says here in a moment what it says in minutes.
SETTINGS = SocketSettings(ticket_messages=ANY)

Costs = dict[str, float]


class _Quiet:
    """A transport that takes everything."""

    bufferSize = 0
    octets = writes = 0

    def write(self, data: bytes) -> None:
        self.octets += len(data)
        self.writes += 1

    def registerProducer(self, producer: object, streaming: bool) -> None:
        del producer, streaming

    def abortConnection(self) -> None:
        raise AssertionError("the connection was aborted")


class _Calls:
    """A reactor of nothing but calls from threads."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def callFromThread(self, call: Callable[..., object], *args: Any) -> None:
        self._calls.put(lambda: call(*args))

    def work(self, until: Callable[[], bool]) -> None:
        """Make the calls that come until `until`."""
        while not until():
            try:
                self._calls.get(timeout=10)()
            except Empty:
                raise AssertionError("nothing comes any more") from None


def about(game: str) -> GameMeta:
    """A game of its own."""
    return attrs.evolve(meta(), game_id=GameId(game))


def reports(kind: str, games: Sequence[str], events: int) -> list[tuple[str, dict[str, Any]]]:
    """What a feed says: game and message, the games in turn."""
    script = Script()
    found = []
    for number in range(events):
        game = games[number % len(games)]
        seq = 3 + number // len(games)
        if kind == "score":
            found.append((game, script.message(game, seq, is_tick=False)))
        else:
            said = write_message(Message(shot(seq), source_seq=seq), about(game))
            found.append((game, said))
    return found


def _cpu(act: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    began = time.process_time()
    act()
    spent = time.process_time() - began
    gc.enable()
    return spent


class _Node:
    """The server without a reactor, its games begun."""

    def __init__(self, folder: str | None, games: Sequence[str], *, publishes: bool) -> None:
        self.calls = _Calls()
        if folder is None:
            self.log: Any = MemoryLog(lambda: 1)
            self.log.start()
        else:
            self.log = SqliteLog(self.calls, Path(folder) / "costs.sqlite", lambda: 1)  # type: ignore[arg-type]
            done: list[object] = []
            self.log.start().addCallback(done.append)
            self.calls.work(lambda: bool(done))
        self.clock = Clock()
        self.clock.advance(1.8e9)
        self.hub = Hub(RingLimits(), _raise)
        publish = self.hub.publish if publishes else lambda _: None
        self.keeper = Scorekeeper(self.clock, self.log, publish)
        for game in games:
            self._wait(self.keeper.put_meta(SOURCE, about(game)))
            start = {"type": "status", "status": "in_progress", "source_seq": 1}
            self._wait(self.keeper.submit(SOURCE, GameId(game), [start]))

    def _wait(self, coroutine: Any) -> None:
        done: list[object] = []
        Deferred.fromCoroutine(coroutine).addCallback(done.append)
        self.calls.work(lambda: bool(done))

    def channels(self) -> list[tuple[Any, _Quiet]]:
        """A feed's lines."""
        intake = Intake(
            admits=lambda source, _: SourceId(source),
            whose=lambda _: None,
            may_write=lambda _source, _league: True,
            put_meta=self.keeper.put_meta,
            submit=self.keeper.submit,
            sports={},
        )
        games = Games(self.keeper.states, self.log, self.hub.since)
        realm = Realm(
            self.hub,
            procedures(games, intake, 1000),
            lambda name, _ticket: Principal(name, FEED),
        )
        factory = make_factory(self.clock, realm, Wires(envelope), SETTINGS, _raise)
        return [_opened(factory) for _ in range(LINES)]


def _raise(fault: Exception) -> None:
    raise fault


def _opened(factory: Any) -> tuple[Any, _Quiet]:
    words, quiet = Words("json"), _Quiet()
    channel = factory.buildProtocol()
    channel.makeConnection(quiet)
    channel.dataReceived(words.handshake("127.0.0.1", 80, "/ws"))
    channel.dataReceived(words.feed_hello(SOURCE))
    channel.dataReceived(words.ticket("any"))
    return channel, quiet


def ingest(kind: str, events: int, folder: str | None) -> Costs:
    """The whole way from a read to the answers."""
    games = game_ids(four(1), GAMES)
    node = _Node(folder, games, publishes=True)
    lines, words = node.channels(), Words("json")
    said = [
        words.submit(number + 1, game, [message])
        for number, (game, message) in enumerate(reports(kind, games, events))
    ]
    size = TOGETHER // LINES
    reads = [b"".join(said[at : at + size]) for at in range(0, len(said), size)]

    def act() -> None:
        for at in range(0, len(reads), LINES):
            for (channel, _), read in zip(lines, reads[at : at + LINES], strict=False):
                channel.dataReceived(read)
            node.calls.work(lambda: not getattr(node.log, "waiting", 0))

    before = sum(quiet.octets for _, quiet in lines)
    spent = _cpu(act)
    answered = sum(quiet.octets for _, quiet in lines) - before
    assert answered > 50 * events, "not all was answered"
    if folder is not None:
        gone: list[object] = []
        node.log.close().addCallback(gone.append)
        node.calls.work(lambda: bool(gone))
    return {f"ingest, {kind}, {'memory' if folder is None else 'sqlite'} log": spent / events * 1e6}


def stages(kind: str, events: int) -> Costs:
    """Each stage of the ingest path by itself, on the same events."""
    games = game_ids(four(1), GAMES)
    node = _Node(None, games, publishes=False)
    states: dict[str, GameState] = {game: node.keeper.states[GameId(game)] for game in games}
    said = reports(kind, games, events)
    texts = [JSON.dumps(message) for _, message in said]
    now_ms = 1_800_000_000_000
    before: list[GameState] = []
    decisions: list[Any] = []
    received = []
    for game, message in said:
        state = states[game]
        one = read_message(message, state.meta)
        decision = decide(state, one, SOURCE, now_ms)
        assert decision.entry is not None, decision
        states[game], _ = step(state, decision.entry, state.epoch)
        before.append(state)
        decisions.append(decision)
        received.append(one)
    pairs = list(zip(before, decisions, strict=True))
    cases = [(s, r, digest_message(r.message)) for s, r in zip(before, received, strict=True)]
    published = [step(s, d.entry, s.epoch)[1] for s, d in pairs]
    own = [p for several in published for p in several if p.kind == kind]
    unwritten = [Posted(p, p.topic, 1, None) for p in own]
    wire = Wires(envelope).wire("wamp.2.json", b"")
    hub = Hub(RingLimits(), _raise)
    subscription = hub.tree.add("scoreboard.v1.game.g000100000.score", Policy.EXACT)
    acts: dict[str, Callable[[], object]] = {
        "decode JSON": lambda: [JSON.loads(text) for text in texts],
        "read the message": lambda: [
            read_message(m, s.meta) for (_, m), s in zip(said, before, strict=True)
        ],
        "digest": lambda: [digest_message(r.message) for r in received],
        "judge": lambda: [
            judge(Case(s, r.message, SOURCE, digest, now_ms)) for s, r, digest in cases
        ],
        "decide (digest and judge included)": lambda: [
            decide(s, r, SOURCE, now_ms) for s, r, _ in cases
        ],
        "fold and publications": lambda: [step(s, d.entry, s.epoch) for s, d in pairs],
        "entry to CBOR": lambda: [encode_entry(d.entry) for d in decisions],
        "answer to JSON": lambda: [
            wire.message([50, 1, {}, [], {"answers": [write_answer(d.answer)]}]) for d in decisions
        ],
        "into the rings": lambda: [hub.publish(several) for several in published],
        "envelope to frame": lambda: [wire.event(one, (subscription,)) for one in unwritten],
    }
    return {f"stage, {kind}, {name}": _cpu(act) / events * 1e6 for name, act in acts.items()}


class _Follower:
    """A session that takes everything."""

    writable = True

    def __init__(self, wire: Any) -> None:
        self.wire = wire
        self.octets = self.writes = 0

    def deliver(self, data: bytes) -> None:
        self.octets += len(data)
        self.writes += 1

    def close(self, code: int, reason: str) -> None:
        raise AssertionError(f"closed: {code} {reason}")


def fanout(events: int, together: int) -> Costs:
    """2,000 sessions that follow 8 of 100 games; `together`: events between two flushes."""
    games = game_ids(four(1), GAMES)
    node = _Node(None, games, publishes=False)
    wire = Wires(envelope).wire("wamp.2.json", b"")
    hub = Hub(RingLimits(), _raise)
    group = Group("games", 2000, tuple(range(GAMES)), follows=8)
    plan = Plan("127.0.0.1", 0, games, (group,))
    followers = []
    for member in plan.members(0):
        follower = _Follower(wire)
        for topic, _ in topics(group, tuple(games[place] for place in member.games)):
            hub.subscribe(follower, topic, Policy.EXACT)
        followers.append(follower)
    states = {game: node.keeper.states[GameId(game)] for game in games}
    published = []
    for game, message in reports("score", games, events):
        state = states[game]
        decision = decide(state, read_message(message, state.meta), SOURCE, 1)
        assert decision.entry is not None
        states[game], several = step(state, decision.entry, state.epoch)
        published.append(several)

    def act() -> None:
        for at in range(0, events, together):
            for several in published[at : at + together]:
                hub.publish(several)
            hub.flush()

    spent = _cpu(act)
    writes = sum(f.writes for f in followers)
    owed = plan.followers()
    due = sum(owed[number % GAMES] for number in range(events))
    assert hub.tally.events == due, hub.tally
    return {
        f"fan-out of {together} at a time, an event": spent / events * 1e6,
        f"fan-out of {together} at a time, a write": spent / writes * 1e6,
    }


def measure(events: int) -> Costs:
    """Everything, in microseconds."""
    found: Costs = {}
    for kind in ("score", "play"):
        found |= stages(kind, events)
        found |= ingest(kind, events, None)
        with tempfile.TemporaryDirectory() as folder:
            found |= ingest(kind, events, folder)
    for together in (16, 256, 1024):
        found |= fanout(min(events, 4 * max(together, 256)), together)
    return found


def main(argv: Sequence[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="scripts/costs", description="Processor time of an event, us, stage by stage."
    )
    parser.add_argument("--events", type=int, default=12_800, help="of each kind")
    parser.add_argument("--save", metavar="FILE", help="write the figures there (JSON)")
    parser.add_argument("--against", metavar="FILE", help="show the ratio to figures saved before")
    asked = parser.parse_args(argv)
    before = json.loads(Path(asked.against).read_text()) if asked.against else {}
    found = measure(asked.events)
    for name, us in found.items():
        then = f"{before[name]:10.1f} {before[name] / us:6.2f}x" if name in before else ""
        print(f"{name:55}{us:10.1f}{then}")  # noqa: T201
    if asked.save:
        Path(asked.save).write_text(json.dumps(found, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
