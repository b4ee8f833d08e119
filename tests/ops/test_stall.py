"""The loop's stall is what a caller would have waited, for every moment of it."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from scoreboard.ops.stall import PERIOD_S, LoopStall


class HeldClock(Clock):
    """A reactor that something holds now and then."""

    def hold(self, seconds: float) -> None:
        self.rightNow += seconds
        self.advance(0)


def test_a_loop_that_is_not_held_is_never_late():
    clock = HeldClock()
    stall = LoopStall(clock)
    stall.start()
    clock.pump([PERIOD_S] * 10)
    assert stall.durations.count == 10
    assert stall.durations.longest_ms == pytest.approx(0, abs=1e-6)


def test_a_hold_counts_for_all_who_would_have_waited():
    clock = HeldClock()
    stall = LoopStall(clock)
    stall.start()
    clock.hold(PERIOD_S + 0.035)
    assert stall.durations.count == 4
    assert stall.durations.longest_ms == pytest.approx(35)
    assert stall.durations.total_ms == pytest.approx(35 + 25 + 15 + 5)


def test_it_stops():
    clock = HeldClock()
    stall = LoopStall(clock)
    stall.stop()
    stall.start()
    stall.stop()
    clock.pump([PERIOD_S] * 3)
    assert stall.durations.count == 0
    assert clock.getDelayedCalls() == []
