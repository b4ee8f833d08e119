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

A stream with something to write has a pass (`hub.passage`), which may be cut into slices
anywhere. What a reader that keeps up is owed of a stream is what it wants there, from its
position or the pass's `start`, whichever is higher; of streams without a pass, nothing. A
reader whose turn has not come is behind; one that was written to for another stream, or
because an answer had to follow what it was owed, is ahead. So passes of several streams
can be under way at once, a later publication can not overtake an earlier one, and a
slice needs no state of its own. `flushed` is below all passes: where a reader stands that
had to stop and was not written to for long.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from scoreboard.hub.choice import NOTHING
from scoreboard.hub.cohort import Cohort, Reader
from scoreboard.hub.followers import Followers
from scoreboard.hub.lagging import REASON, Input, Stalled, Standing
from scoreboard.hub.passage import Pass
from scoreboard.hub.share import Chunk, Newest, Piece, Share, Shares
from scoreboard.hub.stream import Stream
from scoreboard.hub.subscription import covers
from scoreboard.hub.tally import Tally
from scoreboard.hub.trace import Mark
from scoreboard.hub.turns import Turns

#: WebSocket close code of a member that could not be kept up to date; it may resume.
LAGGING = 4008
#: RFC 6455, 7.4.1: the server met an unexpected condition.
INTERNAL_ERROR = 1011

#: What a write costs besides its bytes, as bytes: a `send` takes the kernel as long as
#: copying some kilobytes (design, fan-out).
WRITE_COST = 1_024
#: Bytes that a stream may write before others have their turn; some 50 short writes.
QUANTUM = 65_536

_ORDER = attrgetter("order")

Report = Callable[[Exception], None]


class Fanout:
    """
    Writes what was published to those who follow it.

    Args:
        newest: what is retained of states, whatever a ring has forgotten.
        report: is told of exceptions that cost a member; must not raise.
        now_ms: the time, for the age of ticks and for how long somebody stalls.
        write_bytes: size at which what a member is owed is cut into several writes.
        patience_ms: that a stalled member may take nothing.

    Attributes:
        tip: the number of the next publication.
        stalled: those who do not keep up; see `hub.recovery`.
    """

    def __init__(
        self,
        followers: Followers,
        newest: Newest,
        report: Report,
        now_ms: Callable[[], int],
        write_bytes: int,
        patience_ms: int,
    ) -> None:
        self.tally = Tally()
        self.tip = 1
        self.stalled: Stalled[Reader] = Stalled(patience_ms)
        self._followers = followers
        self._report = report
        self._now_ms = now_ms
        self._shares = Shares(followers.tree, newest, self.tally, now_ms, write_bytes)
        self._arrears = Shares(followers.tree, newest, self.tally, now_ms, write_bytes)
        self._passes: dict[str, Pass] = {}
        self._turns = Turns(QUANTUM)

    @property
    def flushed(self) -> int:
        """Everything numbered below was given to all who keep up. See Note [Positions]."""
        return min((work.start for work in self._passes.values()), default=self.tip)

    def flushed_of(self, stream: Stream) -> int:
        """As `flushed`, of one stream."""
        work = self._passes.get(stream.name)
        return self.tip if work is None else work.start

    def posted(self, stream: Stream) -> None:
        """The publication numbered `tip` is in the ring of `stream`."""
        if stream.name not in self._passes:
            self._passes[stream.name] = Pass(stream, self.tip)
            self._turns.enter(stream.name)
        self.tip += 1
        self.tally.publications += 1

    def turn(self, is_late: Callable[[], bool]) -> bool:
        """
        Write, stream by stream in turn, until all is written or it is late.

        Returns:
            Whether something is left.
        """
        turns = self._turns
        while (name := turns.current()) is not None:
            turns.charge(name, self._work_on(self._passes[name]))
            if is_late():
                break
        return bool(self._passes)

    def finish(self, stream: Stream) -> None:
        """Write everything that was published in one stream."""
        while (work := self._passes.get(stream.name)) is not None:
            self._work_on(work)

    def _work_on(self, work: Pass) -> int:
        """Serve some readers; what that cost, in bytes."""
        taken = work.take()
        if taken is not None:
            return self._serve(work, *taken)
        if work.is_over:
            del self._passes[work.stream.name]
            self._turns.leave(work.stream.name)
            if not self._passes:
                self._shares.forget()
        else:
            work.begin(self._followers)
        return 0

    def _serve(self, work: Pass, cohort: Cohort, readers: list[Reader]) -> int:
        """Write to each of `readers` all that it is owed."""
        tally, ring, start = self.tally, work.stream.ring, work.start
        tip = ring.tip
        before = tally.octets + WRITE_COST * tally.writes
        is_only = len(self._passes) == 1
        whole, share = self._common(work, cohort)
        count = 0
        for reader in readers:
            if reader.standing is not Standing.LIVE:
                if reader.standing is not Standing.GONE and reader.position < ring.known:
                    self.lose(reader)
            elif reader.position > start or not (
                is_only or (len(reader.places) == 1 and reader.roaming is None)
            ):
                if reader.position < tip:
                    self._bring_live(reader)
            elif whole is None:
                if share is not None:
                    self._give_safely(reader, share)
            else:
                member = reader.member
                try:
                    if member.writable:
                        member.deliver(whole.data)
                        reader.position = whole.end
                        count += 1
                    else:
                        self._park(reader)
                except Exception as fault:
                    self._fail(reader, fault)
        if whole is not None:
            self._count(whole, count)
        return tally.octets + WRITE_COST * tally.writes - before

    def _common(self, work: Pass, cohort: Cohort) -> tuple[Chunk | None, Share | None]:
        """What those in `cohort` are owed who stand where `work` began."""
        piece = work.piece(self._shares, cohort)
        if piece is None:
            return None, None
        try:
            share = self._shares.share(piece.alone, self.tip)
        except Exception as fault:
            for reader in list(cohort.readers):
                self._fail(reader, fault)
            return None, None
        return self._shares.wholes.get(piece.alone), share

    def _bring_live(self, reader: Reader) -> None:
        """Write to one reader that keeps up what it is owed of all its streams."""
        try:
            pieces = self._due_to(reader)
            if not pieces:
                return
            whole = self._shares.wholes.get(pieces)
            if whole is None or not reader.member.writable:
                self._give(reader, self._shares.share(pieces, self.tip), force=False)
            else:
                reader.member.deliver(whole.data)
                reader.position = whole.end
                self._count(whole, 1)
        except Exception as fault:
            self._fail(reader, fault)

    def _due_to(self, reader: Reader) -> tuple[Piece, ...]:
        """
        What a reader that keeps up is owed of each stream with a pass.

        In the same order for all readers, so that the same pieces are seen to be the same.
        """
        passes, places, roaming = self._passes, reader.places, reader.roaming
        if roaming is None:
            works = [passes[name] for name in places if name in passes]
            if len(works) > 1:
                works.sort(key=_ORDER)
        else:
            works = list(passes.values())
        shares, position, found = self._shares, reader.position, []
        for work in works:
            cohort = places.get(work.name, roaming)
            assert cohort is not None
            if position <= work.start:
                piece = work.piece(shares, cohort)
            else:
                piece = shares.piece(work.stream, cohort, position, NOTHING)
            if piece is not None:
                found.append(piece)
        return tuple(found)

    def _give_safely(self, reader: Reader, share: Share) -> None:
        try:
            self._give(reader, share, force=False)
        except Exception as fault:
            self._fail(reader, fault)

    def bring(self, reader: Reader, *, force: bool) -> bool:
        """
        Write to one reader what it is owed until now.

        Args:
            force: all of it; otherwise as much as the member can take.

        Returns:
            False if the member had to be given up.
        """
        if reader.standing is Standing.LIVE:
            reader.position = max(reader.position, self.flushed)
        elif self._is_lost(reader):
            self.lose(reader)
            return False
        try:
            is_live = reader.standing is Standing.LIVE
            pieces = self._due_to(reader) if is_live else self._arrears_of(reader)
            if pieces:
                shares = self._shares if is_live else self._arrears
                self._give(reader, shares.share(pieces, self.tip), force=force)
            else:
                self._is_done(reader)
        except Exception as fault:
            self._fail(reader, fault)
        return reader.standing is not Standing.GONE

    def _give(self, reader: Reader, share: Share, *, force: bool) -> None:
        """Write the chunks of `share`, as far as they are wanted."""
        index = 0
        while (chunk := share.chunk(index)) is not None:
            if not (force or reader.member.writable):
                self._park(reader)
                return
            reader.member.deliver(chunk.data)
            if reader.standing is Standing.GONE:
                return
            reader.position = chunk.end
            reader.carry = chunk.carry
            self._count(chunk, 1)
            index += 1
        if share.lacks is None:
            self._is_done(reader)
        elif force:
            self.lose(reader)
        else:
            self._lag(reader, share.lacks)

    def _is_done(self, reader: Reader) -> None:
        """`reader` has taken all that there is."""
        reader.carry = NOTHING
        reader.position = self.tip
        if reader.standing is not Standing.LIVE:
            reader.move(Input.DRAINED)
            self.stalled.leave(reader)

    def _count(self, chunk: Chunk, times: int) -> None:
        tally = self.tally
        tally.writes += times
        tally.events += chunk.events * times
        tally.merged += chunk.merged * times
        tally.octets += len(chunk.data) * times

    def _arrears_of(self, reader: Reader) -> tuple[Piece, ...]:
        """What a stalled reader is owed of each stream."""
        found = [
            self._arrears.piece(stream, cohort, reader.position, reader.carry)
            for stream in self._followers.streams_of(reader)
            if stream.ring.tip > reader.position
            and (cohort := reader.cohort_in(stream.name)) is not None
        ]
        return tuple([piece for piece in found if piece is not None])

    # Those who do not keep up

    def _park(self, reader: Reader) -> None:
        if reader.standing is Standing.LIVE:
            reader.position = max(reader.position, self.flushed)
            self.tally.parked += 1
            self.stalled.enter(reader, self._now_ms())
        reader.move(Input.FULL)

    def _lag(self, reader: Reader, lacks: Mark) -> None:
        """What `reader` is owed next must be read from the log."""
        reader.move(Input.OVERRUN)
        self.stalled.lack(reader, lacks)
        self.tally.lagging += 1

    def _is_lost(self, reader: Reader) -> bool:
        """Whether what `reader` may still be owed is known no more."""
        for stream in self._followers.streams_of(reader):
            if stream.ring.known > reader.position:
                cohort = reader.cohort_in(stream.name)
                if cohort is not None and any(covers(s, stream.name) for s in cohort.wants):
                    return True
        return False

    def lose(self, reader: Reader) -> None:
        """`reader` takes nothing, or cannot be brought back."""
        self.tally.slow += 1
        self._give_up(reader, LAGGING, REASON)

    def _fail(self, reader: Reader, fault: Exception) -> None:
        self.tally.failed += 1
        self._report(fault)
        self._give_up(reader, INTERNAL_ERROR, "internal error: reconnect and resume")

    def _give_up(self, reader: Reader, code: int, reason: str) -> None:
        self.stalled.leave(reader)
        self._followers.forget(reader.member)
        try:
            reader.member.close(code, reason)
        except Exception as fault:
            self._report(fault)

    def leave(self, reader: Reader) -> None:
        """`reader` is gone."""
        self.stalled.leave(reader)
        self._followers.forget(reader.member)
