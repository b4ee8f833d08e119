"""A state that is brought back from a later one is the one that the log gave."""

from __future__ import annotations

from itertools import pairwise

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.past.stored import (
    Label,
    read_milestone,
    read_step,
    write_milestone,
    write_step,
)
from scoreboard.past.undoing import Undone, milestone_of, restored, undone
from scoreboard.projection.fold import apply, begin
from tests.projection.test_corrected_games import log_of
from tests.simulator.days import SPORTS
from tests.support.games import EPOCH

_SEEDS = st.integers(0, 2**32)

#: Entries between two states that are kept here.
PAGE = 16
LONG = 6 * PAGE + 1


def ends(log):
    """The states at the ends of pages."""
    state = begin(log[0], EPOCH)
    found = []
    for entry in log[1:]:
        state = apply(state, entry)
        if state.seq % PAGE == 0:
            found.append(state)
    return found


def kept(before, after):
    """A page's milestone and step as they come back from their bytes."""
    label = Label("v", before.meta.game_id, EPOCH, before.seq // PAGE)
    milestone = read_milestone(label, write_milestone(label, milestone_of(before)))
    step = read_step(label, write_step(label, before, undone(before, after)))
    assert milestone is not None
    assert step is not None
    assert before.ts_ms == step.ts_ms
    return milestone, step.undone


@pytest.mark.parametrize("sport", SPORTS)
@settings(max_examples=15, deadline=None)
@given(seed=_SEEDS)
def test_every_page_of_a_game_that_is_corrected_everywhere_comes_back(sport, seed):
    log = log_of(sport, seed, LONG)
    states = ends(log)
    assert len(states) == LONG // PAGE
    pages = [kept(before, after) for before, after in pairwise(states)]
    for number, state in enumerate(states[:-1]):
        steps = [step for _, step in pages[number:]]
        found = restored(pages[number][0], states[-1], steps[::-1])
        assert state == found
        # It is folded on as the state itself is.
        assert states[number + 1] == _folded(found, log)


def _folded(state, log):
    for entry in log[state.seq : state.seq + PAGE]:
        state = apply(state, entry)
    return state


def test_what_is_kept_of_a_page_does_not_grow_with_the_game():
    states = ends(log_of("basketball", 3, LONG))
    step = undone(states[-2], states[-1])
    assert len(step.plays) < len(states[-2].plays)
    assert milestone_of(states[-1]).state.plays == ()


def test_what_does_not_fit_is_not_brought_back():
    states = ends(log_of("basketball", 3, LONG))
    pages = [kept(before, after) for before, after in pairwise(states)]
    steps = [step for _, step in pages]
    assert restored(pages[0][0], states[-1], steps[::-1]) == states[0]
    assert restored(pages[0][0], states[-1], steps[:0:-1]) is None
    assert restored(pages[0][0], states[-1], [Undone()] * len(steps)) is None
    other = attrs.evolve(states[0], periods=())
    assert restored(milestone_of(other), states[-1], steps[::-1]) == other
    assert restored(attrs.evolve(pages[0][0], check=""), states[-1], steps[::-1]) is None
