"""A person says which source is believed; and how the sources are is told."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.task import Clock

from scoreboard.codec.commands import read_command
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.authority.policy import SourceSetting
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.interface import LogUnavailable
from scoreboard.model.answer import Outcome
from scoreboard.model.command import Role
from scoreboard.model.feed import Aspect, FeedMode, SourceRole
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Heartbeat, Message, ScoreReport, StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from tests.ingest.test_scorekeeper import HeldLog
from tests.support.deferreds import result, started, waits
from tests.support.games import basket, meta

GAME = meta().game_id
A, B, K = SourceId("a"), SourceId("b"), SourceId("k")
DESK, ANN = SourceId("desk"), SourceId("ann")
RANKS = {
    A: SourceSetting(SourceRole.SCORING, 0),
    B: SourceSetting(SourceRole.SCORING, 1),
    K: SourceSetting(SourceRole.CONSOLE, 0),
}
LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


class Bench:
    """A game of two feeds and a console, the first feed being believed."""

    def __init__(self):
        self.clock = Clock()
        self.clock.advance(1_000)
        self.log = HeldLog()
        self.keeper = Scorekeeper(
            self.clock, self.log, lambda _: None, setting=lambda _game, one: RANKS.get(one)
        )
        result(started(self.keeper.put_meta(A, meta())))
        self.tell(A, LIVE, basket("a1"))

    def tell(self, source, *reports, sent_at_ms=None):
        messages = [Message(report, sent_at_ms=sent_at_ms) for report in reports]
        raws = [write_message(message, meta()) for message in messages]
        return result(started(self.keeper.submit(source, GAME, raws)))

    def choose(self, to, reason="x", game=GAME, holds=True):
        return started(self.keeper.choose(DESK, game, to, reason, holds))

    def chosen(self, to, reason="x", holds=True):
        return result(self.choose(to, reason, holds=holds))

    @property
    def state(self):
        return self.keeper.states[GAME]

    def sources(self):
        return {one.source: one for one in self.keeper.feed_status(GAME).sources}


@pytest.fixture
def bench():
    made = Bench()
    made.tell(B, LIVE, basket("b1"), basket("b2", 3))
    made.tell(K, ScoreReport(Score(2, 0)))
    return made


def test_a_chosen_source_is_believed_from_then_on(bench):
    answer = bench.chosen(B, "its wire is better")
    assert (answer.outcome, answer.term, answer.score) == (Outcome.ACCEPTED, 2, Score(5, 0))
    assert (bench.state.authority, bench.state.mode) == (B, FeedMode.BACKUP)
    assert bench.state.switched_ms == ()
    assert [a.outcome.recorded for a in bench.tell(B, basket("b3"))] == [True]
    assert [a.outcome for a in bench.tell(A, basket("a2"))] == [Outcome.SHADOW]


def test_who_has_chosen_and_why_is_in_the_log(bench):
    bench.chosen(B, "its wire is better")
    entries = result(bench.log.read(GAME, 0, 100))
    reasons = [e.event.reason for e in entries if type(e.event).__name__ == "FeedSwitched"]
    assert reasons == ["desk: its wire is better"]


@pytest.mark.parametrize(
    ("to", "reason", "code"),
    [
        (B, "", "reason_required"),
        (SourceId("nobody"), "x", "unknown_source"),
        (K, "x", "bad_source"),
    ],
)
def test_what_cannot_be_chosen_is_told(bench, to, reason, code):
    answer = bench.chosen(to, reason)
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, code)
    assert bench.state.authority == A


def test_who_is_believed_already_need_not_be_switched_to(bench):
    answer = bench.chosen(A, holds=False)
    assert (answer.outcome, answer.seq) == (Outcome.DUPLICATE, bench.state.seq)


def test_who_is_believed_already_can_be_held_on_to_and_let_go_of(bench):
    assert bench.chosen(A).outcome is Outcome.ACCEPTED
    assert bench.keeper.feed_status(GAME).chosen
    assert bench.chosen(A).outcome is Outcome.DUPLICATE
    assert bench.chosen(A, holds=False).outcome is Outcome.ACCEPTED
    assert not bench.keeper.feed_status(GAME).chosen
    assert bench.state.score == Score(2, 0)


def test_a_choice_outlives_a_restart(bench):
    bench.chosen(B)
    again = Scorekeeper(bench.clock, bench.log, lambda _: None)
    result(started(again.load()))
    assert (again.states[GAME].authority, again.states[GAME].chosen) == (B, True)


def test_a_persons_lock_goes_before_an_operators_choice(bench):
    lock = read_command("lock", {"aspects": ["plays"]}, meta())
    result(started(bench.keeper.command(ANN, Role.OFFICIAL, GAME, lock)))
    answer = bench.chosen(B)
    assert (answer.code, answer.problem) == ("locked", f"ann keeps the plays of {GAME} to himself")


def test_a_choice_is_answered_when_it_is_durable(bench):
    bench.log.hold = True
    deferred = bench.choose(B)
    again = bench.choose(B)
    assert waits(deferred)
    assert waits(again)
    bench.log.let(1)
    assert result(deferred).outcome is Outcome.ACCEPTED
    assert result(again).outcome is Outcome.DUPLICATE


def test_a_choice_that_the_log_does_not_take_is_unavailable(bench):
    bench.log.hold = True
    deferred, again = bench.choose(B), bench.choose(B)
    bench.log.fail(LogUnavailable("full"))
    assert result(deferred).code == "unavailable"
    assert result(again).code == "unavailable"
    assert bench.state.authority == A
    bench.log.hold = False
    assert result(bench.choose(B)).outcome is Outcome.ACCEPTED


def test_a_choice_for_an_unknown_game_is_refused(bench):
    answer = result(bench.choose(B, game=GameId("g9999999999")))
    assert answer.code == "unknown_game"


def test_the_term_is_in_every_answer(bench):
    bench.chosen(B)
    answers = bench.tell(A, basket("a2"), basket("a1"), Heartbeat())
    assert {answer.term for answer in answers} == {2}


def test_a_message_of_a_term_that_is_over_is_for_the_shadow(bench):
    bench.chosen(B)
    bench.chosen(A)
    raw = {**write_message(Message(basket("a2"), term=1), meta())}
    (answer,) = result(started(bench.keeper.submit(A, GAME, [raw])))
    assert (answer.outcome, answer.code, answer.term) == (Outcome.SHADOW, "stale_term", 3)
    assert bench.state.score == Score(5, 0)


def test_the_sources_are_told_with_rank_health_score_and_lag(bench):
    bench.clock.advance(2)
    bench.tell(B, basket("b3"), sent_at_ms=1_001_500)
    found = bench.sources()
    assert list(found) == [A, K, B]
    assert (found[B].rank, found[B].score, found[B].plays) == (1, Score(7, 0), 3)
    assert (found[B].lag_ms, found[B].heard_ms) == (500, 1_002_000)
    assert (found[K].role, found[K].score) == (SourceRole.CONSOLE, Score(2, 0))
    # The console bears out what the first feed says of the score.
    assert [one.health for one in found.values()] == ["up", "up", "doubt"]
    bench.keeper.closed(B, GAME)
    assert bench.sources()[B].closed


def test_the_time_of_a_play_tells_the_lag_if_nothing_else_does(bench):
    report = basket("b3")
    facts = attrs.evolve(report.facts, wallclock_ms=998_000)
    bench.tell(B, attrs.evolve(report, facts=facts))
    assert bench.sources()[B].lag_ms == 2_000


def test_a_keeper_that_stops_lets_nobody_choose(bench):
    bench.keeper.refuse()
    answer = bench.chosen(B)
    assert (answer.code, "about to restart" in (answer.problem or "")) == ("unavailable", True)
    assert bench.state.believed(Aspect.PLAYS) == A


def test_a_choice_is_counted_as_an_answer(bench):
    bench.chosen(B)
    bench.chosen(SourceId("nobody"))
    answers = bench.keeper.tally.answers
    assert answers["rejected", "unknown_source"] == 1


def test_a_source_that_is_heard_no_more_is_down(bench):
    for _ in range(20):
        bench.clock.advance(1)
        bench.tell(A, Heartbeat())
        result(started(bench.keeper.tick()))
    found = bench.sources()
    assert (found[A].health, found[B].health) == ("up", "down")


def test_a_lone_source_may_be_silent_unless_it_sends_heartbeats():
    bench = Bench()
    bench.clock.advance(60)
    assert bench.sources()[A].health == "up"
    bench.tell(A, Heartbeat())
    bench.clock.advance(60)
    assert bench.sources()[A].health == "down"


def test_after_a_restart_nobody_was_heard_yet():
    bench = Bench()
    again = Scorekeeper(bench.clock, bench.log, lambda _: None)
    result(started(again.load()))
    (source,) = again.feed_status(GAME).sources
    assert (source.source, source.heard_ms, source.health) == (A, None, "suspect")


def test_of_a_game_that_nobody_has_told_there_are_no_sources():
    bench = Bench()
    other = attrs.evolve(meta(), game_id=GameId("g0000000002"))
    result(started(bench.keeper.put_meta(A, other)))
    assert bench.keeper.feed_status(other.game_id).sources == ()
