"""
The shape of a game's feeds, for operators and for feeds themselves. Pure.

Rule: null is what nobody knows; nothing is left out, so that a table can be made of it.
"""

from __future__ import annotations

from scoreboard.codec.shape_parts import Shape, score
from scoreboard.codec.text import iso
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.feed_status import FeedStatus, SourceStatus
from scoreboard.model.ids import SourceId


def feed_status(status: FeedStatus) -> Shape:
    """How the feeds of a game are."""
    return {
        "game_id": status.game_id,
        "mode": status.mode.value,
        "term": status.term,
        "chosen": status.chosen,
        "authority": {aspect.value: source for aspect, source in status.believed},
        "score": score(status.score),
        "doubts": list(status.doubts),
        "flags": list(status.flags),
        "sources": [_source(one) for one in status.sources],
    }


def _source(one: SourceStatus) -> Shape:
    return {
        "source": one.source,
        "role": one.role.value,
        "rank": one.rank,
        "health": one.health,
        "score": score(one.score),
        "plays": one.plays,
        "last_heard": None if one.heard_ms is None else iso(one.heard_ms),
        "lag_ms": one.lag_ms,
        "closed": one.closed,
        "missing": [list(hole) for hole in one.missing],
    }


def lease(
    source: SourceId, term: int, mode: FeedMode, believed: dict[Aspect, SourceId | None]
) -> Shape:
    """What a feed must know: under which term it sends, and for what it is believed."""
    return {
        "term": term,
        "authority": believed[Aspect.PLAYS],
        "mode": mode.value,
        "believed": {aspect.value: who == source for aspect, who in believed.items()},
    }
