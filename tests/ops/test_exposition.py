"""What is exposed is what was counted, under the names that the documentation has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client.core import Metric

from scoreboard.metrics import Durations, Sizes
from scoreboard.ops.exposition import MEASURES, Kind, Readings, families

DOCS = Path(__file__).parents[2] / "docs" / "operations.md"


def reading(**changes):
    values = {}
    for measure in MEASURES:
        if measure.kind is Kind.HISTOGRAM:
            values[measure.name] = {("x",): Durations()} if measure.labels else Durations()
        else:
            values[measure.name] = {("x",) * len(measure.labels): 1} if measure.labels else 1
    return values | changes


def family(name: str, **changes) -> Metric:
    (found,) = [one for one in families(reading(**changes)) if one.name == f"scoreboard_{name}"]
    return found


def samples(metric: Metric) -> dict[tuple[str, str], float]:
    return {
        (sample.name.removeprefix(metric.name), ",".join(sample.labels.values())): sample.value
        for sample in metric.samples
    }


def test_a_counter_has_a_series_for_each_combination_of_labels():
    given = {("wamp", "no"): 2, ("http", "busy"): 3}
    told = samples(family("refusals", refusals_total=given))
    assert told == {("_total", "http,busy"): 3, ("_total", "wamp,no"): 2}


def test_durations_are_told_in_seconds_and_add_up():
    durations = Durations()
    for took_ms in (0.05, 3.5, 3.6, 2_000):
        durations.add(took_ms)
    told = samples(family("loop_lag_seconds", loop_lag_seconds=durations))
    assert told["_bucket", "0.0001"] == 1
    assert told["_bucket", "0.003"] == 1
    assert told["_bucket", "0.004"] == told["_bucket", "0.5"] == 3
    assert told["_bucket", "+Inf"] == told["_count", ""] == 4
    assert told["_sum", ""] == pytest.approx(2.00715)


def test_sizes_keep_their_unit():
    sizes = Sizes()
    for size in (1, 5, 10_000_000):
        sizes.add(size)
    told = samples(family("commit_bytes", commit_bytes=sizes))
    assert [told["_bucket", bound] for bound in ("1", "4", "16", "1048576", "+Inf")] == [
        1,
        1,
        2,
        2,
        3,
    ]
    assert told["_sum", ""] == 10_000_006


def test_a_reading_is_taken_for_each_scrape():
    games = iter((1, 2))
    collector = Readings(lambda: reading(games=next(games)))
    told = [
        one.samples[0].value
        for _ in range(2)
        for one in collector.collect()
        if one.name == "scoreboard_games"
    ]
    assert told == [1, 2]


def test_what_is_not_read_is_a_fault():
    missing = reading()
    del missing["games"]
    with pytest.raises(KeyError, match="games"):
        list(families(missing))


def test_the_documentation_lists_every_metric_as_it_is():
    row = r"^\| `(scoreboard_\w+)(?:\{([\w, ]+)\})?` \| (\w+) \| (.*) \|$"
    assert re.findall(row, DOCS.read_text(), re.MULTILINE) == [
        (one.full_name, ", ".join(one.labels), one.kind.value, one.help) for one in MEASURES
    ]
