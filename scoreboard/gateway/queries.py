"""
What followers may ask: games, slates, what came since.

Rule: an answer names the position that it is exact for, and is never partial: what
cannot be told as a difference is told as a snapshot. Pure, but for reading the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date as calendar_date
from typing import Any

from scoreboard.codec import shape
from scoreboard.codec.shape_parts import Shape
from scoreboard.codec.text import iso, parse_iso
from scoreboard.gateway.encoded import Piece, Record
from scoreboard.gateway.history import History
from scoreboard.gateway.snapshots import Since, Snapshots, stream_name
from scoreboard.log.interface import IEventLog
from scoreboard.model.delivery import Publication
from scoreboard.model.errors import RemoteError
from scoreboard.model.ids import GameId, parse_league
from scoreboard.model.payload import PlayPayload
from scoreboard.model.status import State
from scoreboard.past.milestones import Milestones
from scoreboard.projection.state import GameState
from scoreboard.projection.view import slate_of, snapshot_of

#: Plays that one `sync` may bring: some 30 MB of JSON, far more than anyone follows at once.
MOST_PLAYS = 40_000


#: What stands first in a slate.
_RANK = {State.IN: 0, State.PRE: 1, State.POST: 2}

#: Digits of a `seq` at most: it is below 2**53.
_SEQ_DIGITS = 16


class UnknownGame(RemoteError):
    """Nobody has told us of that game."""


class HistoryLost(RemoteError):
    """
    What a follower lacks of a game cannot be told as a difference.

    Attributes:
        epoch: of the game's log.
        oldest: the lowest `seq` after which everything is still at hand.
        latest: the newest `seq`.
    """

    def __init__(self, game_id: str, epoch: int, oldest: int, latest: int) -> None:
        super().__init__(f"{game_id}: what came after that is not at hand: call scoreboard.v1.sync")
        self.epoch = epoch
        self.oldest = oldest
        self.latest = latest


class Games:
    """
    The games of this node, for readers.

    Args:
        states: every game as the log has it.
        log: for what the rings no longer have.
        since: the rings.
        milestones: states of the past that the log has; None: none.

    Attributes:
        history: the past of the games.
        snapshots: the games as they stand, in encoded form.
        resumes: (call, mode) -> how often somebody came back, and how it was helped.
    """

    def __init__(
        self,
        states: Mapping[GameId, GameState],
        log: IEventLog,
        since: Since,
        milestones: Milestones | None = None,
    ) -> None:
        self.history = History(log, since, milestones)
        self.snapshots = Snapshots(since)
        self.resumes: Counter[tuple[str, str]] = Counter()
        self._states = states
        self._since = since

    def state(self, game_id: str) -> GameState:
        """The state of a game. Raises: UnknownGame."""
        state = self._states.get(GameId(game_id))
        if state is None:
            raise UnknownGame(f"no game {game_id!r} is known")
        return state

    def all(self) -> list[GameState]:
        """The states of all games."""
        return list(self._states.values())

    def whole(self, game_id: str) -> Piece:
        """The whole game as it stands, shared by all who ask. Raises: UnknownGame."""
        return self.snapshots.whole(self.state(game_id))

    def part(self, name: str, game_id: str) -> Piece:
        """
        The box score ("boxscore") or the alerts ("alerts") of a game, shared by all who ask.

        Raises:
            UnknownGame: no such game.
        """
        return self.snapshots.part(name, self.state(game_id))

    async def as_of(self, game_id: str, when: str) -> Piece:
        """
        The whole game as it stood.

        Args:
            when: a `seq`, or an ISO 8601 time.

        Raises:
            UnknownGame: no such game, or it did not exist at that time.
            RemoteError: `when` is neither.
        """
        now = self.state(game_id)
        if when.isascii() and when.isdecimal() and len(when) <= _SEQ_DIGITS:
            state = await self.history.at(now, int(when))
        else:
            state = await self.history.at_time(now, _time(when))
        if state is None:
            raise UnknownGame(f"{game_id} did not exist at {when}")
        return self.snapshots.past(now, state)

    async def since(self, game_id: str, from_seq: int, limit: int | None = None) -> Shape:
        """
        Every publication of a game after `from_seq`, from the ring or else from the log.

        Args:
            limit: about how many at most; `seq` then is the entry that they reach to.

        Raises:
            UnknownGame: no such game.
        """
        state = self.state(game_id)
        seq, published = await self.history.since(state, from_seq, limit)
        return {
            "game_id": game_id,
            "epoch": state.epoch,
            "seq": seq,
            "more": seq < state.seq,
            "events": _envelopes(published),
        }

    async def plays(self, game_id: str, after: int = 0, limit: int | None = None) -> Shape:
        """
        The plays of a game, or those that were added or changed after the entry `after`.

        Args:
            limit: only of the entries that have about so many publications; see `since`.

        Raises:
            UnknownGame: no such game.
        """
        state = self.state(game_id)
        plays, seq = snapshot_of(state).plays, state.seq
        if after or limit is not None:
            seq, published = await self.history.since(state, after, limit)
            bodies = [publication.body for publication in published]
            changed = {body.play.play_id for body in bodies if isinstance(body, PlayPayload)}
            plays = tuple(play for play in plays if play.play.play_id in changed)
        return {**_page(state, seq), "plays": [shape.payload(play) for play in plays]}

    async def shots(self, game_id: str) -> Shape:
        """The located attempts of a game. Raises: UnknownGame."""
        state = self.state(game_id)
        return {**_place(state), "shots": [shape.payload(s) for s in snapshot_of(state).shots]}

    async def timecodes(self, game_id: str, after: int = 0, limit: int | None = None) -> Shape:
        """
        Every position of a game behind `after` that `as_of` can show, [seq, time].

        Args:
            limit: as in `plays`.

        Raises:
            UnknownGame: no such game.
        """
        state = self.state(game_id)
        seq, published = await self.history.since(state, after, limit)
        times = {publication.seq: publication.ts_ms for publication in published}
        codes = [[at, iso(ts_ms)] for at, ts_ms in times.items()]
        return {**_page(state, seq), "timecodes": codes}

    async def told(
        self,
        game_id: str,
        after: int = 0,
        kinds: Collection[str] | None = None,
        limit: int | None = None,
    ) -> Shape:
        """
        What a game has published after the entry `after`.

        Args:
            kinds: only these; None: all.
            limit: publications at most, before `kinds` are picked; whole entries only.

        Raises:
            UnknownGame: no such game.
        """
        state = self.state(game_id)
        seq, published = await self.history.since(state, after, limit)
        wanted = [one for one in published if kinds is None or one.kind in kinds]
        return {**_page(state, seq), "events": _envelopes(wanted)}

    def missed(self, game_id: str, epoch: int, seq: int) -> Sequence[Publication]:
        """
        What a game has published in its own stream after a position, if it is at hand.

        Args:
            epoch: 0 and `seq` 0 for who has nothing.

        Raises:
            HistoryLost: it is not: too long ago, of another epoch, or yet to come.
        """
        state = self._states.get(GameId(game_id))
        if state is None and (epoch, seq) == (0, 0):
            return ()
        if state is None:
            self.resumes["subscribe", "lost"] += 1
            raise HistoryLost(game_id, 0, 0, 0)
        if (epoch, seq) == (state.epoch, state.seq):
            self.resumes["subscribe", "current"] += 1
            return ()
        published = None
        if epoch == state.epoch or (epoch, seq) == (0, 0):
            published = self._since(stream_name(state.meta.game_id), state.epoch, seq)
        helped = "delta" if epoch else "start"
        self.resumes["subscribe", "lost" if published is None else helped] += 1
        if published is None:
            raise HistoryLost(game_id, state.epoch, self.snapshots.oldest(state), state.seq)
        return published

    def sync(self, positions: Mapping[str, Any]) -> Piece:
        """
        Bring followers up to date: what each game has after what they have.

        The answer is made in one turn of the reactor, so that every publication that
        follows it on the same connection has a higher `seq`. See design, resume.

        Args:
            positions: game id -> [epoch, seq], or null if the follower has nothing.

        Raises:
            RemoteError: a position is neither, or the answer would be too long.
        """
        asked = {game: _position(at) for game, at in positions.items()}
        states = {game: self._states.get(GameId(game)) for game in asked}
        lacking = sum(_lacks(states[game], *at) for game, at in asked.items())
        if lacking > MOST_PLAYS:
            raise RemoteError(f"{lacking} plays at once: ask for fewer games at a time")
        answers = {game: self._sync(states[game], *at) for game, at in asked.items()}
        return Record({"games": Record(answers)})

    def _sync(self, state: GameState | None, epoch: int, seq: int) -> Piece | Mapping[str, Any]:
        if state is None:
            self.resumes["sync", "unknown"] += 1
            return {"mode": "unknown", "epoch": 0, "seq": 0}
        mode, answer = self.snapshots.sync(state, epoch, seq)
        self.resumes["sync", mode if seq else "start"] += 1
        return answer

    def slate(self, league: str | None = None, date: str | None = None) -> Shape:
        """The games that `chosen` gives, in one line each."""
        return {"games": [line_of(state) for state in self.chosen(league, date)]}

    def chosen(self, league: str | None = None, date: str | None = None) -> list[GameState]:
        """
        The games of a slate: live first, then to come, then over; then by start.

        Args:
            league: only that league's.
            date: only that official date's, YYYY-MM-DD.

        Raises:
            RemoteError: one of them is not in its form.
        """
        league = None if league is None else parse_league(league)
        date = None if date is None else _official_date(date)
        states = [
            state
            for state in self._states.values()
            if (league is None or state.meta.league == league)
            and (date is None or state.meta.official_date == date)
        ]
        states.sort(
            key=lambda s: (
                _RANK[s.line.status.state],
                s.meta.scheduled_start_ms or 0,
                s.meta.game_id,
            )
        )
        return states


def _time(when: str) -> int:
    """Milliseconds since 1970 of what is no `seq`. Raises: RemoteError."""
    try:
        return parse_iso(when)
    except RemoteError as why:
        raise RemoteError(f"asof is a seq or a time: {why}") from why


def _official_date(text: str) -> str:
    """A date as the slate has it. Raises: RemoteError."""
    try:
        return calendar_date.fromisoformat(text).isoformat()
    except ValueError as why:
        raise RemoteError(f"date={text[:20]!r} is not YYYY-MM-DD") from why


def _page(state: GameState, seq: int) -> Shape:
    """What an answer is exact for that reaches to the entry `seq`."""
    return {**_place(state), "seq": seq, "more": seq < state.seq}


def _place(state: GameState) -> Shape:
    """What an answer is exact for."""
    return {
        "game_id": state.meta.game_id,
        "epoch": state.epoch,
        "seq": state.seq,
        "as_of": iso(state.ts_ms),
    }


def line_of(state: GameState) -> Shape:
    """A game in one line, and where it stands."""
    line = shape.payload(slate_of(state))
    return {**line, "epoch": state.epoch, "seq": state.seq}


def _envelopes(published: Iterable[Publication]) -> list[Shape]:
    return [shape.envelope(publication) for publication in published]


def _lacks(state: GameState | None, epoch: int, seq: int) -> int:
    """How many plays an answer may have to bring who has (epoch, seq) of a game."""
    if state is None:
        return 0
    is_ours = epoch == state.epoch and 0 < seq <= state.seq
    return min(state.seq - seq, len(state.plays)) if is_ours else len(state.plays)


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
