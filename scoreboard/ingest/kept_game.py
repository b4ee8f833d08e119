"""
A kept game: its record, and what is remembered of its sources beside the log.

Rule: what is remembered here may be lost; with the log alone everything goes on rightly,
only later. Shell.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
from twisted.internet.interfaces import IReactorTime

from scoreboard.ingest.authority.claiming import is_waiting
from scoreboard.ingest.authority.policy import Policy
from scoreboard.ingest.authority.watch import Heard, Watch, gap, heard
from scoreboard.ingest.feed_status import told_ms
from scoreboard.ingest.game_record import GameRecord
from scoreboard.ingest.hearing import Memory
from scoreboard.ingest.numbered import Numbered
from scoreboard.model.ids import SourceId
from scoreboard.model.message import BoxScoreReport, Heartbeat, Message
from scoreboard.model.status import State


class KeptGame:
    """
    A game, and what is remembered of its sources beside the log.

    Args:
        due: called when a message that waits for its turn has waited for long enough.
    """

    def __init__(
        self,
        record: GameRecord,
        policy: Policy,
        clock: IReactorTime,
        due: Callable[[KeptGame], None],
    ) -> None:
        self.record = record
        self._policy = policy
        self.numbered = Numbered(clock, lambda: due(self))
        self._begin()

    def _begin(self) -> None:
        """Nothing has been seen of its sources, as of a game that has just come here."""
        self.memory = Memory(wait_ms=int(self._policy.settle_s * 1_000))
        self.official_at = float("-inf")
        self._heard: dict[SourceId, tuple[float, bool]] = {}
        self.sources: set[SourceId] = set(self.record.tip.shadows)
        self.lags: dict[SourceId, int] = {}
        self._moves = self.record.moves

    async def is_ready(self) -> bool:
        """Whether it may be written to from here; see `GameRecord.is_known`."""
        if self.record.is_doubtful and not await self.record.is_known():
            return False
        if self._moves != self.record.moves:
            self._begin()
        return True

    @property
    def is_shared(self) -> bool:
        """Whether more than one source tells of it."""
        return len(self.sources) > 1

    @property
    def is_watched(self) -> bool:
        """
        Whether time alone may change something: a source can fall silent, a lock expire, a
        running score stay unexplained.
        """
        if not self.record.is_home:
            return False
        state = self.record.tip.state
        if is_waiting(state):
            return True
        held = self.record.tip.quarantine.held
        if state.line.status.state is State.POST and not self._heard and not held:
            return False
        if self.is_shared or state.locks or self._heard or held:
            return True
        return any(known.gap is not None for known in self.memory.watch.sources.values())

    def hear(self, source: SourceId, now: float, message: Message) -> None:
        """A sign of life; who sends box scores and nothing else does not tell of the game."""
        if isinstance(message.report, BoxScoreReport) and source not in self.sources:
            return
        self.sources.add(source)
        told = told_ms(message)
        if told is not None:
            self.lags[source] = int(now * 1_000) - told
        beats = isinstance(message.report, Heartbeat) or self._heard.get(source, (0.0, False))[1]
        self._heard[source] = (now, beats)

    def count_holes(self) -> None:
        """Remember since when something is missing of whom."""
        watch, holes = self.memory.watch, self.numbered.holes
        for source in {*watch.sources, *holes}:
            known, since_ms = watch.sources.get(source, Heard()), holes.get(source)
            since = None if since_ms is None else since_ms / 1_000
            if known.gap != since:
                watch = gap(watch, source, 0.0, is_open=False)
                if since is not None:
                    watch = gap(watch, source, since, is_open=True)
        self.memory = attrs.evolve(self.memory, watch=watch)

    @property
    def watch(self) -> Watch:
        """What is remembered, with every sign of life since the last look."""
        watch = self.memory.watch
        for source, (at, beat) in self._heard.items():
            watch = heard(watch, source, at, heartbeat=beat)
        self._heard.clear()
        return watch
