"""Coming back to a real server: the JavaScript client, and plain clients with `_since`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.server import Server, running

CLIENTS = Path(__file__).parent / "clients"
JAVASCRIPT = Path(__file__).parents[2] / "clients" / "js"
COMMAND = [sys.executable, "-m", "scoreboard.tools.main"]

#: Seconds that games and their followers may take.
PATIENCE = 120

needs_node = pytest.mark.skipif(
    not os.environ.get("SCOREBOARD_REQUIRE_CLIENTS")
    and not (shutil.which("node") and (CLIENTS / "node_modules").is_dir()),
    reason="Node or the JavaScript clients are not installed (scripts/test installs them)",
)


def simulate(server, *arguments):
    feed = ["--source", "arena", "--token", "secret"]
    command = [*COMMAND, "simulate", "--to", server.url, *feed, *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def follow(server, serializer, games, *leagues):
    command = ["node", "follow_scoreboard.mjs", server.ws, serializer, str(games), *leagues]
    process = subprocess.Popen(
        command, cwd=CLIENTS, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in process.stderr:
        if line.startswith("live"):
            return process
    raise AssertionError("the follower ended")


def ended(process):
    out, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, out + err
    return out


def check(told, server):
    """What the follower was told is whole, in order, and what the server has."""
    assert told["faults"] == []
    for game_id, game in told["games"].items():
        truth = server.request("GET", f"/v1/games/{game_id}").json
        assert game["score"] == [truth["score"][side]["points"] for side in ("home", "away")]
        assert game["plays"] == {play["play_id"]: play["rev"] for play in truth["plays"]}
        assert (told["counts"][game_id]["holes"], told["counts"][game_id]["repeats"]) == (0, 0)


@needs_node
def test_the_books_of_the_javascript_client_are_right():
    run = subprocess.run(
        ["node", "--test", "."], cwd=JAVASCRIPT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout


@needs_node
def test_the_javascript_client_sees_every_game_to_its_end_in_every_wire_format(tmp_path):
    with running(tmp_path) as server:
        followers = [
            follow(server, name, 2, "dsl_", "dhl_") for name in ("json", "msgpack", "cbor")
        ]
        ended(simulate(server, "--soccer", "1", "--hockey", "1", "--speed", "2000"))
        for follower in followers:
            told = json.loads(ended(follower))
            assert len(told["games"]) == 2
            assert told["lines"] > 20
            check(told, server)


@needs_node
def test_the_javascript_client_comes_back_to_a_server_that_was_killed(tmp_path):
    server = Server(tmp_path)
    port, follower = server.port, None
    try:
        follower = follow(server, "json", 2, "dbl_")
        feed = simulate(server, "--basketball", "2", "--speed", "800")
        for _ in range(2):
            time.sleep(2)
            server.stop(signal.SIGKILL)
            server = Server(tmp_path, port)
        ended(feed)
        told = json.loads(ended(follower))
        assert told["states"].count("waiting") >= 2
        assert len(told["games"]) == 2
        check(told, server)
    finally:
        server.stop()
        if follower is not None:
            follower.kill()
            follower.wait()


@needs_node
def test_a_plain_client_is_told_what_it_has_missed_and_what_was_long_ago(tmp_path):
    with running(tmp_path) as server:
        ended(simulate(server, "--soccer", "1", "--speed", "max"))
        (line,) = server.request("GET", "/v1/games").json["games"]
        game, epoch, seq = line["game_id"], line["epoch"], line["seq"]
        command = ["node", "resume_wampy.mjs", server.ws, game, str(epoch), str(seq - 40)]
        run = subprocess.run(
            command, cwd=CLIENTS, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        assert run.returncode == 0, run.stderr
        told = json.loads(run.stdout)
        assert told["announced"] is True
        past = told["past"]
        assert {at for at, _ in past} == set(range(1, seq + 1))
        assert sorted(past, key=lambda place: place[0]) == past
        assert [place for place in past if place[0] > seq - 40] == told["missed"]
        assert told["lost"]["uri"] == "scoreboard.error.history_lost"
        assert told["lost"]["latest"] == seq
