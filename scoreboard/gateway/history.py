"""
History: what a game was, and what it published, at any time since its first entry.

Rule: it is the fold of the log and nothing else, and what it costs does not grow with
the length of the game: states are kept every `PAGE` entries, in memory and in the log, and
what was published of the last few pages that somebody asked for. Pure, but for reading the log.

# Note [Pages]

A game's log is cut into pages of `PAGE` entries. The state at the end of a page and the
publications of a whole page never change, since the log is only written at its end. They
are bounded over all games together; those least recently asked for go first. What is not in
memory is in the log (`past.milestones`), where it was put when the game came by. Between two
pages the log is read, and on a disk that lets the reactor turn: nobody is held up for
longer than one page takes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from scoreboard.gateway.snapshots import Since, stream_name
from scoreboard.log.interface import IEventLog
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError
from scoreboard.model.event import Entry
from scoreboard.model.position import PAGE
from scoreboard.past.milestones import Milestones
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.publish import step
from scoreboard.projection.state import GameState

#: States that are kept: those of 40 games of the longest kind, some 20 MB.
_STATES = 512

#: Pages whose publications are kept, half a megabyte or so each.
_PAGES = 48

T = TypeVar("T")


class _Recent(Generic[T]):
    """The values asked for most recently."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable) -> T | None:
        if key in self._values:
            self._values.move_to_end(key)
        return self._values.get(key)

    def keep(self, key: Hashable, value: T) -> None:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)


class History:
    """
    The past of all games.

    Args:
        since: the rings, which are asked before the log.
        milestones: states that the log has; None: it has none.

    Attributes:
        folded: entries that were folded so far.
    """

    def __init__(
        self,
        log: IEventLog,
        since: Since,
        milestones: Milestones | None = None,
        states: int = _STATES,
        pages: int = _PAGES,
    ) -> None:
        self.folded = 0
        self._log = log
        self._since = since
        self._milestones = milestones
        self._states: _Recent[GameState] = _Recent(states)
        self._pages: _Recent[tuple[Publication, ...]] = _Recent(pages)

    async def at(self, now: GameState, seq: int) -> GameState | None:
        """
        A game as it stood after the entry `seq`; None before the first.

        Args:
            now: the game as it stands.
        """

        async def number() -> int:
            return seq // PAGE

        return await self._until(
            now, lambda state: state.seq <= seq, lambda entry: entry.seq <= seq, number
        )

    async def at_time(self, now: GameState, until_ms: int) -> GameState | None:
        """A game as it stood at a time, milliseconds since 1970; None before its first entry."""

        async def number() -> int:
            return await self._milestones.number_at(now, until_ms) if self._milestones else 0

        return await self._until(
            now,
            lambda state: state.ts_ms <= until_ms,
            lambda entry: entry.ts_ms <= until_ms,
            number,
        )

    async def page(self, now: GameState, number: int) -> Sequence[Publication]:
        """
        What a game has published in its own stream of one page, and until now.

        Args:
            number: of the page, from 0.
        """
        first, end = number * PAGE, min((number + 1) * PAGE, now.seq)
        recent = self._since(_stream(now), now.epoch, first) if first < end else ()
        if recent is not None:
            return [publication for publication in recent if publication.seq <= end]
        key = (now.meta.game_id, now.epoch, number)
        published = self._pages.get(key)
        if published is None:
            published = await self._publish(now, first, end)
            if end == (number + 1) * PAGE:
                self._pages.keep(key, published)
        return published

    async def since(
        self, now: GameState, seq: int, limit: int | None = None
    ) -> tuple[int, Sequence[Publication]]:
        """
        What a game has published in its own stream after the entry `seq`, until now.

        Args:
            limit: publications at most, but those of one entry at least; None: all.

        Returns:
            The entry that they reach to, and the publications; whole entries only.
        """
        recent = self._since(_stream(now), now.epoch, seq)
        if recent is not None:
            return _cut(recent, limit, now.seq)
        found: list[Publication] = []
        for number in range(seq // PAGE, last_page(now) + 1):
            found += [p for p in await self.page(now, number) if p.seq > seq]
            if limit is not None and len(found) > limit:
                break
        return _cut(found, limit, now.seq)

    async def _publish(self, now: GameState, first: int, end: int) -> tuple[Publication, ...]:
        state = await self.at(now, first) if first else None
        found: list[Publication] = []
        for entry in await self._read(now, first, end):
            state, published = step(state, entry, now.epoch)
            found += [p for p in published if p.stream == _stream(now)]
        self._note(state, end - first)
        return tuple(found)

    async def _until(
        self,
        now: GameState,
        is_before: Callable[[GameState], bool],
        counts: Callable[[Entry], bool],
        number: Callable[[], Awaitable[int]],
    ) -> GameState | None:
        """
        The last state of which `is_before` is true, `counts` being the same for entries.

        Args:
            number: the page after whose end it is sought, as far as that is known.
        """
        if is_before(now):
            return now
        state = await self._from_log(now, self._nearest(now, is_before), await number())
        while True:
            since = 0 if state is None else state.seq
            end = min((since // PAGE + 1) * PAGE, now.seq)
            for entry in await self._read(now, since, end):
                if not counts(entry):
                    self._note(None, entry.seq - 1 - since)
                    return state
                state = begin(entry, now.epoch) if state is None else apply(state, entry)
            self._note(state, end - since)

    async def _from_log(
        self, now: GameState, nearest: GameState | None, number: int
    ) -> GameState | None:
        """The state at the end of a page, if the log has it; otherwise what is nearest to it."""
        nearer = 0 if nearest is None else nearest.seq // PAGE
        if self._milestones is None or number <= nearer:
            return nearest
        found = await self._milestones.at(now, number)
        self._note(found, 0)
        return found or nearest

    def _nearest(self, now: GameState, is_before: Callable[[GameState], bool]) -> GameState | None:
        for number in range(last_page(now), 0, -1):
            state = self._states.get((now.meta.game_id, now.epoch, number))
            if state is not None and is_before(state):
                return state
        return None

    def _note(self, state: GameState | None, folded: int) -> None:
        self.folded += folded
        if state is not None and state.seq % PAGE == 0:
            self._states.keep((state.meta.game_id, state.epoch, state.seq // PAGE), state)

    async def _read(self, now: GameState, since: int, end: int) -> tuple[Entry, ...]:
        entries = await self._log.read(now.meta.game_id, since, end - since)
        if len(entries) < end - since:
            raise LocalError(f"{now.meta.game_id}: the log ends at {since}, its state at {now.seq}")
        return entries


def _cut(
    published: Sequence[Publication], limit: int | None, end: int
) -> tuple[int, Sequence[Publication]]:
    """`published` up to `end`, or the entries of it that have no more than `limit`."""
    if limit is None or len(published) <= limit:
        return end, published
    beyond = published[limit].seq
    last = beyond - 1 if beyond > published[0].seq else beyond
    return last, [publication for publication in published if publication.seq <= last]


def last_page(now: GameState) -> int:
    """The number of the page that the newest entry is on."""
    return (now.seq - 1) // PAGE


def _stream(now: GameState) -> str:
    return stream_name(now.meta.game_id)
