"""How a source is."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.authority.health import (
    Health,
    Live,
    SourceHealth,
    Unmatched,
    by_score,
    live,
)
from scoreboard.ingest.authority.policy import Failback, Policy, SourceSetting, standing
from scoreboard.ingest.authority.watch import Heard, Watch, closed, gap, heard
from scoreboard.model.play import PlayFacts, PlayState
from scoreboard.model.side import Side
from tests.ingest.authority.arbiter_world import B, C, K, P, World, game, other, shot

POLICY = Policy()


@pytest.mark.parametrize(
    ("heard_at", "closed_at", "now", "expected"),
    [
        (100.0, None, 109.9, Live.UP),
        (100.0, None, 110.0, Live.SUSPECT),
        (100.0, None, 115.0, Live.DOWN),
        (100.0, 101.0, 105.9, Live.SUSPECT),
        (100.0, 101.0, 106.0, Live.DOWN),
        (None, None, 104.9, Live.SUSPECT),
        (None, None, 105.0, Live.DOWN),
        (89.0, None, 104.9, Live.SUSPECT),
        (89.0, None, 105.0, Live.DOWN),
    ],
)
def test_silence_makes_a_source_suspect_and_then_down(
    heard_at: float | None, closed_at: float | None, now: float, expected: Live
) -> None:
    assert expected is live(heard_at, closed_at, 90.0, 5.0, POLICY, now)


@pytest.mark.parametrize(
    ("health", "expected"),
    [
        (SourceHealth(Live.UP), Health.UP),
        (SourceHealth(Live.UP, doubt=True), Health.DOUBT),
        (SourceHealth(Live.SUSPECT, doubt=True), Health.SUSPECT),
        (SourceHealth(Live.SUSPECT, gap=True), Health.DEGRADED),
        (SourceHealth(Live.UP, gap=True, stalled=True), Health.STALLED),
        (SourceHealth(Live.DOWN, gap=True, stalled=True, doubt=True), Health.DOWN),
    ],
)
def test_the_worst_part_of_a_health_is_its_name(health: SourceHealth, expected: Health) -> None:
    assert expected is health.health


def told(*facts: PlayFacts):
    """The game of a source that told these plays."""
    world = World()
    for one in facts:
        world.plays(P, one)
    return world.shadows.get(P, game())


def test_a_basket_is_known_by_its_side_its_points_and_the_score_after_it() -> None:
    a = told(shot(Side.HOME, clock_ms=700_000), shot(Side.AWAY))
    b = told(shot(Side.HOME, clock_ms=699_000), shot(Side.AWAY), shot(Side.AWAY, 3))
    assert Unmatched(1, 1, None, pytest.approx(2 / 3)) == by_score(a, b)
    assert Unmatched() == by_score(b, a)
    assert Unmatched() == by_score(a, game())


def test_the_oldest_unmatched_play_gives_its_time() -> None:
    b = told(shot(wallclock_ms=2_000), shot(wallclock_ms=1_000))
    assert Unmatched(2, 2, 1_000, 0.0) == by_score(game(), b)


def test_a_play_of_the_same_second_is_matched_once() -> None:
    foul = other(clock_ms=1_000)
    assert Unmatched(0, 1, None, 0.5) == by_score(told(foul), told(foul, foul))


def test_a_basket_that_was_taken_back_is_known_all_the_same() -> None:
    b = told(shot())
    (play,) = b.plays
    a = attrs.evolve(b, plays=(attrs.evolve(play, state=PlayState.OVERTURNED),))
    assert Unmatched() == by_score(a, b)
    assert Unmatched() == by_score(game(), a)


def test_a_transport_that_closes_twice_closed_once_and_opens_by_a_word() -> None:
    watch = closed(closed(heard(Watch(), P, 1.0, heartbeat=True), P, 2.0), P, 3.0)
    assert Heard(at=1.0, closed=2.0, beats=True) == watch.sources[P]
    watch = heard(watch, P, 4.0, heartbeat=False)
    assert Heard(at=4.0, beats=True) == watch.sources[P]
    assert (1.0, (P,)) == (watch.awake, watch.order)


def test_a_hole_is_as_old_as_its_beginning_until_it_is_closed() -> None:
    watch = gap(gap(Watch(), P, 1.0, is_open=True), P, 9.0, is_open=True)
    assert 1.0 == watch.sources[P].gap
    assert gap(watch, P, 9.0, is_open=False).sources[P].gap is None


def test_sources_without_a_setting_stand_behind_those_that_have_one() -> None:
    settings = {B: SourceSetting(rank=9), P: SourceSetting(rank=0)}
    order = (K, C, B, P)
    assert [P, B, K, C] == sorted(order, key=lambda one: standing(one, settings, order))
    assert (1, 0, 0) == standing(P, {}, ())


def test_the_policy_knows_every_sport_and_has_a_word_for_others() -> None:
    assert (12.0, 3.0) == (POLICY.stall("basketball"), POLICY.clock("basketball"))
    assert (30.0, 15.0) == (POLICY.stall("curling"), POLICY.clock("curling"))
    assert 30.0 == POLICY.beat(SourceSetting(beat_s=30.0))


def test_an_official_is_asked_before_failback_unless_the_operator_says_otherwise() -> None:
    assert [Failback.ASK, Failback.AUTO] == [
        POLICY.failing_back(is_there) for is_there in (True, False)
    ]
    assert Failback.NEVER is Policy(failback=Failback.NEVER).failing_back(official=False)


def test_where_games_are_played_faster_every_time_is_shorter_but_those_of_the_game_itself() -> None:
    assert POLICY.faster(1.0) is POLICY
    fast = POLICY.faster(10.0)
    assert (fast.beat_s, fast.claimed_s, fast.probation_s) == (0.5, 0.5, 6.0)
    assert (fast.stall("hockey"), fast.clock("hockey")) == (1.5, 3.0)
    assert (fast.max_auto, fast.failback) == (POLICY.max_auto, None)
