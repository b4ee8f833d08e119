"""
Standings: who keeps up with what is published, who does not, and who is given up.

Rule: one member's fault costs that member only, and who is given up hears why. Pure.
"""

from __future__ import annotations

from collections.abc import Callable

from scoreboard.hub.choice import NOTHING
from scoreboard.hub.cohort import Reader
from scoreboard.hub.followers import Followers
from scoreboard.hub.lagging import REASON, Input, Stalled, Standing
from scoreboard.hub.subscription import covers
from scoreboard.hub.tally import Tally
from scoreboard.hub.trace import Mark

#: WebSocket close code of a member that could not be kept up to date; it may resume.
LAGGING = 4008
#: RFC 6455, 7.4.1: the server met an unexpected condition.
INTERNAL_ERROR = 1011

Report = Callable[[Exception], None]


class Standings:
    """
    The standing of each reader of a hub.

    Args:
        report: is told of exceptions that cost a member; must not raise.
        now_ms: the time, for how long somebody stalls.
        patience_ms: that a stalled member may take nothing.

    Attributes:
        stalled: those who do not keep up.
    """

    def __init__(
        self,
        followers: Followers,
        tally: Tally,
        report: Report,
        now_ms: Callable[[], int],
        patience_ms: int,
    ) -> None:
        self.stalled: Stalled[Reader] = Stalled(patience_ms)
        self._followers = followers
        self._tally = tally
        self._report = report
        self._now_ms = now_ms

    def park(self, reader: Reader, flushed: int) -> None:
        """
        `reader` can take no more for now.

        Args:
            flushed: everything numbered below was given to all who keep up.
        """
        if reader.standing is Standing.LIVE:
            reader.position = max(reader.position, flushed)
            self._tally.parked += 1
            self.stalled.enter(reader, self._now_ms())
        reader.move(Input.FULL)

    def lag(self, reader: Reader, lacks: Mark) -> None:
        """What `reader` is owed next must be read from the log."""
        reader.move(Input.OVERRUN)
        self.stalled.lack(reader, lacks)
        self._tally.lagging += 1

    def done(self, reader: Reader, tip: int) -> None:
        """`reader` has taken all that there is, below `tip`."""
        reader.carry = NOTHING
        reader.position = tip
        if reader.standing is not Standing.LIVE:
            reader.move(Input.DRAINED)
            self.stalled.leave(reader)

    def is_lost(self, reader: Reader) -> bool:
        """Whether what `reader` may still be owed is known no more."""
        for stream in self._followers.streams_of(reader):
            if stream.ring.known > reader.position:
                cohort = reader.cohort_in(stream.name)
                if cohort is not None and any(covers(s, stream.name) for s in cohort.wants):
                    return True
        return False

    def lose(self, reader: Reader) -> None:
        """`reader` takes nothing, or cannot be brought back."""
        self._tally.slow += 1
        self._give_up(reader, LAGGING, REASON)

    def fail(self, reader: Reader, fault: Exception) -> None:
        """Writing to `reader` has failed."""
        self._tally.failed += 1
        self._report(fault)
        self._give_up(reader, INTERNAL_ERROR, "internal error: reconnect and resume")

    def leave(self, reader: Reader) -> None:
        """`reader` is gone."""
        self.stalled.leave(reader)
        self._followers.forget(reader.member)

    def _give_up(self, reader: Reader, code: int, reason: str) -> None:
        self.leave(reader)
        try:
            reader.member.close(code, reason)
        except Exception as fault:
            self._report(fault)
