"""Small NFL documents in the provider's shape, for tests."""

from __future__ import annotations

import json
from typing import Any

from scoreboard.ingest.parsers.document import Document, PlayRow
from scoreboard.ingest.parsers.nfl import parser as nfl
from scoreboard.model.play import PlayFacts

HOME, AWAY = "club-home", "club-away"

START = {
    "playId": 1,
    "playSequenceNumber": 1.0,
    "quarter": 1,
    "playType": "GAME_START",
    "prePlayByPlay": "GB - JAC",
    "playDescription": "GAME",
}


def play(play_id: int, **members: Any) -> dict[str, Any]:
    return {
        "playId": play_id,
        "playSequenceNumber": float(play_id),
        "quarter": 1,
        "clockTime": "10:00",
        "playType": "RUSH",
        "prePlayByPlay": "GB  1-10  GB 29",
        "playDescription": "run",
    } | members


def gone(play_id: int, **members: Any) -> dict[str, Any]:
    return (
        play(play_id)
        | {
            "playSequenceNumber": 0.0,
            "quarter": 0,
            "clockTime": None,
            "playType": "UNSPECIFIED",
            "prePlayByPlay": None,
            "playDescription": None,
            "playDeleted": True,
        }
        | members
    )


def stat(code: int, team: str = AWAY, ref: str | None = "00-1", name: str | None = "A.Man"):
    return {
        "statType": code,
        "teamId": team,
        "gsisPlayerId": ref,
        "gsisPlayerName": name,
        "gsisPlayerJerseyNumber": "05",
    }


def game_document(
    *plays: Any, summary: Any = None, chart: Any = None, **members: Any
) -> dict[str, Any]:
    return {
        "id": "game-1",
        "homeTeam": {"id": HOME, "fullName": "Jacksonville Jaguars"},
        "awayTeam": {"id": AWAY, "fullName": "Green Bay Packers"},
        "summary": summary,
        "driveChart": {"plays": [START, *plays]} | (chart or {}),
    } | members


def parse(*plays: Any, **members: Any) -> Document:
    return nfl.parse(json.dumps(game_document(*plays, **members)).encode(), {})


def row_of(document: Document, ref: str) -> PlayRow:
    return next(row for row in document.rows if row.ref == ref and isinstance(row, PlayRow))


def facts_of(play: dict[str, Any], **members: Any) -> PlayFacts:
    return row_of(parse(play, **members), str(play["playId"])).facts


def touchdown(play_id: int, **members: Any) -> dict[str, Any]:
    scored = {"playScored": True, "scoringPlayType": "TOUCHDOWN", "scoringTeamId": AWAY}
    return play(play_id, **(scored | members))


def by_arrival(document: Document) -> list[str]:
    """References of the rows, in the order in which they came."""
    rows = [row for row in document.rows if isinstance(row, PlayRow)]
    return [row.ref for row in sorted(rows, key=lambda row: row.arrival or row.facts.order)]
