"""Redis under Sentinel: the primary is killed while two writers race."""

from __future__ import annotations

import pytest

from tests.durability.failover_campaign import Result, partition_is_missing, play_round
from tests.support.redis import needs_redis

pytestmark = needs_redis

needs_cuts = pytest.mark.skipif(
    partition_is_missing() is not None, reason=f"{partition_is_missing()}"
)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_failover_loses_nothing_that_was_acknowledged(tmp_path, seed):
    result = Result()
    play_round(tmp_path, seed, 1, result, partition=False)
    assert result.is_good, result.table()
    assert result.acked > 50
    assert result.outages[0] < 20


@needs_cuts
def test_what_a_primary_alone_has_is_not_acknowledged(tmp_path):
    result = Result()
    play_round(tmp_path, 1, 1, result, partition=True)
    assert result.is_good, result.table()
    assert result.unanswered > 0


@needs_cuts
def test_without_waiting_for_replicas_it_is_and_is_lost(tmp_path):
    """That the test above can fail."""
    result = Result()
    play_round(tmp_path, 1, 0, result, partition=True)
    assert result.lost + result.forks > 0
