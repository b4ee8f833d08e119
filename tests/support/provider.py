"""A real `scoreboard serve-feed` in a process of its own, and an operator's calls."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.server import PATIENCE, Server

CALLS = Path(__file__).parents[1] / "integration" / "clients" / "call_autobahn.py"

_SERVING = re.compile(r"serving \d+ games: (http://[\d.:]+)/games, streams at ([\d.]+):(\d+)")


class Provider:
    """A running fake provider."""

    def __init__(self, folders: Iterable[Path], *words: str) -> None:
        command = [sys.executable, "-m", "scoreboard", "serve-feed", *map(str, folders), "--json"]
        self.process = subprocess.Popen(
            [*command, "--port", "0", "--stream-port", "0", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        said = ""
        for line in self.process.stderr:
            said += line
            found = _SERVING.search(line)
            if found is not None:
                break
        else:
            raise AssertionError(f"serve-feed ended: {said}")
        self.url = found[1]
        self.stream = (found[2], int(found[3]))

    def games(self) -> list[dict[str, Any]]:
        """What `/games` lists."""
        with urllib.request.urlopen(f"{self.url}/games", timeout=PATIENCE) as answer:  # noqa: S310
            games: list[dict[str, Any]] = json.load(answer)["games"]
            return games

    def stop(self) -> dict[str, Any]:
        """End it by its pid; its final table."""
        self.process.send_signal(signal.SIGTERM)
        out, err = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, err
        table: dict[str, Any] = json.loads(out)
        return table


@contextmanager
def providing(folders: Iterable[Path], *words: str) -> Iterator[Provider]:
    """A provider for the time of a test."""
    provider = Provider(folders, *words)
    try:
        yield provider
    finally:
        if provider.process.poll() is None:
            provider.process.kill()
        provider.process.communicate()


def operate(
    server: Server, calls: Sequence[tuple[str, dict[str, Any]]], ticket: str = "operate"
) -> list[dict[str, Any]]:
    """Make an operator's calls (`source.add` ...); their answers."""
    lines = [json.dumps([f"scoreboard.v1.ops.{name}", kwargs]) for name, kwargs in calls]
    done = subprocess.run(
        [sys.executable, str(CALLS), server.ws, "desk", ticket],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def poll_source(game: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """The settings of a source that polls a game of a provider."""
    return {
        "kind": "poll",
        "url": game["url"],
        "companions": game["companions"],
        "game": game["game_id"],
        **settings,
    }


def stream_source(game: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """The settings of a source that follows the stream of a game of a provider."""
    return {
        "kind": "stream",
        **game["stream"],
        "game": game["game_id"],
        "meta": game["meta"],
        **settings,
    }
