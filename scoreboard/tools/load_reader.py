"""
What the sessions of a process receive, read once for all that receive the same.

Rule: what is remembered changes nothing but the time that it takes: order is checked, and
every event counted, session by session. Pure.

# Note [Two looks]

Who follows one game gets what all others get: the whole chunk is known, and costs as much for
a hundred events as for one. Who follows several gets a chunk of its own, made of frames
that others get as well: each costs a look-up of its first bytes and a comparison of the rest,
some 0.4 us. A chunk is learned as a whole when it comes for the second time, since of those
that come once nothing would be gained.

Such a chunk has several frames of one game in a row, and all who follow that game get the same
ones. Such a row is learned as well: it is compared byte by byte like a frame, and then it is
known that within it each event follows the one before. What is left is whether the first
follows what this session has seen, and when it was heard. If it does not follow, the row is
read frame by frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs

from scoreboard.tools.load_order import Counts, Order, rounded
from scoreboard.tools.load_scan import TICK, Event, Key, Run, Scan, frames, scanner

#: First bytes of a frame that are looked up: its length, and the ids of its publication and
#: subscription. Cheaper than all of them, which must be the same anyway.
_HEAD = 44

#: Chunks that are remembered; a fan-out gives few different ones at a time.
_CHUNKS = 128

#: Frames that are remembered, twice: those of a second or so at the highest rate.
_FRAMES = 8192

#: Rows that are remembered: those of some rounds of a server.
_ROWS = 1024

#: Latencies that wait to be counted; all at once costs less.
_WAITING = 1 << 16


@attrs.define(eq=False)
class _Chunk:
    """
    A chunk that many sessions hear.

    Attributes:
        sent: tick of each event.
        heard: (tick, place of the counts) -> sessions.
    """

    data: bytes
    scan: Scan
    sent: tuple[int, ...]
    heard: dict[tuple[int, int], int] = attrs.field(factory=dict)


@attrs.define(eq=False)
class _Row:
    """
    Frames of one game and kind, each event right after the one before.

    Attributes:
        prev, last: of the first event, and the position of the last.
        sent: tick of each event.
        heard: (tick, place of the counts) -> sessions.
    """

    data: bytes
    key: str
    prev: int
    last: int
    sent: tuple[int, ...]
    heard: dict[tuple[int, int], int] = attrs.field(factory=dict)


#: A frame with one event that is no tick: its bytes, how many, key, prev, seq, tick when sent.
_Frame = tuple[bytes, int, str, int, int, int]


class Reader:
    """
    The reader of a process.

    Args:
        subprotocol: for instance "json".
        sent: the tick at which an event was sent; 0 if that is not known.
        places: how many counts are kept.
        remembers: whether anything is; for tests.

    Attributes:
        epochs: the latest of each game.
    """

    def __init__(
        self,
        subprotocol: str,
        sent: Callable[[Event], int],
        places: int,
        *,
        remembers: bool = True,
    ) -> None:
        self.epochs: dict[str, int] = {}
        self._scan = scanner(subprotocol)
        self._sent = sent
        self._remembers = remembers
        self._counts = [Counts() for _ in range(places)]
        self._late: list[list[int]] = [[] for _ in range(places)]
        self._seen: dict[tuple[int, bytes], bytes] = {}
        self._chunks: dict[tuple[int, bytes], _Chunk] = {}
        self._frames: dict[bytes, _Frame] = {}
        self._older: dict[bytes, _Frame] = {}
        self._rows: dict[bytes, _Row] = {}

    @property
    def events(self) -> int:
        """Those counted, ticks left out."""
        return sum(counts.events for counts in self._counts)

    def counts(self) -> list[Counts]:
        """What was counted in each place."""
        self._settle()
        for place in range(len(self._late)):
            self._settle_late(place)
        return self._counts

    def restart(self) -> None:
        """Count from now on."""
        self.counts()
        self._counts = [Counts() for _ in self._counts]

    def whole(self, data: bytes) -> Scan:
        """What stands in `data`; nothing is counted."""
        scan = self._scan(data)
        for event in scan.events:
            self.epochs[event.game] = event.epoch
        return scan

    def take(
        self, data: bytes, heard: int, order: Order, place: int
    ) -> tuple[int, tuple[Scan, ...]]:
        """
        Count what a session has received.

        Args:
            data: from the beginning of a frame.
            heard: the tick at which it came.

        Returns:
            How many bytes were whole frames, and those in which something else stood than events.

        Raises:
            Unreadable.
        """
        size = len(data)
        if self._remembers:
            chunk = self._chunk(size, data)
            if chunk is not None:
                self._hear(chunk, heard, order, place)
                return chunk.scan.taken, ()
        return self._by_frames(data, size, heard, order, place)

    def _by_frames(
        self, data: bytes, size: int, heard: int, order: Order, place: int
    ) -> tuple[int, tuple[Scan, ...]]:
        known, starts, last = self._frames, data.startswith, order.last
        last_of, head, row_of = last.get, _HEAD, self._rows.get
        # After a snapshot a key's order is not told by its last position alone.
        is_plain = not order.adrift
        sent: list[int] = []
        rows: list[_Row] = []
        others: tuple[Scan, ...] = ()
        # Where a row has begun, its key, and the position that follows it.
        begin, of, tip = -1, "", 0
        ends: list[tuple[int, int]] = []
        at = 0
        while at < size:
            first = data[at : at + head]
            row = row_of(first)
            if (
                row is not None
                and is_plain
                and last_of(row.key) == row.prev
                and starts(row.data, at)
            ):
                ends.append((begin, at))
                begin = -1
                last[row.key] = row.last
                rows.append(row)
                at += len(row.data)
                continue
            frame = known.get(first)
            if frame is not None and starts(frame[0], at):
                _, length, key, prev, seq, when = frame
                if last_of(key) == prev and is_plain:
                    last[key] = seq
                    if begin < 0 or key != of or prev != tip:
                        ends.append((begin, at))
                        begin, of = at, key
                    tip = seq
                else:
                    self._check(Run(key, 0, prev, seq, seq), order, place)
                    ends.append((begin, at))
                    begin = -1
                sent.append(when)
                at += length
                continue
            found = self._one(data, at)
            if found is None:
                break
            ends.append((begin, at))
            begin = -1
            if isinstance(found, Scan):
                others += self._apart(found, heard, order, place, sent)
                at += found.taken
            known = self._frames
        ends.append((begin, at))
        self._counted(sent, rows, heard, place)
        for one_begin, one_end in ends:
            self._learn(data, one_begin, one_end)
        return at, others

    def _learn(self, data: bytes, begin: int, end: int) -> None:
        """Keep the row that stands there, if it is one of several frames."""
        if begin < 0 or not self._remembers:
            return
        head = data[begin : begin + _HEAD]
        frame = self._frames.get(head)
        if frame is None or frame[1] == end - begin:
            return
        _, _, key, prev, _, _ = frame
        ticks: list[int] = []
        at, last = begin, prev
        while at < end:
            one = self._frames.get(data[at : at + _HEAD])
            if one is None:  # it was forgotten meanwhile
                return
            last = one[4]
            ticks.append(one[5])
            at += one[1]
        if len(self._rows) >= _ROWS:
            self._settle_rows()
            self._rows.clear()
        known = self._rows.get(head)
        if known is not None:
            self._settle_row(known)
        self._rows[head] = _Row(data[begin:end], key, prev, last, tuple(ticks))

    def _one(self, data: bytes, at: int) -> _Frame | Scan | None:
        """The frame that stands there: it is known now, or it is what was found in it."""
        head = data[at : at + _HEAD]
        frame = self._older.get(head)
        if frame is not None and data.startswith(frame[0], at):
            self._remember(head, frame)
            return frame
        end = next((end for _, _, end in frames(data, at)), 0)
        if not end:
            return None
        scan = self.whole(data[at:end])
        if scan.plain and len(scan.events) == 1 and self._remembers:
            (event,) = scan.events
            when = self._sent(event)
            frame = (data[at:end], end - at, event.key, event.prev, event.seq, when)
            if event.seq > event.prev:
                self._remember(head, frame)
                return frame
        return scan

    def _remember(self, head: bytes, frame: _Frame) -> None:
        if len(self._frames) >= _FRAMES:
            self._older, self._frames = self._frames, {}
        self._frames[head] = frame

    def _apart(
        self, scan: Scan, heard: int, order: Order, place: int, sent: list[int]
    ) -> tuple[Scan, ...]:
        """A frame that is not remembered; itself if there is more in it than events."""
        for event in scan.events:
            if event.kind == TICK:
                self._tick(event, heard, order, place)
            else:
                sent.append(self._sent(event))
            run = Run(event.key, event.epoch, event.prev, event.seq, event.seq)
            self._check(run, order, place)
        return (scan,) if scan.others or scan.controls else ()

    def _tick(self, event: Event, heard: int, order: Order, place: int) -> None:
        """
        A clock's report: how old it is.

        What the server had written when the session stopped to read waits in the kernel,
        however long: that comes without a hole. What comes after one was chosen later.
        """
        counts = self._counts[place]
        counts.ticks += 1
        if order.last.get(event.key, event.prev) != event.prev:
            order.merged.add(event.key)
        when = self._sent(event)
        age = heard - when if when else 0
        if event.key in order.merged:
            counts.oldest = max(counts.oldest, age)
        else:
            counts.oldest_kept = max(counts.oldest_kept, age)

    def _check(self, run: Run, order: Order, place: int) -> None:
        gaps, repeats = order.take(run)
        if gaps or repeats:
            counts = self._counts[place]
            counts.gaps += gaps
            counts.repeats += repeats

    def _counted(self, sent: list[int], rows: list[_Row], heard: int, place: int) -> None:
        """Events of one chunk: those of whole rows, and the others."""
        number = len(sent) + sum([len(row.sent) for row in rows])
        self._counts[place].events += number
        tick = rounded(heard, number)
        at = tick, place
        for row in rows:
            told = row.heard
            told[at] = told.get(at, 0) + 1
        late = self._late[place]
        late += [tick - when for when in sent if when]
        if len(late) >= _WAITING:
            self._settle_late(place)

    def _chunk(self, size: int, data: bytes) -> _Chunk | None:
        """The chunk if it is known as a whole, by now."""
        key = (size, data[:_HEAD])
        chunk = self._chunks.get(key)
        if chunk is not None:
            return chunk if chunk.data == data else None
        if self._seen.get(key) != data:
            if len(self._seen) >= _CHUNKS:
                self._seen.clear()
            self._seen[key] = data
            return None
        scan = self.whole(data)
        if not scan.plain:
            return None
        if len(self._chunks) >= _CHUNKS:
            self._settle()
            self._chunks.clear()
        chunk = _Chunk(data, scan, tuple(self._sent(event) for event in scan.events))
        self._chunks[key] = chunk
        return chunk

    def _hear(self, chunk: _Chunk, heard: int, order: Order, place: int) -> None:
        events = len(chunk.sent)
        self._counts[place].events += events
        at = rounded(heard, events), place
        chunk.heard[at] = chunk.heard.get(at, 0) + 1
        for run in chunk.scan.runs:
            if not order.follows(run):
                self._check_each(run.key, chunk.scan.events, order, place)

    def _check_each(self, key: Key, events: Sequence[Event], order: Order, place: int) -> None:
        """A run that does not just follow: each of its events may be at fault."""
        for event in events:
            if event.key == key:
                run = Run(key, event.epoch, event.prev, event.seq, event.seq)
                self._check(run, order, place)

    def _settle(self) -> None:
        """Count the latencies of all chunks and rows that are remembered."""
        for chunk in self._chunks.values():
            for (heard, place), sessions in chunk.heard.items():
                self._counts[place].latencies.add(chunk.sent, heard, sessions)
            chunk.heard.clear()
        self._settle_rows()

    def _settle_rows(self) -> None:
        for row in self._rows.values():
            self._settle_row(row)

    def _settle_row(self, row: _Row) -> None:
        """Count the latencies of its events."""
        for (heard, place), sessions in row.heard.items():
            self._counts[place].latencies.add(row.sent, heard, sessions)
        row.heard.clear()

    def _settle_late(self, place: int) -> None:
        late = self._late[place]
        self._counts[place].latencies.count(late)
        late.clear()
