"""What the measures must be."""

import pytest

from scoreboard.tools.bench_goals import COLD, GOALS, LOUD_COLD, verdicts
from scoreboard.tools.bench_plan import scenarios
from scoreboard.tools.bench_report import Runs
from scoreboard.tools.bench_stall import Stall


def said(*runs):
    return list(verdicts(list(runs)).values())


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (Runs("hot", "200/s p99 ms", (400.0, 500.0, 900.0), ()), "<= 500 ms: pass"),
        (Runs("hot", "200/s p99 ms", (400.0, 501.0, 900.0), ()), "<= 500 ms: fail"),
        (Runs("hot", "200/s p99 ms", (), (1.0,)), "<= 500 ms: ?"),
        (Runs("hot", "10/s p99 ms", (5.0,), (5.0,)), ">= 1x: pass"),
        (Runs("hot", "saturation deliveries/s", (290.0,), (10.0,)), ">= 30x: fail"),
        (Runs("games", "sustained events/s", (4000.0,), (400.0,)), ">= 10x: pass"),
        (Runs("games", "sustained events/s", (4000.0,), ()), ">= 10x: ?"),
        (Runs("storm", "back", (1.0, 1.0), ()), "1: pass"),
        (Runs("storm", "faults", (), ()), "0: ?"),
    ],
)
def test_a_measure_is_judged_by_its_goal(one, expected):
    assert said(one) == [expected]


def test_what_must_not_happen_must_not_happen_in_any_run():
    assert said(Runs("order", "inversions", (0.0, 0.0, 1.0), ())) == ["0: fail"]


def test_nothing_is_asked_of_other_measures():
    assert said(Runs("hot", "10/s p50 ms", (1.0,), (1.0,))) == []


@pytest.mark.parametrize(
    ("ratio", "loud", "verdict"), [(1.4, 900, "pass"), (3.0, 100, "pass"), (1.6, 101, "fail")]
)
def test_cold_games_may_be_slow_by_half_or_by_a_tenth_of_a_second(ratio, loud, verdict):
    runs = [Runs("fairness", COLD, (ratio,), ()), Runs("fairness", LOUD_COLD, (loud,), ())]
    assert said(*runs) == [f"<= 1.5 or 100 ms: {verdict}"]


def test_without_the_loud_run_nothing_is_said_of_cold_games():
    assert said(Runs("fairness", COLD, (1.0,), ())) == ["<= 1.5 or 100 ms: ?"]


def test_every_scenario_has_a_goal():
    assert {scenario for scenario, _ in GOALS} == set(scenarios(1, 1))


def stall(*counts, longest=40.0):
    return Stall((1.0, 10.0, 25.0), counts, longest)


def test_a_stall_is_that_of_the_while_between_two_readings():
    before, after = stall(5, 0, 0, 7), stall(104, 0, 1, 7)
    found = after.since(before)
    assert (found.counts, found.quantile_ms(0.99), found.quantile_ms(1)) == ((99, 0, 1, 0), 1, 25)


def test_what_is_later_than_every_class_is_as_late_as_the_longest():
    assert (stall(0, 0, 0, 1).quantile_ms(0.5), stall(0, 0, 1, 0, longest=20.0).quantile_ms(1)) == (
        40,
        20,
    )


def test_the_first_reading_counts_from_the_start():
    assert stall(1, 2, 3, 4).since(None) == stall(1, 2, 3, 4)


@pytest.mark.parametrize(
    "health",
    [
        None,
        "ok",
        {"status": "ok"},
        {"stall": {"bounds_ms": [1.0], "counts": [1], "longest_ms": 1.0}},
        {"stall": None},
    ],
)
def test_a_server_that_does_not_tell_is_not_guessed_about(health):
    assert Stall.read(health) is None


def test_the_answer_of_the_server_is_read():
    told = {"bounds_ms": [1.0, 10.0, 25.0], "counts": [1, 2, 3, 4], "longest_ms": 40.0}
    assert Stall.read({"status": "ok", "stall": told}) == stall(1, 2, 3, 4)
