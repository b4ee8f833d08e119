"""Scorers err as often as recorded ones, and put it right in time."""

from __future__ import annotations

from collections import Counter

import pytest

from scoreboard.model.message import PlayReport, StatusReport, VoidReport
from scoreboard.model.play import ORDER_STEP, PlayFacts, ShotFacts
from scoreboard.model.side import Side
from scoreboard.model.status import Status
from scoreboard.simulator.chance import chance
from scoreboard.simulator.clubs import club
from scoreboard.simulator.corrections import Doubled, Late, Mistaken, Right, slip
from tests.simulator.days import SPORTS, games, reports

each_sport = pytest.mark.parametrize("sport", SPORTS)

CLUBS = {side: club("dbl_", "basketball", n) for n, side in enumerate(Side)}


def shares(sport):
    found: Counter[str] = Counter()
    for game in games(sport):
        for timed in game.reports:
            match timed.message.report:
                case PlayReport(rev=0, facts=facts):
                    found["told"] += 1
                    found["late"] += facts.order % ORDER_STEP != 0
                case PlayReport():
                    found["amended"] += 1
                case VoidReport(overturned=overturned):
                    found["overturned" if overturned else "voided"] += 1
    return found


def slips(sport, facts, count=4000):
    draw = chance("slips")
    return [slip(sport, facts, CLUBS, draw) for _ in range(count)]


@each_sport
def test_one_play_in_fifty_or_so_is_corrected(sport):
    found = shares(sport)
    corrected = found["late"] + found["amended"] + found["overturned"] + found["voided"]
    assert 0.008 < corrected / found["told"] < 0.05


@each_sport
def test_there_are_plays_that_never_were_and_plays_that_come_late(sport):
    found = shares(sport)
    assert 0.001 < found["voided"] / found["told"] < 0.01
    assert 0.001 < found["late"] / found["told"] < 0.03
    assert found["amended"] > 0


def test_officials_reverse_scores_now_and_then():
    found = {sport: shares(sport)["overturned"] / len(games(sport)) for sport in SPORTS}
    assert all(0.02 < found[sport] < 0.6 for sport in SPORTS if sport != "baseball")
    assert found["baseball"] == 0


def test_a_reversed_score_has_been_reviewed():
    for sport in ("football", "soccer", "basketball", "hockey"):
        for game in games(sport):
            told = []
            for timed in game.reports:
                match timed.message.report:
                    case PlayReport(rev=0, facts=facts):
                        told.append(facts.play_type)
                    case VoidReport(overturned=True):
                        assert {"review", "var"} & set(told[-6:])


def test_points_are_corrected_up_and_down():
    changes: Counter[int] = Counter()
    for game in games("basketball"):
        points: dict[str, int] = {}
        for report in reports(game, PlayReport):
            if report.rev:
                changes[report.facts.points - points[report.ref]] += 1
            points[report.ref] = report.facts.points
    assert set(changes) == {-1, 0, 1}


@each_sport
def test_after_the_final_whistle_only_names_are_corrected(sport):
    for game in games(sport):
        over, last = False, {}
        for timed in game.reports:
            match timed.message.report:
                case StatusReport(line=line):
                    over = line.status is Status.FINAL
                case PlayReport(ref=ref, facts=facts):
                    if over:
                        assert last[ref].score == facts.score
                    last[ref] = facts


def test_the_frame_of_a_game_is_always_told_right():
    assert set(slips("basketball", PlayFacts("period_end", 4))) == {Right()}


def test_a_score_is_never_late():
    facts = PlayFacts("2pt", 1, side=Side.HOME, points=2, points_to=Side.HOME)
    assert not [found for found in slips("basketball", facts) if isinstance(found, Late)]


def test_a_play_without_people_cannot_be_credited_wrongly():
    found = slips("basketball", PlayFacts("stoppage", 1))
    assert not [one for one in found if isinstance(one, Mistaken)]
    assert [one for one in found if isinstance(one, Doubled)]


def test_a_shot_from_the_line_may_be_taken_for_one_from_the_other_side_of_it():
    shooter = CLUBS[Side.HOME].people[0].acting("shooter", Side.HOME)
    facts = PlayFacts(
        "3pt",
        1,
        side=Side.HOME,
        points=3,
        points_to=Side.HOME,
        participants=(shooter,),
        shot=ShotFacts(3, True, 24.0),
        text=f"{shooter.name} makes 24-foot three-pointer",
    )
    first = [one.first for one in slips("basketball", facts) if isinstance(one, Mistaken)]
    twos = [one for one in first if one.play_type == "2pt"]
    assert twos
    assert {(one.points, one.shot.value, one.text) for one in twos} == {
        (2, 2, f"{shooter.name} makes 24-foot jumper")
    }
    others = [one for one in first if one.play_type == "3pt"]
    assert others
    assert all(one.participants != facts.participants for one in others)


def test_a_shot_from_under_the_basket_is_never_taken_for_a_three():
    facts = PlayFacts("2pt", 1, side=Side.HOME, shot=ShotFacts(2, False, 2.0))
    assert not [one for one in slips("basketball", facts) if isinstance(one, Mistaken)]


def test_an_official_scorer_may_call_an_error_a_hit_at_first():
    facts = PlayFacts("error", 1, half="top", side=Side.AWAY, text="P. Somerby reaches on an error")
    first = [one.first for one in slips("baseball", facts) if isinstance(one, Mistaken)]
    assert {(one.play_type, one.text) for one in first} == {("single", "P. Somerby singles")}


def test_a_play_without_a_text_is_credited_wrongly_without_one():
    person = CLUBS[Side.HOME].people[0].acting("rebounder", Side.HOME)
    facts = PlayFacts("rebound", 1, side=Side.HOME, participants=(person,))
    first = [one.first for one in slips("basketball", facts) if isinstance(one, Mistaken)]
    assert first
    assert all(one.text is None for one in first)
