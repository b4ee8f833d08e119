"""What the feed says adds up to what really happened."""

from __future__ import annotations

import pytest

from scoreboard.model.message import ScoreReport, StatusReport
from scoreboard.model.side import Score
from scoreboard.model.status import Status
from scoreboard.sports.registry import RULESETS
from tests.simulator.days import SPORTS, games, reports, tally, total

each_sport = pytest.mark.parametrize("sport", SPORTS)


def decided_in(game):
    return reports(game, StatusReport)[-1].line.decided_in


@each_sport
def test_the_live_plays_add_up_to_the_final_score(sport):
    for game in games(sport):
        assert game.final == total(game)


@each_sport
def test_the_last_score_that_is_read_out_is_the_final_one(sport):
    for game in games(sport):
        assert game.final == reports(game, ScoreReport)[-1].score


@each_sport
def test_the_attempts_of_a_shootout_add_up_to_its_tally(sport):
    for game in games(sport):
        assert (game.shootout or Score()) == tally(game)


@each_sport
def test_a_game_ends_level_only_where_the_ruleset_says_so(sport):
    for game in games(sport):
        if game.final.leader is None:
            assert RULESETS[game.meta.ruleset].may_tie


@each_sport
def test_how_a_game_was_decided_is_said_when_it_is_final(sport):
    for game in games(sport):
        periods = RULESETS[game.meta.ruleset].periods
        last = reports(game, StatusReport)[-1].period_index
        extra = last - periods
        if extra == 0:
            assert decided_in(game) == "REG"
        elif sport == "baseball":
            assert decided_in(game) == f"F/{last}"
        elif sport == "hockey" and extra == 2:
            assert decided_in(game) == "SO"
        else:
            assert decided_in(game) == ("OT" if extra == 1 else f"{extra}OT")


def test_a_shootout_has_a_status_of_its_own_and_its_winner_one_goal_more():
    found = [game for game in games("hockey") if game.shootout is not None]
    assert found
    for game in found:
        assert Status.SHOOTOUT in [report.line.status for report in reports(game, StatusReport)]
        assert abs(game.final.home - game.final.away) == 1
        assert game.final.leader is game.shootout.leader


def test_football_goes_into_overtime_now_and_then():
    overtimes = [game for game in games("football") if decided_in(game) == "OT"]
    assert 0 < len(overtimes) < len(games("football")) / 4
