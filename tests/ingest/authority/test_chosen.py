"""A person has chosen who is believed: what undoes his choice, and what does not."""

from __future__ import annotations

import pytest

from scoreboard.ingest.authority.arbiter import chosen
from scoreboard.ingest.authority.moves import Switch
from scoreboard.ingest.authority.policy import Failback, Policy
from scoreboard.model.feed import FeedMode
from scoreboard.model.ids import SourceId
from tests.ingest.authority.arbiter_world import SETTINGS, B, P, World, other


def choosing(world: World, to: SourceId, *, holds: bool = True) -> World:
    world.take(chosen(world.watch, world.canonical, SETTINGS, to, "by phone", holds=holds))
    world.look()
    return world


def backed(policy: Policy | None = None) -> World:
    """Both at 2-0 and well, a person has chosen the backup."""
    world = World(policy=policy or Policy()).starts(P, B)
    world.scores(P, B)
    return choosing(world.runs(20, (P, B)), B)


def pauses(world: World) -> World:
    """A safe point for who would go back."""
    for source in (B, P):
        world.plays(source, other("timeout"))
    return world


def switched(world: World) -> list[SourceId]:
    return [move.to for _, move in world.made(Switch)]


@pytest.mark.parametrize("policy", [Policy(), Policy(failback=Failback.AUTO)])
def test_the_way_back_to_the_best_source_is_a_persons_too(policy: Policy) -> None:
    world = pauses(backed(policy).runs(300, (P, B)))
    assert [] == switched(world)
    assert (FeedMode.PROBATION, B) == (world.canonical.mode, world.canonical.authority)
    assert ("chosen:second", "failback:first") == world.report.flags


def test_who_asks_for_no_way_back_is_not_told_of_one() -> None:
    world = pauses(backed(Policy(failback=Failback.NEVER)).runs(300, (P, B)))
    assert ("chosen:second",) == world.report.flags


def test_a_choice_that_is_let_go_of_is_undone_by_rank() -> None:
    world = choosing(backed().runs(300, (P, B)), B, holds=False)
    pauses(world.runs(300, (P, B)))
    assert [P] == switched(world)
    assert not world.canonical.chosen


def test_a_chosen_source_that_dies_is_left_and_is_chosen_no_more() -> None:
    world = backed().runs(130, (P, B)).runs(16, (P,))
    assert ([P], FeedMode.PRIMARY) == (switched(world), world.canonical.mode)
    assert not world.canonical.chosen


def test_a_chosen_source_is_not_left_for_a_stall() -> None:
    world = backed().runs(130, (P, B))
    world.plays(B, other())
    world.scores(P)
    world.runs(100, (P, B))
    assert [] == switched(world)
    assert ("conflict",) == world.canonical.doubts


def test_a_chosen_source_that_tells_nothing_for_as_long_as_one_dwells_is_left() -> None:
    world = backed().runs(130, (P, B))
    world.plays(B, other())
    world.scores(P)
    world.runs(121, (P, B))
    assert [P] == switched(world)


def test_a_choice_of_the_best_source_holds_against_a_stall_as_well() -> None:
    world = World().starts(P, B)
    world.scores(P, B)
    choosing(world.runs(20, (P, B)), P)
    world.plays(P, other())
    world.scores(B)
    world.runs(60, (P, B))
    assert [] == switched(world)
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)


def test_after_an_officials_lock_the_chosen_source_is_believed_again() -> None:
    world = backed().runs(3, (P, B))
    world.locks()
    world.runs(20, (P, B))
    world.releases()
    assert (FeedMode.BACKUP, B) == (world.canonical.mode, world.canonical.authority)
    assert world.canonical.chosen


def test_after_an_officials_lock_a_chosen_source_that_is_dead_gives_way() -> None:
    world = backed().runs(3, (P, B))
    world.locks()
    world.runs(20, (P,))
    world.releases()
    assert (FeedMode.PRIMARY, P) == (world.canonical.mode, world.canonical.authority)
    assert not world.canonical.chosen
