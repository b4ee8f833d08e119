"""What a feed keeps account of, and what it says."""

from collections import Counter

import pytest

from scoreboard.tools.load_feed import Positions, Sent
from scoreboard.tools.load_senders import FeedPlan, Script


def test_what_is_answered_is_counted():
    sent = Sent()
    sent.answered(3, 7, [False, True, False, False], [7, 8, 0, 12])
    assert sent == Sent(by_game=Counter({3: 2}), ticks=1, refused=1, astray=1)


def test_what_connections_have_sent_is_added():
    whole = Sent(by_game=Counter({1: 2}), error="")
    whole.add(
        Sent(by_game=Counter({1: 1, 2: 5}), ticks=1, refused=2, astray=3, unsent=4, error="no")
    )
    assert whole == Sent(
        by_game=Counter({1: 3, 2: 5}), ticks=1, refused=2, astray=3, unsent=4, error="no"
    )


def test_positions_are_foreseen_while_answers_are_on_their_way():
    positions = Positions()
    positions.begin(0, 2)
    assert [positions.book(0, 3), positions.book(0, 1)] == [3, 6]


def test_after_a_refusal_positions_are_known_again_once_everything_is_answered():
    positions = Positions()
    positions.begin(0, 2)
    positions.book(0, 3)
    positions.book(0, 1)
    positions.booked(0, [0, 0, 0])
    between = positions.book(0, 1)
    positions.booked(0, [3])
    positions.booked(0, [4])
    assert (between, positions.book(0, 1)) == (7, 5)


def test_scores_rise_and_begin_again_by_a_correction():
    script = Script()
    said = [script.message("g1", seq, is_tick=False) for seq in range(3, 104)]
    assert [one["home"] for one in said[:2]] == [1, 2]
    assert [one["source_seq"] for one in said if one.get("correction")] == [102]


def test_a_clock_runs_down():
    script = Script()
    said = [script.message("g1", seq, is_tick=True) for seq in (3, 4)]
    assert [one["value_ms"] for one in said] == [719_000, 718_000]


@pytest.mark.parametrize("way", ["http", "wamp", "lines"])
def test_the_way_in_is_part_of_the_address(way):
    plan = FeedPlan(f"{way}://127.0.0.1:81", ("g1",), "marks")
    assert (plan.way, plan.address) == (way, ("127.0.0.1", 81))
