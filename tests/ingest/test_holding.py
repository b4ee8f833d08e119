"""What waits in quarantine gets in the way that it would have come, or ends."""

from __future__ import annotations

import pytest
from twisted.internet.task import Clock

from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.desk import Batch, Shadow
from scoreboard.ingest.desk import Desk as IngestDesk
from scoreboard.ingest.hearing import Memory
from scoreboard.ingest.holding import let_in, ruled
from scoreboard.ingest.quarantine import Quarantine
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.memory import MemoryLog
from scoreboard.model.event import HoldClosed, MessageHeld, PlayAdded
from scoreboard.model.ids import PlayId, SourceId, side_log
from scoreboard.model.message import Message, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import Play, PlayFacts
from scoreboard.model.quarantine import Held
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.rules.terms import TWO_PERSONS
from tests.support.deferreds import result, started
from tests.support.games import NOW_MS, SOURCE, Game, basket, meta

GAME = meta().game_id
OTHER = SourceId("other")
BEGUN = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


class Desk:
    """A scorekeeper on a clock that is turned by hand."""

    def __init__(self):
        self.clock, self.log = Clock(), MemoryLog(lambda: 7)
        self.clock.advance(1_790_000_000)
        self.log.start()
        self.told = []
        self.open()
        result(started(self.keeper.put_meta(SOURCE, meta())))

    def open(self):
        self.keeper = Scorekeeper(self.clock, self.log, self.told.extend)

    def say(self, *reports, source=SOURCE):
        raws = [write_message(Message(report), meta()) for report in reports]
        answers = result(started(self.keeper.submit(source, GAME, raws)))
        return [(answer.outcome.value, answer.code) for answer in answers]

    def wait(self, seconds):
        self.clock.advance(seconds)
        result(started(self.keeper.tick()))

    def rule(self, by, *, lets_in=True):
        (one, *_) = self.keeper.held(GAME)
        return result(
            started(self.keeper.rule(by, GAME, one.quarantine_id, "seen", lets_in=lets_in))
        )

    @property
    def score(self):
        return self.keeper.states[GAME].score

    @property
    def side(self):
        return [e.event for e in result(self.log.read(side_log(GAME, "Q"), 0, 99))]

    @property
    def changes(self):
        return [p.body.change for p in self.told if p.kind == "quarantine"]


@pytest.fixture
def desk():
    return Desk()


def test_a_play_before_the_first_status_gets_in_when_that_comes(desk):
    assert desk.say(basket("1")) == [("quarantined", "not_started")]
    assert desk.score == Score()
    desk.say(BEGUN)
    assert desk.score == Score(2, 0)
    assert [type(event) for event in desk.side] == [MessageHeld, HoldClosed]
    assert desk.changes == ["held", "released"]
    assert desk.say(basket("1")) == [("duplicate", "duplicate")]


def test_a_held_message_outlives_a_restart(desk):
    desk.say(basket("1"))
    desk.open()
    assert result(started(desk.keeper.load())) == 1
    assert [one.rule for one in desk.keeper.held(GAME)] == ["ST4"]
    desk.say(BEGUN)
    assert desk.score == Score(2, 0)


def test_where_several_tell_a_held_message_comes_in_through_its_shadow(desk):
    desk.say(BEGUN, basket("1"))
    desk.say(BEGUN, basket("b1"), source=OTHER)
    assert desk.say(VoidReport("2")) == [("quarantined", "unknown_target")]
    assert desk.say(basket("2", side=Side.AWAY)) == [("accepted", None)]
    assert desk.score == Score(2, 0)
    assert desk.changes[-1] == "released"


def test_where_several_tell_what_still_contradicts_goes_on_waiting(desk):
    desk.say(BEGUN, basket("1"))
    desk.say(BEGUN, source=OTHER)
    assert desk.say(ScoreReport(Score(60, 0))) == [("quarantined", "score_jump")]
    desk.say(basket("2", side=Side.AWAY))
    assert [one.rule for one in desk.keeper.held(GAME)] == ["S4"]
    assert desk.score == Score(2, 2)


def test_a_correction_whose_play_never_comes_ends_by_itself(desk):
    desk.say(BEGUN, VoidReport("nope"))
    desk.wait(11)
    assert desk.changes == ["held", "expired"]
    assert desk.keeper.held(GAME) == ()


def test_officials_are_asked_about_what_only_they_can_decide(desk):
    desk.say(BEGUN, basket("1"), ScoreReport(Score(60, 0)))
    desk.wait(61)
    desk.wait(1)
    assert desk.changes == ["held", "asked"]
    assert desk.rule(SourceId("ann")).outcome.value == "accepted"
    assert desk.score == Score(60, 0)


def test_a_message_that_is_not_recorded_after_all_ends_as_refused(desk):
    desk.say(BEGUN, basket("1"), ScoreReport(Score(60, 0)))
    desk.say(ScoreReport(Score(60, 0), correction=True, reason="table"))
    assert desk.keeper.held(GAME) == ()
    assert desk.changes == ["held", "refused"]


def test_an_official_throws_away_what_is_held(desk):
    desk.say(BEGUN, basket("1"), ScoreReport(Score(60, 0)))
    assert desk.rule(SourceId("ann"), lets_in=False).outcome.value == "accepted"
    assert desk.changes == ["held", "dropped"]
    assert desk.score == Score(2, 0)


def test_nothing_is_ruled_about_an_unknown_game(desk):
    answer = result(started(desk.keeper.rule(SOURCE, "g9999999999", "q", "why", lets_in=False)))
    assert answer.code == "unknown_game"
    assert desk.keeper.held("g9999999999") == ()


def test_what_waits_for_something_else_goes_on_waiting(desk):
    desk.say(BEGUN, basket("1"))
    desk.say(BEGUN, source=OTHER)
    desk.say(VoidReport("nope"), ScoreReport(Score(60, 0)))
    desk.say(BEGUN)
    desk.say(StatusReport(StatusLine(Status.HALFTIME), 1))
    assert [one.rule for one in desk.keeper.held(GAME)] == ["R1", "S4"]


def test_where_several_tell_what_is_not_believed_any_more_ends_as_refused(desk):
    desk.say(BEGUN, basket("1"))
    desk.say(BEGUN, basket("b1"), source=OTHER)
    desk.say(VoidReport("2"))
    result(started(desk.keeper.choose(SOURCE, GAME, OTHER, "it is better")))
    desk.say(basket("2"))
    desk.say(basket("b2", side=Side.AWAY), source=OTHER)
    assert desk.keeper.held(GAME) == ()
    assert desk.changes[-1] == "refused"


def held(*messages):
    """A desk with messages in quarantine, each with its rule, and one play in the game."""
    game = Game()
    game.hear(basket("1"))
    state = game.state
    waiting = {
        f"q{n}": Held(f"q{n}", SOURCE, message, rule, "why", "why", 0, 2 * NOW_MS)
        for n, (rule, message) in enumerate(messages, 1)
    }
    shadows = {name: Shadow(state, 1) for name in (SOURCE, OTHER)}
    return Batch(IngestDesk(state, shadows, Quarantine(GAME, waiting)), NOW_MS)


def test_what_cannot_be_read_or_waits_for_something_else_goes_on_waiting():
    batch = held(("R1", {"type": "what"}), ("ST4", write_message(Message(basket("2")), meta())))
    batch.say(SOURCE, PlayAdded(Play(PlayId("p9"), 0, 9_000, PlayFacts("foul", 1))))
    memory = Memory()
    assert let_in(batch, memory, 0) is memory
    assert list(batch.quarantine.held) == ["q1", "q2"]


def test_where_it_takes_two_one_official_is_not_enough():
    batch = held((min(TWO_PERSONS), write_message(Message(basket("2")), meta())))
    answer = ruled(batch, "q1", SourceId("ann"), "seen", lets_in=True)
    assert (answer.outcome.value, answer.code) == ("quarantined", "result_change")


def test_what_an_official_lets_in_that_is_there_already_ends_as_refused():
    batch = held(("S4", write_message(Message(basket("1")), meta())))
    answer = ruled(batch, "q1", SourceId("ann"), "seen", lets_in=True)
    assert (answer.outcome.value, answer.code) == ("rejected", "refused")
    assert batch.quarantine.held == {}


def test_what_is_not_held_cannot_be_ruled_about():
    batch = held(("S4", {}))
    answer = ruled(batch, "q2", SourceId("ann"), "seen", lets_in=True)
    assert (answer.outcome.value, answer.code) == ("rejected", "not_held")
