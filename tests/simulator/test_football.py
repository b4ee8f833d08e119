"""Tries, overtimes and the two-minute warning."""

from __future__ import annotations

from collections import Counter

import pytest

from scoreboard.model.message import PlayReport
from scoreboard.model.side import Score, Side
from scoreboard.simulator.chance import chance
from scoreboard.simulator.clubs import club
from scoreboard.simulator.drives import Drives, Next
from scoreboard.simulator.football_plays import Caller
from scoreboard.simulator.gridiron import Gridiron
from scoreboard.simulator.scorer import Scorer
from scoreboard.simulator.transcript import Numbering
from scoreboard.sports.registry import RULESETS
from tests.simulator.days import games, live_plays


@pytest.fixture
def scorer():
    clubs = {side: club("dfl_", "football", n) for n, side in enumerate(Side)}
    return Scorer(RULESETS["nfl"], clubs, 0, chance("football"), resync=False)


@pytest.fixture
def drives(scorer):
    clubs = {side: club("dfl_", "football", n) for n, side in enumerate(Side)}
    field = Gridiron({side: clubs[side].team.abbrev for side in Side})
    draw = chance("drives")
    return Drives(scorer, Caller(clubs, field, draw), field, draw)


def overtime(scorer, drives, *, score, possessions, due):
    scorer.begin_period(5)
    drives.begin(Side.HOME)
    for number in range(possessions):
        drives.take_over(Side.AWAY if number % 2 else Side.HOME, 75)
    drives.score, drives.next = score, due
    return drives.decided()


def test_a_try_is_played_when_the_time_is_up(scorer, drives):
    scorer.begin_period(4)
    scorer.run(900)
    drives.next = Next.TRY
    drives.attempt()
    assert drives.next is Next.KICKOFF
    (told,) = [
        timed.message.report.facts
        for timed in scorer.transcript(Numbering())
        if isinstance(timed.message.report, PlayReport)
        and timed.message.report.facts.play_type == "extra_point"
    ]
    assert told.clock_ms == 0


@pytest.mark.parametrize(
    ("home", "possessions", "due", "expected"),
    [
        (0, 1, Next.SNAP, False),  # nobody has scored
        (3, 1, Next.KICKOFF, False),  # the other side has not had the ball
        (3, 2, Next.SNAP, False),  # it has it now
        (3, 3, Next.SNAP, True),  # and has lost it
        (3, 2, Next.KICKOFF, True),  # the second side has scored
        (6, 1, Next.TRY, True),  # a touchdown at once
        (2, 1, Next.FREE_KICK, True),  # a safety
    ],
)
def test_an_overtime_ends_as_the_rules_of_2019_say(
    scorer, drives, home, possessions, due, expected
):
    score = Score(home, 0)
    assert overtime(scorer, drives, score=score, possessions=possessions, due=due) is expected


def test_a_game_of_four_quarters_is_never_decided_before_its_time(scorer, drives):
    scorer.begin_period(4)
    drives.score = Score(40, 0)
    assert not drives.decided()


def test_each_half_has_one_two_minute_warning_in_its_last_two_minutes():
    for game in games("football"):
        told = [p for p in live_plays(game).values() if p.play_type == "two_minute_warning"]
        assert {2, 4} >= set(Counter(play.period_index for play in told))
        assert len({play.period_index for play in told}) == len(told)
        assert all(play.clock_ms <= 120_000 for play in told)


def test_a_side_has_three_timeouts_a_half():
    for game in games("football"):
        taken = Counter(
            (facts.side, (facts.period_index - 1) // 2)
            for facts in live_plays(game).values()
            if facts.play_type == "timeout"
        )
        assert max(taken.values(), default=0) <= 3


def test_a_try_follows_every_touchdown_but_one_that_ends_an_overtime():
    for game in games("football"):
        plays = sorted(live_plays(game).values(), key=lambda facts: facts.order)
        scoring = [facts for facts in plays if facts.result]
        touchdowns = sum(facts.points == 6 for facts in scoring)
        tries = sum(facts.play_type in ("extra_point", "two_point") for facts in scoring)
        overtime = any(facts.points == 6 and facts.period_index == 5 for facts in scoring)
        assert tries == touchdowns - overtime
