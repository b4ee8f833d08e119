"""
Rounds: nobody is written to twice while others wait, and what is written grows with the load.

Rule: a reader of several streams is written to once a round, and owed in the next round what
was published since this one began. Nobody waits longer than a round and its rest. Pure.

# Note [Cuts]

A round has a cut, the tip at which it began: everybody is written what lies below it, of all
its streams, and stands there afterwards. So those who follow the same game are owed the same
of it, however long the round takes and whoever comes first, and it is put together once.
Written up to the tip of its own moment instead, each would stand somewhere else, and be owed
in the next round what nobody else is.

If a write of a round was longer than what should be written at once, the next cut is that much
nearer, and there is no rest until all was written up to the tip again.

# Note [Rests]

A send takes as long for one event as for fifty. So after a round nobody is written to for
`REST` times as long as the round took, `MOST_S` at most: what is published meanwhile joins one
write. With little to do a round takes a millisecond or two and the rest is not felt; with much
to do writing takes a part of 1 / (1 + REST) of the time and the rest of it is left to those
who publish. There is no rate in it and no machine: both sides are the same clock's.

Readers of one stream are no matter of rounds: a pass over them writes to nobody twice, and a
piece of what they are owed is the same for all.
"""

from __future__ import annotations

from scoreboard.hub.stream import Stream

#: How long a rest is, in rounds.
REST = 4.0
#: Seconds that a rest takes at most.
MOST_S = 0.35
#: As many publications as there will ever be.
_ENDLESS = 1 << 60


class Rounds:
    """
    Which streams wait for the next round, and when it may begin.

    Attributes:
        cut: who stands at this number or above was written to in this round. See Note [Cuts].
    """

    def __init__(self) -> None:
        self.cut = 0
        self._start = 0
        self._span = _ENDLESS
        self._rests = True
        self._waiting: dict[Stream, int] = {}
        self._worked = 0.0
        self._rests_until = 0.0

    @property
    def owes(self) -> bool:
        """Whether a stream waits for the next round."""
        return bool(self._waiting)

    @property
    def lowest(self) -> int | None:
        """Nothing below is owed by streams that wait; None: none waits."""
        return min(self._waiting.values(), default=None)

    def start_of(self, stream: Stream) -> int | None:
        """Nothing below is owed by `stream`; None: it does not wait."""
        return self._waiting.get(stream)

    def wait(self, stream: Stream, number: int) -> None:
        """`stream` owes what is numbered `number`, and what follows, in the next round."""
        self._waiting.setdefault(stream, number)

    def take(self, stream: Stream) -> int:
        """As `start_of`, of one that waits; it waits no longer."""
        return self._waiting.pop(stream)

    def begin(self, tip: int) -> dict[Stream, int]:
        """
        A new round; somebody waits for it.

        Args:
            tip: the number of the next publication.

        Returns:
            The streams that have waited for it, and from which number on they owe.
        """
        self._worked, self._start = 0.0, min(self._waiting.values())
        self.cut = cut = min(tip, self._start + self._span)
        self._rests = cut == tip
        streams = {one: start for one, start in self._waiting.items() if start < cut}
        self._waiting = {
            one: max(start, cut) for one, start in self._waiting.items() if one.ring.tip > cut
        }
        return streams

    def fit(self, longest: int, limit: int) -> None:
        """
        Have the next round's writes fit. See Note [Cuts].

        Args:
            longest: write of the last round, bytes.
            limit: that is aimed at.
        """
        if longest > limit:
            self._span = max((self.cut - self._start) * limit // longest, 1)
        else:
            self._span = min(2 * self._span, _ENDLESS)

    def worked(self, began: float, ended: float) -> None:
        """A part of this round took from `began` to `ended`, seconds. See Note [Rests]."""
        self._worked += ended - began
        self._rests_until = ended + min(REST * self._worked, MOST_S) if self._rests else ended

    def rest(self, now: float) -> float:
        """Seconds until a round may begin; not above 0: it may."""
        return self._rests_until - now

    def rested(self) -> None:
        """The next round may begin, whatever this one took."""
        self._worked = self._rests_until = 0.0
