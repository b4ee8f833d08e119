"""The best source comes back only when every guard holds and nobody notices."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.authority.moves import Switch
from scoreboard.ingest.authority.policy import Failback, Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch, gap
from scoreboard.model.event import FeedModeSet, FeedSwitched, PeriodSet, SituationSet, StatusSet
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.side import Side
from scoreboard.model.situation import BaseballSituation
from scoreboard.model.status import Status, StatusLine
from tests.ingest.authority.arbiter_world import B, C, K, P, World, other, shot


def proving(sport: str = "basketball", policy: Policy | None = None) -> World:
    """The best source is on probation for long, the scores are equal, the game goes on."""
    world = World(policy=policy or Policy(), sport=sport).starts(P, B)
    first = shot(points=1) if sport == "soccer" else shot()
    for source in (P, B):
        world.plays(source, first)
    world.runs(16, (B,))
    for source in (B, P):
        world.plays(source, attrs.evolve(first, side=Side.AWAY, points_to=Side.AWAY))
    world.runs(100, (P, B))
    assert FeedMode.PROBATION is world.canonical.mode
    return world


def back(world: World) -> bool:
    return (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)


def breaks(world: World, seconds: float = 30) -> bool:
    """Both tell of a timeout and time passes; whether the best source is back."""
    for source in (B, P):
        world.plays(source, other("timeout"))
    world.runs(seconds, (P, B))
    return back(world)


def test_in_a_timeout_the_best_source_is_believed_again() -> None:
    world = proving()
    assert breaks(world)
    assert Switch(P, FeedMode.PRIMARY, "first has proved itself") == world.made(Switch)[-1][1]


def test_the_dwell_is_kept_whatever_happens() -> None:
    world = proving(policy=Policy(dwell_s=1000.0))
    assert not breaks(world)
    world.runs(900, (P, B))
    assert back(world)


def test_the_dwell_of_a_switch_by_a_person_counts_too() -> None:
    world = World().starts(P, B)
    world.scores(P, B)
    world.runs(100, (P, B))
    ordered = FeedSwitched(Aspect.PLAYS, B, P, FeedMode.BACKUP, "wanted", automatic=False)
    world.log(ordered, B, term=2)
    assert not breaks(world, 119)
    world.runs(2, (P, B))
    assert back(world)


def test_two_switches_used_up_keep_the_best_source_waiting_and_do_not_latch() -> None:
    world = proving(policy=Policy(max_auto=1))
    assert not breaks(world, 400)
    assert FeedMode.PROBATION is world.canonical.mode
    world.runs(100, (P, B))
    assert back(world)


@pytest.mark.parametrize("side", [Side.HOME, Side.AWAY])
def test_a_score_that_differs_keeps_it_waiting(side: Side) -> None:
    world = proving()
    world.scores(B, side=side)
    assert not breaks(world, 10)


def test_another_period_keeps_it_waiting() -> None:
    world = proving()
    world.says(P, PeriodSet(2, "early"))
    assert not breaks(world)


def test_a_clock_that_differs_too_much_keeps_it_waiting() -> None:
    world = proving()
    world.clock(B, 600_000, running=True)
    world.clock(P, 604_000, running=True)
    assert not breaks(world)
    world.clock(P, 603_000, running=True)
    assert back(world)


def test_a_clock_of_another_period_keeps_it_waiting() -> None:
    world = proving()
    world.clock(B, 600_000, running=True, period=2)
    world.clock(P, 600_000, running=True)
    world.says(P, PeriodSet(2, "late"))
    assert not breaks(world)


def test_a_clock_that_stands_is_a_safe_point_after_five_seconds() -> None:
    world = proving()
    world.clock(B, 600_000, running=True)
    world.runs(30, (P, B))
    world.clock(B, 600_000, running=False)
    world.runs(4, (P, B))
    assert not back(world)
    world.runs(1, (P, B))
    assert back(world)


@pytest.mark.parametrize("status", [Status.END_PERIOD, Status.DELAYED, Status.FINAL])
def test_when_nobody_plays_it_is_safe(status: Status) -> None:
    world = proving()
    world.runs(30, (P, B))
    world.says(B, StatusSet(StatusLine(status)))
    assert back(world)


def test_in_soccer_it_is_safe_after_two_minutes_of_equal_scores() -> None:
    world = proving("soccer")
    assert not breaks(world, 10)
    world.runs(150, (P, B))
    assert back(world)


def test_in_baseball_it_is_safe_between_two_batters() -> None:
    world = proving("baseball")
    world.says(B, SituationSet(BaseballSituation(balls=1, strikes=0)))
    world.runs(100, (P, B))
    assert not back(world)
    for source in (B, P):
        world.plays(source, other("pitch"))
    world.says(B, SituationSet(BaseballSituation(balls=0, strikes=0)))
    world.runs(10, (P, B))
    assert not back(world)
    for source in (B, P):
        world.plays(source, other("out"))
    assert back(world)


def test_in_baseball_both_must_be_in_the_same_half() -> None:
    world = proving("baseball")
    world.plays(B, attrs.evolve(other("out"), half="bottom"))
    world.runs(60, (P, B))
    assert not back(world)
    world.plays(P, attrs.evolve(other("out"), half="bottom"))
    assert back(world)


def test_before_the_first_play_of_baseball_it_is_safe() -> None:
    world = World(sport="baseball").starts(B, P).runs(300, (P, B))
    assert back(world)
    assert [FeedMode.BACKUP, FeedMode.PROBATION, FeedMode.PRIMARY] == [
        move.mode for _, move in world.done if hasattr(move, "mode")
    ]


def test_an_official_is_asked_first() -> None:
    world = proving()
    world.official = True
    assert not breaks(world)
    assert ("failback:first",) == world.report.flags


def test_an_operator_may_not_want_it_at_all() -> None:
    world = proving(policy=Policy(failback=Failback.NEVER))
    assert not breaks(world, 1000)
    assert () == world.report.flags


def test_a_best_source_that_fails_on_probation_begins_anew() -> None:
    world = proving()
    world.runs(10, (B,))
    assert FeedMode.BACKUP is world.canonical.mode
    world.runs(60, (P, B))
    assert FeedMode.BACKUP is world.canonical.mode
    world.runs(1, (P, B))
    assert FeedMode.PROBATION is world.canonical.mode


def test_a_hole_ends_a_probation() -> None:
    world = proving()
    world.watch = gap(world.watch, P, world.now, is_open=True)
    world.runs(1, (P, B))
    assert FeedMode.BACKUP is world.canonical.mode


def test_a_best_source_that_is_heard_without_a_game_is_not_fit() -> None:
    world = proving()
    del world.shadows[P]
    world.runs(1, (P, B))
    assert FeedMode.BACKUP is world.canonical.mode


def test_a_restart_that_makes_the_believed_source_the_best_ends_the_probation() -> None:
    world = proving()
    world.settings = {B: SourceSetting(rank=0), P: SourceSetting(rank=1)}
    world.watch = Watch()
    world.runs(3, (P, B))
    assert (FeedMode.PRIMARY, B) == (world.canonical.mode, world.canonical.authority)


def test_a_backup_that_is_alone_after_a_restart_stays_one_while_a_better_is_configured() -> None:
    world = World().starts(P, B)
    world.scores(P, B)
    world.runs(16, (B,))
    world.watch = Watch()
    del world.shadows[P]
    world.runs(5, (B, C))
    assert FeedMode.BACKUP is world.canonical.mode


def test_a_better_source_that_appears_late_must_prove_itself_too() -> None:
    world = World().starts(B, C).runs(30, (B, C))
    assert [] == world.done
    world.says(P, StatusSet(StatusLine(Status.IN_PROGRESS)))
    assert (FeedMode.BACKUP, B) == (world.canonical.mode, world.canonical.authority)
    world.runs(61, (P, B, C))
    assert (FeedMode.PROBATION, B) == (world.canonical.mode, world.canonical.authority)


def test_a_console_that_was_believed_first_gives_way_to_a_feed_at_once() -> None:
    world = World().starts(K)
    assert [] == world.done
    world.runs(30, (C,))
    assert K == world.canonical.authority
    world.says(P, StatusSet(StatusLine(Status.IN_PROGRESS)))
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)
    assert () == world.canonical.switched_ms


def test_a_backup_on_dark_days_is_dark_again_when_it_is_lost() -> None:
    world = proving()
    world.runs(16)
    assert FeedMode.DARK is world.canonical.mode
    world.log(FeedModeSet(FeedMode.BACKUP, "seen"), B)
    world.runs(1)
    assert FeedMode.DARK is world.canonical.mode
