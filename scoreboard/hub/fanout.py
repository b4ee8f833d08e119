"""
Fan-out: who is owed what, and the writing of it.

Rule: every follower gets what its subscriptions match, in the order of publication,
nothing twice, or is told that it has fallen behind; one follower's fault never reaches
another. Pure.

# Note [Positions]

All publications of a process are numbered in one row, whatever their stream, and a reader
has one position in that row: whenever it is written to, it is written all that it is
owed, over all its streams, merged by number. That is why `seq` never falls within a game
for somebody who follows the game, its league and a team of it, and why there is at most
one write per reader and flush.

`flushed` is the position of everybody who is not parked: all that is numbered below was
given to its readers. A reader that was written to in between (because it subscribed, or
because an answer had to follow what it was owed) is ahead of that; a parked one stands
where it stopped. A flush that is cut into slices needs no other state than that: a reader
whose turn has not come is behind, one whose turn was early is ahead.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator

from scoreboard.hub.cohort import (
    Chunk,
    Cohort,
    Heard,
    Piece,
    Press,
    Reader,
    Wanted,
    chunked,
    in_order,
    joined,
    select,
)
from scoreboard.hub.followers import Followers
from scoreboard.hub.stream import Stream
from scoreboard.hub.subscription import covers
from scoreboard.hub.tally import Tally

#: WebSocket close code of a member that the ring has moved past; it may resume at once.
LAGGING = 4008
#: RFC 6455, 7.4.1: the server met an unexpected condition.
INTERNAL_ERROR = 1011

#: Chunks that are remembered for parked readers that stand at the same position.
_CHUNKS = 256

Report = Callable[[Exception], None]


class Fanout:
    """
    Writes what was published to those who follow it.

    Args:
        report: is told of exceptions that cost a member; must not raise.
        write_bytes: size at which what a member is owed is cut into several writes.

    Attributes:
        tip: the number of the next publication.
        flushed: see Note [Positions].
    """

    def __init__(self, followers: Followers, report: Report, write_bytes: int) -> None:
        self.tally = Tally()
        self.tip = 1
        self.flushed = 1
        self._followers = followers
        self._report = report
        self._write_bytes = write_bytes
        self._dirty: dict[str, Stream] = {}
        self._chunks: dict[Hashable, Chunk] = {}

    def posted(self, stream: Stream) -> None:
        """The publication numbered `tip` is in the ring of `stream`."""
        self.tip += 1
        self._dirty[stream.name] = stream
        self.tally.publications += 1

    def flush(self) -> None:
        """Write to each member that can take it all that it is owed, at once."""
        shares: dict[tuple[Piece, ...], list[Chunk]] = {}
        for reader, pieces in self._owed().items():
            if reader.parked:
                continue
            if reader.position > self.flushed:
                self.bring(reader, force=False)
                continue
            try:
                chunks = shares.get(pieces)
                if chunks is None:
                    chunks = shares[pieces] = self._share(pieces)
                self._give(reader, chunks)
            except Exception as fault:
                self._fail(reader, fault)
        self.flushed = self.tip
        self._dirty.clear()

    def bring(self, reader: Reader, *, force: bool) -> bool:
        """
        Write to one reader what it is owed until now.

        Args:
            force: all of it; otherwise as much as the member can take.

        Returns:
            False if the member had to be given up.
        """
        if not reader.parked:
            reader.position = max(reader.position, self.flushed)
        elif self._is_lost(reader):
            self._fall_behind(reader)
            return False
        try:
            while force or reader.member.writable:
                chunk = self._next(reader)
                if chunk is None:
                    reader.position = self.tip
                    reader.parked = False
                    return True
                self._write(reader, chunk)
        except Exception as fault:
            self._fail(reader, fault)
            return False
        self._park(reader)
        return True

    def _owed(self) -> dict[Reader, tuple[Piece, ...]]:
        """What each reader is owed of the streams in which something was published."""
        owed: dict[Reader, tuple[Piece, ...]] = {}
        lagging: list[Reader] = []
        press = Press()
        for stream in self._dirty.values():
            heard = stream.heard(self._followers.tree, self.flushed)
            for cohort, readers in self._followers.listening(stream, heard):
                piece = self._piece(cohort, heard, press)
                if piece is None:
                    continue
                for reader in readers:
                    if not reader.parked:
                        others = owed.get(reader)
                        owed[reader] = piece.alone if others is None else others + piece.alone
                    elif reader.position < stream.ring.lost:
                        lagging.append(reader)
        for reader in dict.fromkeys(lagging):
            self._fall_behind(reader)
        return owed

    def _piece(self, cohort: Cohort, heard: list[Heard], press: Press) -> Piece | None:
        try:
            wanted = select(heard, cohort.wants)
            units = tuple(press.unit(cohort.wire, one) for one in wanted)
        except Exception as fault:
            for reader in list(cohort.readers):
                self._fail(reader, fault)
            return None
        return Piece(units, cohort.wire)

    def _share(self, pieces: tuple[Piece, ...]) -> list[Chunk]:
        units = joined(pieces)
        return list(chunked(pieces[0].wire, units, self.tip, self._write_bytes))

    def _give(self, reader: Reader, chunks: list[Chunk]) -> None:
        for chunk in chunks:
            if not reader.member.writable:
                self._park(reader)
                return
            self._write(reader, chunk)

    def _write(self, reader: Reader, chunk: Chunk) -> None:
        reader.member.deliver(chunk.data)
        reader.position = chunk.end
        tally = self.tally
        tally.writes += 1
        tally.events += chunk.events
        tally.octets += len(chunk.data)

    def _park(self, reader: Reader) -> None:
        if not reader.parked:
            reader.parked = True
            reader.position = max(reader.position, self.flushed)
            self.tally.parked += 1

    def _next(self, reader: Reader) -> Chunk | None:
        """What comes next for `reader`; the same object for all in the same situation."""
        wire = reader.member.wire
        key = (reader.interest, wire, reader.position)
        chunk = self._chunks.get(key)
        if chunk is not None and (chunk.full or chunk.end == self.tip):
            return chunk
        press = Press()
        units = (press.unit(wire, wanted) for wanted in self._wanted_by(reader))
        chunk = next(chunked(wire, units, self.tip, self._write_bytes), None)
        if chunk is not None:
            if len(self._chunks) >= _CHUNKS:
                self._chunks.clear()
            self._chunks[key] = chunk
        return chunk

    def _wanted_by(self, reader: Reader) -> Iterator[Wanted]:
        tree = self._followers.tree
        return in_order(
            select(stream.heard(tree, reader.position), reader.wants(stream.name))
            for stream in self._streams_of(reader)
            if stream.ring.tip > reader.position
        )

    def _streams_of(self, reader: Reader) -> Iterable[Stream]:
        """The streams in which `reader` may be owed something."""
        if reader.position >= self.flushed:
            return self._dirty.values()
        return self._followers.streams_of(reader)

    def _is_lost(self, reader: Reader) -> bool:
        """Whether a ring has forgotten what `reader` may still be owed."""
        return any(
            stream.ring.lost > reader.position
            and any(covers(s, stream.name) for s in reader.wants(stream.name))
            for stream in self._followers.streams_of(reader)
        )

    def _fall_behind(self, reader: Reader) -> None:
        self.tally.lagging += 1
        self._give_up(reader, LAGGING, "lagging: reconnect and resume with scoreboard.v1.sync")

    def _fail(self, reader: Reader, fault: Exception) -> None:
        self.tally.failed += 1
        self._report(fault)
        self._give_up(reader, INTERNAL_ERROR, "internal error: reconnect and resume")

    def _give_up(self, reader: Reader, code: int, reason: str) -> None:
        self._followers.forget(reader.member)
        try:
            reader.member.close(code, reason)
        except Exception as fault:
            self._report(fault)
