"""
When time alone will change something: the moment at which a source is lost.

Rule: who looks then finds it lost; who looks earlier does not. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

from scoreboard.ingest.authority.health import down_at
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch
from scoreboard.model.ids import SourceId


def next_loss(
    watch: Watch, settings: Mapping[SourceId, SourceSetting], policy: Policy, now: float
) -> float | None:
    """When the next source is DOWN unless it is heard before, seconds; None: none will be."""
    awake = now if watch.awake is None else watch.awake
    moments = (
        down_at(known.at, known.closed, awake, policy.beat(settings.get(source)), policy)
        for source, known in watch.sources.items()
    )
    return min((moment for moment in moments if moment > now), default=None)
