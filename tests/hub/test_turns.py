"""Turns are fair: no stream gets more than a quantum ahead of another that waits."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.hub.turns import Turns


def test_nobody_is_in_at_first():
    turns = Turns(100)
    assert turns.current() is None
    assert len(turns) == 0


def test_a_flow_goes_on_until_it_has_spent_its_quantum():
    turns = Turns(100)
    turns.enter("a")
    turns.enter("b")
    said = []
    for _ in range(6):
        said.append(turns.current())
        turns.charge(said[-1], 50)
    assert said == ["a", "a", "b", "b", "a", "a"]


def test_what_was_spent_beyond_the_quantum_is_taken_off_the_next_turns():
    turns = Turns(100)
    turns.enter("a")
    turns.enter("b")
    turns.charge(turns.current(), 250)
    said = []
    for _ in range(4):
        said.append(turns.current())
        turns.charge(said[-1], 100)
    assert said == ["b", "b", "a", "b"]


def test_who_has_left_is_passed_over_and_begins_anew_when_it_comes_back():
    turns = Turns(100)
    turns.enter("a")
    turns.charge("a", 90)
    turns.leave("a")
    turns.leave("a")
    turns.charge("a", 1_000)
    assert turns.current() is None
    turns.enter("a")
    turns.charge("a", 90)
    assert turns.current() == "a"


@given(st.lists(st.integers(1, 300), min_size=2, max_size=5), st.integers(20, 200))
def test_flows_that_always_have_something_get_the_same_whatever_their_writes_cost(costs, steps):
    turns, quantum = Turns(100), 100
    flows = {str(number): cost for number, cost in enumerate(costs)}
    for flow in flows:
        turns.enter(flow)
    spent = Counter(dict.fromkeys(flows, 0))
    for _ in range(steps):
        flow = turns.current()
        turns.charge(flow, flows[flow])
        spent[flow] += flows[flow]
    assert max(spent.values()) - min(spent.values()) <= 2 * quantum + 2 * max(costs)
