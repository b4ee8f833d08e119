"""Plays brought into the order of a game."""

from __future__ import annotations

from collections import Counter

from scoreboard.ingest.parsers.running.game_rows import Draft, in_order
from scoreboard.model.play import ORDER_STEP, PlayFacts


def draft(ref, kind="2pt", period=1, order=None, clock=None):
    return Draft(ref, f"row {ref}", PlayFacts(kind, period, clock_ms=clock, order=order))


def ordered(*drafts, **how):
    quirks = Counter()
    rows = in_order(drafts, quirks, **how)
    return rows, dict(+quirks)


def refs(rows):
    return [row.ref for row in rows]


def test_a_repeated_id_is_made_unique_and_counted():
    rows, quirks = ordered(draft("1"), draft("1"), draft("2"), draft("1"), draft("1-2"))
    assert ["1", "1-2", "2", "1-3", "1-2+"] == refs(rows)
    assert {"repeated id": 2} == quirks


def test_a_row_of_an_earlier_period_stands_with_that_period():
    rows, quirks = ordered(draft("1"), draft("2", period=2), draft("3"), draft("4", period=2))
    assert ["1", "3", "derived-end-1", "2", "4"] == refs(rows)
    assert {"period steps back": 1, "derived period end": 1} == quirks


def test_orders_rise_in_steps_that_leave_room():
    rows, _ = ordered(draft("1"), draft("2"))
    assert [ORDER_STEP, 2 * ORDER_STEP] == [row.facts.order for row in rows]


def test_the_providers_own_numbers_give_the_orders_as_long_as_they_rise():
    rows, _ = ordered(
        draft("a", order=5), draft("b", order=9), draft("c", order=7), draft("d", order=11)
    )
    orders = [row.facts.order for row in rows]
    assert [5 * ORDER_STEP, 9 * ORDER_STEP, 9 * ORDER_STEP + 4, 11 * ORDER_STEP] == orders


def test_a_number_beyond_all_reason_gives_no_order():
    rows, _ = ordered(draft("a"), draft("b", order=10**15))
    assert 2 * ORDER_STEP == rows[1].facts.order


def test_each_period_that_is_over_has_an_end():
    rows, quirks = ordered(
        draft("1", clock=9000),
        draft("2", "period_end"),
        draft("3", period=2, clock=5000),
        draft("4", period=3),
        draft("5", "game_end", period=3),
    )
    assert ["1", "2", "3", "derived-end-2", "4", "derived-end-3", "5"] == refs(rows)
    assert ("derived",) == rows[3].facts.qualifiers
    assert 5000 == rows[3].facts.clock_ms
    assert {"derived period end": 2} == quirks


def test_an_end_of_a_period_shows_the_clock_that_it_is_told_to():
    rows, _ = ordered(draft("1", clock=9000), draft("2", period=2), end_clock_ms=0)
    assert 0 == rows[1].facts.clock_ms


def test_the_last_period_has_an_end_only_if_the_game_is_known_to_be_over():
    assert ["1"] == refs(ordered(draft("1"))[0])
    assert ["1", "derived-end-1"] == refs(ordered(draft("1"), over=True)[0])
    assert ["1", "2"] == refs(ordered(draft("1"), draft("2", "period_end"), over=True)[0])
    ended = ordered(draft("1"), draft("2", "period_end"), draft("3", "game_end"), over=True)[0]
    assert ["1", "2", "3"] == refs(ended)
    assert [] == ordered(over=True)[0]


def test_nothing_follows_the_end_of_the_game():
    rows, quirks = ordered(
        draft("1", "game_end"), draft("2"), draft("3", "game_end"), draft("4", "period_end")
    )
    assert ["1", "2", "4", "3"] == refs(rows)
    assert ["comment", "2pt", "period_end", "game_end"] == [row.facts.play_type for row in rows]
    assert {"rows after the end": 1, "repeated row": 1} == quirks
