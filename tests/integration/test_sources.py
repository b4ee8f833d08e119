"""The server fetches from real providers: documents over HTTP, lines over TCP."""

from __future__ import annotations

import json
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.integration.feeds_campaign import Run, campaign, expectations
from tests.support.provider import operate, poll_source, providing, stream_source
from tests.support.recorded import needs_recorded, recorded
from tests.support.server import PATIENCE, Server, running
from tests.tools.samples import dataset, espn_csv

GAME = "g0000000001"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
QUICK = {"interval_s": 0.2, "final_interval_s": 0.2}


def until(what: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """What `what` returns as soon as it is something."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


def listed(server: Server, name: str) -> dict[str, Any]:
    sources = operate(server, [("source.list", {})])[0]["sources"]
    return next(source for source in sources if source["source"] == name)


def add(server: Server, name: str, **settings: Any) -> dict[str, Any]:
    return operate(server, [("source.add", {"source": name, **settings})])[0]


def line(server: Server, game_id: str) -> dict[str, Any]:
    games = server.request("GET", "/v1/games").json["games"]
    return next((game for game in games if game["game_id"] == game_id), {})


def is_final(server: Server, game_id: str) -> dict[str, Any] | None:
    game = line(server, game_id)
    return game if game.get("status") == "final" else None


@contextmanager
def web(respond: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """An HTTP server of threads: each request is `respond`'s."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            respond(self)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def give(request: BaseHTTPRequestHandler, status: int, body: bytes = b"", **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("content-length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


#: The document of a small game that is over, 3-5.
DOCUMENT = espn_csv("401000001").encode()


def test_a_source_is_added_listed_and_removed_while_the_server_runs(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server, providing([folder], "--speed", "max") as provider:
        (game,) = provider.games()
        answer = add(server, "site", **poll_source(game, **QUICK))
        assert answer == {"source": "site", "persistent": True}
        over = until(lambda: is_final(server, game["game_id"]))
        assert (over["away"]["points"], over["home"]["points"]) == (3, 5)
        shown = until(lambda: (s := listed(server, "site"))["over"] and s)
        assert (shown["kind"], shown["from"], shown["added"]) == ("poll", game["url"], True)
        assert "last_success" in shown
        assert "error" not in shown
        assert add(server, "site", **poll_source(game))["error"] == "wamp.error.invalid_argument"
        assert operate(server, [("source.remove", {"source": "site"})]) == [
            {"source": "site", "returns": False}
        ]
        assert operate(server, [("source.list", {})]) == [{"sources": []}]
        table = provider.stop()["games"][0]
        assert table["polls"] > table["unchanged"] > 0


def test_only_an_operator_may_and_mistakes_are_named(tmp_path):
    with running(tmp_path) as server:
        assert operate(server, [("source.list", {})], ticket="guess") == []
        (answer,) = operate(server, [("source.add", {"source": "s", "kind": "poll", "url": "x"})])
        assert answer["error"] == "wamp.error.invalid_argument"
        assert "sources.s: url must be" in answer["problem"]


def test_a_source_is_there_after_a_restart_and_tells_nothing_twice(tmp_path):
    folder = dataset(tmp_path / "day")
    with providing([folder], "--speed", "max") as provider:
        (game,) = provider.games()
        with running(tmp_path) as first:
            add(first, "site", **poll_source(game, **QUICK))
            before = until(lambda: is_final(first, game["game_id"]))
        with running(tmp_path) as second:
            shown = until(lambda: (s := listed(second, "site"))["rounds"] > 3 and s)
            assert shown["over"]
            assert set(shown["answers"]) == {"accepted"}
            assert line(second, game["game_id"])["seq"] == before["seq"]


def test_a_slow_host_delays_nobody_else(tmp_path):
    hangs = threading.Event()

    def slow(request: BaseHTTPRequestHandler) -> None:
        hangs.wait(PATIENCE)
        request.close_connection = True

    folder = dataset(tmp_path / "day")
    with (
        running(tmp_path) as server,
        web(slow) as tar,
        providing([folder], "--speed", "max") as provider,
    ):
        (game,) = provider.games()
        calls = [
            ("source.add", {"source": f"tar{n}", "kind": "poll", "url": f"{tar}/{n}", **QUICK})
            for n in range(20)
        ]
        operate(server, [*calls, ("source.add", {"source": "site", **poll_source(game, **QUICK)})])
        until(lambda: is_final(server, game["game_id"]))
        assert listed(server, "tar0")["answers"] == {}
        hangs.set()


def test_a_host_that_asks_to_wait_is_not_asked_before(tmp_path):
    asked: list[float] = []

    def busy_once(request: BaseHTTPRequestHandler) -> None:
        asked.append(time.monotonic())
        if len(asked) == 1:
            give(request, 503, retry_after="2")
        else:
            give(request, 200, DOCUMENT)

    with running(tmp_path) as server, web(busy_once) as url:
        add(server, "site", kind="poll", url=f"{url}/401000001.csv", **QUICK)
        shown = until(lambda: (s := listed(server, "site")).get("error") and s)
        assert shown["error"] == f"{url}/401000001.csv: HTTP 503: later, retry after 2 s"
        until(lambda: len(asked) > 2)
        assert asked[1] - asked[0] >= 2.0
        until(lambda: "error" not in listed(server, "site"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((200, b"<html>gone</html>"), "in no format that is known"),
        ((200, b"x" * 5000), "the body is over 4000 bytes"),
        ((404, b""), "HTTP 404: nothing yet"),
        ((302, b""), "redirect"),
        ((200, b'"play_id","half","time_remaining_half"\n1,x,y\n'), ""),
    ],
)
def test_what_cannot_be_used_is_an_error_and_the_last_state_stands(tmp_path, answer, reason):
    spoilt = threading.Event()

    def respond(request: BaseHTTPRequestHandler) -> None:
        status, body = answer if spoilt.is_set() else (200, DOCUMENT)
        headers = {"location": request.path} if status == 302 else {}
        give(request, status, body, **headers)

    with running(tmp_path) as server, web(respond) as url:
        settings = {"kind": "poll", "url": f"{url}/401000001.csv", "max_bytes": 4000, **QUICK}
        add(server, "site", **settings)
        before = until(
            lambda: next(
                (
                    g
                    for g in server.request("GET", "/v1/games").json["games"]
                    if g["status"] == "final"
                ),
                None,
            )
        )
        spoilt.set()
        shown = until(lambda: (s := listed(server, "site")).get("error") and s)
        assert shown["error"].startswith(f"{url}/401000001.csv: ")
        assert reason.lower() in shown["error"].lower()
        assert line(server, before["game_id"]) == before
        spoilt.clear()
        until(lambda: "error" not in listed(server, "site"))


class Arena:
    """An in-venue console: sends what it is told to each connection, and keeps what it hears."""

    def __init__(self, *connections: list[bytes]) -> None:
        self._connections = list(connections)
        self.heard: list[bytes] = []
        self.made = 0
        arena = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                number = arena.made
                arena.made += 1
                self.connection.settimeout(PATIENCE)
                chunks = arena._connections[min(number, len(arena._connections) - 1)]
                for chunk in chunks:
                    self.wfile.write(chunk)
                if number < len(arena._connections) - 1 and chunks[-1].endswith(b"\n"):
                    return
                try:
                    for said in self.rfile:
                        arena.heard.append(said)
                except OSError:
                    pass

        class Threads(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def arena(*connections: list[bytes]) -> Iterator[Arena]:
    made = Arena(*connections)
    try:
        yield made
    finally:
        made.close()


def told(*messages: dict[str, Any]) -> list[bytes]:
    return [json.dumps(message).encode() + b"\r\n" for message in messages]


LIVE = {"type": "status", "status": "in_progress", "period_index": 1, "source_seq": 1}
FINAL = {"type": "status", "status": "final", "reason": "called", "source_seq": 9}


def play(ref: str, points: int) -> dict[str, Any]:
    facts = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": points}
    return {"type": "play", "provider_play_id": ref, "play": facts}


def console(port: int, **settings: Any) -> dict[str, Any]:
    return {
        "kind": "stream",
        "host": "127.0.0.1",
        "port": port,
        "game": GAME,
        "meta": META,
        **settings,
    }


def test_a_console_is_followed_and_answered(tmp_path):
    said = told(LIVE, play("1", 2), {"type": "song"}, play("2", 2))
    with running(tmp_path) as server, arena([*said, b"{broken\r\n"]) as venue:
        add(server, "venue", **console(venue.port, hello="HELLO", answers=True))
        until(lambda: len(venue.heard) == 6)
        assert venue.heard[0] == b"HELLO\n"
        answers = [json.loads(text) for text in venue.heard[1:]]
        codes = [answer.get("code") for answer in answers]
        assert sorted(map(str, codes)) == [
            "None",
            "None",
            "inconsistent_possession",
            "malformed",
            "malformed",
        ]
        game = line(server, GAME)
        assert (game["home"]["points"], game["status"]) == (4, "in_progress")


def test_a_console_that_hangs_up_is_connected_to_again(tmp_path):
    first, second = told(LIVE, play("1", 2)), told(LIVE, play("1", 2), play("2", 2), FINAL)
    with running(tmp_path) as server, arena(first, second) as venue:
        add(server, "venue", **console(venue.port))
        over = until(lambda: is_final(server, GAME))
        assert over["home"]["points"] == 4
        assert venue.made == 2


def test_a_line_that_is_too_long_ends_the_connection_with_a_reason(tmp_path):
    long = [*told(LIVE), b"x" * 70_000]
    with running(tmp_path) as server, arena(long, told(LIVE, play("1", 2))) as venue:
        add(server, "venue", **console(venue.port))
        until(lambda: any("a line is over 65536 bytes" in text for text in server.output))
        until(lambda: line(server, GAME).get("home", {}).get("points") == 2)
        assert venue.made == 2


def test_a_console_that_sends_faster_than_the_disk_waits_and_loses_nothing(tmp_path):
    many = told(LIVE, *(play(str(n), 2) for n in range(3000)))
    with running(tmp_path) as server, arena(many) as venue:
        add(server, "venue", **console(venue.port, max_waiting=10))
        until(lambda: line(server, GAME).get("home", {}).get("points") == 6000, 3 * PATIENCE)


@needs_recorded
def test_a_few_recorded_games_by_poll_with_faults_end_as_verify_says(tmp_path):
    _campaign(tmp_path, "poll", "stall=0.02,drop=0.1,duplicate=0.1,stale=0.1,die=0.01", 600.0)


@needs_recorded
def test_a_few_recorded_games_by_stream_with_faults_end_as_verify_says(tmp_path):
    faults = "stall=0.002,drop=0.02,duplicate=0.02,reorder=0.02,stale=0.02,die=0.0005"
    _campaign(tmp_path, "stream", faults, 1200.0)


def _campaign(tmp_path: Path, way: str, faults: str, speed: float) -> None:
    folders = tuple(recorded(name) for name in ("nfl-2019-12-29-sunday", "nba-2015-12-23"))
    games = ("PIT_BAL", "NO_CAR", "0021500426")
    run = Run(way, folders, games, speed, 3, faults, 0.5, 2 * PATIENCE)
    outcomes = campaign(run, expectations(folders, games), tmp_path, lambda _: None)
    assert {o.expected.name: o.differs or "as verify" for o in outcomes} == {
        "2019_17_PIT_BAL": "as verify",
        "2019_17_NO_CAR": "as verify",
        "0021500426": "as verify",
    }


@needs_recorded
def test_a_stream_of_a_provider_is_followed(tmp_path):
    folder = dataset(tmp_path / "day")
    with running(tmp_path) as server, providing([folder], "--speed", "max") as provider:
        (game,) = provider.games()
        add(server, "venue", **stream_source(game))
        over = until(lambda: is_final(server, game["game_id"]))
        assert (over["away"]["points"], over["home"]["points"]) == (3, 5)
