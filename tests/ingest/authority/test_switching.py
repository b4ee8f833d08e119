"""A switch of feed loses nothing, counts nothing twice and takes nothing back."""

from __future__ import annotations

import attrs

from scoreboard.ingest.authority.switching import adjustment, plan_switch, settled
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import ClockSet, PlayAmended, ScoreSet, StatusSet
from scoreboard.model.feed import FeedMode
from scoreboard.model.message import ClockReport, StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Confidence, Status, StatusLine
from tests.ingest.authority.telling import AWAY, HOME, B, Desk, P, goal, person, play, void
from tests.support.games import NOW_MS


def status(now, period=1):
    why = "called" if now is Status.FINAL else None  # a final so early needs a reason
    return StatusReport(StatusLine(now, reason=why), period)


def test_t1_a_primary_that_dies_between_two_baskets_loses_none_and_none_counts_twice():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10), play("b2", "3pt", 3, AWAY, 30))
    plan = desk.switch(B)
    assert (2, 3) == desk.score
    assert [2, 3] == desk.worth()
    assert Confidence.CONFIRMED is desk.state.confidence
    assert not plan.waits
    assert B == desk.state.authority
    assert 2 == desk.state.term


def test_t2_a_goal_that_the_backup_has_not_told_yet_stays_and_is_confirmed_when_it_comes():
    desk = Desk("soccer")
    desk.hear(P, goal("p1", HOME, 600))
    assert desk.switch(B).waits
    assert (1, 0) == desk.score
    assert ("level",) == desk.doubts
    answer = desk.hear(B, goal("b1", HOME, 600))
    assert "accepted" == answer.outcome.value
    assert (1, 0) == desk.score
    assert () == desk.doubts
    assert 1 == len(desk.state.plays)


def test_t3_a_goal_that_the_backup_re_times_by_a_minute_is_one_goal():
    desk = Desk("soccer")
    desk.hear(P, goal("p1", HOME, 37 * 60))
    desk.hear(B, goal("b1", HOME, 38 * 60))
    plan = desk.switch(B)
    assert [1] == desk.worth()
    assert 1.0 == plan.alignment.rate
    assert 60_000 == plan.alignment.skew_ms


def test_t11_plays_of_one_second_in_another_order_are_recognised():
    desk = Desk()
    shot, foul, change = (
        ("2pt", {"points": 0, "result": "missed"}),
        ("foul", {}),
        ("substitution", {}),
    )
    for n, (kind, facts) in enumerate((shot, foul, change)):
        desk.hear(P, play(f"p{n}", kind, side=HOME, at=20, **facts))
    for n, (kind, facts) in enumerate((change, foul, shot)):
        desk.hear(B, play(f"b{n}", kind, side=HOME, at=20, **facts))
    plan = desk.switch(B)
    assert () == plan.alignment.theirs_only
    assert 3 == len(desk.state.plays)


def test_t12b_a_touchdown_merged_with_its_try_counts_once():
    desk = Desk("football")
    desk.hear(P, play("p1", "rush", 6, HOME, 10), play("p2", "extra_point", 1, HOME, 12))
    desk.hear(B, play("b1", "rush", 7, HOME, 10))
    plan = desk.switch(B)
    assert (7, 0) == desk.score
    assert plan.alignment.pairs[0].is_part
    assert not plan.waits
    desk.hear(B, void("b1"))
    assert (0, 0) == desk.score


def test_t12b_a_try_that_the_primary_did_not_live_to_tell_is_the_rest_of_the_merged_play():
    desk = Desk("football")
    desk.hear(P, play("p1", "rush", 6, HOME, 10))
    desk.hear(B, play("b1", "rush", 7, HOME, 10))
    desk.switch(B)
    assert (7, 0) == desk.score
    added = desk.state.plays[-1]
    assert (1, 6) == (added.facts.points, added.withheld)
    assert "level_partial" in added.flags


def test_t12b_plays_of_ours_that_were_merged_are_known_to_the_source_that_told_them_apart():
    desk = Desk("football")
    desk.hear(P, play("p1", "rush", 7, HOME, 10))
    desk.hear(B, play("b1", "rush", 6, HOME, 10), play("b2", "extra_point", 1, HOME, 12))
    desk.switch(B)
    assert (7, 0) == desk.score
    desk.hear(B, void("b2"))
    assert (6, 0) == desk.score


def test_t12c_runs_that_the_backup_sums_up_count_once():
    desk = Desk("baseball")
    runs = {"half": "top", "clock_ms": None}
    desk.hear(
        P, play("p1", "single", 1, AWAY, 10, **runs), play("p2", "single", 1, AWAY, 40, **runs)
    )
    desk.hear(B, play("b1", "single", 2, AWAY, 40, **runs))
    desk.switch(B)
    assert (0, 2) == desk.score
    desk.hear(B, play("b2", "home_run", 1, AWAY, 80, **runs))
    assert (0, 3) == desk.score


def test_t13_what_the_old_source_says_after_the_switch_changes_nothing():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.switch(B)
    before = desk.state
    answer = desk.hear(P, play("p2", "2pt", 2, HOME, 30))
    assert answer is None
    assert before is desk.state


def test_a_play_that_only_the_backup_has_goes_to_its_place():
    desk = Desk()
    desk.hear(P, play("p1", "foul", at=10), play("p2", "foul", side=AWAY, at=60))
    desk.hear(B, play("b1", "foul", at=10), play("b2", "turnover", at=40))
    desk.hear(B, play("b3", "foul", side=AWAY, at=60))
    desk.switch(B)
    kinds = [p.facts.play_type for p in desk.state.plays]
    assert ["foul", "turnover", "foul"] == kinds
    assert "late" in desk.state.plays[1].flags


def test_a_switch_takes_nothing_back_and_the_wait_after_it_does():
    desk = Desk("hockey")
    desk.hear(P, goal("p1", HOME, 60))
    desk.hear(B, goal("b1", HOME, 60), void("b1"))
    assert desk.switch(B).waits
    assert (1, 0) == desk.score
    assert ("level",) == desk.doubts
    desk.wait(11)
    assert (0, 0) == desk.score
    assert () == desk.doubts


def test_a_goal_that_we_took_back_and_the_backup_still_counts_is_disputed_until_it_does_not():
    desk = Desk("hockey")
    desk.hear(P, goal("p1", HOME, 60), void("p1"))
    desk.hear(B, goal("b1", HOME, 60))
    desk.switch(B)
    assert (0, 0) == desk.score
    assert Confidence.UNCERTAIN is desk.state.confidence
    desk.hear(B, void("b1"))
    assert (0, 0) == desk.score
    assert () == desk.doubts


def test_a_dispute_with_a_source_that_is_believed_no_more_is_over():
    desk = Desk("hockey")
    desk.hear(P, goal("p1", HOME, 60), void("p1"))
    desk.hear(B, goal("b1", HOME, 60))
    desk.switch(B)
    desk.switch(P)
    assert () == desk.doubts


def test_points_that_no_play_explains_are_added_for_the_time_being():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10, order=1000))
    desk.hear(B, play("b2", "foul", at=90, order=4000, after=(4, 0)))
    assert desk.switch(B).waits
    assert (2, 0) == desk.score
    desk.wait(11)
    assert (4, 0) == desk.score
    assert ("level",) == desk.doubts
    event = next(e.event for e in desk.world.log if isinstance(e.event, ScoreSet))
    assert event.provisional
    desk.hear(B, play("b3", "2pt", 2, HOME, 60, order=2000))
    assert (4, 0) == desk.score
    assert [2] == [p.withheld for p in desk.state.plays if p.withheld]
    assert () == desk.doubts


def test_no_adjustment_is_made_where_none_is_due_or_the_game_is_over():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10))
    assert adjustment(desk.state, desk.world.shadows[B], B) is None
    desk.hear(B, play("b2", "2pt", 2, HOME, 20))
    found = adjustment(desk.state, desk.world.shadows[B], B)
    assert Score(2, 0) == found.change
    over = attrs.evolve(desk.state, line=StatusLine(Status.FINAL))
    assert adjustment(over, desk.world.shadows[B], B) is None


def test_nothing_enters_a_game_that_is_over():
    desk = Desk()
    desk.hear(P, status(Status.IN_PROGRESS), play("p1", "2pt", 2, HOME, 10), status(Status.FINAL))
    desk.hear(B, status(Status.IN_PROGRESS), play("b1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b2", "2pt", 2, HOME, 20))
    desk.switch(B)
    desk.wait(11)
    assert (2, 0) == desk.score
    assert "quarantined" == desk.hear(B, play("b3", "2pt", 2, HOME, 30)).outcome.value


def test_the_clock_of_the_new_source_is_shown_at_once():
    desk = Desk()
    desk.hear(P, ClockReport(Clock(1, 600_000, as_of_ms=NOW_MS)))
    desk.hear(B, ClockReport(Clock(1, 620_000, as_of_ms=NOW_MS)))
    plan = desk.switch(B)
    found = [e for e in plan.events if isinstance(e, ClockSet)]
    assert [ClockCause.FEED_SWITCH] == [e.cause for e in found]
    assert 620_000 == desk.state.clock.value_ms


def test_a_clock_of_an_earlier_period_is_not_shown():
    desk = Desk()
    desk.hear(P, ClockReport(Clock(2, 600_000, as_of_ms=NOW_MS)))
    desk.hear(B, ClockReport(Clock(1, 20_000, as_of_ms=NOW_MS)))
    desk.switch(B)
    assert 2 == desk.state.clock.period_index


def test_a_status_is_taken_from_the_new_source_if_it_may_follow_and_never_the_end():
    for theirs, expected in (
        (Status.HALFTIME, Status.HALFTIME),
        (Status.FINAL, Status.IN_PROGRESS),
        (Status.PREGAME, Status.IN_PROGRESS),
    ):
        desk = Desk()
        desk.hear(P, status(Status.IN_PROGRESS, 2))
        if theirs is not Status.PREGAME:
            desk.hear(B, status(Status.IN_PROGRESS, 2))
        desk.hear(B, status(theirs, 2))
        desk.switch(B)
        assert expected is desk.state.line.status


def test_a_source_that_is_behind_does_not_bring_a_break_back():
    desk = Desk()
    desk.hear(P, status(Status.IN_PROGRESS, 2), status(Status.HALFTIME, 2))
    desk.hear(B, status(Status.IN_PROGRESS, 2))
    plan = desk.switch(B)
    assert not any(isinstance(event, StatusSet) for event in plan.events)


def test_the_end_that_the_new_source_told_before_is_believed_after_the_wait_if_scores_agree():
    desk = Desk()
    desk.hear(P, status(Status.IN_PROGRESS), play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, status(Status.IN_PROGRESS), play("b1", "2pt", 2, HOME, 10), status(Status.FINAL))
    assert desk.switch(B).waits
    assert Status.IN_PROGRESS is desk.state.line.status
    desk.wait(11)
    assert Status.FINAL is desk.state.line.status


def test_the_end_is_not_believed_while_the_scores_differ():
    desk = Desk()
    desk.hear(P, status(Status.IN_PROGRESS), play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, status(Status.IN_PROGRESS), status(Status.FINAL))
    desk.switch(B)
    desk.wait(11)
    assert Status.IN_PROGRESS is desk.state.line.status


def test_who_scored_is_filled_in_where_nobody_had_said_it():
    desk = Desk()
    desk.hear(
        P,
        play("p1", "2pt", 2, HOME, 10),
        play("p2", "2pt", 2, HOME, 40, participants=(person("a"),)),
    )
    told = play("b1", "2pt", 2, HOME, 10, participants=(person("b"),))
    desk.hear(B, told, play("b2", "2pt", 2, HOME, 40, participants=(person("c"),)))
    plan = desk.switch(B)
    assert 1 == sum(isinstance(event, PlayAmended) for event in plan.events)
    first, second = desk.state.plays
    assert ("b", "a") == (first.facts.participants[0].name, second.facts.participants[0].name)
    assert 4 == desk.state.score.home
    assert "duplicate" == desk.hear(B, told).outcome.value


def test_a_plan_can_be_made_without_anything_known_of_the_new_source():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.switch(B)
    found = plan_switch(
        desk.state,
        desk.world.shadows[P],
        P,
        mode=FeedMode.PRIMARY,
        reason="back",
        automatic=False,
        now_ms=desk.now_ms,
    )
    assert not found.waits
    assert 1.0 == found.alignment.rate


def test_a_wait_after_which_all_agrees_says_nothing():
    desk = Desk()
    desk.hear(P, play("p1", "2pt", 2, HOME, 10))
    desk.hear(B, play("b1", "2pt", 2, HOME, 10))
    desk.switch(B)
    assert () == settled(desk.state, desk.world.shadows[B], B, desk.now_ms)
