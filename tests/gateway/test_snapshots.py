"""Snapshots and differences are encoded once for everybody, and never out of date."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.codec import shape
from scoreboard.gateway.encoded import parts_of
from scoreboard.gateway.queries import Games, HistoryLost
from scoreboard.gateway.serializers import CBOR, JSON, MSGPACK
from scoreboard.gateway.snapshots import LEAST_PLAY, Snapshots
from scoreboard.model.errors import RemoteError
from scoreboard.model.message import VoidReport
from scoreboard.projection.view import snapshot_of
from tests.gateway.node import GAME, Node
from tests.support.games import EPOCH, basket, meta

ALL = (JSON, MSGPACK, CBOR)


@pytest.fixture
def node():
    made = Node()
    made.play(1, 40)
    return made


def asked(node, at, serializer=JSON):
    answer = node.games.sync({GAME: at})
    return serializer.loads(b"".join(parts_of(serializer, answer)))["games"][GAME]


@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.name)
def test_a_snapshot_has_the_bytes_of_the_whole_shape(node, serializer):
    expected = serializer.dumps(shape.snapshot(snapshot_of(node.now)))
    assert expected == node.games.whole(GAME).form(serializer)
    node.send(VoidReport("7"), basket("100", order=5 * 1024 + 1))
    expected = serializer.dumps(shape.snapshot(snapshot_of(node.now)))
    assert expected == node.games.whole(GAME).form(serializer)


def test_five_thousand_joiners_cost_one_snapshot_per_version_and_serializer(node):
    costs = node.games.snapshots.costs
    for version in (1, 2, 3):
        for _ in range(5_000):
            node.games.sync({GAME: None}).form(CBOR)
        node.games.sync({GAME: None}).form(JSON)
        assert {"cbor": version, "json": version} == costs.snapshots
        node.play(40 + version, 40 + version)


def test_followers_that_were_dropped_together_cost_one_difference(node):
    costs = node.games.snapshots.costs
    for _ in range(1_000):
        node.games.sync({GAME: [EPOCH, node.now.seq - 3]}).form(MSGPACK)
    assert ({"msgpack": 1}, {}) == (costs.deltas, costs.snapshots)


def test_a_new_version_encodes_only_the_plays_that_are_new_or_changed(node):
    costs = node.games.snapshots.costs
    node.games.whole(GAME).form(JSON)
    assert costs.plays == 80  # 40 plays and their shots
    node.play(41, 41)
    node.games.whole(GAME).form(JSON)
    assert costs.plays == 82


def test_a_game_that_has_moved_on_is_told_as_it_is_now(node):
    before = asked(node, None)
    node.play(41, 41)
    after = asked(node, None)
    assert (after["seq"], len(after["state"]["plays"])) == (before["seq"] + 1, 41)
    assert asked(node, [EPOCH, before["seq"]])["events"][0]["seq"] == after["seq"]


@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.name)
def test_the_shorter_of_difference_and_snapshot_is_given(serializer):
    node = Node()
    node.play(1, 12)
    whole = len(node.games.whole(GAME).form(serializer))
    modes = []
    for seq in range(1, node.now.seq):
        events = [shape.envelope(p) for p in node.of_the_game(seq)]
        answer = asked(node, [EPOCH, seq], serializer)
        is_delta = len(serializer.dumps(events)) < whole
        assert ("delta" if is_delta else "snapshot") == answer["mode"]
        modes.append(answer["mode"])
    assert {"delta", "snapshot"} == set(modes)


@pytest.mark.parametrize("serializer", ALL, ids=lambda s: s.name)
def test_no_play_is_shorter_than_what_is_taken_for_the_least(serializer):
    node = Node()
    node.send(attrs.evolve(basket("1"), facts=attrs.evolve(basket("1").facts, play_type="x")))
    node.send(basket("2"))
    (play, *_rest) = shape.snapshot(snapshot_of(node.now))["plays"]
    bare = dict.fromkeys(play)
    assert len(serializer.dumps(bare)) >= LEAST_PLAY


def test_more_than_fits_into_an_answer_is_refused():
    node = Node()
    node.play(1, 41)
    many = attrs.evolve(node.now, plays=node.now.plays * 1_000)
    states = {GAME: many, "g0000000002": node.now}
    games = Games(states, node.log, node.hub.since)
    for at in (None, [EPOCH, 99], [EPOCH + 1, 40]):
        with pytest.raises(RemoteError, match="fewer games"):
            games.sync({GAME: at})
    games.sync({GAME: [EPOCH, 40], "g0000000002": None, "g0000000003": None})


def test_only_the_last_few_differences_are_kept(node):
    for seq in range(2, 40):
        node.games.sync({GAME: [EPOCH, seq]})
    shelf = node.games.snapshots._shelves[GAME]
    assert len(shelf._deltas) == 16


def test_what_is_kept_is_bounded():
    node = Node()
    abouts = [attrs.evolve(meta(), game_id=f"g000000000{n}") for n in range(5)]
    for about in abouts:
        node.send(basket("1"), about=about)
    states = [node.games.state(about.game_id) for about in abouts]
    snapshots = Snapshots(node.hub.since, budget=5_000)
    for state in states:
        assert len(snapshots.whole(state).form(JSON)) > 1_500
    assert len(snapshots) == 3
    assert snapshots.whole(states[-1]).form(JSON) is snapshots.whole(states[-1]).form(JSON)


def test_a_game_as_it_stood_is_spliced_from_what_has_not_changed(node):
    costs, then = node.games.snapshots.costs, node.now
    node.play(41, 45)
    node.send(VoidReport("7"))
    expected = JSON.dumps(shape.snapshot(snapshot_of(then)))
    assert expected == node.games.snapshots.past(node.now, then).form(JSON)
    assert costs.plays == 80
    node.games.whole(GAME).form(JSON)
    # The shot that was voided, and from that play on another score after it.
    new, changed = 5, 1 + 34
    assert costs.plays == 80 + 2 * new + changed
    assert expected == node.games.snapshots.past(node.now, then).form(JSON)


def test_what_is_kept_is_weighed_exactly(node):
    snapshots = node.games.snapshots
    then = node.now
    node.games.sync({GAME: None}).form(JSON)
    node.send(VoidReport("7"))
    snapshots.past(node.now, then).form(JSON)
    node.games.sync({GAME: None}).form(JSON)
    snapshots.past(node.now, then).form(JSON)
    shelf = snapshots._shelves[GAME]
    assert shelf._whole.size + sum(one.size for _, one in shelf._kept.values()) == shelf.size
    node.games.sync({GAME: [EPOCH, 30]}).form(JSON)
    node.play(41, 41)
    node.games.sync({GAME: None}).form(JSON)
    shelf = snapshots._shelves[GAME]
    plays = sum(one.size for _, one in shelf._kept.values())
    assert shelf._whole.size + plays == shelf.size


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.data())
def test_a_follower_that_syncs_at_any_time_has_the_state_of_the_log(bursts, data):
    node = Node(ring=data.draw(st.sampled_from([16, 4_096])))
    node.play(1, 1)
    at, plays, number = None, {}, 1
    for burst in bursts:
        node.play(number + 1, number + burst)
        number += burst
        if data.draw(st.booleans()):
            node.send(VoidReport(str(data.draw(st.integers(1, number)))))
        answer = asked(node, at, data.draw(st.sampled_from(ALL)))
        if answer["mode"] == "snapshot":
            plays = {play["play_id"]: play["rev"] for play in answer["state"]["plays"]}
        for event in answer.get("events", ()):
            if event["type"] == "play":
                plays[event["data"]["play_id"]] = event["data"]["rev"]
        at = [answer["epoch"], answer["seq"]]
        assert {play.play_id: play.rev for play in node.now.plays} == plays


def test_how_those_who_came_back_were_helped_is_counted(node):
    seq = node.now.seq
    node.games.sync({GAME: None, "g0000000009": None})
    node.games.sync({GAME: [EPOCH, seq]})
    node.games.sync({GAME: [EPOCH, seq - 1]})
    node.games.sync({GAME: [EPOCH + 1, seq]})
    node.games.missed(GAME, 0, 0)
    node.games.missed(GAME, EPOCH, seq)
    node.games.missed(GAME, EPOCH, seq - 1)
    for game, epoch in ((GAME, EPOCH + 1), ("g0000000009", EPOCH)):
        with pytest.raises(HistoryLost):
            node.games.missed(game, epoch, 3)
    assert node.games.resumes == {
        ("sync", "start"): 1,
        ("sync", "unknown"): 1,
        ("sync", "current"): 1,
        ("sync", "delta"): 1,
        ("sync", "snapshot"): 1,
        ("subscribe", "start"): 1,
        ("subscribe", "current"): 1,
        ("subscribe", "delta"): 1,
        ("subscribe", "lost"): 2,
    }
