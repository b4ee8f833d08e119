"""A question waits for the games that it names, and for no others."""

from __future__ import annotations

import pytest
from twisted.internet.defer import Deferred

from scoreboard.gateway.nearby import MOST, games_of, named, nearby
from scoreboard.gateway.realm import ANONYMOUS, Caller, CallError
from scoreboard.log.interface import LogUnavailable
from tests.support.deferreds import result, waits

CALLER = Caller(1, ANONYMOUS)
GAME, OTHER = "g0000000001", "g0000000002"


@pytest.mark.parametrize(
    ("args", "kwargs", "games"),
    [
        ([], {"game_id": GAME}, [GAME]),
        ([GAME, 4], {}, [GAME]),
        ([], {"games": {GAME: None, OTHER: [1, 2]}}, [GAME, OTHER]),
        ([{GAME: None}], {}, [GAME]),
        ([], {"games": {"nonsense": None}}, []),
        ([], {"league": "nba_"}, []),
        ([7], {"game_id": ["x"]}, []),
    ],
)
def test_the_games_that_a_call_names(args, kwargs, games):
    assert games_of(args, kwargs) == games


def test_nobody_names_more_games_than_may_be_asked_for():
    assert len(named([GAME] * (MOST + 1))) == MOST


@pytest.mark.parametrize("is_async", [True, False])
def test_an_answer_is_made_when_the_games_are_here(is_async):
    asked, here = [], Deferred()

    def near(games):
        asked.append(games)
        return here

    def plain(_caller, args, _kwargs):
        return {"of": args[0]}

    async def later(caller, args, kwargs):
        return plain(caller, args, kwargs)

    calls = nearby({"scoreboard.v1.game.get": later if is_async else plain}, near, near)
    answer = Deferred.fromCoroutine(calls["scoreboard.v1.game.get"](CALLER, [GAME], {}))
    assert (asked, waits(answer)) == ([[GAME]], True)
    here.callback(None)
    assert result(answer) == {"of": GAME}


def test_a_slate_is_of_all_games_and_a_call_that_names_none_waits_for_none():
    asked = []

    async def near(games):
        asked.append(games)

    calls = nearby(
        {"scoreboard.v1.slate.get": lambda *_: {}, "scoreboard.v1.ops.source.list": lambda *_: {}},
        near,
        near,
    )
    for call in calls.values():
        result(Deferred.fromCoroutine(call(CALLER, [], {})))
    assert asked == [None]


@pytest.mark.parametrize("uri", ["scoreboard.v1.feed.submit", "scoreboard.v1.scorer.record"])
def test_who_writes_waits_for_no_more_than_that_the_game_is_known(uri):
    met = []

    async def meet(games):
        met.append(games)

    async def near(games):
        raise AssertionError(games)

    calls = nearby({uri: lambda *_: "written"}, near, meet)
    written = Deferred.fromCoroutine(calls[uri](CALLER, [], {"game_id": GAME}))
    assert (result(written), met) == ("written", [[GAME]])


def test_a_game_that_the_log_cannot_be_asked_for_is_unavailable():
    async def near(_games):
        raise LogUnavailable("it is away")

    calls = nearby({"scoreboard.v1.sync": lambda *_: {}}, near, near)
    asked = Deferred.fromCoroutine(calls["scoreboard.v1.sync"](CALLER, [], {"games": {GAME: None}}))
    with pytest.raises(CallError, match="it is away; retry_ms=1000") as caught:
        result(asked)
    assert caught.value.uri == "scoreboard.error.unavailable"
    assert caught.value.kwargs == {"retry_ms": 1_000}
