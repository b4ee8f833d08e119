"""A ring keeps what is recent and knows how far back it goes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.hub.ring import Ring, RingLimits
from scoreboard.hub.trace import Mark
from tests.hub.fakes import kept_in, score


def filled(ring: Ring, *seqs: int, epoch: int = 1) -> Ring:
    for seq in seqs:
        kept_in(ring, score(seq, epoch=epoch), ring.tip or 1)
    return ring


def ring_of(count: int = 100, size: int = 10_000) -> Ring:
    return Ring(RingLimits(max_publications=count, max_bytes=size))


def test_a_ring_gives_what_came_since_a_number():
    ring = filled(ring_of(), 1, 1, 2, 3)
    assert [posted.number for posted in ring.since(3)] == [3, 4]
    assert ring.since(5) == []
    assert ring.tip == 5


def test_an_empty_ring_has_nothing():
    assert ring_of().tip == 0
    assert ring_of().since(0) == []
    assert ring_of().after(1, 0) is None


def test_a_full_ring_forgets_its_oldest_and_says_so():
    ring = filled(ring_of(3), 1, 2, 3, 4, 5)
    assert len(ring) == 3
    assert ring.lost == 3
    assert ring.is_full_of(3)
    assert not ring.is_full_of(4)


def test_a_ring_forgets_its_oldest_when_the_encoded_ones_are_too_many_bytes():
    ring = ring_of(size=100)
    for number in range(1, 4):
        posted = kept_in(ring, score(number), number)
        posted.form("json", lambda _: (b"x" * 30, b"y" * 10))
    assert ring.size == 120
    assert ring.is_full_of(1)
    kept_in(ring, score(4), 4)
    assert ring.size == 80
    assert ring.lost == 2


def test_a_form_is_made_once_a_family():
    made = []

    def make(publication):
        made.append(publication)
        return (b"1234",)

    ring = ring_of()
    posted = kept_in(ring, score(1), 1)
    assert posted.form("json", make) is posted.form("json", make)
    posted.form("cbor", make)
    assert len(made) == 2
    assert ring.size == 8


def test_forms_of_a_publication_that_the_ring_has_forgotten_are_not_counted():
    ring = ring_of(1)
    old = kept_in(ring, score(1), 1)
    kept_in(ring, score(2), 2)
    old.form("json", lambda _: (b"1234",))
    assert ring.size == 0


@pytest.mark.parametrize(
    ("epoch", "seq", "expected"),
    [
        (1, 2, None),  # 3 may have lost a part
        (1, 3, [4, 5]),
        (1, 5, []),
        (1, 6, None),  # never heard of
        (2, 4, None),
    ],
)
def test_a_ring_answers_only_if_it_has_everything_after_a_position(epoch, seq, expected):
    ring = filled(ring_of(3), 1, 2, 3, 3, 4, 5)
    found = ring.after(epoch, seq)
    assert expected == (None if found is None else [p.seq for p in found])


def test_a_ring_that_began_in_the_middle_of_a_game_does_not_know_the_start():
    ring = filled(ring_of(), 10, 11)
    assert ring.after(1, 8) is None
    assert [p.seq for p in ring.after(1, 9)] == [10, 11]


def test_a_new_epoch_makes_older_positions_unknown():
    ring = filled(filled(ring_of(), 1, 2), 1, 2, epoch=2)
    assert ring.after(1, 1) is None
    assert [p.seq for p in ring.after(2, 0)] == [1, 2]
    assert [p.seq for p in ring.after(2, 1)] == [2]


@settings(deadline=None)
@given(st.lists(st.integers(1, 3), max_size=40), st.integers(1, 20), st.integers(0, 40))
def test_what_a_ring_answers_is_everything_after_the_position(several, size, seq):
    ring = ring_of(size)
    everything = [s for s, n in enumerate(several, start=1) for _ in range(n)]
    filled(ring, *everything)
    found = ring.after(1, seq)
    if found is not None:
        assert [s for s in everything if s > seq] == [p.seq for p in found]
    elif seq <= len(several) and everything:
        assert len([s for s in everything if s >= seq]) >= size or not seq


def test_what_is_put_back_is_bounded(monkeypatch):
    monkeypatch.setattr("scoreboard.hub.trace._RESTORED", 2)
    ring = Ring(RingLimits(max_publications=1, max_marks=10))
    log = [score(seq) for seq in range(1, 6)]
    for number, publication in enumerate(log, start=1):
        kept_in(ring, publication, number, marked=True)
    ring.restore(log)
    assert [isinstance(one, Mark) for one in ring.since(1)] == [True, True, False, False, False]
    ring.drop_marks_below(4)
    assert [one.number for one in ring.since(0)] == [4, 5]
    assert (ring.first(0), ring.first(5), ring.known) == (4, 5, 4)
