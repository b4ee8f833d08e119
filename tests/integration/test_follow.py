"""`scoreboard follow` and `simulate` against a real server, each in a process of its own."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections import defaultdict

import attrs
import pytest

from tests.support.server import PATIENCE, Server, running

COMMAND = [sys.executable, "-m", "scoreboard.tools.main"]

#: A day of half an hour passes in a few seconds.
FAST = ["--speed", "2000"]

CRITICAL = {"play", "score", "status", "correction", "shot", "lineup"}


def follow(server, *arguments):
    """A follower of `server`; what it says is read when it ends."""
    return subprocess.Popen(
        [*COMMAND, "follow", "--to", server.ws, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def simulate(server, *arguments):
    feed = ["--source", "arena", "--token", "secret"]
    return subprocess.Popen(
        [*COMMAND, "simulate", "--to", server.url, *feed, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@attrs.frozen
class Said:
    """What a command has said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.splitlines()]


def ended(process):
    out, err = process.communicate(timeout=4 * PATIENCE)
    return Said(process.returncode, out, err)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        yield started


def until_live(follower):
    """Wait until a follower has said that it is live."""
    for line in follower.stderr:
        if line.rstrip().endswith("live"):
            return
    pytest.fail("the follower ended")


def check(documents, server):
    """
    Each publication once, in order, without a gap; the end is what the server has.

    A game without a snapshot was followed by scores alone, from the line of a slate on,
    whose position is not among the documents.
    """
    last = defaultdict(int)
    base = defaultdict(int)
    plays = defaultdict(dict)
    for document in documents:
        game = document.get("game_id")
        if document["type"] == "snapshot":
            base[game] = document["seq"]
            plays[game] = {play["play_id"]: play["rev"] for play in document["plays"]}
        elif document["type"] not in {"slate", "summary"}:
            topic = (game, document["type"])
            assert document["seq"] > last[topic]
            if document["type"] in CRITICAL and game in plays:
                assert document["prev"] <= max(base[game], last[topic])
            last[topic] = document["seq"]
            if document["type"] == "play":
                plays[game][document["data"]["play_id"]] = document["data"]["rev"]
    for line in documents[-1]["games"]:
        truth = server.request("GET", f"/v1/games/{line['game_id']}").json
        sides = ("home", "away")
        assert line["score"] == {side: truth["score"][side]["points"] for side in sides}
        assert (line["holes"], line["repeats"]) == (0, 0)
        if line["game_id"] in plays and last[line["game_id"], "shot"]:
            there = {play["play_id"]: play["rev"] for play in truth["plays"]}
            assert plays[line["game_id"]] == there


def test_followers_see_every_game_to_its_end_in_every_wire_format(tmp_path):
    with running(tmp_path) as server:
        feed = simulate(server, "--soccer", "1", "--hockey", "1", *FAST)
        league = ["--league", "dsl_", "--league", "dhl_"]
        options = ["--until-final", "--json"]
        formats = ("cbor", "msgpack", "json")
        whole = [follow(server, *league, *options, "--format", name) for name in formats]
        scores = follow(server, *options)
        sent = ended(feed)
        assert "2 of 2 finals on the server are the true ones" in sent.out
        assert sent.code == 0
        for said in map(ended, [*whole, scores]):
            assert (said.code, len(said.lines[-1]["games"])) == (0, 2), said.err
            check(said.lines, server)


def test_a_follower_comes_back_to_a_server_that_was_killed(tmp_path):
    server = Server(tmp_path)
    port = server.port
    follower = None
    try:
        feed = simulate(server, "--basketball", "2", "--speed", "800")
        follower = follow(server, "--league", "dbl_", "--until-final", "--json")
        until_live(follower)
        for _ in range(2):
            time.sleep(2)
            server.stop(signal.SIGKILL)
            server = Server(tmp_path, port)
        assert ended(feed).code == 0
        said = ended(follower)
        assert said.code == 0, said.err
        assert "reconnecting" in said.err
        check(said.lines, server)
    finally:
        server.stop()
        if follower is not None:
            follower.kill()
            follower.wait()


def test_without_a_terminal_each_change_is_a_line(tmp_path):
    with running(tmp_path) as server:
        assert ended(simulate(server, "--soccer", "1", "--speed", "max")).code == 0
        said = ended(follow(server, "--league", "dsl_", "--until-final"))
        assert said.code == 0
        assert "Final" in said.out
        assert "\x1b" not in said.out + said.err


def test_the_board_is_printed_once(server: Server):
    said = ended(follow(server, "--once"))
    assert (said.code, said.err) == (0, "")


def test_a_game_that_does_not_exist_is_a_clear_line(server: Server):
    said = ended(follow(server, "--once", "--game", "gzzzzzzzzzz"))
    assert said.code == 1
    assert said.err == "scoreboard follow: the server has no gzzzzzzzzzz yet\n"


def test_a_server_that_is_not_there_is_a_clear_line(server: Server):
    command = [*COMMAND, "follow", "--to", "ws://127.0.0.1:9/ws", "--once"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert said.returncode == 1
    assert said.stderr.startswith("scoreboard follow: cannot follow ws://127.0.0.1:9/ws: ")
    assert len(said.stderr.splitlines()) == 1


def test_an_address_without_websocket_is_a_clear_line(server: Server):
    command = [*COMMAND, "follow", "--to", f"ws://127.0.0.1:{server.port}/nope", "--once"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert said.returncode == 1
    assert "404" in said.stderr


def test_ctrl_c_gives_the_terminal_back(server: Server):
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, "follow", "--to", server.ws], stdout=follower, stderr=follower, stdin=follower
    )
    os.close(follower)
    shown = b""
    until = time.monotonic() + PATIENCE
    while b"live" not in shown and time.monotonic() < until:
        if select.select([leader], [], [], 0.2)[0]:
            shown += os.read(leader, 65_536)
    process.send_signal(signal.SIGINT)
    try:
        while data := os.read(leader, 65_536):
            shown += data
    except OSError:
        pass  # the other end is closed
    assert process.wait(PATIENCE) == 130
    os.close(leader)
    assert shown.count(b"\x1b[?1049h") == shown.count(b"\x1b[?1049l") == 1
    assert shown.endswith(b"\x1b[?25h\x1b[?1049l")


def test_a_reader_that_goes_away_ends_the_follower(tmp_path):
    with running(tmp_path) as server:
        follower = follow(server, "--json")
        until_live(follower)
        follower.stdout.close()
        assert ended(simulate(server, "--soccer", "1", "--speed", "max")).code == 0
        assert follower.wait(PATIENCE) == 1
        assert "Traceback" not in follower.stderr.read()
        follower.stderr.close()
