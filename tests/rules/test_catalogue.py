"""Every rule finds what it looks for, says what to do, and finds nothing else."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.digest import digest_message
from scoreboard.model.answer import Outcome
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import SourceId
from scoreboard.model.message import (
    ClockReport,
    Heartbeat,
    Message,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import Place, PlayFacts
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import Possession
from scoreboard.model.status import TRANSITIONS, Status, StatusLine
from scoreboard.rules.case import Case
from scoreboard.rules.catalogue import CATALOGUE, REPEATS, judge
from scoreboard.rules.event import event_of
from tests.support.games import NOW_MS, SOURCE, Game, basket, meta, new_game


def live(ruleset="nba", sport="basketball"):
    game = Game(new_game(meta(ruleset, sport)))
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    return game


def found(game, report, **options):
    """(rule, outcome, code) of the decisive finding."""
    verdict = game.judge(report, **options)
    if not verdict.findings:
        return (None, verdict.outcome.value, None)
    finding = verdict.findings[0]
    assert finding.problem
    assert finding.hint
    assert any(
        finding.rule == rule.id
        and finding.code in rule.codes
        and finding.outcome in (*rule.outcomes, Outcome.FLAGGED)
        for rule in (*REPEATS, *CATALOGUE)
    )
    return (finding.rule, finding.outcome.value, finding.code)


ACCEPTED = (None, "accepted", None)


def play(play_type="foul", period=1, **facts):
    return PlayReport("x", PlayFacts(play_type, period, **facts))


def test_a_plain_basket_is_accepted():
    assert found(live(), basket("1")) == ACCEPTED


def test_a_heartbeat_is_accepted_and_logs_nothing():
    game = live()
    assert found(game, Heartbeat()) == ACCEPTED
    assert event_of(game.case(Heartbeat()), ()) is None


def test_a_situation_is_accepted():
    assert found(live(), SituationReport(Possession(Side.HOME))) == ACCEPTED


def test_i2_a_stranger_among_the_teams_is_refused():
    game = live()
    case = attrs.evolve(game.case(basket("1")), unknown_teams=("xyz",))
    finding = judge(case).findings[0]
    assert (finding.rule, finding.outcome, finding.code) == (
        "I2",
        Outcome.REJECTED,
        "unknown_team",
    )
    assert "'xyz'" in finding.problem


def test_i5_the_same_play_again_is_a_duplicate_with_its_first_position():
    game = live()
    game.hear(basket("1"))
    verdict = game.judge(basket("1"))
    assert (verdict.outcome, verdict.findings[0].seq) == (Outcome.DUPLICATE, 3)


def test_i5_an_older_revision_is_a_duplicate():
    game = live()
    game.hear(basket("1", rev=0))
    game.hear(basket("1", 3, rev=1))
    assert found(game, basket("1", rev=0)) == ("I5", "duplicate", "duplicate")


def test_i5_the_same_revision_with_other_content_is_a_conflict():
    game = live()
    game.hear(basket("1"))
    assert found(game, basket("1", 3)) == ("I5", "rejected", "rev_conflict")


def test_i5_a_higher_revision_is_an_amendment():
    game = live()
    game.hear(basket("1"))
    assert found(game, basket("1", 3, rev=1)) == ACCEPTED


def test_i5_a_void_of_a_voided_play_is_a_duplicate():
    game = live()
    game.hear(basket("1"))
    game.hear(VoidReport("1"))
    assert found(game, VoidReport("1")) == ("I5", "duplicate", "duplicate")


def test_i5_a_counted_message_is_told_by_its_number():
    game = live()
    report = ClockReport(Clock(1, 60_000))
    game.hear(report, source_seq=4)
    game.hear(ClockReport(Clock(1, 50_000)), source_seq=5)
    assert found(game, report, source_seq=4) == ("I5", "duplicate", "duplicate")
    assert found(game, report, source_seq=6)[2] != "duplicate"


def test_r1_a_void_of_a_stranger_waits_for_the_play():
    assert found(live(), VoidReport("nope")) == ("R1", "quarantined", "unknown_target")


def test_r2_the_end_of_a_played_period_stands():
    game = live()
    game.hear(PlayReport("end", PlayFacts("period_end", 1)))
    assert found(game, VoidReport("end")) == ACCEPTED
    game.hear(basket("1", period=2))
    assert found(game, VoidReport("end")) == ("R2", "rejected", "bad_target")


def test_e4_another_source_is_a_shadow():
    game = live()
    message = Message(basket("1"))
    case = Case(game.state, message, SourceId("other"), digest_message(message), NOW_MS)
    assert judge(case).findings[0].code == "not_authoritative"
    assert judge(case).outcome is Outcome.SHADOW


@pytest.mark.parametrize("now", list(Status))
@pytest.mark.parametrize("then", list(Status))
def test_st1_only_the_table_of_transitions_is_legal(now, then):
    game = live()
    game.state = attrs.evolve(
        game.state, line=StatusLine(now), period_index=4, periods=(Score(1, 0),)
    )
    verdict = game.judge(StatusReport(StatusLine(then)))
    if then is now:
        assert verdict.outcome is Outcome.DUPLICATE
    elif then in TRANSITIONS[now]:
        assert verdict.outcome is Outcome.ACCEPTED
    else:
        held = Outcome.REJECTED if now is Status.OFFICIAL else Outcome.QUARANTINED
        assert (verdict.outcome, verdict.findings[0].code) == (held, "bad_transition")


def test_st1_an_official_game_is_reopened_with_a_reason():
    game = live()
    game.state = attrs.evolve(game.state, line=StatusLine(Status.OFFICIAL))
    report = StatusReport(StatusLine(Status.IN_PROGRESS, reason="protest upheld"))
    assert found(game, report) == ("ST1", "quarantined", "bad_transition")


def test_st0_the_same_status_of_a_new_period_is_news():
    assert found(live(), StatusReport(StatusLine(Status.IN_PROGRESS), 2)) == ACCEPTED


def test_st2_a_play_after_the_final_is_held_but_corrections_pass():
    game = live()
    game.hear(basket("1"))
    game.hear(StatusReport(StatusLine(Status.FINAL, reason="called")))
    assert found(game, basket("2")) == ("ST2", "quarantined", "after_final")
    assert found(game, basket("1", 3, rev=1)) == ACCEPTED
    assert found(game, VoidReport("1")) == ACCEPTED
    assert found(game, play("game_end")) == ACCEPTED


def test_st2_a_score_after_the_final_is_held_and_one_that_says_nothing_new_is_not():
    game = live()
    game.hear(basket("1"))
    game.hear(StatusReport(StatusLine(Status.FINAL, reason="called")))
    assert found(game, ScoreReport(Score(3, 0))) == ("ST2", "quarantined", "after_final")
    assert found(game, ScoreReport(Score(2, 0)))[2] == "duplicate"
    assert found(game, ScoreReport(Score(3, 0), correction=True)) == ACCEPTED


def test_st2_a_new_play_of_an_official_game_is_refused():
    game = live()
    game.state = attrs.evolve(game.state, line=StatusLine(Status.OFFICIAL))
    assert found(game, basket("2")) == ("ST2", "rejected", "after_final")
    game.state = attrs.evolve(game.state, line=StatusLine(Status.POSTPONED))
    assert found(game, basket("2")) == ACCEPTED


STRICT = {"lifted": frozenset()}


def test_st4_a_play_before_the_start_waits_for_the_status():
    game = Game()
    assert found(game, basket("1"), **STRICT) == ("ST4", "quarantined", "not_started")
    assert found(game, play("lineup"), **STRICT) == ACCEPTED
    game.hear(StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    assert found(game, basket("1"), **STRICT) == ACCEPTED


def test_st4_a_suspended_game_has_no_plays_but_corrections():
    game = live()
    game.hear(basket("1"))
    game.hear(StatusReport(StatusLine(Status.SUSPENDED, reason="rain")))
    assert found(game, basket("2"), **STRICT)[2] == "not_started"
    assert found(game, basket("1", 3, rev=1), **STRICT) == ACCEPTED


@pytest.mark.parametrize("index", [0, -1, 61])
def test_c0_a_period_that_no_game_has_is_refused(index):
    assert found(live(), play(period=index)) == ("C0", "rejected", "bad_period")
    assert found(live(), play(period=index, clock_ms=999_999_999))[2] == "bad_period"


def test_c1_an_earlier_period_needs_an_earlier_place():
    game = live()
    game.hear(basket("1", period=2, order=100))
    assert found(game, basket("2", period=1, order=200)) == (
        "C1",
        "quarantined",
        "period_regress",
    )
    assert found(game, basket("2", period=1, order=50)) == ACCEPTED
    game.hear(basket("0", period=2, order=80))
    assert found(game, basket("2", period=1, order=90))[2] == "period_regress"
    assert found(game, ClockReport(Clock(1, 0)))[2] == "period_regress"
    assert found(game, ScoreReport(Score(5, 0), period_index=1)) == ACCEPTED


def test_c2_a_period_is_not_jumped_over():
    game = live()
    assert found(game, basket("1", period=4)) == ACCEPTED, "a feed may join late"
    game.hear(basket("1", period=1))
    assert found(game, basket("2", period=3)) == ("C2", "quarantined", "period_jump")
    assert found(game, basket("2", period=2)) == ACCEPTED


def test_c2_a_late_play_is_of_no_later_period_than_the_play_behind_it():
    game = live()
    game.hear(basket("1", period=1, order=100))
    game.hear(basket("2", period=2, order=200))
    assert found(game, basket("3", period=2, order=50)) == ("C2", "quarantined", "period_jump")
    assert found(game, basket("3", period=2, order=150)) == ACCEPTED


def test_c2_overtime_needs_a_level_score():
    game = live()
    game.hear(basket("1", period=4))
    assert found(game, basket("2", period=5)) == ("C2", "quarantined", "period_jump")
    game.hear(basket("3", 2, Side.AWAY, period=4))
    assert found(game, basket("2", period=5)) == ACCEPTED


@pytest.mark.parametrize(
    ("ruleset", "sport", "period", "clock_ms", "legal"),
    [
        ("nba", "basketball", 1, 720_000, True),
        ("nba", "basketball", 1, 722_000, False),
        ("nba", "basketball", 1, -1, False),
        ("nba", "basketball", 5, 301_000, True),
        ("nba", "basketball", 5, 302_000, False),
        ("soccer_league", "soccer", 1, 74 * 60_000, True),
        ("soccer_league", "soccer", 1, 76 * 60_000, False),
        ("mlb", "baseball", 1, 0, True),
        ("mlb", "baseball", 1, 1, False),
        ("ncaa_football", "football", 5, 0, True),
        ("ncaa_football", "football", 5, 1000, True),
    ],
)
def test_c3_a_clock_stays_in_its_period(ruleset, sport, period, clock_ms, legal):
    game = live(ruleset, sport)
    verdict = game.judge(play("timeout", period, clock_ms=clock_ms))
    assert (verdict.outcome is not Outcome.REJECTED) is legal
    verdict = game.judge(ClockReport(Clock(period, clock_ms)))
    assert (verdict.outcome is not Outcome.REJECTED) is legal
    if not legal:
        assert verdict.findings[0].code == "bad_clock"


def test_c4_a_clock_against_its_direction_is_flagged():
    game = live()
    game.hear(basket("1", clock_ms=60_000, order=100))
    assert found(game, basket("2", side=Side.AWAY, clock_ms=61_000, order=200)) == ACCEPTED
    assert (
        found(game, basket("2", side=Side.AWAY, clock_ms=62_000, order=200))[2] == "clock_increase"
    )
    assert found(game, basket("2", side=Side.AWAY, clock_ms=62_000, order=50)) == ACCEPTED
    soccer = live("soccer_league", "soccer")
    soccer.hear(play("pass", clock_ms=60_000))
    back = ClockReport(Clock(1, 30_000))
    assert found(soccer, back) == ("C4", "flagged", "clock_increase")
    runs = ClockReport(Clock(1, 30_000), ClockCause.RESYNC)
    assert found(soccer, runs) == ("C4", "quarantined", "clock_increase")
    assert found(soccer, runs, official=True) == ACCEPTED
    assert found(soccer, ClockReport(Clock(1, 90_000))) == ACCEPTED


@pytest.mark.parametrize("score", [Score(-1, 0), Score(0, 251)])
def test_s1_a_score_that_no_game_has_is_refused(score):
    assert found(live(), ScoreReport(score)) == ("S1", "rejected", "bad_score")
    assert found(live(), basket("1", score_after=score))[2] == "bad_score"


def test_s1_points_below_zero_are_refused():
    assert found(live(), play("2pt", side=Side.HOME, points=-2))[2] == "bad_score"


def test_s2_a_lower_score_must_say_that_it_is_a_correction():
    game = live()
    game.hear(basket("1", 3))
    assert found(game, ScoreReport(Score(2, 0))) == ("S2", "quarantined", "score_regress")
    assert found(game, ScoreReport(Score(2, 0), correction=True)) == ACCEPTED


def test_s2_the_same_score_is_a_duplicate():
    game = live()
    game.hear(basket("1", 3))
    assert found(game, ScoreReport(Score(3, 0))) == ("S2", "duplicate", "duplicate")


def test_s3_a_play_is_worth_what_its_type_says():
    report = PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, points=3))
    assert found(live(), report) == ("S3", "quarantined", "illegal_points")


def test_s3_an_unknown_type_is_flagged_and_held_if_it_scores():
    assert found(live(), play("dance")) == ("S3", "flagged", "unknown_type")
    assert found(live(), play("dance", side=Side.HOME, points=2))[1] == "quarantined"


def test_s4_a_score_that_jumps_waits_for_its_plays():
    assert found(live(), ScoreReport(Score(3, 0))) == ACCEPTED
    assert found(live(), ScoreReport(Score(4, 0))) == ("S4", "quarantined", "score_jump")
    assert found(live(), ScoreReport(Score(4, 0), correction=True)) == ACCEPTED


def test_s6_a_claimed_score_is_compared():
    game = live()
    assert found(game, basket("1", 2, score_after=Score(2, 0))) == ACCEPTED
    assert found(game, basket("1", 2, score_after=Score(4, 0))) == (
        "S6",
        "flagged",
        "score_mismatch",
    )
    game.hear(basket("1", order=100))
    assert found(game, basket("0", order=50, score_after=Score(2, 0))) == ACCEPTED
    assert found(game, basket("0", order=50, score_after=Score(4, 0)))[2] == "score_mismatch"
    assert found(game, PlayReport("f", PlayFacts("foul", 1), score_after=Score(2, 0))) == ACCEPTED


@pytest.mark.parametrize(
    ("ruleset", "sport", "facts"),
    [
        ("nba", "basketball", PlayFacts("3pt", 1, points=3)),
        ("nba", "basketball", PlayFacts("3pt", 1, points=3, side=Side.HOME, points_to=Side.AWAY)),
        (
            "soccer_league",
            "soccer",
            PlayFacts("own_goal", 1, points=1, side=Side.HOME, points_to=Side.HOME),
        ),
        ("mlb", "baseball", PlayFacts("single", 1, points=1, side=Side.HOME, half="top")),
        ("mlb", "baseball", PlayFacts("single", 1, points=1, side=Side.HOME)),
    ],
)
def test_s7_points_go_to_who_can_score(ruleset, sport, facts):
    verdict = live(ruleset, sport).judge(PlayReport("1", facts))
    assert (verdict.outcome, verdict.findings[0].code) == (Outcome.QUARANTINED, "wrong_scorer")


def test_an_own_goal_counts_for_the_others_without_being_told():
    game = live("soccer_league", "soccer")
    game.hear(PlayReport("1", PlayFacts("own_goal", 1, points=1, side=Side.HOME)))
    assert game.state.score == Score(0, 1)


def test_a_run_counts_for_the_side_at_bat():
    game = live("mlb", "baseball")
    game.hear(PlayReport("1", PlayFacts("single", 1, points=1, side=Side.HOME, half="bottom")))
    assert game.state.score == Score(1, 0)


def test_l1_a_place_off_the_surface_is_dropped_and_the_play_counts():
    game = live()
    report = PlayReport("1", PlayFacts("2pt", 1, side=Side.HOME, points=2, place=Place(106.0, 5.0)))
    assert found(game, report) == ("L1", "flagged", "bad_location")
    game.hear(report)
    assert (game.state.score, game.state.plays[0].facts.place) == (Score(2, 0), None)
    assert game.state.plays[0].flags == ("bad_location",)


def test_the_worst_finding_decides_and_all_are_told():
    report = basket("1", score_after=Score(-1, 0), clock_ms=999_000_000)
    codes = [finding.code for finding in live().judge(report).findings]
    assert codes == ["bad_score", "bad_clock", "score_mismatch"]


def test_a_correction_without_a_reason_says_so():
    game = live()
    game.hear(basket("1"))
    event = event_of(game.case(VoidReport("1")), ())
    assert event.reason == "unspecified"


def test_a_void_without_its_play_never_gets_past_the_rules():
    with pytest.raises(LocalError, match="without its play"):
        event_of(live().case(VoidReport("nope")), ())


def test_no_rule_stands_twice():
    rules = [*REPEATS, *CATALOGUE]
    assert len(rules) == len(set(rules))
    assert SOURCE == "arena"
