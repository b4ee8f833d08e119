"""The census counts who can be reached in a stream, each once."""

from __future__ import annotations

from scoreboard.hub.census import StreamCensus
from scoreboard.hub.hub import Hub
from scoreboard.hub.ring import RingLimits
from tests.hub.fakes import (
    EXACT,
    GAME,
    OTHER_GAME,
    PREFIX,
    WILDCARD,
    FakeMember,
    TextWire,
    score,
)

WIRE = TextWire()
ONE, OTHER = f"game.{GAME}", f"game.{OTHER_GAME}"


def the_hub() -> Hub:
    return Hub(RingLimits(max_publications=8), [].append)


def member(hub: Hub, *wanted, **options) -> FakeMember:
    made = FakeMember(WIRE, **options)
    for uri, policy in wanted:
        hub.subscribe(made, f"scoreboard.v1.{uri}", policy)
    return made


def counted(hub: Hub) -> dict[str, tuple[int, int]]:
    return {one.name: (one.followers, one.lagging) for one in hub.census()}


def test_a_stream_has_what_its_ring_has():
    hub = the_hub()
    hub.publish([score(1), score(2)])
    assert hub.census() == [StreamCensus(ONE, 2, 0, 0, 0)]


def test_followers_are_those_who_named_it_and_those_whose_pattern_reaches_it():
    hub = the_hub()
    hub.publish([score(1), score(1, OTHER_GAME)])
    member(hub, (f"{ONE}.score", EXACT), (f"{ONE}.play", EXACT))
    member(hub, ("game..score", WILDCARD))
    member(hub, ("league", PREFIX))
    assert counted(hub) == {ONE: (2, 0), OTHER: (1, 0)}


def test_who_names_a_stream_and_reaches_it_by_a_pattern_too_is_one_follower():
    hub = the_hub()
    hub.publish([score(1), score(1, OTHER_GAME)])
    both = member(hub, (f"{ONE}.score", EXACT), ("game..score", WILDCARD))
    member(hub, (f"{ONE}.score", EXACT), ("league", PREFIX))
    assert counted(hub) == {ONE: (2, 0), OTHER: (1, 0)}
    assert hub.subscriptions(both) == 2
    assert hub.subscriptions(FakeMember(WIRE)) == 0


def test_those_who_do_not_keep_up_lag_in_every_stream_that_they_follow():
    hub = the_hub()
    narrow = member(hub, (f"{ONE}.score", EXACT), patience=0)
    wide = member(hub, ("game..score", WILDCARD), (f"{ONE}.play", EXACT), patience=0)
    hub.publish([score(1), score(1, OTHER_GAME)])
    narrow.writable = wide.writable = False
    hub.flush()
    assert counted(hub) == {ONE: (2, 2), OTHER: (1, 1)}
    assert set(hub.slow) == {narrow, wide}
