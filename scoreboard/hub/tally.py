"""
What a hub has done: counters, for those who watch it.

Rule: counted where it happens, read anywhere, never reset. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.metrics import Durations


@attrs.define
class Tally:
    """
    What a hub has done since it began.

    Attributes:
        publications: that were published.
        events: that were written, one per subscription and member.
        writes: each one `deliver`.
        octets: that were written.
        merged: publications that a newer one stood for, one per write.
        expired: ticks that were too old, one per choice.
        parked: times that a member could not take what it was owed.
        lagging: times that a member came for what the ring had forgotten.
        restored: publications that were read from the log for those.
        slow: members that were given up because they took nothing for too long, or what
            they needed was nowhere.
        failed: members that were given up because of an exception.
        slices: of reactor time that were spent writing.
        first_sends, last_sends: from the publication to when somebody, and to when everybody
            who keeps up, was written it; of one publication at a time (`hub.sampling`).
    """

    publications: int = 0
    events: int = 0
    writes: int = 0
    octets: int = 0
    merged: int = 0
    expired: int = 0
    parked: int = 0
    lagging: int = 0
    restored: int = 0
    slow: int = 0
    failed: int = 0
    slices: Durations = attrs.field(factory=Durations)
    first_sends: Durations = attrs.field(factory=Durations)
    last_sends: Durations = attrs.field(factory=Durations)
