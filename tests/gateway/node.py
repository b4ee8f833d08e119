"""A node without sockets: log, scorekeeper, hub, games; and long games for it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from twisted.internet.task import Clock

from scoreboard.codec.shape_message import write_message
from scoreboard.gateway.queries import Games
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.game_record import Passing
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.model.delivery import Publication
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import PersonId
from scoreboard.model.message import Message, PlayReport
from scoreboard.model.play import Participant, Place, ShotFacts
from scoreboard.past.milestones import Milestones
from tests.support.deferreds import result, started
from tests.support.games import EPOCH, SOURCE, WHENEVER, basket, meta

GAME = meta().game_id
STREAM = f"game.{GAME}"


def shot(number: int) -> PlayReport:
    """A made shot as a good feed tells it: who, where, in words."""
    plain = basket(
        str(number), 2 + number % 2, order=number * 1024, clock_ms=720_000 - number * 100
    )
    facts = attrs.evolve(
        plain.facts,
        text=f"J. Brown makes a {number % 30}-foot jump shot (A. Horford assists)",
        participants=(
            Participant("shooter", PersonId("x0000000001"), "J. Brown", jersey="7"),
            Participant("assist", PersonId("x0000000002"), "A. Horford", jersey="42"),
        ),
        place=Place(50.0, 40.0),
        shot=ShotFacts(2, made=True, distance_ft=12.0, zone="mid"),
    )
    return attrs.evolve(plain, facts=facts)


@attrs.define
class Reading:
    """The log, and how many entries were read from it."""

    log: MemoryLog
    entries: int = 0

    def read(self, game, since, limit):
        def count(page):
            self.entries += len(page)
            return page

        return self.log.read(game, since, limit).addCallback(count)

    def __getattr__(self, name):
        return getattr(self.log, name)


def _raise(fault):
    raise fault


class Node:
    """
    A node; what is published is flushed at once unless `pending`.

    Attributes:
        told: everything that was published.
    """

    def __init__(self, ring: int = 4_096) -> None:
        self.clock = Clock()
        memory = MemoryLog(lambda: EPOCH)
        memory.start()
        self.log = Reading(memory)
        self.hub = Hub(RingLimits(max_publications=ring), _raise)
        self.told: list[Publication] = []
        self.pending = False
        self.start("a version")

    def start(self, version: str) -> None:
        """Begin with the log alone; again, it is as after a restart with code of that version."""
        self.past = Milestones(self.log, version, lambda _: True)
        passing = Passing(self.past.meet, self.past.passed, self.past.met)
        self.keeper = Scorekeeper(
            self.clock, self.log, self.publish, lifted=WHENEVER, passing=passing
        )
        self.games = Games(self.keeper.states, self.log, self.hub.since, self.past)

    def publish(self, publications: Sequence[Publication]) -> None:
        self.told.extend(publications)
        self.hub.publish(publications)
        if not self.pending:
            self.hub.flush()

    def send(self, *reports, about: GameMeta | None = None):
        about = about or meta()
        result(started(self.keeper.put_meta(SOURCE, about)))
        raws = [write_message(Message(report), about) for report in reports]
        return result(started(self.keeper.submit(SOURCE, about.game_id, raws)))

    def play(self, first: int, last: int) -> None:
        """Shots from number `first` to `last`, a second apart."""
        for number in range(first, last + 1):
            self.clock.advance(1)
            self.send(shot(number))

    @property
    def now(self):
        return self.games.state(GAME)

    def of_the_game(self, after: int = 0) -> list[Publication]:
        """What was published in the game's own stream after the entry `after`."""
        return [p for p in self.told if p.stream == STREAM and p.seq > after]
