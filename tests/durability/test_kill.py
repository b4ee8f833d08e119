"""`kill -9` at random instants; the long campaign is `scripts/campaign-kill`."""

from __future__ import annotations

from tests.durability.campaign import Campaign, Plan
from tests.durability.disk import RealDisk


def test_nothing_that_was_acknowledged_is_lost_by_kills(tmp_path):
    result = Campaign(Plan(rounds=10, seed=20), tmp_path, RealDisk(tmp_path), lambda _: None).run()
    assert result.is_good, result.table()
    assert (result.kills, result.finals > 0, result.tally.acked > 100) == (10, True, True)
