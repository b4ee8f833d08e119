"""`scoreboard replay` against a real server, also one that is killed in the middle."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

from scoreboard.tools.datasets import find, load
from tests.support.recorded import needs_recorded, recorded
from tests.support.server import PATIENCE, Server, running
from tests.tools.samples import dataset


def command(server: Server, folder, *words: str, token: str = "secret") -> list[str]:
    return [
        sys.executable,
        "-m",
        "scoreboard",
        "replay",
        str(folder),
        "--to",
        server.url,
        "--source",
        "arena",
        "--seed",
        "1",
        "--token",
        token,
        *words,
    ]


def replay(server: Server, folder, *words: str, token: str = "secret"):
    return subprocess.run(
        command(server, folder, *words, token=token),
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )


def scores(server: Server) -> dict[str, tuple[int, int]]:
    """Game id -> away, home, as the server says to anybody."""
    slate = server.request("GET", "/v1/games").json["games"]
    return {game["game_id"]: (game["away"]["points"], game["home"]["points"]) for game in slate}


def test_games_are_sent_and_sent_again_harmlessly(tmp_path):
    folder = dataset(tmp_path / "day", games=3)
    with running(tmp_path) as server:
        first = replay(server, folder, "--speed", "max")
        assert (first.returncode, first.stderr) == (0, "")
        assert "3 of 3 games" in first.stdout
        assert set(scores(server).values()) == {(3, 5)}
        again = json.loads(replay(server, folder, "--speed", "max", "--json").stdout)
        assert again["ok"]
        assert {tuple(game["answers"]) for game in again["games"]} == {("duplicate",)}
        assert again["games"][0]["score"] == {"away": 3, "home": 5}


def test_recorded_time_can_run_faster(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server:
        # The sample takes about two hours.
        began = time.monotonic()
        ended = replay(server, folder, "--speed", "3600", "--align")
        assert ended.returncode == 0
        assert 1.5 < time.monotonic() - began < PATIENCE


def test_a_wrong_token_is_told_with_the_servers_own_words(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server:
        ended = replay(server, folder, "--speed", "max", token="guess")
    assert ended.returncode == 1
    assert ended.stderr.startswith("401000001: HTTP 401 unauthorized: nobody has this token")
    assert "0 of 1 games" in ended.stdout


def test_a_feed_that_may_not_write_the_league_is_refused(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server:
        words = command(server, folder, "--speed", "max", token="touchdown")
        words[words.index("arena")] = "football"
        ended = subprocess.run(words, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "HTTP 403 forbidden" in ended.stderr


def test_ctrl_c_ends_a_replay_with_what_was_sent(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server:
        process = subprocess.Popen(
            command(server, folder, "--speed", "1"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        deadline = time.monotonic() + PATIENCE
        while not scores(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (130, "scoreboard: stopped\n")
    assert "0 of 1 games" in out


def test_a_server_that_starts_later_is_waited_for(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as first:
        port, words = first.port, command(first, folder, "--speed", "max")
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    assert "trying again until it answers" in process.stderr.readline()
    with running(tmp_path, port=port) as server:
        out, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (0, "the server answers again\n")
        assert set(scores(server).values()) == {(3, 5)}
    assert "1 of 1 games" in out


@needs_recorded
def test_a_server_that_is_killed_in_the_middle_loses_nothing(tmp_path):
    folder = recorded("nfl-edge-games")
    finals = {}
    for game in find([folder]).games:
        document = load(game)
        finals[document.meta.game_id] = document.header
    server = Server(tmp_path)
    process = subprocess.Popen(
        # A game of three hours in eight seconds, but for its delays.
        command(server, folder, "--speed", "1500", "--align", "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for _ in range(3):
            time.sleep(1.5)
            server.stop(signal.SIGKILL)
            server = Server(tmp_path, port=server.port)
        out, _ = process.communicate(timeout=4 * PATIENCE)
        told = scores(server)
    finally:
        process.kill()
        process.wait()
        server.stop(signal.SIGKILL)
    result = json.loads(out)
    assert (process.returncode, result["ok"], result["refused"]) == (0, True, [])
    assert result["resent_requests"] > 0
    agree = [game for game, final in finals.items() if told[game] == (final.away, final.home)]
    # The fourth was cancelled and its plays deleted, and its header kept the score.
    assert (len(agree), len(finals)) == (3, 4)
