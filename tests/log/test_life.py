from __future__ import annotations

import pytest

from scoreboard.log.interface import LogUnavailable
from scoreboard.log.life import TRANSITIONS, Input, Life, State
from scoreboard.model.errors import LocalError


@pytest.fixture(params=State, ids=lambda state: state.name)
def life(request) -> Life:
    one = Life("the book")
    one.state = request.param
    return one


@pytest.mark.parametrize("given", Input, ids=lambda given: given.name)
def test_a_log_does_what_the_table_says_and_nothing_else(life, given):
    before = life.state
    if (before, given) in TRANSITIONS:
        life.move(given)
        assert TRANSITIONS[before, given] is life.state
    else:
        text = f"the book: a log that is {before.name} meets {given.name}"
        with pytest.raises(LocalError, match=text):
            life.move(given)
        assert before is life.state


def test_only_an_open_log_can_be_used_and_another_says_why_not(life):
    if life.state is State.OPEN:
        life.demand_open()
    else:
        text = f"the book: the log is {life.state.name.lower()}"
        with pytest.raises(LogUnavailable, match=text):
            life.demand_open()
