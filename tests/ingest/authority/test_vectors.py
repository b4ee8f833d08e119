"""The vectors of the law, as far as they say when authority moves."""

from __future__ import annotations

from scoreboard.ingest.authority.health import Health
from scoreboard.ingest.authority.moves import Adjust, CloseDoubt, OpenDoubt, SetMode, Switch
from scoreboard.ingest.authority.watch import Watch
from scoreboard.model.event import ScoreSet
from scoreboard.model.feed import Aspect, FeedMode
from scoreboard.model.side import Score, Side
from scoreboard.model.status import Status
from tests.ingest.authority.arbiter_world import OFFICIAL, B, K, P, World, other


def two() -> World:
    """A game of two feeds, both at 2-0."""
    world = World().starts(P, B)
    world.scores(P, B)
    return world.runs(20, (P, B))


def test_a_dead_primary_is_followed_by_the_backup_within_fifteen_seconds() -> None:
    world = two().runs(16, (B,))
    assert [(35.0, Switch(B, FeedMode.BACKUP, "first is down"))] == world.done


def test_t2_a_backup_that_is_behind_is_believed_and_the_score_stays() -> None:
    world = two()
    world.scores(P)
    world.runs(16, (B,))
    assert (B, Score(4, 0)) == (world.canonical.authority, world.canonical.score)


def test_t4_a_primary_that_stalls_with_heartbeats_is_left_after_the_stall_and_a_tick() -> None:
    world = two()
    world.scores(B)
    world.runs(30, (P, B))
    assert [(32.0, Switch(B, FeedMode.BACKUP, "first is stalled"))] == world.made(Switch)
    assert () == world.canonical.doubts
    assert (P, Health.STALLED) in world.reports[-2].sources


def test_t4_three_plays_without_a_score_tell_a_stall_as_well() -> None:
    world = two()
    for clock_ms in (700_000, 690_000, 680_000):
        world.plays(B, other(clock_ms=clock_ms))
    world.runs(13, (P, B))
    assert [Switch(B, FeedMode.BACKUP, "first is stalled")] == [move for _, move in world.done]


def test_t5_a_backup_that_stalls_and_a_timeout_change_nothing() -> None:
    world = two()
    world.scores(P)
    world.runs(40, (P, B))
    assert [] == world.done
    assert (B, Health.STALLED) in world.report.sources
    world.scores(B)
    world.runs(180, (P, B))
    assert [] == world.done
    assert (B, Health.UP) in world.report.sources


def test_a_primary_that_has_passed_over_a_play_is_not_stalled_in_a_timeout() -> None:
    world = two()
    world.scores(B)
    for clock_ms in range(700_000, 100_000, -20_000):
        for source in (P, B):
            world.plays(source, other(clock_ms=clock_ms))
        world.runs(5, (P, B))
    world.runs(120, (P, B))
    assert [] == world.made(Switch)
    assert ("conflict",) == world.canonical.doubts


def test_t6_a_primary_that_returns_with_less_waits_until_it_has_caught_up() -> None:
    world = two().runs(16, (B,))
    world.scores(B)
    world.runs(300, (P, B))
    assert (FeedMode.PROBATION, B) == (world.canonical.mode, world.canonical.authority)
    world.scores(P)
    world.runs(20, (P, B))
    assert B == world.canonical.authority, "the game goes on"
    for source in (B, P):
        world.plays(source, other("timeout"))
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)
    assert [B, P] == [move.to for _, move in world.made(Switch)]


def test_t7_without_any_source_the_game_is_dark_and_keeps_its_score() -> None:
    world = two().runs(40)
    assert FeedMode.DARK is world.canonical.mode
    assert (Score(2, 0), Status.IN_PROGRESS) == (
        world.canonical.score,
        world.canonical.line.status,
    )
    world.beats(P)
    assert [FeedMode.DARK, FeedMode.PRIMARY] == [move.mode for _, move in world.done]
    assert () == world.canonical.switched_ms


def test_t7_out_of_the_dark_a_backup_waits_five_seconds_for_the_primary() -> None:
    world = two().runs(40).runs(4, (B,))
    assert FeedMode.DARK is world.canonical.mode
    world.runs(2, (B,))
    assert [(66.0, Switch(B, FeedMode.BACKUP, "second is back", False))] == world.made(Switch)
    assert () == world.canonical.switched_ms


def test_t8_a_primary_that_flaps_costs_one_switch_and_never_passes_probation() -> None:
    world = two()
    for _ in range(40):
        world.closes(P)
        world.runs(8, (B,))
        world.runs(8, (P, B))
    assert [(25.0, Switch(B, FeedMode.BACKUP, "first is down")), (36.0, Adjust(B))] == world.done


def test_t8_when_two_switches_were_not_enough_a_person_decides() -> None:
    world = two()
    for dead, alive in ((P, B), (B, P), (P, B), (B, P)):
        world.beats(P, B)
        world.closes(dead)
        world.runs(8, (alive,))
    assert [B, P, B, P] == [move.to for _, move in world.made(Switch)]
    assert [True, True, False, False] == [move.automatic for _, move in world.made(Switch)]
    assert (FeedMode.LATCHED, P) == (world.canonical.mode, world.canonical.authority)


def test_t8_a_latched_game_leaves_a_source_that_is_dead_and_no_other() -> None:
    world = two()
    for dead, alive in ((P, B), (B, P), (P, B)):
        world.beats(P, B)
        world.closes(dead)
        world.runs(8, (alive,))
    assert (FeedMode.LATCHED, B) == (world.canonical.mode, world.canonical.authority)
    latched = [at for at, move in world.made(SetMode) if move.mode is FeedMode.LATCHED]
    assert latched == [at for at, move in world.made(Switch) if move.mode is FeedMode.LATCHED]
    world.runs(300, (P, B))
    assert (FeedMode.LATCHED, B) == (world.canonical.mode, world.canonical.authority)


def test_t10_an_official_who_takes_the_plays_has_them_until_he_lets_go() -> None:
    world = two().runs(16, (B,))
    world.locks()
    assert FeedMode.MANUAL is world.canonical.mode
    world.runs(60)
    assert FeedMode.MANUAL is world.canonical.mode, "who is locked out may be dead"
    world.runs(3, (P, B))
    world.releases()
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)
    assert 3 == world.canonical.term


def test_t10_after_an_override_nobody_has_the_score_and_a_person_is_asked() -> None:
    world = two()
    world.locks(until=40.0)
    world.log(ScoreSet(Score(4, 0), Score(2, 0), 1, True, "missed"), OFFICIAL)
    world.runs(30, (P, B))
    assert (FeedMode.MANUAL, ()) == (world.canonical.mode, world.canonical.locks)
    assert [(40.0, OpenDoubt("manual", "first has 2-0, not 4-0"))] == world.made(OpenDoubt)
    world.scores(P, B)
    world.runs(2, (P, B))
    assert FeedMode.PRIMARY is world.canonical.mode
    assert () == world.canonical.doubts


def test_t12_a_backup_with_the_teams_swapped_is_never_eligible() -> None:
    world = World().starts(P, B)
    for _ in range(12):
        world.scores(P, side=Side.HOME)
        world.scores(B, side=Side.AWAY)
        world.runs(5, (P, B))
    world.runs(40, (B,))
    assert [] == world.made(Switch)
    assert FeedMode.DARK is world.canonical.mode


def test_t14_a_console_that_shows_more_for_six_seconds_makes_the_score_uncertain() -> None:
    world = World().starts(P)
    world.scores(P)
    world.shows(2, 0)
    world.runs(20, (P, K))
    world.shows(2, 1)
    world.runs(4, (P, K))
    assert (("console",), ()) == (world.report.flags, world.canonical.doubts)
    world.runs(2, (P, K))
    assert ("console",) == world.canonical.doubts
    world.scores(P, side=Side.AWAY, points=1)
    assert [OpenDoubt, CloseDoubt] == [type(move) for _, move in world.done]
    assert () == world.canonical.doubts


def test_a_primary_that_dies_near_the_end_is_followed_by_a_backup_that_lags() -> None:
    world = World().starts(P, B)
    for period in (3, 4):
        world.scores(P, period=period)
    world.scores(B, period=3)
    world.runs(16, (B,))
    assert (B, Score(4, 0)) == (world.canonical.authority, world.canonical.score)


def test_a_restart_in_backup_goes_on_from_the_log() -> None:
    world = two().runs(16, (B,))
    world.watch, world.done = Watch(), []
    world.runs(14, (B,))
    assert [] == world.done
    world.runs(60, (P, B))
    assert [] == world.done
    for source in (B, P):
        world.plays(source, other("timeout"))
    world.runs(60, (P, B))
    assert [FeedMode.PROBATION, FeedMode.PRIMARY] == [
        move.mode for _, move in world.done if isinstance(move, SetMode | Switch)
    ]
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)


def test_the_aspect_of_the_clock_follows_the_console() -> None:
    world = World().starts(P)
    world.clock(K, 600_000, running=True)
    world.runs(12, (P, K))
    assert K == world.canonical.believed(Aspect.CLOCK)
    assert P == world.canonical.believed(Aspect.PLAYS)
    world.runs(20, (P,))
    assert P == world.canonical.believed(Aspect.CLOCK)
