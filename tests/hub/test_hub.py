"""Every follower gets what it follows, once, in order, and pays for its own faults only."""

from __future__ import annotations

import pytest

from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.hub.standings import INTERNAL_ERROR, LAGGING
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.errors import LocalError
from tests.hub.fakes import (
    BROKEN,
    EXACT,
    GAME,
    OTHER_GAME,
    PREFIX,
    WILDCARD,
    FakeMember,
    TextWire,
    published,
    score,
)

WIRE = TextWire()
SCORE = f"scoreboard.v1.game.{GAME}.score"
WHOLE_GAME = f"scoreboard.v1.game.{GAME}"
EVERY_SCORE = "scoreboard.v1.game..score"
SLATE = "scoreboard.v1.league.nba_.slate"


class Faults(list):
    """What the hub reported."""


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def hub(faults: Faults) -> Hub:
    return Hub(RingLimits(max_publications=8), faults.append)


def follower(hub: Hub, *uris: str, policy=EXACT, **options) -> FakeMember:
    member = FakeMember(options.pop("wire", WIRE), **options)
    for uri in uris:
        hub.subscribe(member, uri, policy)
    return member


def tell(hub: Hub, *publications) -> None:
    hub.publish(publications)
    hub.flush()


def test_a_follower_gets_what_is_published_after_it_subscribed(hub):
    tell(hub, score(1))
    member = follower(hub, SCORE)
    tell(hub, score(2))
    assert member.received == [(1, 2)]


def test_what_was_published_but_not_yet_written_is_not_for_a_later_subscriber(hub):
    early = follower(hub, SCORE)
    hub.publish([score(1)])
    late = follower(hub, SCORE)
    hub.publish([score(2)])
    hub.flush()
    assert early.seqs == [1, 2]
    assert late.seqs == [2]


def test_what_comes_together_is_written_at_once(hub):
    member = follower(hub, WHOLE_GAME, policy=PREFIX)
    hub.subscribe(member, SLATE, EXACT)
    tell(hub, score(1), published("league.nba_.slate", 1), score(2))
    assert len(member.writes) == 1
    assert member.received == [(1, 1), (2, 1), (1, 2)]


def test_members_that_want_the_same_are_given_the_same_bytes_encoded_once(hub):
    wire = TextWire()
    members = [follower(hub, SCORE, wire=wire) for _ in range(3)]
    tell(hub, score(1))
    assert wire.asked == [1]
    assert members[0].writes[0] is members[1].writes[0] is members[2].writes[0]


def test_one_publication_is_encoded_once_for_cohorts_that_differ_in_other_things(hub):
    wire = TextWire()
    first = follower(hub, SCORE, wire=wire)
    second = follower(hub, SCORE, f"scoreboard.v1.game.{GAME}.play", wire=wire)
    tell(hub, score(1))
    assert wire.asked == [1]
    assert first.received == second.received


def test_each_wire_format_gets_its_own_words(hub):
    plain, other = follower(hub, SCORE), follower(hub, SCORE, wire=TextWire("b"))
    tell(hub, score(1))
    assert plain.writes[0] == b"a1:1;"
    assert other.writes[0] == b"b1:1;"


def test_a_publication_comes_once_for_each_subscription_that_it_matches(hub):
    member = follower(hub, SCORE)
    hub.subscribe(member, WHOLE_GAME, PREFIX)
    hub.subscribe(member, EVERY_SCORE, WILDCARD)
    tell(hub, score(1), score(2))
    assert member.received == [(1, 1), (2, 1), (3, 1), (1, 2), (2, 2), (3, 2)]


def test_seq_never_falls_within_a_game_over_all_streams_of_a_follower(hub):
    member = follower(hub, SCORE, SLATE)
    parked = follower(hub, SLATE, SCORE)
    parked.writable = False
    for seq in range(1, 4):
        hub.publish([score(seq), published("league.nba_.slate", seq)])
    hub.flush()
    tell(hub, published("league.nba_.slate", 4), score(4))
    parked.writable = True
    hub.resume(parked)
    assert [1, 1, 2, 2, 3, 3, 4, 4] == member.seqs == parked.seqs


def test_subscribing_twice_changes_nothing(hub):
    member = follower(hub, SCORE)
    again = hub.subscribe(member, SCORE, EXACT)
    assert again is hub.tree.lookup(SCORE, EXACT)
    assert hub.tree.subscribers(again) == 1
    tell(hub, score(1))
    assert member.seqs == [1]


def test_a_narrow_subscription_waits_for_a_stream_that_does_not_exist_yet(hub):
    member = follower(hub, WHOLE_GAME, policy=PREFIX)
    tell(hub, score(1))
    assert member.seqs == [1]


def test_a_wide_subscription_reaches_streams_that_appear_later(hub):
    member = follower(hub, EVERY_SCORE, policy=WILDCARD)
    tell(hub, score(1))
    tell(hub, score(1, OTHER_GAME), published(f"game.{GAME}.play", 2))
    assert member.seqs == [1, 1]


def test_a_wide_follower_of_one_game_in_particular_gets_both_subscriptions_in_order(hub):
    wide = follower(hub, EVERY_SCORE, policy=WILDCARD)
    both = follower(hub, EVERY_SCORE, policy=WILDCARD)
    hub.subscribe(both, SCORE, EXACT)
    tell(hub, score(1), score(2, OTHER_GAME), score(3))
    assert wide.received == [(1, 1), (1, 2), (1, 3)]
    assert both.received == [(1, 1), (2, 1), (1, 2), (1, 3), (2, 3)]


def test_unsubscribing_first_writes_what_was_owed_and_then_nothing(hub):
    member = follower(hub, SCORE)
    hub.publish([score(1)])
    assert hub.unsubscribe(member, 1)
    assert member.seqs == [1]
    tell(hub, score(2))
    assert member.seqs == [1]


def test_a_change_of_subscriptions_writes_what_was_owed_to_that_member_only(hub):
    changing, other = follower(hub, SCORE), follower(hub, SCORE)
    hub.publish([score(1)])
    hub.subscribe(changing, SLATE, EXACT)
    assert changing.seqs == [1]
    assert other.seqs == []
    hub.publish([score(2)])
    hub.flush()
    assert [1, 2] == changing.seqs == other.seqs


def test_unsubscribing_from_what_one_does_not_have_changes_nothing(hub):
    member, other = follower(hub, SCORE), follower(hub, SLATE)
    assert not hub.unsubscribe(member, 2)
    assert not hub.unsubscribe(member, 99)
    assert not hub.unsubscribe(FakeMember(WIRE), 1)
    tell(hub, score(1))
    assert member.seqs == [1]
    assert other.seqs == []


def test_giving_up_the_wide_subscription_leaves_the_narrow_one(hub):
    member = follower(hub, SCORE)
    wide = hub.subscribe(member, EVERY_SCORE, WILDCARD)
    assert hub.unsubscribe(member, wide.id)
    tell(hub, score(1), score(1, OTHER_GAME))
    assert member.received == [(1, 1)]


def test_a_member_that_left_gets_nothing_and_leaves_nothing_behind(hub):
    member = follower(hub, SCORE, SLATE)
    hub.subscribe(member, EVERY_SCORE, WILDCARD)
    hub.leave(member)
    hub.leave(member)
    tell(hub, score(1))
    assert member.writes == []
    assert len(hub) == 0
    assert len(hub.tree) == 0
    assert {"game." + GAME} == set(hub._followers.streams)


def test_what_was_owed_is_written_before_what_is_written_next(hub):
    member = follower(hub, SCORE)
    hub.publish([score(1)])
    hub.flush_member(member)
    assert member.seqs == [1]
    hub.flush()
    assert member.seqs == [1]
    hub.flush_member(FakeMember(WIRE))


def test_a_paused_member_is_left_alone_and_brought_up_to_date_when_it_resumes(hub):
    slow, quick = follower(hub, SCORE), follower(hub, SCORE)
    slow.writable = False
    tell(hub, score(1))
    tell(hub, score(2))
    assert slow.seqs == []
    assert quick.seqs == [1, 2]
    slow.writable = True
    hub.resume(slow)
    tell(hub, score(3))
    assert [1, 2, 3] == slow.seqs == quick.seqs
    assert len(slow.writes) == 2
    assert hub.tally.parked == 1


def test_parked_members_at_the_same_position_share_what_brings_them_back(hub):
    wire = TextWire()
    members = [follower(hub, SCORE, wire=wire) for _ in range(3)]
    for member in members:
        member.writable = False
    tell(hub, score(1), score(2))
    for member in members:
        member.writable = True
        hub.resume(member)
    assert members[0].writes[0] is members[1].writes[0] is members[2].writes[0]
    assert wire.asked == [1, 2] * 2


def test_a_member_that_resumes_without_having_been_passed_over_is_owed_nothing(hub):
    member = follower(hub, SCORE)
    hub.resume(member)
    hub.resume(FakeMember(WIRE))
    assert member.writes == []


def test_what_is_owed_is_cut_so_that_a_member_can_stop_in_between(faults):
    hub = Hub(RingLimits(), faults.append, write_bytes=10)
    member = follower(hub, SCORE, patience=2)
    free = follower(hub, SCORE)
    hub.publish([score(seq) for seq in range(1, 8)])
    hub.flush()
    assert member.writes == [b"a1:1;a1:2;", b"a1:3;a1:4;"]
    assert free.seqs == [1, 2, 3, 4, 5, 6, 7]
    member.patience, member.writable = 1, True
    hub.resume(member)
    assert member.seqs == [1, 2, 3, 4, 5, 6]
    hub.publish([score(8)])
    hub.flush()
    member.patience, member.writable = None, True
    hub.resume(member)
    assert [1, 2, 3, 4, 5, 6, 7, 8] == member.seqs == free.seqs


def test_what_a_paused_member_was_owed_is_written_if_it_must_be(hub):
    member = follower(hub, SCORE)
    member.writable = False
    tell(hub, score(1))
    hub.subscribe(member, SLATE, EXACT)
    assert member.seqs == [1]
    tell(hub, score(2))
    assert member.seqs == [1]
    member.writable = True
    hub.resume(member)
    assert member.seqs == [1, 2]


def test_a_member_that_the_ring_has_passed_is_closed_with_a_named_reason(hub):
    slow, quick = follower(hub, SCORE), follower(hub, SCORE)
    slow.writable = False
    for seq in range(1, 11):
        tell(hub, score(seq))
    assert slow.closed == (LAGGING, "slow; retry_ms=1000")
    assert slow.seqs == []
    assert list(range(1, 11)) == quick.seqs
    assert hub.tally.slow == 1
    assert len(hub) == 1


def test_a_member_learns_when_it_resumes_that_the_ring_has_passed_it(hub):
    member = follower(hub, SCORE, SLATE)
    member.writable = False
    tell(hub, score(1), published("league.nba_.slate", 1))
    for seq in range(2, 11):
        tell(hub, published(f"game.{GAME}.play", seq))
    member.writable = True
    hub.resume(member)
    assert member.closed[0] == LAGGING
    assert hub.subscribe(member, SLATE, EXACT) is not None, "it starts afresh"


@pytest.mark.parametrize("change", ["subscribe", "unsubscribe"])
def test_a_member_that_the_ring_has_passed_cannot_change_its_subscriptions(hub, change):
    member = follower(hub, SCORE)
    member.writable = False
    tell(hub, score(1))
    for seq in range(2, 11):
        tell(hub, published(f"game.{GAME}.play", seq))
    if change == "subscribe":
        assert hub.subscribe(member, SLATE, EXACT) is None
    else:
        assert not hub.unsubscribe(member, 1)
    assert member.closed[0] == LAGGING


def test_a_roaming_member_is_not_passed_by_streams_that_it_does_not_want(hub):
    member = follower(hub, "scoreboard.v1.league..slate", policy=WILDCARD)
    member.writable = False
    tell(hub, published("league.nba_.slate", 1))
    for seq in range(2, 20):
        tell(hub, score(seq))
    member.writable = True
    hub.resume(member)
    assert member.seqs == [1]


def test_a_reader_that_wants_little_of_a_busy_stream_is_not_taken_for_a_slow_one(hub):
    member = follower(hub, SCORE)
    for seq in range(1, 20):
        tell(hub, published(f"game.{GAME}.play", seq))
    member.writable = False
    tell(hub, score(20))
    member.writable = True
    hub.resume(member)
    assert member.seqs == [20]


def test_a_burst_longer_than_the_ring_reaches_everybody_who_can_take_it(hub):
    member = follower(hub, SCORE)
    hub.publish([score(seq) for seq in range(1, 31)])
    hub.flush()
    assert list(range(1, 31)) == member.seqs


def test_a_member_whose_socket_breaks_costs_nobody_else(hub, faults):
    broken, sound = follower(hub, SCORE), follower(hub, SCORE)
    broken.broken = True
    tell(hub, score(1))
    assert sound.seqs == [1]
    assert broken.closed[0] == INTERNAL_ERROR
    assert faults == [BROKEN, BROKEN]
    assert len(hub) == 1
    assert hub.tally.failed == 1


def test_a_member_whose_socket_breaks_while_it_is_brought_up_to_date_is_given_up(hub, faults):
    member = follower(hub, SCORE)
    hub.publish([score(1)])
    member.broken = True
    hub.flush_member(member)
    assert member.closed[0] == INTERNAL_ERROR
    assert len(hub) == 0


class Mute(TextWire):
    """A wire format that has no words for a publication."""

    def event(self, posted, subscriptions):
        raise ValueError(f"no words for {posted.publication.seq}")


class Jam(TextWire):
    """A wire format that cannot put events together."""

    def pack(self, events):
        raise ValueError("jammed")


@pytest.mark.parametrize("wire", [Mute(), Jam()])
def test_followers_of_what_cannot_be_encoded_are_told_and_others_go_on(hub, faults, wire):
    mute, sound = follower(hub, SCORE, wire=wire), follower(hub, SCORE)
    tell(hub, score(1))
    assert mute.closed[0] == INTERNAL_ERROR
    assert sound.seqs == [1]
    assert len(faults) == 1


def test_a_member_that_leaves_while_others_are_written_to_gets_nothing(hub):
    leaving = follower(hub, SCORE)

    class Meddler(FakeMember):
        def deliver(self, data):
            super().deliver(data)
            hub.leave(leaving)

    hub.leave(leaving)
    meddler = Meddler(WIRE)
    hub.subscribe(meddler, SCORE, EXACT)
    hub.subscribe(leaving, SCORE, EXACT)
    tell(hub, score(1))
    assert meddler.seqs == [1]
    assert leaving.seqs == []


def test_a_topic_in_another_stream_is_our_fault(hub):
    with pytest.raises(LocalError, match=r"belongs to stream league\.nba_"):
        hub.publish([published("league.nba_.slate", 1, stream=f"game.{GAME}")])


def test_private_topics_reach_only_those_who_name_them(hub):
    wide = follower(hub, "scoreboard.v1", policy=PREFIX)
    operator = follower(hub, "scoreboard.v1.ops", policy=PREFIX)
    tell(hub, published("ops.quarantine", 1, retained=True))
    assert wide.seqs == []
    assert operator.seqs == [1]
    assert hub.retained("scoreboard.v1", PREFIX, 10) == []
    assert len(hub.retained("scoreboard.v1.ops", PREFIX, 10)) == 1


def test_the_newest_state_is_there_for_those_who_come_later(hub):
    tell(hub, score(1, retained=True), score(2, retained=True), score(3))
    assert [p.publication.seq for p in hub.retained(SCORE, EXACT, 10)] == [2]


def test_the_hub_tells_what_its_ring_has_after_a_position(hub):
    tell(hub, score(1), score(2), score(3))
    assert [p.seq for p in hub.since(f"game.{GAME}", 1, 1)] == [2, 3]
    assert hub.since("game.unknown", 1, 1) is None
    tell(hub, *[score(seq) for seq in range(4, 20)])
    assert hub.since(f"game.{GAME}", 1, 1) is None


def test_it_is_counted_what_was_done(hub):
    follower(hub, SCORE)
    member = follower(hub, SCORE)
    hub.subscribe(member, WHOLE_GAME, PREFIX)
    tell(hub, score(1), score(2))
    assert (hub.tally.publications, hub.tally.events, hub.tally.writes) == (2, 6, 2)
    assert 6 * len("a1:1;") == hub.tally.octets


class Leaver(FakeMember):
    """Is gone as soon as it is written to; `fails`: and says so."""

    def __init__(self, hub, fails=False):
        super().__init__(TextWire())
        self.hub, self.fails = hub, fails

    def deliver(self, data):
        super().deliver(data)
        self.hub.leave(self)
        if self.fails:
            raise BROKEN


@pytest.mark.parametrize("forced", [True, False])
@pytest.mark.parametrize("fails", [True, False])
def test_a_member_that_is_gone_as_soon_as_it_is_written_to_costs_nobody_else(faults, forced, fails):
    hub = Hub(RingLimits(), faults.append, write_bytes=1)
    leaver = Leaver(hub, fails=fails)
    hub.subscribe(leaver, SCORE, EXACT)
    other = follower(hub, SCORE)
    hub.publish([score(1), score(2)])
    if forced:
        hub.flush_member(leaver)
    hub.flush()
    assert leaver.seqs == [1]
    assert other.seqs == [1, 2]
    assert len(hub) == 1
    assert len(faults) == fails


def test_a_follower_of_two_games_is_written_to_once_for_both(hub):
    both = follower(hub, SCORE, f"scoreboard.v1.game.{OTHER_GAME}.score")
    one, broken = follower(hub, SCORE), follower(hub, SCORE, SLATE)
    broken.broken = True
    hub._fanout.standings._report = lambda fault: None
    tell(hub, score(1), score(2, OTHER_GAME), score(3))
    assert (len(both.writes), both.seqs) == (1, [1, 2, 3])
    assert one.seqs == [1, 3]
    assert broken.closed[0] == INTERNAL_ERROR


def test_a_wire_format_that_fails_later_costs_each_who_needs_it(faults):
    class Late(TextWire):
        def event(self, posted, subscriptions, merged=0):
            if posted.publication.seq > 1:
                raise ValueError("no words")
            return super().event(posted, subscriptions, merged)

    hub = Hub(RingLimits(), faults.append, write_bytes=1)
    wire = Late()
    members = [follower(hub, SCORE, wire=wire) for _ in range(2)]
    hub.publish([score(1), score(2)])
    hub.flush()
    assert [member.seqs for member in members] == [[1], [1]]
    assert len(faults) == 2
    assert len(hub) == 0


def test_what_is_remembered_is_bounded(hub, monkeypatch):
    monkeypatch.setattr("scoreboard.hub.share._KEPT", 1)
    for name in "abc":
        member = follower(hub, SCORE, wire=TextWire(name))
        hub.publish([score(1)])
        hub.flush_member(member)
    assert len(hub._fanout._shares._pieces) == 1


def test_ticks_that_grow_old_during_a_pass_are_left_out_for_the_rest(faults):
    now = [0]
    hub = Hub(RingLimits(), faults.append, now_ms=lambda: now[0])
    members = [follower(hub, SCORE) for _ in range(40)]
    hub.publish([score(1, delivery=DeliveryClass.TICK, ts_ms=0)])
    looks = iter(range(100))
    hub.turn(lambda: next(looks), 0)
    now[0] = 15_001
    hub.flush()
    assert {len(member.writes) for member in members[:32]} == {1}
    assert {len(member.writes) for member in members[32:]} == {0}
    assert hub.tally.expired == 1


def test_who_follows_two_streams_and_wants_nothing_of_what_came_is_not_written_to(hub):
    one = follower(hub, SCORE, SLATE)
    wide = follower(hub, "scoreboard.v1.league..slate", policy=WILDCARD)
    tell(hub, published(f"game.{GAME}.play", 1), published("league.nba_.slate", 1))
    hub.publish([score(2)])
    hub.flush_member(one)
    hub.publish([published(f"game.{GAME}.play", 3), score(4, OTHER_GAME)])
    hub.flush()
    assert one.seqs == [1, 2]
    assert wide.seqs == [1]


def test_a_tick_that_is_too_old_for_a_follower_of_two_streams_is_left_out(faults):
    hub = Hub(RingLimits(), faults.append, now_ms=lambda: 15_001)
    member = follower(hub, SCORE, SLATE)
    other = follower(hub, f"scoreboard.v1.game.{OTHER_GAME}.score")
    old = {"delivery": DeliveryClass.TICK, "ts_ms": 0}
    tell(hub, score(1, **old), score(2, OTHER_GAME))
    assert member.writes == []
    assert other.seqs == [2]
