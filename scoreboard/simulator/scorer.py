"""
The scorer: who sees a simulated game and says what is seen.

Rule: a sport tells the scorer what really happens, in the order in which it happens; the
scorer alone knows of delays and slips, and never of the true score. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from scoreboard.model.clock import ClockCause, Direction
from scoreboard.model.message import ClockReport, SituationReport, StatusReport
from scoreboard.model.play import ORDER_STEP, PlayFacts
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Situation
from scoreboard.model.status import Status, StatusLine
from scoreboard.simulator.chance import Chance
from scoreboard.simulator.clubs import Club, Person
from scoreboard.simulator.corrections import Doubled, Late, Mistaken, slip
from scoreboard.simulator.pace import MINUTE, SECOND, GameClock, Timed
from scoreboard.simulator.transcript import (
    Line,
    Numbering,
    PlayLine,
    Said,
    ScoreLine,
    VoidLine,
    transcript,
)

#: Seconds from what happened to the key that is pressed: assumed, as the recorded feeds
#: say when a row was last edited and not when it was first sent.
_LAG_S = (0.8, 4.0)

#: A running clock is read out this often, milliseconds of game time.
RESYNC_MS = 10 * SECOND

#: From the last whistle to the end of the scorer's checks, minutes: assumed.
_CHECKS_MIN = (6.0, 14.0)


@attrs.frozen
class Result:
    """
    How a game really ended.

    Attributes:
        score: the final score, a shoot-out's goal included where the ruleset gives one.
        shootout: the tally of the shoot-out, None if there was none.
        decided_in: "REG", "OT", "2OT", "SO", "F/11".
    """

    score: Score
    shootout: Score | None = None
    decided_in: str = "REG"


class Scorer:
    """The scorer's table of one game."""

    def __init__(
        self,
        ruleset: Ruleset,
        clubs: Mapping[Side, Club],
        kickoff_ms: int,
        draw: Chance,
        resync: bool = True,
    ) -> None:
        self.clock = GameClock(ruleset, kickoff_ms)
        self.ruleset = ruleset
        self._clubs = clubs
        self._draw = draw
        self._resync_ms = RESYNC_MS if resync else None
        self._said: list[Said] = []
        self._pending: list[tuple[Said, bool]] = []  # corrections; whether the score hangs on it
        self._spoken_ms = kickoff_ms  # when the last thing was said; a feed speaks in order
        self._forgotten: list[Said] = []  # late plays, so far with no later one told
        self._tick_ms = 0  # played when the clock was last read
        self._plays = 0
        self._order = 0

    def _say(self, line: Line, due_ms: float) -> Said:
        entry = Said(round(due_ms), line)
        self._said.append(entry)
        return entry

    def _speak(self, line: Line, lag_ms: float = 0) -> Said:
        """`line` after all that has been said, and no sooner than `lag_ms` from now."""
        self._spoken_ms = max(self._spoken_ms, round(self.clock.now_ms + lag_ms))
        return self._say(line, self._spoken_ms)

    def _lag_ms(self) -> float:
        return self._draw.between(*_LAG_S) * SECOND

    def status(self, status: Status, decided_in: str | None = None) -> None:
        """The game has a new status, of the period that the clock is in."""
        line = StatusLine(status, decided_in)
        self._speak(StatusReport(line, max(1, self.clock.period_index)), 500)

    def situation(self, situation: Situation, after_s: float = 2.0) -> None:
        """The situation changed without a play."""
        self._speak(SituationReport(situation), after_s * SECOND)

    def _read(self, cause: ClockCause) -> None:
        clock = self.clock.reading()
        if clock is None:
            return
        self._tick_ms = self.clock.played_ms
        self._speak(ClockReport(clock, cause), 200)

    def play(self, facts: PlayFacts, *, exact: bool = False) -> int:
        """
        A play happens now.

        Args:
            facts: all but period, clock, time of day and order, which the scorer adds.
            exact: whether the scorer gets it right whatever comes; for plays that are
                to be taken back, and for the frame of the game.

        Returns:
            The play's key, for `take_back`.
        """
        self._plays += 1
        key = self._plays
        found = None if exact else slip(self.ruleset.sport, facts, self._clubs, self._draw)
        if isinstance(found, Late):
            # Halfway to the next play's place, and halfway again for the next late one.
            following = (self._order // ORDER_STEP + 1) * ORDER_STEP
            self._order += max(1, (following - self._order) // 2)
            line = PlayLine(key, self._seen(facts), late=True)
            self._forgotten.append(self._later(line, found.delay_ms, scoring=False))
            return key
        self._order = (self._order // ORDER_STEP + 1) * ORDER_STEP
        seen = self._seen(facts)
        if isinstance(found, Mistaken):
            self._tell(PlayLine(key, self._seen(found.first)))
            again = PlayLine(key, seen, reason=found.reason)
            self._later(again, found.delay_ms, scoring=found.first.score != facts.score)
            return key
        self._tell(PlayLine(key, seen))
        if isinstance(found, Doubled):
            self._double(facts, found)
        return key

    def _tell(self, line: PlayLine) -> None:
        """A play is told in its turn; what was forgotten before it is told after it."""
        self._speak(line, self._lag_ms())
        for entry in self._forgotten:
            entry.due_ms = max(entry.due_ms, self._spoken_ms + 100)
        self._forgotten.clear()

    def _double(self, facts: PlayFacts, found: Doubled) -> None:
        self._plays += 1
        self._order += ORDER_STEP
        self._tell(PlayLine(self._plays, self._seen(facts)))
        line = VoidLine(self._plays, overturned=False, reason="entered twice")
        self._later(line, found.delay_ms, scoring=bool(facts.points))

    def take_back(self, key: int, reason: str) -> None:
        """The officials reverse the play with that key."""
        self._speak(VoidLine(key, overturned=True, reason=reason), self._lag_ms())

    def _seen(self, facts: PlayFacts) -> PlayFacts:
        return attrs.evolve(
            facts,
            period_index=self.clock.period_index,
            clock_ms=None if facts.shootout else self.clock.value_ms,
            wallclock_ms=self.clock.now_ms,
            order=self._order,
        )

    def _later(self, line: Line, delay_ms: int, *, scoring: bool) -> Said:
        entry = self._say(line, max(self._spoken_ms, self.clock.now_ms) + delay_ms)
        self._pending.append((entry, scoring))
        return entry

    def _settle(self, *, over: bool) -> None:
        """
        What was to be put right later is put right now, if it cannot wait.

        A period ends with the right score. A game ends with every play told, and none that
        never was; who did what may still be corrected until it is official.
        """
        waiting: list[tuple[Said, bool]] = []
        for entry, scoring in self._pending:
            told_again = isinstance(entry.line, PlayLine) and not entry.line.late
            if entry.due_ms <= self._spoken_ms:
                continue
            if scoring or (over and not told_again):
                self._spoken_ms = max(self._spoken_ms, self.clock.now_ms) + 50
                entry.due_ms = min(entry.due_ms, self._spoken_ms)
            else:
                waiting.append((entry, scoring))
        self._pending = waiting

    def run(self, seconds: float) -> None:
        """Game time passes, whole seconds (tenths at the end); starts the clock if it stands."""
        left = self.clock.whole(seconds * SECOND)
        if not left:
            return
        if not self.clock.running:
            self.clock.running = True
            self._read(ClockCause.START)
        while left:
            step = left
            if self._resync_ms is not None:
                step = min(left, self._tick_ms + self._resync_ms - self.clock.played_ms)
            self.clock.run(step)
            left -= step
            if self._resync_ms == self.clock.played_ms - self._tick_ms:
                self._read(ClockCause.RESYNC)
        if self.clock.ruleset.direction is Direction.DOWN and not self.clock.left_ms:
            self.stop()

    def stop(self) -> None:
        """The clock stops."""
        if self.clock.running:
            self.clock.running = False
            self._read(ClockCause.STOP)

    def wait(self, seconds: float) -> None:
        """The clock stands, the day goes on."""
        self.stop()
        self.clock.wait(seconds * SECOND)

    @property
    def left_s(self) -> float:
        """Seconds left of the period; negative in stoppage time."""
        return self.clock.left_ms / SECOND

    def announce(self, at_ms: int) -> None:
        """The teams are on the field, at `at_ms`, before the game."""
        line = StatusLine(Status.PREGAME)
        self._say(StatusReport(line, 1), at_ms)

    def line_up(self, side: Side, people: Sequence[Person]) -> None:
        """Who of a side begins."""
        facts = PlayFacts(
            "lineup",
            self.clock.period_index,
            side=side,
            participants=tuple(person.acting("starter", side) for person in people),
            text=f"Starting for {self._clubs[side].team.name}",
        )
        self.play(facts, exact=True)

    def begin_period(
        self, index: int, length_ms: int | None = None, status: Status = Status.IN_PROGRESS
    ) -> None:
        """A period is about to begin: its clock is set and stands."""
        self.clock.begin(index, length_ms)
        self.status(status)
        self._read(ClockCause.SET)
        label = self.ruleset.label(index)
        self.play(PlayFacts("period_start", index, text=f"Start of {label}"), exact=True)
        self.clock.wait(self._draw.between(3, 8) * SECOND)

    def end_period(self, then: Status | None) -> None:
        """The period is over; `then` is what follows, None if the game is over too."""
        self.stop()
        index = self.clock.period_index
        label = self.ruleset.label(index)
        self.play(PlayFacts("period_end", index, text=f"End of {label}"), exact=True)
        self._settle(over=False)
        self._speak(ScoreLine(index), SECOND)
        if then is not None:
            self.status(then)

    def finish(self, result: Result) -> None:
        """The game is over; when the scorer has checked everything it is official."""
        self.clock.wait(self._draw.between(3, 12) * SECOND)
        index = self.clock.period_index
        self.play(PlayFacts("game_end", index, text="End of the game"), exact=True)
        self._settle(over=True)
        self.status(Status.FINAL, result.decided_in)
        self.clock.wait(self._draw.between(*_CHECKS_MIN) * MINUTE)
        self._spoken_ms = max([self._spoken_ms, *(entry.due_ms for entry, _ in self._pending)])
        self.status(Status.OFFICIAL, result.decided_in)

    def transcript(self, numbering: Numbering) -> tuple[Timed, ...]:
        """All that was said, as the feed's messages."""
        return transcript(self._said, numbering, self._draw)
