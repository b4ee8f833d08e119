"""
Recovery: how readers that do not keep up come back, or are given up.

Rule: a reader that lags is sent nothing until what comes next for it was put back, and
then goes on as if the ring had never forgotten it. See Note [Refilling]. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scoreboard.hub.cohort import Reader
from scoreboard.hub.fanout import Fanout
from scoreboard.hub.followers import Followers
from scoreboard.hub.lagging import Input, Need, Standing, needs_of
from scoreboard.model.delivery import Publication


class Recovery:
    """
    Of the readers of one hub.

    Args:
        now_ms: the time, for how long somebody stalls.
    """

    def __init__(self, fanout: Fanout, followers: Followers, now_ms: Callable[[], int]) -> None:
        self._fanout = fanout
        self._stalled = fanout.stalled
        self._followers = followers
        self._now_ms = now_ms

    def arrived(self, reader: Reader) -> None:
        """A new reader; one that stands before the newest is as one that did not keep up."""
        if reader.position < self._fanout.tip:
            reader.move(Input.FULL)
            self._stalled.enter(reader, self._now_ms())

    def drained(self, reader: Reader) -> None:
        """The member can take more."""
        if reader.standing is Standing.LIVE:
            return
        self._stalled.progress(reader, self._now_ms())
        if reader.standing is Standing.PARKED:
            self._fanout.bring(reader, force=False)

    def needs(self) -> list[Need]:
        """What must be read from the log, for all who lag."""
        return needs_of(mark for _, mark in self._stalled.waiting())

    def restore(self, need: Need, publications: Sequence[Publication]) -> None:
        """What was read for `need`; who still needs the same afterwards is given up."""
        for stream in self._followers.streams.values():
            if stream.ring.marks:
                stream.ring.restore(publications)
        self._fanout.tally.restored += len(publications)
        for reader, lacked in self._stalled.waiting():
            is_its = (lacked.game_id, lacked.epoch) == (need.game_id, need.epoch)
            if is_its and reader.standing is Standing.LAGGING:
                reader.move(Input.RESTORED)
                self._stalled.lack(reader, None)
                self._fanout.bring(reader, force=False)
        self.abandon(need)

    def abandon(self, need: Need) -> None:
        """What is needed can not be had: who waits for it is given up."""
        for reader, lacks in self._stalled.waiting():
            if [need] == needs_of([lacks]):
                self._fanout.standings.lose(reader)

    def sweep(self) -> None:
        """Give up who has taken nothing for too long, and forget what nobody will ask for."""
        for reader in self._stalled.overdue(self._now_ms()):
            self._fanout.standings.lose(reader)
        lowest = self._stalled.lowest()
        for stream in self._followers.streams.values():
            if stream.ring.marks:
                stream.ring.drop_marks_below(self._fanout.tip if lowest is None else lowest)
