"""
What an operator can choose about who is believed, with the defaults of the law.

Rule: every figure of arbitration stands here with its unit, and nowhere else. Pure.

Source: Sportradar's push feeds beat every 5 seconds; Genius' LiveStats compares console and
scorer after 2 and 5 seconds. The others are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import attrs

from scoreboard.model.feed import SourceRole
from scoreboard.model.ids import SourceId


class Failback(Enum):
    """What happens when the best source has proved itself after a failure."""

    AUTO = "auto"  #: it is believed again, at a safe point
    ASK = "ask"  #: a person is told that it could be
    NEVER = "never"


@attrs.frozen
class SourceSetting:
    """
    What a source is for a game.

    Attributes:
        rank: 0 is the primary; lower is better. A source without a setting stands behind
            all that have one, in the order in which they appeared.
        beat_s: seconds between its signs of life; None: the policy's.
    """

    role: SourceRole = SourceRole.SCORING
    rank: int = 0
    beat_s: float | None = None


#: Seconds after which plays that another source has, and this one has not, make it stalled:
#: about twice the usual lull between two plays of the sport.
STALL_S: Mapping[str, float] = {
    "football": 40.0,
    "basketball": 12.0,
    "hockey": 15.0,
    "soccer": 60.0,
    "baseball": 45.0,
    "volleyball": 20.0,
}

#: Seconds by which the clocks of two sources may differ for the same play. Baseball has none.
CLOCK_S: Mapping[str, float] = {
    "football": 15.0,
    "basketball": 3.0,
    "hockey": 3.0,
    "soccer": 60.0,
}

#: For a sport that the tables do not name.
OTHER_STALL_S = 30.0
OTHER_CLOCK_S = 15.0


@attrs.frozen
class Policy:
    """
    When authority moves. Everything that ends in `_s` is seconds.

    Attributes:
        beat_s: between a source's signs of life, unless its setting says otherwise.
        suspect_beats, down_beats: of silence, until it is SUSPECT or DOWN.
        back_in_s: a transport that was closed may take to come back before it is DOWN.
        gap_wait_s: a hole in a source's numbers may stay open until it is DEGRADED.
        degraded_s: and stay DEGRADED until another source may take over.
        dwell_s: from a switch to the failback after it, at least.
        probation_s: the best source must be UP before it is tried again.
        max_auto, auto_window_s: automatic switches in that time; one more latches.
        older_s: of the game that a source may be late for it to be eligible.
        min_rate, rate_plays: of that many last plays this share must align with the log's.
        light_s: a lesser source waits for the best one when the game is DARK.
        dark_tick_s: after the loss, a viewer's clock stops running by itself.
        blink_s, console_s: the console may show another score until the scorer is warned,
            and until the score is published as uncertain.
        claimed_s: a running score may differ from ours until ours is published as uncertain.
        final_s: another source may go on after the end until `official` is held back.
        period_s: another source may be in another period until that is flagged.
        console_up_s: a console must be UP to be believed for the clock.
        still_s: a clock must stand for a safe point.
        equal_s: soccer: the scores must have been equal for a safe point.
        settle_s: from a switch until a score that is still higher is taken over.
        failback: None: ASK while an official is connected, otherwise AUTO.
    """

    beat_s: float = 5.0
    suspect_beats: int = 2
    down_beats: int = 3
    back_in_s: float = 5.0
    gap_wait_s: float = 5.0
    degraded_s: float = 30.0
    dwell_s: float = 120.0
    probation_s: float = 60.0
    max_auto: int = 2
    auto_window_s: float = 600.0
    older_s: float = 120.0
    min_rate: float = 0.30
    rate_plays: int = 10
    light_s: float = 5.0
    dark_tick_s: float = 15.0
    blink_s: float = 2.0
    console_s: float = 5.0
    claimed_s: float = 5.0
    final_s: float = 60.0
    period_s: float = 20.0
    console_up_s: float = 10.0
    still_s: float = 5.0
    equal_s: float = 120.0
    settle_s: float = 10.0
    failback: Failback | None = None
    stall_s: Mapping[str, float] = STALL_S
    clock_s: Mapping[str, float] = CLOCK_S

    def beat(self, setting: SourceSetting | None) -> float:
        """Seconds between the signs of life of a source with that setting."""
        if setting is None or setting.beat_s is None:
            return self.beat_s
        return setting.beat_s

    def stall(self, sport: str) -> float:
        """Seconds until a source that tells less than another is stalled."""
        return self.stall_s.get(sport, OTHER_STALL_S)

    def clock(self, sport: str) -> float:
        """Seconds by which two sources' clocks may differ."""
        return self.clock_s.get(sport, OTHER_CLOCK_S)

    def faster(self, speed: float) -> Policy:
        """The same policy where games are played `speed` times as fast as in reality."""
        if speed == 1.0:
            return self
        seconds = {
            field.name: getattr(self, field.name) / speed
            for field in attrs.fields(Policy)
            if field.name.endswith("_s") and field.name not in ("stall_s", "clock_s")
        }
        stall_s = {sport: seconds / speed for sport, seconds in self.stall_s.items()}
        return attrs.evolve(self, **seconds, stall_s=stall_s)

    def failing_back(self, official: bool) -> Failback:
        """What happens on failback, with an official connected or not."""
        if self.failback is not None:
            return self.failback
        return Failback.ASK if official else Failback.AUTO


#: Behind every source that has a setting.
_UNRANKED = 1


def standing(
    source: SourceId, settings: Mapping[SourceId, SourceSetting], order: tuple[SourceId, ...]
) -> tuple[int, int, int]:
    """
    Where `source` stands among the sources of a game; less is better.

    Args:
        order: the sources in the order in which they appeared.
    """
    setting = settings.get(source)
    at = order.index(source) if source in order else len(order)
    return (_UNRANKED, 0, at) if setting is None else (0, setting.rank, at)
