"""Deadlines are met in time, and silent peers are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoreboard.gateway.heartbeat import SHARES, Act, Patience, Wheel, beat
from scoreboard.model.errors import LocalError

STEP = 0.25


class Item:
    """Something with a deadline."""

    def __init__(self, name: str = "") -> None:
        self.slot = 0
        self.name = name


def test_an_item_is_found_once_its_deadline_is_over_and_not_before():
    wheel, item = Wheel(STEP), Item()
    wheel.put(item, 10.0)
    assert wheel.expired(10.0) == []
    assert wheel.expired(10.25) == [item]
    assert wheel.expired(11.0) == []
    assert not wheel


def test_what_was_due_first_is_found_first():
    wheel = Wheel(STEP)
    items = [Item(str(due)) for due in (7, 3, 5)]
    for item in items:
        wheel.put(item, float(item.name))
    assert [item.name for item in wheel.expired(100.0)] == ["3", "5", "7"]


@pytest.mark.parametrize("second", [5.0, 20.0])
def test_a_new_deadline_takes_the_place_of_the_old_one(second):
    wheel, item = Wheel(STEP), Item()
    wheel.put(item, 10.0)
    wheel.put(item, second)
    found = [now for now in range(30) if item in wheel.expired(float(now))]
    assert found == [second + 1]


def test_a_deadline_that_is_past_is_found_at_the_next_turn():
    wheel, item = Wheel(STEP), Item()
    wheel.expired(100.0)
    wheel.put(item, 3.0)
    assert wheel.expired(100.25) == [item]


def test_what_is_dropped_is_not_found_and_not_kept():
    wheel, item, other = Wheel(STEP), Item(), Item()
    wheel.put(item, 10.0)
    wheel.put(other, 10.0)
    wheel.drop(item)
    wheel.drop(item)
    assert wheel.expired(20.0) == [other]
    wheel.put(item, 30.0)
    wheel.drop(item)
    assert not wheel


def test_time_does_not_go_back():
    wheel = Wheel(STEP)
    wheel.expired(100.0)
    with pytest.raises(LocalError, match="went back"):
        wheel.expired(99.0)


@given(st.lists(st.tuples(st.integers(0, 9), st.floats(0, 60), st.floats(0, 5)), max_size=60))
def test_whatever_is_put_when_is_found_between_its_deadline_and_a_step_later(puts):
    wheel: Wheel[Item] = Wheel(STEP)
    items = [Item(str(n)) for n in range(10)]
    due: dict[Item, float] = {}
    now = 0.0
    for number, delay, pause in [*puts, (None, 0, 200)]:
        until = now + pause
        while now < until:
            now += STEP
            for item in wheel.expired(now):
                assert due[item] <= now <= due.pop(item) + 2 * STEP
        if number is not None:
            due[items[number]] = now + delay
            wheel.put(items[number], now + delay)
    assert due == {}


PATIENCE = Patience(interval_s=20.0, timeout_s=10.0, stall_s=60.0)


@pytest.mark.parametrize(
    ("silence", "asked", "answers", "expected"),
    [
        (0.0, False, True, (Act.WAIT, 20.0)),
        (19.0, False, True, (Act.WAIT, 1.0)),
        (20.0, False, True, (Act.ASK, 10.0)),
        (30.0, True, False, (Act.DROP, 0.0)),
        (30.0, True, True, (Act.WAIT, 10.0)),
        (55.0, True, True, (Act.WAIT, 5.0)),
        (60.0, True, True, (Act.DROP, 0.0)),
        (5.0, True, False, (Act.WAIT, 15.0)),
    ],
)
def test_a_silent_peer_is_asked_then_dropped_unless_its_machine_answers(
    silence, asked, answers, expected
):
    assert beat(PATIENCE, 0, silence, asked=asked, answers=lambda: answers) == expected


def test_peers_that_came_at_once_are_asked_at_different_times():
    waits = {beat(PATIENCE, n, 0.0, asked=False, answers=bool)[1] for n in range(SHARES)}
    assert len(waits) == SHARES
    assert min(waits) >= 16.0
    assert max(waits) == 20.0


def test_a_connection_that_is_half_open_is_found_within_35_seconds():
    for share in range(SHARES):
        silence, asked = 0.0, False
        while True:
            act, wait = beat(PATIENCE, share, silence, asked=asked, answers=lambda: False)
            if act is Act.DROP:
                break
            asked = asked or act is Act.ASK
            silence += wait + STEP
        assert silence <= 35.0
