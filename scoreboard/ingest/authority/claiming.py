"""
Running scores that are not ours: for how long the next message may explain them (rule S6).

Rule: what a source shows is compared by the fold, at once; it is doubted when it was not
explained in time. Pure.

Source: FIBA LiveStats compares the console's score and the scorer's after 5 seconds.
"""

from __future__ import annotations

from scoreboard.ingest.authority.moves import OpenDoubt
from scoreboard.ingest.authority.policy import Policy
from scoreboard.projection.state import GameState
from scoreboard.projection.trust import CLAIMED


def is_unexplained(game: GameState, policy: Policy, now: float) -> bool:
    """
    Whether a running score has differed from ours for too long.

    Args:
        now: seconds since the epoch, UTC.
    """
    claim = game.claim
    return claim is not None and now - claim.since_ms / 1_000 >= policy.claimed_s


def is_waiting(game: GameState) -> bool:
    """Whether time alone will make a doubt of a running score."""
    return game.claim is not None and CLAIMED not in game.doubts


def claimed(canonical: GameState, policy: Policy, now: float) -> tuple[OpenDoubt, ...]:
    """The doubt of a running score that was not explained in time."""
    claim = canonical.claim
    if claim is None or CLAIMED in canonical.doubts:
        return ()
    if not is_unexplained(canonical, policy, now):
        return ()
    shown = claim.score
    reason = f"{claim.source} shows {shown.home}-{shown.away} after {claim.play_id}, we do not"
    return (OpenDoubt(CLAIMED, reason),)
