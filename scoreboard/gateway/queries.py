"""
What followers may ask: games, slates, what came since.

Rule: an answer names the position that it is exact for, and is never partial: what
cannot be told as a difference is told as a snapshot. Pure, but for reading the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scoreboard.codec import shape
from scoreboard.codec.text import parse_iso
from scoreboard.log.interface import IEventLog
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import LocalError, RemoteError
from scoreboard.model.event import Entry
from scoreboard.model.ids import GameId
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.publish import replay
from scoreboard.projection.state import GameState
from scoreboard.projection.view import slate_of, snapshot_of

#: Entries that are read from the log at a time.
_PAGE = 2_000

#: (stream, epoch, seq) -> what the stream's ring has after seq; None if it does not reach back.
Since = Callable[[str, int, int], "tuple[Publication, ...] | None"]


class UnknownGame(RemoteError):
    """Nobody has told us of that game."""


class Games:
    """
    The games of this node, for readers.

    Args:
        states: every game as the log has it.
        log: for what the rings no longer have.
        since: the rings.
    """

    def __init__(self, states: Mapping[GameId, GameState], log: IEventLog, since: Since) -> None:
        self._states = states
        self._log = log
        self._since = since

    def state(self, game_id: str) -> GameState:
        """The state of a game. Raises: UnknownGame."""
        state = self._states.get(GameId(game_id))
        if state is None:
            raise UnknownGame(f"no game {game_id!r} is known")
        return state

    def snapshot(self, game_id: str) -> shape.Shape:
        """The whole game as it stands. Raises: UnknownGame."""
        return shape.snapshot(snapshot_of(self.state(game_id)))

    async def as_of(self, game_id: str, when: str) -> shape.Shape:
        """
        The whole game as it stood.

        Args:
            when: a `seq`, or an ISO 8601 time.

        Raises:
            UnknownGame: no such game, or it did not exist at that time.
            RemoteError: `when` is neither.
        """
        now = self.state(game_id)
        seq = int(when) if when.isdecimal() else None
        until_ms = None if seq is not None else parse_iso(when)
        state: GameState | None = None
        for entry in await self._entries(now.meta.game_id, 0, now.seq):
            beyond = entry.seq > seq if seq is not None else entry.ts_ms > (until_ms or 0)
            if beyond:
                break
            state = begin(entry, now.epoch) if state is None else apply(state, entry)
        if state is None:
            raise UnknownGame(f"{game_id} did not exist at {when}")
        return shape.snapshot(snapshot_of(state))

    async def _entries(self, game_id: GameId, since: int, until: int) -> list[Entry]:
        found: list[Entry] = []
        while since < until:
            page = await self._log.read(game_id, since, min(_PAGE, until - since))
            if not page:
                raise LocalError(f"{game_id}: the log ends at {since}, its state at {until}")
            found.extend(page)
            since = page[-1].seq
        return found

    async def since(self, game_id: str, from_seq: int) -> shape.Shape:
        """
        Every publication of a game after `from_seq`, from the ring or else from the log.

        Raises:
            UnknownGame: no such game.
        """
        state = self.state(game_id)
        published = self._from_ring(state, from_seq)
        if published is None:
            entries = await self._entries(state.meta.game_id, 0, state.seq)
            published = [
                publication
                for _, publication in replay(entries, state.epoch)
                if publication.seq > from_seq and publication.stream == _stream(state)
            ]
        return {
            "game_id": game_id,
            "epoch": state.epoch,
            "seq": state.seq,
            "events": _envelopes(published),
        }

    def _from_ring(self, state: GameState, from_seq: int) -> Iterable[Publication] | None:
        return self._since(_stream(state), state.epoch, from_seq)

    def sync(self, positions: Mapping[str, Any]) -> shape.Shape:
        """
        Bring followers up to date: what each game has after what they have.

        The answer is made in one turn of the reactor, so that every publication that
        follows it on the same connection has a higher `seq`. See design, resume.

        Args:
            positions: game id -> [epoch, seq], or null if the follower has nothing.
        """
        return {"games": {game: self._sync(game, at) for game, at in positions.items()}}

    def _sync(self, game_id: str, at: Any) -> shape.Shape:
        state = self._states.get(GameId(game_id))
        if state is None:
            return {"mode": "unknown", "epoch": 0, "seq": 0}
        position = {"epoch": state.epoch, "seq": state.seq}
        epoch, seq = _position(at)
        if (epoch, seq) == (state.epoch, state.seq):
            return {"mode": "current", **position}
        if epoch == state.epoch and 0 < seq < state.seq:
            published = self._from_ring(state, seq)
            if published is not None:
                return {"mode": "delta", **position, "events": _envelopes(published)}
        return {"mode": "snapshot", **position, "state": self.snapshot(game_id)}

    def slate(self, league: str | None = None, date: str | None = None) -> shape.Shape:
        """
        The games in one line each: live first, then to come, then over; then by start.

        Args:
            league: only that league's.
            date: only that official date's, YYYY-MM-DD.
        """
        states = [
            state
            for state in self._states.values()
            if (league is None or state.meta.league == league)
            and (date is None or state.meta.official_date == date)
        ]
        rank = {"in": 0, "pre": 1, "post": 2}
        states.sort(
            key=lambda s: (
                rank[s.line.status.state.value],
                s.meta.scheduled_start_ms or 0,
                s.meta.game_id,
            )
        )
        return {"games": [_line(state) for state in states]}


def _stream(state: GameState) -> str:
    return f"game.{state.meta.game_id}"


def _line(state: GameState) -> shape.Shape:
    line = shape.payload(slate_of(state))
    return {**line, "epoch": state.epoch, "seq": state.seq}


def _envelopes(published: Iterable[Publication]) -> list[shape.Shape]:
    return [shape.envelope(publication) for publication in published]


def _position(at: Any) -> tuple[int, int]:
    """[epoch, seq] as a pair; (0, 0) for null."""
    if at is None:
        return (0, 0)
    if (
        isinstance(at, list | tuple)
        and len(at) == 2
        and all(isinstance(part, int) and not isinstance(part, bool) for part in at)
    ):
        return (at[0], at[1])
    raise RemoteError(f"a position is [epoch, seq] or null, not {at!r:.40}")
