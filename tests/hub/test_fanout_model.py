"""
Whatever members and publishers do, everyone gets what a naive model says.

The model keeps, for each member, the list of what it must get: at each publication, one
entry per subscription that matches, by subscription id. It knows no rings, cohorts,
positions or flushes.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from scoreboard.hub.fanout import LAGGING
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.subscription import matches
from tests.hub.fakes import (
    EXACT,
    GAME,
    OTHER_GAME,
    PREFIX,
    TEAM,
    WILDCARD,
    FakeMember,
    TextWire,
    published,
)

TOPICS = (
    f"game.{GAME}.score",
    f"game.{GAME}.play",
    f"game.{OTHER_GAME}.score",
    "league.nba_.slate",
    f"team.{TEAM}.alert",
)
PATTERNS = (
    *((f"scoreboard.v1.{topic}", EXACT) for topic in TOPICS),
    (f"scoreboard.v1.game.{GAME}", PREFIX),
    ("scoreboard.v1.game.g", PREFIX),
    ("scoreboard.v1", PREFIX),
    ("scoreboard.v1.league.nba_.", PREFIX),
    ("scoreboard.v1.game..score", WILDCARD),
    (f"scoreboard.v1.game.{GAME}.", WILDCARD),
    ("....", WILDCARD),
)
WIRES = (TextWire("a"), TextWire("b"))

_members = st.integers(0, 5)


class Follower:
    """A member, and what it must get."""

    def __init__(self, wire: TextWire) -> None:
        self.member = FakeMember(wire)
        self.subscriptions: dict[int, tuple] = {}
        self.due: list[tuple[int, int]] = []
        self.was_tired = False


class Fanout(RuleBasedStateMachine):
    @initialize(ring=st.sampled_from([3, 1_000]), write_bytes=st.sampled_from([1, 12, 65_536]))
    def begin(self, ring: int, write_bytes: int) -> None:
        self.faults: list[Exception] = []
        self.hub = Hub(RingLimits(ring), self.faults.append, write_bytes=write_bytes)
        self.forgetful = ring < 1_000
        self.cut = write_bytes < 1_000
        self.followers = [Follower(WIRES[i % 2]) for i in range(6)]
        self.seq = 0

    @rule(topics=st.lists(st.sampled_from(TOPICS), min_size=1, max_size=6))
    def publish(self, topics: list[str]) -> None:
        batch = []
        for topic in topics:
            self.seq += 1
            batch.append(published(topic, self.seq))
            for follower in self.followers:
                follower.due += [
                    (number, self.seq)
                    for number, (uri, policy) in sorted(follower.subscriptions.items())
                    if matches(uri, policy, f"scoreboard.v1.{topic}")
                ]
        self.hub.publish(batch)

    @rule(which=_members, pattern=st.sampled_from(PATTERNS))
    def subscribe(self, which: int, pattern: tuple) -> None:
        follower = self.followers[which]
        if follower.member.closed:
            return
        is_new = pattern not in follower.subscriptions.values()
        subscription = self.hub.subscribe(follower.member, *pattern)
        if subscription is None:
            assert follower.member.closed
            return
        follower.subscriptions[subscription.id] = pattern
        if is_new:
            assert follower.due == follower.member.received

    @rule(which=_members, data=st.data())
    def unsubscribe(self, which: int, data: st.DataObject) -> None:
        follower = self.followers[which]
        if follower.member.closed or not follower.subscriptions:
            return
        number = data.draw(st.sampled_from(sorted(follower.subscriptions)))
        if self.hub.unsubscribe(follower.member, number):
            del follower.subscriptions[number]
            assert follower.due == follower.member.received
        else:
            assert follower.member.closed

    @rule(which=_members, patience=st.integers(0, 2))
    def tire(self, which: int, patience: int) -> None:
        """After so many writes the member can take no more."""
        follower = self.followers[which]
        follower.was_tired = True
        member = follower.member
        member.patience = patience
        member.writable = patience > 0

    @rule(which=_members)
    def recover(self, which: int) -> None:
        member = self.followers[which].member
        member.patience, member.writable = None, True
        self.hub.resume(member)

    @rule(which=_members)
    def answer(self, which: int) -> None:
        follower = self.followers[which]
        self.hub.flush_member(follower.member)
        if not follower.member.closed:
            assert follower.due == follower.member.received

    @rule(which=_members)
    def replace(self, which: int) -> None:
        old = self.followers[which]
        self.hub.leave(old.member)
        self.followers[which] = Follower(old.member.wire)

    @rule()
    def flush(self) -> None:
        before = [len(follower.member.writes) for follower in self.followers]
        self.hub.flush()
        for follower, writes in zip(self.followers, before, strict=True):
            member = follower.member
            if member.patience is None and not member.closed:
                assert follower.due == member.received
            if not self.cut:
                assert len(member.writes) - writes <= 1

    @invariant()
    def nobody_gets_anything_else(self) -> None:
        for follower in self.followers:
            received = follower.member.received
            assert follower.due[: len(received)] == received

    @invariant()
    def only_who_was_slow_falls_behind(self) -> None:
        for follower in self.followers:
            closed = follower.member.closed
            if closed:
                assert closed[0] == LAGGING
                assert self.forgetful
                assert follower.was_tired
        assert self.faults == []

    @precondition(lambda self: not self.forgetful)
    @rule()
    def everybody_recovers(self) -> None:
        for which in range(len(self.followers)):
            self.recover(which)
        self.hub.flush()
        for follower in self.followers:
            assert follower.due == follower.member.received


TestFanout = Fanout.TestCase
TestFanout.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_followers_who_keep_up_are_never_passed_by_a_ring_however_small(bursts):
    hub = Hub(RingLimits(2), lambda fault: None)
    member = FakeMember(WIRES[0])
    hub.subscribe(member, *PATTERNS[0])
    seq = 0
    for burst in bursts:
        hub.publish([published(TOPICS[0], seq + i) for i in range(1, burst + 1)])
        seq += burst
        hub.flush()
    assert list(range(1, seq + 1)) == member.seqs
