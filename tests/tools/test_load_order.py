"""Order and latency, as a load measures them."""

from collections import Counter

import pytest

from scoreboard.tools.load_order import Counts, Latencies, Order, after, percentiles, rounded
from scoreboard.tools.load_scan import Event, Run

KEY = "gload000001.score"


def run(prev, first, last=None, **faults):
    return Run(KEY, 1, prev=prev, first=first, last=first if last is None else last, **faults)


def test_the_first_events_of_a_session_may_follow_anything():
    assert Order().take(run(7, 8)) == (0, 0)


@pytest.mark.parametrize(
    ("following", "found"),
    [
        (run(9, 10), (0, 0)),
        (run(10, 11), (1, 0)),
        (run(8, 9), (0, 1)),
        (run(9, 10, gaps=2), (2, 0)),
    ],
)
def test_what_follows_is_checked_against_what_was_seen(following, found):
    order = Order()
    order.take(run(7, 8, 9))
    assert found == order.take(following)


def test_a_repeat_does_not_turn_the_position_back():
    order = Order()
    order.take(run(7, 8, 9))
    order.take(run(2, 3))
    assert order.position("gload000001") == 9


def test_the_position_of_a_game_is_the_highest_of_its_kinds():
    order = Order({"g1.score": 4, "g1.play": 6, "g2.score": 9})
    assert (order.position("g1"), order.position("g3")) == (6, 0)


def test_after_a_snapshot_any_later_event_may_follow():
    order = Order()
    order.restart("gload000001", ["score"], 20)
    assert (order.take(run(17, 21)), order.take(run(21, 22))) == ((0, 0), (0, 0))


def test_after_a_snapshot_an_earlier_event_is_a_repeat():
    order = Order()
    order.restart("gload000001", ["score"], 20)
    assert order.take(run(17, 20)) == (0, 1)


def test_percentiles_are_the_smallest_latency_that_enough_events_have():
    ticks = Counter(dict.fromkeys(range(1, 1001), 1))
    assert percentiles(ticks) == {
        "n": 1000, "p50": 50.0, "p90": 90.0, "p99": 99.0, "p999": 99.9, "max": 100.0,
    }  # fmt: skip


def test_one_event_has_all_percentiles():
    assert percentiles({30: 1}) == {
        "n": 1, "p50": 3.0, "p90": 3.0, "p99": 3.0, "p999": 3.0, "max": 3.0,
    }  # fmt: skip


def test_no_events_have_no_percentiles():
    assert percentiles({}) == {}


def test_an_event_of_unknown_time_is_not_counted():
    latencies = Latencies()
    latencies.add([0, 90, 101], heard=100, sessions=3)
    assert latencies.ticks == {10: 3, 0: 3}


def test_many_events_at_once_are_timed_to_the_millisecond():
    assert (rounded(101, 8), rounded(101, 9), rounded(110, 9)) == (101, 110, 110)


def test_events_up_to_the_cut_are_left_out():
    events = [Event("g1", "score", 1, seq, seq - 1) for seq in (3, 4, 5)]
    assert after(events, {"g1": 4}) == (events[2],)


def test_counts_of_processes_are_added():
    whole, part = Counts(events=1, bytes=10), Counts(events=2, bytes=5, gaps=1, repeats=3)
    part.latencies.add([10], 30)
    whole.add(part)
    assert whole.shape() | {"latency_ms": whole.latencies.summary()["max"]} == {
        "events": 3,
        "ticks": 0,
        "bytes": 15,
        "gaps": 1,
        "repeats": 3,
        "latency_ms": 2.0,
    }
