"""A short run of what `scripts/check-plan` does: two real nodes, and what they have counted."""

from __future__ import annotations

from tests.capacity.check import Audience, Run, perform, predictions
from tests.support.redis import needs_redis
from tests.tools.test_plan import FIGURES

pytestmark = needs_redis

RUN = Run(
    "2 nodes",
    2,
    (Audience(40, range(1), 1, 10.0), Audience(20, range(1, 5), 2, 2.5)),
    seconds=2.0,
)


def test_a_run_has_a_figure_for_everything_that_was_foretold(tmp_path):
    shown = []
    seen, others = perform(tmp_path, RUN, shown.append)
    foretold = predictions(FIGURES, RUN, cores=2)
    assert set(seen) == set(foretold)
    assert all(value > 0 for value in seen.values())
    # Ten scores a second in the one game and in the four others together.
    assert seen["others, each: entries read"] == RUN.messages * RUN.seconds == 40
    # Several that come at once are one notice; what is lost of them is read all the same.
    assert 0 < seen["others, each: notices"] <= 40
    assert shown
    assert others >= 0
