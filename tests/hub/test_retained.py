"""The newest of each topic is there for those who come later."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.hub.retained import Retained
from scoreboard.hub.ring import Posted, Ring, RingLimits
from scoreboard.hub.subscription import matches
from tests.hub.fakes import EXACT, PREFIX, WILDCARD, kept_in, published

_WORDS = st.sampled_from(["a", "b", "ab"])
_TOPICS = st.lists(_WORDS, min_size=2, max_size=4).map(".".join)


def _keep(retained: Retained, posted: Posted) -> None:
    retained.of(posted.topic)[posted.publication.key] = posted


def kept(*topics: str, key: str = "") -> Retained:
    retained, ring = Retained(), Ring(RingLimits())
    for number, topic in enumerate(topics, start=1):
        _keep(retained, kept_in(ring, published(topic, number, key=key), number))
    return retained


def seqs(retained: Retained, uri: str, policy, limit: int = 100) -> list[int]:
    found = retained.find(f"scoreboard.v1.{uri}" if uri else "scoreboard.v1", policy, limit)
    return [posted.publication.seq for posted in found]


def test_only_the_newest_of_a_topic_is_kept():
    assert seqs(kept("a.b", "a.b", "a.b"), "a.b", EXACT) == [3]


def test_a_topic_keeps_the_newest_of_each_key():
    retained, ring = Retained(), Ring(RingLimits())
    for number, key in enumerate(["x", "y", "x"], start=1):
        _keep(retained, kept_in(ring, published("a.slate", number, key=key), number))
    assert seqs(retained, "a.slate", EXACT) == [2, 3]


def test_patterns_find_the_newest_of_every_topic_that_they_match():
    retained = kept("game.g1.score", "game.g1.clock", "game.g12.score", "league.x.slate")
    assert seqs(retained, "game.g1", PREFIX) == [1, 2, 3]
    assert seqs(retained, "game..score", WILDCARD) == [1, 3]
    assert seqs(retained, "", PREFIX) == [1, 2, 3, 4]
    assert seqs(retained, "nothing.here", PREFIX) == []
    assert seqs(retained, "nothing.here", EXACT) == []


def test_the_search_stops_at_the_limit():
    assert len(seqs(kept("a.b", "a.c", "a.d"), "a", PREFIX, limit=2)) == 2


@settings(deadline=None)
@given(
    st.lists(_TOPICS, max_size=12),
    st.one_of(
        st.tuples(_TOPICS, st.sampled_from([EXACT, PREFIX])),
        st.tuples(
            st.lists(st.one_of(_WORDS, st.just("")), min_size=1, max_size=4).map(".".join),
            st.just(WILDCARD),
        ),
    ),
)
def test_what_is_found_is_what_a_scan_of_all_topics_finds(topics, pattern):
    uri, policy = pattern
    newest = {topic: number for number, topic in enumerate(topics, start=1)}
    expected = sorted(
        number
        for topic, number in newest.items()
        if matches(f"scoreboard.v1.{uri}", policy, f"scoreboard.v1.{topic}")
    )
    assert expected == seqs(kept(*topics), uri, policy)
