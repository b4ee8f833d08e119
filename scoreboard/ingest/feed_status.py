"""
The status of a game's feeds, out of the log, the shadows and what is remembered.

Rule: it tells what the last look found and judges nothing anew but silence. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.ingest.authority.health import Health, SourceHealth, live
from scoreboard.ingest.authority.policy import Policy, SourceSetting, standing
from scoreboard.ingest.authority.watch import Heard, Watch
from scoreboard.model.feed import Aspect, SourceRole
from scoreboard.model.feed_status import FeedStatus, SourceStatus
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Message, PlayReport
from scoreboard.projection.state import GameState


def told_ms(message: Message) -> int | None:
    """When a message was sent, or else its play happened, milliseconds UTC; None if unsaid."""
    if message.sent_at_ms is not None:
        return message.sent_at_ms
    report = message.report
    return report.facts.wallclock_ms if isinstance(report, PlayReport) else None


@attrs.frozen
class Sources:
    """
    A game's sources as a node knows them.

    Attributes:
        lags: milliseconds from a source's last timed report to us.
        missing: what a source that counts its messages owes, as in `SourceStatus`.
    """

    state: GameState
    shadows: Mapping[SourceId, GameState]
    watch: Watch
    settings: Mapping[SourceId, SourceSetting]
    policy: Policy
    lags: Mapping[SourceId, int] = attrs.field(factory=dict)
    missing: Mapping[SourceId, tuple[tuple[int, int], ...]] = attrs.field(factory=dict)

    @property
    def names(self) -> tuple[SourceId, ...]:
        """All of them, the best first."""
        known = {*self.watch.sources, *self.shadows}
        if self.state.authority is not None:
            known.add(self.state.authority)
        order = self.watch.order
        return tuple(sorted(known, key=lambda one: standing(one, self.settings, order)))

    def status(self, now: float) -> FeedStatus:
        """How they are at `now`, seconds."""
        state, reported = self.state, self.watch.reported
        return FeedStatus(
            game_id=state.meta.game_id,
            mode=state.mode,
            term=state.term,
            believed=tuple((aspect, state.believed(aspect)) for aspect in Aspect),
            score=state.score,
            doubts=state.doubts,
            flags=() if reported is None else reported.flags,
            sources=tuple(self._source(one, now) for one in self.names),
            chosen=state.chosen,
        )

    def _source(self, source: SourceId, now: float) -> SourceStatus:
        setting = self.settings.get(source)
        known = self.watch.sources.get(source, Heard())
        game = self.shadows.get(source)
        if game is None and source == self.state.authority:
            game = self.state
        return SourceStatus(
            source=source,
            role=SourceRole.SCORING if setting is None else setting.role,
            rank=None if setting is None else setting.rank,
            health=self._health(source, known, now).value,
            score=None if game is None else game.score,
            plays=0 if game is None else sum(1 for play in game.plays if play.state.counts),
            heard_ms=None if known.at is None else int(known.at * 1_000),
            lag_ms=self.lags.get(source),
            closed=known.closed is not None,
            missing=self.missing.get(source, ()),
        )

    def _health(self, source: SourceId, known: Heard, now: float) -> Health:
        is_shared, reported = len(self.names) > 1, self.watch.reported
        told = {} if reported is None else dict(reported.sources)
        if is_shared and source in told:
            return told[source]
        # A lone source that sends no heartbeats may be silent.
        heard = known.at if is_shared or known.beats or known.at is None else now
        awake = now if self.watch.awake is None else self.watch.awake
        beat_s = self.policy.beat(self.settings.get(source))
        living = live(heard, known.closed, awake, beat_s, self.policy, now)
        return SourceHealth(living, gap=known.has_gap(now, self.policy.gap_wait_s)).health
