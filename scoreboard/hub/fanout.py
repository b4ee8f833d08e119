"""
Fan-out: who is owed what, and the writing of it.

Rule: every follower gets what its subscriptions match, in the order of publication,
nothing twice, or is told that it has fallen behind; one follower's fault never reaches
another. Pure.

# Note [Positions]

All publications of a process are numbered in one row, whatever their stream, and a reader
has one position in that row: whenever it is written to, it is written all that it is
owed, over all its streams. That is why `seq` never falls within a game
for somebody who follows the game, its league and a team of it, and why there is at most
one write per reader and flush.

A stream with something to write has a pass (`hub.passage`), which may be cut into slices
anywhere, and passes of several streams can be under way at once. A reader whose turn has
not come is behind; one that was written to for another stream, or because an answer had to
follow what it was owed, is ahead. What a reader that keeps up is owed of a stream is what
stands there from its position on, so a later publication can not overtake an earlier one,
and a slice needs no state of its own. `flushed` is below all passes and below what waits for
the next round (`hub.rounds`): where a reader stands that was not written to for long, because
nothing was owed to it. Who follows several streams is written to up to the cut of a round, the
same for all of them; the position is a cut through all streams then as well.

Merged by number is what it must look like within a game. What is owed of streams that are
each about another game is written stream by stream, which costs no sorting.
"""

from __future__ import annotations

from collections.abc import Callable

from scoreboard.hub.cohort import Cohort, Reader
from scoreboard.hub.dues import Dues
from scoreboard.hub.followers import Followers
from scoreboard.hub.lagging import Standing
from scoreboard.hub.passage import Pass
from scoreboard.hub.rounds import Rounds
from scoreboard.hub.sampling import Sampling
from scoreboard.hub.share import Chunk, Newest, Share, Shares
from scoreboard.hub.standings import Report, Standings
from scoreboard.hub.stream import Stream
from scoreboard.hub.tally import Tally
from scoreboard.hub.turns import Turns

#: What a write costs besides its bytes, as bytes: a `send` takes the kernel as long as
#: copying some kilobytes (design, fan-out).
WRITE_COST = 1_024
#: Bytes that a stream may write before others have their turn; some 50 short writes.
QUANTUM = 65_536


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
        standings: who keeps up, and who does not.
        stalled: those who do not; see `hub.recovery`.
        sampling: how long it takes.
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
        self.sampling = Sampling(self.tally)
        self.tip = 1
        self.standings = Standings(followers, self.tally, report, now_ms, patience_ms)
        self.stalled = self.standings.stalled
        self._followers = followers
        self._write_bytes = write_bytes
        self._shares = Shares(followers.tree, newest, self.tally, now_ms, write_bytes)
        late = Shares(followers.tree, newest, self.tally, now_ms, write_bytes)
        self._dues = Dues(followers, self._shares, late)
        # The passes that are under way, over followers of one stream and over the others.
        self._single: dict[Stream, Pass] = {}
        self._several: dict[Stream, Pass] = {}
        self._turns: Turns[Pass] = Turns(QUANTUM)
        self._rounds = Rounds()

    @property
    def flushed(self) -> int:
        """Everything numbered below was given to all who keep up. See Note [Positions]."""
        if not (self._single or self._several or self._rounds.owes):
            return self.tip
        starts = [work.start for work in self._single.values()]
        starts += [work.start for work in self._several.values()]
        waiting = self._rounds.lowest
        if waiting is not None:
            starts.append(waiting)
        return min(starts)

    def flushed_of(self, stream: Stream) -> int:
        """As `flushed`, of one stream."""
        number = self.tip
        for work in (self._single.get(stream), self._several.get(stream)):
            if work is not None:
                number = min(number, work.start)
        waiting = self._rounds.start_of(stream)
        return number if waiting is None else min(number, waiting)

    def posted(self, stream: Stream) -> None:
        """The publication numbered `tip` is in the ring of `stream`."""
        number, audience = self.tip, stream.audience
        if audience.single and stream not in self._single:
            self._enter(Pass(stream, number, several=False))
        if audience.several or self._followers.roam:
            self._dues.news[stream.name] = stream
            self._rounds.wait(stream, number)
        self.tip += 1
        self.tally.publications += 1

    def _enter(self, work: Pass) -> None:
        passes = self._several if work.several else self._single
        passes[work.stream] = work
        self._turns.enter(work)

    def turn(self, seconds: Callable[[], float], until: float) -> bool:
        """
        Write, stream by stream in turn, until all is written or it is late.

        Args:
            seconds: the clock.
            until: when it is late, on that clock.

        Returns:
            Whether something is left that can be written now.
        """
        turns, rounds = self._turns, self._rounds
        self._dues.settled = self.flushed
        now = seconds() if rounds.owes or self._several else until
        while self._goes_on(now) and (work := turns.current()) is not None:
            turns.charge(work, self._work_on(work))
            began, now = now, seconds()
            if work.several:
                rounds.worked(began, now)
            if now >= until:
                break
        return self._goes_on(now)

    def flush(self) -> None:
        """Write everything at once."""
        self._rounds.rested()
        self.turn(lambda: 0.0, 1.0)

    def wait(self, now: float) -> float | None:
        """Seconds until something can be written; not above 0: now; None: there is nothing."""
        if self._single or self._several:
            return 0.0
        return self._rounds.rest(now) if self._rounds.owes else None

    @property
    def is_awaited(self) -> bool:
        """Whether there is a stream with something to write, and nobody's turn has come."""
        passes = (*self._single.values(), *self._several.values())
        return any(not work.is_begun for work in passes)

    def finish(self, stream: Stream) -> None:
        """Write everything that was published in one stream."""
        self._dues.settled = self.flushed
        while (work := self._single.get(stream)) is not None:
            self._work_on(work)
        # Nobody is passed over now.
        cut, self._rounds.cut = self._rounds.cut, self.tip
        self._shares.forget_standing()
        while self.flushed_of(stream) < self.tip:
            work = self._several.get(stream)
            if work is not None:
                self._work_on(work)
            else:
                self._enter(Pass(stream, self._rounds.take(stream), several=True))
        self._rounds.cut = cut
        self._shares.forget_standing()

    def _goes_on(self, now: float) -> bool:
        """Whether something can be written; begins the next round when one is over."""
        rounds = self._rounds
        if rounds.owes and not self._several and rounds.rest(now) <= 0:
            rounds.fit(self._shares.longest, self._write_bytes)
            self._shares.forget_standing()
            self._dues.settle(self.flushed)
            for stream, start in rounds.begin(self.tip).items():
                self._enter(Pass(stream, start, several=True))
        return bool(self._several or self._single)

    def _work_on(self, work: Pass) -> int:
        """Serve some readers; what that cost, in bytes."""
        taken = work.take()
        if taken is None and not (work.is_over or (work.several and work.is_begun)):
            work.begin(self._followers)
            taken = work.take()
            if taken is None:
                return 0
        if taken is not None:
            serve = self._serve_several if work.several else self._serve_single
            cost = serve(work, *taken)
            if cost and self.sampling.streams and self._is_sampled(work):
                self.sampling.served()
            return cost
        del (self._several if work.several else self._single)[work.stream]
        self._turns.leave(work)
        if not self._single and not self._several and not self._rounds.owes:
            self._shares.forget()
        return 0

    def _is_sampled(self, work: Pass) -> bool:
        """Whether the sample was in what `work` has just written."""
        sampling = self.sampling
        if not work.several:
            return work.stream.name in sampling.streams
        # A round writes what lies below its cut, of all streams of a reader at once.
        is_due = sampling.number < self._rounds.cut
        return is_due and any(stream.name in sampling.streams for stream in self._several)

    @property
    def _cost(self) -> int:
        return self.tally.octets + WRITE_COST * self.tally.writes

    def _serve_single(self, work: Pass, cohort: Cohort, readers: list[Reader]) -> int:
        """Write to each of `readers`, who follow one stream, all that it is owed."""
        before = self._cost
        run: list[Reader] = []
        at = 0
        for reader in readers:
            if reader.standing is not Standing.LIVE:
                self._look_at(reader, work.stream)
            elif reader not in cohort.single:  # it has subscribed to something since
                self.bring(reader, force=False)
            else:
                position = max(reader.position, work.start)
                if position != at:
                    self._give_all(run, work, cohort, at)
                    run, at = [], position
                run.append(reader)
        self._give_all(run, work, cohort, at)
        return self._cost - before

    def _serve_several(self, work: Pass, cohort: Cohort, readers: list[Reader]) -> int:
        """Write to each of `readers` all that it is owed of all its streams, once a round."""
        before, cut = self._cost, self._rounds.cut
        is_only = len(self._several) == 1 and not self._rounds.owes
        run: list[Reader] = []
        for reader in readers:
            if reader.standing is not Standing.LIVE:
                self._look_at(reader, work.stream)
            elif is_only and reader.position <= work.start and reader in cohort.several:
                run.append(reader)
            elif reader.position < cut:
                self._bring_to(cut, reader)
        self._give_all(run, work, cohort, work.start)
        return self._cost - before

    def _give_all(self, readers: list[Reader], work: Pass, cohort: Cohort, position: int) -> None:
        """Write to each of `readers` what who stands at `position` is owed of one stream."""
        if not readers:
            return
        whole, share = self._common(work, cohort, position)
        if whole is None:
            if share is not None:
                for reader in readers:
                    self._give_safely(reader, share)
            return
        data, end, count = whole.data, whole.end, 0
        for reader in readers:
            if reader.standing is not Standing.LIVE:  # gone since, by what others were sent
                continue
            member = reader.member
            try:
                if member.writable:
                    member.deliver(data)
                    reader.position = end
                    count += 1
                else:
                    self.standings.park(reader, self.flushed)
            except Exception as fault:
                self.standings.fail(reader, fault)
        self._count(whole, count)

    def _look_at(self, reader: Reader, stream: Stream) -> None:
        """One that does not keep up, and is owed something of a stream, may be lost by that."""
        if reader.standing is not Standing.GONE and reader.position < stream.ring.known:
            self.standings.lose(reader)

    def _common(
        self, work: Pass, cohort: Cohort, position: int
    ) -> tuple[Chunk | None, Share | None]:
        """What those in `cohort` are owed who follow nothing else and stand at `position`."""
        stream = work.stream
        if position >= stream.ring.tip:
            return None, None
        piece = self._shares.owed(cohort, stream, position)
        if piece is None:
            return None, None
        try:
            share = self._shares.share(piece.alone, self.tip)
        except Exception as fault:
            for reader in cohort.readers:
                self.standings.fail(reader, fault)
            return None, None
        return self._shares.wholes.get(piece.alone), share

    def _bring_to(self, cut: int, reader: Reader) -> None:
        """Write to one reader that keeps up what it is owed of all its streams below `cut`."""
        try:
            pieces = self._dues.below(cut, reader)
            if not pieces:
                return
            whole = self._shares.whole(pieces, cut)
            if whole is None or not reader.member.writable:
                self._give(reader, self._shares.share(pieces, cut), force=False, end=cut)
            else:
                reader.member.deliver(whole.data)
                reader.position = cut
                self._count(whole, 1)
        except Exception as fault:
            self.standings.fail(reader, fault)

    def _give_safely(self, reader: Reader, share: Share) -> None:
        if reader.standing is Standing.GONE:
            return
        try:
            self._give(reader, share, force=False)
        except Exception as fault:
            self.standings.fail(reader, fault)

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
        elif self.standings.is_lost(reader):
            self.standings.lose(reader)
            return False
        try:
            is_live = reader.standing is Standing.LIVE
            pieces = self._dues.until_now(reader) if is_live else self._dues.arrears(reader)
            if pieces:
                shares = self._shares if is_live else self._dues.late
                self._give(reader, shares.share(pieces, self.tip), force=force)
            else:
                self.standings.done(reader, self.tip)
        except Exception as fault:
            self.standings.fail(reader, fault)
        return reader.standing is not Standing.GONE

    def _give(self, reader: Reader, share: Share, *, force: bool, end: int | None = None) -> None:
        """
        Write the chunks of `share`, as far as they are wanted.

        Args:
            end: where the reader stands afterwards; None: it has taken all that there is.
        """
        index = 0
        while (chunk := share.chunk(index)) is not None:
            if not (force or reader.member.writable):
                self.standings.park(reader, self.flushed)
                return
            reader.member.deliver(chunk.data)
            if reader.standing is Standing.GONE:
                return
            reader.position = chunk.end
            reader.carry = chunk.carry
            self._count(chunk, 1)
            index += 1
        if share.lacks is None:
            self.standings.done(reader, self.tip)
            reader.position = self.tip if end is None else end
        elif force:
            self.standings.lose(reader)
        else:
            self.standings.lag(reader, share.lacks)

    def _count(self, chunk: Chunk, times: int) -> None:
        tally = self.tally
        tally.writes += times
        tally.events += chunk.events * times
        tally.merged += chunk.merged * times
        tally.octets += len(chunk.data) * times
