"""The table of arbitration, over every mode and input."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from scoreboard.ingest.authority.machine import TRANSITIONS, Input, after, diagram
from scoreboard.model.errors import LocalError
from scoreboard.model.feed import FeedMode

PAGE = Path(__file__).parents[3] / "docs" / "arbitration.md"


@pytest.mark.parametrize(("mode", "step"), list(product(FeedMode, Input)))
def test_every_mode_answers_every_input_by_the_table_or_says_whose_fault_it_is(
    mode: FeedMode, step: Input
) -> None:
    if (mode, step) in TRANSITIONS:
        assert TRANSITIONS[mode, step] is after(mode, step)
    else:
        with pytest.raises(LocalError, match=f"{step.name} in state {mode.name}"):
            after(mode, step)


@pytest.mark.parametrize("mode", FeedMode)
def test_a_person_may_choose_in_every_mode(mode: FeedMode) -> None:
    assert FeedMode.PRIMARY is after(mode, Input.CHOSE_BEST)
    assert FeedMode.BACKUP is after(mode, Input.CHOSE_BACKUP)


def test_only_a_person_ends_a_latch() -> None:
    ends = {step for mode, step in TRANSITIONS if mode is FeedMode.LATCHED}
    assert {Input.LOCKED, Input.CHOSE_BEST, Input.CHOSE_BACKUP} == ends


def test_every_mode_can_be_reached() -> None:
    assert set(FeedMode) == set(TRANSITIONS.values())


def test_the_page_shows_the_table_as_it_is() -> None:
    assert f"```mermaid\n{diagram()}```" in PAGE.read_text()
