"""
Where a game's log stands. Pure.

Rule: `epoch` changes only if history was lost; within one epoch `seq` is gapless.
"""

from __future__ import annotations

import attrs

#: Entries of a page of a game's log: some ten milliseconds of folding.
PAGE = 128


@attrs.frozen
class Position:
    """
    A point in a game's log; the resume token of a follower.

    Attributes:
        epoch: incarnation of the log, below 2**32.
        seq: the last entry that this position includes; 0 before the first.
    """

    epoch: int
    seq: int
