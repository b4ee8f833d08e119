"""
Dues: what a reader is owed of all its streams together.

Rule: in the same order for readers that named their streams in the same order, so that the
same pieces are seen to be the same. Pure.
"""

from __future__ import annotations

from typing import Any

from scoreboard.hub.cohort import Cohort, Reader
from scoreboard.hub.followers import Followers
from scoreboard.hub.share import Piece, Shares
from scoreboard.hub.stream import Stream

#: Stands for a piece that was not looked for yet.
_UNKNOWN: Any = object()


class Dues:
    """
    Of the readers of one hub.

    Args:
        shares: of those who keep up.
        late: of the others.

    Attributes:
        settled: where a reader stands at least that keeps up.
        news: streams in which something was published since.
    """

    def __init__(self, followers: Followers, shares: Shares, late: Shares) -> None:
        self.settled = 0
        self.news: dict[str, Stream] = {}
        self.late = late
        self._followers = followers
        self._shares = shares

    def settle(self, number: int) -> None:
        """Everything numbered below was given to all who keep up: news of it are none."""
        self.settled = number
        self.news = {name: one for name, one in self.news.items() if one.ring.tip > number}

    def below(self, cut: int, reader: Reader) -> tuple[Piece, ...]:
        """What one that keeps up is owed below the cut of a round."""
        shares, known = self._shares, self._shares.round
        position = max(reader.position, self.settled)
        found = []
        for cohort, stream in self._places(reader, position):
            piece = known.get((stream, cohort, position), _UNKNOWN)
            if piece is _UNKNOWN or (piece is not None and piece.good_until_ms is not None):
                piece = shares.due(cohort, stream, position, cut)
            if piece is not None:
                found.append(piece)
        return tuple(found)

    def until_now(self, reader: Reader) -> tuple[Piece, ...]:
        """What one that keeps up is owed."""
        position = max(reader.position, self.settled)
        owed = self._shares.owed
        places = self._places(reader, position)
        found = [owed(cohort, stream, position) for cohort, stream in places]
        return tuple([piece for piece in found if piece is not None])

    def arrears(self, reader: Reader) -> tuple[Piece, ...]:
        """What a stalled one is owed."""
        found = [
            self.late.piece(stream, cohort, reader.position, reader.carry)
            for stream in self._followers.streams_of(reader)
            if stream.ring.tip > reader.position
            and (cohort := reader.cohort_in(stream.name)) is not None
        ]
        return tuple([piece for piece in found if piece is not None])

    def _places(self, reader: Reader, position: int) -> list[tuple[Cohort, Stream]]:
        """Where something was published that the reader may want, from `position` on."""
        roaming = reader.roaming
        if roaming is None:
            return [
                (cohort, home)
                for cohort in reader.places.values()
                if (home := cohort.home) is not None and home.ring.tip > position
            ]
        return [
            (reader.places.get(name, roaming), stream)
            for name, stream in self.news.items()
            if stream.ring.tip > position
        ]
