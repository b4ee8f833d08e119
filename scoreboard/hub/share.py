"""
Shares: what readers are owed, chosen, encoded and packed once for all who are owed the same.

Rule: readers that are owed the same publications get the same bytes objects, whatever way
they came to stand where they stand; what is remembered for that is bounded. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from operator import attrgetter
from typing import NamedTuple

import attrs

from scoreboard.hub.choice import NOTHING, Carry, Pick, carry_at, choose
from scoreboard.hub.cohort import Cohort
from scoreboard.hub.member import WireFormat
from scoreboard.hub.ring import Posted
from scoreboard.hub.stream import Stream
from scoreboard.hub.subscription import Subscription
from scoreboard.hub.tally import Tally
from scoreboard.hub.topic import TopicTree
from scoreboard.hub.trace import Mark
from scoreboard.model.ids import GameId

#: Bytes of encoded publications and of chunks that are remembered.
_KEPT_BYTES = 8 * 1024 * 1024
#: Pieces, and shares, that are remembered.
_KEPT = 8_192
#: Chunks of several games that are remembered: few readers follow the same ones.
_KEPT_TOGETHER = 64

#: What is joined may be so many times as long as another chunk: cut by number, each would be
#: put together for itself.
JOINED = 4

_NUMBER = attrgetter("number")

#: (topic, key) -> the newest retained publication of these.
Newest = Callable[[str, str], Posted | None]


class Chunk(NamedTuple):
    """
    What is written at once.

    Attributes:
        end: the position of a reader that has taken it.
        events: how many it holds.
        merged: how many it stands for besides.
        carry: of a reader that stops behind it.
    """

    end: int
    data: bytes
    events: int
    merged: int
    carry: Carry


@attrs.define(eq=False)
class Piece:
    """
    What is owed of one stream.

    Attributes:
        version: of the ring, when it was chosen.
        good_until_ms: when a tick in it is too old; None: never.
        lacks: the first pick without a body; nothing from there on can be written.
        alone: this piece and no other; one tuple for all that are owed only it.
        game: the game that all of it is about; None: it is about several.
        body: all of it as it is to be written, once it was encoded.
        merged: how many publications it stands for besides.
    """

    picks: list[Pick]
    wire: WireFormat
    version: int
    good_until_ms: int | None
    lacks: Mark | None
    alone: tuple[Piece] = attrs.field(
        init=False, default=attrs.Factory(lambda self: (self,), takes_self=True)
    )
    game: GameId | None = attrs.field(
        init=False, default=attrs.Factory(lambda self: _game_of(self.picks), takes_self=True)
    )
    body: bytes | None = None
    events: int = 0
    merged: int = 0


def _are_apart(pieces: tuple[Piece, ...]) -> bool:
    """Whether each is about a game of its own, and all there."""
    games: set[GameId] = set()
    for piece in pieces:
        if piece.game is None or piece.lacks is not None:
            return False
        games.add(piece.game)
    return len(games) == len(pieces)


def _game_of(picks: list[Pick]) -> GameId | None:
    games = {pick.posted.about.game_id for pick in picks}
    return games.pop() if len(games) == 1 else None


class Share:
    """
    What is owed of several streams, in the order of publication, in chunks.

    Chunks are made as they are asked for, and once.

    Args:
        tip: position of who has taken all, if nothing lacks.
        unit: encodes a pick.
        limit: bytes; a chunk is closed by the publication that reaches it.

    Attributes:
        lacks: what must be put back first before more can be written.
    """

    def __init__(
        self,
        pieces: tuple[Piece, ...],
        tip: int,
        unit: Callable[[WireFormat, Pick], bytes],
        limit: int,
    ) -> None:
        self.lacks: Mark | None = None
        for piece in pieces:
            if piece.lacks and (self.lacks is None or piece.lacks.number < self.lacks.number):
                self.lacks = piece.lacks
        self.end = tip if self.lacks is None else self.lacks.number
        self._picks = _in_order(pieces)
        self._wire = pieces[0].wire
        self._unit = unit
        self._limit = limit
        self._chunks: list[Chunk] = []
        self._next = 0
        self._fault: Exception | None = None

    def chunk(self, index: int) -> Chunk | None:
        """The chunk of that index, in order from 0; None: there are no more."""
        chunks = self._chunks
        if index == len(chunks):
            if self._next == len(self._picks):
                return None
            if self._fault is not None:
                raise self._fault
            try:
                made = self._make()
            except Exception as fault:
                self._fault = fault
                raise
            if made is None:
                return None
            chunks.append(made)
        return chunks[index]

    def _make(self) -> Chunk | None:
        picks, wire, limit = self._picks, self._wire, self._limit
        units: list[bytes] = []
        size = events = merged = 0
        at, end = self._next, self.end
        while at < len(picks) and (pick := picks[at]).number < self.end:
            unit = pick.unit
            if unit is None:
                unit = pick.unit = self._unit(wire, pick)
            units.append(unit)
            size += len(unit)
            events += len(pick.subscriptions)
            merged += pick.merged
            at += 1
            if size >= limit and at < len(picks):
                end = pick.number + 1
                break
        self._next = at
        if not units:
            return None
        carry = NOTHING if at == len(picks) else carry_at(picks[at:], end)
        return Chunk(end, wire.pack(units), events, merged, carry)


def _in_order(pieces: tuple[Piece, ...]) -> Sequence[Pick]:
    if len(pieces) == 1:
        return pieces[0].picks
    return sorted((pick for piece in pieces for pick in piece.picks), key=_NUMBER)


class Shares:
    """
    Chooses and encodes, and remembers it for the next reader that is owed the same.

    Args:
        newest: what is retained of states, whatever a ring has forgotten.
        now_ms: for the age of ticks.
        limit: bytes; size at which what is owed is cut into chunks.

    Attributes:
        wholes: of shares that are one chunk, that chunk.
        round: (stream, cohort, position) -> what is owed in this round, see `due`.
        size: bytes that are remembered.
        longest: bytes of the longest write that was joined in this round.
    """

    def __init__(
        self,
        tree: TopicTree,
        newest: Newest,
        tally: Tally,
        now_ms: Callable[[], int],
        limit: int,
    ) -> None:
        self._tree = tree
        self._newest = newest
        self._tally = tally
        self._now_ms = now_ms
        self._limit = limit
        self._pieces: dict[Hashable, Piece] = {}
        self._shares: dict[tuple[Piece, ...], Share] = {}
        self.wholes: dict[tuple[Piece, ...], Chunk] = {}
        self._standing: dict[tuple[Cohort, int], Piece] = {}
        self.round: dict[tuple[Stream, Cohort, int], Piece | None] = {}
        # What two are owed is kept for a third. Most are owed what nobody else is: what is not
        # kept is put together where the last was, in the processor's cache.
        self._joined_once: set[tuple[Piece, ...]] = set()
        self._together: dict[tuple[Piece, ...], Chunk] = {}
        self._units: dict[tuple[WireFormat, int, tuple[Subscription, ...], int], bytes] = {}
        self.size = self.longest = 0

    def piece(self, stream: Stream, cohort: Cohort, position: int, carry: Carry) -> Piece | None:
        """
        What somebody in `cohort` is owed of `stream`; None: nothing.

        Args:
            position: below the ring's tip.
        """
        piece = self._chosen(stream, cohort, position, carry)
        return piece if piece.picks else None

    def _chosen(self, stream: Stream, cohort: Cohort, position: int, carry: Carry) -> Piece:
        ring = stream.ring
        first = ring.first(position)
        key = (stream.name, cohort, first, carry)
        piece = self._pieces.get(key)
        if piece is None or not self.is_good(piece, ring.version):
            self._tidy()
            now_ms = self._now_ms()
            choice = choose(stream.heard(self._tree, first), cohort.wants, now_ms, carry)
            self._tally.expired += choice.expired
            lacks = self._first_lack(choice.picks) if first < ring.lost else None
            piece = Piece(choice.picks, cohort.wire, ring.version, choice.good_until_ms, lacks)
            self._pieces[key] = piece
        return piece

    def owed(self, cohort: Cohort, stream: Stream, position: int) -> Piece | None:
        """As `piece`, of somebody who has stopped at no cut; many stand at the same place."""
        key = (cohort, position)
        piece = self._standing.get(key)
        if piece is None or not self.is_good(piece, stream.ring.version):
            piece = self._chosen(stream, cohort, position, NOTHING)
            if cohort.home is stream:
                if len(self._standing) >= _KEPT:
                    self.forget_standing()
                self._standing[key] = piece
        return piece if piece.picks else None

    def due(self, cohort: Cohort, stream: Stream, position: int, cut: int) -> Piece | None:
        """
        What somebody in `cohort` is owed of `stream` below `cut`; None: nothing.

        What is published later changes nothing in it, so that it is put together once a
        round. See Note [Cuts].
        """
        key, ring = (stream, cohort, position), stream.ring
        piece = self.round.get(key)
        if piece is not None and self.is_good(piece, piece.version):
            return piece
        self._tidy()
        choice = choose(
            stream.heard(self._tree, position, cut), cohort.wants, self._now_ms(), NOTHING
        )
        self._tally.expired += choice.expired
        piece = None
        if choice.picks:
            lacks = self._first_lack(choice.picks) if position < ring.lost else None
            piece = Piece(choice.picks, cohort.wire, ring.version, choice.good_until_ms, lacks)
        self.round[key] = piece
        return piece

    def forget_standing(self) -> None:
        """Nobody stands where they stood."""
        self._standing.clear()
        self._joined_once.clear()
        self.round.clear()
        self.longest = 0

    def whole(self, pieces: tuple[Piece, ...], tip: int) -> Chunk | None:
        """
        What somebody is owed who is owed `pieces`, if it is one chunk.

        Pieces that are each about a game of their own are written one after the other as
        they are, unless the wire format promises more than order within a game.
        """
        chunk = self.wholes.get(pieces)
        if chunk is None and len(pieces) > 1:
            chunk = self._together.get(pieces)
            if chunk is None and not pieces[0].wire.in_order and _are_apart(pieces):
                chunk = self._joined(pieces, tip)
        return chunk

    def _joined(self, pieces: tuple[Piece, ...], tip: int) -> Chunk | None:
        bodies = [self._body(piece) for piece in pieces]
        size = sum(map(len, bodies))
        self.longest = max(self.longest, size)
        if size >= JOINED * self._limit:
            return None
        events = sum([piece.events for piece in pieces])
        merged = sum([piece.merged for piece in pieces])
        chunk = Chunk(tip, b"".join(bodies), events, merged, NOTHING)
        if pieces not in self._joined_once:
            self._joined_once.add(pieces)
            return chunk
        if len(self._together) >= _KEPT_TOGETHER:
            self._together.clear()
        self._together[pieces] = chunk
        return chunk

    def _body(self, piece: Piece) -> bytes:
        """All of a piece that lacks nothing, as it is to be written."""
        if piece.body is None:
            picks, wire = piece.picks, piece.wire
            piece.events = sum(len(pick.subscriptions) for pick in picks)
            piece.merged = sum(pick.merged for pick in picks)
            piece.body = wire.pack([self._unit(wire, pick) for pick in picks])
            self.size += len(piece.body)
        return piece.body

    def share(self, pieces: tuple[Piece, ...], tip: int) -> Share:
        """
        What somebody is owed who is owed `pieces`, at least one.

        If it is one chunk, that stands in `wholes` from now on.
        """
        share = self._shares.get(pieces)
        if share is None:
            share = self._shares[pieces] = Share(pieces, tip, self._unit, self._limit)
            first = share.chunk(0)
            if first is not None and first.end == tip:
                self.wholes[pieces] = first
        return share

    def is_good(self, piece: Piece, version: int) -> bool:
        """Whether a piece can be used still."""
        until_ms = piece.good_until_ms
        return piece.version == version and (until_ms is None or self._now_ms() <= until_ms)

    def _first_lack(self, picks: list[Pick]) -> Mark | None:
        """The first pick whose body is neither in the ring nor retained."""
        for pick in picks:
            mark = pick.posted
            if isinstance(mark, Mark):
                newest = self._newest(mark.topic, mark.key)
                if newest is None or newest.number != mark.number:
                    return mark
                pick.posted = newest
        return None

    def _unit(self, wire: WireFormat, pick: Pick) -> bytes:
        """The events of one publication; its body must be there."""
        key = (wire, pick.number, pick.subscriptions, pick.merged)
        unit = self._units.get(key)
        if unit is None:
            posted = pick.posted
            assert isinstance(posted, Posted)
            if pick.merged:
                unit = wire.event(posted, pick.subscriptions, pick.merged)
            else:
                unit = wire.event(posted, pick.subscriptions)
            self._units[key] = unit
            # Once here, once in the chunk that it goes into.
            self.size += 2 * len(unit)
        return unit

    def _tidy(self) -> None:
        if self.size > _KEPT_BYTES or len(self._pieces) >= _KEPT or len(self._shares) >= _KEPT:
            self.forget()
        elif len(self.round) >= _KEPT:
            self.round.clear()

    def forget(self) -> None:
        """Begin anew: who is owed the same at the same time is served together anyway."""
        self._pieces.clear()
        self._shares.clear()
        self._standing.clear()
        self._joined_once.clear()
        self.round.clear()
        self._together.clear()
        self.wholes.clear()
        self._units.clear()
        self.size = 0
