"""
The status of a game, told from the rows of its document as they come.

Rule: a status that the provider states is passed on; one that it does not state is
generated only where the rows leave no doubt, and only if it may follow. Pure.

# Note [Statuses that nobody sends]

Documents of plays seldom say "in progress" or "half-time", and followers need both.
Rows say enough: the game has begun with the first row that is no line-up, a break
begins with the row that ends a period (or, in formats without such rows, is over when a
row of the next period comes), a shoot-out with its first attempt. Only rows at the
end of the game count: a late row of the first quarter says nothing about the present.
Sports without a clock (baseball) have seventeen breaks of two minutes each; nobody is
told of them.
"""

from __future__ import annotations

import attrs

from scoreboard.ingest.parsers.document import PlayRow
from scoreboard.model.clock import Direction
from scoreboard.model.game import GameMeta
from scoreboard.model.message import StatusReport
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.status import TRANSITIONS, State, Status, StatusLine
from scoreboard.sports.playtype import PlayType
from scoreboard.sports.registry import RULESETS, SPORTS

#: Between two periods.
_BREAKS = (Status.END_PERIOD, Status.HALFTIME)

#: Not playing, though between the first and the last play.
_STOPPED = (*_BREAKS, Status.DELAYED, Status.SUSPENDED)

#: Groups of plays that also happen while nobody plays.
_IDLE = ("admin", "substitution", "clock")

#: Kinds of play that stand before the first one is played; others begin the game.
_BEFORE_THE_START = ("game_start", "lineup", "substitution", "comment", "review", "unknown")


@attrs.frozen
class Lifecycle:
    """
    How far the game has come, by the rows that were told.

    Attributes:
        line: the status that was last reported.
        period_index: of the last row at the end of the game.
        last: the status that a row said the game ends with; reported after all rows,
            since no play may follow it.
    """

    ruleset: Ruleset
    play_types: dict[str, PlayType]
    line: StatusLine = attrs.field(factory=StatusLine)
    period_index: int = 1
    last: StatusLine | None = None

    def before(self, row: PlayRow) -> tuple[Lifecycle, list[StatusReport]]:
        """
        What is reported before a row at the end of the game.

        Returns:
            The state then, and the reports, usually none.
        """
        facts = row.facts
        lines: list[tuple[StatusLine, int]] = []
        now, period = self.line.status, self.period_index
        if now is Status.SCHEDULED:
            now = _add(lines, Status.PREGAME, period)
        if now.state is State.PRE and _begins(row):
            now = _add(lines, Status.IN_PROGRESS, facts.period_index)
        if row.deleted:
            return _reporting(self, lines)
        if now is Status.IN_PROGRESS and facts.period_index > period and self._has_breaks:
            now = _add(lines, self._break_after(period), period)
        if facts.shootout and now is not Status.SHOOTOUT and now.state is State.IN:
            now = _add(lines, Status.SHOOTOUT, facts.period_index)
        elif self._goes_on(now, row):
            _add(lines, Status.IN_PROGRESS, facts.period_index)
        after = attrs.evolve(self, period_index=max(period, facts.period_index))
        return _reporting(after, lines)

    def after(self, row: PlayRow, *, at_end: bool) -> tuple[Lifecycle, list[StatusReport]]:
        """
        What is reported after a row: what it says outright, or the break that it begins.

        Args:
            at_end: whether the row stands at the end of the game.
        """
        said = row.status
        if said is None:
            return _reporting(self, self._break(row) if at_end else [])
        if said == self.line:
            return self, []
        if said.status.state is State.POST:
            return attrs.evolve(self, last=said), []
        return _reporting(self, [(said, self.period_index)])

    def close(self, present: StatusLine | None) -> tuple[Lifecycle, list[StatusReport]]:
        """
        What is reported when all rows have been told.

        Args:
            present: the status by the document itself.
        """
        state, reports = self, []
        # A row says more than the document does ("the game has been cancelled").
        same = self.last and present and self.last.status is present.status
        for line in (self.last, None if same else present):
            if line is not None and state._may_become(line):
                state, some = state._reaching(line)
                reports += some
        return attrs.evolve(state, last=None), reports

    def _reaching(self, line: StatusLine) -> tuple[Lifecycle, list[StatusReport]]:
        """`line`, by way of the start if the game has none of its rows."""
        lines = [(line, self.period_index)]
        started = self.line.status.state is not State.PRE
        if line.status in (Status.FINAL, Status.OFFICIAL) and not started:
            lines.insert(0, (StatusLine(Status.IN_PROGRESS), self.period_index))
        return _reporting(self, lines)

    def _may_become(self, line: StatusLine) -> bool:
        now, then = self.line.status, line.status
        if line == self.line:
            return False
        if then is Status.IN_PROGRESS and now.state is State.IN:
            # The document's "in progress" knows no breaks; ours stands.
            return now in (Status.DELAYED, Status.SUSPENDED)
        if then is now:
            # A bare status does not replace the same one with a reason.
            return bool(line.decided_in or line.reason or line.expected_resume_ms)
        over = then in (Status.FINAL, Status.OFFICIAL)
        return then in TRANSITIONS[now] or (over and now.state is State.PRE)

    def _goes_on(self, now: Status, row: PlayRow) -> bool:
        """Whether `row` shows that play has been resumed."""
        if now not in _STOPPED or row.deleted or row.facts.play_type == "game_end":
            return False
        if now in _BREAKS and row.facts.period_index > self.period_index:
            return True
        kind = self.play_types.get(row.facts.play_type)
        return row.facts.points > 0 or (kind is not None and kind.group not in _IDLE)

    def _break(self, row: PlayRow) -> list[tuple[StatusLine, int]]:
        playing = self.line.status is Status.IN_PROGRESS and self._has_breaks
        if row.deleted or row.facts.play_type != "period_end" or not playing:
            return []
        period_index = row.facts.period_index
        return [(StatusLine(self._break_after(period_index)), period_index)]

    @property
    def _has_breaks(self) -> bool:
        return self.ruleset.direction is not Direction.NONE

    def _break_after(self, period_index: int) -> Status:
        half = self.ruleset.periods % 2 == 0 and period_index == self.ruleset.periods // 2
        return Status.HALFTIME if half else Status.END_PERIOD


def _reporting(
    state: Lifecycle, lines: list[tuple[StatusLine, int]]
) -> tuple[Lifecycle, list[StatusReport]]:
    reports = [StatusReport(line, period_index) for line, period_index in lines]
    return (attrs.evolve(state, line=lines[-1][0]) if lines else state), reports


def _begins(row: PlayRow) -> bool:
    """Whether the game is on with `row`; one that was taken back shows that it was."""
    facts = row.facts
    return row.deleted or facts.points > 0 or facts.play_type not in _BEFORE_THE_START


def _add(lines: list[tuple[StatusLine, int]], status: Status, period_index: int) -> Status:
    lines.append((StatusLine(status), period_index))
    return status


def scheduled(meta: GameMeta) -> Lifecycle:
    """The state of a game of which nothing has been told but its meta."""
    return Lifecycle(RULESETS[meta.ruleset], SPORTS[meta.sport].play_types)
