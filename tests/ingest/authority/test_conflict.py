"""Sources that are well and do not say the same."""

from __future__ import annotations

import pytest

from scoreboard.ingest.authority.conflict import official_is_held
from scoreboard.ingest.authority.health import Health
from scoreboard.ingest.authority.moves import CloseDoubt, OpenDoubt, Switch
from scoreboard.ingest.authority.watch import Watch
from scoreboard.model.event import DoubtSet, PeriodSet, StatusSet
from scoreboard.model.feed import FeedMode
from scoreboard.model.side import Side
from scoreboard.model.status import Confidence, Status, StatusLine
from tests.ingest.authority.arbiter_world import B, K, P, World, other

ALL = (P, B, K)


def three() -> World:
    """Two feeds and a console, all at 2-0."""
    world = World().starts(P, B)
    world.scores(P, B)
    world.shows(2, 0)
    return world.runs(30, ALL)


def test_a_backup_that_the_console_does_not_bear_out_is_doubted_and_that_is_all() -> None:
    world = three()
    world.scores(B)
    world.runs(60, ALL)
    assert [] == world.done
    assert dict(world.report.sources)[B] is Health.DOUBT


def test_console_and_backup_together_make_a_silent_primary_a_stalled_one() -> None:
    world = three()
    world.scores(B)
    world.shows(4, 0)
    world.runs(4, ALL)
    assert (("console",), ()) == (world.report.flags, world.canonical.doubts)
    world.runs(1, ALL)
    assert ("console",) == world.canonical.doubts
    world.runs(8, ALL)
    assert [B] == [move.to for _, move in world.made(Switch)]
    assert () == world.canonical.doubts


def test_console_and_backup_that_say_less_never_take_a_basket_away() -> None:
    world = three()
    world.scores(P)
    world.runs(60, ALL)
    assert (["console"], P) == ([*world.canonical.doubts], world.canonical.authority)
    assert dict(world.report.sources)[P] is Health.STALLED


def test_a_console_against_two_feeds_is_a_flag_and_no_doubt() -> None:
    world = three()
    world.shows(9, 0)
    world.runs(60, ALL)
    assert ([], ("console",)) == (world.done, world.report.flags)


def test_a_console_that_agrees_with_nobody_leaves_the_conflict_of_the_feeds() -> None:
    world = three()
    world.shows(9, 0)
    world.scores(B, side=Side.AWAY)
    world.plays(P, other("timeout"))
    world.runs(13, ALL)
    assert ("conflict", "console") == world.canonical.doubts


def test_a_console_without_a_score_says_nothing() -> None:
    world = World().starts(P)
    world.scores(P)
    world.clock(K, 1000, running=False)
    world.runs(60, (P, K))
    assert [] == world.made(OpenDoubt)


def test_points_that_only_the_backup_has_are_a_conflict_while_the_primary_goes_on() -> None:
    world = World().starts(P, B)
    world.scores(B, side=Side.AWAY)
    for clock_ms in (700_000, 690_000, 680_000):
        world.runs(5, (P, B))
        world.plays(P, other(clock_ms=clock_ms))
    assert ([OpenDoubt], P) == ([type(move) for _, move in world.done], world.canonical.authority)
    assert Confidence.UNCERTAIN is world.canonical.confidence
    assert ("conflict:second",) == world.report.flags
    world.scores(P, side=Side.AWAY)
    assert (Confidence.CONFIRMED, ()) == (world.canonical.confidence, world.report.flags)


def test_points_that_only_the_primary_has_stand() -> None:
    world = World().starts(P, B)
    world.scores(P)
    world.runs(300, (P, B))
    assert [] == world.done


def test_official_waits_while_another_source_goes_on_after_the_end() -> None:
    world = World().starts(P, B)
    world.says(P, StatusSet(StatusLine(Status.FINAL)))
    world.runs(59, (P, B))
    assert not official_is_held(world.canonical)
    world.runs(2, (P, B))
    assert official_is_held(world.canonical)
    assert ("final:second",) == world.report.flags
    world.says(B, StatusSet(StatusLine(Status.FINAL)))
    assert not official_is_held(world.canonical)


def test_a_period_that_differs_for_long_is_a_flag_only() -> None:
    world = World().starts(P, B)
    world.says(B, PeriodSet(2, "started"))
    world.runs(21, (P, B))
    assert ([], ("period:second",)) == (world.done, world.report.flags)


@pytest.mark.parametrize("doubt", ["conflict", "console", "final"])
def test_a_doubt_of_before_a_restart_waits_until_the_sources_are_there(doubt: str) -> None:
    world = World().starts(P, B)
    world.log(DoubtSet(doubt, True, "before"), P)
    world.watch = Watch()
    world.runs(14, (P, B))
    assert [] == world.done
    world.runs(3, (P, B))
    assert [CloseDoubt(doubt, "the difference is gone")] == [move for _, move in world.done]


def test_while_an_official_has_the_plays_differences_are_his_business() -> None:
    world = three()
    world.locks()
    world.scores(B)
    world.shows(9, 9)
    world.runs(60, ALL)
    assert FeedMode.MANUAL is world.canonical.mode
    assert () == world.canonical.doubts
