"""Who takes over, and who may not."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.authority.arbiter import chosen, decide
from scoreboard.ingest.authority.health import Health, Unmatched
from scoreboard.ingest.authority.moves import (
    Adjust,
    ClockConfidence,
    OpenDoubt,
    SetMode,
    Switch,
    Unlock,
)
from scoreboard.ingest.authority.policy import Policy, SourceSetting
from scoreboard.ingest.authority.watch import Watch, gap, heard
from scoreboard.model.event import DoubtSet, FeedModeSet, PeriodSet, StatusSet
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status, StatusLine
from tests.ingest.authority.arbiter_world import (
    OFFICIAL,
    SETTINGS,
    B,
    C,
    K,
    P,
    World,
    added,
    game,
    other,
    shot,
)


def two(sport: str = "basketball") -> World:
    world = World(sport=sport).starts(P, B)
    world.scores(P, B)
    return world.runs(20, (P, B))


def left(world: World) -> list:
    """Who takes over when the primary dies."""
    world.runs(16, (B, C))
    return [move.to for _, move in world.made(Switch)]


# Eligible


def test_a_source_two_periods_away_may_not_follow() -> None:
    world = two()
    world.says(P, PeriodSet(3, "on"))
    assert [] == left(world)
    assert FeedMode.DARK is world.canonical.mode


def test_a_source_with_a_hole_may_not_follow() -> None:
    world = two()
    world.watch = gap(world.watch, B, world.now, is_open=True)
    assert [] == left(world)


@pytest.mark.parametrize(("late_ms", "expected"), [(120_000, [B]), (120_001, [])])
def test_a_source_that_is_too_late_may_not_follow(late_ms: int, expected: list) -> None:
    world = World().starts(P, B)
    for source in (P, B):
        world.plays(source, shot(wallclock_ms=1_000_000))
    for wallclock_ms in (2_000_000, 2_000_000 + late_ms):
        world.plays(P, shot(wallclock_ms=wallclock_ms))
    world.runs(1, (P, B))
    assert expected == left(world)


@pytest.mark.parametrize(("late_s", "expected"), [(120, [B]), (121, [])])
def test_without_times_of_day_the_time_of_arrival_counts(late_s: int, expected: list) -> None:
    world = two()
    world.runs(200, (P, B))
    world.scores(P)
    world.runs(late_s, (P, B))
    world.scores(P)
    assert expected == left(world)


def test_a_source_whose_log_has_no_times_is_late_from_where_it_is_known() -> None:
    world = World().starts(P, B)
    for source in (P, B):
        world.plays(source, shot(wallclock_ms=1_000_000))
    world.plays(P, shot())
    world.plays(P, shot(wallclock_ms=9_000_000))
    assert [B] == left(world)


def test_a_source_that_is_older_than_the_whole_log_is_late_by_all_of_it() -> None:
    world = World().starts(P, B)
    world.plays(B, shot(wallclock_ms=1_000))
    for wallclock_ms in (900_000, 1_030_000):
        world.plays(P, shot(wallclock_ms=wallclock_ms))
    assert [] == left(world)


def test_the_next_one_takes_over_where_the_next_best_may_not() -> None:
    world = World().starts(P, B, C)
    world.scores(P, C)
    world.runs(20, (P, B, C))
    assert [C] == left(world)
    assert FeedMode.BACKUP is world.canonical.mode
    world.scores(B, C)
    world.runs(16, (B,))
    assert [C, B] == [move.to for _, move in world.made(Switch)]
    assert FeedMode.BACKUP is world.canonical.mode


@pytest.mark.parametrize(
    ("sport", "clocks"),
    [
        ("basketball", [300_000 - 1000 * n for n in range(12)]),
        ("soccer", [300_000 + 1000 * n for n in range(12)]),
    ],
)
def test_plays_that_the_log_cannot_have_yet_do_not_count_against_a_source(
    sport: str, clocks: list[int]
) -> None:
    world = World(sport=sport).starts(P, B)
    for source in (P, B):
        world.plays(source, other("foul", clock_ms=clocks[0]))
    world.runs(60)
    assert FeedMode.DARK is world.canonical.mode
    world.watch = heard(world.watch, B, world.now, heartbeat=True)
    for clock_ms in clocks[1:]:
        world.tells(B, added(world.shadows[B], B, other("foul", clock_ms=clock_ms)))
    world.runs(7, (B,))
    assert (FeedMode.BACKUP, B) == (world.canonical.mode, world.canonical.authority)


def test_plays_of_another_period_or_without_a_clock_are_ordered_by_what_is_known() -> None:
    world = World(sport="baseball").starts(P, B)
    for source in (P, B):
        world.plays(source, shot(clock_ms=None))
    for _ in range(12):
        world.plays(B, shot(Side.AWAY, period=2))
    assert [B] == left(world)
    world = World().starts(P, B)
    for source in (P, B):
        world.plays(source, shot())
    for clock_ms in range(12):
        world.plays(B, other(clock_ms=clock_ms))
    world.runs(5, (P, B))
    world.closes(P)
    world.runs(6, (B,))
    assert FeedMode.DARK is world.canonical.mode, "without clocks nothing says that they are later"


# Failures


def test_a_primary_with_a_hole_is_left_after_thirty_five_seconds_if_another_is_ahead() -> None:
    world = two()
    world.watch = gap(world.watch, P, world.now, is_open=True)
    world.runs(5, (P, B))
    assert dict(world.report.sources)[P] is Health.DEGRADED
    world.plays(P, other("timeout"))
    for source in (P, B):
        world.plays(source, other("rebound"))
    world.runs(60, (P, B))
    assert [] == world.done, "the other one is not ahead"
    world.plays(B, other("steal"))
    assert [Switch(B, FeedMode.BACKUP, "first has a gap")] == [m for _, m in world.done]


def test_a_stalled_primary_keeps_its_points_from_one_that_lacks_them() -> None:
    world = two()
    world.scores(P)
    world.scores(B, side=Side.AWAY)
    world.runs(30, (P, B))
    assert dict(world.report.sources)[P] is Health.STALLED
    assert [] == world.made(Switch)


def test_who_is_up_and_has_no_game_is_neither_ahead_nor_eligible() -> None:
    world = two()
    world.watch = gap(world.watch, P, world.now - 60, is_open=True)
    world.beats(P, B, C)
    assert [] == world.done


def test_a_source_that_doubts_itself_is_believed_on() -> None:
    world = two()
    world.tells(P, DoubtSet("claimed", True, "differs"))
    world.runs(60, (P, B))
    assert dict(world.report.sources)[P] is Health.DOUBT
    assert [] == world.done


def test_nobody_takes_over_before_the_game_is_on_anywhere() -> None:
    world = World()
    for source in (P, B):
        world.says(source, StatusSet(StatusLine(Status.PREGAME)))
    world.runs(60, (B,))
    assert [] == world.done
    world.says(B, StatusSet(StatusLine(Status.IN_PROGRESS)))
    assert [Switch(B, FeedMode.BACKUP, "first is down")] == [m for _, m in world.done]


def test_after_the_end_another_source_may_take_over_but_nothing_goes_dark() -> None:
    world = two()
    world.says(P, StatusSet(StatusLine(Status.FINAL)))
    world.runs(300)
    assert [] == world.made(SetMode)
    world.runs(1, (B,))
    assert [B] == [move.to for _, move in world.made(Switch)]


def test_when_we_have_slept_nobody_is_down_for_it() -> None:
    world = two()
    world.at += 60
    world.beats(B)
    assert [] == world.done
    world.runs(14, (B,))
    assert [] == world.done
    assert [B] == left(world)


# People


def test_a_switch_that_a_person_orders_stands_in_a_latched_game() -> None:
    world = two()
    world.log(FeedModeSet(FeedMode.LATCHED, "tired"), OFFICIAL)
    move = chosen(world.watch, world.canonical, SETTINGS, B, "by phone", holds=False)
    assert Switch(B, FeedMode.BACKUP, "by phone", automatic=False) == move
    world.take(move)
    world.runs(3, (P, B))
    assert (FeedMode.BACKUP, B) == (world.canonical.mode, world.canonical.authority)
    again = chosen(world.watch, world.canonical, SETTINGS, P, "", holds=True)
    assert (FeedMode.PRIMARY, True) == (again.mode, again.chosen)


def test_without_a_feed_whom_a_person_chooses_is_the_best() -> None:
    move = chosen(Watch(), two().canonical, SETTINGS, K, "only the board is left", holds=True)
    assert FeedMode.PRIMARY is move.mode


def test_when_nobody_is_eligible_on_release_a_person_is_asked_once() -> None:
    world = two()
    world.locks()
    world.runs(20)
    world.releases()
    assert [OpenDoubt("manual", "no source is eligible")] == [
        move for _, move in world.made(OpenDoubt)
    ]
    world.runs(20)
    assert 1 == len(world.made(OpenDoubt))


def test_who_is_stalled_on_release_is_not_believed_again() -> None:
    world = two()
    world.locks(until=50.0)
    world.scores(B)
    world.runs(30, (P, B))
    assert [OpenDoubt("manual", "second has 4-0, not 2-0")] == [
        move for _, move in world.made(OpenDoubt)
    ]


def test_who_was_believed_this_instant_is_not_left_in_it() -> None:
    world = two().runs(15, (B,))
    assert B == world.canonical.authority
    world.watch = heard(world.watch, P, world.now, heartbeat=True)
    world.watch = attrs.evolve(
        world.watch,
        sources={
            **world.watch.sources,
            B: attrs.evolve(world.watch.sources[B], closed=world.now - 9),
        },
    )
    world.look()
    assert B == world.canonical.authority
    world.runs(1, (P,))
    assert P == world.canonical.authority


def test_after_a_restart_nobody_is_asked_before_the_sources_can_be_heard() -> None:
    world = two()
    world.log(FeedModeSet(FeedMode.MANUAL, "taken"), OFFICIAL)
    world.watch, world.done = Watch(), []
    world.runs(14)
    assert [] == world.done


def test_the_answer_closes_the_question() -> None:
    world = two()
    world.log(DoubtSet("manual", True, "whom"), OFFICIAL)
    world.runs(1, (P, B))
    assert () == world.canonical.doubts


def test_a_lock_ends_when_its_time_is_over() -> None:
    world = two()
    world.locks(Aspect.CLOCK, until=30.0)
    world.runs(9, (P, B))
    assert [] == world.done
    world.runs(1, (P, B))
    assert [(30.0, Unlock(OFFICIAL, "its time is over"))] == world.done
    assert () == world.canonical.locks


# After a switch


def test_ten_seconds_after_a_switch_the_score_is_settled_once() -> None:
    world = two().runs(60, (B,))
    assert [(46.0, Adjust(B))] == world.made(Adjust)


def test_a_restart_settles_what_a_switch_left_open() -> None:
    world = two().runs(16, (B,))
    world.log(DoubtSet("level", True, "less"), B)
    world.watch, world.done = Watch(), []
    world.runs(30, (B,))
    assert [(47.0, Adjust(B))] == world.made(Adjust)


def test_with_the_plays_locked_nothing_is_settled() -> None:
    world = two().runs(16, (B,))
    world.locks()
    world.runs(60, (B,))
    assert [] == world.made(Adjust)


# The clock


def test_a_locked_clock_stays_whose_it_is() -> None:
    world = two()
    world.locks(Aspect.CLOCK)
    world.clock(K, 600_000, running=True)
    world.clock(P, 600_000, running=True)
    world.runs(60, (P, B, K))
    assert P == world.canonical.believed(Aspect.CLOCK)
    assert ClockConfidence.LIVE is world.report.clock


def test_a_clock_without_its_source_is_estimated_then_stale_and_then_it_stops() -> None:
    world = World().starts(P)
    world.clock(P, 600_000, running=True)
    world.beats(P, K)
    told = []
    for _ in range(40):
        world.runs(1, (K,))
        told.append((world.at, world.report.clock, world.report.clock_ticks))
    assert (9.0, ClockConfidence.LIVE, True) == told[8]
    assert (10.0, ClockConfidence.ESTIMATED, True) == told[9]
    assert (15.0, ClockConfidence.STALE, True) == told[14]
    assert (30.0, ClockConfidence.STALE, False) == told[29]


def test_a_console_that_falls_silent_for_a_moment_keeps_the_clock() -> None:
    world = World().starts(P)
    world.clock(K, 600_000, running=True)
    world.runs(12, (P, K)).runs(13, (P,))
    assert K == world.canonical.believed(Aspect.CLOCK)
    world.runs(2, (P,))
    assert P == world.canonical.believed(Aspect.CLOCK)


# Alignment is asked for sparingly


def test_two_sources_that_agree_are_never_aligned() -> None:
    asked = []

    def unmatched(a, b):
        asked.append((a, b))
        return Unmatched()

    watch, shadow = Watch(), two().canonical
    for source in (P, B):
        watch = heard(watch, source, 1_790_000_100.0, heartbeat=True)
    canonical = attrs.evolve(shadow, authority=P)
    for second in range(5):
        watch, _ = decide(
            watch,
            canonical,
            {P: shadow, B: shadow},
            SETTINGS,
            Policy(),
            1_790_000_100.0 + second,
            unmatched=unmatched,
        )
    assert [] == asked


def test_the_same_games_are_aligned_once() -> None:
    world, asked = two(), []
    world.scores(B)

    def unmatched(a, b):
        asked.append((len(a.plays), len(b.plays)))
        return Unmatched(1, 1, None, 0.5)

    watch = attrs.evolve(world.watch, compared={})
    for second in range(5):
        watch, _ = decide(
            watch,
            world.canonical,
            world.shadows,
            SETTINGS,
            Policy(),
            world.now + second,
            unmatched=unmatched,
        )
    assert len(set(asked)) == len(asked)


def test_a_source_without_a_game_of_its_own_is_not_compared() -> None:
    world = World(settings={P: SourceSetting(rank=0)}).starts(P)
    world.beats(P, C)
    world.runs(60, (P, C))
    assert ([], Score()) == (world.done, game().score)


def test_a_latched_game_stays_with_a_dead_source_that_nobody_may_follow() -> None:
    world = two()
    world.log(FeedModeSet(FeedMode.LATCHED, "tired"), OFFICIAL)
    world.runs(60)
    assert [] == world.made(Switch)
    assert (FeedMode.LATCHED, P) == (world.canonical.mode, world.canonical.authority)
