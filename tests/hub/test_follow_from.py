"""A member that comes back to a place gets what it has missed as one that had not kept up."""

from __future__ import annotations

import pytest

from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.ids import GameId
from tests.hub.fakes import EXACT, GAME, OTHER_GAME, PREFIX, FakeMember, TextWire, published, score

WHOLE = (f"scoreboard.v1.game.{GAME}", PREFIX)
OTHER = (f"scoreboard.v1.game.{OTHER_GAME}", PREFIX)
STREAM = f"game.{GAME}"
LATEST = {"delivery": DeliveryClass.LATEST}


@pytest.fixture
def hub():
    faults: list[Exception] = []
    yield Hub(RingLimits(6), faults.append)
    assert faults == []


def other(seq):
    return score(seq, OTHER_GAME, game_id=GameId(OTHER_GAME))


def back(hub, number, *wanted, wire=None):
    member = FakeMember(wire or TextWire())
    hub.follow_from(member, number, wanted)
    hub.resume(member)
    return member


def test_what_was_missed_comes_in_one_write_and_then_what_is_new(hub):
    hub.publish([score(1), score(2), score(3)])
    hub.flush()
    member = back(hub, 2, WHOLE)
    assert (member.seqs, len(member.writes), hub.stalled) == ([2, 3], 1, 0)
    hub.publish([score(4)])
    hub.flush()
    assert member.seqs == [2, 3, 4]


def test_who_has_missed_nothing_is_live_at_once(hub):
    hub.publish([score(1)])
    member = back(hub, hub.tip, WHOLE)
    assert (member.writes, hub.stalled) == ([], 0)
    hub.flush()
    assert member.writes == []
    hub.publish([score(2)])
    hub.flush()
    assert member.seqs == [2]


def test_until_it_can_take_more_it_is_written_nothing(hub):
    hub.publish([score(1)])
    member = FakeMember(TextWire())
    hub.follow_from(member, 1, [WHOLE])
    hub.publish([score(2)])
    hub.flush()
    assert (member.writes, hub.stalled) == ([], 1)
    hub.resume(member)
    assert (member.seqs, hub.stalled) == ([1, 2], 0)


def test_states_that_were_missed_are_merged(hub):
    hub.publish([published(f"game.{GAME}.stats", seq, **LATEST) for seq in (1, 2, 3)])
    assert back(hub, 1, WHOLE).seqs == [3]
    assert hub.tally.merged == 2


def test_only_what_is_wanted_was_missed(hub):
    hub.publish([score(1), published(f"game.{GAME}.play", 1), other(1)])
    assert back(hub, 1, (f"scoreboard.v1.game.{GAME}.play", EXACT)).seqs == [1]


def test_a_wire_format_may_have_all_games_in_one_order(hub):
    plain, in_order = TextWire(), TextWire(in_order=True)
    members = {wire: FakeMember(wire) for wire in (plain, in_order)}
    twin = FakeMember(in_order)
    for member in (*members.values(), twin):
        for uri, policy in (WHOLE, OTHER):
            hub.subscribe(member, uri, policy)
    hub.publish([score(1), other(2), score(3), other(4)])
    hub.flush()
    assert members[plain].seqs == [1, 3, 2, 4]
    assert members[in_order].seqs == [1, 2, 3, 4]
    assert [len(member.writes) for member in members.values()] == [1, 1]
    assert twin.writes[0] is members[in_order].writes[0]


def test_a_ring_says_what_is_beyond_a_number_if_it_has_all_of_it(hub):
    hub.publish([score(1), other(1)])
    hub.publish([score(seq) for seq in range(2, 8)])
    numbers = [posted.number for posted in hub.beyond(STREAM, 2)]
    assert numbers == [3, 4, 5, 6, 7, 8]
    assert hub.beyond(STREAM, 1) == hub.beyond(STREAM, 2)
    assert hub.beyond(STREAM, 0) is None
    assert hub.beyond(STREAM, 8) == []
    assert hub.beyond("game.g000000000c", 0) == ()


def test_what_is_behind_a_place_in_a_game_has_numbers(hub):
    hub.publish([score(1), other(1), score(2)])
    assert [posted.number for posted in hub.behind(STREAM, 1, 1)] == [3]
    assert hub.behind(STREAM, 2, 1) is None
    assert hub.behind("game.g000000000c", 1, 1) is None
