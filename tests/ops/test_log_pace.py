"""The log has so many lines of a kind a second, and says how many it has not."""

from __future__ import annotations

from collections import Counter

from twisted.logger import LogLevel, LogPublisher

from scoreboard.gateway.rejected import Reason
from scoreboard.ops.log_between import LogBetween
from scoreboard.ops.log_pace import MAX_KINDS, LogPace


def test_of_a_kind_so_many_lines_are_written_and_then_it_is_said_how_many_were_not():
    pace = LogPace(3)
    assert [pace.take("a", 0.1 * n)[0] for n in range(9)] == [True] * 3 + [False] * 6
    assert pace.take("b", 0.9) == (True, 0)
    assert pace.take("a", 1.0) == (True, 6)
    assert pace.take("a", 1.1) == (True, 0)


def test_a_kind_that_is_quiet_has_nothing_to_say():
    pace = LogPace(3)
    assert [pace.take("a", float(n)) for n in range(5)] == [(True, 0)] * 5


def test_a_clock_that_is_set_back_silences_nobody():
    pace = LogPace(1)
    pace.take("a", 1_000.0)
    assert pace.take("a", 1_000.5) == (False, 0)
    assert pace.take("a", 500.0) == (True, 1)


def test_no_limit_is_none():
    assert {LogPace(0).take("a", 0.0) for _ in range(1_000)} == {(True, 0)}


def test_kinds_are_bounded():
    pace = LogPace(1)
    for number in range(5 * MAX_KINDS):
        assert pace.take(number, 0.0) == (True, 0)
    assert len(pace._windows) <= MAX_KINDS


def test_it_stands_before_every_observer_until_it_stops():
    first, second = [], []
    publisher = LogPublisher(first.append, second.append)
    held_back: Counter[str] = Counter()
    between = LogBetween(publisher, 2, held_back)
    between.start()

    def say(text: str, at: float) -> None:
        publisher(
            {"log_namespace": "n", "log_format": text, "log_time": at, "log_level": LogLevel.info}
        )

    for _ in range(5):
        say("again", 0.0)
    say("other", 0.0)
    say("again", 2.0)
    told = [(event["log_format"], event.get("n")) for event in first]
    assert told == [
        *[("again", None)] * 2,
        ("other", None),
        ("{n} more lines of this kind were suppressed", 3),
        ("again", None),
    ]
    assert len(second) == len(first)
    assert held_back == {Reason.LOG_LINES: 6}
    between.stop()
    for _ in range(5):
        say("again", 3.0)
    assert [event["log_format"] for event in first[-5:]] == ["again"] * 5
