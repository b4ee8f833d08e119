"""
The shape of alerts.

Rule: an alert says enough to be shown by itself: teams, score, where the game stands. Pure.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import ENVELOPE_VERSION, Shape, team_id, time
from scoreboard.codec.text import iso
from scoreboard.model.alert import Alert, Moment
from scoreboard.model.game import GameMeta
from scoreboard.model.payload import AlertList, AlertPayload


def _alert(told: Alert, about: GameMeta) -> Shape:
    return {
        "notif_id": told.notif_id,
        "kind": told.kind,
        "severity": told.severity,
        "default": told.is_default,
        "play_id": told.play_id,
        "team_id": team_id(about, told.side),
        "points": told.points,
        "retracts": told.retracts,
        "updates": told.updates,
        "expires": time(told.expires_ms),
    }


def _moment(at: Moment, about: GameMeta) -> Shape:
    home, away = about.home.abbrev, about.away.abbrev
    return {
        "collapse_id": about.game_id,
        "team_ids": [about.home.team_id, about.away.team_id],
        "title": f"{home} {at.score.home}, {away} {at.score.away}",
        "state": {
            "home": at.score.home,
            "away": at.score.away,
            "status": at.line.status.value,
            "decided_in": at.line.decided_in,
            "period_index": at.period_index,
            "period_label": at.period_label,
            "clock_ms": at.clock_ms,
            "confidence": at.confidence.value,
        },
    }


def alerts(body: AlertPayload) -> Shape:
    """What one entry was worth, and the moment of it."""
    told = [_alert(one, body.meta) for one in body.alerts]
    return {"alerts": told, **_moment(body.moment, body.meta)}


def alert_list(body: AlertList) -> Shape:
    """Every alert of a game, as `alerts.list` answers it."""
    return {
        "v": ENVELOPE_VERSION,
        "game_id": body.meta.game_id,
        "epoch": body.epoch,
        "seq": body.seq,
        "alerts": [
            {
                "seq": told.seq,
                "ts": iso(told.ts_ms),
                **_alert(told.alert, body.meta),
                "withdrawn": told.withdrawn or None,
                **_moment(told.moment, body.meta),
            }
            for told in body.told
        ],
    }
