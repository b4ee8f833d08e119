"""
One game and its record: what the log has, what is on its way there, and what is published.

Rule: what is published is what the log has, in its order; whatever was built on a write
that failed has never happened. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import attrs
from twisted.internet.defer import Deferred, DeferredLock
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from scoreboard.ingest.desk import (
    CLAIMED,
    HELD,
    Batch,
    Desk,
    Shadow,
    base_seq,
    blank,
    fold_claims,
    shadow_of,
)
from scoreboard.ingest.quarantine import Quarantine, fold_quarantine
from scoreboard.ingest.trouble import Trouble
from scoreboard.log.interface import IEventLog, LogBusy
from scoreboard.model.boxscore import Claim
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry, HomeMoved
from scoreboard.model.ids import GameId, SourceId, side_log, side_name
from scoreboard.model.position import PAGE, Position
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

#: Entries that are read from the log at a time.
_PAGE = 1_000
#: Pages that are read for one undo: far more than the longest game has.
_MOST_READS = 100

Publish = Callable[[Sequence[Publication]], None]


async def _unseen(_game: GameId, _tip: Position) -> None:
    """Nobody looks."""


@attrs.frozen
class Passing:
    """
    Who looks on as games come to the ends of pages (`model.position.PAGE`).

    Attributes:
        meet: a game is going to be loaded up to that position.
        passed: the state at the end of a page; the log has it.
        met: the game is loaded.
    """

    meet: Callable[[GameId, Position], Awaitable[None]] = _unseen
    passed: Callable[[GameState], None] = lambda _: None
    met: Callable[[GameId], None] = lambda _: None


@attrs.frozen
class Home:
    """
    This node, for what is at home here.

    Attributes:
        node: its name; "": there are no others, and everything is at home here.
        now_ms: the time, milliseconds UTC.
        writes: whether anything may be at home here.
    """

    node: str = ""
    now_ms: Callable[[], int] = lambda: 0
    writes: bool = True

    def has(self, state: GameState) -> bool:
        """Whether a game is at home here."""
        return self.writes and (not self.node or state.home == self.node)


class DiskLog:
    """
    What is said of a log that cannot be written: once at its start, seldom in between, and
    when it works again; not once a message.
    """

    _log = Logger()

    def __init__(self, clock: IReactorTime, done: str = "recorded") -> None:
        self._clock = clock
        self._trouble = Trouble(done)

    def failed(self, game_id: GameId, why: LocalError) -> None:
        """Something was not recorded, or could not be read."""
        if isinstance(why, LogBusy):
            return
        line = self._trouble.failed(self._clock.seconds(), f"{game_id}: {why}")
        if line is not None:
            self._log.error("{line}", line=line)

    def worked(self) -> None:
        """Something was recorded."""
        line = self._trouble.worked(self._clock.seconds())
        if line is not None:
            self._log.info("{line}", line=line)


class GameRecord:
    """
    A game's desk and the log under it.

    Messages are judged against `tip`, which includes entries that are being written, so
    that a burst is not slowed to one disk write a message. If a write fails, all that was
    built on it fails too and `tip` falls back to what is durable. See Note [Speculation].

    Args:
        log: the record.
        desk: the game as the log has it.
        publish: called with each entry's publications, in order, once they are durable.
        disk: is told of what could not be recorded.
        home: the node that this is; see Note [Home].
        passing: looks on.

    Attributes:
        moves: how often the game has moved here.
        taken: entries that were read from the log since the game is known here.
        durable: the game as the log has it now.
        claims: the claimed box scores that the log has.
        tip: the game with what is on its way to the log.
    """

    def __init__(
        self,
        log: IEventLog,
        desk: Desk,
        publish: Publish,
        disk: DiskLog,
        home: Home | None = None,
        passing: Passing | None = None,
    ) -> None:
        self._home = home or Home()
        self._passing = passing or Passing()
        self._record = log
        self._publish = publish
        self._disk = disk
        self.durable = desk.state
        self.claims = desk.claims
        self.tip = desk
        self.moves = 0
        self.taken = 0
        self._generation = 0
        self._doubtful = False
        self._catching_up = DeferredLock()
        self._waiting: list[tuple[int, Deferred[bool]]] = []

    @property
    def game_id(self) -> GameId:
        """The game's id."""
        return self.durable.meta.game_id

    def until_written(self) -> Deferred[bool]:
        """Fires when all that is on its way is written (True) or lost (False)."""
        deferred: Deferred[bool] = Deferred()
        if self.tip.state is self.durable:
            deferred.callback(True)
        else:
            self._waiting.append((self.tip.state.seq, deferred))
        return deferred

    @property
    def is_home(self) -> bool:
        """Whether this node writes the game."""
        return self._home.has(self.tip.state)

    @property
    def is_doubtful(self) -> bool:
        """Whether a write has failed since the log was last asked what it has, or others write."""
        return self._doubtful or not self.is_home

    async def is_known(self) -> bool:
        """
        Whether it is known what the log has, and the game may be written to from here.

        After a failed write the log is asked; a game that is at home elsewhere is moved here.
        """
        while self.is_doubtful:
            # Whoever waits for the lock after this goes on first, and may be a look.
            if not await self._made_known():
                return False
        return True

    async def _made_known(self) -> bool:
        await self._catching_up.acquire()
        try:
            if not self.is_doubtful:
                # Others have waited for the same.
                return True
            self._doubtful = True
            # What is read may say that another node has taken over.
            return await self._catch_up() and (self.is_home or await self._move_here())
        finally:
            self._catching_up.release()

    async def look(self) -> None:
        """
        Take over what other nodes have written.

        Raises:
            LocalError: the log cannot be asked where it stands.
        """
        if self._is_writing:
            return
        if self.is_home:
            # Hardly ever has anybody else written, and ingest must not wait for that.
            position = await self._record.tip(self.game_id)
            if self._is_writing or position.seq <= self.durable.seq:
                return
        await self._catching_up.acquire()
        try:
            # Whoever had it before may have let something of ours set out.
            if not self._is_writing:
                self._doubtful = True
                await self._catch_up()
        finally:
            self._catching_up.release()

    @property
    def _is_writing(self) -> bool:
        """Whether something of ours is on its way: it fails if anybody else has written."""
        return self.tip.state is not self.durable

    async def _move_here(self) -> bool:
        """Write that the game is at home here, behind all that its log has. See Note [Home]."""
        try:
            desk = await load_sides(self._record, self.durable)
        except LocalError as why:
            self._disk.failed(self.game_id, why)
            return False
        batch = Batch(desk, self._home.now_ms())
        state = batch.state
        batch.say(state.source, HomeMoved(self._home.node, state.home), term=state.term + 1)
        self.moves += 1
        # What is decided meanwhile is built on it, and fails if it does. See Note [Speculation].
        return await self.write(batch)

    async def whole_log(self) -> list[Entry]:
        """
        The game's entries up to its tip.

        Raises:
            LocalError: they cannot be read, or come faster than they are read.
        """
        log: list[Entry] = []
        for _ in range(_MOST_READS):
            await self.until_written()
            log += await self._record.read(self.game_id, len(log), _PAGE)
            if len(log) == self.tip.state.seq:
                return log
        raise LocalError(f"{self.tip.state.seq} entries, and ever more of them")

    def tell(self, batch: Batch) -> None:
        """Take over a batch that has nothing to log, and publish what operators are told of it."""
        self.tip = batch.desk
        if batch.published:
            self._publish(batch.published)

    async def write(self, batch: Batch) -> bool:
        """Log the batch, which follows `tip`, then publish it; whether that went well."""
        generation = self._generation
        self.tip = batch.desk
        try:
            if batch.sides:
                await self._append(batch)
            else:
                await self._record.append(self.game_id, batch.before.state.seq, batch.entries)
        except LocalError as why:
            self._disk.failed(self.game_id, why)
            self._failed(generation)
            return False
        self._disk.worked()
        if batch.published:
            self._publish(batch.published)
        if batch.entries:
            self._written(batch.state)
        self.claims = batch.claims
        for end in batch.ends:
            self._passing.passed(end)
        return True

    async def _append(self, batch: Batch) -> None:
        """Side logs first, then the game's. See `desk`, Note [Shadows]."""
        game, record = self.game_id, self._record
        appends = [
            record.append(side_log(game, source), entries[0].seq - 1, entries)
            for source, entries in batch.sides.items()
        ]
        if batch.entries:
            appends.append(record.append(game, batch.before.state.seq, batch.entries))
        faults: list[LocalError] = []
        for answer in appends:
            try:
                await answer
            except LocalError as fault:
                faults.append(fault)
        if faults:
            raise faults[0]

    def _written(self, state: GameState) -> None:
        self.durable = state
        ready = [d for seq, d in self._waiting if seq <= state.seq]
        self._waiting = [(seq, d) for seq, d in self._waiting if seq > state.seq]
        for deferred in ready:
            deferred.callback(True)

    def _failed(self, generation: int) -> None:
        """A write of that generation failed; only its first failure falls back."""
        if generation != self._generation:
            return
        self._generation += 1
        self._doubtful = True
        self.tip = Desk(self.durable)
        waiting, self._waiting = self._waiting, []
        for _, deferred in waiting:
            deferred.callback(False)

    async def _catch_up(self) -> bool:
        """
        Take over what the log has beyond what is known; whether that is all now.

        A disk that failed may have kept what it was given, and another node may have written;
        only the log can tell.
        """
        try:
            while self._doubtful:
                state = self.durable
                page = await self._record.read(self.game_id, state.seq, _PAGE)
                for entry in page:
                    state, published = step(state, entry, state.epoch)
                    self._publish(published)
                    if state.seq % PAGE == 0:
                        self._passing.passed(state)
                self.durable = state
                self.taken += len(page)
                is_home = self._home.has(state)
                self.tip = await load_sides(self._record, state) if is_home else Desk(state)
                self.claims = self.tip.claims
                self._doubtful = len(page) == _PAGE
        except LocalError as why:
            self._disk.failed(self.game_id, why)
            return False
        if not self._home.writes:
            self._disk.worked()
        return True


async def load_game(
    log: IEventLog, game_id: GameId, publish: Publish, passing: Passing
) -> Desk | None:
    """
    A game as the log has it, its past being published; None if it has no entries.

    Args:
        publish: is called when the game is known whole: one that could not be read to its end is
            read anew, and its followers must not be told twice.
        passing: looks on.

    Raises:
        LocalError: the log cannot be read.
    """
    position = await log.tip(game_id)
    if not position.seq:
        return None
    await passing.meet(game_id, position)
    state: GameState | None = None
    told: list[Publication] = []
    while state is None or state.seq < position.seq:
        page = await log.read(game_id, 0 if state is None else state.seq, _PAGE)
        if not page:
            break
        for entry in page:
            state, published = step(state, entry, position.epoch)
            told += published
            if state.seq % PAGE == 0:
                passing.passed(state)
    passing.met(game_id)
    if state is None:
        return None
    desk = await load_sides(log, state)
    publish(told)
    return desk


async def load_sides(log: IEventLog, state: GameState) -> Desk:
    """The desk of a game at its tip, with what its side logs say."""
    shadows: dict[SourceId, Shadow] = {}
    quarantine, held = Quarantine(state.meta.game_id), 0
    claims: dict[SourceId, Claim] = {}
    claimed = 0
    for key in await log.sides(state.meta.game_id):
        entries = await _read(log, key)
        if side_name(key) == HELD:
            quarantine, held = fold_quarantine(state.meta.game_id, entries), len(entries)
            continue
        if side_name(key) == CLAIMED:
            claims, claimed = fold_claims(entries), len(entries)
            continue
        base = blank(state)
        if base_seq(entries) > 1:
            # A disk that lost the game's newest entries and kept a side log's is no reason to
            # refuse the game: the shadow then begins with what is left.
            base = await _state_at(log, state, min(base_seq(entries), state.seq))
        shadows[SourceId(side_name(key))] = shadow_of(base, entries)
    return Desk(state, shadows, quarantine, held, claims, claimed)


async def _read(log: IEventLog, key: GameId) -> list[Entry]:
    entries: list[Entry] = []
    while page := await log.read(key, len(entries), _PAGE):
        entries += page
    return entries


async def _state_at(log: IEventLog, tip: GameState, seq: int) -> GameState:
    state: GameState | None = None
    while state is None or state.seq < seq:
        since = 0 if state is None else state.seq
        page = await log.read(tip.meta.game_id, since, min(_PAGE, seq - since))
        if not page:
            raise LocalError(
                f"{tip.meta.game_id}: a side log begins at {seq}, the game ends before"
            )
        for entry in page:
            state = begin(entry, tip.epoch) if state is None else apply(state, entry)
    return state


# Note [Speculation]
# ~~~~~~~~~~~~~~~~~~
# A disk write takes milliseconds; a feed that comes back sends hundreds of messages at once.
# Judging each against the durable state would need one write after the other. So messages are
# judged against `tip`, and writes are pipelined: the log refuses a write whose predecessor
# failed (its `expected_seq` is wrong then), so nothing that was built on a lost entry can get
# in. The first failure of a generation throws the speculation away; failures of later writes
# of the same generation find the generation gone and do nothing. Publications wait for their
# own write, and the log answers in the order of its writes, so followers never see either.
#
# A batch may write to side logs as well (`desk`, Note [Shadows]); one write that fails fails
# the batch, and everything is read anew: what a side log has kept of it is found there.
#
#
# Note [Home]
# ~~~~~~~~~~~
# Of several nodes with one log, one writes a game: the one whose name the game's newest HomeMoved
# has. The others fold what it writes. Where ingest goes is not decided here: a node to which a
# message of a game comes is meant to be its home. It reads the log to its end, and then writes
# that the game has moved, under a higher term; all that it decides is built on that. The log takes
# that entry from one node only, and whoever was at home before, and still thinks so, is refused
# at its next write (`NotAtTip`), reads on, and finds that it is not at home any more.
