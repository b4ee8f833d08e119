"""Whoever follows a game hears the same, whatever he speaks: WAMP, event streams, HTTP."""

from __future__ import annotations

import json
import random

import pytest

from scoreboard.codec.shape import meta as write_meta
from scoreboard.codec.shape_message import write_message
from scoreboard.ingest.parsers.telling.timeline import timeline
from scoreboard.simulator.day import fixtures, played, slate
from scoreboard.tools.datasets import find, load
from tests.support.followers import OverChanges, OverHttp, OverSse, OverWamp
from tests.support.recorded import needs_recorded, recorded
from tests.support.server import PATIENCE, running

SUBPROTOCOLS = [
    f"{serializer}{batched}"
    for serializer in ("json", "msgpack", "cbor")
    for batched in ("", ".batched")
]
#: Everyone is told each of these, one by one.
CRITICAL = {"play", "score", "status", "correction", "shot", "lineup", "alert"}

KICKOFF_MS = 1_795_000_000_000


def simulated(sport: str):
    """An invented game; its feed corrects itself now and then."""
    (fixture,) = fixtures(
        5, KICKOFF_MS, slate(**{"football": 0, "soccer": 0, "basketball": 0, sport: 1})
    )
    game = played(fixture)
    return game.meta, [write_message(timed.message, game.meta) for timed in game.reports]


def replayed(*parts: str):
    """A recorded game."""
    (file,) = find([recorded(*parts)]).games
    document = load(file)
    said = [write_message(one.message, document.meta) for one in timeline(document)]
    return document.meta, said


def send(server, game, messages):
    """Send a game as its feed does, in pieces of all sizes."""
    chance = random.Random(3)
    path, at = f"/v1/feeds/arena/games/{game}/messages", 0
    while at < len(messages):
        piece = messages[at : at + chance.choice([1, 1, 2, 5, 40])]
        at += len(piece)
        lines = b"".join(json.dumps(one).encode() + b"\n" for one in piece)
        reply = server.request("POST", path, lines, Content_Type="application/x-ndjson")
        assert reply.status < 300, reply.body


def mend(server, game):
    """What an official does afterwards: another score, and back; plays that never were."""
    whole = server.request("GET", f"/v1/games/{game}").json
    home, away = (whole["score"][side]["points"] for side in ("home", "away"))
    baskets = [play["play_id"] for play in whole["plays"] if play["points"]]
    for call, what in (
        ("override", {"score": {"home": home + 1, "away": away}}),
        ("override", {"score": {"home": home, "away": away}}),
        ("void", {"play_id": baskets[-1]}),
        ("undo", {}),
        ("void", {"play_id": baskets[0]}),
    ):
        path = f"/v1/games/{game}/scorer/{call}"
        reply = server.request("POST", path, {**what, "reason": "the film"}, "whistle")
        assert reply.status == 200, reply.body


def in_full(event):
    """An event without the count of those that it stands for, which depends on who hears it."""
    return json.dumps({k: v for k, v in event.items() if k != "merged"}, sort_keys=True)


def critical(events):
    """Those that everyone is told, in order."""
    return [in_full(event) for event in events if event["type"] in CRITICAL]


def newest(events):
    """Of each kind the newest: what there is to be seen in the end."""
    return {event["type"]: in_full(event) for event in events if event["type"] != "stats"}


def lines(events):
    """The box score that the lines told one after the other come to."""
    box = {}
    for event in events:
        for line in event["data"]["lines"] if event["type"] == "stats" else ():
            who = tuple(line.get(key) for key in ("team_id", "person_id", "ref", "name", "jersey"))
            box[who] = line["set"]
    return {who: figures for who, figures in box.items() if figures}


def board(events):
    """Score, status and plays of who has heard that."""
    told = {event["type"]: event["data"] for event in events}
    plays = [event["data"] for event in events if event["type"] in ("play", "lineup")]
    return seen(told["score"], told["status"], plays)


def seen(score, status, plays):
    """What a page shows: points by period, how far the game is, each play as it is."""
    sides = [(score[side]["points"], score[side]["periods"]) for side in ("home", "away")]
    known = {p["play_id"]: (p["rev"], p["state"], p["points"], p["text"]) for p in plays}
    return sides, (status["status"], status["period_index"]), known


@pytest.mark.parametrize(
    "game",
    [
        pytest.param(lambda: simulated("basketball"), id="invented-basketball"),
        pytest.param(lambda: simulated("football"), id="invented-football"),
        pytest.param(
            lambda: replayed("nfl-2019-12-29-sunday", "2019_17_TEN_HOU.json.gz"),
            id="recorded-football",
            marks=needs_recorded,
        ),
    ],
)
def test_all_followers_of_a_game_hear_the_same_and_end_with_the_same(tmp_path, game):
    meta, messages = game()
    game_id = meta.game_id
    # The end of a stream is seen at its next sign of life.
    with running(tmp_path, more="[http]\nstream_beat_s = 0.2\n") as server:
        assert server.request("PUT", f"/v1/games/{game_id}", write_meta(meta)).status == 200
        stream = OverSse(server, game_id)
        wamp = [OverWamp(server, game_id, name) for name in SUBPROTOCOLS]
        followers = [*wamp, stream, OverHttp(server, game_id), OverChanges(server, game_id)]
        for follower in followers:
            follower.start()
        for follower in followers:
            assert follower.ready.wait(PATIENCE), follower.name
        send(server, game_id, messages)
        mend(server, game_id)
        truth = server.request("GET", f"/v1/games/{game_id}/events?after=1").json["events"]
        whole = server.request("GET", f"/v1/games/{game_id}").json
        stream.last = truth[-1]
        for follower in followers:
            follower.end()
        for follower in followers:
            follower.done()
    known = {in_full(event) for event in truth}
    for follower in followers:
        heard = follower.events
        assert (follower.name, critical(heard)) == (follower.name, critical(truth))
        assert (follower.name, newest(heard)) == (follower.name, newest(truth))
        assert (follower.name, lines(heard)) == (follower.name, lines(truth))
        assert (follower.name, board(heard)) == (
            follower.name,
            seen(whole["score"], whole["status"], whole["plays"]),
        )
        assert (follower.name, follower.state) == (follower.name, whole)
        assert {in_full(event) for event in heard} <= known, follower.name
        order = [event["seq"] for event in heard]
        assert (follower.name, sorted(order)) == (follower.name, order)
    kinds = {event["data"]["kind"] for event in truth if event["type"] == "correction"}
    assert {"amend", "void", "score.override"} <= kinds
