"""Coming back inside WAMP: what was missed, what was retained, what was long ago."""

from __future__ import annotations

from collections import defaultdict
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.internet.defer import Deferred, maybeDeferred

from scoreboard.codec.shape import envelope
from scoreboard.codec.text import iso
from scoreboard.gateway.frames import publication_id
from scoreboard.gateway.history import PAGE
from scoreboard.gateway.meta import history_procedures
from scoreboard.gateway.procedures import missed
from scoreboard.gateway.realm import CallError, Realm, SessionLimits
from scoreboard.hub.subscription import Policy, matches
from tests.gateway.fakes import WIRES, Talk, unframed
from tests.gateway.node import GAME, Node
from tests.hub.fakes import published
from tests.support.deferreds import result
from tests.support.games import EPOCH

ROOT = "scoreboard.v1.game"
WHOLE = f"{ROOT}.{GAME}"
SCORE = f"{WHOLE}.score"

#: Kinds of which the newest is enough.
MERGED = frozenset({"clock", "situation", "meta", "stats"})


def realm_of(node, limits=None):
    return Realm(
        hub=node.hub,
        procedures=history_procedures(node.hub, node.games),
        authenticate=lambda *_: None,
        limits=limits or SessionLimits(),
        missed=missed(node.games),
    )


def talk_to(node, subprotocol="wamp.2.json", **limits):
    talk = Talk(realm_of(node, SessionLimits(**limits)))
    talk.port.wire = WIRES.wire(subprotocol, b"")
    talk.port.deliver = partial(unbatched, talk.port)
    talk.say(1, "scoreboard", {})
    return talk


def unbatched(port, data):
    port.said += [message for payload in unframed(data) for message in port.wire.read(payload)]


@pytest.fixture
def node():
    made = Node()
    made.play(1, 9)
    return made


def bodies(messages):
    return [message[5] for message in messages if message[0] == 36]


def after(node, seq, uri=WHOLE, match="prefix"):
    """The envelopes that a subscriber of (uri, match) has missed since `seq`."""
    kept = [p for p in node.of_the_game(seq) if matches(uri, Policy(match), p.topic)]
    return [envelope(publication) for publication in kept]


# _since


@pytest.mark.parametrize("prefix", ["_", "x_"])
@pytest.mark.parametrize(
    ("uri", "match"), [(WHOLE, "prefix"), (SCORE, "exact"), (f"{WHOLE}.", "wildcard")]
)
def test_what_was_missed_comes_after_subscribed(node, prefix, uri, match):
    options = {"match": match, f"{prefix}since": 5, f"{prefix}epoch": EPOCH}
    first, *events = talk_to(node).say(32, 1, options, uri)
    assert first == [33, 1, 1]
    assert after(node, 5, uri, match) == bodies(events)
    assert all((message[1], message[3].get("retained")) == (1, None) for message in events)


def test_missed_events_are_those_that_were_published(node):
    talk = talk_to(node)
    _, *missed_ones = talk.say(32, 1, {"_since": 5, "_epoch": EPOCH}, SCORE)
    other = talk_to(node)
    other.say(32, 1, {}, SCORE)
    node.play(10, 10)
    live = other.port.heard()
    assert live == talk.port.heard()
    told = [p for p in node.of_the_game(5) if p.topic == SCORE]
    assert [publication_id(p, SCORE) for p in told] == [m[2] for m in [*missed_ones, *live]]


def test_who_has_missed_nothing_is_sent_nothing(node):
    assert talk_to(node).say(32, 1, {"_since": node.now.seq, "_epoch": EPOCH}, SCORE) == [
        [33, 1, 1]
    ]


def test_who_has_nothing_needs_no_epoch(node):
    _, *events = talk_to(node).say(32, 1, {"_since": 0, "match": "prefix"}, WHOLE)
    assert after(node, 0) == bodies(events)
    unknown = f"{ROOT}.g9999999999.score"
    assert talk_to(node).say(32, 2, {"_since": 0}, unknown)[0][:2] == [33, 2]


def test_what_was_missed_makes_what_was_retained_needless(node):
    options = {"_since": 5, "_epoch": EPOCH, "get_retained": True}
    _, *events = talk_to(node).say(32, 1, options, SCORE)
    assert after(node, 5, SCORE, "exact") == bodies(events)


@pytest.mark.parametrize(
    ("since", "epoch"), [(5, EPOCH + 1), (99, EPOCH), (1, EPOCH), (0, EPOCH + 1), (0, None)]
)
def test_what_is_not_at_hand_is_said_to_be_lost(since, epoch):
    node = Node(ring=20)
    node.play(1, 9)
    oldest = min(seq for seq in range(11) if node.hub.since(f"game.{GAME}", EPOCH, seq) is not None)
    for request in (1, 2):
        (error,) = talk_to(node).say(32, request, {"_since": since, "_epoch": epoch}, SCORE)
        assert error[4] == "scoreboard.error.history_lost"
        assert error[6] == {"epoch": EPOCH, "oldest": oldest, "latest": 10}
    _, *events = talk_to(node).say(32, 2, {"_since": oldest, "_epoch": EPOCH}, SCORE)
    assert after(node, oldest, SCORE, "exact") == bodies(events)


def test_a_game_that_is_not_known_has_lost_its_history(node):
    uri = f"{ROOT}.g9999999999.score"
    (error,) = talk_to(node).say(32, 1, {"_since": 5, "_epoch": 1}, uri)
    assert (error[4], error[6]["latest"]) == ("scoreboard.error.history_lost", 0)


@pytest.mark.parametrize(
    ("options", "uri"),
    [
        ({"_since": 5, "_epoch": EPOCH, "match": "wildcard"}, f"{ROOT}..score"),
        ({"_since": 5, "_epoch": EPOCH, "match": "prefix"}, f"{ROOT}.g00"),
        ({"_since": 5, "_epoch": EPOCH}, "scoreboard.v1.league.nba_.slate"),
        ({"_since": 5}, SCORE),
        ({"_since": "5", "_epoch": EPOCH}, SCORE),
        ({"_since": -1, "_epoch": EPOCH}, SCORE),
        ({"_since": True, "_epoch": EPOCH}, SCORE),
        ({"_since": 5, "_epoch": "7"}, SCORE),
    ],
)
def test_a_position_that_is_none_of_that_uri_is_refused(node, options, uri):
    (error,) = talk_to(node).say(32, 1, options, uri)
    assert error[4] == "wamp.error.invalid_argument"


def test_a_realm_without_games_ignores_positions(node):
    realm = realm_of(node)
    talk = Talk.joined(Realm(node.hub, {}, realm.authenticate))
    assert talk.say(32, 1, {"_since": 5, "_epoch": EPOCH}, SCORE) == [[33, 1, 1]]


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(["wamp.2.json", "wamp.2.json.batched"]),
    st.lists(st.sampled_from(["play", "pend", "flush", "drop", "back"]), max_size=30),
)
def test_a_follower_that_comes_and_goes_gets_everything_once(subprotocol, steps):
    node = Node()
    node.play(1, 1)
    number, seen, talk = 1, [], None
    for step in [*steps, "drop", "back", "flush"]:
        if step in ("play", "pend"):
            node.pending = step == "pend"
            number += 1
            node.play(number, number)
        elif step == "flush":
            node.hub.flush()
        elif step == "drop" and talk is not None:
            talk.session.gone()
            seen += received(talk.port)
            talk = None
        elif step == "back" and talk is None:
            # A link may break within an entry: what is certain is the one before.
            at = seen[-1]["seq"] - 1 if seen else 0
            seen = [event for event in seen if event["seq"] <= at]
            talk = talk_to(node, subprotocol)
            options = {"match": "prefix", "_since": at, "_epoch": EPOCH}
            talk.session.receive([32, 1, options, WHOLE])
    seen += received(talk.port)
    told = after(node, 0)
    assert critical(told) == critical(seen)
    for kind in {event["type"] for event in told}:
        seqs = [event["seq"] for event in seen if event["type"] == kind]
        assert sorted(set(seqs)) == seqs
        assert seqs[-1:] == [event["seq"] for event in told if event["type"] == kind][-1:]


def critical(events):
    """Those that are never merged."""
    return [event for event in events if event["type"] not in MERGED]


def received(port):
    return bodies(port.heard())


# get_events


def get_events(node, subscription=1, **kwargs):
    procedure = realm_of(node).procedures["wamp.subscription.get_events"]

    def call():
        answer = procedure(None, [subscription], kwargs)
        return Deferred.fromCoroutine(answer) if hasattr(answer, "send") else answer

    return result(maybeDeferred(call))


def test_history_is_announced_where_there_is_one(node):
    assert Talk(realm_of(node)).say(1, "scoreboard", {})[0][2]["roles"]["broker"]["features"][
        "event_history"
    ]


def test_the_past_of_a_subscription_is_what_was_published_to_it(node):
    talk_to(node).say(32, 1, {}, SCORE)
    reply = get_events(node)
    expected = [p for p in node.of_the_game() if p.topic == SCORE]
    assert [envelope(p) for p in expected] == [event["kwargs"] for event in reply.args]
    first = expected[0]
    assert reply.args[0] | {"kwargs": {}} == {
        "timestamp": iso(first.ts_ms),
        "subscription": 1,
        "publication": publication_id(first, SCORE),
        "details": {},
        "args": [],
        "kwargs": {},
    }
    assert reply.kwargs == {"epoch": EPOCH, "seq": 10, "more": False}


def test_the_past_of_a_pattern_names_its_topics(node):
    talk_to(node).say(32, 1, {"match": "prefix"}, WHOLE)
    newest = get_events(node, reverse=True, limit=1)
    last = node.of_the_game()[-1]
    assert newest.args[0]["details"] == {"topic": last.topic}
    assert newest.kwargs["more"] is True
    scores = get_events(node, topic=SCORE).args
    assert [e["kwargs"] for e in scores] == after(node, 0, SCORE, "exact")


def test_a_long_game_is_read_page_by_page_from_its_log():
    node = Node(ring=64)
    node.play(1, 2 * PAGE)
    talk_to(node).say(32, 1, {}, SCORE)
    found, at = [], {}
    while True:
        reply = get_events(node, limit=150, **at)
        found += [event["kwargs"] for event in reply.args]
        if not reply.kwargs["more"]:
            break
        at = {"after_publication": reply.args[-1]["publication"]}
    assert after(node, 0, SCORE, "exact") == found


def test_a_pattern_over_many_games_has_a_past_by_topic(node):
    talk_to(node).say(32, 1, {"match": "wildcard"}, f"{ROOT}..score")
    assert len(get_events(node, topic=SCORE).args) == 10
    for topic in (None, "scoreboard.v1.league.nba_.slate", f"{WHOLE}.play"):
        with pytest.raises(CallError) as caught:
            get_events(node, topic=topic)
        assert caught.value.uri == "wamp.error.invalid_argument"


def test_a_game_that_is_not_known_has_no_past(node):
    talk_to(node).say(32, 1, {}, f"{ROOT}.g9999999999.score")
    reply = get_events(node)
    assert (reply.args, reply.kwargs["more"]) == ([], False)


@pytest.mark.parametrize(
    ("subscription", "kwargs", "error"),
    [
        (2, {}, "wamp.error.no_such_subscription"),
        (1, {"limit": 0}, "wamp.error.invalid_argument"),
        (1, {"after_publication": 5}, "wamp.error.invalid_argument"),
    ],
)
def test_what_cannot_be_told_is_refused(node, subscription, kwargs, error):
    talk_to(node).say(32, 1, {}, SCORE)
    with pytest.raises(CallError) as caught:
        get_events(node, subscription, **kwargs)
    assert caught.value.uri == error


# get_retained

KINDS = ("score", "clock", "status")
GAMES = ("g000000000a", "g000000000b")
PATTERNS = (
    (f"{ROOT}.{GAMES[0]}.score", "exact"),
    (f"{ROOT}.{GAMES[0]}", "prefix"),
    (f"{ROOT}..score", "wildcard"),
    (ROOT, "prefix"),
)


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("publish"), st.sampled_from(GAMES), st.sampled_from(KINDS)),
            st.tuples(st.just("flush")),
            st.tuples(st.just("subscribe"), st.integers(0, 2), st.sampled_from(PATTERNS)),
        ),
        max_size=60,
    )
)
def test_retained_and_live_together_miss_and_repeat_no_whole_state(steps):
    node = Node()
    talks = [talk_to(node) for _ in range(3)]
    told = defaultdict(list)
    owed = {}
    for step in [*steps, ("flush",)]:
        if step[0] == "publish":
            topic = f"{step[1]}.{step[2]}"
            seq = len(told[topic]) + 1
            node.hub.publish([published(f"game.{topic}", seq, retained=True, game_id=step[1])])
            told[topic].append(seq)
            for (_, uri, match), topics in owed.items():
                if matches(uri, Policy(match), f"{ROOT}.{topic}"):
                    topics[topic].append(seq)
        elif step[0] == "flush":
            node.hub.flush()
        else:
            _, who, (uri, match) = step
            if (who, uri, match) in owed:
                continue
            talks[who].session.receive([32, 1, {"match": match, "get_retained": True}, uri])
            owed[who, uri, match] = defaultdict(
                list,
                {
                    topic: seqs[-1:]
                    for topic, seqs in told.items()
                    if matches(uri, Policy(match), f"{ROOT}.{topic}")
                },
            )
    for (who, uri, match), expected in owed.items():
        number = node.hub.tree.lookup(uri, Policy(match)).id
        got = defaultdict(list)
        for message in talks[who].port.said:
            if message[0] == 36 and message[1] == number:
                body = message[5]
                got[f"{body['game_id']}.{body['type']}"].append(body["seq"])
        assert expected == got
