"""
Rounds: nobody is written to twice while others wait.

Rule: a reader of several streams that was written to in a round, and is owed more before
the round is over, is owed it in the next. Nobody waits longer than a round. Pure.

A send takes as long for one event as for fifty. When all is written as it comes, rounds
are over at once and this changes nothing; when more is published than can be, a reader of
eight games is written to once a round instead of once a game, and what it is written grows.

In a round every stream that has something to write goes once over its readers that follow
others as well. What is published in it meanwhile, and what those were owed who had been
written to already, makes it a stream of the next round. Readers of one stream are no
matter of rounds: a pass over them writes to nobody twice.
"""

from __future__ import annotations

from scoreboard.hub.stream import Stream


class Rounds:
    """
    Which streams have had their pass, and which wait for the next round.

    Attributes:
        floor: who stands at this number or above was written to in this round.
    """

    def __init__(self) -> None:
        self.floor = 0
        self._passed: set[Stream] = set()
        self._waiting: dict[Stream, int] = {}

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

    def begin(self, tip: int) -> dict[Stream, int]:
        """
        A new round.

        Args:
            tip: the number of the next publication.

        Returns:
            The streams that have waited for it, and from which number on they owe.
        """
        streams, self._waiting = self._waiting, {}
        self._passed = set(streams)
        self.floor = tip
        return streams

    def may_join(self, stream: Stream) -> bool:
        """Whether `stream` has no pass in this round yet; it has one from now on."""
        if stream in self._passed:
            return False
        self._passed.add(stream)
        return True

    def wait(self, stream: Stream, number: int) -> None:
        """`stream` owes something numbered `number` or above, in the next round."""
        known = self._waiting.get(stream)
        if known is None or number < known:
            self._waiting[stream] = number

    def take(self, stream: Stream) -> int:
        """As `start_of`, of one that waits; it waits no longer."""
        return self._waiting.pop(stream)
