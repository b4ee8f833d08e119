"""Power cuts at random instants; the long campaign is `scripts/campaign-powercut`."""

from __future__ import annotations

import os

import pytest

from tests.durability.disk import LossyDisk, lossy_is_missing
from tests.durability.powercut import attack
from tests.durability.weak import WEAKNESSES

pytestmark = pytest.mark.skipif(lossy_is_missing() is not None, reason=f"{lossy_is_missing()}")


@pytest.mark.parametrize(("keeps", "rounds"), [(0.0, 5), (0.5, 3)])
def test_nothing_that_was_acknowledged_is_lost_by_power_cuts(tmp_path, keeps, rounds):
    result = attack("full", rounds, seed=20, keeps=keeps, folder=tmp_path)
    assert result.is_good, result.table()
    assert (result.kills, result.finals > 0, result.tally.acked > 100) == (rounds, True, True)


@pytest.mark.parametrize("weakness", WEAKNESSES)
def test_a_server_that_breaks_its_promise_is_found(tmp_path, weakness):
    result = attack(weakness, rounds=2, seed=20, keeps=0.0, folder=tmp_path)
    assert (result.kills, result.losing > 0) == (2, True)


def test_what_was_not_synced_is_lost_and_what_was_is_not(tmp_path):
    disk = LossyDisk(tmp_path, seed=1, keeps=0.0)
    mount = disk.fresh(0)
    try:
        descriptor = os.open(mount / "file", os.O_RDWR | os.O_CREAT)
        folder = os.open(mount, os.O_RDONLY)
        os.write(descriptor, b"safe")
        os.fsync(descriptor)
        os.fsync(folder)
        os.write(descriptor, b", and this is not")
        (mount / "nameless").write_bytes(b"its folder was not synced")
        os.close(descriptor)
        os.close(folder)
        disk.died()
        assert {path.name: path.read_bytes() for path in mount.iterdir()} == {"file": b"safe"}
    finally:
        disk.close()
