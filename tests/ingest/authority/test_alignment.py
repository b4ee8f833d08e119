"""Two feeds' plays are paired in order, at the least cost, composites and clusters included."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.ingest.authority.alignment import align, run_of
from scoreboard.ingest.authority.likeness import measure, told
from tests.ingest.authority.telling import AWAY, HOME, B, Desk, P, play, void

FOUL, TURNOVER, CHANGE = "foul", "turnover", "substitution"


def aligned(ours, theirs, sport="basketball"):
    desk = Desk(sport)
    desk.hear(P, *ours)
    desk.hear(B, *theirs)
    shadows = desk.world.shadows
    return align(told(shadows[P]), told(shadows[B]), measure(desk.state))


def refs(found):
    return [
        (
            tuple(one.play.refs[0].ref for one in p.ours),
            tuple(one.play.refs[0].ref for one in p.theirs),
        )
        for p in found.pairs
    ]


def test_a_run_that_another_side_interrupts_is_no_composite():
    ours = [play("p1", "2pt", 2, HOME, 10), play("p2", "2pt", 2, AWAY, 20)]
    ours += [play("p3", "freethrow", 1, HOME, 30)]
    theirs = [play("b1", "2pt", 2, AWAY, 20), play("b2", "3pt", 3, HOME, 30)]
    assert [(("p2",), ("b1",))] == refs(aligned(ours, theirs))


def test_a_composite_is_never_a_play_that_was_taken_back():
    ours = [play("p1", "2pt", 2, HOME, 10), play("p2", "freethrow", 1, HOME, 12)]
    theirs = [play("b1", "3pt", 3, HOME, 12), void("b1")]
    assert () == aligned(ours, theirs).pairs


def test_a_run_that_does_not_make_up_the_play_is_none():
    desk = Desk()
    desk.hear(P, play("p1", "freethrow", 1, HOME, 10))
    desk.hear(B, play("b1", "3pt", 3, HOME, 10))
    shadows = desk.world.shadows
    one = told(shadows[B])[0]
    assert 0 == run_of(told(shadows[P]), one, measure(desk.state))


def test_plays_that_stand_in_another_order_at_other_times_are_not_crossed():
    ours = [play("p1", FOUL, at=10), play("p2", TURNOVER, at=12)]
    theirs = [play("b1", TURNOVER, at=11), play("b2", FOUL, at=13)]
    assert 1 == len(aligned(ours, theirs).pairs)


def test_two_plays_of_one_second_are_not_both_taken_for_a_third():
    ours = [play("p1", FOUL, at=20, subtype="x"), play("p2", FOUL, at=20, subtype="x")]
    ours += [play("p3", CHANGE, at=20)]
    theirs = [play("b1", CHANGE, at=20), play("b2", FOUL, at=20, subtype="y")]
    found = aligned(ours, theirs)
    assert 2 == len(found.pairs)
    assert 1 == len(found.ours_only)


LINE = st.tuples(st.sampled_from(["2pt", "3pt", FOUL, TURNOVER]), st.sampled_from([HOME, AWAY]))


def feed(name, lines, keep):
    for n, ((kind, side), kept) in enumerate(zip(lines, keep, strict=True)):
        points = {"2pt": 2, "3pt": 3}.get(kind, 0)
        if points or kept:
            yield play(f"{name}{n}", kind, points, side, 10 * n)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINE, min_size=1, max_size=20), st.data())
def test_a_feed_that_lost_plays_is_paired_play_by_play(lines, data):
    keep = data.draw(st.lists(st.booleans(), min_size=len(lines), max_size=len(lines)))
    ours = list(feed("n", lines, [True] * len(lines)))
    theirs = [*feed("n", lines, keep), play("end", "period_end", side=None, at=300)]
    found = aligned([*ours, play("end", "period_end", side=None, at=300)], theirs)
    assert len(theirs) == len(found.pairs)
    assert all(a == b for a, b in refs(found))
