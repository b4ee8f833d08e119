"""Who follows what."""

import attrs
import pytest

from scoreboard.tools.load_plan import (
    Group,
    Plan,
    four,
    game_ids,
    topics,
    workers_for,
)

PLAN = Plan(
    host="127.0.0.1",
    port=8080,
    games=game_ids("test", 12),
    groups=(
        Group("hot", 7, (0,)),
        Group("cold", 6, (1, 2, 3)),
        Group("many", 50, tuple(range(12)), follows=4),
    ),
    workers=2,
)


def test_every_session_is_in_one_process():
    numbers = [member.number for worker in (0, 1) for member in PLAN.members(worker)]
    assert sorted(numbers) == list(range(63))


def test_the_sessions_of_a_group_are_spread_over_its_games():
    followers = attrs.evolve(PLAN, groups=PLAN.groups[:2]).followers()
    assert followers == {0: 7, 1: 2, 2: 2, 3: 2}


def test_a_session_follows_as_many_games_as_it_should():
    members = [member for member in PLAN.members(0) if member.group == 2]
    assert {len(set(member.games)) for member in members} == {4}
    assert len({member.games for member in members}) > 10


def test_the_same_plan_gives_the_same_sessions():
    assert PLAN.members(1) == PLAN.members(1)


def test_who_follows_all_games_follows_all():
    group = Group("all", 1, (3, 4), follows=2)
    assert attrs.evolve(PLAN, groups=(group,)).members(0)[0].games == (3, 4)


@pytest.mark.parametrize(
    ("host", "number", "address"),
    [
        ("127.0.0.1", 19_999, "127.0.1.1"),
        ("127.0.0.1", 20_000, "127.0.1.2"),
        ("10.0.0.1", 20_000, ""),
    ],
)
def test_sessions_come_from_several_addresses_of_loopback(host, number, address):
    assert address == attrs.evolve(PLAN, host=host).address(number)


@pytest.mark.parametrize(("part", "number"), [(0, 0), (0.05, 200), (1, 4000)])
def test_a_part_of_the_sessions_can_be_stopped(part, number):
    plan = attrs.evolve(PLAN, stopped=part)
    assert number == sum(plan.stops(n) for n in range(4000))


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (
            "exact",
            [
                ("scoreboard.v1.game.g1.score", "exact"),
                ("scoreboard.v1.game.g1.play", "exact"),
                ("scoreboard.v1.game.g2.score", "exact"),
                ("scoreboard.v1.game.g2.play", "exact"),
            ],
        ),
        ("prefix", [("scoreboard.v1.game.g1", "prefix"), ("scoreboard.v1.game.g2", "prefix")]),
        (
            "wildcard",
            [("scoreboard.v1.game..score", "wildcard"), ("scoreboard.v1.game..play", "wildcard")],
        ),
    ],
)
def test_games_are_followed_in_three_ways(match, expected):
    group = Group("any", 1, (0, 1), 2, ("score", "play"), match)
    assert topics(group, ("g1", "g2")) == expected


@pytest.mark.parametrize(
    ("sessions", "cores", "descriptors", "workers"),
    [(100, 1, 1024, 1), (100, 8, 1024, 7), (40_000, 2, 20_064, 2), (40_001, 2, 20_064, 3)],
)
def test_processes_leave_a_core_and_have_descriptors(sessions, cores, descriptors, workers):
    assert workers == workers_for(sessions, cores, descriptors)


def test_ids_of_games_have_the_width_of_game_ids():
    assert {len(game) for game in game_ids(four(1_790_000_000), 1000)} == {11}
    assert (four(0), four(36**4 - 1), four(36**4 + 35)) == ("0000", "zzzz", "000z")
