"""A server is ready once, between its start and its end."""

from __future__ import annotations

from itertools import product

import pytest

from scoreboard.model.errors import LocalError
from scoreboard.ops.health import TRANSITIONS, Health, Input, State


@pytest.mark.parametrize(("state", "given"), list(product(State, Input)))
def test_every_pair_leads_on_or_is_a_fault(state, given):
    health = Health()
    health.state = state
    if (state, given) in TRANSITIONS:
        health.move(given)
        assert health.state is TRANSITIONS[state, given]
    else:
        with pytest.raises(LocalError, match=f"{given.name} in state {state.name}"):
            health.move(given)


def test_who_was_told_to_stop_while_starting_is_never_ready():
    health = Health()
    health.move(Input.DRAIN)
    health.move(Input.LISTEN)
    assert health.readiness == "draining"
