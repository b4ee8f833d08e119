"""The Python client under asyncio, in a process of its own, against a real server."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.test_resume import PATIENCE, ended, simulate
from tests.support.server import ROOT, Server, running

CLIENT = Path(__file__).parent / "clients" / "follow_asyncio.py"


def follow(url, wire_format, games, *leagues):
    """A follower that has said that it is live."""
    process = subprocess.Popen(
        [sys.executable, str(CLIENT), url, wire_format, str(games), *leagues],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    for line in process.stderr:
        if line.startswith("live"):
            return process
    raise AssertionError("the follower ended")


def check(told, server, games):
    """Each event once, in order; at the end what the server has."""
    assert (told["faults"], told["holes"], told["repeats"]) == ([], 0, 0)
    assert len(told["score"]) == games
    for game_id, score in told["score"].items():
        truth = server.request("GET", f"/v1/games/{game_id}").json
        assert score == [truth["score"][side]["points"] for side in ("home", "away")]
        assert told["plays"][game_id] == {play["play_id"]: play["rev"] for play in truth["plays"]}


def test_it_sees_every_game_to_its_end_in_every_wire_format(tmp_path):
    with running(tmp_path) as server:
        followers = [
            follow(server.ws, name, 2, "dsl_", "dhl_") for name in ("json", "msgpack", "cbor")
        ]
        ended(simulate(server, "--soccer", "1", "--hockey", "1", "--speed", "2000"))
        for follower in followers:
            check(json.loads(ended(follower)), server, 2)


def test_it_comes_back_to_a_server_that_was_killed(tmp_path):
    server = Server(tmp_path)
    port, follower = server.port, None
    try:
        follower = follow(server.ws, "cbor", 2, "dbl_")
        feed = simulate(server, "--basketball", "2", "--speed", "800")
        for _ in range(2):
            time.sleep(2)
            server.stop(signal.SIGKILL)
            server = Server(tmp_path, port)
        ended(feed)
        check(json.loads(ended(follower)), server, 2)
    finally:
        server.stop()
        if follower is not None:
            follower.kill()
            follower.wait()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("follow('http://x')", "is no address"),
        ("follow('ws://127.0.0.1/ws', wire_format='xml')", "is not one of cbor, msgpack, json"),
        ("follow('ws://127.0.0.1/ws').board", "begins with `async with`"),
    ],
)
def test_a_mistake_is_told_as_one(code, says):
    program = f"from scoreboard.client.aio import follow\n{code}"
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=ROOT,
    )
    assert run.returncode == 1
    assert says in run.stderr


def test_a_server_that_is_not_there_is_tried_again_and_a_program_can_stop():
    program = """
import asyncio
from scoreboard.client.aio import follow
from scoreboard.client.link import LinkState

async def main():
    async with follow("ws://127.0.0.1:1/ws") as games:
        seen = []
        async for news in games:
            seen.append(news.state)
            if seen.count(LinkState.WAITING) == 2:
                games.close()
        print(seen[-1].name, games.link.state.name)

asyncio.run(main())
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        cwd=ROOT,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "WAITING STOPPED\n", "")
