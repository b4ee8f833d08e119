"""Games through HAProxy into three nodes: the same for everybody, also while Redis hangs."""

from __future__ import annotations

import pytest

from scoreboard.tools.load_plan import SUBPROTOCOLS
from tests.integration.hot_campaign import Size, measured
from tests.integration.outage import stopped
from tests.integration.sunday_campaign import played
from tests.support.day import Day, recorded_day, simulated_day
from tests.support.haproxy import needs_haproxy
from tests.support.recorded import ROOT
from tests.support.redis import needs_redis, until
from tests.support.town import NAMES, built

pytestmark = [needs_haproxy, needs_redis]


def few_games() -> Day:
    """Three games of a Sunday; invented ones where there are no recorded ones."""
    if (ROOT / "README.md").exists():
        return recorded_day(["ARI_LA", "ATL_TB", "CHI_MIN"])
    return simulated_day(7)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    with built(tmp_path_factory.mktemp("cluster")) as started:
        yield started


def test_a_day_through_three_nodes_is_the_same_for_every_follower_of_any(town):
    outcome = played(town, few_games(), seed=1, formats=SUBPROTOCOLS)
    trouble = outcome.unlike + outcome.wrong + outcome.faults + outcome.strangers + outcome.torn
    assert trouble == []
    assert {*outcome.moves.values()} == {1}
    assert outcome.connections == outcome.sessions
    assert outcome.relayed == outcome.due
    assert outcome.compared > 3 * 4
    assert outcome.is_good


@pytest.mark.parametrize("how", ["stopped", "paused"])
def test_while_redis_hangs_senders_hear_so_and_everybody_else_is_served(town, how):
    games = [f"g{how[:4]}{number:06}" for number in range(6)]
    assert {*map(town.home, games)} == {*NAMES}
    outage = stopped(town, games, 3.0, how)
    assert outage.faults == []
    assert outage.heard["503 unavailable"] > len(games)
    assert (outage.twice, outage.lost) == (0, 0)
    assert outage.is_good, outage


def test_a_hot_game_overflows_and_each_entry_comes_to_each_node_once(town):
    # Who lingers of the last test takes room, and gives it back.
    until(lambda: not any(town.seated("followers").values()))
    size = Size(hot=90, cold=6, each=3, seconds=2.0, rounds=1, alone=20)
    outcome = measured(town, size)
    assert outcome.alone == size.alone
    assert outcome.is_once, outcome
    assert outcome.faults == 0
    # Nobody has more than a quarter more than the average.
    seated = outcome.seated.values()
    assert sum(seated) >= size.hot + size.cold * size.each
    assert 0 < min(seated) < max(seated) <= sum(seated) * 1.25 / 3 + 1
    for one in outcome.rounds:
        hot, cold = one.sent
        assert all(taken <= hot + cold for taken in one.relayed.values())
