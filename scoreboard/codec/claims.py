"""
The shape of claimed box scores and of where they differ from ours. Pure.

Rule: null is what nobody knows; nothing is left out.
"""

from __future__ import annotations

from typing import Any

from scoreboard.codec.text import iso
from scoreboard.model.boxscore import Difference
from scoreboard.model.game import GameMeta
from scoreboard.model.payload import ClaimPayload
from scoreboard.model.play import Participant


def difference(one: Difference, about: GameMeta | None = None) -> dict[str, Any]:
    """
    A figure of a claimed box score that is not the derived one.

    Args:
        about: the game, to name its teams by their ids; without it: "home" or "away".
    """
    person = one.person or Participant("")
    return {
        "team_id": one.side.value if about is None else about.team(one.side).team_id,
        "person_id": person.person_id,
        "name": person.name,
        "jersey": person.jersey,
        "ref": person.ref,
        "stat": one.stat,
        "claimed": one.claimed,
        "derived": one.derived,
    }


def claim(body: ClaimPayload) -> dict[str, Any]:
    """A claimed box score, by its differences."""
    return {
        "source": body.claim.source,
        "at": iso(body.claim.ts_ms),
        "at_seq": body.claim.at_seq,
        "complete": body.claim.complete,
        "lines": len(body.claim.lines),
        "figures": body.figures,
        "differences": [difference(one, body.meta) for one in body.differences],
    }
