"""What strangers may follow is bounded, and nobody loses by it what is there."""

from __future__ import annotations

import attrs
import pytest

from scoreboard.gateway.realm import SessionLimits
from scoreboard.gateway.rejected import Reason
from tests.gateway.fakes import Talk, make_realm
from tests.hub.fakes import GAME, OTHER_GAME, score

HERE = f"scoreboard.v1.game.{GAME}"
NOT_YET = f"scoreboard.v1.game.{OTHER_GAME}"


def subscribe(talk: Talk, topic: str, match: str = "exact") -> list:
    """The answer to SUBSCRIBE, without its id and details."""
    return talk.say(32, 1, {"match": match}, topic)[0]


@pytest.fixture
def realm():
    """There is one game, and room for two subscriptions to what is not usual."""
    realm = make_realm(SessionLimits(max_unusual=2))
    realm.hub.publish([score(1)])
    return realm


def fill(realm) -> Talk:
    talk = Talk.joined(realm)
    assert subscribe(talk, f"{NOT_YET}.score")[0] == 33
    assert subscribe(talk, "any.thing")[0] == 33
    return talk


@pytest.mark.parametrize(
    ("topic", "match"),
    [
        (f"{NOT_YET}.play", "exact"),
        (f"{HERE}.nonsense", "exact"),
        (HERE, "exact"),
        (NOT_YET, "prefix"),
        (f"{HERE}.sco", "prefix"),
        ("scoreboard.v1.team.t0000000001.slate", "exact"),
        ("scoreboard.v1.game..play", "wildcard"),
        (f"{HERE}.", "wildcard"),
        ("more.things", "exact"),
    ],
)
def test_there_are_only_so_many_subscriptions_to_what_is_not_there(realm, topic, match):
    fill(realm)
    another = Talk.joined(realm)
    said = subscribe(another, topic, match)
    assert (said[0], said[4]) == (8, "scoreboard.error.too_many_topics")
    assert realm.rejected == {Reason.TOPICS: 1}
    assert len(realm.unusual) == 2


@pytest.mark.parametrize(
    ("topic", "match"),
    [
        (f"{HERE}.score", "exact"),
        (f"{HERE}.alert", "exact"),
        (HERE, "prefix"),
        (f"{HERE}.", "prefix"),
    ],
)
def test_what_is_there_can_always_be_followed(realm, topic, match):
    fill(realm)
    assert subscribe(Talk.joined(realm), topic, match)[0] == 33
    assert len(realm.unusual) == 2


def test_what_somebody_follows_already_can_be_followed_by_all(realm):
    fill(realm)
    assert subscribe(Talk.joined(realm), "any.thing")[0] == 33


def test_when_a_game_begins_its_followers_make_room():
    realm = make_realm(SessionLimits(max_unusual=1))
    early, late = Talk.joined(realm), Talk.joined(realm)
    subscribe(early, f"{HERE}.score")
    assert subscribe(late, "any.thing")[0] == 8
    early.say(34, 2, early.session._following._ids[0])
    assert realm.unusual == set()
    assert subscribe(late, "any.thing")[0] == 33


def test_who_leaves_makes_room(realm):
    talk = fill(realm)
    another = Talk.joined(realm)
    subscribe(another, "any.thing")
    talk.session.gone()
    assert len(realm.unusual) == 1
    another.session.gone()
    assert realm.unusual == set()


def test_a_bad_topic_and_one_too_many_are_counted():
    realm = make_realm(SessionLimits(max_subscriptions=1))
    talk = Talk.joined(realm)
    assert subscribe(talk, "A.B")[4] == "wamp.error.invalid_uri"
    assert subscribe(talk, f"{HERE}.score")[0] == 33
    assert subscribe(talk, f"{HERE}.play")[4] == "scoreboard.error.too_many_subscriptions"
    assert realm.rejected == {Reason.TOPIC_URI: 1, Reason.SUBSCRIPTIONS: 1}


def test_ten_thousand_topics_leave_nothing_behind():
    realm = make_realm(attrs.evolve(SessionLimits(), max_unusual=50))
    for number in range(1_000):
        talk = Talk.joined(realm)
        for other in range(10):
            subscribe(talk, f"topic.t{number}.n{other}")
        if number % 2:
            talk.session.gone()
    assert len(realm.hub.tree) == len(realm.unusual) == 50
