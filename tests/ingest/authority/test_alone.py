"""A game with one source costs nearly nothing, and is dark when that one is lost."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.ingest.authority.health import Health
from scoreboard.ingest.authority.moves import ClockConfidence, SetMode
from scoreboard.ingest.authority.watch import Watch
from scoreboard.model.event import FeedModeSet, StatusSet
from scoreboard.model.feed import FeedMode
from scoreboard.model.side import Score
from scoreboard.model.status import Status, StatusLine
from tests.ingest.authority.arbiter_world import B, P, World

DARK = SetMode(FeedMode.DARK, "first is down")
BACK = SetMode(FeedMode.PRIMARY, "first is back")


def test_a_look_at_a_well_source_answers_with_what_it_was_given() -> None:
    world = World().starts(P).runs(5, (P,))
    watch = world.watch
    assert () == world.look()
    assert world.watch is watch


def test_a_game_of_which_nobody_has_told_has_nothing_to_arbitrate() -> None:
    world = World()
    world.beats(P, B)
    assert [] == world.done
    assert [] == world.reports


def test_a_source_that_beat_and_is_silent_leaves_the_game_dark_until_it_speaks() -> None:
    world = World().starts(P)
    world.scores(P)
    world.clock(P, 600_000, running=True)
    world.runs(1, (P,)).runs(14)
    assert [] == world.done
    world.runs(1)
    assert [(16.0, DARK)] == world.done
    assert (ClockConfidence.STALE, True) == (world.report.clock, world.report.clock_ticks)
    world.runs(20)
    assert 2 == len(world.reports)
    assert (False, ((P, Health.DOWN),)) == (world.report.clock_ticks, world.report.sources)
    world.beats(P)
    assert [(16.0, DARK), (36.0, BACK)] == world.done
    assert (FeedMode.PRIMARY, Score(2, 0)) == (world.report.mode, world.canonical.score)
    assert ClockConfidence.LIVE is world.report.clock
    assert 1 == world.canonical.term


def test_a_source_that_never_beats_may_be_silent_and_may_not_be_closed() -> None:
    world = World().starts(P).runs(300)
    assert [] == world.done
    world.closes(P)
    world.runs(4)
    assert [] == world.done
    world.runs(1)
    assert [(305.0, DARK)] == world.done


@pytest.mark.parametrize("status", [Status.FINAL, Status.SCHEDULED])
def test_before_and_after_a_game_silence_means_nothing(status: Status) -> None:
    world = World()
    world.says(P, StatusSet(StatusLine(status)))
    world.runs(1, (P,)).runs(60)
    assert [] == world.done


def test_after_a_restart_a_source_has_three_beats_to_be_heard() -> None:
    world = World().starts(P)
    world.watch = Watch()
    world.runs(0)
    world.look()
    world.runs(14)
    assert [] == world.done
    world.runs(2)
    assert [(15.0, DARK)] == world.done


def test_a_restart_in_the_dark_stays_dark_until_the_source_is_heard() -> None:
    world = World().starts(P)
    world.log(FeedModeSet(FeedMode.DARK, "lost"), P)
    world.watch = Watch()
    world.runs(30)
    assert [] == world.done
    assert [] == world.reports
    world.runs(10)
    assert (1, False) == (len(world.reports), world.report.clock_ticks)
    world.says(P, StatusSet(StatusLine(Status.IN_PROGRESS)))
    assert [(40.0, BACK)] == world.done


def test_a_latched_game_waits_for_a_person_even_when_its_only_source_is_lost() -> None:
    world = World().starts(P).runs(1, (P,))
    world.log(FeedModeSet(FeedMode.LATCHED, "tired"), P)
    world.runs(60)
    assert [] == world.done


def test_a_lone_source_is_believed_again_when_its_official_lets_go() -> None:
    world = World().starts(P)
    world.shadows.clear()
    world.locks()
    assert FeedMode.MANUAL is world.canonical.mode
    world.releases()
    assert FeedMode.PRIMARY is world.canonical.mode
    assert 1 == world.canonical.term


def test_a_source_with_beats_of_its_own_may_be_silent_for_longer() -> None:
    world = World().starts(P).runs(1, (P,))
    world.settings[P] = attrs.evolve(world.settings[P], beat_s=30.0)
    world.runs(89)
    assert [] == world.done
    world.runs(1)
    assert [(91.0, DARK)] == world.done
