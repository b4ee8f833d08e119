"""What the believed source says becomes what it means in a game that others have told too."""

from __future__ import annotations

import pytest

from scoreboard.codec.reports import Received
from scoreboard.ingest.authority.shadowing import decreed, overhear
from scoreboard.model.event import ScoreSet
from scoreboard.model.message import Heartbeat, Message, ScoreReport, StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.fold import apply
from tests.ingest.authority.telling import AWAY, HOME, B, Desk, P, goal, play, void
from tests.support.games import NOW_MS


def score(home, away, correction=False):
    return ScoreReport(Score(home, away), correction, "said so" if correction else None)


def switched(sport="basketball", ours=(), theirs=()):
    """A desk that has heard `ours` of the primary and `theirs` of the backup, now believed."""
    desk = Desk(sport)
    desk.hear(P, *ours) if ours else None
    desk.hear(B, *theirs) if theirs else None
    desk.switch(B)
    return desk


def basket(ref, at, points=2, side=HOME, **more):
    return play(ref, f"{points}pt", points, side, at, **more)


def test_what_is_no_play_passes_as_it_is():
    desk = switched()
    desk.hear(B, StatusReport(StatusLine(Status.IN_PROGRESS), 1))
    assert Status.IN_PROGRESS is desk.state.line.status
    seq = desk.state.seq
    desk.hear(B, Heartbeat())
    assert seq == desk.state.seq


def test_a_late_repeat_is_linked_and_its_own_repeat_is_a_duplicate():
    desk = switched(ours=[basket("p1", 10)])
    assert "accepted" == desk.hear(B, basket("b1", 11)).outcome.value
    assert [2] == desk.worth()
    shadowed = desk.hear(B, basket("b1", 11))
    assert "duplicate" == shadowed.outcome.value


def test_a_play_without_points_that_we_have_is_linked_and_one_that_we_have_not_is_new():
    desk = switched(ours=[play("p1", "foul", at=10)])
    desk.hear(B, play("b1", "foul", at=11), play("b2", "foul", at=200))
    assert 2 == len(desk.state.plays)


def test_a_basket_that_fits_nothing_but_that_the_score_has_is_absorbed_until_the_level_asks():
    desk = switched(ours=[basket("p1", 10)])
    desk.hear(B, basket("b1", 300, after=(2, 0)))
    assert (2, 0) == desk.score
    assert 1 == len(desk.state.plays)
    desk.hear(B, play("b2", "foul", at=400, after=(4, 0)))
    assert (4, 0) == desk.score


def test_a_basket_that_is_clearly_later_counts_though_its_source_missed_one():
    desk = switched(ours=[basket("p1", 10)])
    desk.hear(B, basket("b1", 300))
    assert (4, 0) == desk.score
    assert ("level",) == desk.doubts


def test_a_basket_that_fits_by_time_and_is_above_our_total_is_a_new_one():
    desk = switched(ours=[basket("p1", 10)])
    desk.hear(B, basket("b1", 11, after=(4, 0)))
    assert (4, 0) == desk.score


def test_a_goal_that_fits_only_one_that_was_taken_back_is_not_counted_and_is_disputed():
    desk = switched("hockey", ours=[goal("p1", HOME, 60), void("p1")])
    desk.hear(B, goal("b1", HOME, 61))
    assert (0, 0) == desk.score
    assert (f"conflict:{desk.state.plays[0].play_id}",) == desk.doubts
    desk.hear(B, void("b1"))
    assert () == desk.doubts


def test_a_dispute_ends_when_the_source_shows_our_score_long_after():
    desk = switched("hockey", ours=[goal("p1", HOME, 60), void("p1")])
    desk.hear(B, goal("b1", HOME, 61, after=(1, 0)))
    assert 1 == len(desk.doubts)
    desk.now_ms += 400_000
    desk.hear(B, play("b2", "hit", at=300, clock_ms=300_000, after=(0, 0)))
    desk.hear(B, goal("b3", HOME, 400, after=(1, 0)))
    assert (1, 0) == desk.score


def test_a_source_with_a_hole_that_shows_our_score_does_not_count_what_we_took_back():
    desk = Desk("hockey")
    desk.hear(P, goal("p1", HOME, 60))
    desk.hear(B, goal("b1", HOME, 60))
    desk.switch(B)
    desk.hear(B, void("b1"), goal("b2", AWAY, 200))
    desk.hear(P, play("p9", "hit", at=300, clock_ms=300_000, after=(0, 1)))
    desk.switch(P)
    assert () == desk.doubts
    desk.hear(P, goal("p10", HOME, 400, after=(1, 1)))
    assert (1, 1) == desk.score
    desk.hear(P, void("p1"))
    assert (1, 1) == desk.score


def test_a_void_of_a_linked_play_takes_ours_back():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    desk.hear(B, void("b1"))
    assert (0, 0) == desk.score


def test_a_void_of_an_absorbed_play_takes_its_points_back_if_the_scores_were_equal():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 300, after=(2, 0))])
    assert 1 == len(desk.state.absorbed)
    desk.hear(B, void("b1"))
    assert (0, 0) == desk.score
    assert [-2] == [a.change.home for a in desk.state.adjustments]


def test_a_void_of_an_absorbed_play_changes_nothing_while_the_scores_differ():
    desk = switched(ours=[basket("p1", 10), basket("p2", 50)])
    desk.hear(B, basket("b1", 300, after=(2, 0)), void("b1"))
    assert (4, 0) == desk.score
    assert ("level",) == desk.doubts


def test_an_absorbed_play_told_again_is_still_absorbed():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 300, after=(2, 0))])
    desk.hear(B, basket("b1", 301, rev=1))
    assert [2] == desk.worth()


def test_a_void_of_an_old_play_that_was_never_compared_finds_it():
    fouls = [play(f"p{n}", "foul", at=n * 5) for n in range(70)]
    theirs = [play(f"b{n}", "foul", at=n * 5) for n in range(70)]
    desk = switched(ours=fouls, theirs=theirs)
    desk.hear(B, void("b3", overturned=False))
    assert 1 == sum(not p.state.counts for p in desk.state.plays)
    desk.hear(B, play("b60", "foul", at=300, rev=1))
    desk.hear(B, void("b4", overturned=False), void("b4", overturned=False))
    assert 70 == len(desk.state.plays)


def test_a_void_of_what_nobody_can_find_changes_nothing():
    desk = switched("hockey", theirs=[goal("b1", HOME, 60), void("b1")])
    desk.hear(B, play("b2", "hit", at=3, clock_ms=3_000), void("b2"))
    assert (0, 0) == desk.score


def test_more_points_are_believed_as_far_as_the_level_goes():
    desk = switched("football", ours=[play("p1", "rush", 6, HOME, 10)])
    desk.hear(B, play("b1", "rush", 6, HOME, 10))
    desk.hear(B, play("b1", "rush", 7, HOME, 10, rev=1, reason="try good"))
    assert (7, 0) == desk.score


def test_a_try_put_to_its_touchdown_is_not_counted_again():
    ours = [play("p1", "rush", 6, HOME, 10), play("p2", "extra_point", 1, HOME, 12)]
    desk = switched("football", ours=ours, theirs=[play("b1", "rush", 6, HOME, 10)])
    desk.hear(B, play("b1", "rush", 7, HOME, 10, rev=1))
    assert (7, 0) == desk.score
    assert 1 == desk.state.plays[0].withheld
    desk.hear(B, play("b1", "rush", 6, HOME, 10, rev=2))
    assert (6, 0) == desk.score


def test_withheld_points_are_given_when_the_level_asks_for_them():
    desk = switched("football", ours=[play("p1", "rush", 6, HOME, 10)])
    desk.hear(B, play("b1", "rush", 7, HOME, 10, after=(7, 0)))
    assert [6, 1] == desk.worth()
    desk.hear(B, play("b2", "timeout", at=100, after=(10, 0)))
    assert [6, 4] == desk.worth()


def test_fewer_points_are_always_believed():
    desk = switched(ours=[basket("p1", 10, 3)], theirs=[basket("b1", 10, 3)])
    desk.hear(B, basket("b1", 10, 2, rev=1))
    assert (2, 0) == desk.score


def test_points_that_belong_to_the_other_side_change_sides():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    desk.hear(B, basket("b1", 10, side=AWAY, rev=1))
    assert (0, 2) == desk.score


def test_a_correction_keeps_what_the_source_does_not_say_and_our_place():
    desk = switched(ours=[basket("p1", 10, text="a dunk")], theirs=[basket("b1", 10)])
    order = desk.state.plays[0].order
    desk.hear(B, basket("b1", 11, rev=1, order=77_000, wallclock_ms=None, clock_ms=None))
    found = desk.state.plays[0]
    assert ("a dunk", order, 710_000) == (found.facts.text, found.order, found.facts.clock_ms)
    assert NOW_MS + 10_000 == found.facts.wallclock_ms


def test_a_correction_of_a_goal_that_we_took_back_does_not_bring_it_back():
    desk = switched(
        "hockey", ours=[goal("p1", HOME, 60), void("p1")], theirs=[goal("b1", HOME, 60)]
    )
    desk.hear(B, goal("b1", HOME, 62, rev=1))
    assert (0, 0) == desk.score


def test_a_source_brings_back_what_it_took_back_itself():
    desk = switched("hockey", ours=[goal("p1", HOME, 60)], theirs=[goal("b1", HOME, 60)])
    desk.hear(B, void("b1"))
    assert (0, 0) == desk.score
    desk.hear(B, goal("b1", HOME, 60, rev=1, reason="reinstated"))
    assert (1, 0) == desk.score


def test_a_correction_of_a_merged_play_falls_by_what_the_level_implies():
    ours = [play("p1", "rush", 6, HOME, 10), play("p2", "extra_point", 1, HOME, 12)]
    desk = switched("football", ours=ours, theirs=[play("b1", "rush", 7, HOME, 10)])
    desk.hear(B, play("b1", "rush", 6, HOME, 10, rev=1))
    assert (6, 0) == desk.score


def test_a_correction_that_breaks_the_rules_is_held():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    answer = desk.hear(B, play("b1", "2pt", 5, HOME, 10, rev=1))
    assert "quarantined" == answer.outcome.value
    assert (2, 0) == desk.score


def test_an_absolute_score_leaves_out_what_we_took_back():
    desk = switched(
        "hockey", ours=[goal("p1", HOME, 60), void("p1")], theirs=[goal("b1", HOME, 60)]
    )
    desk.hear(B, score(1, 0))
    assert (0, 0) == desk.score
    desk.hear(B, score(1, 1))
    assert (0, 1) == desk.score


def test_an_absolute_score_that_is_lower_falls_only_as_a_correction():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    assert "quarantined" == desk.hear(B, score(0, 0)).outcome.value
    desk.hear(B, score(1, 0, correction=True))
    assert (1, 0) == desk.score


def test_a_score_said_outright_ends_the_doubt_of_points_without_a_play():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    desk.hear(B, play("b2", "foul", at=90, after=(4, 0)))
    desk.wait(11)
    assert "level" in desk.doubts
    desk.hear(B, play("b3", "foul", at=95, after=(4, 0)))
    assert () == desk.doubts


def test_an_attempt_of_a_shootout_is_known_by_its_number():
    shots = {"period_index": 5, "clock_ms": None, "shootout": True}
    ours = [play("p1", "shootout_shot", 1, HOME, 10, **shots)]
    desk = switched("hockey", ours=ours, theirs=[play("b1", "shootout_shot", 1, HOME, 10, **shots)])
    desk.hear(B, play("b2", "shootout_shot", 1, HOME, 60, **shots))
    assert Score(2, 0) == desk.state.shootout
    desk.hear(B, play("b2", "shootout_shot", 0, HOME, 60, rev=1, **shots))
    assert Score(1, 0) == desk.state.shootout


def received(report):
    return Received(Message(report))


def test_a_believed_source_with_a_hole_gets_into_overtime_with_the_game():
    four = {"period_index": 4}
    desk = Desk()
    desk.hear(P, basket("p1", 10, **four))
    desk.hear(B, basket("b1", 10, **four), basket("b2", 20, side=AWAY, **four))
    desk.switch(B)
    desk.switch(P)
    five = play("p3", "period_start", period_index=5, side=None, clock_ms=300_000)
    shadow = desk.world.shadows[P]
    assert overhear(shadow, received(five), P, desk.now_ms).entry is None
    far = received(play("p3", "period_start", period_index=9, side=None, clock_ms=300_000))
    assert overhear(shadow, far, P, desk.now_ms, desk.state).entry is None
    desk.hear(P, five)
    assert 5 == desk.state.period_index


def test_an_officials_score_moves_the_level_of_every_shadow():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10, after=(2, 0))])
    event = ScoreSet(Score(4, 0), Score(2, 0), 1, True, "missed basket")
    shadow = desk.world.shadows[B]
    desk.world.shadows[B] = apply(shadow, decreed(shadow, event, P, desk.now_ms))
    desk.world.write([decreed(desk.state, event, P, desk.now_ms)])
    desk.hear(B, basket("b2", 60, after=(4, 0)))
    assert (6, 0) == desk.score
    assert () == tuple(d for d in desk.doubts if d != "claimed")


@pytest.mark.parametrize("side", [HOME, AWAY])
def test_the_half_inning_tells_which_run_it_is(side):
    half = "bottom" if side is HOME else "top"
    facts = {"half": half, "clock_ms": None}
    desk = switched("baseball", ours=[play("p1", "single", 1, side, 10, **facts)])
    desk.hear(B, play("b1", "single", 1, side, 12, **facts))
    desk.hear(B, play("b2", "single", 1, side, 400, **facts))
    assert 2 == sum(desk.worth())


#: A final so early needs a reason.
CALLED = StatusReport(StatusLine(Status.FINAL, reason="called"), 1)


def finished():
    """A game that the primary has ended, and a backup that goes on."""
    begun = StatusReport(StatusLine(Status.IN_PROGRESS), 1)
    desk = Desk()
    desk.hear(P, begun, basket("p1", 10), CALLED)
    desk.hear(B, begun, basket("b1", 10), play("b2", "foul", at=60))
    desk.hear(B, play("b3", "period_start", side=None, period_index=2))
    desk.switch(B)
    return desk


def test_a_game_that_is_over_still_learns_names_and_hears_voids_of_what_it_never_had():
    desk = finished()
    assert 1 == len(desk.state.plays)
    desk.hear(B, void("b2"))
    assert (2, 0) == desk.score
    assert "quarantined" == desk.hear(B, basket("b1", 10, rev=1, period_index=3)).outcome.value


def test_a_source_whose_shadow_was_lost_repeats_what_we_know():
    desk = switched(ours=[basket("p1", 10)], theirs=[basket("b1", 10)])
    desk.world.shadows.pop(B)
    assert "duplicate" == desk.hear(B, basket("b1", 10)).outcome.value


def test_a_status_that_we_have_is_a_duplicate():
    begun = StatusReport(StatusLine(Status.IN_PROGRESS), 1)
    desk = switched(ours=[begun])
    assert "duplicate" == desk.hear(B, begun).outcome.value


def test_points_of_one_side_are_added_while_the_other_side_is_in_doubt():
    desk = switched(ours=[basket("p1", 10, side=AWAY)])
    desk.hear(B, play("b1", "foul", at=100, after=(2, 0)))
    desk.wait(11)
    assert (2, 2) == desk.score
    assert "level" in desk.doubts


def test_what_the_backup_took_back_and_made_up_for_is_left_alone():
    theirs = [play("b0", "foul", at=5), basket("b1", 10), void("b0"), void("b1")]
    theirs += [basket("b2", 300, after=(2, 0))]
    ours = [play("p0", "foul", at=5), basket("p1", 10)]
    desk = switched(ours=ours, theirs=theirs)
    desk.world.settle_ms = desk.now_ms
    desk.wait(11)
    assert (2, 0) == desk.score


def test_an_absorbed_play_of_more_points_than_are_missing_stays_absorbed():
    desk = switched(ours=[basket("p1", 10, 3)], theirs=[basket("b1", 300, 3, after=(3, 0))])
    desk.hear(B, play("b2", "foul", at=400, after=(5, 0)))
    assert (3, 0) == desk.score


def test_a_goal_far_from_one_that_was_taken_back_is_a_new_one():
    desk = switched("hockey", ours=[goal("p1", HOME, 60), void("p1")])
    desk.hear(B, goal("b1", HOME, 200))
    assert (1, 0) == desk.score


def test_a_score_like_ours_right_after_says_nothing_of_what_we_took_back():
    ours = [goal("p1", HOME, 60), void("p1"), goal("p2", HOME, 100)]
    desk = switched("hockey", ours=ours)
    desk.hear(B, goal("b1", HOME, 61, after=(1, 0)))
    assert any(doubt.startswith("conflict:") for doubt in desk.doubts)


def test_what_was_passed_over_in_an_earlier_period_counts_as_known():
    desk = switched("hockey", ours=[goal("p1", HOME, 60)])
    desk.hear(B, goal("b1", HOME, 90, period_index=2))
    assert (2, 0) == desk.score


def test_an_attempt_of_a_shootout_whose_number_differs_is_known_by_its_time():
    shots = {"period_index": 5, "clock_ms": None, "shootout": True}
    ours = [play(f"p{n}", "shootout_shot", n, HOME, 60 * n, **shots) for n in (0, 1)]
    desk = switched("hockey", ours=[goal("p9", HOME, 60, period_index=4), *ours])
    desk.hear(B, play("b1", "shootout_shot", 1, HOME, 60, **shots))
    assert Score(1, 0) == desk.state.shootout
    desk.hear(B, goal("b9", HOME, 60, period_index=4))
    assert (1, 0) == desk.score


def test_a_play_of_the_top_half_goes_before_what_we_have_of_the_bottom_half():
    half = {"clock_ms": None}
    ours = [play("p1", "out", side=AWAY, at=10, half="top", **half)]
    ours += [play("p2", "single", 1, HOME, 60, half="bottom", **half)]
    desk = switched("baseball", ours=ours)
    desk.hear(B, play("b1", "home_run", 1, AWAY, 40, half="top", **half))
    halves = [p.facts.half for p in desk.state.plays]
    assert ["top", "top", "bottom"] == halves


def test_of_ours_and_theirs_without_clocks_the_time_of_day_says_what_was_passed_over():
    run = {"half": "top", "clock_ms": None}
    desk = switched("baseball", ours=[play("p1", "single", 1, AWAY, 10, **run)])
    desk.hear(B, play("b1", "single", 2, AWAY, 900, **run))
    assert (0, 3) == desk.score


def test_a_merged_play_hides_nothing_that_was_passed_over():
    ours = [play("p1", "rush", 6, HOME, 10), play("p2", "extra_point", 1, HOME, 12)]
    desk = switched("football", ours=ours, theirs=[play("b1", "rush", 7, HOME, 10)])
    desk.hear(B, play("b2", "field_goal", 3, HOME, 300))
    assert (10, 0) == desk.score


def test_a_void_of_one_of_several_that_are_one_of_ours_falls_by_its_points():
    theirs = [play("b1", "rush", 6, HOME, 10), play("b2", "extra_point", 1, HOME, 12)]
    desk = switched("football", ours=[play("p1", "rush", 7, HOME, 10)], theirs=theirs)
    desk.hear(B, void("b1"))
    assert (1, 0) == desk.score


def test_a_void_of_a_merged_play_takes_back_what_is_left_of_ours():
    ours = [play("p1", "rush", 6, HOME, 10), goalless("p3", 11)]
    ours += [play("p2", "extra_point", 1, HOME, 12), play("p4", "field_goal", 3, HOME, 200)]
    theirs = [play("b1", "rush", 7, HOME, 10), play("b4", "field_goal", 3, HOME, 200)]
    desk = switched("football", ours=ours, theirs=theirs)
    desk.hear(B, void("b1"))
    assert (3, 0) == desk.score


def goalless(ref, at):
    return play(ref, "timeout", at=at)


def test_a_void_that_the_rules_refuse_changes_nothing():
    desk = Desk()
    for source, name in ((P, "p"), (B, "b")):
        desk.hear(source, play(f"{name}1", "period_end", side=None))
        desk.hear(source, play(f"{name}2", "period_start", side=None, period_index=2))
    desk.switch(B)
    assert "rejected" == desk.hear(B, void("b1")).outcome.value
    assert all(p.state.counts for p in desk.state.plays)
