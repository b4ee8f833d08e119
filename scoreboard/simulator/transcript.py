"""
The transcript: what a scorer says, turned into the messages of a feed.

Rule: references are given when a play is first told, so that a late play has a high
one; the running score is the sum of what has been told so far, right or wrong; the
truth is not known here. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from scoreboard.model.message import (
    ClockReport,
    Message,
    PlayReport,
    Report,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.pace import Timed


@attrs.frozen
class PlayLine:
    """
    A play is told, or told again.

    Attributes:
        key: the scorer's own count of plays; the same when it is told again.
        reason: why it is told again; None the first time.
        late: whether later plays have been told before it.
    """

    key: int
    facts: PlayFacts
    reason: str | None = None
    late: bool = False


@attrs.frozen
class VoidLine:
    """A play is taken back."""

    key: int
    overturned: bool
    reason: str


@attrs.frozen
class ScoreLine:
    """The score is read out, as a check."""

    period_index: int


Line = PlayLine | VoidLine | ScoreLine | StatusReport | ClockReport | SituationReport


@attrs.define
class Said:
    """A line and the moment when it goes out, milliseconds UTC; a correction may be hurried."""

    due_ms: int
    line: Line


@attrs.frozen
class Numbering:
    """
    How a feed numbers its plays.

    Attributes:
        least: smallest step from one reference to the next.
        most: largest step.
        plain: share of steps that are the smallest.
    """

    least: int = 1
    most: int = 3
    # Measured on the recorded NBA night of 2015-12-23: 998 gaps in 5,843 event numbers.
    plain: float = 0.83

    def step(self, draw: Chance) -> int:
        """From one reference to the next."""
        if draw.happens(self.plain):
            return self.least
        return draw.whole(self.least, self.most)


class _Feed:
    """What a feed remembers while it speaks."""

    def __init__(self, numbering: Numbering, draw: Chance) -> None:
        self._numbering = numbering
        self._draw = draw
        self._last_ref = 0
        self._refs: dict[int, str] = {}
        self._revs: dict[int, int] = {}
        self._worth: dict[int, Score] = {}
        self._score = Score()

    def report(self, line: Line) -> Report:
        """The report that says `line`."""
        match line:
            case PlayLine():
                return self._play(line)
            case VoidLine(key=key, overturned=overturned, reason=reason):
                self._score -= self._worth.pop(key)
                return VoidReport(self._refs[key], overturned, reason)
            case ScoreLine(period_index=period_index):
                return ScoreReport(self._score, period_index=period_index)
            case _:
                return line

    def _play(self, line: PlayLine) -> PlayReport:
        again = line.key in self._refs
        if not again:
            self._last_ref += self._numbering.step(self._draw)
            self._refs[line.key] = str(self._last_ref)
        self._revs[line.key] = self._revs.get(line.key, -1) + 1
        self._score += line.facts.score - self._worth.get(line.key, Score())
        self._worth[line.key] = line.facts.score
        return PlayReport(
            ref=self._refs[line.key],
            facts=line.facts,
            rev=self._revs[line.key],
            # Beside a play out of its place a running score could be read in two ways.
            score_after=None if again or line.late else self._score,
            reason=line.reason,
        )


def transcript(said: Iterable[Said], numbering: Numbering, draw: Chance) -> tuple[Timed, ...]:
    """The messages of a game in the order in which they go out, numbered from 1."""
    feed = _Feed(numbering, draw)
    messages = []
    for number, entry in enumerate(sorted(said, key=lambda entry: entry.due_ms), start=1):
        message = Message(feed.report(entry.line), number, entry.due_ms)
        messages.append(Timed(entry.due_ms, message))
    return tuple(messages)
