"""
Exposition: what is measured, under the names that Prometheus knows it by.

Rule: nothing is counted here: a reading of counters that are kept anyway becomes families,
when somebody asks. No label names a client, a game or a source, so that the number of
series is bounded by what is written here. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, cast

import attrs
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from scoreboard.metrics import BOUNDS, BOUNDS_MS, Durations, Sizes

#: What every name begins with.
PREFIX = "scoreboard_"

#: A number for each value of the one label, or of the two.
Numbers = Mapping[tuple[str], float] | Mapping[tuple[str, str], float]
#: What was counted in classes, for each value of the one label if there is one.
Classes = Durations | Sizes | Mapping[tuple[str], Durations]
#: What a metric is at the moment.
Value = float | Numbers | Classes
#: Name without prefix -> value.
Reading = Mapping[str, Value]


class Kind(Enum):
    """How a metric may change."""

    COUNTER = "counter"  #: only rises
    GAUGE = "gauge"  #: rises and falls
    HISTOGRAM = "histogram"  #: how often it was in which class


@attrs.frozen
class Measure:
    """
    A metric.

    Attributes:
        name: without prefix.
        help: what it counts.
        labels: names, in the order of the values.
    """

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """As it is exposed."""
        return PREFIX + self.name


_COUNTER, _GAUGE, _HISTOGRAM = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

#: Every metric of ours, in the order in which they are shown.
MEASURES: Sequence[Measure] = (
    Measure("build_info", _GAUGE, "1; the label says which version runs.", ("version",)),
    Measure("ready", _GAUGE, "1 while new clients are taken, else 0."),
    Measure("games", _GAUGE, "Games in memory."),
    Measure("home_games", _GAUGE, "Of those, the ones that are written from here."),
    Measure("clients", _GAUGE, "Clients: WAMP sessions joined, event streams.", ("protocol",)),
    Measure("connections", _GAUGE, "Open connections of the public port, whatever is spoken."),
    Measure("websocket_connections", _GAUGE, "Open WebSocket connections, joined or not."),
    Measure(
        "unfinished_message_bytes", _GAUGE, "Kept of WebSocket messages that have begun to come."
    ),
    Measure("subscriptions", _GAUGE, "Different subscriptions: a URI and how it matches."),
    Measure(
        "unusual_subscriptions",
        _GAUGE,
        "Of those, the ones to something else than a kind, or all, of what there is.",
    ),
    Measure("subscribers", _GAUGE, "Subscribers of all subscriptions together."),
    Measure("streams", _GAUGE, "Streams of publications: games, leagues, teams."),
    Measure("cohorts", _GAUGE, "Groups of followers that are owed the same bytes."),
    Measure("stalled_clients", _GAUGE, "Followers that cannot take what they are owed."),
    Measure("published_total", _COUNTER, "Publications."),
    Measure("deliveries_total", _COUNTER, "Events written: one for each follower of each."),
    Measure("writes_total", _COUNTER, "Writes to followers; one may hold many events."),
    Measure("written_bytes_total", _COUNTER, "Bytes of events written, before compression."),
    Measure("merged_total", _COUNTER, "Publications that a newer one stood for."),
    Measure("expired_total", _COUNTER, "Ticks that were too old to be written."),
    Measure("parked_total", _COUNTER, "Times a follower could not take what it was owed."),
    Measure("lagging_total", _COUNTER, "Times a follower came for what its ring had forgotten."),
    Measure("restored_total", _COUNTER, "Publications read from the log for those."),
    Measure(
        "given_up_total",
        _COUNTER,
        "Followers given up: slow (took nothing for too long), failed (a fault of ours).",
        ("why",),
    ),
    Measure(
        "resumes_total",
        _COUNTER,
        "How those who came for a game were helped: start (they had nothing), current, delta, "
        "snapshot, lost (told to sync), unknown (no such game).",
        ("call", "mode"),
    ),
    Measure(
        "milestones_total",
        _COUNTER,
        "States of the past: kept (given to the log), read (from it), unfit (folded anew instead).",
        ("what",),
    ),
    Measure(
        "floor_turns_total",
        _COUNTER,
        "Slices that did not suffice for those who had said much at once.",
    ),
    Measure(
        "answers_total",
        _COUNTER,
        "Answers to messages of feeds and calls of officials; code is empty if all was well.",
        ("outcome", "code"),
    ),
    Measure(
        "rejected_total",
        _COUNTER,
        "Times a limit of the front door was met; docs/limits.md explains each.",
        ("reason",),
    ),
    Measure(
        "refusals_total",
        _COUNTER,
        "What was refused: requests (http), messages and sessions (wamp), handshakes (websocket).",
        ("where", "why"),
    ),
    Measure(
        "stage_seconds",
        _HISTOGRAM,
        "Latency by stage: durable (from receipt to disk), first_send and last_send (from disk "
        "to the first and the last follower that keeps up; sampled, one publication at a time).",
        ("stage",),
    ),
    Measure("loop_lag_seconds", _HISTOGRAM, "What a caller would have waited for the loop."),
    Measure("slice_seconds", _HISTOGRAM, "Time that the loop wrote without looking up."),
    Measure("commit_seconds", _HISTOGRAM, "From the first write of a commit to its sync."),
    Measure("commit_entries", _HISTOGRAM, "Entries that shared a sync of the disk."),
    Measure("commit_bytes", _HISTOGRAM, "Bytes of entries that shared a sync of the disk."),
    Measure("log_waiting_entries", _GAUGE, "Entries that wait for the disk."),
    Measure("log_up", _GAUGE, "1 while the log can be written to, as far as is known, else 0."),
    Measure("relay_followed_games", _GAUGE, "Games that this node is told of by others."),
    Measure(
        "relay_notices_total",
        _COUNTER,
        "What the relay has told: that a followed game has moved, that a new game was made.",
        ("what",),
    ),
    Measure("relay_looks_total", _COUNTER, "Times that a log was asked whether it has more."),
    Measure("relay_entries_total", _COUNTER, "Entries that other nodes wrote, and this one read."),
)


def families(reading: Reading) -> Iterator[Metric]:
    """
    Every metric of `MEASURES`.

    Args:
        reading: a value for each of them.
    """
    for measure in MEASURES:
        value = reading[measure.name]
        if measure.kind is Kind.HISTOGRAM:
            yield _histogram(measure, cast("Classes", value))
        else:
            yield _numbers(measure, cast("float | Numbers", value))


def _numbers(measure: Measure, value: float | Numbers) -> Metric:
    make = CounterMetricFamily if measure.kind is Kind.COUNTER else GaugeMetricFamily
    family = make(measure.full_name, measure.help, labels=measure.labels)
    values: Mapping[Any, float] = value if isinstance(value, Mapping) else {(): value}
    for labels, number in sorted(values.items()):
        family.add_metric(labels, number)
    return family


def _histogram(measure: Measure, value: Classes) -> Metric:
    family = HistogramMetricFamily(measure.full_name, measure.help, labels=measure.labels)
    values: Mapping[Any, Durations | Sizes] = value if isinstance(value, Mapping) else {(): value}
    for labels, counted in values.items():
        bounds, total = _classes(counted)
        family.add_metric(labels, _cumulated(bounds, counted.counts), total)
    return family


def _classes(counted: Durations | Sizes) -> tuple[Sequence[float], float]:
    """Upper bounds, and the sum; of durations in seconds."""
    if isinstance(counted, Sizes):
        return BOUNDS, counted.total
    return [bound / 1_000 for bound in BOUNDS_MS], counted.total_ms / 1_000


def _cumulated(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    """What Prometheus calls buckets: how many were up to each bound."""
    names = [*(f"{bound:g}" if bound < 1_000 else str(bound) for bound in bounds), "+Inf"]
    buckets: list[tuple[str, float]] = []
    seen = 0
    for name, count in zip(names, counts, strict=True):
        seen += count
        buckets.append((name, seen))
    return buckets


class Readings(Collector):
    """
    A collector that takes a reading when it is asked.

    Args:
        read: the counters as they are.
    """

    def __init__(self, read: Callable[[], Reading]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """Every metric, as it is now."""
        return families(self._read())
