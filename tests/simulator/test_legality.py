"""Everything that is told is what the catalogue of sports and rulesets allows."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scoreboard.model.clock import ClockCause, Direction
from scoreboard.model.message import (
    ClockReport,
    PlayReport,
    ScoreReport,
    SituationReport,
    StatusReport,
    VoidReport,
)
from scoreboard.model.play import ORDER_STEP
from scoreboard.model.side import Score, Side
from scoreboard.model.situation import FootballSituation
from scoreboard.model.status import TRANSITIONS, State, Status
from scoreboard.sports.playtype import Credit
from scoreboard.sports.registry import RULESETS, SPORTS
from tests.simulator.days import SPORTS as PLAYED
from tests.simulator.days import games, live_plays, reports

each_sport = pytest.mark.parametrize("sport", PLAYED)


def facts_of(game):
    return [report.facts for report in reports(game, PlayReport)]


@each_sport
def test_messages_are_numbered_from_one_and_sent_in_order_of_time(sport):
    for game in games(sport):
        numbers = [timed.message.source_seq for timed in game.reports]
        assert numbers == list(range(1, len(numbers) + 1))
        times = [timed.at_ms for timed in game.reports]
        assert times == sorted(times)
        assert times == [timed.message.sent_at_ms for timed in game.reports]


@each_sport
def test_a_play_is_told_when_it_has_happened_and_not_before(sport):
    for game in games(sport):
        for timed in game.reports:
            if isinstance(timed.message.report, PlayReport):
                assert timed.message.report.facts.wallclock_ms < timed.at_ms


@each_sport
def test_every_play_is_of_a_type_that_the_sport_has_and_worth_what_it_may_be(sport):
    types = SPORTS[sport].play_types
    for game in games(sport):
        for facts in facts_of(game):
            play_type = types[facts.play_type]
            assert facts.points in play_type.points
            assert (facts.points_to is None) == (facts.points == 0)
            if facts.points and play_type.credit is Credit.ACTOR:
                assert facts.points_to is facts.side
            if facts.points and play_type.credit is Credit.OPPONENT:
                assert facts.points_to is facts.side.other


def test_runs_are_scored_by_the_side_at_bat_only():
    at_bat = {"top": Side.AWAY, "bottom": Side.HOME}
    for game in games("baseball"):
        for facts in facts_of(game):
            if facts.points:
                assert facts.points_to is at_bat[facts.half]


@each_sport
def test_periods_follow_one_another_and_clocks_stay_within_them(sport):
    for game in games(sport):
        ruleset = RULESETS[game.meta.ruleset]
        period = 1
        for timed in game.reports:
            match timed.message.report:
                case ClockReport(clock=clock):
                    index, value = clock.period_index, clock.value_ms
                    assert clock.as_of_ms <= timed.at_ms
                case PlayReport(facts=facts):
                    index, value = facts.period_index, facts.clock_ms
                case StatusReport(period_index=told):
                    assert period <= told <= period + 1
                    period = told
                    continue
                case _:
                    continue
            assert 1 <= index <= period
            assert (value is None) == (ruleset.length_ms(index) == 0)
            if value is not None:
                more = ruleset.stoppage_ms if ruleset.direction is Direction.UP else 0
                assert 0 <= value <= ruleset.length_ms(index) + more
                assert value % (100 if ruleset.tenths and value < 60_000 else 1_000) == 0


@each_sport
def test_the_clock_of_plays_in_game_order_never_goes_against_its_direction(sport):
    for game in games(sport):
        down = RULESETS[game.meta.ruleset].direction is Direction.DOWN
        plays = sorted(live_plays(game).values(), key=lambda facts: facts.order)
        for before, after in pairwise(plays):
            assert before.period_index <= after.period_index
            clocks = [play.clock_ms for play in (before, after)]
            if before.period_index == after.period_index and None not in clocks:
                assert clocks == sorted(clocks, reverse=down)


@each_sport
def test_a_clock_starts_and_stops_in_turn(sport):
    for game in games(sport):
        running = False
        for report in reports(game, ClockReport):
            match report.cause:
                case ClockCause.START:
                    assert not running
                case ClockCause.STOP | ClockCause.RESYNC:
                    assert running
                case ClockCause.SET:
                    assert not running
            running = report.clock.running
            assert running == (report.cause in (ClockCause.START, ClockCause.RESYNC))
        assert not running


@each_sport
def test_a_running_clock_is_read_out_every_ten_seconds(sport):
    for game in games(sport)[::10]:
        clocks = [report.clock for report in reports(game, ClockReport)]
        for before, after in pairwise(clocks):
            if before.running:
                assert abs(after.value_ms - before.value_ms) <= 10_000


@each_sport
def test_a_status_follows_the_one_before_as_the_table_allows(sport):
    for game in games(sport):
        line = [report.line.status for report in reports(game, StatusReport)]
        assert line[0] is Status.PREGAME
        assert line[-2:] == [Status.FINAL, Status.OFFICIAL]
        for before, after in pairwise(line):
            assert after in TRANSITIONS[before]


@each_sport
def test_no_new_play_is_told_before_the_game_or_after_its_end(sport):
    for game in games(sport):
        state = State.PRE
        for timed in game.reports:
            match timed.message.report:
                case StatusReport(line=line):
                    state = line.status.state
                case PlayReport(rev=0) | VoidReport():
                    assert state is State.IN


@each_sport
def test_a_reference_names_one_play_and_its_revisions_rise_by_one(sport):
    for game in games(sport):
        revs: dict[str, int] = {}
        gone: set[str] = set()
        for timed in game.reports:
            match timed.message.report:
                case PlayReport(ref=ref, rev=rev, reason=reason):
                    assert ref not in gone
                    assert rev == revs.get(ref, -1) + 1
                    assert (reason is None) == (rev == 0)
                    revs[ref] = rev
                case VoidReport(ref=ref, reason=reason):
                    assert ref in revs
                    assert ref not in gone
                    assert reason
                    gone.add(ref)


@each_sport
def test_new_plays_come_in_steps_of_the_order_and_late_ones_between_them(sport):
    for game in games(sport):
        last, seen = 0, set()
        for report in reports(game, PlayReport):
            if report.rev:
                continue
            order = report.facts.order
            assert order not in seen
            seen.add(order)
            if order % ORDER_STEP:
                assert order < last
                assert report.score_after is None
            else:
                assert order > last
                last = order


@each_sport
def test_the_running_score_is_the_sum_of_what_has_been_told(sport):
    for game in games(sport):
        told: dict[str, Score] = {}
        for timed in game.reports:
            match timed.message.report:
                case PlayReport(ref=ref, facts=facts, score_after=score_after):
                    told[ref] = facts.score
                    if score_after is not None:
                        assert score_after == sum(told.values(), Score())
                case VoidReport(ref=ref):
                    del told[ref]
                case ScoreReport(score=score):
                    assert score == sum(told.values(), Score())


@each_sport
def test_places_lie_on_the_surface(sport):
    for game in games(sport):
        for facts in facts_of(game):
            if facts.place is not None:
                assert 0 <= facts.place.x <= 100
                assert 0 <= facts.place.y <= 100


@each_sport
def test_whoever_takes_part_belongs_to_the_side_that_is_said(sport):
    for game in games(sport):
        sides: dict[str, Side] = {}
        for facts in facts_of(game):
            ids = [(person.person_id, person.role) for person in facts.participants]
            assert len(ids) == len(set(ids))
            for person in facts.participants:
                assert sides.setdefault(person.person_id, person.side) is person.side
                assert person.jersey
                assert person.name


@each_sport
def test_every_play_has_a_text(sport):
    for game in games(sport):
        assert all(facts.text for facts in facts_of(game))


def test_down_and_distance_are_possible():
    for game in games("football"):
        told = [report.situation for report in reports(game, SituationReport)]
        told += [facts.situation for facts in facts_of(game) if facts.situation is not None]
        for situation in told:
            assert isinstance(situation, FootballSituation)
            assert 1 <= situation.yards_to_goal <= 99
            if situation.down is not None:
                assert 1 <= situation.down <= 4
                assert 1 <= situation.distance <= situation.yards_to_goal


def test_outs_balls_and_strikes_are_possible():
    for game in games("baseball"):
        for report in reports(game, SituationReport):
            assert 0 <= report.situation.outs <= 2
            assert 0 <= report.situation.balls <= 3
            assert 0 <= report.situation.strikes <= 2


def test_skaters_are_three_to_six_a_side():
    for game in games("hockey"):
        for report in reports(game, SituationReport):
            situation = report.situation
            assert 3 <= situation.home_skaters <= 6
            assert 3 <= situation.away_skaters <= 6
