"""Balancers hear 200 of a server that is ready, and of no other."""

from __future__ import annotations

import pytest

from scoreboard.model.readiness import DRAINING, READY, readiness_status


@pytest.mark.parametrize(
    ("word", "asked", "status"),
    [
        (READY, b"", 200),
        (READY, b"404", 200),
        (DRAINING, b"", 503),
        (DRAINING, b"404", 404),
        (DRAINING, b"200", 503),
        ("starting", b"", 503),
        ("starting", b"404", 503),
    ],
)
def test_one_that_drains_says_404_to_who_wants_to_hear_it(word, asked, status):
    assert readiness_status(word, asked) == status
