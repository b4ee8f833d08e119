"""Who falls off the ring is brought back from the log, exactly; or is told why not."""

from __future__ import annotations

from itertools import product

import pytest

from scoreboard.hub.cohort import Reader
from scoreboard.hub.hub import Hub
from scoreboard.hub.lagging import TRANSITIONS, Input, Need, Standing
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.standings import LAGGING
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.errors import LocalError
from tests.hub.fakes import EXACT, GAME, PREFIX, FakeMember, TextWire, published, score

SCORE = f"scoreboard.v1.game.{GAME}.score"
WHOLE_GAME = f"scoreboard.v1.game.{GAME}"
SLATE = "scoreboard.v1.league.nba_.slate"
SLOW = (LAGGING, "slow; retry_ms=1000")
LATEST = DeliveryClass.LATEST


class Now:
    """A clock."""

    ms = 0

    def __call__(self) -> int:
        return self.ms


@pytest.fixture
def now():
    return Now()


@pytest.fixture
def hub(now):
    def fails(fault):
        raise fault

    return Hub(RingLimits(4, max_marks=100), fails, now_ms=now)


def follower(hub, uri=SCORE, policy=EXACT, **options):
    member = FakeMember(TextWire(), **options)
    hub.subscribe(member, uri, policy)
    return member


def told(hub, *publications):
    for publication in publications:
        hub.publish([publication])
        hub.flush()
    return list(publications)


def stalled(hub, *uris):
    member = follower(hub, uris[0] if uris else SCORE)
    for uri in uris[1:]:
        hub.subscribe(member, uri, EXACT)
    member.writable = False
    return member


def resume(hub, member, patience=None):
    member.writable, member.patience = True, patience
    hub.resume(member)


@pytest.mark.parametrize(("standing", "happened"), product(Standing, Input))
def test_what_may_not_happen_to_a_reader_is_our_fault(standing, happened):
    reader = Reader(FakeMember(TextWire()), 1, standing)
    expected = TRANSITIONS.get((standing, happened))
    if expected is None:
        with pytest.raises(LocalError, match="may not happen"):
            reader.move(happened)
    else:
        reader.move(happened)
        assert reader.standing is expected


def test_a_member_that_fell_off_the_ring_goes_on_exactly_behind_what_it_has(hub):
    member = follower(hub)
    told(hub, score(1))
    member.writable = False
    log = told(hub, *[score(seq) for seq in range(2, 13)])
    resume(hub, member)
    assert member.seqs == [1]
    assert hub.needs() == [Need(GAME, 1, 2)]
    hub.restore(Need(GAME, 1, 2), log[:3])
    assert member.seqs == [1, 2, 3, 4]
    assert hub.needs() == [Need(GAME, 1, 5)]
    told(hub, score(13))
    assert member.seqs == [1, 2, 3, 4], "nothing else while it is brought back"
    hub.restore(Need(GAME, 1, 5), log[3:])
    assert list(range(1, 14)) == member.seqs
    assert hub.needs() == []
    assert hub.stalled == 0
    told(hub, score(14))
    assert member.seqs[-1] == 14
    assert (hub.tally.lagging, hub.tally.restored) == (2, 11)


def test_all_who_need_the_same_share_what_was_read(hub):
    wire = TextWire()
    members = [FakeMember(wire) for _ in range(3)]
    for member in members:
        hub.subscribe(member, SCORE, EXACT)
        member.writable = False
    log = told(hub, *[score(seq) for seq in range(1, 10)])
    wire.asked.clear()
    for member in members:
        resume(hub, member)
    (need,) = hub.needs()
    hub.restore(need, log)
    assert members[0].writes[-1] is members[1].writes[-1] is members[2].writes[-1]
    assert [list(range(1, 10))] * 3 == [member.seqs for member in members]
    assert list(range(1, 10)) == sorted(wire.asked)


def test_what_is_critical_is_read_for_a_game_and_states_are_those_that_are_retained(hub):
    member = stalled(hub, WHOLE_GAME + ".play", SLATE)
    state = {"delivery": LATEST, "retained": True, "key": "a"}
    told(hub, *[published("league.nba_.slate", seq, **state) for seq in range(1, 4)])
    told(hub, *[published("league.nba_.slate", seq, key=str(seq)) for seq in range(4, 9)])
    hub.unsubscribe(follower(hub), 1)
    member.wire.asked.clear()
    resume(hub, member)
    assert member.seqs == [3]
    assert hub.needs() == [Need(GAME, 1, 4)]


def test_what_the_log_has_not_got_costs_those_who_need_it(hub):
    member, other = stalled(hub), follower(hub)
    told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    (need,) = hub.needs()
    hub.abandon(Need(GAME, 1, 99))
    assert member.closed is None
    hub.restore(need, [])
    assert member.closed == SLOW
    assert list(range(1, 10)) == other.seqs
    assert hub.needs() == []
    assert hub.tally.slow == 1


def test_what_cannot_be_read_costs_those_who_need_it(hub):
    member = stalled(hub)
    told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    hub.abandon(hub.needs()[0])
    assert member.closed == SLOW


def test_what_was_read_of_one_game_leaves_those_who_wait_for_another(hub):
    member = stalled(hub)
    told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    hub.restore(Need("g000000000z", 1, 1), [])
    assert member.closed is None
    assert len(hub.needs()) == 1


def test_a_lagging_member_that_can_take_more_waits_on(hub, now):
    member = stalled(hub)
    log = told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    now.ms = 50_000
    hub.resume(member)
    now.ms = 70_000
    hub.sweep()
    (need,) = hub.needs()
    hub.restore(need, log)
    assert list(range(1, 10)) == member.seqs


def test_a_lagging_member_that_stops_again_is_parked_and_goes_on_later(hub):
    member = stalled(hub)
    log = told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    member.writable = False
    hub.restore(hub.needs()[0], log)
    assert (member.seqs, hub.needs()) == ([], [])
    resume(hub, member)
    assert list(range(1, 10)) == member.seqs


@pytest.mark.parametrize("uri", [SCORE, SLATE])
def test_a_lagging_member_that_must_be_answered_is_closed(hub, uri):
    member = stalled(hub)
    told(hub, *[score(seq) for seq in range(1, 10)])
    resume(hub, member)
    if uri is SCORE:
        hub.flush_member(member)
    else:
        assert hub.subscribe(member, uri, EXACT) is None
    assert member.closed == SLOW


def test_a_member_that_takes_nothing_for_a_minute_is_closed_with_a_hint(hub, now):
    member, other = stalled(hub), stalled(hub)
    told(hub, score(1))
    now.ms = 60_000
    hub.sweep()
    assert member.closed is None
    hub.resume(other)
    now.ms = 60_001
    hub.sweep()
    assert member.closed == SLOW
    assert other.closed is None


def test_marks_are_kept_while_somebody_may_come_for_them(hub):
    ring = hub._followers.stream(f"game.{GAME}").ring
    told(hub, *[score(seq) for seq in range(1, 10)])
    assert ring.marks == 0
    early, late = stalled(hub), stalled(hub)
    told(hub, *[score(seq) for seq in range(10, 20)])
    hub.sweep()
    assert ring.marks == 6
    hub.leave(early)
    hub.sweep()
    assert ring.marks == 6
    hub.leave(late)
    hub.sweep()
    assert ring.marks == 0
    told(hub, score(20))
    assert ring.marks == 0


def test_more_marks_than_may_be_kept_cost_the_member_that_needs_them(now):
    hub = Hub(RingLimits(4, max_marks=5), lambda fault: None, now_ms=now)
    member = stalled(hub)
    told(hub, *[score(seq) for seq in range(1, 10)])
    assert member.closed is None
    told(hub, score(10))
    assert member.closed == SLOW


def test_a_merged_state_says_so_and_a_live_member_gets_everything(hub):
    class Wire(TextWire):
        def event(self, posted, subscriptions, merged=0):
            return b"%d+%d;" % (posted.publication.seq, merged)

    live, slow = FakeMember(Wire()), FakeMember(Wire())
    for member in (live, slow):
        hub.subscribe(member, WHOLE_GAME, PREFIX)
    slow.writable = False
    told(hub, *[published(f"game.{GAME}.stats", seq, delivery=LATEST) for seq in (1, 2, 3)])
    resume(hub, slow)
    assert b"".join(live.writes) == b"1+0;2+0;3+0;"
    assert b"".join(slow.writes) == b"3+2;"
    assert hub.tally.merged == 2


def test_a_tick_that_is_too_old_is_not_sent_to_who_comes_back(hub, now):
    member = stalled(hub, WHOLE_GAME + ".clock")
    tick = {"delivery": DeliveryClass.TICK, "ts_ms": 0}
    told(hub, published(f"game.{GAME}.clock", 1, **tick))
    quick = FakeMember(TextWire())
    hub.subscribe(quick, WHOLE_GAME + ".clock", EXACT)
    now.ms = 15_001
    resume(hub, member)
    assert member.writes == []
    told(
        hub,
        published(
            f"game.{GAME}.clock",
            2,
            **tick,
        ),
    )
    assert quick.writes == []
    assert hub.stalled == 0


def test_streams_that_have_forgotten_nothing_are_left_alone(hub):
    member, other = stalled(hub), follower(hub, SLATE)
    log = told(hub, *[score(seq) for seq in range(1, 10)])
    told(hub, published("league.nba_.slate", 10))
    resume(hub, member)
    hub.restore(hub.needs()[0], log)
    assert list(range(1, 10)) == member.seqs
    assert other.seqs == [10]
