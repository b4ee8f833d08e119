"""A day is the same for the same seed, and another for another."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest

from scoreboard.model.clock import ClockCause
from scoreboard.model.errors import LocalError
from scoreboard.model.ids import parse_game_id, parse_league, parse_person_id, parse_team_id
from scoreboard.model.message import ClockReport, PlayReport, StatusReport
from scoreboard.model.status import Status
from scoreboard.simulator.day import DEMO, Slate, fixtures, game_day, merged, played, slate
from scoreboard.sports.registry import RULESETS
from tests.simulator.days import START_MS, reports

SMALL = Slate(1, 1, 1, 1, 1)
MINUTE = 60_000


def digest(games):
    return hashlib.sha256("\n".join(repr(game) for game in games).encode()).hexdigest()


def kickoff(game):
    return next(
        timed.at_ms
        for timed in game.reports
        if isinstance(timed.message.report, StatusReport)
        and timed.message.report.line.status is Status.IN_PROGRESS
    )


def test_the_same_seed_gives_the_same_day():
    assert digest(game_day(7, START_MS, SMALL)) == digest(game_day(7, START_MS, SMALL))


def test_another_seed_gives_another_day():
    assert digest(game_day(7, START_MS, SMALL)) != digest(game_day(8, START_MS, SMALL))


def test_a_game_does_not_depend_on_the_order_in_which_games_are_played():
    day = fixtures(7, START_MS, SMALL)
    backwards = tuple(reversed([played(fixture) for fixture in reversed(day)]))
    assert digest(game_day(7, START_MS, SMALL)) == digest(backwards)


def test_another_sport_on_the_slate_changes_nothing_for_the_first():
    alone = game_day(7, START_MS, Slate(football=2))
    among = game_day(7, START_MS, Slate(football=2, soccer=1, hockey=1))
    assert digest(alone) == digest(among[:2])


def test_the_demo_plays_sixteen_football_ten_soccer_and_thirteen_basketball_games():
    leagues = Counter(fixture.meta.league for fixture in fixtures(1, START_MS))
    assert leagues == {"dfl_": 16, "dsl_": 10, "dbl_": 13}
    assert slate() == DEMO


def test_nobody_plays_twice_on_a_day():
    teams = [
        team.team_id
        for fixture in fixtures(3, START_MS, Slate(16, 10, 15, 16, 15))
        for team in (fixture.meta.home, fixture.meta.away)
    ]
    assert len(set(teams)) == len(teams)


def test_ids_are_in_the_form_that_topics_demand():
    for game in game_day(5, START_MS, SMALL):
        meta = game.meta
        assert meta.game_id == parse_game_id(meta.game_id)
        assert meta.league == parse_league(meta.league)
        assert meta.home.team_id == parse_team_id(meta.home.team_id)
        assert meta.ruleset in RULESETS
        assert RULESETS[meta.ruleset].sport == meta.sport
        people = {p for play in reports(game, PlayReport) for p in play.facts.participants}
        assert people
        for person in people:
            assert person.person_id == parse_person_id(person.person_id)


def test_two_days_have_no_game_in_common():
    days = [*fixtures(1, START_MS), *fixtures(2, START_MS), *fixtures(1, START_MS + 1)]
    assert len({fixture.meta.game_id for fixture in days}) == len(days)


def test_aligned_games_begin_within_the_first_two_minutes():
    begins = [kickoff(game) - START_MS for game in game_day(2, START_MS, Slate(6, 4, 4))]
    assert all(0 < begin <= 2 * MINUTE + 1_000 for begin in begins)


def test_games_that_are_not_aligned_begin_in_the_waves_of_a_real_day():
    day = fixtures(2, START_MS, Slate(football=16), aligned=False, stagger_ms=0)
    waves = Counter((fixture.kickoff_ms - START_MS) // MINUTE for fixture in day)
    assert waves == {0: 8, 203: 7, 440: 1}


def test_a_feed_speaks_of_a_game_before_it_begins_and_never_before_the_day():
    for fixture in fixtures(2, START_MS, Slate(3, 3, 3, 3, 3), aligned=False):
        assert START_MS <= fixture.announced_ms < fixture.kickoff_ms
        game = played(fixture)
        assert game.reports[0].at_ms == fixture.announced_ms
        assert game.reports[0].message.report.line.status is Status.PREGAME


def test_without_resync_a_clock_is_told_only_when_it_changes():
    (quiet,) = game_day(4, START_MS, Slate(basketball=1), resync=False)
    (chatty,) = game_day(4, START_MS, Slate(basketball=1))
    causes = Counter(report.cause for report in reports(quiet, ClockReport))
    assert ClockCause.RESYNC not in causes
    assert causes[ClockCause.START] == causes[ClockCause.STOP]
    assert len(reports(chatty, ClockReport)) > 1.5 * len(reports(quiet, ClockReport))


def test_the_merged_day_is_in_order_of_time_and_has_every_message_once():
    games = game_day(6, START_MS, SMALL)
    day = list(merged(games))
    times = [timed.at_ms for _, timed in day]
    assert times == sorted(times)
    for game in games:
        mine = [timed for game_id, timed in day if game_id == game.meta.game_id]
        assert mine == list(game.reports)


def test_a_hundred_games_of_a_sport_can_be_played_and_no_more():
    assert len(fixtures(1, START_MS, Slate(soccer=100))) == 100
    with pytest.raises(LocalError, match="no club"):
        fixtures(1, START_MS, Slate(soccer=101))
