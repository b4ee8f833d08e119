"""A short run of the simulation: a switch of feed never costs a point unnoticed."""

from __future__ import annotations

from tests.ingest.authority.simulation import plots, run, table

GAMES = 40


def test_no_final_score_is_wrong_unless_a_source_with_a_hole_shows_no_totals():
    outcomes = [run(plot) for plot in plots(GAMES, seed=11)]
    assert [] == [o for o in outcomes if not o.is_right and o.plot.back != "silent hole"]
    assert [] == [o for o in outcomes if not o.is_right and o.is_certain]
    assert [] == [o for o in outcomes if not o.is_over and o.is_certain]


def test_the_same_seed_gives_the_same_table():
    first, again = ([run(plot) for plot in plots(5, seed=3)] for _ in range(2))
    assert table(first) == table(again)
