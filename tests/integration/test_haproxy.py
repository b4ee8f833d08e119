"""HAProxy before three nodes with the configuration that is shipped, and placement against it."""

from __future__ import annotations

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from statistics import mean
from typing import Any

import attrs
import pytest

from scoreboard.model.ids import GameId
from scoreboard.tools.load_words import Words
from tests.integration.placement_vectors import asked, followed
from tests.support.haproxy import CONF, HaProxy, haproxy, needs_haproxy, shipped
from tests.support.placements import backends, cases, flooded, games
from tests.support.redis import free_port
from tests.support.server import OPS, PATIENCE, Reply, Server
from tests.support.stranger import ERROR, GOODBYE, RESULT, Stranger
from tests.support.town import NAMES, placement, seated
from tests.support.viewer import Viewer, read_until

pytestmark = needs_haproxy

#: Of the shipped file.
FACTOR = 125
#: WAMP: a subscription is there.
SUBSCRIBED = 33
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}


def test_the_shipped_file_is_valid():
    checked = subprocess.run(
        ["haproxy", "-c", "-V", "-f", str(CONF)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr
    assert "Configuration file is valid" in checked.stdout + checked.stderr
    assert "WARNING" not in checked.stderr


@pytest.mark.parametrize("servers", [backends()[7], backends()[-2]], ids=["four", "uneven"])
def test_the_installed_haproxy_places_games_as_the_vectors_say(tmp_path, servers):
    expected = [case for case in cases() if case.servers == servers]
    assert expected == list(asked(tmp_path, servers))


@pytest.mark.parametrize("flood", [flooded()[1], flooded()[3]], ids=str)
def test_the_installed_haproxy_seats_followers_as_the_vectors_say(tmp_path, flood):
    assert flood == followed(tmp_path, flood)


@attrs.frozen
class Street:
    """
    Three nodes behind HAProxy.

    Attributes:
        placement: homes while those of `NAMES` that it is given are up.
    """

    proxy: HaProxy
    nodes: dict[str, Server]

    def home(self, game: GameId, without: str = "") -> Server:
        """Where `game` must be."""
        name = placement(without).home(game)
        assert name is not None
        return self.nodes[name]

    def at_home(self, name: str) -> Iterator[GameId]:
        """Games that are at home on that node."""
        return (game for game in games() if self.home(game) is self.nodes[name])

    def connections(self, backend: str) -> dict[str, int]:
        """That each node has now by way of `backend`."""
        return seated(self.proxy, backend)

    def request(self, method: str, path: str, body: Any = None) -> Reply:
        """Over HAProxy."""
        front = attrs.make_class("Front", ["port"])(self.proxy.port)
        return Server.request(front, method, path, body)  # type: ignore[arg-type]


@contextmanager
def opened(folder: Path, drain: str = "accept_s = 0.0") -> Iterator[Street]:
    """For the time of a test; no node may have a fault of its own."""
    with ExitStack() as stack:
        nodes = {}
        for name in NAMES:
            (folder / name).mkdir()
            nodes[name] = Server(folder / name, drain=drain, more=OPS)
            stack.callback(nodes[name].stop, signal.SIGKILL)
        port = free_port()
        proxy = stack.enter_context(haproxy(folder, shipped(folder, port, nodes), port))
        yield Street(proxy, nodes)
        for node in nodes.values():
            assert node.complaints == []


@pytest.fixture
def street(tmp_path) -> Iterator[Street]:
    with opened(tmp_path) as street:
        yield street


def come(question: Callable[[], Any]) -> None:
    end = time.monotonic() + PATIENCE
    while not question():
        assert time.monotonic() < end
        time.sleep(0.05)


def follow(port: int, path: str) -> socket.socket:
    """A WebSocket that has been agreed to."""
    line = socket.create_connection(("127.0.0.1", port), PATIENCE)
    line.sendall(Words("json").handshake("127.0.0.1", port, path))
    head = b""
    while b"\r\n\r\n" not in head:
        part = line.recv(1)
        assert part, head
        head += part
    assert b" 101 " in head.splitlines()[0], head
    return line


def is_alive(line: socket.socket) -> bool:
    """Whether the server answers a ping over it."""
    line.settimeout(PATIENCE)
    line.sendall(b"\x89\x84\0\0\0\0ping")
    return line.recv(64) == b"\x8a\x04ping"


def test_a_game_has_one_home_by_http_by_feed_and_by_websocket(street):
    chosen = games()[:24]
    for game in chosen:
        home = street.home(game)
        assert street.request("PUT", f"/v1/games/{game}", META).status == 200
        status = {"type": "status", "status": "in_progress", "period_index": 1}
        told = street.request("POST", f"/v1/feeds/arena/games/{game}/messages", status)
        assert told.status == 200
        assert street.request("GET", f"/v1/games/{game}").json["seq"] == 2
        for node in street.nodes.values():
            there = node.request("GET", f"/v1/games/{game}").status
            assert there == (200 if node is home else 404)
    assert {street.home(game).port for game in chosen} == {n.port for n in street.nodes.values()}


def test_a_websocket_of_a_game_reaches_its_home(street):
    for game in games()[:6]:
        home = street.home(game)
        street.request("PUT", f"/v1/games/{game}", META)
        with Stranger(street.proxy, path=f"/ws/{game}") as line:
            line.look()
            assert line.call(1, "scoreboard.v1.game.get", game_id=game)[0] == RESULT
        assert home.request("GET", f"/v1/games/{game}").status == 200
        (other, *_) = (node for node in street.nodes.values() if node is not home)
        with Stranger(other) as line:
            line.look()
            assert line.call(1, "scoreboard.v1.game.get", game_id=game)[0] == ERROR


def test_followers_of_a_hot_game_overflow_and_what_is_written_does_not(street):
    whole, loads = placement(), dict.fromkeys(NAMES, 0)
    cold, hot = games()[:12], games()[77]
    home = whole.home(hot)
    with ExitStack() as stack:
        for game in [*cold, *[hot] * 48]:
            seat = whole.seat(game, loads, FACTOR)
            stack.enter_context(follow(street.proxy.port, f"/ws/{game}"))
            loads[seat] += 1
            assert street.connections("followers") == loads
        # Of 60 followers the home has a quarter more than the average of 20.
        assert loads[home] == 25
        assert min(loads.values()) > 0
        # A feed over WAMP, a message and a question go home, however full it is.
        stack.enter_context(follow(street.proxy.port, f"/ws/{hot}/write"))
        assert street.connections("nodes") == {**dict.fromkeys(NAMES, 0), home: 1}
        assert street.request("PUT", f"/v1/games/{hot}", META).status == 200
        assert street.nodes[home].request("GET", f"/v1/games/{hot}").status == 200
        assert street.request("GET", f"/v1/games/{hot}").status == 200


def test_an_event_stream_of_one_game_is_a_follower_and_one_of_several_goes_anywhere(street):
    one, other = games()[:2]
    for game in (one, other):
        assert street.request("PUT", f"/v1/games/{game}", META).status == 200
    for query, backend in [(f"game={one}", "followers"), ("league=nba_", "anywhere")]:
        with socket.create_connection(("127.0.0.1", street.proxy.port), PATIENCE) as line:
            line.sendall(f"GET /v1/events?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            assert b" 200 " in line.recv(64)
            assert sum(street.connections(backend).values()) == 1


def test_when_a_node_dies_its_games_and_no_others_move(street):
    chosen = games()[:24]
    dead = "node2"
    kept = {game for game in chosen if street.home(game) is not street.nodes[dead]}
    for game in chosen:
        assert street.request("PUT", f"/v1/games/{game}", META).status == 200
    street.nodes[dead].stop(signal.SIGKILL)
    # Even before its health is known: a refused connection goes elsewhere.
    assert street.request("GET", f"/v1/games/{chosen[0]}").status in (200, 404)
    come(lambda: not street.proxy.is_up(f"nodes/{dead}"))
    for game in chosen:
        seen = street.request("GET", f"/v1/games/{game}").status
        assert seen == (200 if game in kept else 404)
        made = street.request("PUT", f"/v1/games/{game}", META)
        assert made.status == 200
        assert street.home(game, dead).request("GET", f"/v1/games/{game}").status == 200


def test_a_node_that_is_taken_out_by_hand_is_given_nothing_new(street):
    street.proxy.tell("set server nodes/node1 state drain")
    game = next(one for one in games() if street.home(one) is street.nodes["node1"])
    assert street.request("PUT", f"/v1/games/{game}", META).status == 200
    assert street.nodes["node1"].request("GET", f"/v1/games/{game}").status == 404
    assert street.home(game, "node1").request("GET", f"/v1/games/{game}").status == 200


def told(street: Street, name: str, viewers: list[Viewer]) -> list[tuple[float, dict[str, Any]]]:
    """
    What those who follow on a node hear in the end, each with the time.

    Until then games of its are written, asked for and followed, all over HAProxy.
    """
    new = street.at_home(name)
    while street.nodes[name].process.poll() is None:
        game = next(new)
        assert street.request("PUT", f"/v1/games/{game}", META).status == 200
        assert street.request("GET", f"/v1/games/{game}").status in (200, 404)
        for path in (f"/ws/{game}", "/ws"):
            with follow(street.proxy.port, path) as line:
                assert is_alive(line)
        waiting = [viewer.socket for viewer in viewers if not viewer.is_over]
        ready = select.select(waiting, [], [], 0)[0]
        for viewer in viewers:
            if viewer.socket in ready:
                viewer.read()
    return [(at, said[1]) for viewer in viewers for at, said in viewer.said if said[0] == GOODBYE]


def test_a_drain_sends_followers_away_one_after_the_other_and_nobody_else(tmp_path):
    drain = 'accept_s = 1.0\nspread_s = 2.0\nelsewhere = "wss://scores.example/ws"'
    with opened(tmp_path, drain) as street:
        name, chosen = "node1", games()[:60]
        node, backends = street.nodes[name], ("followers", "anywhere")
        viewers = [
            Viewer(street.proxy, game, path=path)
            for game in chosen
            for path in (f"/ws/{game}", "/ws")
        ]
        read_until(viewers, lambda viewer: bool(viewer.heard(SUBSCRIBED)))
        here = [street.connections(backend)[name] for backend in backends]
        assert min(here) > 10
        mine = next(street.at_home(name))
        feed = Stranger(street.proxy, path=f"/ws/{mine}/write")
        feed.join("arena", "secret")
        node.process.send_signal(signal.SIGTERM)
        heard = told(street, name, viewers)
        assert node.ended() == 0
        # Each in its turn, with a place in the order in which they come back.
        count = sum(here)
        assert len(heard) == count
        assert sorted(said["retry_ms"] for _, said in heard) == [
            5_000 * index // count for index in range(count)
        ]
        assert {said["where"] for _, said in heard} == {"wss://scores.example/ws"}
        times = [at for at, _ in sorted(heard, key=lambda one: one[1]["retry_ms"])]
        assert mean(times[: count // 2]) < mean(times[count // 2 :])
        # In words, and the others not at all.
        gone = [viewer for viewer in viewers if viewer.is_over]
        assert [viewer.closed for viewer in gone] == [1012] * count
        for viewer in viewers:
            if not viewer.is_over:
                assert is_alive(viewer.socket)
                viewer.socket.close()
        # Who writes is sent to the next home.
        with feed:
            assert feed.hear()[::2] == [GOODBYE, "wamp.close.system_shutdown"]
            assert feed.hear() == [0]
            assert feed.closed == 1012
        with Stranger(street.proxy, path=f"/ws/{mine}/write") as again:
            again.join("arena", "secret")


def test_a_node_that_hangs_loses_its_followers(street):
    chosen, name = games()[:12], "node1"
    lines = [follow(street.proxy.port, path) for game in chosen for path in (f"/ws/{game}", "/ws")]
    here = sum(street.connections(backend)[name] for backend in ("followers", "anywhere"))
    assert here > 2
    street.nodes[name].process.send_signal(signal.SIGSTOP)
    try:
        cut: set[socket.socket] = set()
        while len(cut) < here:
            ready = select.select(set(lines) - cut, [], [], PATIENCE)[0]
            assert ready, f"{len(cut)} of {here}"
            for line in ready:
                with suppress(ConnectionError):
                    assert line.recv(64) == b""
                cut.add(line)
        assert all(is_alive(line) for line in lines if line not in cut)
    finally:
        street.nodes[name].process.send_signal(signal.SIGCONT)
        for line in lines:
            line.close()


def test_a_reload_cuts_nobody_off(street):
    game = games()[0]
    with follow(street.proxy.port, f"/ws/{game}") as old:
        for _ in range(3):
            street.proxy.reload()
            assert street.request("GET", "/v1/games").status == 200
            with follow(street.proxy.port, f"/ws/{game}") as new:
                assert is_alive(new)
        assert is_alive(old)


def test_what_is_too_long_or_too_large_is_refused_before_it_reaches_a_node(street):
    assert street.request("GET", "/v1/games?x=" + "y" * 1_100).status == 414
    assert street.request("GET", "/v1/games/g0000000000").status == 404
