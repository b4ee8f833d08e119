"""Event streams over real sockets: what WAMP followers are told, wherever the link breaks."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
from urllib.parse import urlencode

import pytest

from tests.gateway.test_sse_resuming import CRITICAL, Books
from tests.gateway.test_sse_wire import Event, Reader
from tests.support.server import PATIENCE, Server, running

COMMAND = [sys.executable, "-m", "scoreboard.tools.main"]

#: Seconds without an event after which a feed that has ended is taken to be told.
QUIET = 2.0


def command(*arguments):
    return subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def simulate(server, *arguments):
    feed = ["--source", "arena", "--token", "secret"]
    return command("simulate", "--to", server.url, *feed, *arguments)


def ended(process):
    out, err = process.communicate(timeout=4 * PATIENCE)
    assert process.returncode == 0, out + err
    return out


def games_of(server, number):
    """The ids of the games, as soon as there are so many."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        lines = server.request("GET", "/v1/games").json["games"]
        if len(lines) == number:
            return sorted(line["game_id"] for line in lines)
        time.sleep(0.02)
    raise AssertionError("the games did not come")


class Link:
    """One connection: a request, the head of its answer, and what follows."""

    def __init__(self, port, query, last_id="", buffer=0):
        self.socket = socket.socket()
        if buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(("127.0.0.1", port))
        known = f"Last-Event-ID: {last_id}\r\n" if last_id else ""
        request = f"GET /v1/events?{urlencode(query)} HTTP/1.1\r\nHost: a\r\n{known}\r\n"
        self.socket.sendall(request.encode())
        self.head, self.rest = b"", b""
        while b"\r\n\r\n" not in self.head:
            data = self.socket.recv(4_096)
            assert data, self.head
            self.head += data
        self.head, _, self.rest = self.head.partition(b"\r\n\r\n")

    def read(self, most=65_536):
        """What comes next; b"" at the end, None if nothing comes for a moment."""
        if self.rest:
            data, self.rest = self.rest[:most], self.rest[most:]
            return data
        try:
            return self.socket.recv(most)
        except TimeoutError:
            return None

    def close(self):
        self.socket.close()


class Follower(threading.Thread):
    """
    Reads a stream, and breaks the link at random bytes.

    Attributes:
        events: all that were dispatched.
    """

    def __init__(self, port, query, seed=None):
        super().__init__(daemon=True)
        self.port = port
        self.query = query
        self.random = random.Random(seed)
        self.breaks = seed is not None
        self.events: list[Event] = []
        self.books = Books()
        self.fault: BaseException | None = None
        self.cuts = 0
        self.heard = time.monotonic()
        self.over = threading.Event()
        self.start()

    def run(self):
        try:
            reader = Reader()
            while not self.over.is_set():
                link = Link(self.port, self.query, reader.last_id)
                link.socket.settimeout(0.1)
                left = self.random.randint(1, 60_000) if self.breaks else 1 << 60
                while left > 0 and not self.over.is_set():
                    data = link.read(min(left, 8_192))
                    if data == b"":
                        break
                    if data:
                        left -= len(data)
                        self.take(reader.read(data))
                link.close()
                reader.lost()
                self.cuts += 1
        except BaseException as fault:
            self.fault = fault

    def take(self, events):
        for event in events:
            self.heard = time.monotonic()
            self.books.take(event)
            self.events.append(event)

    def end(self):
        """Wait until nothing comes any more."""
        while time.monotonic() < self.heard + QUIET and self.fault is None:
            time.sleep(0.05)
        self.over.set()
        self.join(PATIENCE)
        if self.fault is not None:
            raise self.fault

    def told(self, game, after, until=1 << 60):
        """(seq, kind) -> envelope of what is critical in a game, between two entries."""
        base, found = self.books.base.get(game, 0), {}
        for event in self.events:
            data = event.data
            if data.get("game_id") == game and event.kind in CRITICAL and data["seq"] > after:
                found[data["seq"], event.kind] = data
        return {place: data for place, data in found.items() if base < place[0] < until}


def test_followers_are_told_what_wamp_followers_are_wherever_the_link_breaks(tmp_path):
    with running(tmp_path) as server:
        feed = simulate(server, "--soccer", "1", "--hockey", "1", "--speed", "1200")
        games = games_of(server, 2)
        wamp = command(
            *("follow", "--to", server.ws, "--league", "dsl_", "--league", "dhl_"),
            *("--until-final", "--json"),
        )
        one, both = {"game": games[0]}, {"game": ",".join(games)}
        some = {"game": ",".join(games), "league": "dsl_", "kinds": "score,play,slate"}
        calm = [Follower(server.port, query) for query in (one, both)]
        cut = [Follower(server.port, q, seed) for q in (one, both, some) for seed in range(2)]
        documents = [json.loads(line) for line in ended(wamp).splitlines()]
        ended(feed)
        for follower in (*calm, *cut):
            follower.end()
        base = {d["game_id"]: d["seq"] for d in documents if d["type"] == "snapshot"}
        # The WAMP follower leaves as soon as a game is final, perhaps within that entry.
        last = {d["game_id"]: d["seq"] for d in documents if d["type"] in CRITICAL}
        truth = {(d["game_id"], d["seq"], d["type"]): d for d in documents if d["type"] in CRITICAL}
        assert len(truth) > 200
        assert sum(follower.cuts for follower in cut) > 20
        for follower in (*calm, *cut):
            names = follower.query["game"].split(",")
            kinds = set(follower.query.get("kinds", ",".join(CRITICAL)).split(","))
            for game in names:
                after = max(base[game], follower.books.base[game])
                due = {
                    (seq, kind): document
                    for (name, seq, kind), document in truth.items()
                    if name == game and after < seq < last[game] and kind in kinds
                }
                assert follower.told(game, after, last[game]) == due
        # Whoever was not cut was told each once, from the beginning.
        for follower in calm:
            places = [
                (e.data["game_id"], e.data["seq"], e.kind)
                for e in follower.events
                if e.kind != "snapshot"
            ]
            assert len(places) == len(set(places))
            assert follower.books.snapshots == len(follower.query["game"].split(","))


def test_who_does_not_read_for_a_while_gets_everything_that_counts(tmp_path):
    with running(tmp_path) as server:
        feed = simulate(server, "--basketball", "2", "--speed", "400")
        games = games_of(server, 2)
        query = {"game": ",".join(games)}
        quick = Follower(server.port, query)
        slow = Link(server.port, query, buffer=4_096)
        ended(feed)
        quick.end()
        slow.socket.settimeout(QUIET)
        reader, books, merged = Reader(), Books(), 0
        while data := slow.read():
            for event in reader.read(data):
                books.take(event)
                merged += event.data.get("merged", 0)
        assert merged > 0
        critical = {"play", "score", "status", "correction", "shot", "lineup"}
        assert critical == CRITICAL
        for game in games:
            after = max(books.base[game], quick.books.base[game])
            expected = sorted(quick.told(game, after))
            order = [place for place in books.seen[game] if place[0] > after]
            assert len(expected) > 100
            assert len(order) >= len(expected)
        quickest = quick.books.seen
        for game in games:
            assert books.seen[game][-1][0] == quickest[game][-1][0]
            kept = {place for place in quickest[game] if place[1] in range(1, 7)}
            assert kept - set(books.seen[game]) == set()
        slow.close()


META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
NAMES = ["g0000000001", "g0000000002"]


def tell(server, game, number):
    play = {"play_type": "2pt", "period_index": 1, "team_id": "home", "points": 2}
    message = {"type": "play", "provider_play_id": str(number), "play": play}
    path = f"/v1/feeds/arena/games/{game}/messages"
    assert server.request("POST", path, message).status == 200


def begin(server):
    for game in NAMES:
        assert server.request("PUT", f"/v1/games/{game}", META).status == 200
        live = {"type": "status", "status": "in_progress", "period_index": 1}
        server.request("POST", f"/v1/feeds/arena/games/{game}/messages", live)
        tell(server, game, 1)


def heard(link, reader, number):
    """The next so many events."""
    events = []
    while len(events) < number:
        data = link.read()
        assert data, events
        events += reader.read(data)
    return events


def test_a_server_that_stops_says_when_to_come_back_and_the_next_goes_on(tmp_path):
    first = Server(tmp_path)
    links, readers = [], []
    try:
        begin(first)
        for query in ({"game": NAMES[0]}, {"game": ",".join(NAMES)}):
            links.append(Link(first.port, query))
            readers.append(Reader())
            heard(links[-1], readers[-1], query["game"].count(",") + 1)
        tell(first, NAMES[0], 2)
        for link, reader in zip(links, readers, strict=True):
            assert [e.kind for e in heard(link, reader, 3)] == ["play", "score", "stats"]
    finally:
        first.stop()
    for link, reader in zip(links, readers, strict=True):
        (event,) = heard(link, reader, 1)
        assert (event.kind, event.data["reason"]) == ("goodbye", "the server stops")
        assert reader.retry_ms == event.data["retry_ms"]
        assert link.read() == b""
        link.close()
    with running(tmp_path, first.port) as second:
        tell(second, NAMES[0], 3)
        one = Link(second.port, {"game": NAMES[0]}, readers[0].last_id)
        events = heard(one, readers[0], 3)
        told = [(e.kind, e.data["seq"]) for e in events]
        assert told == [("play", 5), ("score", 5), ("stats", 5)]
        several = Link(second.port, {"game": ",".join(NAMES)}, readers[1].last_id)
        events = heard(several, readers[1], 2)
        assert [(e.kind, e.data["seq"]) for e in events] == [("snapshot", 5), ("snapshot", 3)]
        one.close()
        several.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("server")) as started:
        begin(started)
        yield started


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("", 400, "malformed"),
        ("game=1", 400, "malformed"),
        ("game=g0000000001&kind=score", 400, "malformed"),
        ("game=g0000000001&kinds=ops", 400, "malformed"),
        ("league=" + ",".join(f"l{number:03}" for number in range(200)), 400, "malformed"),
        ("game=g9999999999", 404, "unknown_game"),
    ],
)
def test_a_wrong_request_hears_what_is_wrong(server: Server, query, status, code):
    reply = server.request("GET", f"/v1/events?{query}")
    assert (reply.status, reply.json["code"]) == (status, code)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.headers["access-control-allow-origin"] == "*"


def test_head_tells_what_a_stream_would_be(server: Server):
    reply = server.request("HEAD", f"/v1/events?game={NAMES[0]}")
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["content-type"] == "text/event-stream"
    assert server.request("HEAD", "/v1/events?game=g9999999999").status == 404


def test_followers_of_the_same_get_the_same_bytes(server: Server):
    query = {"game": ",".join(NAMES)}
    links, readers = [Link(server.port, query) for _ in range(3)], [Reader() for _ in range(3)]
    for link, reader in zip(links, readers, strict=True):
        heard(link, reader, 2)
    tell(server, NAMES[0], "same")
    written = []
    for link in links:
        data = b""
        while data.count(b"\n\n") < 2:
            data += link.read()
        written.append(data)
        link.close()
    assert written == [written[0]] * 3
    assert written[0].startswith(b"event: play\nid: ")


def test_a_connection_that_http_has_used_may_become_a_stream(server: Server):
    line = socket.create_connection(("127.0.0.1", server.port), PATIENCE)
    line.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    said = line.recv(65_536)
    assert said.startswith(b"HTTP/1.1 200 OK")
    line.sendall(b"GET /v1/events?game=%b HTTP/1.1\r\nHost: a\r\n\r\n" % NAMES[0].encode())
    said = b""
    while b"event: snapshot" not in said:
        said += line.recv(65_536)
    assert b"Content-Type: text/event-stream" in said
    line.close()
