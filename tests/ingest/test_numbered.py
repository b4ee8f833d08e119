"""Sources that count all they say: what is early waits, and is not called recorded before."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.defer import fail
from twisted.internet.task import Clock

from scoreboard.codec.answer import write_answer
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.ingest.sequence import HOLD_MS
from scoreboard.log.interface import LogUnavailable
from scoreboard.model.answer import Outcome
from scoreboard.model.ids import SourceId
from scoreboard.model.message import Heartbeat, Message, StatusReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.test_scorekeeper import HeldLog
from tests.support.deferreds import result, started, waits
from tests.support.games import SOURCE, WHENEVER, basket, meta

GAME = meta().game_id
OTHER = SourceId("other")
HOLD_S = HOLD_MS / 1_000
LIVE = StatusReport(StatusLine(Status.IN_PROGRESS), 1)


@attrs.define
class Table:
    """A scorekeeper, and a source that counts."""

    log: HeldLog = attrs.field(factory=HeldLog)
    clock: Clock = attrs.field(factory=Clock)
    told: list = attrs.field(factory=list)
    dense: frozenset = frozenset()
    keeper: Scorekeeper = attrs.field(init=False)

    def __attrs_post_init__(self):
        self.clock.advance(1_000)
        self.again()
        result(started(self.keeper.put_meta(SOURCE, meta())))

    def again(self):
        """A scorekeeper that knows only the log, as after a crash."""
        for call in self.clock.getDelayedCalls():
            call.cancel()
        self.keeper = Scorekeeper(
            self.clock, self.log, self.told.extend, lifted=WHENEVER, dense=self.dense
        )
        result(started(self.keeper.load()))

    def send(self, *numbered, source=SOURCE, dense=True):
        raws = [
            write_message(Message(report, number, dense=dense), meta())
            for number, report in numbered
        ]
        return started(self.keeper.submit(source, GAME, raws))

    def score(self):
        return self.keeper.states[GAME].score

    def status(self, source=SOURCE):
        (found,) = [s for s in self.keeper.feed_status(GAME).sources if s.source == source]
        return found

    def ticks(self, seconds):
        for _ in range(seconds):
            self.clock.advance(1)
            result(started(self.keeper.tick()))


@pytest.fixture
def table():
    made = Table()
    result(made.send((1, LIVE)))
    return made


def points(number, side=None, **facts):
    """Baskets of one side and the other in turn."""
    side = side or (Side.HOME if number % 2 else Side.AWAY)
    return basket(str(number), 2, side, **facts)


def outcomes(answers):
    return [answer.outcome.value for answer in answers]


def test_an_early_message_is_answered_after_the_one_before_it(table):
    early = table.send((3, points(3)))
    assert waits(early)
    assert table.score() == Score(0, 0)
    (first,) = result(table.send((2, points(2))))
    (second,) = result(early)
    assert (first.outcome, second.outcome) == (Outcome.ACCEPTED, Outcome.ACCEPTED)
    assert (first.seq, second.seq, second.score) == (3, 4, Score(2, 2))
    assert (first.expected_next, second.expected_next, second.resend) == (3, 4, None)
    assert table.clock.getDelayedCalls() == []


def test_a_request_out_of_order_is_judged_in_order(table):
    answers = result(table.send((4, VoidReport("3")), (2, points(2)), (3, points(3))))
    assert outcomes(answers) == ["accepted"] * 3
    assert [answer.seq for answer in answers] == [5, 3, 4]


def test_what_is_missing_is_given_up_after_two_seconds_and_asked_for_once(table):
    early = table.send((4, points(4)), (5, points(5)))
    table.clock.advance(HOLD_S - 0.001)
    assert waits(early)
    table.clock.advance(0.001)
    gap, next_one = result(early)
    assert (gap.outcome, gap.code, gap.rule, gap.flags) == (
        Outcome.FLAGGED,
        "gap",
        "Q2",
        ("gap",),
    )
    assert (gap.resend, gap.expected_next, gap.hint) == ((2, 3), 2, "resend 2-3")
    assert write_answer(gap)["resend"] == {"from": 2, "to": 3}
    assert (next_one.outcome, next_one.resend, next_one.expected_next) == (
        Outcome.ACCEPTED,
        None,
        6,
    )
    assert table.score() == Score(2, 2)
    assert table.clock.getDelayedCalls() == []


def test_what_comes_too_late_needs_a_place_in_the_game(table):
    early = table.send((4, points(4, order=4_000)))
    table.clock.advance(HOLD_S)
    result(early)
    (late,) = result(table.send((2, points(2, order=2_000))))
    assert (late.outcome, late.expected_next) == (Outcome.ACCEPTED, 5)
    (nowhere,) = result(table.send((3, points(3))))
    assert (nowhere.outcome, nowhere.code) == (Outcome.QUARANTINED, "late")
    assert (nowhere.expected_next, nowhere.resend) == (5, None)
    assert len(table.keeper.held(GAME)) == 1
    assert table.status().missing == ()


def test_a_repeat_is_a_duplicate_also_of_what_waits(table):
    first, again = table.send((3, points(3))), table.send((3, points(3)))
    result(table.send((2, points(2))))
    (said,), (repeat,) = result(first), result(again)
    assert (said.outcome, repeat.outcome) == (Outcome.ACCEPTED, Outcome.DUPLICATE)
    assert repeat.seq == said.seq
    assert outcomes(result(table.send((2, points(2)), (1, LIVE)))) == ["duplicate"] * 2
    assert table.score() == Score(2, 2)


def test_nobody_hears_recorded_before_the_disk_has_it(table):
    early = table.send((3, points(3)))
    table.log.hold = True
    missing = table.send((2, points(2)))
    assert waits(early)
    assert waits(missing)
    table.log.let()
    assert outcomes(result(missing) + result(early)) == ["accepted", "accepted"]


def test_what_the_log_does_not_take_may_come_again_under_its_number(table):
    early = table.send((3, points(3)))
    table.log.hold = True
    missing = table.send((2, points(2)))
    table.log.fail(LogUnavailable("the disk is full"))
    assert {a.code for a in result(missing) + result(early)} == {"unavailable"}
    table.log.hold = False
    answers = result(table.send((2, points(2)), (3, points(3)), (4, points(4))))
    assert outcomes(answers) == ["accepted"] * 3


def test_what_has_waited_and_then_finds_no_log_is_to_be_sent_again(table):
    early = table.send((3, points(3)))
    table.log.hold = True
    table.clock.advance(HOLD_S)
    assert waits(early)
    table.log.fail(LogUnavailable("the disk is full"))
    (answer,) = result(early)
    assert answer.code == "unavailable"
    # The log is asked what it has before anything else is judged.
    table.log.hold = False
    again = table.send((3, points(3)))
    assert outcomes(result(again)) == ["accepted"]


def test_a_log_that_cannot_be_read_either_leaves_nobody_waiting(table):
    early = table.send((3, points(3)))
    table.log.hold = True
    lost = table.send((None, points(9)))
    table.log.fail(LogUnavailable("the disk is full"))
    assert result(lost)[0].code == "unavailable"
    reading = table.log.read
    table.log.read = lambda *_: fail(LogUnavailable("nor read"))
    table.clock.advance(HOLD_S)
    assert result(early)[0].code == "unavailable"
    table.log.read, table.log.hold = reading, False
    assert outcomes(result(table.send((3, points(3))))) == ["accepted"]


def test_a_refused_message_may_be_mended_under_its_number(table):
    (refused,) = result(table.send((2, points(2, period=0))))
    assert refused.outcome is Outcome.REJECTED
    assert result(table.send((3, points(3))))[0].outcome is Outcome.ACCEPTED
    assert result(table.send((2, points(2))))[0].outcome is Outcome.ACCEPTED


def test_a_malformed_message_is_missing(table):
    raw = {"type": "play", "source_seq": 2, "dense": True}
    (malformed,) = result(started(table.keeper.submit(SOURCE, GAME, [raw])))
    assert malformed.code == "malformed"
    early = table.send((3, points(3)))
    assert waits(early)
    result(table.send((2, points(2))))
    assert outcomes(result(early)) == ["accepted"]


def test_heartbeats_with_a_number_are_counted_and_messages_without_one_are_not(table):
    result(table.send((2, Heartbeat()), (None, points(8))))
    assert outcomes(result(table.send((3, points(3))))) == ["accepted"]


def test_a_source_that_does_not_say_so_is_not_counted(table):
    answers = result(table.send((9, points(9)), (6, points(6)), dense=False))
    assert outcomes(answers) == ["accepted", "accepted"]
    assert [answer.expected_next for answer in answers] == [10, 7]


def test_the_settings_may_say_it_for_the_source():
    table = Table(dense=frozenset({SOURCE}))
    result(table.send((1, LIVE), dense=False))
    assert waits(table.send((3, points(3)), dense=False))
    table.clock.advance(HOLD_S)


def test_after_a_restart_a_source_begins_anywhere_and_what_was_held_comes_again(table):
    early = table.send((4, points(4)))
    assert waits(early)
    table.again()
    table.clock.advance(10)
    assert table.score() == Score(0, 0)
    answers = result(table.send((4, points(4)), (3, points(3)), (2, points(2))))
    assert outcomes(answers) == ["accepted"] * 3
    assert table.score() == Score(2, 4)


def test_who_waits_when_the_server_stops_hears_that_nothing_was_recorded(table):
    early = table.send((3, points(3)))
    table.keeper.refuse()
    (answer,) = result(early)
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "unavailable")
    assert table.score() == Score(0, 0)
    assert table.clock.getDelayedCalls() == []


def test_more_than_may_wait_do_not(table):
    many = table.send(*((n, Heartbeat()) for n in range(3, 3 + 65)))
    answers = result(many)
    assert answers[0].resend == (2, 2)
    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}


def test_a_hole_that_stays_open_makes_the_source_degraded_until_it_is_filled(table):
    early = table.send((3, points(3, order=3_000)))
    assert table.status().missing == ((2, 2),)
    table.ticks(4)
    result(early)
    assert table.status().health == "up"
    table.ticks(1)
    assert (table.status().health, table.status().missing) == ("degraded", ((2, 2),))
    feed = [one for one in table.told if one.kind == "feed" and one.stream == "ops"]
    assert [(s.source, s.health) for s in feed[-1].body.sources] == [(SOURCE, "degraded")]
    result(table.send((2, points(2, order=2_000))))
    table.ticks(1)
    feed = [one for one in table.told if one.kind == "feed" and one.stream == "ops"]
    assert [(s.source, s.health) for s in feed[-1].body.sources] == [(SOURCE, "up")]
    assert (table.status().health, table.status().missing) == ("up", ())
    assert len(feed) == 2


class TestSeveralSources:
    @pytest.fixture
    def shared(self, table):
        result(table.send((1, LIVE), source=OTHER))
        return table

    def test_each_has_numbers_of_its_own(self, shared):
        early = shared.send((3, points(3)))
        (shadow,) = result(shared.send((2, points(2)), source=OTHER))
        assert (shadow.outcome, shadow.expected_next) == (Outcome.SHADOW, 3)
        assert waits(early)
        result(shared.send((2, points(2))))
        assert outcomes(result(early)) == ["accepted"]

    def test_a_gap_of_the_believed_one_is_flagged_in_the_game(self, shared):
        early = shared.send((3, points(3)))
        shared.clock.advance(HOLD_S)
        (answer,) = result(early)
        assert (answer.outcome, answer.code, answer.flags) == (Outcome.FLAGGED, "gap", ("gap",))
        assert (answer.resend, answer.expected_next) == ((2, 2), 2)
        entries = result(shared.log.read(GAME, 0, 100))
        assert [entry.flags for entry in entries if entry.flags] == [("gap",)]
        assert shared.score() == Score(2, 0)

    def test_a_gap_beside_another_doubt_is_among_the_flags(self, shared):
        result(shared.send((2, points(2))))
        early = shared.send((4, points(4)))
        shared.clock.advance(HOLD_S)
        (answer,) = result(early)
        assert (answer.outcome, answer.resend) == (Outcome.FLAGGED, (3, 3))
        assert set(answer.flags) == {"gap", "inconsistent_possession"}

    def test_a_heartbeat_after_a_gap_asks_for_what_is_missing(self, shared):
        early = shared.send((3, Heartbeat()))
        shared.clock.advance(HOLD_S)
        (answer,) = result(early)
        assert (answer.outcome, answer.resend, answer.flags) == (Outcome.ACCEPTED, (2, 2), ())

    def test_a_gap_of_the_other_one_is_asked_for_too(self, shared):
        early = shared.send((3, points(3)), source=OTHER)
        shared.clock.advance(HOLD_S)
        (answer,) = result(early)
        assert (answer.outcome, answer.resend) == (Outcome.SHADOW, (2, 2))
        assert shared.score() == Score(0, 0)

    def test_late_points_of_the_believed_one_stay_out_by_every_way(self, shared):
        early = shared.send((3, points(3)))
        shared.clock.advance(HOLD_S)
        result(early)
        (late,) = result(shared.send((2, points(2))))
        assert (late.outcome, late.code) == (Outcome.QUARANTINED, "late")
        shared.ticks(20)
        assert shared.score() == Score(2, 0)

    def test_a_source_with_a_hole_is_degraded_for_the_arbiter(self, shared):
        shared.send((3, points(3)))
        shared.ticks(6)
        assert shared.status().health == "degraded"
        assert shared.status(OTHER).health in ("up", "suspect")

    def test_a_void_that_has_a_gap_before_it_says_so(self, shared):
        result(shared.send((2, points(2))))
        early = shared.send((4, VoidReport("2")))
        shared.clock.advance(HOLD_S)
        (answer,) = result(early)
        assert (answer.outcome, answer.resend) == (Outcome.FLAGGED, (3, 3))
        assert shared.score() == Score(0, 0)
