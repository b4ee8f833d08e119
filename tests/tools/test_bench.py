"""The comparison: what it plans, computes and draws."""

import argparse
import json
from xml.etree import ElementTree as ET

import pytest

from scoreboard.tools import bench
from scoreboard.tools.bench_chart import chart
from scoreboard.tools.bench_machine import caption, facts
from scoreboard.tools.bench_plan import (
    Tried,
    next_rate,
    scenarios,
    sustained_rate,
    total_seconds,
)
from scoreboard.tools.bench_report import Runs, collect, document, number, restored, table
from scoreboard.tools.main import main
from scoreboard.tools.usage import UsageError

LATENCY = Runs("hot", "10/s p99 ms", (5.0, 4.0, 6.0), (10.0, 11.0, 9.0))
RATE = Runs("hot", "saturation deliveries/s", (300.0,), (10.0,))
ALONE = Runs("storm", "faults", (0.0,), ())


def searched(limit):
    """The search of a server that sustains rates up to `limit`."""
    tried = []
    while (rate := next_rate(tried)) is not None:
        tried.append(Tried(rate, rate <= limit))
    return tried


@pytest.mark.parametrize(
    ("limit", "found", "tries"),
    [(10, 6.25, 4), (50, 50, 5), (170, 162.5, 6), (390, 375, 7), (1e9, 12_800, 9)],
)
def test_the_search_ends_below_the_highest_rate_that_is_sustained(limit, found, tries):
    tried = searched(limit)
    assert (sustained_rate(tried), len(tried)) == (found, tries)


def test_every_scenario_can_be_scaled():
    small = scenarios(0.001, 1.0)
    for name, scenario in scenarios(1.0, 8.0).items():
        assert small[name].groups[0].sessions <= 15
        assert scenario.seconds > small[name].seconds


def test_steps_are_done_on_fresh_servers_and_searches_on_one():
    every = scenarios(1.0, 8.0)
    assert [len(every[name].parts) for name in ("hot", "games", "fairness")] == [5, 1, 2]


def test_what_is_measured_on_ours_only_takes_half_the_time():
    every = scenarios(1.0, 8.0)
    storm, joins = every["storm"], every["joins"]
    assert total_seconds([storm, joins], 3) == 3 * (storm.seconds + 2 * joins.seconds)


@pytest.mark.parametrize(
    ("one", "ratio"),
    [
        (LATENCY, 2.0),
        (RATE, 30.0),
        (ALONE, None),
        (Runs("hot", "10/s p99 ms", (0.0,), (1.0,)), None),
        (Runs("hot", "10/s faults", (1.0,), (2.0,)), None),
    ],
)
def test_a_ratio_above_one_is_in_our_favour(one, ratio):
    assert ratio == one.ratio


def test_measures_are_collected_over_runs_and_servers():
    runs = {"hot": {"ours": [{"a ms": 1.0}, {"a ms": 3.0}], "stock": [{"a ms": 4.0, "b": 1.0}]}}
    assert collect(runs) == [
        Runs("hot", "a ms", (1.0, 3.0), (4.0,)),
        Runs("hot", "b", (), (1.0,)),
    ]


def test_the_table_shows_medians_and_ratios():
    goals = {("storm", "faults"): "0: pass"}
    assert table([LATENCY, ALONE], goals)[1:] == [
        "hot       10/s p99 ms           5            10.0         2x",
        "storm     faults                0               -             0: pass",
    ]


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1.5, "1.5"), (12.34, "12.3"), (12_345.6, "12,346"), (3.0, "3")]
)
def test_a_number_has_three_figures_or_so(value, text):
    assert text == number(value)


def test_the_document_has_every_run_and_its_machine():
    goals = {("hot", "10/s p99 ms"): ">= 1x: pass"}
    wrong = ["run 1/1, hot, ours: no"]
    saved = document({}, {"cpu": "x"}, {"hot": "title"}, [LATENCY], goals, wrong)
    assert saved == {
        "hot": {
            "title": "title",
            "machine": {"cpu": "x"},
            "problems": ["run 1/1, hot, ours: no"],
            "measures": [
                {
                    "measure": "10/s p99 ms",
                    "ours": [5.0, 4.0, 6.0],
                    "stock": [10.0, 11.0, 9.0],
                    "better_by": 2.0,
                    "goal": ">= 1x: pass",
                }
            ],
        }
    }


def test_scenarios_that_are_not_measured_again_are_kept():
    first = document({}, {}, {"hot": "", "storm": ""}, [LATENCY, ALONE], {}, [])
    second = document(json.loads(json.dumps(first)), {}, {"hot": ""}, [RATE], {}, [])
    assert restored(second) == [RATE, ALONE]


@pytest.mark.parametrize(
    "found", [[LATENCY, RATE, ALONE], [], [Runs("a", "<b>&/s", (1.0,), (9.0,))]]
)
def test_the_chart_is_well_formed_and_has_a_bar_for_each_ratio(found):
    root = ET.fromstring(chart(found, "a <machine>"))  # noqa: S314 - it is ours
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    assert len(bars) == 1 + sum(one.ratio is not None for one in found)


def test_the_machine_is_named():
    found = facts()
    assert found["autobahn"] in caption(found)


def test_the_scenarios_that_are_asked_for_are_chosen():
    assert [one.name for one in bench.chosen("joins, hot", 1.0, 1.0)] == ["joins", "hot"]
    assert len(bench.chosen(None, 1.0, 1.0)) == 8


def test_an_unknown_scenario_is_refused():
    with pytest.raises(UsageError, match="warp"):
        bench.chosen("hot,warp", 1.0, 1.0)


def test_what_would_be_done_is_listed(capsys):
    assert main(["bench", "--list", "--runs", "2"]) == 0
    assert "2 runs each, about" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["--scale", "0"], ["--seconds", "-1"]])
def test_a_wrong_number_is_refused(words):
    parser = argparse.ArgumentParser(exit_on_error=False)
    bench.add_arguments(parser)
    with pytest.raises(argparse.ArgumentError):
        parser.parse_args(words)


def test_no_runs_are_a_mistake(capsys):
    assert main(["bench", "--runs", "0"]) == 2


def saved_by(folder, *words):
    """Scenario -> measure -> what a run of the command has saved."""
    every = ["--scale", "0.01", "--runs", "1", "--seconds", "0.5", "--save", str(folder)]
    assert main(["bench", *words, *every]) == 0
    saved = json.loads((folder / "results.json").read_text())
    return {
        name: {one["measure"]: one for one in scenario["measures"]}
        for name, scenario in saved.items()
    }


def test_both_servers_are_measured_and_the_result_is_saved(tmp_path, capsys):
    folder = tmp_path / "saved"
    found = saved_by(folder, "--only", "joins,storm")
    joins, storm = found["joins"]["joins/s"], found["storm"]
    assert (len(joins["ours"]), len(joins["stock"])) == (1, 1)
    assert (storm["back"]["ours"], storm["faults"]["ours"]) == ([1.0], [0])
    assert storm["faults"]["goal"] == "0: pass"
    assert (folder / "results.svg").exists()
    assert "joins/s" in capsys.readouterr().out


def test_sessions_that_stop_lose_nothing_that_is_critical(tmp_path):
    found = saved_by(tmp_path, "--only", "stopped,order")
    never = {
        name: found["stopped"][name]["ours"]
        for name in ("read while stopped", "faults", "undelivered", "sessions closed")
    }
    assert never == {name: [0] for name in never}
    assert {"oldest tick s", "others' p99 stopped/before", "KiB/stopped session"} <= set(
        found["stopped"]
    )
    assert found["order"]["inversions"]["goal"] == "0: pass"
