"""When somebody is told at once, and what of it is withdrawn."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.codec.shape import envelope
from scoreboard.codec.shape_alert import alert_list
from scoreboard.model.clock import Clock, ClockCause
from scoreboard.model.delivery import DeliveryClass
from scoreboard.model.event import (
    ClockSet,
    MetaSet,
    PlayAdded,
    PlayAmended,
    PlayVoided,
    ScoreSet,
    StatusSet,
)
from scoreboard.model.ids import play_id
from scoreboard.model.play import Play, PlayFacts, PlayState
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from scoreboard.projection.alerts import alert_list_of
from scoreboard.projection.fold import begin
from scoreboard.projection.publish import step
from scoreboard.sports.alerting import ALERTING, MANNERS, WINDOWS
from scoreboard.sports.registry import RULESETS, SPORTS
from tests.support.games import AWAY, EPOCH, HOME, entry, meta

H, A = Side.HOME, Side.AWAY
MINUTE = 60_000
GAME = "g0000000001"


class Log:
    """A game of some ruleset, written entry by entry."""

    def __init__(self, ruleset="nhl", **ranks):
        about = meta(ruleset, RULESETS[ruleset].sport)
        home = attrs.evolve(about.home, rank=ranks.get("home"))
        away = attrs.evolve(about.away, rank=ranks.get("away"))
        self.state = begin(entry(1, MetaSet(attrs.evolve(about, home=home, away=away))), EPOCH)
        self.published = ()
        self.late_s = 0

    def write(self, event):
        """Log `event`; the alerts of it, as "kind:key"."""
        made = entry(self.state.seq + 1, event)
        made = attrs.evolve(made, ts_ms=made.ts_ms + self.late_s * 1000)
        self.state, self.published = step(self.state, made, EPOCH)
        return [alert.notif_id.removeprefix(f"{GAME}:") for alert in self.news()]

    def news(self):
        bodies = [p.body for p in self.published if p.kind == "alert"]
        return bodies[0].alerts if bodies else ()

    def play(self, kind, side=None, points=0, period=1, clock_ms=None, order=None, **facts):
        seq = self.state.seq + 1
        to = facts.pop("to", side)
        told = PlayFacts(
            kind,
            period,
            side=side,
            points=points,
            points_to=to if points else None,
            clock_ms=clock_ms,
            **facts,
        )
        return self.write(PlayAdded(Play(play_id(seq), 0, order or seq * 1024, told)))

    def goal(self, side, **facts):
        return self.play("goal", side, 1, **facts)

    def basket(self, side, points=2, **facts):
        return self.play(f"{points}pt", side, points, **facts)

    def status(self, status, period=None):
        return self.write(StatusSet(StatusLine(status), period))

    def void(self, seq, state=PlayState.VOIDED):
        play = self.state.by_id(play_id(seq))
        return self.write(PlayVoided(play.play_id, play.rev + 1, state, "a slip"))

    def amend(self, seq, **facts):
        play = self.state.by_id(play_id(seq))
        told = attrs.evolve(play.facts, **facts)
        return self.write(PlayAmended(attrs.evolve(play, rev=play.rev + 1, facts=told), "better"))

    def standing(self):
        told = self.state.alerts.told
        ids = [one.alert.notif_id for one in told if not one.withdrawn]
        return [one.removeprefix(f"{GAME}:") for one in ids]


def live(ruleset="nhl", **ranks):
    log = Log(ruleset, **ranks)
    log.status(Status.IN_PROGRESS, 1)
    return log


def test_every_sport_ruleset_and_kind_is_in_the_tables():
    assert set(ALERTING) == set(SPORTS)
    assert set(WINDOWS) == set(RULESETS)
    exits = {kind for one in ALERTING.values() for by in one.exits.values() for kind in by.values()}
    assert exits <= set(MANNERS)


def test_a_game_starts_once():
    log = Log()
    assert log.status(Status.IN_PROGRESS, 1) == ["game_start:start"]
    assert log.status(Status.END_PERIOD, 1) == ["end_period:1"]
    assert log.status(Status.IN_PROGRESS, 2) == []
    assert log.status(Status.HALFTIME, 2) == ["halftime:2"]


def test_a_goal_is_told_on_four_topics_with_the_whole_state():
    log = live()
    assert log.goal(H, clock_ms=9 * MINUTE) == ["score:p3", "first_lead:p3"]
    told = [p for p in log.published if p.kind == "alert"]
    assert [topic for p in told for _, topic in p.places] == [
        f"scoreboard.v1.game.{GAME}.alert",
        "scoreboard.v1.league.nba_.alert",
        f"scoreboard.v1.team.{HOME}.alert",
        f"scoreboard.v1.team.{AWAY}.alert",
    ]
    assert {p.delivery for p in told} == {DeliveryClass.CRITICAL}
    assert not any(p.retained for p in told)
    data = envelope(told[0])["data"]
    assert data["title"] == "HOM 1, AWY 0"
    assert data["state"] == {
        "home": 1,
        "away": 0,
        "status": "in_progress",
        "decided_in": None,
        "period_index": 1,
        "period_label": "1st",
        "clock_ms": 9 * MINUTE,
        "confidence": "confirmed",
    }
    assert data["collapse_id"] == GAME
    assert data["team_ids"] == [HOME, AWAY]
    score = data["alerts"][0]
    assert (score["notif_id"], score["play_id"], score["points"]) == (f"{GAME}:score:p3", "p3", 1)
    assert (score["team_id"], score["default"], score["retracts"]) == (HOME, True, None)


def test_what_is_no_news_publishes_none():
    log = live()
    log.play("faceoff", H)
    assert "alert" not in [p.kind for p in log.published]


def test_the_lead_changes_over_a_tie():
    log = live("nhl")
    log.goal(H)
    assert log.goal(A) == ["score:p4"]
    assert log.goal(A) == ["score:p5", "lead_change:p5"]
    assert log.goal(A) == ["score:p6"]


def test_basketball_tells_no_basket_and_few_changes_of_the_lead():
    log = live("nba")
    assert log.basket(H) == ["first_lead:p3"]
    assert log.basket(A, 3) == ["lead_change:p4"]
    assert log.basket(H) == []
    log.late_s = 400
    assert log.basket(A, 3) == ["lead_change:p6"]
    log.status(Status.IN_PROGRESS, 4)
    assert log.basket(H, 3, period=4) == ["lead_change:p8"]
    assert log.news()[0].is_default


def test_a_finish_is_close_once():
    log = live("nba")
    log.basket(H, 3)
    assert log.play("timeout", H, period=4, clock_ms=5 * MINUTE + 1) == []
    assert log.play("timeout", H, period=4, clock_ms=5 * MINUTE) == ["close_game:close:4"]
    assert log.basket(A, 3, period=4, clock_ms=4 * MINUTE) == ["tie_late:p6"]
    assert log.play("timeout", H, period=4, clock_ms=3 * MINUTE) == []


def test_a_finish_can_be_close_again_in_another_period_after_it_was_not():
    log = live("mlb")
    assert log.play("single", H, 1, period=8) == ["score:p3", "first_lead:p3", "close_game:close:8"]
    assert "close_game:close:9" not in log.play("single", A, 1, period=9)
    for _ in range(3):
        log.play("single", A, 1, period=9)
    assert log.play("single", H, 2, period=9) == ["score:p8", "close_game:close:9"]
    for _ in range(3):
        log.play("single", A, 1, period=9)
    assert log.play("single", H, 3, period=9) == ["score:p12"]
    assert not log.state.alerts.is_armed


def test_without_a_clock_of_the_period_nobody_knows_how_near_the_end_is():
    log = live("nba")
    assert log.basket(H, period=4) == ["first_lead:p3"]
    log.write(ClockSet(Clock(3, 1000, running=False, as_of_ms=0), ClockCause.SET))
    assert log.standing() == ["game_start:start", "first_lead:p3"]


def test_a_clock_that_counts_up_and_an_overtime_without_clock():
    log = live("soccer_league")
    log.play("pass", H, period=2, clock_ms=34 * MINUTE)
    assert log.play("pass", H, period=2, clock_ms=35 * MINUTE) == ["close_game:close:2"]
    log = live("ncaa_football")
    assert log.play("rush", H, period=5) == ["overtime:5", "close_game:close:5"]


def test_the_game_is_over_once_and_is_no_longer_close():
    log = live("nba")
    log.basket(H, period=4)
    assert log.status(Status.FINAL, 4) == ["final:final"]
    assert log.status(Status.OFFICIAL) == []
    assert log.write(ClockSet(Clock(4, 0, running=False, as_of_ms=0), ClockCause.SET)) == []


def test_overtime_and_only_the_first_extra_inning():
    log = live("nba")
    assert log.play("timeout", H, period=5) == ["overtime:5"]
    assert log.play("timeout", H, period=6) == ["overtime:6"]
    log = live("mlb")
    assert log.status(Status.IN_PROGRESS, 10) == ["overtime:10", "close_game:close:10"]
    assert log.status(Status.IN_PROGRESS, 11) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.DELAYED, "delay"),
        (Status.SUSPENDED, "suspended"),
        (Status.POSTPONED, "postponed"),
        (Status.CANCELLED, "cancelled"),
        (Status.ABANDONED, "abandoned"),
        (Status.FORFEITED, "forfeited"),
    ],
)
def test_an_interruption_is_told(status, kind):
    log = live()
    assert log.status(status) == [f"{kind}:3"]


def test_a_game_is_resumed_after_a_delay():
    log = live()
    log.status(Status.DELAYED)
    assert log.status(Status.SUSPENDED) == ["suspended:4"]
    assert log.status(Status.IN_PROGRESS) == ["resumed:5"]


def test_a_red_card_and_an_ejection_are_told_if_somebody_says_so():
    log = live("soccer_league")
    assert log.play("card", H, subtype="yellow") == []
    assert log.play("card", H, subtype="second_yellow") == ["red_card:p4"]
    assert log.amend(4, subtype="yellow") == ["correction:red_card:p4"]
    assert log.amend(4, subtype="red") == ["red_card:p4#2"]
    assert live("nba").play("ejection", A) == ["ejection:p3"]


def test_a_void_withdraws_the_goal_and_the_lead_and_the_correction_names_them():
    log = live()
    log.goal(H)
    assert log.void(3, PlayState.OVERTURNED) == ["correction:score:p3", "correction:first_lead:p3"]
    by_kind = {p.kind: p for p in log.published}
    correction = envelope(by_kind["correction"])["data"]
    assert correction["retracts"] == [f"{GAME}:score:p3", f"{GAME}:first_lead:p3"]
    alerts = envelope(by_kind["alert"])["data"]["alerts"]
    assert [alert["retracts"] for alert in alerts] == correction["retracts"]
    assert log.standing() == ["game_start:start", "correction:score:p3", "correction:first_lead:p3"]
    assert log.goal(H) == ["score:p5", "first_lead:p5"]


def test_a_void_withdraws_what_other_plays_did_to_the_lead():
    log = live()
    log.goal(A)
    log.goal(H)
    log.goal(H)
    assert log.void(3) == [
        "correction:score:p3",
        "correction:first_lead:p3",
        "correction:lead_change:p5",
    ]
    assert log.state.alerts.leader is H


def test_a_late_play_can_undo_a_change_of_the_lead():
    log = live()
    log.goal(A, order=1000)
    log.goal(H, order=2000)
    log.goal(H, order=3000)
    assert log.goal(H, order=500) == [
        "correction:first_lead:p3",
        "correction:lead_change:p5",
        "score:p6",
    ]


def test_other_points_withdraw_a_score_and_tell_it_anew():
    log = live("nfl")
    log.play("pass", H, 6)
    assert log.amend(3, points=8) == ["correction:score:p3", "score:p3#1"]
    assert log.amend(3, text="better words") == []
    assert log.amend(3, points_to=A) == [
        "correction:first_lead:p3",
        "correction:score:p3#1",
        "score:p3#3",
    ]


def test_a_play_that_becomes_a_score_is_one():
    log = live()
    log.play("shot", H)
    assert log.amend(3, play_type="goal", points=1, points_to=H) == ["score:p3"]


def test_a_try_stands_in_the_place_of_the_touchdown():
    log = live("nfl")
    log.play("extra_point", H, 1)
    assert log.news()[0].updates is None
    log.play("pass", A, 6)
    log.play("extra_point", A, 1)
    assert log.news()[0].updates == f"{GAME}:score:p4"
    log.play("extra_point", A, 2, to=H)
    assert log.news()[0].updates is None


def test_kicks_of_a_shootout_are_no_scores():
    log = live("nhl")
    assert log.play("shootout_shot", H, 1, period=5, shootout=True) == [
        "overtime:5",
        "close_game:close:5",
    ]


def score_set(home, away, correction=False, period=1):
    return ScoreSet(Score(), Score(home, away), period, correction, "said so")


def test_points_without_a_play_are_a_score_and_a_correction_is_none():
    log = live()
    assert log.write(score_set(1, 0)) == ["score:s3", "first_lead:s3"]
    assert log.write(score_set(0, 2)) == ["score:s4", "lead_change:s4"]
    assert log.write(score_set(-1, 0)) == []
    assert log.write(score_set(1, -2, correction=True)) == []
    assert log.write(score_set(0, 0)) == []
    assert log.state.alerts.leader is H
    log = live("nba")
    assert log.write(score_set(2, 0)) == ["first_lead:s3"]


def test_a_correction_that_ends_a_close_finish_withdraws_it():
    log = live("nba")
    log.basket(H, 3)
    log.basket(A, 3, period=4, clock_ms=4 * MINUTE)
    assert log.standing()[-2:] == ["tie_late:p4", "close_game:close:4"]
    assert log.write(score_set(5, 0, correction=True, period=4)) == []
    assert log.write(score_set(1, 0, correction=True, period=4)) == [
        "correction:close_game:close:4"
    ]
    assert log.write(score_set(1, 0, correction=True, period=4)) == []


def test_a_tie_that_was_none_is_withdrawn():
    log = live("nba")
    log.basket(H, 2)
    log.basket(A, 2, period=4, clock_ms=4 * MINUTE)
    assert "tie_late:p4" in log.standing()
    assert "correction:tie_late:p4" in log.amend(4, points=3)


def test_a_correction_after_the_end_changes_the_result():
    log = live()
    log.goal(H)
    log.status(Status.FINAL, 3)
    assert log.void(3) == [
        "correction:score:p3",
        "correction:first_lead:p3",
        "result_changed:5",
    ]
    assert log.news()[-1].updates == f"{GAME}:final:final"


def test_a_score_that_comes_after_a_postponement_changes_no_result():
    log = live()
    log.status(Status.POSTPONED)
    assert log.write(score_set(0, 1, correction=True)) == []


@pytest.mark.parametrize(
    ("home", "away", "upset"),
    [(None, 5, True), (15, 5, True), (14, 5, False), (None, None, False), (40, 30, False)],
)
def test_an_underdog_by_the_rankings_that_wins_is_an_upset(home, away, upset):
    log = live("ncaa_mens_basketball", home=home, away=away)
    log.basket(H, 3, clock_ms=MINUTE)
    assert log.status(Status.FINAL, 2) == ["final:final", *(["upset:upset_final"] * upset)]


def test_an_underdog_ahead_in_the_last_quarter_is_watched():
    log = live("nba", away=1)
    assert log.basket(H, clock_ms=MINUTE) == ["first_lead:p3"]
    assert log.basket(H, period=4, clock_ms=11 * MINUTE) == ["upset_watch:upset"]
    assert log.void(4) == []
    assert log.void(3) == ["correction:first_lead:p3", "correction:upset_watch:upset"]
    log = live("soccer_league", home=3)
    assert "upset_watch:upset" in log.goal(A, period=2, clock_ms=30 * MINUTE)


def test_an_upset_that_was_none_is_withdrawn():
    log = live("nhl", home=3)
    log.goal(A)
    log.status(Status.FINAL, 3)
    assert "correction:upset:upset_final" in log.void(3)


def test_the_list_has_all_alerts_and_marks_the_withdrawn():
    log = live()
    log.goal(H)
    log.void(3)
    told = alert_list(alert_list_of(log.state))
    assert (told["seq"], told["game_id"]) == (4, GAME)
    assert [(one["kind"], one["seq"], one["withdrawn"]) for one in told["alerts"]] == [
        ("game_start", 2, None),
        ("score", 3, 4),
        ("first_lead", 3, 4),
        ("correction", 4, None),
        ("correction", 4, None),
    ]
    assert told["alerts"][1]["title"] == "HOM 1, AWY 0"
    assert told["alerts"][3]["retracts"] == f"{GAME}:score:p3"
