"""
What was heard: digests of messages without an id of their own, and what they became.

Rule: the newest `SEEN` are known, and no more than a generation beyond; the same entries give
the same memory. Pure.

A state is made anew with each entry. One map of all would be copied each time, which took
longer than all else that an entry changes; so only the newest generation is.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

#: Messages without ids whose repeats can be told, per game: a sender that comes back
#: resends what was not answered, far less than this.
SEEN = 512

#: How many of them are copied at most.
_GENERATION = 64


@attrs.frozen
class Seen:
    """
    Digest -> the `seq` of the entry that the message became.

    Attributes:
        newest: less than a generation.
        earlier: whole generations, the oldest first.
    """

    newest: Mapping[int, int] = attrs.field(factory=dict)
    earlier: tuple[Mapping[int, int], ...] = ()

    def get(self, digest: int) -> int | None:
        """The `seq` of the newest with that digest; None if none is known."""
        seq = self.newest.get(digest)
        if seq is None:
            for generation in self.earlier:
                seq = generation.get(digest, seq)
        return seq

    def having(self, digest: int, seq: int) -> Seen:
        """This and one more."""
        newest = {**self.newest, digest: seq}
        if len(newest) < _GENERATION:
            return Seen(newest, self.earlier)
        return Seen({}, (*self.earlier, newest)[-SEEN // _GENERATION :])
