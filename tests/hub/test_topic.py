"""Subscriptions match as WAMP says, found without looking at all of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoreboard.hub.subscription import Policy, covers, lies_in, matches, stream_of
from scoreboard.hub.topic import TopicTree
from tests.hub.fakes import EXACT, GAME, PREFIX, TEAM, WILDCARD

#: Few words, so that patterns and topics meet.
_WORDS = st.sampled_from(["a", "b", "ab", "p"])
_TOPICS = st.lists(_WORDS, min_size=1, max_size=4).map(".".join)
_PATTERNS = st.one_of(
    st.tuples(_TOPICS, st.sampled_from([EXACT, PREFIX])),
    st.tuples(_TOPICS.map(lambda t: t + "."), st.just(PREFIX)),
    st.tuples(
        st.lists(st.one_of(_WORDS, st.just("")), min_size=1, max_size=4).map(".".join),
        st.just(WILDCARD),
    ),
)


@settings(deadline=None)
@given(st.lists(st.tuples(st.booleans(), _PATTERNS), max_size=30), st.lists(_TOPICS, max_size=5))
def test_the_tree_finds_what_a_scan_of_all_patterns_finds(changes, topics):
    tree = TopicTree(private="p")
    held: list = []
    for add, (uri, policy) in changes:
        if add:
            held.append(tree.add(uri, policy))
        elif tree.lookup(uri, policy) in held:
            subscription = tree.lookup(uri, policy)
            held.remove(subscription)
            tree.remove(subscription)
        for topic in topics:
            expected = sorted(
                {
                    s.id
                    for s in held
                    if matches(s.uri, s.policy, topic)
                    and (lies_in(s.uri, "p") or not lies_in(topic, "p"))
                }
            )
            assert expected == [s.id for s in tree.match(topic)]
            assert tree.find(topic) == tree.match(topic)
    assert len(set(held)) == len(tree)


@settings(deadline=None)
@given(_PATTERNS, _TOPICS, st.sampled_from(["game", "league", "team", "ops", "x"]))
def test_a_subscription_matches_only_in_streams_that_it_is_said_to_cover(pattern, rest, kind):
    uri, policy = f"scoreboard.v1.{kind}.{pattern[0]}", pattern[1]
    topic = f"scoreboard.v1.{kind}.{rest}"
    home = stream_of(topic, EXACT)
    tree = TopicTree()
    subscription = tree.add(uri, policy)
    if home is not None and tree.match(topic):
        assert covers(subscription, home)


def test_subscribers_of_the_same_uri_and_policy_share_one_subscription():
    tree = TopicTree()
    first = tree.add("a.b", EXACT)
    assert first is tree.add("a.b", EXACT)
    assert tree.subscribers(first) == 2
    assert first is tree.lookup("a.b", EXACT)
    assert first is tree.by_id(first.id)
    assert first is not tree.add("a.b", PREFIX)


def test_a_subscription_without_subscribers_is_gone_and_its_id_is_not_used_again():
    tree = TopicTree()
    first = tree.add("a.b", EXACT)
    tree.remove(first)
    assert tree.lookup("a.b", EXACT) is None
    assert tree.by_id(first.id) is None
    assert tree.match("a.b") == ()
    assert tree.subscribers(first) == 0
    assert first.id < tree.add("a.b", EXACT).id


def test_ids_are_small_numbers_from_1():
    tree = TopicTree()
    assert [tree.add(uri, EXACT).id for uri in ("a", "b", "c")] == [1, 2, 3]


def test_removing_one_wildcard_leaves_those_that_share_components_with_it():
    tree = TopicTree()
    long, short, other = (tree.add(uri, WILDCARD) for uri in ("a..c", "a.", "a..d"))
    tree.remove(long)
    assert (short,) == tree.match("a.b")
    assert (other,) == tree.match("a.b.d")
    tree.remove(short)
    tree.remove(other)
    assert tree.match("a.b") == ()


def test_a_prefix_is_a_prefix_of_the_text_not_of_the_components():
    tree = TopicTree()
    subscription = tree.add("game.g1", PREFIX)
    assert (subscription,) == tree.match("game.g12.score")


def test_prefixes_of_the_same_length_are_found_until_each_is_removed():
    tree = TopicTree()
    first, second = tree.add("ab", PREFIX), tree.add("ac", PREFIX)
    tree.remove(first)
    assert tree.match("ab.x") == ()
    assert tree.match("ac.x") == (second,)


def test_a_topic_in_the_private_scope_is_out_of_reach_of_wide_patterns():
    tree = TopicTree(private="x.ops")
    tree.add("x", PREFIX)
    tree.add("x..feed", WILDCARD)
    inside = tree.add("x.ops", PREFIX)
    assert (inside,) == tree.match("x.ops.feed")
    assert tree.is_private("x.ops")
    assert not tree.is_private("x.opsis")


def test_what_is_remembered_of_topics_is_bounded(monkeypatch):
    monkeypatch.setattr("scoreboard.hub.topic._REMEMBERED", 2)
    tree = TopicTree()
    subscription = tree.add("a", PREFIX)
    for topic in ("a1", "a2", "a3", "a1"):
        assert (subscription,) == tree.match(topic)
    assert len(tree._found) <= 2


@pytest.mark.parametrize(
    ("uri", "policy", "stream"),
    [
        (f"scoreboard.v1.game.{GAME}.score", EXACT, f"game.{GAME}"),
        (f"scoreboard.v1.game.{GAME}", PREFIX, f"game.{GAME}"),
        (f"scoreboard.v1.game.{GAME}.", PREFIX, f"game.{GAME}"),
        (f"scoreboard.v1.game.{GAME[:-1]}", PREFIX, None),
        (f"scoreboard.v1.game.{GAME}.", WILDCARD, f"game.{GAME}"),
        ("scoreboard.v1.game..score", WILDCARD, None),
        ("scoreboard.v1.game", PREFIX, None),
        ("scoreboard.v1.game.", PREFIX, None),
        ("scoreboard.v1.gam", PREFIX, None),
        ("scoreboard.v1", PREFIX, None),
        ("scoreboard..game.x.score", WILDCARD, None),
        ("scoreboard.v1..x.score", WILDCARD, None),
        ("scoreboard.v1.league.nba_.slate", EXACT, "league.nba_"),
        ("scoreboard.v1.league.nba_.standings", PREFIX, "league.nba_"),
        ("scoreboard.v1.league.nba", PREFIX, None),
        (f"scoreboard.v1.team.{TEAM}.alert", EXACT, f"team.{TEAM}"),
        ("scoreboard.v1.ops.quarantine", EXACT, "ops"),
        ("scoreboard.v1.ops", PREFIX, None),
        ("scoreboard.v1.ops.feed", PREFIX, "ops"),
        ("elsewhere.v1.game.x", EXACT, None),
    ],
)
def test_a_uri_belongs_to_the_stream_that_it_names_whole(uri, policy, stream):
    assert stream == stream_of(uri, policy)


@pytest.mark.parametrize(
    ("uri", "policy", "covered"),
    [
        ("scoreboard.v1", PREFIX, True),
        ("scoreboard.v1.game.g0", PREFIX, True),
        ("scoreboard.v1.league", PREFIX, False),
        ("scoreboard.v1.game..score", WILDCARD, True),
        ("scoreboard...", WILDCARD, True),
        ("scoreboard..", WILDCARD, False),
        ("scoreboard.v1.league..slate", WILDCARD, False),
        ("elsewhere", EXACT, False),
        (f"scoreboard.v1.game.{GAME}.score", EXACT, True),
    ],
)
def test_a_subscription_covers_the_streams_that_it_may_match_in(uri, policy, covered):
    assert covered == covers(TopicTree().add(uri, policy), f"game.{GAME}")


@pytest.mark.parametrize(
    ("uri", "policy", "topic", "wanted"),
    [
        ("a.b", Policy.EXACT, "a.b", True),
        ("a.b", Policy.EXACT, "a.bc", False),
        ("a.b", Policy.PREFIX, "a.bc", True),
        ("a..c", Policy.WILDCARD, "a.x.c", True),
        ("a..c", Policy.WILDCARD, "a.x.y.c", False),
        ("a..c", Policy.WILDCARD, "a.x.d", False),
        ("a.b.", Policy.WILDCARD, "a.b.z", True),
    ],
)
def test_policies_compare_as_wamp_says(uri, policy, topic, wanted):
    assert wanted == matches(uri, policy, topic)
