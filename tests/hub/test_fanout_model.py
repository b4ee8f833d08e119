"""Whatever members, publishers and the log do, everyone gets what a naive model says."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from tests.hub.fakes import FakeMember, TextWire, published
from tests.hub.world import MEMBERS, PATTERNS, SUBJECTS, Terms, World, tighten

_members = st.integers(0, MEMBERS - 1)
_subjects = st.lists(st.sampled_from(list(SUBJECTS)), min_size=1, max_size=6)


class Fanout(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._tight = tighten()

    def teardown(self) -> None:
        self._tight.undo()

    @initialize(
        ring=st.sampled_from([3, 12, 1_000]),
        marks=st.sampled_from([0, 5, 10_000]),
        write_bytes=st.sampled_from([1, 12, 65_536]),
        page=st.sampled_from([1, 4, 100]),
    )
    def begin(self, ring: int, marks: int, write_bytes: int, page: int) -> None:
        self.world = World(Terms(ring, marks, write_bytes, page))

    @rule(subjects=_subjects)
    def publish(self, subjects: list) -> None:
        self.world.publish(subjects)

    @rule(which=_members, pattern=st.sampled_from(PATTERNS))
    def subscribe(self, which: int, pattern: tuple) -> None:
        self.world.subscribe(which, pattern)

    @rule(which=_members, choice=st.integers(0, 20))
    def unsubscribe(self, which: int, choice: int) -> None:
        self.world.unsubscribe(which, choice)

    @rule(which=_members, patience=st.integers(0, 2))
    def tire(self, which: int, patience: int) -> None:
        """After so many writes the member can take no more."""
        self.world.tire(which, patience)

    @rule(which=_members)
    def recover(self, which: int) -> None:
        self.world.recover(which)

    @rule(which=_members)
    def answer(self, which: int) -> None:
        self.world.answer(which)

    @rule(which=_members)
    def replace(self, which: int) -> None:
        self.world.replace(which)

    @rule(batches=st.integers(1, 3))
    def slice(self, batches: int) -> None:
        self.world.slice(batches)

    @rule()
    def flush(self) -> None:
        self.world.flush()

    @rule()
    def catch_up(self) -> None:
        self.world.catch_up()

    @rule()
    def abandon(self) -> None:
        self.world.abandon()

    @rule(ms=st.sampled_from([1, 5_000, 16_000, 61_000]))
    def pass_time(self, ms: int) -> None:
        self.world.pass_time(ms)

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @rule()
    def everybody_recovers(self) -> None:
        self.world.everybody_recovers()

    @invariant()
    def everything_is_in_order(self) -> None:
        if hasattr(self, "world"):
            self.world.check()


TestFanout = Fanout.TestCase
TestFanout.settings = settings(max_examples=150, stateful_step_count=50, deadline=None)


@given(st.lists(st.integers(1, 4), min_size=1, max_size=60))
@settings(max_examples=50, deadline=None)
def test_followers_who_keep_up_are_never_passed_by_a_ring_however_small(bursts):
    hub = Hub(RingLimits(2), lambda fault: None)
    member = FakeMember(TextWire())
    hub.subscribe(member, *PATTERNS[0])
    topic, _ = next(iter(SUBJECTS))
    seq = 0
    for burst in bursts:
        hub.publish([published(topic, seq + i) for i in range(1, burst + 1)])
        seq += burst
        hub.flush()
    assert list(range(1, seq + 1)) == member.seqs
