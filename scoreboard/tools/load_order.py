"""
What a load measures: each session's order, and how late events are.

Rule: every event of every session counts, none is sampled; a session is told apart by what
it has seen, never by what it should have seen. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from scoreboard.tools.load_scan import Event, Key, Run, fault, key_of

#: Latencies are counted in ticks of 0.1 ms.
TICK_NS = 100_000

#: A scan of more events than this is timed to the millisecond, to keep the receiver cheap.
_MANY = 8


@attrs.define
class Order:
    """
    What one session has seen.

    Attributes:
        last: position of the last event of each game and kind.
        adrift: of which the next may have any `prev`: a snapshot stands in between.
        merged: ticks of which some were merged into a newer one.
    """

    last: dict[Key, int] = attrs.field(factory=dict)
    adrift: set[Key] = attrs.field(factory=set)
    merged: set[Key] = attrs.field(factory=set)

    def follows(self, run: Run) -> bool:
        """Take a run if it follows what was seen without any fault; else nothing is done."""
        faults = run.gaps or run.repeats or run.first <= run.prev
        if faults or self.adrift or self.last.get(run.key) != run.prev:
            return False
        self.last[run.key] = run.last
        return True

    def take(self, run: Run) -> tuple[int, int]:
        """Take a run of events; the gaps and the repeats that it shows."""
        last = self.last.get(run.key)
        gaps, repeats = run.gaps, run.repeats
        if last is not None:
            prev = last if run.key in self.adrift and run.first > last else run.prev
            found = fault(run.key, last, prev, run.first)
            gaps += found == "gap"
            repeats += found == "repeat"
        self.adrift.discard(run.key)
        self.last[run.key] = run.last if last is None else max(last, run.last)
        return gaps, repeats

    def position(self, game: str) -> int:
        """The highest position seen of a game; 0 if none."""
        own = f"{game}."
        return max((seq for key, seq in self.last.items() if key.startswith(own)), default=0)

    def restart(self, game: str, kinds: Iterable[str], cut: int) -> None:
        """A snapshot at `cut` stands for everything of `game` up to there."""
        for kind in kinds:
            key = key_of(game, kind)
            self.last[key] = cut
            self.adrift.add(key)


def after(events: Sequence[Event], cuts: Mapping[str, int]) -> tuple[Event, ...]:
    """Those of `events` that a sync's answer does not hold already."""
    return tuple(event for event in events if event.seq > cuts.get(event.game, 0))


@attrs.define
class Latencies:
    """
    How many events came how late.

    Attributes:
        ticks: latency in ticks -> events.
    """

    ticks: Counter[int] = attrs.field(factory=Counter)

    def add(self, sent: Sequence[int], heard: int, sessions: int = 1) -> None:
        """
        Count events.

        Args:
            sent, heard: ticks; an event of which it is not known when it was sent has 0.
        """
        for at in sent:
            if at:
                self.ticks[max(heard - at, 0)] += sessions

    def count(self, late: Iterable[int]) -> None:
        """Count events that came so many ticks late; before their time is in time."""
        ticks = self.ticks
        ticks.update(late)
        for early in [tick for tick in ticks if tick < 0]:
            ticks[0] += ticks.pop(early)

    def summary(self) -> dict[str, float]:
        """Milliseconds by percentile; empty without events."""
        return percentiles(self.ticks)


#: Percentile -> its name in a result.
_SHOWN = {50.0: "p50", 90.0: "p90", 99.0: "p99", 99.9: "p999", 100.0: "max"}


def percentiles(ticks: Mapping[int, int]) -> dict[str, float]:
    """
    Percentiles of counted latencies, in milliseconds.

    Returns:
        n, p50, p90, p99, p999, max: of each the smallest latency that at least so many
        percent of the events have or are below of; empty without events.
    """
    total = sum(ticks.values())
    if not total:
        return {}
    found: dict[str, float] = {"n": total}
    wanted = list(_SHOWN.items())
    passed = 0
    for tick in sorted(ticks):
        passed += ticks[tick]
        while wanted and passed * 100 >= total * wanted[0][0]:
            found[wanted.pop(0)[1]] = round(tick * TICK_NS / 1e6, 1)
    return found


def rounded(heard: int, events: int) -> int:
    """The tick at which `events` events came, coarser if they are many."""
    return heard if events <= _MANY else -(-heard // 10) * 10


@attrs.define
class Counts:
    """
    What the sessions of a group received.

    Attributes:
        events: ticks left out.
        oldest: age at arrival of the oldest tick that came after others were merged, in ticks
            of the latencies; what was chosen for a session that did not keep up.
        oldest_kept: of all other ticks; the kernel may have kept them for a session that had
            stopped reading.
    """

    events: int = 0
    ticks: int = 0
    bytes: int = 0
    oldest: int = 0
    oldest_kept: int = 0
    gaps: int = 0
    repeats: int = 0
    latencies: Latencies = attrs.field(factory=Latencies)

    def add(self, other: Counts) -> None:
        """Count those of another process, too."""
        self.events += other.events
        self.ticks += other.ticks
        self.oldest = max(self.oldest, other.oldest)
        self.oldest_kept = max(self.oldest_kept, other.oldest_kept)
        self.bytes += other.bytes
        self.gaps += other.gaps
        self.repeats += other.repeats
        self.latencies.ticks.update(other.latencies.ticks)

    def shape(self) -> dict[str, Any]:
        """As it stands in a result."""
        return {
            "events": self.events,
            "ticks": self.ticks,
            "bytes": self.bytes,
            "gaps": self.gaps,
            "repeats": self.repeats,
            "latency_ms": self.latencies.summary(),
        }
