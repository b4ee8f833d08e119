"""
What a hub has done: counters, for those who watch it.

Rule: counted where it happens, read anywhere, never reset. Pure.
"""

from __future__ import annotations

import attrs


@attrs.define
class Tally:
    """
    What a hub has done since it began.

    Attributes:
        publications: that were published.
        events: that were written, one per subscription and member.
        writes: each one `deliver`.
        octets: that were written.
        parked: times that a member could not take what it was owed.
        lagging: members that were given up because the ring had moved past them.
        failed: members that were given up because of an exception.
    """

    publications: int = 0
    events: int = 0
    writes: int = 0
    octets: int = 0
    parked: int = 0
    lagging: int = 0
    failed: int = 0
