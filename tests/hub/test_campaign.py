"""A hundred thousand random steps, and nobody lost, repeated or misordered anything."""

from __future__ import annotations

from tests.hub.campaign import STEPS, run
from tests.hub.world import tighten


def test_a_hundred_thousand_random_steps_keep_every_promise():
    tight = tighten()
    try:
        made, totals = run(seed=20_261, steps=100_000, progress=lambda step: None)
    finally:
        tight.undo()
    assert set(STEPS) == set(made)
    for outcome in ("merged", "expired", "parked", "lagging", "pages", "slow"):
        assert totals[outcome] > 100, outcome
