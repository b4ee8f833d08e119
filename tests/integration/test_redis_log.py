"""A whole server whose log is a real Redis: games told, Redis killed and stopped under it."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.durability.talk import GAME, begin, play, post, shown
from tests.integration.test_replay import replay
from tests.support.recorded import needs_recorded, recorded
from tests.support.redis import Redis, free_port, needs_redis, redis, replicated, until
from tests.support.server import PATIENCE, SETTINGS, TWISTED, Server

pytestmark = needs_redis

#: Seconds within which a sender must hear that Redis does not answer.
HEARD_S = 2.5


def table(*nodes: Redis, **settings: Any) -> str:
    """Settings of a log in Redis."""
    addresses = json.dumps([node.address for node in nodes])
    more = "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items())
    return f'provider = "redis"\n[log.redis]\naddresses = {addresses}\n{more}'


@contextmanager
def started(folder: Path, log: str) -> Iterator[Server]:
    """A server that is killed at the end; it must have no fault of its own."""
    server = Server(folder, log=log)
    try:
        yield server
        assert server.complaints == [], "".join(server.output)
    finally:
        server.stop(signal.SIGKILL)


def slate(server: Server) -> dict[str, Any]:
    """Game id -> the game, whole, as anybody sees it."""
    games = [game["game_id"] for game in server.request("GET", "/v1/games").json["games"]]
    return {game: shown(server, game) for game in games}


@needs_recorded
def test_recorded_games_are_the_same_after_a_restart_and_after_redis_was_killed(tmp_path):
    with replicated(tmp_path / "redis") as (primary, _):
        log = table(primary, replicas=1)
        with started(tmp_path, log) as server:
            told = replay(server, recorded("nba-edge-4ot"), "--speed", "max")
            assert (told.returncode, told.stderr) == (0, "")
            before = slate(server)
            assert server.stop() == 0
        assert all(game["seq"] > 300 and game["epoch"] > 0 for game in before.values())
        with started(tmp_path, log) as server:
            assert slate(server) == before
        primary.kill()
        primary.restart()
        until(lambda: primary.ask("WAIT", 1, 100) == 1)
        with started(tmp_path, log) as server:
            assert slate(server) == before
            told = replay(server, recorded("nba-edge-4ot"), "--speed", "max", "--json")
            games = json.loads(told.stdout)["games"]
            assert {tuple(game["answers"]) for game in games} == {("duplicate",)}


def test_while_redis_hangs_senders_hear_so_and_nothing_is_told_twice(tmp_path):
    with redis(tmp_path / "redis") as node, started(tmp_path, table(node)) as server:
        begin(server)
        assert post(server, play("1", "before")).status == 200
        node.pause()
        began = time.monotonic()
        while time.monotonic() - began < 10:
            asked = time.monotonic()
            reply = post(server, play("2", "meanwhile"))
            assert time.monotonic() - asked < HEARD_S
            assert (reply.status, reply.json["code"]) == (503, "unavailable")
            assert server.request("GET", "/healthz").status == 200
            assert len(shown(server)["plays"]) == 1
        assert server.request("PUT", "/v1/games/g0000000002", META).status == 503
        node.resume()
        until(lambda: post(server, play("2", "meanwhile")).status == 200)
        until(lambda: server.request("PUT", "/v1/games/g0000000002", META).status == 200)
        assert [one["text"] for one in shown(server)["plays"]] == ["before", "meanwhile"]
        assert server.request("GET", "/v1/games/g0000000002").json["seq"] == 1
        lines = [line for line in server.output if "nothing is recorded" in line]
        assert len(lines) == 1
        assert f"redis 127.0.0.1:{node.port}: no answer within 2.0 s" in lines[0]


def test_a_game_whose_making_was_not_answered_can_be_made_again(tmp_path):
    """The primary has it, the replica does not, and so nobody was told."""
    with replicated(tmp_path / "redis") as (primary, replica):
        log = table(primary, replicas=1, wait_s=0.2)
        with started(tmp_path, log) as server:
            replica.kill()
            assert server.request("PUT", f"/v1/games/{GAME}", META).status == 503
            assert server.request("GET", f"/v1/games/{GAME}").status == 404
            replica.restart()
            until(lambda: server.request("PUT", f"/v1/games/{GAME}", META).status == 200)
            begin(server)
            assert post(server, play("first")).status == 200
            assert shown(server)["seq"] == 3


META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}


@pytest.mark.parametrize("kind", ["nobody there", "no append-only file"])
def test_a_redis_that_will_not_do_ends_the_start_with_one_line(tmp_path, kind):
    port = free_port()
    node = None
    if kind != "nobody there":
        node = Redis(tmp_path / "redis", port=port)
    config = tmp_path / "scoreboard.toml"
    log = f'provider = "redis"\n[log.redis]\naddresses = ["127.0.0.1:{port}"]'
    config.write_text(SETTINGS.format(port=0, path="x", log=log, drain=""))
    try:
        ended = subprocess.run(
            [*TWISTED, "--config", str(config)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        if node is not None:
            node.stop()
    assert ended.returncode == 1
    (line,) = [one for one in ended.stdout.splitlines() if "scoreboard: redis" in one]
    assert f"redis 127.0.0.1:{port}" in line
    assert ("cannot be reached" if node is None else "appendonly yes") in line
