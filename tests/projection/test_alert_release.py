"""While the score is held no alert speaks of it; what is still true is told at the release."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.event import ClockSet, HoldSet, PlayReviewed, ScoreSet
from scoreboard.model.ids import play_id
from scoreboard.model.play import PlayState
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from tests.projection.test_alerts import A, H, Log, live

MINUTE = 60_000


def hold(log: Log) -> list[str]:
    return log.write(HoldSet(held=True, reason="video"))


def release(log: Log) -> list[str]:
    return log.write(HoldSet(held=False, reason="seen"))


def held(ruleset: str = "nhl", **ranks: int) -> Log:
    log = live(ruleset, **ranks)
    assert hold(log) == []
    return log


def adjust(log: Log, change: Score, *, correction: bool = False) -> list[str]:
    score = log.state.score + change
    return log.write(ScoreSet(score, change, 1, correction, "x"))


def test_a_score_is_told_at_the_release_and_once():
    log = held()
    assert log.goal(H) == []
    assert release(log) == ["score:p4", "first_lead:p4"]
    assert [alert.side for alert in log.news()] == [H, H]
    assert hold(log) == []
    assert release(log) == []


def test_scores_are_told_in_the_order_of_the_game():
    log = held()
    for side in (H, A, A):
        assert log.goal(side) == []
    assert release(log) == ["score:p4", "score:p5", "score:p6", "lead_change:p6"]


@pytest.mark.parametrize("state", [PlayState.VOIDED, PlayState.OVERTURNED])
def test_a_score_that_was_void_by_the_release_is_never_told(state):
    log = held()
    log.goal(H)
    assert log.void(4, state) == []
    assert release(log) == []
    assert log.standing() == ["game_start:start"]


def test_a_score_that_was_told_and_is_taken_back_is_withdrawn_at_the_release():
    log = live()
    log.goal(H)
    hold(log)
    assert log.void(3, PlayState.OVERTURNED) == []
    assert release(log) == ["correction:score:p3", "correction:first_lead:p3"]


def test_a_score_that_was_told_and_stands_after_all_is_left_alone():
    log = live()
    log.goal(H)
    hold(log)
    log.write(PlayReviewed(play_id(3), 1, PlayState.UNDER_REVIEW, "video"))
    log.write(PlayReviewed(play_id(3), 2, PlayState.UPHELD, "video"))
    assert release(log) == []


def test_a_score_whose_points_were_amended_is_told_with_those_that_it_has():
    log = held("nfl")
    log.play("field_goal", H, 3)
    log.amend(4, points=6, play_type="rush")
    assert release(log) == ["score:p4", "first_lead:p4"]
    assert log.news()[0].points == 6


def test_a_try_stands_in_the_place_of_its_touchdown_at_the_release_as_well():
    log = held("nfl")
    log.play("rush", H, 6)
    log.play("extra_point", H, 1)
    assert release(log) == ["score:p4", "score:p5", "first_lead:p4"]
    assert log.news()[1].updates == log.news()[0].notif_id


def test_a_try_of_the_other_side_stands_for_itself():
    log = held("nfl")
    log.play("rush", H, 6)
    log.play("two_point", A, 2)
    release(log)
    assert log.news()[1].updates is None


def test_points_without_a_play_are_told_if_they_remain():
    log = held()
    assert adjust(log, Score(1, 0)) == []
    assert release(log) == ["score:s4", "first_lead:s5"]


def test_points_without_a_play_that_were_taken_back_are_never_told():
    log = held()
    adjust(log, Score(1, 0))
    adjust(log, Score(-1, 0), correction=True)
    assert release(log) == []


def test_in_basketball_points_without_a_play_tell_the_lead_alone():
    log = held("nba")
    adjust(log, Score(2, 0))
    assert release(log) == ["first_lead:s5"]


def test_a_correction_alone_tells_no_new_lead():
    log = live()
    log.goal(H)
    hold(log)
    adjust(log, Score(0, 3), correction=True)
    assert release(log) == []


def test_a_lead_that_went_to_and_fro_is_no_news():
    log = live()
    log.goal(H)
    hold(log)
    for side in (A, A, H, H):
        log.goal(side)
    assert release(log) == ["score:p5", "score:p6", "score:p7", "score:p8"]


def test_who_was_ahead_before_a_hold_is_remembered_after_it():
    log = live()
    log.goal(H)
    hold(log)
    log.goal(A)
    log.goal(A)
    release(log)
    assert log.goal(H) == ["score:p8"]
    assert log.goal(H) == ["score:p9", "lead_change:p9"]


def test_changes_of_the_lead_that_follow_soon_are_not_told_in_basketball():
    log = live("nba")
    log.basket(H)
    log.basket(A, 3)
    hold(log)
    log.basket(H)
    assert release(log) == []


def late(log: Log) -> None:
    log.status(Status.IN_PROGRESS, 3)
    log.write(ClockSet(Clock(3, 4 * MINUTE), ClockCause.SET))


def test_a_tie_is_told_at_the_release_if_the_finish_is_near():
    log = live()
    log.goal(H)
    hold(log)
    log.goal(A)
    assert release(log) == ["score:p5"]
    log = live()
    log.goal(H)
    late(log)
    hold(log)
    log.goal(A)
    assert release(log) == ["score:p7", "tie_late:p7"]


def test_a_tie_that_came_before_a_new_lead_is_no_news():
    log = live()
    log.goal(H)
    late(log)
    hold(log)
    log.goal(A)
    log.goal(A)
    assert release(log) == ["score:p7", "score:p8", "lead_change:p8"]


def test_a_level_score_that_no_play_made_is_no_tie():
    log = live()
    log.goal(H)
    log.goal(H)
    late(log)
    hold(log)
    log.goal(A)
    log.void(4)
    assert "tie_late:p8" in release(log)
    log = live()
    log.goal(A)
    log.goal(H)
    log.goal(H)
    hold(log)
    log.goal(H)
    log.void(5)
    log.void(7)
    assert not [one for one in release(log) if one.startswith("tie")]


def test_a_close_finish_is_told_at_the_release():
    log = live()
    for _ in range(4):
        log.goal(H)
    hold(log)
    log.status(Status.IN_PROGRESS, 3)
    for _ in range(3):
        log.goal(A)
    log.write(ClockSet(Clock(3, 4 * MINUTE), ClockCause.SET))
    assert "close_game:close:3" in release(log)


def test_a_close_finish_that_a_corrected_score_ends_is_withdrawn_at_the_release():
    log = live()
    log.status(Status.IN_PROGRESS, 3)
    assert log.write(ClockSet(Clock(3, 4 * MINUTE), ClockCause.SET)) == ["close_game:close:3"]
    hold(log)
    adjust(log, Score(3, 0), correction=True)
    assert release(log) == ["correction:close_game:close:3"]


def test_the_life_of_the_game_is_told_while_the_score_is_held():
    log = held()
    assert log.status(Status.END_PERIOD) == ["end_period:1"]
    assert log.status(Status.DELAYED) == ["delay:5"]
    assert log.status(Status.IN_PROGRESS, 2) == ["resumed:6"]
    assert release(log) == []


def test_who_is_sent_off_is_told_and_withdrawn_while_the_score_is_held():
    log = held("soccer_league")
    assert log.play("card", H, subtype="red") == ["red_card:p4"]
    assert log.void(4, PlayState.OVERTURNED) == ["correction:red_card:p4"]
    assert release(log) == []


def test_the_result_is_told_at_the_release():
    log = held(home=1)
    log.goal(A)
    assert log.status(Status.FINAL) == []
    news = release(log)
    assert news == ["final:final", "upset:upset_final", "score:p4", "first_lead:p4"]
    assert log.news()[0].side is A
    assert hold(log) == []
    assert release(log) == []


def test_a_result_that_a_hold_has_changed_is_told_at_the_release():
    log = live()
    log.goal(H)
    log.status(Status.FINAL)
    hold(log)
    log.goal(A)
    assert release(log) == ["result_changed:7", "score:p6"]


def test_a_game_that_is_over_without_a_result_told_has_none_to_change():
    log = held()
    log.goal(H)
    log.status(Status.ABANDONED)
    assert release(log) == ["score:p4", "first_lead:p4"]


def test_an_underdog_that_leads_late_is_told_at_the_release():
    log = live("nhl", home=1)
    log.status(Status.IN_PROGRESS, 3)
    log.write(ClockSet(Clock(3, 4 * MINUTE), ClockCause.SET))
    hold(log)
    log.goal(A)
    assert release(log)[-1] == "upset_watch:upset"


def test_points_for_nobody_are_no_score_to_tell():
    log = held()
    log.play("goal", None, 1)
    assert release(log) == []


def test_the_alert_after_a_hold_has_the_score_that_is_told_then():
    log = held()
    log.goal(H)
    log.goal(H)
    release(log)
    (body,) = {id(p.body): p.body for p in log.published if p.kind == "alert"}.values()
    assert body.moment.score == Score(2, 0)


def test_every_log_tells_the_same_alerts_again():
    log = held()
    log.goal(H)
    log.void(4)
    log.goal(A)
    release(log)
    told = log.state.alerts.told
    assert [attrs.asdict(one)["alert"]["kind"] for one in told] == [
        "game_start",
        "score",
        "first_lead",
    ]
