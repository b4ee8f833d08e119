"""
A whole node of ingest on a clock that is turned by hand, with what must never happen checked.

Rule: after every step the invariants hold, or the step is named with its seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from twisted.internet.task import Clock

from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.ingest.watching import Watching
from scoreboard.log.memory import MemoryLog
from scoreboard.model.answer import Answer
from scoreboard.model.delivery import Publication
from scoreboard.model.feed import FeedMode
from scoreboard.model.game import GameMeta
from scoreboard.model.ids import SourceId
from scoreboard.model.payload import CorrectionPayload, FeedPayload, FeedReportPayload, ScorePayload
from scoreboard.model.side import Score
from scoreboard.projection.state import GameState
from tests.simulation.feeds import Feed, Said, says
from tests.support.deferreds import result, started

#: When simulations begin, seconds since 1970.
START_S = 1_790_000_000.0
TICK_S = 2.0
#: How long a game is watched after its feeds have said everything.
QUIET_S = 90.0


@attrs.frozen
class Switch:
    """A change of the source that is believed."""

    at_s: float
    to: SourceId
    term: int
    mode: FeedMode


@attrs.define
class Node:
    """
    One node and one game.

    Attributes:
        faults: what must never happen and did.
        switches: of the plays.
        darks: when operators were told that the believed source is lost and that nobody can
            follow it, seconds of the simulation.
        answers: outcome -> how often.
    """

    meta: GameMeta
    ranks: Mapping[SourceId, SourceSetting]
    policy: Policy = attrs.field(factory=Policy)
    clock: Clock = attrs.field(factory=Clock)
    faults: list[str] = attrs.field(factory=list)
    switches: list[Switch] = attrs.field(factory=list)
    darks: list[float] = attrs.field(factory=list)
    answers: dict[str, int] = attrs.field(factory=dict)
    log: MemoryLog = attrs.field(init=False)
    keeper: Scorekeeper = attrs.field(init=False)
    _score: Score = attrs.field(factory=Score)
    _seq: int = 0

    def __attrs_post_init__(self) -> None:
        self.clock.advance(START_S)
        self.log = MemoryLog(lambda: 7)
        self.log.start()
        self.keeper = self._new_keeper()
        result(started(self.keeper.put_meta(next(iter(self.ranks)), self.meta)))

    def _new_keeper(self) -> Scorekeeper:
        return Scorekeeper(
            self.clock,
            self.log,
            self._publish,
            setting=lambda _game, source: self.ranks.get(source),
            policy=self.policy,
        )

    def restart(self) -> None:
        """What a crash leaves: the log."""
        self.keeper = self._new_keeper()
        self._seq, self._score = 0, Score()
        result(started(self.keeper.load()))

    @property
    def state(self) -> GameState:
        """The game."""
        return self.keeper.states[self.meta.game_id]

    @property
    def now_s(self) -> float:
        """Seconds of the simulation."""
        return self.clock.seconds() - START_S

    def run(self, feeds: Sequence[Feed], until_s: float | None = None) -> None:
        """Everything that the feeds say, with a look every `TICK_S`, and a quiet time after."""
        said = sorted((one for feed in feeds for one in says(feed)), key=lambda one: one.at_s)
        end = max(feed.end_s for feed in feeds) + QUIET_S if until_s is None else until_s
        watching = Watching(self.clock, self.keeper.tick, TICK_S)
        watching.start()
        for one in said:
            self._pass(one.at_s)
            self.hear(one)
        self._pass(end)
        watching.stop()

    def _pass(self, until_s: float) -> None:
        """Time goes on, from one thing that is due to the next."""
        while (due := self.clock.getDelayedCalls()) and (
            (next_s := min(call.getTime() for call in due) - START_S) <= until_s
        ):
            self.clock.advance(max(0.0, next_s - self.now_s))
        self.clock.advance(max(0.0, until_s - self.now_s))

    def hear(self, one: Said) -> list[Answer]:
        """One thing that reaches the server."""
        messages = list(one.messages) or [{"type": "heartbeat"}]
        answers: list[Answer] = result(
            started(self.keeper.submit(one.source, self.meta.game_id, messages))
        )
        for answer in answers:
            name = answer.outcome.value
            self.answers[name] = self.answers.get(name, 0) + 1
        return answers

    def _publish(self, publications: Sequence[Publication]) -> None:
        corrected = {p.seq for p in publications if isinstance(p.body, CorrectionPayload)}
        for publication in publications:
            self._look(publication, corrected)

    def _look(self, publication: Publication, corrected: set[int]) -> None:
        body: Any = publication.body
        if isinstance(body, FeedReportPayload):
            lost = {report.source for report in body.sources if report.health == "down"}
            if body.authority in lost:
                self.darks.append(self.now_s)
        if publication.stream != f"game.{self.meta.game_id}":
            return
        if publication.seq not in (self._seq, self._seq + 1):
            self.faults.append(f"seq {publication.seq} after {self._seq}")
        self._seq = publication.seq
        if isinstance(body, ScorePayload):
            score = Score(body.home.points, body.away.points)
            fell = score.home < self._score.home or score.away < self._score.away
            if fell and publication.seq not in corrected:
                self.faults.append(f"score fell {self._score} -> {score} at {publication.seq}")
            self._score = score
        if isinstance(body, FeedPayload) and body.authority is not None:
            last = self.switches[-1] if self.switches else None
            if last is None or (last.to, last.term) != (body.authority, body.term):
                switch = Switch(self.now_s, body.authority, body.term, body.mode)
                self.switches.append(switch)

    def check_names(self) -> None:
        """No source's play is counted as two plays of the game."""
        met: dict[tuple[SourceId, str], str] = {}
        for play in self.state.plays:
            if play.score == Score():
                continue
            for ref in play.refs:
                other = met.setdefault((ref.source, ref.ref), play.play_id)
                if other != play.play_id:
                    name = f"{ref.source} {ref.ref}"
                    self.faults.append(f"counts twice: {name} is {other} and {play.play_id}")
