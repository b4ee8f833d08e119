"""
Which games a node must hear of, by what its sessions follow.

Rule: a game is wanted while somebody here follows its stream, or one of a team or league of
it, or everything; or has asked for it a short while ago. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from scoreboard.model.game import GameMeta
from scoreboard.model.ids import GameId

#: Streams in which several games are told of.
_WIDE = ("league.", "team.")


@attrs.frozen
class Followed:
    """
    What sessions follow.

    Attributes:
        streams: names as the hub has them: "game.GID", "team.TID", "league.L".
        everything: somebody follows a pattern that all games may match.
    """

    streams: frozenset[str] = frozenset()
    everything: bool = False

    @property
    def is_wide(self) -> bool:
        """Whether games may be meant that nobody has named."""
        return self.everything or any(name.startswith(_WIDE) for name in self.streams)


def wanted(
    followed: Followed, metas: Iterable[GameMeta], asked: Mapping[GameId, float], now: float
) -> set[GameId]:
    """
    The games to hear of.

    Args:
        metas: of all games that are known; one that is followed need not be among them.
        asked: game -> until when somebody's question keeps it.
    """
    found = {game for game, until in asked.items() if until > now}
    found |= {
        GameId(name.removeprefix("game.")) for name in followed.streams if name.startswith("game.")
    }
    if followed.is_wide:
        found |= {
            meta.game_id
            for meta in metas
            if followed.everything or _streams(meta) & followed.streams
        }
    return found


def _streams(meta: GameMeta) -> set[str]:
    return {
        f"league.{meta.league}",
        f"team.{meta.home.team_id}",
        f"team.{meta.away.team_id}",
    }
