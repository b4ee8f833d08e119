"""Of messages without ids the newest are known."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scoreboard.projection.seen import SEEN, Seen


def seen(digests):
    found = Seen()
    for seq, digest in enumerate(digests, start=1):
        found = found.having(digest, seq)
    return found


@given(st.integers(0, 3 * SEEN))
def test_the_newest_are_known_and_what_is_long_past_is_not(count):
    found = seen(range(1, count + 1))
    known = [digest for digest in range(1, count + 1) if found.get(digest) is not None]
    assert min(count, SEEN) <= len(known) < SEEN + 64
    assert [found.get(digest) for digest in known] == known
    assert known == list(range(count - len(known) + 1, count + 1))
    assert found.get(0) is None


@given(st.lists(st.integers(1, 90), max_size=200))
def test_of_what_was_said_twice_the_last_time_counts(digests):
    found = seen(digests)
    assert [found.get(digest) for digest in digests] == [
        len(digests) - digests[::-1].index(digest) for digest in digests
    ]


def test_a_memory_does_not_change():
    before = seen([5])
    after = before.having(7, 2)
    assert (before.get(7), after.get(5), after.get(7)) == (None, 1, 2)
