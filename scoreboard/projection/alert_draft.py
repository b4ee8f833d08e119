"""
An alert before it has a name: what is to be told, and the words that all who tell it share.

Rule: a draft whose name was told before is not told again, whoever drafted it. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.alert import Alert, Moment, Told
from scoreboard.model.clock import Direction
from scoreboard.model.event import Entry
from scoreboard.model.ids import PlayId
from scoreboard.model.side import Side
from scoreboard.model.status import State
from scoreboard.projection.state import GameState
from scoreboard.sports.alerting import MANNERS, WINDOWS


@attrs.frozen
class Draft:
    """
    What is to be told.

    Attributes:
        key: natural key of the kind: of two with the same one is told.
        is_default: None: as its kind is.
    """

    kind: str
    key: str
    play_id: PlayId | None = None
    side: Side | None = None
    points: int = 0
    retracts: str | None = None
    updates: str | None = None
    is_default: bool | None = None


def name_of(state: GameState, kind: str, key: str) -> str:
    """The `notif_id`."""
    return f"{state.meta.game_id}:{kind}:{key}"


def told_by(state: GameState, kind: str) -> Told | None:
    """The last alert of that kind that stands, None if there is none."""
    return next(
        (t for t in reversed(state.alerts.told) if t.alert.kind == kind and not t.withdrawn), None
    )


def alert_of(after: GameState, entry: Entry, draft: Draft) -> Alert:
    """The alert, with its name."""
    manner = MANNERS[draft.kind]
    return Alert(
        notif_id=name_of(after, draft.kind, draft.key),
        kind=draft.kind,
        severity=manner.severity,
        is_default=manner.is_default if draft.is_default is None else draft.is_default,
        expires_ms=entry.ts_ms + manner.lives_s * 1000,
        play_id=draft.play_id,
        side=draft.side,
        points=draft.points,
        retracts=draft.retracts,
        updates=draft.updates,
    )


def moment_of(state: GameState) -> Moment:
    """The game as it stands, in the few words that every alert carries."""
    return Moment(
        score=state.public_score,
        line=state.line,
        confidence=state.confidence,
        period_index=state.period_index,
        period_label=state.ruleset.label(state.period_index),
        clock_ms=None if state.clock is None else state.clock.value_ms,
    )


def margin(state: GameState) -> int:
    """By how much somebody leads."""
    score = state.public_score
    return abs(score.home - score.away)


def is_late(state: GameState) -> bool:
    """Whether the game is in the part in which its finish can be close."""
    window = WINDOWS[state.ruleset.id]
    if state.period_index < window.period or state.line.status.state is State.POST:
        return False
    length = state.ruleset.length_ms(state.period_index)
    if window.left_ms is None or not length:
        return True
    clock = state.clock
    if clock is None or clock.period_index != state.period_index:
        return False
    down = state.ruleset.direction is Direction.DOWN
    left = clock.value_ms if down else length - clock.value_ms
    return left <= window.left_ms
