"""
The floor: who has more to say than one thing, and when it is heard.

Rule: of those who have said much at once, nobody is heard on before the others had a share;
and all of them together have no more of a turn of the reactor than a slice. Pure.

# Note [Bursts]

A session may say 200 things at once. If it does, a share of them is answered at once, as it is to
everybody, and the rest waits: unread, in the bytes in which it came, and its peer is not listened
to meanwhile. While others wait it is one thing and not a share. So fifty of them that do so at
the same time hold a play up for one answer each, and then for a slice in each turn, and not for
their ten thousand answers. Who says one thing at a time never comes here, and who says a few
only then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

#: Things of one speaker in a row: so many that their answers are one write.
SHARE = 8

#: Seconds of a turn of the reactor for all speakers.
SLICE_S = 0.005


class Speaker(Protocol):
    """Who has more to say."""

    def go_on(self, most: int) -> bool:
        """
        Have so many more things heard; must not raise.

        Returns:
            Whether there are more, and can be heard.
        """


class Floor:
    """
    Of one server.

    Args:
        soon: makes a call at the end of this turn of the reactor, or in the next.
        seconds: the time.

    Attributes:
        turns: slices that were not enough for all.
    """

    def __init__(
        self, soon: Callable[[Callable[[], None]], None], seconds: Callable[[], float]
    ) -> None:
        self.turns = 0
        self._soon = soon
        self._seconds = seconds
        self._waiting: dict[Speaker, None] = {}
        self._is_called = False

    @property
    def at_once(self) -> int:
        """How much of what somebody says is heard before it has to wait."""
        return 1 if self._waiting else SHARE

    def ask(self, speaker: Speaker) -> None:
        """`speaker` is heard when it is its turn; who waits already keeps its place."""
        self._waiting.setdefault(speaker)
        self._call()

    def _call(self) -> None:
        if not self._is_called:
            self._is_called = True
            self._soon(self._slice)

    def _slice(self) -> None:
        self._is_called = False
        until = self._seconds() + SLICE_S
        while self._waiting:
            speaker = next(iter(self._waiting))
            del self._waiting[speaker]
            if speaker.go_on(SHARE):
                self._waiting[speaker] = None
            if self._waiting and self._seconds() >= until:
                self.turns += 1
                self._call()
                return
