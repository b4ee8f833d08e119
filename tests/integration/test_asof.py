"""A game as it stood is the fold of its log until then: recorded games, SQLite, HTTP."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest_twisted
from twisted.internet import reactor

from scoreboard.model.position import PAGE
from scoreboard.tools.datasets import find
from tests.integration.asof_campaign import Node, every, run, run_again, some, written
from tests.integration.test_ops import ops_port, scraped
from tests.support.recorded import ROOT, needs_recorded, recorded
from tests.support.server import running

#: Which games and entries are asked for; all of all: `scripts/campaign-asof`.
SEED = 20261129
GAMES = 24

#: Sports whose games have few entries, so that some are asked for at each.
SHORT = ("nfl-2019-12-29-sunday", "mlb-2019-09-29", "hockey-pwhl-2026-01-28")

#: Games of several sports that are asked for over HTTP: overtime, a tie, a shoot-out.
EDGES = ("nba-edge-4ot", "nfl-edge-games", "soccer-edge-extra-time")

SCOREBOARD = Path(sys.executable).with_name("scoreboard")


def _wrong(results):
    return [(one.game.name, one.wrong) for one in results if one.wrong]


@needs_recorded
@pytest_twisted.ensureDeferred
async def test_after_a_restart_they_are_told_out_of_milestones(tmp_path):
    games = random.Random(SEED + 1).sample(find([ROOT]).games, 6)
    results = await run_again(reactor, tmp_path, games, some(SEED, 5))
    assert _wrong(results) == []


@needs_recorded
@pytest_twisted.ensureDeferred
async def test_recorded_games_are_told_as_they_stood_at_entries_drawn_by_a_seed(tmp_path):
    games = random.Random(SEED).sample(find([ROOT]).games, GAMES)
    results = await run(reactor, tmp_path, games, some(SEED, 5))
    assert _wrong(results) == []
    assert all(one.asked >= min(5, one.entries) for one in results)
    assert len({one.game.dataset for one in results}) > 5


@needs_recorded
@pytest_twisted.ensureDeferred
async def test_a_game_of_each_short_sport_is_told_as_it_stood_at_every_entry(tmp_path):
    chance = random.Random(SEED)
    games = [chance.choice(find([recorded(name)]).games) for name in SHORT]
    results = await run(reactor, tmp_path, games, every)
    assert _wrong(results) == []
    assert all(one.asked == one.entries > PAGE for one in results)


def _replay(server) -> None:
    folders = [str(recorded(name)) for name in EDGES]
    told = ["--source", "arena", "--token", "secret", "--to", server.url, "--speed", "max"]
    subprocess.run([SCOREBOARD, "replay", *folders, *told], check=True, capture_output=True)


def _asked(server) -> dict[str, dict[int, bytes]]:
    """Bodies of `?asof=`: by game and `seq`."""
    slate = server.request("GET", "/v1/games").json["games"]
    bodies: dict[str, dict[int, bytes]] = {}
    for line in slate:
        path = f"/v1/games/{line['game_id']}"
        chosen = some(SEED, 8)(line["seq"])
        replies = {seq: server.request("GET", f"{path}?asof={seq}") for seq in chosen}
        assert {reply.status for reply in replies.values()} == {200}
        bodies[line["game_id"]] = {seq: reply.body for seq, reply in replies.items()}
    return bodies


@needs_recorded
@pytest_twisted.ensureDeferred
async def test_what_http_says_of_the_past_is_the_fold_of_the_log_that_the_server_left(tmp_path):
    with running(tmp_path) as server:
        _replay(server)
        bodies = _asked(server)
    with running(tmp_path, more="\n[ops]\nport = 0\n") as server:
        assert bodies == _asked(server)
        told = scraped(ops_port(server))
        assert told["scoreboard_milestones_total read"] > 0
        assert told["scoreboard_milestones_total unfit"] == 0
        assert told["scoreboard_milestones_total kept"] == 0
    node = Node(reactor, tmp_path)
    await node.log.start()
    await node.keeper.load()
    for game_id, found in bodies.items():
        states = await node.prefixes(game_id)
        assert {seq: written(states[seq - 1]) for seq in found} == found, game_id
    await node.log.close()
    assert len(bodies) == 7
