"""What an official's command becomes: entries, or why not."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.answer import write_answer
from scoreboard.codec.commands import read_command
from scoreboard.codec.shape import envelope, snapshot
from scoreboard.ingest.scoring import expired_locks, needs_log, plan, release_entries
from scoreboard.model.answer import Outcome
from scoreboard.model.command import Role
from scoreboard.model.event import DoubtSet, MetaSet, PlayVoided, ScoreSet
from scoreboard.model.game import Coverage
from scoreboard.model.ids import SourceId
from scoreboard.model.message import ScoreReport, StatusReport, VoidReport
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Confidence, Status, StatusLine
from scoreboard.projection.fold import fold
from scoreboard.projection.publish import replay, step
from scoreboard.projection.view import snapshot_of
from tests.support.games import EPOCH, NOW_MS, Game, basket, entry, meta, new_game

ANN, BOB = SourceId("ann"), SourceId("bob")
TWO = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2, "result": "made"}
THREE = TWO | {"play_type": "3pt", "points": 3}


class Table(Game):
    """A game with officials at the table; `told` is what was published of the last command."""

    def __init__(self, about=None):
        about = about or meta()
        super().__init__(new_game(about), [entry(1, MetaSet(about))])
        self.told = []

    def say(self, call, official=ANN, role=Role.OFFICIAL, at=0, **data):
        command = read_command(call, data, self.state.meta)
        recent = self.log if needs_log(command) else ()
        planned = plan(self.state, command, official, NOW_MS + at, recent, role)
        self.told = []
        for one in planned.entries:
            self.state, published = step(self.state, one, EPOCH)
            self.log.append(one)
            self.told += published
        assert self.state == fold(self.log, EPOCH)
        assert planned.events == tuple(one.event for one in planned.entries)
        self.entries = planned.entries
        return planned.answer

    def data(self, kind):
        return next(envelope(p)["data"] for p in self.told if p.kind == kind)

    def kinds(self):
        return [p.kind for p in self.told]


@pytest.fixture
def table():
    made = Table()
    made.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    made.hear(basket("f1", 2, order=1024))
    made.hear(basket("f2", 3, Side.AWAY, order=2048))
    return made


def over(table, status="final", **score):
    """The game is over."""
    table.hear(StatusReport(StatusLine(Status.FINAL)))
    if status == "official":
        assert table.say("finalize", reason="signed").outcome.recorded
    assert table.state.line.status.value == status


def refused(answer):
    return (answer.outcome.value, answer.rule, answer.code)


def test_a_recorded_play_counts_and_is_confirmed(table):
    answer = table.say("record", play=TWO)
    assert (answer.outcome, answer.play_id, answer.rev) == (Outcome.ACCEPTED, "p5", 0)
    assert (answer.seq, answer.score) == (5, Score(4, 3))
    assert write_answer(answer)["changes"] == [
        {"path": "/score", "from": {"home": 2, "away": 3}, "to": {"home": 4, "away": 3}}
    ]
    play = table.data("play")
    assert (play["state"], play["provider_refs"]) == ("confirmed", {})
    assert (table.entries[0].official, table.entries[0].source) == (True, ANN)
    assert table.state.authority == "arena"


def test_an_official_is_no_feed_to_be_believed():
    table = Table()
    table.say("set_status", status="in_progress", period_index=1)
    table.say("record", play=TWO)
    assert table.state.authority is None


def test_a_play_with_a_name_is_recorded_once(table):
    assert table.say("record", play=TWO, ref="t1").seq == 5
    assert table.say("record", play=TWO, ref="t1").seq == 5
    again = table.say("record", play=THREE, ref="t1")
    assert (again.outcome, again.seq) == (Outcome.DUPLICATE, 5)
    assert table.state.score == Score(4, 3)
    assert table.state.plays[-1].refs[0].source == ANN


def test_a_command_with_an_id_is_done_once(table):
    first = table.say("record", play=TWO, command_id="c1")
    again = table.say("record", play=TWO, command_id="c1")
    assert (again.outcome, again.seq, again.play_id) == (Outcome.DUPLICATE, first.seq, "p5")
    other = table.say("record", BOB, play=TWO, command_id="c1")
    assert (other.outcome, other.flags) == (Outcome.FLAGGED, ("inconsistent_possession",))
    held = table.say("hold", command_id="c2")
    again = table.say("hold", command_id="c2")
    assert (again.outcome, again.seq, again.play_id) == (Outcome.DUPLICATE, held.seq, None)


@pytest.mark.parametrize(
    ("play", "rule", "code"),
    [
        (TWO | {"points": 4}, "S3", "illegal_points"),
        (TWO | {"period_index": 3}, "C2", "period_jump"),
        (TWO | {"clock_ms": 999_000}, "C3", "bad_clock"),
    ],
)
def test_what_is_improbable_takes_force_and_a_reason(table, play, rule, code):
    answer = table.say("record", play=play)
    assert refused(answer) == ("rejected", rule, code)
    assert "force" in answer.hint
    assert refused(table.say("record", play=play, force=True)) == (
        "rejected",
        "R3",
        "reason_required",
    )
    answer = table.say("record", play=play, force=True, reason="I saw it")
    assert (answer.outcome, answer.flags) == (Outcome.FLAGGED, (code,))
    assert table.entries[0].event.reason == "I saw it"


def test_what_no_game_has_is_not_forced(table):
    answer = table.say("record", play=TWO | {"points": -2}, force=True, reason="x")
    assert refused(answer) == ("rejected", "S1", "bad_score")
    assert "force" not in answer.hint


def test_a_scorer_does_not_force(table):
    answer = table.say("record", role=Role.SCORER, play=TWO, force=True, reason="x")
    assert refused(answer) == ("rejected", "E3", "forbidden")


def test_an_insert_says_why(table):
    table.say("record", play=TWO | {"order": 1500}, reason="missed it")
    assert (table.data("correction")["kind"], table.data("correction")["reason"]) == (
        "insert",
        "missed it",
    )
    table.say("record", play=TWO | {"order": 1600})
    assert table.data("correction")["reason"] == "reported late"


def test_the_player_of_a_play_is_amended(table):
    person = {"role": "shooter", "name": "B. Able"}
    answer = table.say("amend", play_id="p3", play={"participants": [person]}, reason="wrong man")
    assert (answer.outcome, answer.play_id, answer.rev) == (Outcome.ACCEPTED, "p3", 1)
    told = table.data("correction")
    assert (told["kind"], told["by"], told["reason"]) == ("amend", "official:ann", "wrong man")
    assert [change["path"] for change in told["changes"]] == ["/state", "/participants"]
    assert table.state.score == Score(2, 3)


def test_an_amendment_leaves_what_the_source_said(table):
    before = table.state.plays[0]
    table.say("amend", play_id="p3", play={"text": "a layup"})
    known = table.state.refs[before.refs[0]]
    assert (known.digest, known.source_rev, known.rev) == (before.digest, 0, 1)
    assert table.hear(basket("f1", 2, order=1024)).outcome is Outcome.DUPLICATE


def test_points_follow_the_team_that_is_amended(table):
    table.say("amend", play_id="p3", play={"team_id": "away"}, reason="wrong team")
    assert table.state.score == Score(0, 5)
    table.say("amend", play_id="p3", play={"team_id": "home", "points_to": "home"})
    assert table.state.score == Score(2, 3)
    assert table.state.plays[0].order == 1024


def test_an_amendment_can_move_a_play(table):
    answer = table.say("amend", play_id="p3", play={"order": 4096})
    assert [change.path for change in answer.changes] == ["/state", "/order"]
    assert [play.play_id for play in table.state.plays] == ["p4", "p3"]


def test_an_amendment_that_changes_nothing_says_so(table):
    answer = table.say("amend", play_id="p3", play={"points": 2, "order": 1024})
    assert (answer.outcome, answer.seq) == (Outcome.DUPLICATE, None)


def test_an_amendment_is_judged(table):
    answer = table.say("amend", play_id="p3", play={"points": 7})
    assert refused(answer) == ("rejected", "S3", "illegal_points")
    answer = table.say("amend", play_id="p3", play={"points": 7}, force=True, reason="odd")
    assert answer.flags == ("illegal_points",)


@pytest.mark.parametrize("overturned", [True, False])
def test_a_voided_play_counts_nothing_for_who_comes_late(table, overturned):
    answer = table.say("void", play_id="p3", overturned=overturned, reason="foul")
    assert (answer.play_id, answer.rev, answer.score) == ("p3", 1, Score(0, 3))
    told = table.data("correction")
    assert told["kind"] == ("overturn" if overturned else "void")
    assert (told["before"]["score"]["home"], told["after"]["score"]["home"]) == (2, 0)
    late = snapshot(snapshot_of(table.state))
    assert late["score"]["home"]["points"] == 0
    assert [play["score_after"]["home"] for play in late["plays"]] == [0, 0]
    assert late["plays"][0]["state"] == ("overturned" if overturned else "voided")


CALLS_ON_A_PLAY = [
    ("amend", {"play": {"points": 3}}),
    ("void", {}),
    ("review", {"state": "upheld"}),
]


@pytest.mark.parametrize(("call", "data"), [*CALLS_ON_A_PLAY, ("reorder", {"order": 1})])
def test_a_play_that_is_not_there_is_no_target(table, call, data):
    answer = table.say(call, play_id="p99", **data)
    assert refused(answer) == ("rejected", "R1", "unknown_target")


@pytest.mark.parametrize(("call", "data"), CALLS_ON_A_PLAY)
def test_a_voided_play_is_no_target(table, call, data):
    table.say("void", play_id="p3")
    assert refused(table.say(call, play_id="p3", **data)) == ("rejected", "R2", "bad_target")


def test_the_end_of_a_period_that_went_on_takes_force(table):
    end = {"play_type": "period_end", "period_index": 1}
    answer = table.say("record", play=end)
    table.say("record", play={"play_type": "foul", "period_index": 2})
    void = {"play_id": answer.play_id}
    assert refused(table.say("void", **void)) == ("rejected", "R2", "bad_target")
    assert table.say("void", **void, force=True, reason="not over").outcome is Outcome.ACCEPTED


class TestUndo:
    def test_an_added_play_is_voided(self, table):
        table.say("record", play=TWO)
        answer = table.say("undo")
        assert (answer.play_id, answer.score) == ("p5", Score(2, 3))
        assert isinstance(table.entries[0].event, PlayVoided)
        assert answer.flags == ()

    def test_it_is_of_ones_own(self, table):
        table.say("record", play=TWO)
        assert refused(table.say("undo", BOB))[2] == "nothing_to_undo"
        assert table.say("undo", BOB, whose="game").play_id == "p5"
        assert table.say("undo", BOB, whose="game").play_id == "p4"

    def test_twice_takes_back_two(self, table):
        table.say("record", play=TWO)
        table.say("record", play=THREE)
        assert [table.say("undo").play_id for _ in range(2)] == ["p6", "p5"]
        assert refused(table.say("undo"))[2] == "nothing_to_undo"
        assert table.state.score == Score(2, 3)

    def test_many_at_once(self, table):
        table.say("record", play=TWO)
        table.say("amend", play_id="p5", play={"play_type": "3pt", "points": 3})
        table.say("amend", play_id="p5", play={"text": "long"})
        answer = table.say("undo", count=3, reason="all wrong")
        assert (answer.play_id, answer.rev, answer.score) == ("p5", 5, Score(2, 3))
        assert len(table.entries) == 3

    def test_a_void_an_amendment_and_a_review_are_taken_back(self, table):
        table.say("amend", play_id="p3", play={"play_type": "3pt", "points": 3})
        table.say("void", play_id="p3")
        table.say("undo")
        assert table.state.score == Score(3, 3)
        table.say("review", play_id="p3", state="under_review")
        table.say("undo")
        assert table.state.confidence is Confidence.CONFIRMED
        table.say("undo")
        assert table.state.score == Score(2, 3)
        assert table.state.plays[0].state.value == "provisional"

    def test_a_review_and_a_void_before_are_seen(self, table):
        table.say("review", play_id="p3", state="upheld")
        table.say("amend", play_id="p3", play={"text": "x"})
        table.say("void", play_id="p4")
        table.say("undo", count=2)
        assert table.state.by_id("p3").state.value == "upheld"

    def test_an_override_is_taken_back_under_later_plays(self, table):
        table.say("override", score={"home": 10, "away": 10})
        table.hear(basket("f3", 2))
        table.say("undo")
        assert table.state.score == Score(4, 3)

    def test_void_and_record_in_one_piece(self, table):
        table.say("record", play=TWO)
        before = table.state.seq
        answer = table.say("undo", replace={"play": THREE, "ref": "t9"}, command_id="c")
        assert (answer.play_id, answer.score) == ("p7", Score(5, 3))
        assert [one.seq for one in table.entries] == [before + 1, before + 2]
        assert table.say("undo", command_id="c").outcome is Outcome.DUPLICATE

    def test_nothing_is_done_if_the_replacement_cannot_be(self, table):
        table.say("record", play=TWO)
        answer = table.say("undo", replace={"play": TWO | {"points": 9}})
        assert refused(answer) == ("rejected", "S3", "illegal_points")
        assert table.entries == ()

    def test_what_somebody_else_changed_since_stands(self, table):
        table.say("record", play=TWO)
        table.say("amend", BOB, play_id="p5", play={"text": "x"})
        assert refused(table.say("undo"))[2] == "undo_conflict"

    def test_a_log_that_is_too_short_is_told(self, table):
        table.say("amend", play_id="p3", play={"text": "x"})
        command = read_command("undo", {}, table.state.meta)
        planned = plan(table.state, command, ANN, NOW_MS, table.log[-1:])
        assert (planned.answer.code, planned.entries) == ("undo_conflict", ())


class TestReorder:
    def orders(self, table):
        return [play.play_id for play in table.state.plays]

    def test_by_order_and_behind_another(self, table):
        table.say("record", play=TWO)
        table.say("reorder", play_id="p5", order=1)
        assert self.orders(table) == ["p5", "p3", "p4"]
        table.say("reorder", play_id="p5", after="p3")
        assert self.orders(table) == ["p3", "p5", "p4"]
        table.say("reorder", play_id="p3", after="p4")
        assert self.orders(table) == ["p5", "p4", "p3"]
        assert table.state.score == Score(4, 3)

    def test_where_it_stands_is_nothing_to_do(self, table):
        assert table.say("reorder", play_id="p3", order=1024).outcome is Outcome.DUPLICATE
        assert table.say("reorder", play_id="p3", after="p3").outcome is Outcome.DUPLICATE

    def test_an_unknown_neighbour_is_told(self, table):
        assert refused(table.say("reorder", play_id="p3", after="p77"))[2] == "unknown_target"

    def test_no_room_is_told(self, table):
        table.say("record", play=TWO)
        table.say("reorder", play_id="p4", order=1025)
        assert refused(table.say("reorder", play_id="p5", after="p3"))[2] == "no_room"


def test_the_clock_is_set(table):
    answer = table.say("set_clock", value_ms=300_000, running=True, reason="console was wrong")
    assert answer.changes[-1].path == "/clock_ms"
    assert (table.data("clock")["cause"], table.data("clock")["value_ms"]) == ("set", 300_000)
    assert table.entries[0].event.reason == "console was wrong"
    back = table.say("set_clock", value_ms=400_000)
    assert (back.outcome, back.flags) == (Outcome.FLAGGED, ("clock_increase",))
    assert refused(table.say("set_clock", value_ms=-1))[1] == "C3"


def test_the_period_is_set_also_back(table):
    table.say("set_period", period_index=3)
    table.say("set_period", period_index=2, reason="started too early")
    told = table.data("correction")
    assert (told["kind"], told["reason"]) == ("period.set", "started too early")
    assert table.data("status")["period_index"] == 2
    assert table.say("set_period", period_index=2).outcome is Outcome.DUPLICATE
    assert refused(table.say("set_period", period_index=99))[1] == "C0"


def test_the_status_is_set(table):
    answer = table.say("set_status", status="delayed", reason="lights", period_index=1)
    assert [change.path for change in answer.changes] == ["/status"]
    assert table.data("status")["reason"] == "lights"
    assert refused(table.say("set_status", status="scheduled"))[1] == "ST1"
    assert table.say("set_status", status="scheduled", force=True, reason="x").flags == (
        "bad_transition",
    )


def test_a_status_with_a_call_of_its_own_is_sent_there(table):
    for status, call in (("halftime", "confirm_period"), ("official", "finalize")):
        answer = table.say("set_status", status=status)
        assert (answer.code, answer.hint) == ("bad_transition", f"call {call}")
    answer = table.say("set_status", status="official", force=True, reason="x")
    assert answer.code == "bad_transition"
    answer = table.say("set_status", status="halftime", force=True, reason="x")
    assert answer.outcome is Outcome.ACCEPTED


def test_later_plays_count_on_top_of_an_override(table):
    answer = table.say("override", score={"home": 20, "away": 18}, reason="crash")
    assert (answer.score, table.data("correction")["kind"]) == (Score(20, 18), "score.override")
    table.hear(basket("f3", 3))
    assert table.state.score == Score(23, 18)
    again = table.say("override", score={"home": 23, "away": 18})
    assert again.outcome is Outcome.DUPLICATE
    assert refused(table.say("override", score={"home": 999, "away": 0}))[1] == "S1"


class TestHold:
    def test_no_total_moves_for_the_public(self, table):
        table.say("hold", reason="they confer")
        assert table.data("status")["public_hold"] is True
        held = table.data("score")
        table.say("record", play=TWO)
        assert table.kinds() == ["play", "stats"]
        assert (table.data("play")["points"], table.data("play")["score_after"]) == (2, None)
        table.say("void", play_id="p4", reason="no good")
        told = table.data("correction")
        assert told["before"] == told["after"] == {"score": {"home": 2, "away": 3}}
        assert "score" not in table.kinds()
        table.say("override", score={"home": 9, "away": 9})
        assert table.data("score")["home"] == held["home"]
        assert table.data("correction")["after"] == {"score": {"home": 2, "away": 3}}
        table.say("score_query")
        assert (table.data("score")["home"], table.data("score")["cause"]) == (held["home"], None)

    def test_a_snapshot_agrees_with_what_was_published(self, table):
        table.say("hold")
        table.say("record", play=TWO)
        table.say("review", play_id="p3", state="under_review")
        late = snapshot(snapshot_of(table.state))
        assert late["score"]["home"] == {"team_id": "thome000000", "points": 2, "periods": [2]}
        assert late["score"]["cause"] is None
        assert late["status"]["score"] == {"home": 2, "away": 3}
        assert {play["score_after"] for play in late["plays"]} == {None}

    def test_the_release_tells_the_score_and_that_it_fell(self, table):
        table.say("hold")
        table.say("void", play_id="p4")
        table.say("release", reason="no basket")
        told = table.data("correction")
        assert (told["kind"], told["reason"], told["target"]) == (
            "score.release",
            "no basket",
            None,
        )
        assert (told["before"]["score"]["away"], told["after"]["score"]["away"]) == (3, 0)
        assert table.kinds() == ["status", "correction", "score", "slate", "alert"]
        assert table.data("score")["away"]["points"] == 0

    def test_a_release_that_raises_the_score_needs_no_correction(self, table):
        table.say("hold")
        table.say("record", play=TWO)
        table.say("release")
        assert "correction" not in table.kinds()
        assert table.data("score")["home"]["points"] == 4

    def test_a_shootout_is_held_too(self):
        table = Table(meta("nhl", "hockey"))
        table.say("set_status", status="in_progress", period_index=1)
        kick = {"play_type": "shootout_goal", "period_index": 5, "team_id": "home", "points": 1}
        kick |= {"shootout": True}
        table.say("record", play=kick, force=True, reason="x")
        table.say("hold")
        table.say("record", play=kick, force=True, reason="x")
        assert (table.state.shootout, table.state.public_shootout) == (Score(2, 0), Score(1, 0))
        assert "score" not in table.kinds()
        table.say("release")
        assert table.data("score")["shootout"] == {"home": 2, "away": 0}

    def test_what_is_so_already_is_nothing_to_do(self, table):
        assert table.say("release").outcome is Outcome.DUPLICATE
        table.say("hold")
        assert table.say("hold").outcome is Outcome.DUPLICATE

    def test_a_log_that_is_read_again_publishes_the_same(self, table):
        told = []
        for call, data in (
            ("hold", {}),
            ("record", {"play": TWO}),
            ("void", {"play_id": "p3"}),
            ("release", {}),
        ):
            table.say(call, **data)
            told += table.told
        first = told[0].seq
        again = [p for _, p in replay(table.log, EPOCH) if p.seq >= first]
        assert again == told


class TestLocks:
    def test_a_lock_is_seen_and_keeps_others_out(self, table):
        answer = table.say("lock", aspects=["plays"], ttl_ms=60_000, reason="mending")
        assert answer.changes[-1].after == ["ann: plays"]
        (lock,) = table.data("feed")["locks"]
        assert (lock["by"], lock["aspects"], lock["reason"]) == ("ann", ["plays"], "mending")
        assert refused(table.say("record", BOB, play=TWO))[2] == "locked"
        assert table.say("record", play=TWO).outcome.recorded
        assert table.say("set_clock", BOB, value_ms=1).outcome is Outcome.ACCEPTED
        forced = table.say("record", BOB, play=TWO, force=True, reason="it must go on")
        assert forced.outcome.recorded

    def test_a_lock_whose_time_is_over_keeps_nobody_out(self, table):
        table.say("lock", aspects=["plays"], ttl_ms=60_000)
        assert table.say("record", BOB, at=60_000, play=TWO).outcome is Outcome.ACCEPTED

    def test_a_lock_of_another_is_taken_over_by_force(self, table):
        table.say("lock", aspects=["plays", "clock"])
        assert refused(table.say("lock", BOB, aspects=["clock"]))[2] == "locked"
        table.say("lock", BOB, aspects=["clock"], force=True, reason="ann left")
        assert [lock.by for lock in table.state.locks] == [BOB]
        assert table.say("lock", BOB, aspects=["clock"], force=True, reason="ann left").outcome is (
            Outcome.DUPLICATE
        )

    def test_unlocking(self, table):
        assert table.say("unlock").outcome is Outcome.DUPLICATE
        table.say("lock", aspects=["plays"])
        assert refused(table.say("unlock", BOB, by="ann"))[2] == "reason_required"
        assert table.say("unlock", BOB, by="ann", reason="gone home").outcome is Outcome.ACCEPTED
        assert table.data("feed")["locks"] == []

    def test_locks_expire(self, table):
        table.say("lock", aspects=["plays"], ttl_ms=1_000)
        table.say("lock", BOB, aspects=["clock"], ttl_ms=1_000)
        table.say("lock", SourceId("eve"), aspects=["status"])
        at = table.state.locks[0].until_ms
        assert expired_locks(table.state, at - 1) == ()
        assert [event.by for event in expired_locks(table.state, at)] == [ANN, BOB]
        entries = release_entries(table.state, at)
        assert [(one.source, one.official) for one in entries] == [(ANN, True), (BOB, True)]
        table.log += entries
        assert [lock.by for lock in fold(table.log, EPOCH).locks] == ["eve"]


def test_a_score_query_is_a_doubt_until_it_is_settled(table):
    answer = table.say("score_query", reason="lost count")
    assert answer.changes[-1].after == "uncertain"
    assert table.data("score")["confidence"] == "uncertain"
    assert table.data("feed")["doubts"] == ["score_query"]
    assert table.say("score_query").outcome is Outcome.DUPLICATE
    assert table.say("score_query", open=False).outcome is Outcome.ACCEPTED
    assert table.state.confidence is Confidence.CONFIRMED
    assert table.say("score_query", open=False).outcome is Outcome.DUPLICATE


def test_a_review_is_a_doubt_until_it_is_decided(table):
    table.say("review", play_id="p3", state="under_review", reason="foot on the line")
    assert table.data("correction")["kind"] == "review.under_review"
    assert table.data("score")["confidence"] == "under_review"
    again = table.say("review", play_id="p3", state="under_review")
    assert again.outcome is Outcome.DUPLICATE
    table.say("review", play_id="p3", state="upheld")
    assert table.state.confidence is Confidence.CONFIRMED


class TestConfirmPeriod:
    def test_the_score_is_echoed_and_must_be_repeated(self, table):
        answer = table.say("confirm_period")
        assert (answer.code, answer.score) == ("confirm_required", Score(2, 3))
        wrong = table.say("confirm_period", score={"home": 3, "away": 3})
        assert refused(wrong) == ("rejected", "S6", "score_mismatch")
        answer = table.say("confirm_period", score={"home": 2, "away": 3})
        assert answer.outcome is Outcome.ACCEPTED
        assert table.data("status")["status"] == "end_period"
        again = table.say("confirm_period", score={"home": 2, "away": 3})
        assert again.outcome is Outcome.DUPLICATE

    def test_doubts_and_the_callers_lock_end_with_it(self, table):
        table.say("lock", aspects=["plays"])
        table.say("lock", BOB, aspects=["clock"])
        table.say("score_query")
        table.say("set_period", period_index=2)
        table.say("confirm_period", score={"home": 2, "away": 3}, period_index=2)
        assert (table.state.doubts, [lock.by for lock in table.state.locks]) == ((), [BOB])
        assert table.state.line.status is Status.HALFTIME

    def test_only_the_period_that_is_played(self, table):
        answer = table.say("confirm_period", period_index=2, score={"home": 2, "away": 3})
        assert refused(answer) == ("rejected", "ST1", "bad_period")

    def test_a_score_that_plays_do_not_explain_is_flagged(self, table):
        table.say("override", score={"home": 9, "away": 3})
        answer = table.say("confirm_period", score={"home": 9, "away": 3})
        assert (answer.outcome, answer.flags) == (Outcome.FLAGGED, ("sum_mismatch",))


class TestFinalize:
    def test_a_final_game_becomes_official(self, table):
        assert refused(table.say("finalize"))[2] == "bad_transition"
        over(table)
        table.say("lock", BOB, aspects=["clock"])
        assert table.say("finalize").outcome is Outcome.ACCEPTED
        assert (table.state.line.status, table.state.locks) == (Status.OFFICIAL, ())
        assert table.say("finalize").outcome is Outcome.DUPLICATE

    def test_doubts_and_sums_stop_it_unless_forced(self, table):
        table.say("override", score={"home": 9, "away": 3})
        table.say("score_query")
        over(table)
        assert refused(table.say("finalize"))[2] == "open_doubts"
        table.say("score_query", open=False)
        assert refused(table.say("finalize")) == ("rejected", "S9", "sum_mismatch")
        table.say("score_query")
        answer = table.say("finalize", force=True, reason="the sheet is signed")
        assert answer.flags == ("open_doubts", "sum_mismatch")
        assert table.state.confidence is Confidence.CONFIRMED

    def test_a_held_score_stops_it(self, table):
        over(table)
        table.say("hold")
        assert refused(table.say("finalize"))[2] == "held"

    def test_scores_without_plays_are_no_mismatch(self):
        table = Table(attrs.evolve(meta(), coverage=Coverage.SCORE))
        table.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
        table.hear(ScoreReport(Score(3, 1)))
        over(table)
        assert table.say("finalize").outcome is Outcome.ACCEPTED

    def test_the_goal_of_a_shootout_is_explained(self):
        table = Table(meta("nhl", "hockey"))
        table.say("set_status", status="in_progress", period_index=1)
        kick = {"play_type": "shootout_goal", "period_index": 5, "team_id": "home", "points": 1}
        table.say("record", play=kick | {"shootout": True}, force=True, reason="x")
        table.say("override", score={"home": 1, "away": 0})
        over(table)
        assert table.say("finalize").outcome is Outcome.ACCEPTED


def test_a_final_game_is_reopened_with_a_reason(table):
    assert refused(table.say("reopen", reason="x"))[2] == "bad_transition"
    over(table)
    assert refused(table.say("reopen"))[2] == "reason_required"
    assert table.say("reopen", reason="0.4 s put back").outcome is Outcome.ACCEPTED
    assert table.data("status")["reason"] == "0.4 s put back"
    assert table.state.line.status is Status.IN_PROGRESS


class TestAfterTheEnd:
    def test_a_correction_says_that_it_came_after(self, table):
        over(table)
        table.say("amend", play_id="p3", play={"text": "a layup"})
        assert table.data("correction")["after_final"] is True
        assert table.data("correction")["reason"] == "unspecified"

    def test_of_an_official_game_it_needs_a_reason(self, table):
        over(table, "official")
        amend = {"play_id": "p3", "play": {"text": "a layup"}}
        assert refused(table.say("amend", **amend)) == ("rejected", "R3", "reason_required")
        assert table.say("amend", **amend, reason="stats review").outcome is Outcome.ACCEPTED
        assert table.state.line.status is Status.OFFICIAL

    def test_another_winner_takes_two(self, table):
        over(table, "official")
        void = {"play_id": "p4", "reason": "wrong team"}
        first = table.say("void", **void, command_id="c")
        assert refused(first) == ("quarantined", "R4", "result_change")
        assert isinstance(table.entries[0].event, DoubtSet)
        assert first.seq == table.state.seq
        assert table.state.score == Score(2, 3)
        assert table.data("feed")["doubts"] == ["result_change:ann:p4:2-0"]
        assert table.say("void", **void, command_id="c").code == "result_change"
        assert table.entries == ()
        assert table.say("void", BOB, play_id="p3", reason="no").outcome is Outcome.ACCEPTED
        table.say("undo", BOB, reason="yes")
        second = table.say("void", BOB, **void)
        assert (second.outcome, second.score) == (Outcome.ACCEPTED, Score(2, 0))
        assert table.state.doubts == ()
        assert table.data("correction")["by"] == "official:bob"

    def test_two_that_differ_are_two_wishes(self, table):
        over(table, "official")
        override = {"score": {"home": 5, "away": 3}, "reason": "x"}
        table.say("override", **override)
        other = override | {"score": {"home": 6, "away": 3}}
        assert table.say("override", BOB, **other).code == "result_change"
        assert len(table.state.doubts) == 2
        table.say("score_query", open=False)
        assert table.state.doubts == ()

    def test_a_shootout_has_a_winner(self):
        table = Table(meta("nhl", "hockey"))
        table.say("set_status", status="in_progress", period_index=1)
        kick = {"play_type": "shootout_goal", "period_index": 5, "team_id": "home", "points": 1}
        made = table.say("record", play=kick | {"shootout": True}, force=True, reason="x")
        over(table, "official")
        answer = table.say("void", play_id=made.play_id, reason="x")
        assert answer.code == "result_change"


def test_a_feeds_void_is_no_business_of_undo(table):
    table.hear(VoidReport("f1"))
    table.hear(ScoreReport(Score(2, 5)))
    assert isinstance(table.log[-1].event, ScoreSet)
    table.say("undo", whose="game", count=2)
    assert table.state.score == Score(2, 3)
