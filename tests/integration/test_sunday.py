"""A whole NFL Sunday through HTTP into a running server, followed by other people's clients."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import attrs
import pytest

from scoreboard.ingest.parsers.nfl.parser import parse
from tests.support.recorded import needs_recorded, recorded
from tests.support.server import Server, running

CLIENTS = Path(__file__).parent / "clients"
SCOREBOARD = Path(sys.executable).with_name("scoreboard")
SUNDAY = ("nfl-2019-12-29-sunday",)

#: Seconds that a replay and its followers may take.
PATIENCE = 240

needs_clients = pytest.mark.skipif(
    not os.environ.get("SCOREBOARD_REQUIRE_CLIENTS")
    and not (shutil.which("node") and (CLIENTS / "node_modules").is_dir()),
    reason="Node or the JavaScript clients are not installed (scripts/test installs them)",
)


@attrs.frozen
class Final:
    game_id: str
    home: int
    away: int


def finals() -> list[Final]:
    """The official finals, by the provider's own header."""
    found = []
    for path in sorted(recorded(*SUNDAY).glob("*.json.gz")):
        document = parse(gzip.decompress(path.read_bytes()), {})
        assert document.header is not None
        found.append(Final(document.meta.game_id, document.header.home, document.header.away))
    return found


class Follower:
    """A client in a process of its own."""

    def __init__(self, url: str, client: str, mode: str, serializer: str, games: list[str]):
        self.name = f"{client} {mode} {serializer}"
        program = {
            "wampy": ["node", "follow_wampy.mjs"],
            "autobahn-js": ["node", "follow_autobahn.mjs"],
            "autobahn-python": [sys.executable, "follow_autobahn.py"],
        }[client]
        self.process = subprocess.Popen(
            [*program, url, mode, serializer, str(len(games)), *games],
            cwd=CLIENTS,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_ready(self) -> None:
        assert self.process.stderr is not None
        said = []
        for line in self.process.stderr:
            said.append(line)
            if "ready" in line:
                return
        raise AssertionError(f"{self.name} did not start: {''.join(said)}")

    def board(self) -> dict:
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, f"{self.name}: {err}"
        return json.loads(out)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()


def replay(server_url: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [
            *(str(SCOREBOARD), "replay", str(recorded(*SUNDAY)), "--align"),
            *("--source", "arena", "--token", "secret", "--to", server_url, "--json"),
            *arguments,
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


#: Every client follows in every way, and every serializer is used by each client.
FOLLOWERS = [
    (client, mode, serializer)
    for n, client in enumerate(("wampy", "autobahn-js", "autobahn-python"))
    for mode, serializer in zip(
        ("exact", "prefix", "wildcard"),
        (("json", "msgpack", "cbor") * 2)[n : n + 3],
        strict=True,
    )
]


@needs_recorded
@needs_clients
@pytest.mark.parametrize("speed", ["max", os.environ.get("SCOREBOARD_SUNDAY_SPEED", "900")])
def test_every_client_ends_with_the_official_finals(tmp_path, speed):
    expected = {f.game_id: (f.home, f.away) for f in finals()}
    with running(tmp_path) as server:
        followers = [Follower(server.ws, *how, list(expected)) for how in FOLLOWERS]
        try:
            for follower in followers:
                follower.wait_ready()
            sender = replay(server.url, "--speed", speed)
            out, err = sender.communicate(timeout=PATIENCE)
            assert sender.returncode == 0, out + err
            for follower in followers:
                board = follower.board()
                boards = {g: (b["home"], b["away"]) for g, b in board["games"].items()}
                assert (follower.name, boards, board["faults"]) == (follower.name, expected, [])
        finally:
            for follower in followers:
                follower.end()
        slate = server.request("GET", "/v1/games?league=nfl_").json["games"]
        assert {g["game_id"]: (g["home"]["points"], g["away"]["points"]) for g in slate} == expected


def positions(server: Server) -> dict[str, tuple[int, int]]:
    """Epoch and seq of every game."""
    slate = server.request("GET", "/v1/games").json["games"]
    return {game["game_id"]: (game["epoch"], game["seq"]) for game in slate}


@needs_recorded
def test_a_server_that_is_stopped_in_mid_replay_goes_on_where_it_was(tmp_path):
    expected = {f.game_id: (f.home, f.away) for f in finals()}
    with running(tmp_path) as first:
        port = first.port
        sender = replay(first.url, "--speed", "2400")
        try:
            while sum(seq for _, seq in positions(first).values()) < 800:
                assert sender.poll() is None, "the replay ended before the server was stopped"
            assert first.stop(signal.SIGTERM) == 0
            with running(tmp_path, port) as second:
                assert second.games == 16
                out, err = sender.communicate(timeout=PATIENCE)
                assert sender.returncode == 0, out + err
                slate = second.request("GET", "/v1/games?league=nfl_").json["games"]
                boards = {g["game_id"]: (g["home"]["points"], g["away"]["points"]) for g in slate}
                assert boards == expected
                before = positions(second)
                again = replay(second.url, "--speed", "max")
                out, err = again.communicate(timeout=PATIENCE)
                assert again.returncode == 0, out + err
                assert positions(second) == before, "a repeat changes nothing"
                assert re.search(r'"duplicate": *[1-9]', out)
                for game_id, (_epoch, seq) in before.items():
                    whole = second.request("GET", f"/v1/games/{game_id}").json
                    assert whole["seq"] == seq
        finally:
            if sender.poll() is None:
                sender.kill()
                sender.communicate()
