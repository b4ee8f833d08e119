"""Who is on the court, and who may not come back."""

from __future__ import annotations

import pytest

from scoreboard.model.side import Side
from scoreboard.simulator.bench import BONUS, FOULED_OUT, Bench
from scoreboard.simulator.chance import chance
from scoreboard.simulator.clubs import club
from scoreboard.simulator.scorer import Scorer
from scoreboard.sports.registry import RULESETS
from tests.simulator.days import games, live_plays

CLUBS = {side: club("dbl_", "basketball", n) for n, side in enumerate(Side)}


@pytest.fixture
def bench():
    scorer = Scorer(RULESETS["nba"], CLUBS, 0, chance("scorer"), resync=False)
    scorer.begin_period(1)
    return Bench(scorer, CLUBS, chance("bench"))


def test_a_player_with_six_fouls_leaves_at_the_next_dead_ball(bench):
    person = bench.five[Side.HOME][0]
    for _ in range(FOULED_OUT):
        bench.foul(person, Side.HOME, counts_for_team=True)
    bench.change()
    assert person not in bench.five[Side.HOME]
    assert len(set(bench.five[Side.HOME])) == 5


def test_a_side_with_nobody_left_plays_on_with_whom_it_has(bench):
    for person in CLUBS[Side.HOME].people:
        for _ in range(FOULED_OUT):
            bench.foul(person, Side.HOME, counts_for_team=False)
    before = list(bench.five[Side.HOME])
    bench.change()
    assert bench.five[Side.HOME] == before


def test_from_the_fifth_team_foul_on_every_foul_gives_free_throws(bench):
    person = bench.five[Side.AWAY][0]
    given = [bench.foul(person, Side.AWAY, counts_for_team=True) for _ in range(BONUS)]
    assert given == [False] * (BONUS - 1) + [True]
    bench.new_period()
    assert not bench.foul(person, Side.AWAY, counts_for_team=True)


def test_a_side_has_seven_timeouts(bench):
    assert [bench.timeout(Side.HOME) for _ in range(8)] == [True] * 7 + [False]


def test_five_of_a_side_are_on_the_court_whoever_comes_and_goes():
    for game in games("basketball")[:10]:
        court: dict[Side, set[str]] = {}
        for facts in sorted(live_plays(game).values(), key=lambda facts: facts.order):
            people = {(person.role, person.ref) for person in facts.participants}
            if facts.play_type == "lineup":
                court[facts.side] = {ref for _, ref in people}
            if facts.play_type == "substitution":
                court[facts.side] -= {ref for role, ref in people if role == "out"}
                court[facts.side] |= {ref for role, ref in people if role == "in"}
                assert len(court[facts.side]) == 5
