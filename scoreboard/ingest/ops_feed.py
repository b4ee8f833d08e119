"""
What operators are told of a game's feeds: a publication of the operators' topic.

Rule: it is not of the log; two nodes may tell it differently, and nobody resumes by it. Pure.
"""

from __future__ import annotations

from scoreboard.ingest.authority.moves import Report
from scoreboard.model.delivery import DeliveryClass, Publication
from scoreboard.model.payload import FeedReportPayload, SourceReport
from scoreboard.projection.publish import ROOT
from scoreboard.projection.state import GameState

#: The stream of everything that only operators may follow.
OPS = "ops"


def ops_feed(state: GameState, report: Report, now_ms: int) -> Publication:
    """How the feeds of a game are, as operators see it."""
    game_id = state.meta.game_id
    sources = tuple(SourceReport(source, health.value) for source, health in report.sources)
    return Publication(
        stream=OPS,
        topic=f"{ROOT}.ops.feed.{game_id}",
        kind="feed",
        delivery=DeliveryClass.LATEST,
        game_id=game_id,
        epoch=state.epoch,
        seq=state.seq,
        prev=0,
        ts_ms=now_ms,
        source=state.source,
        term=state.term,
        body=FeedReportPayload(
            authority=report.authority,
            mode=report.mode,
            sources=sources,
            clock_confidence=report.clock.value,
            clock_ticks=report.clock_ticks,
            flags=report.flags,
            score=state.score,
        ),
        key=game_id,
        retained=True,
    )
