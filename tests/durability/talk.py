"""What tests say to a server of which they watch the disk."""

from __future__ import annotations

from typing import Any

from tests.support.server import Reply, Server

GAME = "g0000000001"
_META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
_LIVE = {"type": "status", "status": "in_progress", "period_index": 1}


def play(ref: str, text: str = "") -> dict[str, Any]:
    """A basket; `text` makes it as long as is wanted."""
    facts = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2, "text": text}
    return {"type": "play", "provider_play_id": ref, "play": facts}


def begin(server: Server, game: str = GAME) -> None:
    """Make a game, and have it begin."""
    assert server.request("PUT", f"/v1/games/{game}", _META).status == 200
    assert post(server, _LIVE, game).status == 200


def post(server: Server, message: dict[str, Any], game: str = GAME) -> Reply:
    """Say `message`."""
    return server.request("POST", f"/v1/feeds/arena/games/{game}/messages", message)


def shown(server: Server, game: str = GAME) -> Any:
    """The game as followers have it."""
    reply = server.request("GET", f"/v1/games/{game}", token=None)
    assert reply.status == 200
    return reply.json
