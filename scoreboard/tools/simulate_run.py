"""
The reactor's part of `scoreboard simulate`.

Rule: the finals are asked for over the public address, as anybody would. Shell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import treq.client
from twisted.internet.defer import Deferred
from twisted.internet.task import react
from twisted.web.client import Agent, HTTPConnectionPool

from scoreboard.client.reading import read_snapshot
from scoreboard.client.view_reading import read_score
from scoreboard.codec.fields import Fields
from scoreboard.codec.json_text import read_json
from scoreboard.model.errors import RemoteError
from scoreboard.tools.replay_feed import Script
from scoreboard.tools.replay_run import Took, replay
from scoreboard.tools.replay_schedule import Pace, Plan
from scoreboard.tools.replay_tally import Tally
from scoreboard.tools.simulate_plan import Final

#: A server that says nothing for so long is taken for gone, seconds.
_TIMEOUT_S = 30.0


def perform(
    laid: Plan,
    scripts: Sequence[Script],
    tally: Tally,
    pace: Pace,
    to: tuple[str, str, str],
    chance: Callable[[], float],
) -> tuple[Took, dict[str, Final]]:
    """
    Send all games, then ask for their finals; runs the reactor until that is done.

    Args:
        to: address of the server, source, token.

    Returns:
        How long the sending took, and the finals by game id.
    """
    took = Took()
    found: dict[str, Final] = {}

    async def main(reactor: Any) -> None:
        await replay(reactor, laid, scripts, tally, pace, to, chance, took)
        pool = HTTPConnectionPool(reactor, persistent=True)
        client = treq.client.HTTPClient(Agent(reactor, connectTimeout=5, pool=pool))
        for script in scripts:
            asked = Deferred.fromCoroutine(_final(client, to[0], script.game_id))
            try:
                found[script.game_id] = await asked.addTimeout(_TIMEOUT_S, reactor)
            except RemoteError as why:
                found[script.game_id] = f"the server's answer cannot be read: {why}"
            except Exception as why:
                found[script.game_id] = f"the server cannot be asked: {why}"
        await pool.closeCachedConnections()

    try:
        react(main)
    except SystemExit as why:
        if why.code:
            raise
    return took, found


async def _final(client: treq.client.HTTPClient, base: str, game_id: str) -> Final:
    """The score of a game as the server has it now."""
    response = await client.get(f"{base}/v1/games/{game_id}")
    body = await treq.content(response)
    if response.code != 200:
        return f"the server answers HTTP {response.code}"
    raw = read_json(body)
    score = read_score(Fields(read_snapshot(raw).raw, "game").required("score"))
    return score.score, score.shootout
