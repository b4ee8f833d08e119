"""What measures and checks the plan computes."""

from __future__ import annotations

import pytest

from tests.capacity.check import RUNS, Audience, Row, Run, predictions, table
from tests.capacity.measure import quantiles_ms
from tests.tools.test_plan import FIGURES

RUN = Run("x", 2, (Audience(100, range(1), 1, 5.0), Audience(40, range(1, 5), 2, 0.5)), 10.0)


def test_a_run_is_foretold_from_its_figures():
    found = predictions(FIGURES, RUN, cores=2)
    # 7 messages a second; 500 + 40 events a second.
    assert (RUN.messages, RUN.games, RUN.sessions) == (7.0, 5, 140)
    assert found["to followers, MB"] == pytest.approx(540 * 10 * 400 / 1e6)
    assert found["load: processor, s"] == pytest.approx((540 * 5 + 7 * 300) * 10 / 1e6)
    assert found["others, each: entries read"] == 70
    redis = 1_000 + 2 * 100 + 7 * 200 + 7 * 50 + 5 * 2 / 2 * 20
    assert found["Redis: processor, s"] == pytest.approx(redis * 10 / 1e6)
    both = found["home: processor, s"] + found["others, each: processor, s"]
    assert found["all nodes: processor, s"] == pytest.approx(both)


def test_one_node_has_no_others():
    assert not any("others" in what for what in predictions(FIGURES, RUNS[0], cores=2))


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_the_audiences_of_a_run_can_be_spread_evenly(run):
    assert [one for one in run.audiences if one.sessions % run.nodes] == []
    # The processes of a run share two cores here; what queues is not what is compared.
    nodes = sum(
        value
        for what, value in predictions(FIGURES, run, cores=2).items()
        if what in {"all nodes: processor, s", "Redis: processor, s", "load: processor, s"}
    )
    assert nodes / run.seconds < 1.0


def test_an_error_is_relative_to_what_was_measured():
    assert Row("x", "y", 12.0, 10.0).error == pytest.approx(0.2)
    assert Row("x", "y", 0.0, 0.0).error == 0
    assert Row("x", "y", 1.0, 0.0).error == float("inf")


def test_the_table_counts_what_is_off():
    rows = [Row("a", "one", 12.0, 10.0), Row("b", "two", 5.0, 10.0)]
    lines = table(rows)
    assert lines[-1] == "1 of 2 within 25%; the worst: b, two, -50.0%"
    assert lines[2].split() == ["b", "two", "5.00", "10.00", "-50.0%"]


def test_a_quantile_lies_between_the_bounds_of_its_class():
    name = "scoreboard_stage_seconds_bucket"
    counts = {
        f"{name} 0.001 durable": 0.0,
        f"{name} 0.002 durable": 50.0,
        f"{name} 0.004 durable": 100.0,
        f"{name} +Inf durable": 100.0,
        f"{name} 0.001 first_send": 7.0,
        "other": 1.0,
    }
    p50, p99 = quantiles_ms(counts)
    assert p50 == pytest.approx(2.0)
    assert p99 == pytest.approx(3.96)
