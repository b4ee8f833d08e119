"""Reports of a small basketball game, for properties."""

from __future__ import annotations

from hypothesis import strategies as st

from scoreboard.model.clock import Clock
from scoreboard.model.message import ClockReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.support.games import basket

REPORTS = st.lists(
    st.one_of(
        st.builds(
            basket,
            ref=st.sampled_from("abcdefgh"),
            points=st.sampled_from([1, 2, 3]),
            side=st.sampled_from(Side),
            period=st.integers(1, 4),
            order=st.one_of(st.none(), st.integers(1, 50)),
            clock_ms=st.one_of(st.none(), st.integers(0, 720_000)),
            rev=st.integers(0, 2),
        ),
        st.builds(VoidReport, ref=st.sampled_from("abcdefgh"), overturned=st.booleans()),
        st.builds(
            ScoreReport,
            score=st.builds(Score, st.integers(0, 9), st.integers(0, 9)),
            correction=st.just(True),
        ),
        st.builds(ClockReport, st.builds(Clock, st.integers(1, 4), st.integers(0, 720_000))),
        st.builds(
            StatusReport,
            st.builds(StatusLine, st.sampled_from([Status.IN_PROGRESS, Status.END_PERIOD])),
        ),
    ),
    max_size=25,
)
