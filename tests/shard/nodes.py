"""Several nodes in one process: one log, one bus, a keeper, a hub and tails for each."""

from __future__ import annotations

from functools import partial

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock

from scoreboard.codec.shape_message import write_message
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.interface import LogUnavailable
from scoreboard.log.memory import MemoryLog
from scoreboard.model.message import Message
from scoreboard.shard.memory import Bus, MemoryRelay
from scoreboard.shard.tails import Here, Tails
from scoreboard.shard.wants import Followed
from tests.support.deferreds import result, started
from tests.support.games import SOURCE, WHENEVER, meta

GAME = meta().game_id


def _raise(fault):
    raise fault


class SharedLog(MemoryLog):
    """
    A log in memory which tells a bus of what was written.

    Attributes:
        held: answers that wait until the test fires them; None: nothing waits.
        is_away: whether it cannot be asked which games there are.
    """

    def __init__(self, bus):
        super().__init__(lambda: 7)
        self.bus = bus
        self.reads = 0
        self.held = None
        self.is_away = False
        self.start()

    def games(self):
        return fail(LogUnavailable("away")) if self.is_away else super().games()

    def read(self, game, since, limit):
        self.reads += 1
        return self._late(super().read(game, since, limit))

    def _late(self, answered):
        """The answer, which may be on its way for a while."""
        if self.held is None:
            return answered
        late = Deferred()
        self.held.append(lambda: answered.chainDeferred(late))
        return late

    def append(self, game, expected_seq, entries):
        def tell(position):
            self.bus.tell(game, position.seq, is_new=not expected_seq)
            return position

        return self._late(super().append(game, expected_seq, entries).addCallback(tell))


@attrs.define(slots=False)
class Node:
    name: str
    log: SharedLog
    clock: Clock
    told: list = attrs.field(factory=list)

    def __attrs_post_init__(self):
        self.hub = Hub(RingLimits(), _raise, changed=lambda: self.tails.interest())
        self.keeper = Scorekeeper(
            self.clock, self.log, self.publish, lifted=WHENEVER, node=self.name
        )
        states = self.keeper.states
        here = Here(
            look=self.keeper.look,
            reach=lambda game: states[game].seq if game in states else 0,
            all=self.log.games,
            metas=lambda: [state.meta for state in states.values()],
            followed=lambda: Followed(self.hub.followed, self.hub.is_roamed),
        )
        self.tails = Tails(self.clock, partial(MemoryRelay, self.log.bus), here)
        self.relay = self.tails._relay
        result(started(self.keeper.load()))
        result(started(self.tails.start()))

    def publish(self, publications):
        self.told.extend(publications)
        self.hub.publish(publications)
        self.hub.flush()

    def create(self, about=None):
        return result(started(self.keeper.put_meta(SOURCE, about or meta())))

    def send(self, *reports, about=None, source=SOURCE):
        about = about or meta()
        raws = [write_message(Message(report), about) for report in reports]
        return result(started(self.keeper.submit(source, about.game_id, raws)))

    def state(self, game=GAME):
        return self.keeper.states[game]

    def near(self, *games):
        return result(started(self.tails.near(games)))

    def stop(self):
        result(started(self.tails.stop()))


@attrs.define(slots=False)
class Cluster:
    """`nodes` by name; all of them on one clock."""

    clock: Clock = attrs.field(factory=Clock)
    nodes: dict = attrs.field(factory=dict)

    def __attrs_post_init__(self):
        self.log = SharedLog(Bus())

    def __getitem__(self, name):
        if name not in self.nodes:
            self.nodes[name] = Node(name, self.log, self.clock)
        return self.nodes[name]

    def pass_time(self, seconds=0.0):
        self.clock.advance(seconds)
