"""
Feeds for simulations: what a source says when, and how its wire fails. Pure.

Rule: a feed never says anything before it happened, and its faults are drawn from a seed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any

import attrs

from scoreboard.model.ids import SourceId

#: Seconds between two heartbeats.
BEAT_S = 5.0


class After(Enum):
    """What becomes of what was due while a feed was away."""

    RESENT = "resent"  #: told when it is back
    LOST = "lost"  #: never told


@attrs.frozen
class Outage:
    """
    A time in which a feed says nothing new.

    Attributes:
        begin_s, end_s: seconds of the simulation; `end_s` may be infinite.
        beats: whether it goes on sending heartbeats (a stall).
    """

    begin_s: float
    end_s: float
    beats: bool = False

    def holds(self, at_s: float) -> bool:
        """Whether it is on at that time."""
        return self.begin_s <= at_s < self.end_s


@attrs.frozen
class Feed:
    """
    One source of one game.

    Attributes:
        told: when it says what, seconds of the simulation, rising.
        after: what becomes of what is due in an outage that ends.
    """

    source: SourceId
    told: tuple[tuple[float, Any], ...]
    outages: tuple[Outage, ...] = ()
    after: After = After.RESENT

    @property
    def end_s(self) -> float:
        """When it has said everything."""
        last = self.told[-1][0] if self.told else 0.0
        ends = [outage.end_s for outage in self.outages if outage.end_s != float("inf")]
        return max([last, *ends])


@attrs.frozen
class Said:
    """Something that reaches the server: messages, or a sign of life if there are none."""

    at_s: float
    source: SourceId
    messages: tuple[Any, ...]


def says(feed: Feed) -> Iterator[Said]:
    """What reaches the server of one feed, in order."""
    waiting: list[Any] = []
    beats = _beats(feed)
    for at_s, raw in _merged(feed.told, beats):
        outage = next((one for one in feed.outages if one.holds(at_s)), None)
        if outage is not None:
            if raw is not None and feed.after is After.RESENT:
                waiting.append(raw)
            if outage.beats and raw is None:
                yield Said(at_s, feed.source, ())
            continue
        if waiting:
            yield Said(at_s, feed.source, tuple(waiting))
            waiting = []
        yield Said(at_s, feed.source, () if raw is None else (raw,))


def _beats(feed: Feed) -> list[tuple[float, None]]:
    """Heartbeats for as long as it has something to say, and a minute more."""
    count = int((feed.end_s + 60.0) / BEAT_S)
    return [(number * BEAT_S, None) for number in range(1, count + 1)]


def _merged(
    told: Sequence[tuple[float, Any]], beats: Sequence[tuple[float, None]]
) -> list[tuple[float, Any]]:
    return sorted([*told, *beats], key=lambda one: one[0])
