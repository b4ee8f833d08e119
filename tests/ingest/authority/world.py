"""
A desk without a log: one game, the shadows of its feeds, and who of them is believed.

Rule: it does what the report says a desk must do, and checks what must always hold. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.claiming import claimed
from scoreboard.ingest.authority.policy import Policy
from scoreboard.ingest.authority.shadowing import overhear
from scoreboard.ingest.authority.switching import SETTLE_MS, plan_switch, settled
from scoreboard.ingest.authority.translation import translate
from scoreboard.ingest.intake import decide
from scoreboard.model.event import (
    DoubtSet,
    Entry,
    FeedSwitched,
    MetaSet,
    PlayAmended,
    PlayVoided,
    ScoreSet,
)
from scoreboard.model.feed import FeedMode
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Message, Report
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply, begin
from scoreboard.projection.state import GameState

CORRECTIONS = (PlayVoided, PlayAmended)


def fresh(meta: GameMeta, source: SourceId, now_ms: int) -> GameState:
    """A game that is being played, of which nothing else is known."""
    state = begin(Entry(1, now_ms, source, 1, MetaSet(meta)), 7)
    return state.evolved(line=StatusLine(Status.IN_PROGRESS))


@attrs.define
class World:
    """One game at the desk."""

    meta: GameMeta
    now_ms: int = 0
    canonical: GameState = attrs.field(init=False)
    shadows: dict[SourceId, GameState] = attrs.field(factory=dict)
    shared: bool = False
    settle_ms: int | None = None
    log: list[Entry] = attrs.field(factory=list)
    answers: list = attrs.field(factory=list)

    def __attrs_post_init__(self):
        self.canonical = fresh(self.meta, SourceId("desk"), self.now_ms)

    def write(self, entries):
        for entry in entries:
            before = self.canonical
            self.canonical = apply(before, entry)
            self.log.append(entry)
            self._falls_only_by_correction(before.score, self.canonical.score, entry)

    def _falls_only_by_correction(self, before: Score, after: Score, entry: Entry):
        if after.home >= before.home and after.away >= before.away:
            return
        event = entry.event
        said = isinstance(event, CORRECTIONS) or (isinstance(event, ScoreSet) and event.correction)
        assert said, f"the score falls from {before} to {after} by {event}"

    def hear(self, source: SourceId, report: Report, now_ms: int):
        """A message of a source, as the desk takes it."""
        self.tick(now_ms)
        received = Received(Message(report))
        shadow = self.shadows.get(source) or fresh(self.meta, source, now_ms)
        believed = self.canonical.authority == source
        ours = self.canonical if believed and self.shared else None
        first = overhear(shadow, received, source, now_ms, ours)
        if first.entry is not None:
            shadow = apply(shadow, first.entry)
        self.shadows[source] = shadow
        if self.canonical.authority not in (None, source):
            return None
        if not self.shared:
            decision = decide(self.canonical, received, source, now_ms)
            entries = () if decision.entry is None else (decision.entry,)
            self.write(attrs.evolve(e, term=self.canonical.term) for e in entries)
            return decision.answer
        if first.entry is None:
            return first.answer
        found = translate(self.canonical, shadow, received, source, now_ms)
        self.write(found.entries)
        if found.waits and self.settle_ms is None:
            self.settle_ms = now_ms + SETTLE_MS
        return found.answer

    def switch(self, to: SourceId, now_ms: int, mode=FeedMode.BACKUP):
        self.tick(now_ms)
        shadow = self.shadows.get(to) or fresh(self.meta, to, now_ms)
        self.shadows[to] = shadow
        before = self.canonical.score
        plan = plan_switch(
            self.canonical, shadow, to, mode=mode, reason="test", automatic=True, now_ms=now_ms
        )
        assert isinstance(plan.events[0], FeedSwitched)
        self.write(plan.entries)
        after = self.canonical.score
        assert after.home >= before.home
        assert after.away >= before.away
        self.shared = True
        self.settle_ms = now_ms + SETTLE_MS if plan.waits else None
        return plan

    def say(self, event):
        state = self.canonical
        at_ms = max(self.now_ms, state.ts_ms)
        self.write([Entry(state.seq + 1, at_ms, state.authority, state.term, event)])

    def tick(self, now_ms: int):
        """Time passes."""
        self.now_ms = now_ms
        for move in claimed(self.canonical, Policy(), now_ms / 1_000):
            self.say(DoubtSet(move.name, True, move.reason))
        if self.settle_ms is not None and now_ms >= self.settle_ms:
            self.settle_ms = None
            to = self.canonical.authority
            self.write(settled(self.canonical, self.shadows[to], to, now_ms))
