"""
The follower's board: every followed game as it stands.

Rule: whole states go by the highest `seq`, plays by the highest `rev`; so the same
publications give the same board, in whatever order and however often they come. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

import attrs

from scoreboard.client.reading import Envelope, Snapshot
from scoreboard.client.view_reading import (
    read_clock,
    read_correction,
    read_line,
    read_meta,
    read_play,
    read_score,
    read_situation,
    read_status,
)
from scoreboard.client.views import (
    ClockView,
    CorrectionView,
    MetaView,
    PlayView,
    ScoreView,
    SituationView,
    SlateLine,
    StatusView,
    TeamView,
)
from scoreboard.model.side import Score
from scoreboard.model.status import State

T = TypeVar("T")

#: Corrections of one game that are kept, the newest.
_CORRECTIONS = 50

#: A clock reading older than this, milliseconds, is shown as it was read: either it is a
#: recording that is played again, or one of the two clocks of day is wrong.
_OLDEST_READING_MS = 120_000


@attrs.frozen
class Stamped(Generic[T]):
    """A whole state and the `seq` that it is of."""

    seq: int
    value: T


@attrs.frozen
class GameView:
    """
    One game on the board. What has not been told yet is None or empty.

    Attributes:
        seq: the newest that was shown.
        plays: by id, voided ones included.
        corrections: by the `seq` of the correction.
    """

    game_id: str
    epoch: int
    seq: int = 0
    meta: Stamped[MetaView] | None = None
    line: Stamped[SlateLine] | None = None
    score: Stamped[ScoreView] | None = None
    status: Stamped[StatusView] | None = None
    clock: Stamped[ClockView] | None = None
    situation: Stamped[SituationView] | None = None
    plays: Mapping[str, PlayView] = attrs.field(factory=dict)
    corrections: Mapping[int, CorrectionView] = attrs.field(factory=dict)

    @property
    def league(self) -> str:
        """The league's code; empty if unknown."""
        if self.meta is not None:
            return self.meta.value.league
        return "" if self.line is None else self.line.value.league

    @property
    def teams(self) -> tuple[TeamView, TeamView]:
        """Home and away."""
        if self.meta is not None:
            return self.meta.value.home, self.meta.value.away
        if self.line is not None:
            return self.line.value.home, self.line.value.away
        return TeamView("", "?", "?"), TeamView("", "?", "?")

    @property
    def points(self) -> Score:
        """The score, out of whatever told it last."""
        told: list[Stamped[Score]] = []
        if self.score is not None:
            told.append(Stamped(self.score.seq, self.score.value.score))
        if self.status is not None and self.status.value.score is not None:
            told.append(Stamped(self.status.seq, self.status.value.score))
        if self.line is not None:
            told.append(Stamped(self.line.seq, self.line.value.score))
        return max(told, key=lambda one: one.seq).value if told else Score()

    @property
    def standing(self) -> StatusView | None:
        """Status and period, out of whatever told them last; None if nothing did."""
        if self.line is None:
            return None if self.status is None else self.status.value
        if self.status is None or self.line.seq > self.status.seq:
            return self.line.value.status
        return self.status.value

    @property
    def state(self) -> State:
        """Before, during or after."""
        standing = self.standing
        return State.PRE if standing is None else standing.state

    @property
    def start_ms(self) -> int | None:
        """When it is to begin, milliseconds UTC."""
        if self.meta is not None:
            return self.meta.value.scheduled_start_ms
        return None if self.line is None else self.line.value.scheduled_start_ms

    def clock_ms(self, now_s: float) -> int | None:
        """
        What the game clock shows, milliseconds; None if unknown.

        Args:
            now_s: seconds of the clock that `Board` was given.
        """
        if self.clock is not None:
            return self.clock.value.shown_ms(now_s)
        if self.score is not None and self.score.value.clock_ms is not None:
            return self.score.value.clock_ms
        return None if self.line is None else self.line.value.clock_ms

    def last_plays(self, count: int) -> tuple[PlayView, ...]:
        """The last `count` plays in game order, the newest last; voided ones included."""
        return tuple(sorted(self.plays.values(), key=lambda play: play.place)[-count:])

    def why(self, play: PlayView) -> str | None:
        """The reason of the last correction of `play`; None if it was not corrected."""
        about = [one for one in self.corrections.values() if one.target == play.play_id]
        return max(about, key=lambda one: one.seq).reason if about else None


def _newer(old: Stamped[T] | None, seq: int, value: T) -> Stamped[T]:
    return old if old is not None and old.seq > seq else Stamped(seq, value)


def _plays(old: Mapping[str, PlayView], more: Iterable[PlayView]) -> Mapping[str, PlayView]:
    found = dict(old)
    for play in more:
        earlier = found.get(play.play_id)
        if earlier is None or play.rev >= earlier.rev:
            found[play.play_id] = play
    return found


def _anchored(clock: ClockView, age_ms: int | None, now_s: float) -> ClockView:
    """`clock` with the moment at which it showed its value, `age_ms` before now."""
    known = age_ms is not None and 0 <= age_ms <= _OLDEST_READING_MS
    return attrs.evolve(clock, at_s=now_s - (age_ms or 0) / 1000 if known else now_s)


def _clock(data: Any, ts_ms: int, now_s: float) -> ClockView:
    """A clock whose age is what had passed when the server logged it, by server time alone."""
    clock = read_clock(data)
    age_ms = None if clock.as_of_ms is None else ts_ms - clock.as_of_ms
    return _anchored(clock, age_ms, now_s)


def _with(view: GameView, event: Envelope, now_s: float) -> GameView:
    """`view` with what `event` says."""
    match event.kind:
        case "play":
            return attrs.evolve(view, plays=_plays(view.plays, [read_play(event.data)]))
        case "correction":
            said = {**view.corrections, event.seq: read_correction(event.data, event.seq)}
            kept = sorted(said.items())[-_CORRECTIONS:]
            return attrs.evolve(view, corrections=dict(kept))
        case "clock":
            clock = _clock(event.data, event.ts_ms, now_s)
            return attrs.evolve(view, clock=_newer(view.clock, event.seq, clock))
        case kind if kind in _STATES:
            name, read = _STATES[kind]
            told: dict[str, Any] = {name: _newer(getattr(view, name), event.seq, read(event.data))}
            return attrs.evolve(view, **told)
        case _:
            return view


#: type of envelope -> attribute of a game, and what reads it.
_STATES: dict[str, tuple[str, Callable[[object], Any]]] = {
    "meta": ("meta", read_meta),
    "score": ("score", read_score),
    "status": ("status", read_status),
    "situation": ("situation", read_situation),
    "slate": ("line", read_line),
}


class Board:
    """All games that are followed."""

    def __init__(self) -> None:
        self.games: dict[str, GameView] = {}

    def drop(self, game_id: str) -> None:
        """Take a game off the board."""
        self.games.pop(game_id, None)

    def apply(self, event: Envelope, now_s: float) -> None:
        """
        Show what an event says; one of another epoch than the game's says nothing.

        Args:
            now_s: seconds; the same clock in every call.

        Raises:
            Malformed: the payload is not what its type demands.
        """
        view = self.games.get(event.game_id) or GameView(event.game_id, event.epoch)
        if view.epoch != event.epoch:
            return
        shown = _with(view, event, now_s)
        self.games[event.game_id] = attrs.evolve(shown, seq=max(view.seq, event.seq))

    def show_line(self, line: SlateLine, epoch: int, seq: int) -> None:
        """Show a line of a slate that stood at (`epoch`, `seq`); a new epoch begins anew."""
        view = self.games.get(line.game_id)
        if view is None or view.epoch != epoch:
            view = GameView(line.game_id, epoch)
        shown = attrs.evolve(view, line=_newer(view.line, seq, line), seq=max(view.seq, seq))
        self.games[line.game_id] = shown

    def restore(self, snapshot: Snapshot, now_s: float, wall_ms: int) -> None:
        """
        Show a whole game. In the same epoch it adds to what is shown, since nothing that
        was told is ever untold; in another it takes its place.

        Args:
            wall_ms: the time of day, milliseconds UTC, for the age of the clock.

        Raises:
            Malformed: the snapshot is not what it must be.
        """
        view = self.games.get(snapshot.game_id)
        if view is None or view.epoch != snapshot.epoch:
            view = GameView(snapshot.game_id, snapshot.epoch)
        raw, seq = snapshot.raw, snapshot.seq
        told: dict[str, Any] = {
            name: _newer(getattr(view, name), seq, read(raw[kind]))
            for kind, (name, read) in _STATES.items()
            if raw.get(kind) is not None
        }
        if raw.get("clock") is not None:
            clock = read_clock(raw["clock"])
            age_ms = None if clock.as_of_ms is None else wall_ms - clock.as_of_ms
            told["clock"] = _newer(view.clock, seq, _anchored(clock, age_ms, now_s))
        told["plays"] = _plays(view.plays, map(read_play, raw.get("plays") or ()))
        told["seq"] = max(view.seq, seq)
        self.games[snapshot.game_id] = attrs.evolve(view, **told)
