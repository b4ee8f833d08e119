"""
How far games are known to be safe from a failover.

Rule: what is once known to be on enough replicas stays known; a log that ends before it has lost
something. Shell only by its package: it touches nothing.
"""

from __future__ import annotations

from scoreboard.model.ids import GameId


class Confirmed:
    """
    How far each game is known to be on as many replicas as were asked for.

    What is beyond it may be in the primary alone, and a failover may take it back: who reads
    that must make sure first.
    """

    def __init__(self) -> None:
        self._seqs: dict[GameId, int] = {}

    def add(self, game: GameId, seq: int) -> None:
        """Up to `seq` it is."""
        self._seqs[game] = max(seq, self._seqs.get(game, 0))

    def has(self, game: GameId, seq: int) -> bool:
        """Whether `seq` is known to be."""
        return seq <= self._seqs.get(game, 0)

    def lost(self, game: GameId, tip: int) -> str | None:
        """What is missing, if a log that ends at `tip` has lost something."""
        seq = self._seqs.get(game, 0)
        if seq <= tip:
            return None
        return (
            f"{game} is at {tip}, but entries up to {seq} were acknowledged: this "
            "primary has lost them; nothing is written behind it (docs/redis.md)"
        )
