"""
Alerts: what happened in a game that somebody may want to be told of at once.

Rule: an alert has one name for ever (`notif_id`) and is told once; what no longer holds
is withdrawn by another one that names it. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.ids import PlayId
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Confidence, StatusLine


@attrs.frozen
class Alert:
    """
    One alert.

    Attributes:
        notif_id: game, kind and natural key: "g...:lead_change:p91".
        kind: "score", "lead_change", "final", ... or "correction".
        severity: 1 (of interest) to 3 (whoever follows the game wants it).
        is_default: whether to show it to who has said nothing about such alerts.
        expires_ms: from then on it is no news, milliseconds UTC.
        play_id: the play that it speaks of; None if of none.
        side: whom it is about; None if about both.
        points: that the play was worth; 0 if that is not what it tells.
        retracts: `notif_id` of the alert that no longer holds.
        updates: `notif_id` of the alert in whose place this one stands.
    """

    notif_id: str
    kind: str
    severity: int
    is_default: bool
    expires_ms: int
    play_id: PlayId | None = None
    side: Side | None = None
    points: int = 0
    retracts: str | None = None
    updates: str | None = None


@attrs.frozen
class Moment:
    """The game when an alert was told, whole, so that a device that missed one is right again."""

    score: Score
    line: StatusLine
    confidence: Confidence
    period_index: int
    period_label: str
    clock_ms: int | None


@attrs.frozen
class Told:
    """
    An alert that was told.

    Attributes:
        withdrawn: `seq` of the entry that withdrew it; 0 while it stands.
    """

    seq: int
    ts_ms: int
    alert: Alert
    moment: Moment
    withdrawn: int = 0
