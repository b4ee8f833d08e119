"""When the next source is lost."""

from __future__ import annotations

import pytest

from scoreboard.ingest.authority.due import next_loss
from scoreboard.ingest.authority.health import Live, live
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch, closed, heard
from scoreboard.model.ids import SourceId

P, B = SourceId("p"), SourceId("b")
POLICY = Policy()


def test_nobody_is_there_to_be_lost():
    assert next_loss(Watch(), {}, POLICY, 100.0) is None


def test_three_beats_after_it_was_last_heard():
    watch = heard(Watch(), P, 100.0, heartbeat=True)
    watch = heard(watch, B, 103.0, heartbeat=True)
    assert next_loss(watch, {}, POLICY, 104.0) == 115.0
    assert next_loss(watch, {}, POLICY, 115.0) == 118.0
    assert next_loss(watch, {}, POLICY, 118.0) is None


def test_its_own_beat_counts():
    watch = heard(Watch(), P, 100.0, heartbeat=True)
    settings = {P: SourceSetting(beat_s=2.0)}
    assert next_loss(watch, settings, POLICY, 101.0) == 106.0


def test_a_closed_line_has_less_time():
    watch = closed(heard(Watch(), P, 100.0, heartbeat=True), P, 101.0)
    assert next_loss(watch, {}, POLICY, 101.0) == 106.0


@pytest.mark.parametrize("at", [0.1, 1_790_000_000.3, 1_790_000_123.456_7])
def test_who_looks_then_finds_it_lost(at):
    watch = heard(Watch(), P, at, heartbeat=True)
    moment = next_loss(watch, {}, POLICY, at)
    assert live(at, None, at, POLICY.beat_s, POLICY, moment) is Live.DOWN
    assert live(at, None, at, POLICY.beat_s, POLICY, moment - 0.001) is Live.SUSPECT
