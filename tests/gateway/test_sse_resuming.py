"""
Followers of event streams are cut anywhere and come back: nothing is lost, nothing twice.

A driver with a seed has several games go on, writes in slices, lets connections run full,
and cuts them after any byte. What a follower has pieced together is held against what was
published.
"""

from __future__ import annotations

import random

import attrs
import pytest

from scoreboard.gateway.sse import EventSettings
from scoreboard.projection.kinds import ORDER
from tests.gateway.node import shot
from tests.gateway.sse_street import Follower, Street, game
from tests.gateway.test_sse_wire import Event, Reader

GAMES = [game(number) for number in range(1, 4)]
NAMES = [about.game_id for about in GAMES]
CRITICAL = {"play", "score", "status", "correction", "shot", "lineup"}

QUERIES = (
    {"game": NAMES[0]},
    {"game": NAMES[0], "kinds": "play,score"},
    {"game": ",".join(NAMES)},
    {"game": ",".join(NAMES), "kinds": "score,clock"},
    {"game": NAMES[1], "league": "nba_"},
    {"league": "nba_"},
    {"game": ",".join(NAMES[:2]), "league": "nba_", "kinds": "slate,play"},
)


@attrs.define
class Books:
    """
    What one follower has of each game.

    Attributes:
        base: game -> `seq` of its last snapshot.
        seen: game -> (seq, place of the kind) of all events behind that, in order.
    """

    base: dict[str, int] = attrs.field(factory=dict)
    seen: dict[str, list[tuple[int, int]]] = attrs.field(factory=dict)
    slates: dict[str, int] = attrs.field(factory=dict)
    snapshots: int = 0

    def take(self, event: Event) -> None:
        name, seq = event.data.get("game_id"), event.data.get("seq")
        if event.kind == "snapshot":
            self.base[name], self.seen[name] = seq, []
            self.snapshots += 1
        elif event.kind == "slate":
            self.slates[name] = max(seq, self.slates.get(name, 0))
        elif event.kind != "goodbye":
            place = (seq, ORDER.index(event.kind))
            before = self.seen[name][-1] if self.seen[name] else (self.base[name], len(ORDER))
            assert place > before, f"{event.kind} {seq} of {name} comes late or again"
            self.seen[name].append(place)

    def check(self, query: dict[str, str], street: Street) -> None:
        """All that is owed has come."""
        kinds = set(filter(None, query.get("kinds", "").split(","))) or set(ORDER)
        games = query.get("game", "").split(",")
        for name in filter(None, games):
            due = [
                (p.seq, ORDER.index(p.kind))
                for p in street.node.told
                if p.stream == f"game.{name}" and p.kind in kinds and p.seq > self.base[name]
            ]
            critical = {ORDER.index(kind) for kind in CRITICAL}
            assert [p for p in self.seen[name] if p[1] in critical] == [
                p for p in due if p[1] in critical
            ]
            assert set(self.seen[name]) <= set(due)
            newest = {kind: seq for seq, kind in due}
            assert {kind: seq for seq, kind in self.seen[name]} == newest
        if "league" in query:
            lines = [p for p in street.node.told if p.topic.endswith("league.nba_.slate")]
            assert self.slates == {p.game_id: p.seq for p in lines}


class Chaos:
    """One run."""

    def __init__(self, seed: int, ring: int, query: dict[str, str]) -> None:
        self.random = random.Random(seed)
        self.query = query
        self.street = Street(ring, EventSettings(write_buffer_bytes=2_000))
        self.street.node.pending = True
        self.numbers = dict.fromkeys(NAMES, 0)
        self.books, self.reader = Books(), Reader()
        for about in GAMES:
            self.publish(about)
        self.follower = self.connect()
        # One who is never cut, and shares what the other is sent.
        self.calm, self.calm_books = self.street.follow(**query), Books()
        self.cuts = 0

    def publish(self, about=None) -> None:
        about = about or self.random.choice(GAMES)
        for _ in range(self.random.choice((1, 1, 2, 5))):
            self.numbers[about.game_id] += 1
            self.street.node.clock.advance(0.01)
            self.street.node.send(shot(self.numbers[about.game_id]), about=about)

    def connect(self) -> Follower:
        room = self.random.choice((None, None, 100, 3_000))
        return self.street.follow(self.reader, room, **self.query)

    def hear(self, data: bytes) -> None:
        for event in self.follower.heard(data):
            self.books.take(event)

    def cut(self) -> None:
        """The connection breaks: only a part of what was written arrives."""
        data = self.follower.wire.took()
        self.hear(data[: self.random.randint(0, len(data))])
        self.follower.wire.lose()
        self.reader.lost()
        for _ in range(self.random.choice((0, 1, 4))):
            self.publish()
            self.turn()
        self.follower = self.connect()
        self.cuts += 1

    def turn(self) -> None:
        """Some of what there is to write is written."""
        times = iter([0.0] * self.random.randint(0, 4))
        self.street.node.hub.turn(lambda: next(times, 2.0), 1.0)

    def step(self) -> None:
        if self.follower.wire.ended:  # too far behind for so short a ring
            self.cut()
        step = self.random.choice(("publish", "publish", "turn", "turn", "hear", "open", "cut"))
        if step == "hear":
            self.hear(self.follower.wire.took())
        elif step == "open":
            self.follower.wire.open(self.random.choice((None, 500)))
        else:
            getattr(self, step)()

    def end(self) -> None:
        hub = self.street.node.hub
        hub.flush()
        self.follower.wire.open(None)
        if self.follower.wire.ended or hub.needs():  # further behind than so short a ring
            self.cut()
            hub.flush()
            self.follower.wire.open(None)
        self.hear(self.follower.wire.took())
        for event in self.calm.heard():
            self.calm_books.take(event)
        for books in (self.books, self.calm_books):
            books.check(self.query, self.street)


@pytest.mark.parametrize("ring", [4_096, 12])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: "&".join(query))
def test_nothing_is_lost_or_comes_twice_wherever_a_stream_is_cut(query, ring):
    cuts = 0
    for seed in range(6):
        chaos = Chaos(seed, ring, query)
        try:
            for _ in range(60):
                chaos.step()
            chaos.end()
        except BaseException as fault:
            fault.add_note(f"seed {seed}")
            raise
        cuts += chaos.cuts
    assert cuts > 15


def test_a_stream_may_be_cut_behind_every_event():
    street = Street()
    for about in GAMES:
        street.node.send(shot(1), about=about)
    query = QUERIES[2]
    whole = street.follow(**query)
    whole.heard()
    street.node.pending = True
    for number in range(2, 6):
        for about in GAMES:
            street.node.send(shot(number), about=about)
    street.node.hub.flush()
    events = whole.heard()
    assert len(events) > 20
    critical = [(e.data["game_id"], e.data["seq"], e.kind) for e in events if e.kind in CRITICAL]
    for at in range(len(events)):
        reader = Reader(last_id=events[at].last_id)
        rest = street.follow(reader, **query).heard()
        found = [*events[: at + 1], *rest]
        told = [(e.data["game_id"], e.data["seq"], e.kind) for e in found if e.kind in CRITICAL]
        assert told == critical


def test_after_a_restart_one_game_goes_on_and_several_begin_anew():
    street = Street()
    followers = {}
    for at in (0, 2):
        street.node.send(shot(1), about=GAMES[0])
        street.node.send(shot(1), about=GAMES[1])
        street.node.send(shot(1), about=GAMES[2])
        followers[at] = street.follow(**QUERIES[at])
        followers[at].heard()
    street.node.send(shot(2), about=GAMES[0])
    for follower in followers.values():
        follower.heard()
    later = Street(incarnation="b")
    for number in (1, 2, 3):
        for about in GAMES:
            later.node.send(shot(number), about=about)
    assert {e.data["seq"] for e in later.follow(followers[0].reader, **QUERIES[0]).heard()} == {4}
    again = later.follow(followers[2].reader, **QUERIES[2]).heard()
    assert [event.kind for event in again] == ["snapshot"] * 3
