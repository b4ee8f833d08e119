"""
How long an answer about a game may be kept by whoever stands between.

Rule: nobody sees a score that is older than he would accept of a live game, because a game
began while its answer was kept. Pure.

Source: RFC 9111 (caching), RFC 5861 (stale-while-revalidate), RFC 8246 (immutable).
"""

from __future__ import annotations

from scoreboard.model.status import State
from scoreboard.projection.state import GameState

#: What moves, or may begin to at any moment.
LIVE = b"public, max-age=1, stale-while-revalidate=5"
#: What happened will not have happened otherwise.
FOREVER = b"public, max-age=31536000, immutable"

#: Seconds at most before a game, and after it: a correction may come still.
_BEFORE_S = 60
_AFTER_S = 300


def lifetime(state: GameState, now_ms: int) -> bytes:
    """
    The value of `cache-control` of an answer about `state`.

    Args:
        now_ms: the time, milliseconds since 1970.
    """
    match state.line.status.state:
        case State.POST:
            return b"public, max-age=%d" % _AFTER_S
        case State.PRE if state.meta.scheduled_start_ms is not None:
            left_s = (state.meta.scheduled_start_ms - now_ms) // 1_000
            return LIVE if left_s < 2 else b"public, max-age=%d" % min(_BEFORE_S, left_s)
        case _:
            return LIVE
