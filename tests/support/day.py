"""Days that are played into a server by a command, and how their games ended in truth."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from scoreboard.codec.text import iso
from scoreboard.model.game import GameMeta
from scoreboard.simulator.day import Slate, game_day
from scoreboard.tools.progress import ProgressLine
from scoreboard.tools.recorded import read_recorded
from tests.support.recorded import recorded

SUNDAY = "nfl-2019-12-29-sunday"
START_MS = 1_790_000_000_000


@attrs.frozen
class Day:
    """
    What is played.

    Attributes:
        finals: the true ones, home first.
        command: what sends it, but for where to.
    """

    metas: tuple[GameMeta, ...]
    finals: dict[str, tuple[int, int]]
    command: tuple[str, ...]

    @property
    def games(self) -> list[str]:
        return [meta.game_id for meta in self.metas]


def recorded_day(patterns: Sequence[str] = ()) -> Day:
    """A recorded Sunday of the NFL, or the games of it that are named."""
    folder = recorded(SUNDAY)
    found, unreadable = read_recorded([folder], patterns, ProgressLine(rarely=0))
    assert unreadable == ()
    finals = {}
    for one in found:
        header = one.document.header
        assert header is not None
        finals[one.document.meta.game_id] = (header.home, header.away)
    chosen = [word for pattern in patterns for word in ("--game", pattern)]
    command = ("replay", str(folder), "--align", *chosen)
    return Day(tuple(one.document.meta for one in found), finals, command)


def simulated_day(seed: int) -> Day:
    """Where there are no recorded games."""
    slate = Slate(soccer=1, hockey=1, football=1)
    games = game_day(seed, START_MS, slate)
    counts = ("--soccer", "1", "--hockey", "1", "--football", "1")
    command = ("simulate", "--seed", str(seed), "--start", iso(START_MS), *counts)
    finals = {one.meta.game_id: (one.final.home, one.final.away) for one in games}
    return Day(tuple(one.meta for one in games), finals, command)
