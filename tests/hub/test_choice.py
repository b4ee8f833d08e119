"""What is critical is never left out; the rest says how many it stands for."""

from __future__ import annotations

import pytest

from scoreboard.hub.choice import NOTHING, TICK_PERIOD_MS, Carry, carry_at, choose
from scoreboard.hub.topic import TopicTree
from scoreboard.hub.trace import Mark
from scoreboard.model.delivery import DeliveryClass
from tests.hub.fakes import GAME, PREFIX, posted, published

CRITICAL, LATEST, TICK = DeliveryClass.CRITICAL, DeliveryClass.LATEST, DeliveryClass.TICK
NOW_MS = 1_700_000_100_000
CLOCK = f"scoreboard.v1.game.{GAME}.clock"


@pytest.fixture
def mine():
    return TopicTree().add(f"scoreboard.v1.game.{GAME}", PREFIX)


def heard(mine, *several):
    """Of (kind, delivery, key), numbered from 1, one each millisecond until now."""
    first = NOW_MS - len(several) + 1
    return [
        (
            posted(
                published(
                    f"game.{GAME}.{kind}", n, delivery=delivery, key=key, ts_ms=first + n - 1
                ),
                n,
            ),
            (mine,),
        )
        for n, (kind, delivery, key) in enumerate(several, start=1)
    ]


def picked(choice):
    return [(pick.number, pick.merged) for pick in choice.picks]


def test_all_that_is_critical_is_owed_in_order(mine):
    everything = heard(mine, *[("play", CRITICAL, "")] * 3)
    choice = choose(everything, frozenset({mine}), NOW_MS, NOTHING)
    assert picked(choice) == [(1, 0), (2, 0), (3, 0)]
    assert choice.good_until_ms is None


def test_what_nobody_asked_for_is_not_owed(mine):
    other = TopicTree().add("scoreboard", PREFIX)
    everything = heard(mine, ("play", CRITICAL, ""))
    assert choose(everything, frozenset({other}), NOW_MS, NOTHING).picks == []


def test_of_states_the_newest_of_each_topic_and_key_is_owed_and_says_what_it_replaces(mine):
    everything = heard(
        mine,
        ("stats", LATEST, "a"),
        ("stats", LATEST, "b"),
        ("stats", LATEST, "a"),
        ("play", CRITICAL, "a"),
        ("situation", LATEST, "a"),
        ("stats", LATEST, "a"),
    )
    choice = choose(everything, frozenset({mine}), NOW_MS, NOTHING)
    assert picked(choice) == [(2, 0), (4, 0), (5, 0), (6, 2)]


def test_a_tick_is_owed_while_it_is_younger_than_its_period(mine):
    everything = heard(mine, ("clock", TICK, ""), ("clock", TICK, ""))
    until = NOW_MS + TICK_PERIOD_MS
    choice = choose(everything, frozenset({mine}), until, NOTHING)
    assert picked(choice) == [(2, 1)]
    assert until == choice.good_until_ms
    late = choose(everything, frozenset({mine}), until + 1, NOTHING)
    assert (picked(late), late.expired) == ([], 2)


def test_a_choice_is_good_for_as_long_as_its_oldest_tick(mine):
    everything = heard(mine, ("clock", TICK, "a"), ("clock", TICK, "b"))
    choice = choose(everything, frozenset({mine}), NOW_MS, NOTHING)
    assert NOW_MS - 1 + TICK_PERIOD_MS == choice.good_until_ms


def test_what_was_carried_over_a_cut_is_counted(mine):
    carry = Carry({(CLOCK, ""): 3})
    (pick,) = choose(heard(mine, ("clock", TICK, "")), frozenset({mine}), NOW_MS, carry).picks
    assert (pick.merged, pick.earlier) == (3, ())


def test_a_cut_carries_what_lies_before_it_and_is_replaced_behind_it(mine):
    everything = heard(
        mine,
        ("clock", TICK, ""),
        ("play", CRITICAL, ""),
        ("clock", TICK, ""),
        ("clock", TICK, ""),
    )
    carry = Carry({(CLOCK, ""): 5})
    picks = choose(everything, frozenset({mine}), NOW_MS, carry).picks
    assert picked(choose(everything, frozenset({mine}), NOW_MS, carry)) == [(2, 0), (4, 7)]
    assert carry_at(picks, 3).counts == {(CLOCK, ""): 6}
    assert carry_at(picks, 5) is NOTHING


def test_what_the_ring_has_forgotten_is_chosen_like_the_rest(mine):
    everything = heard(mine, ("stats", LATEST, "a"), ("stats", LATEST, "a"))
    marked = [(Mark.of(p), several) for p, several in everything]
    assert picked(choose(marked, frozenset({mine}), NOW_MS, NOTHING)) == [(2, 1)]
