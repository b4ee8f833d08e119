"""Rules E, T, Q, R and force: who says it, when, in which order, and with which right."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Clock
from scoreboard.model.feed import Aspect
from scoreboard.model.ids import SourceId
from scoreboard.model.message import ClockReport, PlayReport, ScoreReport, StatusReport, VoidReport
from scoreboard.model.play import PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.rules.situations import codes, live, play, with_status
from tests.support.games import NOW_MS, SOURCE, basket

OTHER = SourceId("other")
HOUR_MS = 3_600_000


class TestForce:
    def test_an_official_forces_what_would_be_held_and_the_entry_says_so(self):
        odd = PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, points=3))
        verdict = live().judge(odd, official=True, force=True, reason="four-point rule")
        assert verdict.outcome is Outcome.FLAGGED
        assert verdict.flags == ("illegal_points", "forced")

    def test_an_official_without_force_is_judged_like_everybody(self):
        odd = PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, points=3))
        assert live().judge(odd, official=True).outcome is Outcome.QUARANTINED

    def test_force_where_nothing_is_wrong_changes_nothing(self):
        verdict = live().judge(basket("1"), official=True, force=True, reason="sure")
        assert (verdict.outcome, verdict.flags) == (Outcome.ACCEPTED, ())

    def test_a_feed_may_not_force(self):
        verdict = live().judge(basket("1"), force=True, reason="please")
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.REJECTED, "forbidden")

    def test_force_needs_a_reason(self):
        verdict = live().judge(basket("1"), official=True, force=True)
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.REJECTED, "reason_required")

    @pytest.mark.parametrize(
        "report",
        [
            play("foul", period=0),
            play("2pt", points=-2),
            play("foul", clock_ms=-1),
            ScoreReport(Score(-1, 0)),
        ],
    )
    def test_what_the_log_could_not_hold_is_not_forced(self, report):
        verdict = live().judge(report, official=True, force=True, reason="why not")
        assert verdict.outcome is Outcome.REJECTED

    def test_a_score_above_the_ceiling_may_be_forced(self):
        report = ScoreReport(Score(260, 0), correction=True)
        verdict = live().judge(report, official=True, force=True, reason="true")
        assert verdict.flags == ("bad_score", "forced")

    def test_the_rules_of_corrections_are_not_forced(self):
        verdict = live().judge(VoidReport("x"), official=True, force=True, reason="gone")
        assert verdict.outcome is Outcome.QUARANTINED

    def test_a_rule_that_an_official_has_decided_against_only_flags(self):
        verdict = live().judge(ScoreReport(Score(9, 0)), lifted=frozenset({"S4"}))
        assert verdict.flags == ("score_jump", "released")


class TestBelief:
    def test_e4_another_source_is_a_shadow_for_its_aspect_only(self):
        game = live()
        game.state = attrs.evolve(game.state, others={Aspect.CLOCK: OTHER})
        assert codes(game, ClockReport(Clock(1, 60_000))) == ["not_authoritative"]
        assert codes(game, ClockReport(Clock(1, 60_000)), source=OTHER) == []
        assert codes(game, basket("1")) == []

    def test_e4_an_official_is_no_shadow(self):
        assert codes(live(), basket("1"), source=OTHER, official=True) == []

    def test_e4_a_contradiction_of_who_is_not_believed_is_a_shadow_and_not_held(self):
        verdict = live().judge(ScoreReport(Score(9, 0)), source=OTHER)
        assert verdict.outcome is Outcome.SHADOW

    def test_e4_an_older_term_is_a_shadow(self):
        game = live()
        game.state = attrs.evolve(game.state, term=3)
        verdict = game.judge(basket("1"), term=2)
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.SHADOW, "stale_term")
        assert codes(game, basket("1"), term=3) == []
        assert codes(game, basket("1"), term=2, official=True) == []

    def test_t2_a_play_far_behind_is_stale(self):
        game = live("basketball", play("foul", wallclock_ms=NOW_MS))
        old = play("2pt", points=2, wallclock_ms=NOW_MS - 61_000)
        assert codes(game, old, source=OTHER)[0] == "stale"
        near = play("2pt", points=2, wallclock_ms=NOW_MS - 60_000)
        assert codes(game, near, source=OTHER) == ["not_authoritative"]
        assert "stale" not in codes(game, old)
        assert "stale" not in codes(live(), old, source=OTHER)


class TestTime:
    def test_t1_what_is_to_come_is_refused(self):
        assert codes(live(), play("foul", wallclock_ms=NOW_MS + 5_000)) == []
        late = play("foul", wallclock_ms=NOW_MS + 5_001)
        assert codes(live(), late) == ["bad_wallclock"]
        assert codes(live(), ClockReport(Clock(1, 0, as_of_ms=NOW_MS + 6_000))) == ["bad_wallclock"]

    def test_t1_time_is_measured_by_the_senders_own_clock(self):
        late = play("foul", wallclock_ms=NOW_MS + HOUR_MS)
        assert codes(live(), late, sent_at_ms=NOW_MS + HOUR_MS) == []

    def test_t1_half_a_day_is_too_old_only_in_a_game_that_is_played_now(self):
        old = play("foul", wallclock_ms=NOW_MS - 13 * HOUR_MS)
        replayed = live()
        assert codes(replayed, old) == []
        meta = attrs.evolve(replayed.state.meta, scheduled_start_ms=NOW_MS - HOUR_MS)
        played = live(about=meta)
        assert codes(played, old) == ["bad_wallclock"]
        assert codes(with_status(played, Status.SCHEDULED), old) == ["not_started"]

    def test_t1_a_correction_may_be_old(self):
        meta = attrs.evolve(live().state.meta, scheduled_start_ms=NOW_MS)
        game = live("basketball", basket("1"), about=meta)
        facts = attrs.evolve(basket("1").facts, wallclock_ms=NOW_MS - 13 * HOUR_MS)
        assert codes(game, PlayReport("1", facts, rev=1)) == []


class TestNumbers:
    def test_q2_a_hole_of_a_source_that_counts_everything_is_flagged(self):
        verdict = live().judge(basket("1"), 7, dense=True, expected=5)
        assert verdict.flags == ("gap",)
        assert verdict.findings[0].hint == "resend 5-6"
        one = live().judge(basket("1"), 6, dense=True, expected=5)
        assert one.findings[0].hint == "resend 5"

    @pytest.mark.parametrize(
        "options",
        [
            {"dense": False, "expected": None},
            {"dense": True, "expected": None},
            {"dense": True, "expected": 7},
        ],
    )
    def test_q1_a_number_that_is_expected_or_means_nothing_is_taken(self, options):
        assert codes(live(), basket("1"), source_seq=7, **options) == []

    def test_q3_a_late_play_needs_a_place(self):
        late = {"source_seq": 3, "dense": True, "expected": 5}
        verdict = live().judge(basket("1"), **late)
        assert (verdict.outcome, verdict.findings[0].code) == (Outcome.QUARANTINED, "late")
        assert codes(live(), basket("1", order=50), **late) == []
        assert codes(live(), ClockReport(Clock(1, 0)), **late) == ["late"]
        assert codes(live("basketball", basket("1")), basket("1", 3, rev=1), **late) == []
        assert codes(live("basketball", basket("1")), VoidReport("1"), **late) == []


class TestCorrections:
    def test_r2_an_official_may_take_back_the_end_of_a_period(self):
        game = live(
            "basketball", PlayReport("end", PlayFacts("period_end", 1)), basket("1", period=2)
        )
        assert codes(game, VoidReport("end")) == ["bad_target"]
        assert codes(game, VoidReport("end"), official=True) == []

    @pytest.mark.parametrize(
        ("bare", "with_reason"),
        [
            (basket("1", 3, rev=1), attrs.evolve(basket("1", 3, rev=1), reason="a three")),
            (VoidReport("2"), VoidReport("2", reason="a slip")),
            (
                ScoreReport(Score(5, 0), correction=True),
                ScoreReport(Score(5, 0), correction=True, reason="recount"),
            ),
        ],
    )
    def test_r3_an_official_game_is_corrected_with_a_reason(self, bare, with_reason):
        game = live("basketball", basket("1"), basket("2", 1))
        assert "reason_required" not in codes(game, bare)
        with_status(game, Status.OFFICIAL)
        verdict = game.judge(bare)
        assert (verdict.outcome, verdict.findings[0].code) == (
            Outcome.REJECTED,
            "reason_required",
        )
        assert "reason_required" not in codes(game, with_reason)

    def test_r3_is_not_asked_of_what_is_no_correction(self):
        game = with_status(live("basketball", basket("1")), Status.OFFICIAL)
        assert "reason_required" not in codes(game, ScoreReport(Score(3, 0)))

    @pytest.mark.parametrize(
        "report",
        [
            VoidReport("1", reason="offside"),
            PlayReport("1", basket("1", 2, Side.AWAY).facts, rev=1, reason="other side"),
            ScoreReport(Score(2, 3), correction=True, reason="recount"),
        ],
    )
    def test_r4_another_winner_takes_two_persons(self, report):
        game = live("basketball", basket("1", 3), basket("2", 2, Side.AWAY))
        assert codes(game, report) == []
        with_status(game, Status.OFFICIAL)
        verdict = game.judge(report, official=True, force=True)
        assert verdict.outcome is Outcome.REJECTED, "force without a reason"
        verdict = game.judge(report)
        assert (verdict.outcome, verdict.findings[0].code) == (
            Outcome.QUARANTINED,
            "result_change",
        )
        assert game.judge(report, lifted=frozenset({"R4"})).flags == ("result_change", "released")

    def test_r4_a_correction_of_nothing_changes_no_winner(self):
        game = with_status(live("basketball", basket("1")), Status.OFFICIAL)
        assert codes(game, VoidReport("nope", reason="x")) == ["unknown_target"]

    def test_r4_the_same_winner_takes_one(self):
        game = live("basketball", basket("1", 3), basket("2", 2, Side.AWAY))
        with_status(game, Status.OFFICIAL)
        assert codes(game, VoidReport("2", reason="a slip")) == []
        shootout = PlayReport("3", PlayFacts("foul", 1, shootout=True), 1, reason="x")
        assert "result_change" not in codes(game, shootout)


def test_i5_a_play_that_the_score_has_already_is_a_duplicate():
    from scoreboard.model.feed import Absorbed
    from scoreboard.model.play import PlayRef

    game = live()
    case = game.case(basket("9"))
    absorbed = Absorbed(PlayRef(SOURCE, "9"), case.digest)
    game.state = attrs.evolve(game.state, absorbed={absorbed.ref: (absorbed, 2)})
    assert game.judge(basket("9")).findings[0].seq == 2
    assert codes(game, basket("9", 3)) == []
    assert codes(game, StatusReport(StatusLine(Status.HALFTIME), 1)) == []
