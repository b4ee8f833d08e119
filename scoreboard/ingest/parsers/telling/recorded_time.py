"""
When the rows of a recorded game came: by the provider's wall clock, else by the game clock.

Rule: times never fall along the order of arrival, and a single wrong clock moves no
other row. A time is only as good as the document; the estimate is for pacing a
replay, never for the log. Pure.

# Note [Two clocks]

Every row gets an estimate from its game clock: kick-off, plus what has been played,
stretched to the length of a real game, plus the breaks. Rows with a wall clock stand at
it; the others stand between their neighbours as the estimates stand between theirs. So
a format without any wall clock is paced by the estimate alone, and one with a few holes
is bent into them. Of clocks that contradict each other the longest rising run is
believed (`rising`): late rows carry the time of the event, not of their arrival, and
are told at the time of the row before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import accumulate, pairwise

import attrs

from scoreboard.ingest.parsers.document import PlayRow, ScoreRow
from scoreboard.ingest.parsers.telling.rising import longest_rise
from scoreboard.model.clock import Direction
from scoreboard.model.game import GameMeta
from scoreboard.model.ruleset import Ruleset
from scoreboard.model.status import Status
from scoreboard.sports.registry import RULESETS

_SECOND = 1_000
_MINUTE = 60 * _SECOND


@attrs.frozen
class Pace:
    """
    How a sport's game clock runs against the wall clock.

    Attributes:
        stretch: real time per time on the game clock.
        break_ms: between two periods (half-innings in baseball).
        half_ms: half-time.
        row_ms: between two rows that have no game clock (baseball, shoot-outs).
    """

    stretch: float
    break_ms: int
    half_ms: int
    row_ms: int


#: Origin: NFL, recorded games of 2019-12-29: 3 h 2 min, half-time 13 min, quarters 2 min.
#: Basketball: recorded NBA night of 2015-12-23: 2 h 15 min; half-time 15 min (NBA rule 5).
#: Soccer: the clock does not stop; half-time 15 min (IFAB law 7.3).
#: Hockey: recorded PWHL games of 2026-01-28: 2 h 25 min with two intermissions of 18 min.
#: Baseball: MLB 2019, 3 h 5 min for 79 plate appearances, 2 min between half-innings.
PACES = {
    "football": Pace(2.75, 2 * _MINUTE, 13 * _MINUTE, 40 * _SECOND),
    "basketball": Pace(2.4, 150 * _SECOND, 15 * _MINUTE, 20 * _SECOND),
    "soccer": Pace(1.0, 5 * _MINUTE, 15 * _MINUTE, 45 * _SECOND),
    "hockey": Pace(1.8, 18 * _MINUTE, 18 * _MINUTE, 40 * _SECOND),
    "baseball": Pace(1.0, 2 * _MINUTE, 2 * _MINUTE, 115 * _SECOND),
}

#: Before an overtime that is shorter than a period.
_SHORT_BREAK_MS = 3 * _MINUTE

#: Kick-off of a game that says nothing of it: this hour of its date, UTC.
_DEFAULT_HOUR = "T18:00:00+00:00"
#: And this date if it has none.
_DEFAULT_DATE = "2000-01-01"


def kick_off_ms(meta: GameMeta) -> int:
    """When the game begins, milliseconds UTC; a plausible hour if it does not say."""
    if meta.scheduled_start_ms is not None:
        return meta.scheduled_start_ms
    try:
        when = datetime.fromisoformat(f"{meta.official_date}{_DEFAULT_HOUR}")
    except ValueError:
        when = datetime.fromisoformat(f"{_DEFAULT_DATE}{_DEFAULT_HOUR}")
    return round(when.timestamp() * 1000)


def moments(rows: Sequence[PlayRow | ScoreRow], meta: GameMeta) -> list[int]:
    """
    When each of `rows` came.

    Args:
        rows: in the order of their arrival.

    Returns:
        Milliseconds UTC, never falling. See Note [Two clocks].
    """
    guesses = _estimates(rows, meta)
    clocks = _spread([_wallclock(row) for row in rows])
    for index in _late(rows):
        clocks[index] = None
    known = [index for index, clock in enumerate(clocks) if clock is not None]
    values = [clocks[index] or 0 for index in known]
    anchors = [(known[place], values[place]) for place in longest_rise(values)]
    if not anchors:
        return guesses
    times = list(guesses)
    first, begin = anchors[0]
    last, end = anchors[-1]
    for index in range(first):
        times[index] = begin - (guesses[first] - guesses[index])
    for (left, start), (right, stop) in pairwise(anchors):
        for index in range(left, right):
            times[index] = start + round((stop - start) * _share(guesses, left, index, right))
    for index in range(last, len(rows)):
        times[index] = end + (guesses[index] - guesses[last])
    return _resumed(rows, times)


def _resumed(rows: Sequence[PlayRow | ScoreRow], times: list[int]) -> list[int]:
    """`times`; a row without one that says that play goes on stands with what follows it."""
    for index in range(len(rows) - 2, -1, -1):
        row = rows[index]
        said = row.status if isinstance(row, PlayRow) else None
        if said and said.status is Status.IN_PROGRESS and _wallclock(row) is None:
            times[index] = times[index + 1]
    return times


def _late(rows: Sequence[PlayRow | ScoreRow]) -> list[int]:
    """Indices of rows that came after one that stands behind them: their clock is older."""
    late = []
    furthest = -1
    for index, row in enumerate(rows):
        order = row.order if isinstance(row, ScoreRow) else row.facts.order or 0
        if order < furthest:
            late.append(index)
        furthest = max(furthest, order)
    return late


def _share(guesses: Sequence[int], left: int, index: int, right: int) -> float:
    """How far `index` is on the way from `left` to `right`, 0 to 1."""
    span = guesses[right] - guesses[left]
    if span > 0:
        return (guesses[index] - guesses[left]) / span
    return (index - left) / (right - left)


def _wallclock(row: PlayRow | ScoreRow) -> int | None:
    return row.wallclock_ms if isinstance(row, ScoreRow) else row.facts.wallclock_ms


def _spread(clocks: list[int | None]) -> list[int | None]:
    """`clocks`; if all say the minute only, rows of one minute are spread over it."""
    given = [clock for clock in clocks if clock is not None]
    if len(given) < 2 or any(clock % _MINUTE for clock in given):
        return clocks
    totals = {minute: given.count(minute) for minute in set(given)}
    met: dict[int, int] = {}
    spread: list[int | None] = []
    for clock in clocks:
        if clock is None:
            spread.append(None)
            continue
        spread.append(clock + _MINUTE * met.get(clock, 0) // totals[clock])
        met[clock] = met.get(clock, 0) + 1
    return spread


def _estimates(rows: Sequence[PlayRow | ScoreRow], meta: GameMeta) -> list[int]:
    """When each row would have come by its game clock alone."""
    ruleset = RULESETS[meta.ruleset]
    pace = PACES[meta.sport]
    kick_off = kick_off_ms(meta)
    if ruleset.direction is Direction.NONE:
        return _by_rows(rows, pace, kick_off)
    played = [_played_ms(row, ruleset) for row in rows]
    begins = _begins(rows, played, ruleset, pace)
    raw = [
        None if value is None else begins[_period(row)] + pace.stretch * value
        for row, value in zip(rows, played, strict=True)
    ]
    known = [index for index, value in enumerate(raw) if value is not None]
    run = {known[place] for place in longest_rise([raw[index] or 0.0 for index in known])}
    times: list[int] = []
    now = 0.0
    for index, row in enumerate(rows):
        if index in run:
            now = max(now, raw[index] or 0.0)
        else:
            now = max(now, begins[_period(row)] if raw[index] is None else now)
            now += pace.row_ms if isinstance(row, PlayRow) and row.facts.shootout else 0
        times.append(kick_off + round(now))
    return times


def _period(row: PlayRow | ScoreRow) -> int:
    return row.period_index if isinstance(row, ScoreRow) else row.facts.period_index


def _played_ms(row: PlayRow | ScoreRow, ruleset: Ruleset) -> int | None:
    """What has been played of the row's period, milliseconds of the game clock."""
    clock = None if isinstance(row, ScoreRow) else row.facts.clock_ms
    if clock is None or ruleset.direction is Direction.UP:
        return clock
    return max(0, ruleset.length_ms(_period(row)) - clock)


def _begins(
    rows: Sequence[PlayRow | ScoreRow],
    played: Sequence[int | None],
    ruleset: Ruleset,
    pace: Pace,
) -> dict[int, float]:
    """When each period begins, milliseconds after the kick-off."""
    last = max((_period(row) for row in rows), default=1)
    lengths = {index: ruleset.length_ms(index) for index in range(1, last + 1)}
    for row, value in zip(rows, played, strict=True):
        # Stoppage time: a period lasts until its last row.
        lengths[_period(row)] = max(lengths[_period(row)], value or 0)
    begins = accumulate(
        (pace.stretch * lengths[i] + _break_ms(i, ruleset, pace) for i in range(1, last)),
        initial=0.0,
    )
    return dict(enumerate(begins, 1))


def _break_ms(period_index: int, ruleset: Ruleset, pace: Pace) -> int:
    """The break after a period."""
    if ruleset.periods % 2 == 0 and period_index == ruleset.periods // 2:
        return pace.half_ms
    short = ruleset.length_ms(period_index + 1) < ruleset.period_ms
    return _SHORT_BREAK_MS if short else pace.break_ms


def _by_rows(rows: Sequence[PlayRow | ScoreRow], pace: Pace, kick_off: int) -> list[int]:
    """The pace of a sport without a clock: by plays and half-innings."""
    times: list[int] = []
    now = kick_off
    before: tuple[int, str | None] | None = None
    for row in rows:
        half = (_period(row), None if isinstance(row, ScoreRow) else row.facts.half)
        idle = isinstance(row, ScoreRow) or row.facts.play_type in ("substitution", "comment")
        if before is not None:
            now += pace.break_ms if half != before and half[1] is not None else 0
            now += 0 if idle else pace.row_ms
        before = half if half[1] is not None else before
        times.append(now)
    return times
