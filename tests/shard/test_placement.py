"""A game's home is where HAProxy sends what concerns it."""

from __future__ import annotations

from collections import Counter

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.shard.placement import Placement, Server
from tests.support.placements import COUNT, backends, cases, comers, flooded, floods, games

GAMES = games()


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_game_is_where_haproxy_has_it(case):
    placement = Placement(case.up)
    assert [*case.homes] == [placement.home(game) or "-" for game in GAMES]


def test_the_vectors_have_every_backend_with_each_server_down():
    expected = {
        (servers, down)
        for servers in backends()
        for down in [(), *((server.name,) for server in servers)]
    }
    assert expected == {(case.servers, case.down) for case in cases()}
    assert all(len(case.homes) == COUNT >= 1_000 for case in cases())


@pytest.mark.parametrize("flood", flooded(), ids=str)
def test_followers_go_where_haproxy_sends_them(flood):
    placement, loads, seats = Placement(flood.servers), Counter(), []
    for game in comers():
        seat = placement.seat(game, loads, flood.factor)
        loads[seat] += 1
        seats.append(seat)
    assert [*flood.seats] == seats


def test_the_vectors_have_every_flood_and_each_overflows():
    assert [(f.servers, f.factor) for f in floods()] == [(f.servers, f.factor) for f in flooded()]
    for flood in flooded():
        homes = map(Placement(flood.servers).home, comers())
        assert [*flood.seats] != [*homes]


def test_followers_stay_at_home_while_there_is_room():
    servers = [Server(name, number, 100) for number, name in enumerate("abc", start=1)]
    placement = Placement(servers)
    for game in GAMES[:50]:
        order = placement.order(game)
        home, neighbour, _ = order
        assert (home, {*order}) == (placement.home(game), {*"abc"})
        assert placement.seat(game, dict.fromkeys("abc", 100), 150) == home
        # Of 301 followers it may have 151, half as many again as the average.
        rest = dict.fromkeys({*"abc"} - {home}, 75)
        assert placement.seat(game, {**rest, home: 149}, 150) == home
        assert placement.seat(game, {**rest, home: 152}, 150) == neighbour


def test_when_a_server_goes_down_only_its_games_move():
    servers = [Server(name, number, 100) for number, name in enumerate("abcde", start=1)]
    whole = Placement(servers)
    for gone in servers:
        rest = Placement([server for server in servers if server is not gone])
        moved = {game for game in GAMES if whole.home(game) != rest.home(game)}
        assert moved == {game for game in GAMES if whole.home(game) == gone.name}


def test_a_new_server_takes_about_its_share_and_from_everybody():
    servers = [Server(name, number, 100) for number, name in enumerate("abcde", start=1)]
    before, after = Placement(servers[:4]), Placement(servers)
    moved = [before.home(game) for game in GAMES if before.home(game) != after.home(game)]
    assert {after.home(game) for game in GAMES if before.home(game) != after.home(game)} == {"e"}
    assert set(moved) == {*"abcd"}
    assert len(moved) < 1.5 * COUNT / 5


def test_heavy_servers_share_evenly():
    servers = [Server(name, number, 100) for number, name in enumerate("abc", start=1)]
    shares = Counter(map(Placement(servers).home, GAMES))
    assert all(0.8 < share / (COUNT / 3) < 1.2 for share in shares.values())


def test_the_order_of_the_lines_does_not_matter_but_their_ids_do():
    servers = [Server("a", 1, 100), Server("b", 2, 100)]
    swapped = [Server("a", 2, 100), Server("b", 1, 100)]
    homes = [Placement(servers).home(game) for game in GAMES]
    assert homes == [Placement(servers[::-1]).home(game) for game in GAMES]
    assert homes != [Placement(swapped).home(game) for game in GAMES]


@pytest.mark.parametrize("servers", [[], [Server("a", 1, 0)]], ids=["none", "no weight"])
def test_without_servers_nobody_is_home(servers):
    placement = Placement(servers)
    assert (placement.home(GAMES[0]), placement.order(GAMES[0])) == (None, ())
    assert placement.seat(GAMES[0], {}, 150) is None


@pytest.mark.parametrize(
    ("servers", "named"),
    [
        ([Server("a", 1), Server("b", 1)], "one id"),
        ([Server("a", 1), Server("a", 2)], "one name"),
        ([Server("a", 1, 257)], "weight must be 0 to 256"),
        ([Server("a", 1, -1)], "weight must be 0 to 256"),
        ([Server("a", 0)], "id above 0"),
    ],
)
def test_servers_that_haproxy_would_not_take_are_refused(servers, named):
    with pytest.raises(LocalError, match=named):
        Placement(servers)
