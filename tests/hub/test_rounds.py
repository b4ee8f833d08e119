"""Who follows several games is written to once a round; nobody waits longer than that."""

from __future__ import annotations

import pytest

from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import Ring, RingLimits
from scoreboard.hub.rounds import MOST_S, REST, Rounds
from scoreboard.hub.stream import Stream
from scoreboard.model.ids import GameId
from tests.hub.fakes import EXACT, GAME, OTHER_GAME, TEAM, FakeMember, TextWire, published, score

WIRE = TextWire()
SCORE = f"scoreboard.v1.game.{GAME}.score"
OTHER_SCORE = f"scoreboard.v1.game.{OTHER_GAME}.score"
OTHER = {"game_id": GameId(OTHER_GAME)}
TEAM_SLATE = f"scoreboard.v1.team.{TEAM}.slate"


@pytest.fixture
def hub() -> Hub:
    faults: list[Exception] = []
    yield Hub(RingLimits(), faults.append)
    assert faults == []


def follower(hub: Hub, *uris: str) -> FakeMember:
    member = FakeMember(WIRE)
    for uri in uris:
        hub.subscribe(member, uri, EXACT)
    return member


def one_look(hub: Hub) -> bool:
    """A slice that ends at its first look at the clock."""
    return hub.turn(lambda: 1.0, 0.0)


def test_events_of_several_games_come_in_one_write(hub):
    member = follower(hub, SCORE, OTHER_SCORE)
    hub.publish([score(1), score(1, OTHER_GAME, **OTHER), score(2)])
    hub.flush()
    assert len(member.writes) == 1
    assert sorted(member.seqs) == [1, 1, 2]


def test_who_was_written_to_waits_for_the_next_round_while_others_wait(hub, monkeypatch):
    monkeypatch.setattr("scoreboard.hub.passage.BATCH", 1)
    members = [follower(hub, SCORE, OTHER_SCORE) for _ in range(3)]
    hub.publish([score(1), score(1, OTHER_GAME, **OTHER)])
    while not members[0].writes:
        one_look(hub)
    hub.publish([score(2), score(2, OTHER_GAME, **OTHER)])
    while any(not member.writes for member in members):
        one_look(hub)
    assert [len(member.writes) for member in members] == [1, 1, 1]
    while one_look(hub):
        pass
    assert [sorted(member.seqs) for member in members] == [[1, 1, 2, 2]] * 3
    assert len(members[0].writes) == 2


def test_a_game_that_comes_later_joins_the_round(hub, monkeypatch):
    monkeypatch.setattr("scoreboard.hub.passage.BATCH", 1)
    busy = [follower(hub, SCORE, TEAM_SLATE) for _ in range(3)]
    quiet = follower(hub, OTHER_SCORE, TEAM_SLATE)
    hub.publish([score(1)])
    while not busy[0].writes:
        one_look(hub)
    hub.publish([score(1, OTHER_GAME, **OTHER)])
    hub.flush()
    assert quiet.seqs == [1]
    assert [member.seqs for member in busy] == [[1]] * 3


def test_events_of_one_game_over_several_streams_keep_their_order(hub):
    member = follower(hub, SCORE, TEAM_SLATE)
    slate = published(f"team.{TEAM}.slate", 1)
    hub.publish([score(1), slate, score(2), published(f"team.{TEAM}.slate", 2)])
    hub.flush()
    assert member.seqs == [1, 1, 2, 2]
    assert [subscription for subscription, _ in member.received] == [1, 2, 1, 2]


def test_a_stream_about_several_games_is_written_in_the_order_of_publication(hub):
    member = follower(hub, SCORE, TEAM_SLATE)
    slates = [published(f"team.{TEAM}.slate", 1, **OTHER), published(f"team.{TEAM}.slate", 2)]
    hub.publish([slates[0], score(1), slates[1]])
    hub.flush()
    assert member.received == [(2, 1), (1, 1), (2, 2)]


def test_what_is_too_long_for_one_write_is_cut():
    faults: list[Exception] = []
    hub = Hub(RingLimits(), faults.append, write_bytes=3)
    member = follower(hub, SCORE, OTHER_SCORE)
    hub.publish([score(1), score(1, OTHER_GAME, **OTHER), score(2)])
    hub.flush()
    assert len(member.writes) > 1
    assert sorted(member.seqs) == [1, 1, 2]
    assert faults == []


def test_one_who_leaves_while_it_is_cut_gets_nothing():
    faults: list[Exception] = []
    hub = Hub(RingLimits(), faults.append, write_bytes=1)

    class Meddler(FakeMember):
        def deliver(self, data):
            super().deliver(data)
            hub.leave(leaving)

    meddler, leaving = Meddler(WIRE), FakeMember(WIRE)
    for member in (meddler, leaving):
        hub.subscribe(member, SCORE, EXACT)
    hub.publish([score(1), score(2)])
    hub.flush()
    assert meddler.seqs == [1, 2]
    assert leaving.seqs == []
    assert faults == []


def test_what_few_share_is_not_remembered_for_ever(hub, monkeypatch):
    monkeypatch.setattr("scoreboard.hub.share._KEPT_TOGETHER", 1)
    games = [f"g{number:010d}" for number in range(4)]
    uris = [f"scoreboard.v1.game.{game}.score" for game in games]
    members = [follower(hub, *uris[at : at + 2]) for at in (0, 0, 0, 1, 1, 2)]
    hub.publish([score(1, game, game_id=GameId(game)) for game in games])
    hub.flush()
    assert [member.seqs for member in members] == [[1, 1]] * 6
    # The first two are written what is put together for each, the third what is kept since.
    first, second, third = [member.writes[-1] for member in members[:3]]
    assert first == second
    assert second is third
    assert first is not second


def test_a_full_ring_holds_nobody_back(monkeypatch):
    monkeypatch.setattr("scoreboard.hub.passage.BATCH", 1)
    faults: list[Exception] = []
    hub = Hub(RingLimits(max_publications=2), faults.append)
    members = [follower(hub, SCORE, OTHER_SCORE) for _ in range(3)]
    hub.publish([score(1)])
    one_look(hub)
    one_look(hub)
    hub.publish([score(seq) for seq in range(2, 9)])
    hub.flush()
    assert [member.seqs for member in members] == [list(range(1, 9))] * 3
    assert faults == []


def test_where_readers_stood_is_not_remembered_for_ever(monkeypatch):
    monkeypatch.setattr("scoreboard.hub.passage.BATCH", 1)
    monkeypatch.setattr("scoreboard.hub.share._KEPT", 3)
    faults: list[Exception] = []
    hub = Hub(RingLimits(), faults.append)
    members = [follower(hub, SCORE) for _ in range(3)]
    for seq in range(1, 30):
        hub.publish([score(seq)])
        one_look(hub)
        assert len(hub._fanout._shares._standing) <= 3
    hub.flush()
    assert [member.seqs for member in members] == [list(range(1, 30))] * 3
    assert faults == []


def test_what_is_published_in_a_round_is_for_the_next_one(hub, monkeypatch):
    monkeypatch.setattr("scoreboard.hub.passage.BATCH", 1)
    members = [follower(hub, SCORE, OTHER_SCORE) for _ in range(3)]
    hub.publish([score(1), score(1, OTHER_GAME, **OTHER)])
    while not members[0].writes:
        one_look(hub)
    hub.publish([score(2), score(2, OTHER_GAME, **OTHER)])
    hub.flush()
    assert [len(member.writes) for member in members] == [2, 2, 2]
    assert len({tuple(member.writes) for member in members}) == 1


def test_a_round_is_followed_by_a_rest_which_followers_of_one_game_do_not_have(hub):
    member, one_game = follower(hub, SCORE, OTHER_SCORE), follower(hub, SCORE)
    now = [0.0]

    def looks() -> float:
        now[0] += 0.001
        return now[0]

    hub.publish([score(1)])
    while hub.turn(looks, 1e9):
        pass
    ended = now[0]
    hub.publish([score(2)])
    assert hub.wait(ended) == 0, "a follower of one game has no rest"
    hub.turn(looks, 1e9)
    assert (member.seqs, one_game.seqs) == ([1], [1, 2])
    rest = hub.wait(ended)
    assert rest > 0
    now[0] = ended + rest
    hub.turn(looks, 1e9)
    assert member.seqs == [1, 2]
    while hub.turn(looks, 1e9):
        pass
    assert hub.wait(now[0]) is None


def test_a_rest_is_so_many_times_the_round_and_has_a_limit():
    rounds = Rounds()
    rounds.worked(0.5, 0.501)
    rounds.worked(0.8, 0.802)
    assert rounds.rest(0.802) == pytest.approx(REST * 0.003)
    rounds.worked(0.0, 10.0)
    assert rounds.rest(10.0) == pytest.approx(MOST_S)


def test_a_round_whose_writes_were_too_long_is_followed_by_shorter_ones(hub, monkeypatch):
    hub = Hub(RingLimits(), lambda fault: None, write_bytes=40)
    member = follower(hub, SCORE, OTHER_SCORE)
    for turn in range(2):
        hub.publish(
            [
                one
                for seq in range(20 * turn + 1, 20 * turn + 21)
                for one in (score(seq), score(seq, OTHER_GAME, **OTHER))
            ]
        )
        hub.flush()
    assert max(map(len, member.writes[1:])) <= 4 * 40
    assert sorted(member.seqs) == sorted(2 * list(range(1, 41)))
    first = len(member.writes)
    assert first > 2


def test_streams_beyond_a_near_cut_wait_for_the_round_after_it(hub):
    rounds, streams = Rounds(), [Stream(name, Ring(RingLimits())) for name in ("a", "b")]
    rounds.wait(streams[0], 1)
    streams[0].ring.tip = 9
    assert rounds.begin(9) == {streams[0]: 1}
    rounds.fit(longest=80, limit=10)
    rounds.wait(streams[0], 9)
    rounds.wait(streams[1], 20)
    streams[0].ring.tip, streams[1].ring.tip = 30, 31
    assert rounds.begin(31) == {streams[0]: 9}
    assert (rounds.cut, rounds.lowest) == (10, 10)
    rounds.fit(longest=1, limit=10)
    assert rounds.begin(31) == {streams[0]: 10}
    assert rounds.cut == 12
