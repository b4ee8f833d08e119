"""
Group commit to Redis: whatever waits when the last batch is answered goes into one transaction.

Rule: an append is answered after Redis has synced it and as many replicas as were asked for
have it; before a game is written to, its tip is read, in the same optimistic transaction. Shell.

# Note [Why each transaction reads before it writes]

`XADD game seq-0` is refused by Redis if the stream has that id or a later one: one entry alone
needs nothing else to keep a stale writer out. But MULTI/EXEC is no transaction in the way of a
database: a command that fails in it does not undo the others. Let two writers hold the game at 4,
and the other one have written 5. Our 5-0, 6-0, 7-0 in one MULTI would fail, pass and pass, and
followers would be told our 6 and 7, which were decided on our 5. Nor does Redis refuse an id that
leaves a gap, as a writer would leave whose primary has lost entries in a failover. (A script could
check and write in one go; EVAL is what ACLs forbid first.)

So each batch is: WATCH its streams, read their tips, decide (`batch.plan`, as for a disk), then
MULTI, XADD ..., EXEC. If any of the streams has been touched since the WATCH, by whomever, EXEC
does nothing at all and says so; then the batch is decided anew. So all that EXEC runs fits, and
all of it is done: it is one unit in the append-only file and towards replicas, too.

# Note [A late transaction]

When an answer does not come in time, nobody knows whether EXEC was done, nor whether it will be:
a paused Redis goes on with what lies in its socket, also of a connection that is closed. All of the
batch fails as unavailable, what is believed of the tips is forgotten, and nothing is sent again.
The next batch of the game begins with its WATCH and reads. If the late EXEC came before that, its
entries are seen, and who does not know them is refused (`NotAtTip`); if it comes between that
read and our EXEC, ours does nothing and is decided anew; if it comes later, the streams that it
had watched have changed, and it does nothing itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, succeed

from scoreboard.log.batch import Append, Plan, plan
from scoreboard.log.interface import Commit, LogUnavailable
from scoreboard.log.redis_access import Access
from scoreboard.log.redis_confirmed import Confirmed
from scoreboard.log.redis_connection import Refused
from scoreboard.log.redis_link import Link
from scoreboard.log.redis_names import Command, Names, position
from scoreboard.log.waiting import Outcome, Queue, Waiting
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.ids import SIDE, GameId
from scoreboard.model.position import Position

#: Times that a batch is decided anew since others wrote to one of its games meanwhile; each
#: time one of them got on.
_MAX_CONFLICTS = 20
#: Seconds of the time for an answer that are left for everything but the replicas.
_MARGIN_S = 0.1


class Writer:
    """
    Appends to Redis over a link of its own.

    Args:
        confirmed: is told of what was written.
        on_commit: is told of each transaction.
    """

    def __init__(
        self,
        reactor: Any,
        link: Link,
        access: Access,
        queue: Queue,
        confirmed: Confirmed,
        on_commit: Callable[[Commit], None],
    ) -> None:
        self._clock = reactor
        self._link = link
        self._access = access
        self._names = Names(access.prefix)
        self._confirmed = confirmed
        self._on_commit = on_commit
        self._queue = queue
        self._barriers: deque[tuple[int, Deferred[None]]] = deque()
        self._failures: Mapping[GameId, int] = {}
        self._number = 0  #: of the last batch
        self._called = self._settled = 0  #: appends
        self._is_flushing = False

    def append(
        self, game: GameId, expected_seq: int, entries: Sequence[Entry]
    ) -> Deferred[Position]:
        """See `IEventLog.append`. Raises: LogBusy, LocalError: see `Queue.add`."""
        answer = self._queue.add(game, expected_seq, entries)
        self._called += 1
        if not self._is_flushing:
            self._is_flushing = True
            # In the next turn: what is called in this one goes along.
            self._clock.callLater(0, lambda: Deferred.fromCoroutine(self._flush()))
        return answer

    def idle(self) -> Deferred[None]:
        """Fires when all that was called before has been answered."""
        if self._settled == self._called:
            return succeed(None)
        barrier: Deferred[None] = Deferred()
        self._barriers.append((self._called, barrier))
        return barrier

    async def _flush(self) -> None:
        try:
            await self._empty()
        finally:
            self._is_flushing = False

    async def _empty(self) -> None:
        while batch := self._queue.taken():
            self._number += 1
            appends = [one.append for one in batch]
            try:
                outcomes, commit = await self._write(appends, self._number)
            except Exception as fault:
                # Whatever it was: the loop must live, and nobody may wait for ever.
                games = {append.game for append in appends}
                self._failures = {**self._failures, **dict.fromkeys(games, self._number)}
                known = fault if isinstance(fault, LocalError) else LogUnavailable(repr(fault))
                outcomes, commit = (known,) * len(batch), None
            self._settle(batch, outcomes, commit)

    def _settle(
        self, batch: Sequence[Waiting], outcomes: Sequence[Outcome], commit: Commit | None
    ) -> None:
        self._queue.answer(self._number, batch, outcomes)
        self._settled += len(batch)
        while self._barriers and self._barriers[0][0] <= self._settled:
            self._barriers.popleft()[1].callback(None)
        if commit is not None:
            self._on_commit(commit)

    async def _write(
        self, appends: Sequence[Append], number: int
    ) -> tuple[Sequence[Outcome], Commit | None]:
        """
        Make a batch durable.

        Raises:
            LogUnavailable: it is not known whether it is, or known that it is not.
        """
        began = self._clock.seconds()
        until = began + self._access.reply_s
        for _ in range(_MAX_CONFLICTS):
            tips, faults = await self._tips({append.game for append in appends}, until)
            good = [append for append in appends if append.game not in faults]
            decided = plan(good, tips, self._failures, number)
            if decided.rows and not await self._done(decided, until):
                continue
            if not decided.rows:
                await self._link.ask([("UNWATCH",)], self._left(until))
            self._failures = {**decided.failures, **dict.fromkeys(faults, number)}
            decisions = iter(decided.outcomes)
            outcomes = [faults.get(one.game) or next(decisions) for one in appends]
            took = self._clock.seconds() - began
            return outcomes, decided.commit(took) if decided.rows else None
        raise LogUnavailable(f"others wrote to these games {_MAX_CONFLICTS} times meanwhile")

    async def _tips(
        self, games: set[GameId], until: float
    ) -> tuple[dict[GameId, Position], dict[GameId, LocalError]]:
        """Where the games stand from now on, until EXEC finds otherwise; and those that are ill."""
        ordered, names = sorted(games), self._names
        asked: list[Command] = [("WATCH", *(names.log(game) for game in ordered))]
        for game in ordered:
            asked += [names.newest(game), names.epoch(game)]
        watched, *answers = await self._link.ask(asked, self._left(until))
        if isinstance(watched, Refused):
            raise self._unavailable(watched)
        tips: dict[GameId, Position] = {}
        faults: dict[GameId, LocalError] = {}
        for game, newest, epoch in zip(ordered, answers[::2], answers[1::2], strict=True):
            try:
                found = _position(game, newest, epoch)
            except LocalError as fault:
                faults[game] = LogUnavailable(f"{game}: {fault}")
                continue
            if found is not None:
                tips[game] = found
            lost = self._confirmed.lost(game, found.seq if found else 0)
            if lost is not None:
                faults[game] = self._unavailable(lost)
        return tips, faults

    async def _done(self, decided: Plan, until: float) -> bool:
        """
        Write what was decided; False if others have written to one of the games.

        Raises:
            LogUnavailable: it was not done, or is not on as many replicas as it must be.
        """
        names, replicas = self._names, self._access.replicas
        commands: list[Command] = [
            ("MULTI",),
            *(names.create(game, epoch) for game, epoch in decided.created),
            *(names.add(game, seq, body) for game, seq, body in decided.rows),
            *(names.announce(game) for game, _ in decided.created if SIDE not in game),
            *(names.tell(game, tip.seq) for game, tip in decided.tips.items() if SIDE not in game),
            ("EXEC",),
        ]
        if replicas:
            left_s = min(self._access.wait_s, self._left(until) - _MARGIN_S)
            commands.append(("WAIT", replicas, max(1, int(left_s * 1_000))))
        answers = await self._link.ask(commands, self._left(until))
        done = answers[len(commands) - 2 if replicas else -1]
        if done is None:
            return False
        refused = next((one for one in answers if isinstance(one, Refused)), None)
        if isinstance(done, Refused) or refused is not None:
            raise self._unavailable(refused or done)
        wrong = [one for one in done if isinstance(one, Exception)]
        if wrong:
            raise self._unavailable(wrong[0])
        if replicas and answers[-1] < replicas:
            text = f"{answers[-1]} of {replicas} replicas had it within {self._access.wait_s:g} s"
            raise self._unavailable(text)
        for game, tip in decided.tips.items():
            self._confirmed.add(game, tip.seq)
        return True

    def _unavailable(self, why: object) -> LogUnavailable:
        """What to say of a Redis that answers, but not well. It may not be the primary any more."""
        if self._access.sentinel:
            self._link.drop(str(why))
        return LogUnavailable(f"redis: {why}")

    def _left(self, until: float) -> float:
        return max(0.001, until - float(self._clock.seconds()))


def _position(game: GameId, newest: Any, epoch: Any) -> Position | None:
    for answer in (newest, epoch):
        if isinstance(answer, Refused):
            raise answer
    return position(game, newest, epoch)
