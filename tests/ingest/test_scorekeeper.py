"""The scorekeeper: durable before visible, in order, and nothing lost when the log fails."""

from __future__ import annotations

import attrs
import pytest
from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock

from scoreboard.codec.commands import read_command
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.scorekeeper import Scorekeeper
from scoreboard.log.interface import LogBusy, LogUnavailable
from scoreboard.log.memory import MemoryLog
from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.command import Role
from scoreboard.model.ids import GameId, SourceId
from scoreboard.model.message import Heartbeat, Message, StatusReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.support.deferreds import result, started, waits
from tests.support.games import SOURCE, WHENEVER, basket, meta

GAME = meta().game_id


class HeldLog:
    """A log in memory whose writes wait until the test lets them through or fails them."""

    def __init__(self):
        self.inner = MemoryLog(lambda: 7)
        self.inner.start()
        self.held = []
        self.hold = False

    def append(self, game, expected, entries):
        if not self.hold:
            return self.inner.append(game, expected, entries)
        deferred = Deferred()
        self.held.append((deferred, game, expected, list(entries)))
        return deferred

    def let(self, count=1):
        for _ in range(count):
            deferred, game, expected, entries = self.held.pop(0)
            self.inner.append(game, expected, entries).chainDeferred(deferred)

    def fail(self, why, kept=False):
        deferred, game, expected, entries = self.held.pop(0)
        if kept:
            self.inner.append(game, expected, entries)
        deferred.errback(why)

    def read(self, *args):
        return self.inner.read(*args)

    def tip(self, game):
        return self.inner.tip(game)

    def games(self):
        return self.inner.games()

    def sides(self, game):
        return self.inner.sides(game)


@attrs.define
class Bench:
    log: HeldLog = attrs.field(factory=HeldLog)
    clock: Clock = attrs.field(factory=Clock)
    told: list = attrs.field(factory=list)
    keeper: Scorekeeper = attrs.field(init=False)

    def __attrs_post_init__(self):
        self.keeper = Scorekeeper(self.clock, self.log, self.told.extend, lifted=WHENEVER)

    def create(self):
        return result(started(self.keeper.put_meta(SOURCE, meta())))

    def send(self, *reports, first_seq=None, source=SOURCE):
        raws = [
            write_message(Message(r, None if first_seq is None else first_seq + n), meta())
            for n, r in enumerate(reports)
        ]
        return started(self.keeper.submit(source, GAME, raws))

    def kinds(self):
        return [(p.seq, p.kind) for p in self.told]


@pytest.fixture
def bench():
    made = Bench()
    made.create()
    result(made.send(StatusReport(StatusLine(Status.IN_PROGRESS), 1)))
    made.told.clear()
    return made


def outcomes(answers):
    return [answer.outcome.value for answer in answers]


def test_a_game_is_created_once():
    bench = Bench()
    assert bench.create().outcome is Outcome.ACCEPTED
    assert [kind for _, kind in bench.kinds()][:2] == ["meta", "status"]
    again = bench.create()
    assert (again.outcome, again.seq) == (Outcome.DUPLICATE, 1)
    assert len(bench.keeper.states) == 1


def test_changed_meta_is_a_new_entry(bench):
    changed = attrs.evolve(meta(), venue="Elsewhere")
    answer = result(started(bench.keeper.put_meta(SOURCE, changed)))
    assert (answer.outcome, answer.seq) == (Outcome.ACCEPTED, 3)
    assert bench.keeper.states[GAME].meta.venue == "Elsewhere"


def test_a_game_does_not_change_its_sport(bench):
    other = attrs.evolve(meta(), sport="football", ruleset="nfl")
    answer = result(started(bench.keeper.put_meta(SOURCE, other)))
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "sport_change")


def test_an_unknown_game_is_said_to_be_unknown():
    answers = result(started(Bench().keeper.submit(SOURCE, GameId("g9999999999"), [{}, {}])))
    assert [answer.code for answer in answers] == ["unknown_game", "unknown_game"]


def test_a_batch_is_judged_in_order_and_answered_with_the_score(bench):
    answers = result(bench.send(basket("1"), basket("2", 3), VoidReport("1"), basket("2", 3)))
    assert outcomes(answers) == ["accepted", "flagged", "accepted", "duplicate"]
    assert answers[1].flags == ("inconsistent_possession",)
    assert [answer.score for answer in answers] == [
        Score(2, 0),
        Score(5, 0),
        Score(3, 0),
        Score(3, 0),
    ]
    assert [answer.seq for answer in answers] == [3, 4, 5, 4]


def test_a_malformed_message_costs_only_itself(bench):
    raws = [{"type": "dance"}, write_message(Message(basket("1")), meta()), 7]
    answers = result(started(bench.keeper.submit(SOURCE, GAME, raws)))
    assert outcomes(answers) == ["rejected", "accepted", "rejected"]
    assert answers[0].code == "malformed"
    assert "type" in answers[0].problem


def test_a_bad_id_in_a_message_is_malformed(bench):
    raw = {
        "provider_play_id": "1",
        "play": {
            "play_type": "foul",
            "period_index": 1,
            "participants": [{"role": "a", "person_id": "?"}],
        },
    }
    answers = result(started(bench.keeper.submit(SOURCE, GAME, [raw])))
    assert answers[0].code == "malformed"


def test_nothing_is_visible_before_it_is_durable(bench):
    bench.log.hold = True
    answers = bench.send(basket("1"))
    assert waits(answers)
    assert bench.told == []
    assert bench.keeper.states[GAME].score == Score(0, 0)
    bench.log.let()
    assert outcomes(result(answers)) == ["accepted"]
    assert bench.keeper.states[GAME].score == Score(2, 0)
    assert bench.kinds()[0] == (3, "play")


def test_writes_are_pipelined_and_published_in_order(bench):
    bench.log.hold = True
    first, second = bench.send(basket("1")), bench.send(basket("2"))
    assert len(bench.log.held) == 2
    bench.log.let(2)
    assert [a.seq for a in result(first) + result(second)] == [3, 4]
    assert [seq for seq, kind in bench.kinds() if kind == "play"] == [3, 4]


def test_a_duplicate_of_what_is_being_written_waits_for_it(bench):
    bench.log.hold = True
    first, again = bench.send(basket("1")), bench.send(basket("1"))
    assert waits(again)
    bench.log.let()
    assert outcomes(result(first)) == ["accepted"]
    assert outcomes(result(again)) == ["duplicate"]


def test_a_failed_write_takes_back_what_was_built_on_it(bench):
    bench.log.hold = True
    first, second = bench.send(basket("1")), bench.send(basket("2"))
    again = bench.send(basket("1"))
    bench.log.fail(LogUnavailable("disk full"))
    bench.log.fail(LogUnavailable("disk full"))
    for answers in (first, second, again):
        assert [(a.code, a.retry_ms) for a in result(answers)] == [("unavailable", 1000)]
    assert bench.told == []
    bench.log.hold = False
    assert [a.seq for a in result(bench.send(basket("2"), basket("1")))] == [3, 4]


def test_a_rejected_message_stays_rejected_when_the_write_fails(bench):
    bench.log.hold = True
    raws = [write_message(Message(basket("1")), meta()), {"type": "dance"}]
    answers = started(bench.keeper.submit(SOURCE, GAME, raws))
    bench.log.fail(LogBusy("full"))
    assert [a.code for a in result(answers)] == ["unavailable", "malformed"]


def test_what_could_not_be_held_is_not_said_to_be_held(bench):
    bench.log.hold = True
    answers = bench.send(VoidReport("nope"))
    bench.log.fail(LogBusy("full"))
    assert [a.code for a in result(answers)] == ["unavailable"]
    bench.log.hold = False
    (again,) = result(bench.send(VoidReport("nope")))
    assert (again.outcome, again.code) == (Outcome.QUARANTINED, "unknown_target")
    assert again.quarantine_id is not None
    told = result(bench.send(basket("nope")))
    assert outcomes(told) == ["accepted"]
    assert bench.keeper.states[GAME].score == Score()


def test_what_a_failed_disk_kept_after_all_is_taken_over(bench):
    bench.log.hold = True
    first = bench.send(basket("1"))
    bench.log.fail(LogUnavailable("the sync failed"), kept=True)
    assert result(first)[0].code == "unavailable"
    bench.log.hold = False
    answers = result(bench.send(basket("1"), basket("2", side=Side.AWAY)))
    assert outcomes(answers) == ["duplicate", "accepted"]
    assert [seq for seq, kind in bench.kinds() if kind == "play"] == [3, 4]


def test_a_game_that_a_failed_disk_made_after_all_is_found_when_it_is_made_again():
    bench = Bench()
    bench.log.hold = True
    first = started(bench.keeper.put_meta(SOURCE, meta()))
    bench.log.fail(LogUnavailable("the sync failed"), kept=True)
    assert (result(first).code, len(bench.keeper.states)) == ("unavailable", 0)
    bench.log.hold = False
    again = bench.create()
    assert (again.outcome, again.seq) == (Outcome.DUPLICATE, 1)
    assert [kind for _, kind in bench.kinds()][:2] == ["meta", "status"]
    changed = attrs.evolve(meta(), venue="Elsewhere")
    assert result(started(bench.keeper.put_meta(SOURCE, changed))).seq == 2


def test_after_a_failure_meta_waits_for_the_truth_too(bench):
    bench.log.hold = True
    first = bench.send(basket("1"))
    bench.log.fail(LogUnavailable("the sync failed"), kept=True)
    assert result(first)[0].code == "unavailable"
    bench.log.hold = False
    answer = result(started(bench.keeper.put_meta(SOURCE, attrs.evolve(meta(), venue="X"))))
    assert answer.seq == 4


def test_while_the_log_cannot_be_read_everything_is_unavailable(bench):
    bench.log.hold = True
    first = bench.send(basket("1"))
    bench.log.fail(LogUnavailable("gone"))
    assert result(first)[0].code == "unavailable"
    bench.log.inner.close()
    assert result(bench.send(basket("1")))[0].code == "unavailable"
    answer = result(started(bench.keeper.put_meta(SOURCE, attrs.evolve(meta(), venue="X"))))
    assert answer.code == "unavailable"


def test_a_game_that_cannot_be_created_says_so():
    bench = Bench()
    bench.log.inner.close()
    assert bench.create().code == "unavailable"
    assert len(bench.keeper.states) == 0


def test_repeats_of_counted_messages_are_told(bench):
    reports = [StatusReport(StatusLine(s), 1) for s in (Status.END_PERIOD, Status.IN_PROGRESS)]
    assert outcomes(result(bench.send(*reports, first_seq=5))) == ["accepted", "accepted"]
    assert outcomes(result(bench.send(*reports, first_seq=5))) == ["duplicate", "duplicate"]


def test_a_heartbeat_is_answered_at_once(bench):
    answers = result(bench.send(Heartbeat(), first_seq=3))
    assert [(a.outcome.value, a.expected_next) for a in answers] == [("accepted", 4)]
    assert bench.told == []


def test_a_second_source_is_a_shadow(bench):
    answers = result(bench.send(basket("1"), source=SourceId("other")))
    assert outcomes(answers) == ["shadow"]
    assert {p.stream for p in bench.told} == {"ops"}


def test_everything_comes_back_from_the_log(bench):
    result(bench.send(basket("1"), basket("2", order=5), VoidReport("1")))
    told = []
    again = Scorekeeper(bench.clock, bench.log, told.extend, lifted=WHENEVER)
    assert result(started(again.load())) == 1
    assert dict(again.states) == dict(bench.keeper.states)
    live = [p for p in told if p.seq > 2]
    assert live == bench.told


def test_time_stands_still_rather_than_goes_back(bench):
    bench.clock.advance(100)
    result(bench.send(basket("1")))
    bench.clock.rightNow = 0.0
    result(bench.send(basket("2")))
    stamps = [p.ts_ms for p in bench.told]
    assert stamps == sorted(stamps)


def said(bench, call, game=GAME, **data):
    command = read_command(call, data, meta())
    return started(bench.keeper.command(SourceId("jo"), Role.OFFICIAL, game, command))


def test_a_command_is_answered_when_it_is_durable(bench):
    result(bench.send(basket("1")))
    bench.told.clear()
    bench.log.hold = True
    answer = said(bench, "void", play_id="p3", reason="no")
    assert waits(answer)
    assert bench.told == []
    bench.log.let()
    done = result(answer)
    assert (done.outcome, done.score) == (Outcome.ACCEPTED, Score(0, 0))
    assert [kind for _, kind in bench.kinds()][:3] == ["play", "correction", "score"]


def test_a_repeated_command_waits_for_the_first(bench):
    bench.log.hold = True
    first, again = (said(bench, "hold", command_id="c") for _ in range(2))
    assert waits(again)
    bench.log.let()
    assert [result(a).outcome for a in (first, again)] == [Outcome.ACCEPTED, Outcome.DUPLICATE]


def test_a_command_that_is_lost_says_so(bench):
    bench.log.hold = True
    first, again = (said(bench, "hold", command_id="c") for _ in range(2))
    bench.log.fail(LogUnavailable("disk full"))
    assert [result(a).code for a in (first, again)] == ["unavailable", "unavailable"]
    bench.log.hold = False
    assert result(said(bench, "hold", command_id="c")).seq == 3


def test_a_command_of_an_unknown_game_says_so(bench):
    assert result(said(bench, "hold", GameId("g9999999999"))).code == "unknown_game"


def test_an_undo_sees_what_is_on_its_way_to_the_log(bench):
    result(said(bench, "override", score={"home": 5, "away": 5}))
    bench.log.hold = True
    first = said(bench, "override", score={"home": 9, "away": 9})
    undone = said(bench, "undo")
    assert waits(undone)
    bench.log.hold = False
    bench.log.let()
    assert result(first).score == Score(9, 9)
    assert result(undone).score == Score(5, 5)


def test_an_undo_without_its_log_says_so(bench):
    bench.log.read = lambda *_: fail(LogUnavailable("disk gone"))
    assert result(said(bench, "undo")).code == "unavailable"


def test_a_keeper_that_stops_takes_nothing_and_finishes_what_it_has(bench):
    bench.log.hold = True
    first = bench.send(basket("1"))
    bench.keeper.refuse()
    finished = started(bench.keeper.finish())
    (late,) = result(bench.send(basket("2")))
    assert (late.code, late.retry_ms) == ("unavailable", 1000)
    assert "about to restart" in (late.problem or "")
    assert result(started(bench.keeper.put_meta(SOURCE, meta()))).code == "unavailable"
    assert waits(finished)
    bench.log.let()
    assert outcomes(result(first)) == ["accepted"]
    assert not waits(finished)
    assert len(bench.log.held) == 0


def test_a_keeper_that_takes_nothing_refuses_all_and_shows_what_the_log_has(bench):
    bench.send(basket("1"))
    refusal = Answer(Outcome.REJECTED, code="read_only", problem="an edge", hint="go home")
    edge = Scorekeeper(Clock(), bench.log, lambda _: None, node="e1", refusal=refusal)
    assert result(started(edge.load())) == 1
    assert edge.states[GAME] == bench.keeper.states[GAME]
    calls = [
        edge.put_meta(SOURCE, meta()),
        edge.command(SOURCE, Role.OFFICIAL, GAME, read_command("undo", {}, meta())),
        edge.choose(SOURCE, GAME, SOURCE, "so"),
        edge.rule(SOURCE, GAME, "q", "so", lets_in=True),
    ]
    assert [result(started(call)) for call in calls] == [refusal] * 4
    assert result(started(edge.submit(SOURCE, GAME, [{}, {}]))) == [refusal] * 2
    result(started(edge.tick()))
    assert (edge.at_home, bench.keeper.at_home) == (0, 1)
    bench.send(basket("2"))
    result(started(edge.look(GAME)))
    assert edge.states[GAME] == bench.keeper.states[GAME]


def test_what_is_answered_is_counted(bench):
    bench.send(basket("1"))
    bench.send(basket("1"))
    result(started(bench.keeper.submit(SOURCE, GAME, [{"type": "nonsense"}])))
    tally = bench.keeper.tally
    answers = {key: count for key, count in tally.answers.items() if key[0] != "accepted"}
    assert answers == {("duplicate", "duplicate"): 1, ("rejected", "malformed"): 1}
    assert tally.durable.count == tally.answers["accepted", ""] - 1
