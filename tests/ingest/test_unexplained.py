"""A running score that is not ours is doubted when nothing has explained it in time (rule S6)."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.authority.policy import Policy
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Message, StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Confidence, Status, StatusLine
from tests.support.deferreds import result, started
from tests.support.games import SOURCE, basket, meta

GAME = meta().game_id
OTHER = SourceId("other")
LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


class Bench:
    """A game whose feed shows 4-0 where we count 2-0."""

    def __init__(self, policy: Policy | None = None):
        self.clock = Clock()
        self.clock.advance(1_000)
        self.log = MemoryLog(lambda: 7)
        self.log.start()
        self.told = []
        self.keeper = self.new_keeper(policy)
        result(started(self.keeper.put_meta(SOURCE, meta())))
        self.tell(LIVE, basket("2", order=2_000, score_after=Score(4, 0)))

    def new_keeper(self, policy=None):
        return Scorekeeper(self.clock, self.log, self.told.extend, policy=policy)

    def tell(self, *reports, source=SOURCE):
        raws = [write_message(Message(report), meta()) for report in reports]
        return result(started(self.keeper.submit(source, GAME, raws)))

    def runs(self, seconds):
        for _ in range(seconds):
            self.clock.advance(1)
            result(started(self.keeper.tick()))
        return self

    @property
    def health(self):
        return {one.source: one.health for one in self.keeper.feed_status(GAME).sources}

    @property
    def state(self):
        return self.keeper.states[GAME]


@pytest.mark.parametrize("sources", [(SOURCE,), (SOURCE, OTHER)])
def test_the_score_is_doubted_after_five_seconds(sources):
    bench = Bench()
    if OTHER in sources:
        bench.tell(LIVE, source=OTHER)
    assert bench.runs(4).state.confidence is Confidence.CONFIRMED
    assert bench.runs(1).state.doubts == ("claimed",)
    told = [p.body.confidence for p in bench.told if p.kind == "score"]
    assert told[-1] is Confidence.UNCERTAIN
    seq = bench.state.seq
    assert bench.runs(5).state.seq == seq, "it is doubted once"


def test_a_play_that_explains_it_in_time_leaves_no_doubt():
    bench = Bench().runs(4)
    bench.tell(basket("1", order=1_000))
    bench.runs(20)
    told = {p.body.confidence for p in bench.told if p.kind == "score"}
    assert (bench.state.score, told) == (Score(4, 0), {Confidence.CONFIRMED})


def test_a_play_that_explains_it_later_ends_the_doubt():
    bench = Bench().runs(20)
    bench.tell(basket("1", order=1_000))
    assert (bench.state.doubts, bench.state.claim) == ((), None)


def test_the_time_is_the_policys():
    bench = Bench(Policy(claimed_s=2.0))
    assert bench.runs(1).state.doubts == ()
    assert bench.runs(1).state.doubts == ("claimed",)


def test_it_is_doubted_after_a_restart_and_after_the_end_as_well():
    bench = Bench()
    bench.tell(StatusReport(StatusLine(Status.FINAL)))
    bench.keeper = bench.new_keeper()
    result(started(bench.keeper.load()))
    assert bench.runs(5).state.doubts == ("claimed",)


def test_a_source_that_is_not_believed_is_in_doubt_after_five_seconds():
    bench = Bench()
    bench.tell(LIVE, basket("b", score_after=Score(9, 0)), source=OTHER)
    bench.tell(basket("1", order=1_000))
    assert bench.runs(3).health == {SOURCE: "up", OTHER: "up"}
    assert bench.runs(3).health == {SOURCE: "up", OTHER: "doubt"}
    assert bench.state.doubts == ()
