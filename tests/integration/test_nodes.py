"""Three real servers with one real Redis: one game, three places to follow it."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import attrs
import pytest

from scoreboard.client.resume import CRITICAL
from tests.durability.talk import GAME, begin, play, post, shown
from tests.integration.test_follow import check, ended, follow, simulate, until_live
from tests.integration.test_redis_log import META, table
from tests.support.redis import Redis, needs_redis, redis, replicated, until
from tests.support.server import PATIENCE, Server

pytestmark = needs_redis

NAMES = ("n1", "n2", "n3")


@contextmanager
def nodes(folder, *stores: Redis, names=NAMES, **settings: Any) -> Iterator[list[Server]]:
    """Servers with one log; none of them may have a fault of its own."""
    with ExitStack() as stack:
        servers = []
        for name in names:
            log = table(*stores, **settings) + f'[shard]\nnode = "{name}"\n'
            (folder / name).mkdir()
            server = Server(folder / name, log=log)
            stack.callback(server.stop, signal.SIGKILL)
            servers.append(server)
        yield servers
        for server in servers:
            assert server.complaints == [], "".join(server.output)


@attrs.define(slots=False)
class Events:
    """An event stream that is read in a thread of its own."""

    server: Server
    path: str
    data: list[str] = attrs.field(factory=list)

    def __attrs_post_init__(self):
        self.line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=PATIENCE)
        self.line.request("GET", self.path)
        self._socket = self.line.sock
        self.answer = self.line.getresponse()
        assert self.answer.status == 200
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        try:
            for line in self.answer:
                if line.startswith(b"data: "):
                    self.data.append(line[6:].decode().strip())
        except (OSError, ValueError):
            return

    @property
    def envelopes(self):
        """What came behind the snapshots, by the letter."""
        return [text for text in self.data if "prev" in json.loads(text)]

    def close(self):
        # The reading thread holds the answer until something comes: a sign of life, seconds later.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self.thread.join(PATIENCE)
        self.answer.close()


def _critical(events):
    return [text for text in events.envelopes if json.loads(text)["type"] in CRITICAL]


def _unmerged(events):
    """(seq, type) -> what was told, but for what stands for several."""
    told = {text: json.loads(text) for text in events.envelopes}
    return {(one["seq"], one["type"]): text for text, one in told.items() if "merged" not in one}


def test_what_one_node_writes_every_node_tells_by_the_letter(tmp_path):
    with redis(tmp_path / "redis") as store, nodes(tmp_path, store) as servers:
        home = servers[0]
        assert home.request("PUT", f"/v1/games/{GAME}", META).status == 200
        streams = [Events(server, f"/v1/events?game={GAME}") for server in servers]
        leagues = [Events(server, "/v1/events?league=nba_") for server in servers]
        begin(home)
        for number in range(20):
            assert post(home, play(f"p{number}")).status == 200
        tip = shown(home)["seq"]
        last = f'"seq":{tip},'
        for one in (*streams, *leagues):
            until(lambda one=one: any(last in text for text in one.envelopes))
        critical = [_critical(one) for one in streams]
        assert critical[0] == critical[1] == critical[2]
        assert len(critical[0]) >= 40
        # Whole states are merged where several entries are read at once, on a busy machine.
        for first, *others in (streams, leagues):
            for other in others:
                both = _unmerged(first).keys() & _unmerged(other).keys()
                assert both
                assert all(_unmerged(first)[key] == _unmerged(other)[key] for key in both)
        assert [shown(server) for server in servers] == [shown(home)] * 3
        for one in (*streams, *leagues):
            one.close()


def test_a_question_on_any_node_is_answered_as_the_log_stands(tmp_path):
    with redis(tmp_path / "redis") as store, nodes(tmp_path, store) as servers:
        home, *others = servers
        assert home.request("PUT", f"/v1/games/{GAME}", META).status == 200
        begin(home)
        for number in range(5):
            assert post(home, play(f"p{number}")).status == 200
            for server in others:
                until(lambda server=server: shown(server)["seq"] == shown(home)["seq"])
                (line,) = server.request("GET", "/v1/games").json["games"]
                assert line["seq"] == shown(home)["seq"]


def test_followers_on_every_node_see_every_game_to_its_end(tmp_path):
    with redis(tmp_path / "redis") as store, nodes(tmp_path, store) as servers:
        options = ["--until-final", "--json"]
        leagues = ["--league", "dsl_", "--league", "dhl_"]
        followers = [follow(server, *leagues, *options) for server in servers]
        for follower in followers:
            until_live(follower)
        feed = simulate(servers[0], "--soccer", "1", "--hockey", "1", "--speed", "1500")
        assert ended(feed).code == 0
        for follower, server in zip(followers, servers, strict=True):
            said = ended(follower)
            assert said.code == 0, said.err
            check(said.lines, server)


def test_a_game_goes_on_elsewhere_when_its_node_is_killed(tmp_path):
    with (
        replicated(tmp_path / "redis") as (store, _),
        nodes(tmp_path, store, replicas=1) as (first, second, third),
    ):
        assert first.request("PUT", f"/v1/games/{GAME}", META).status == 200
        begin(first)
        assert post(first, play("1")).status == 200
        stream = Events(third, f"/v1/events?game={GAME}")
        term = shown(third)["term"]
        first.stop(signal.SIGKILL)
        began = time.monotonic()
        assert post(second, play("2")).status == 200
        assert time.monotonic() - began < 6.0
        until(lambda: len(shown(third)["plays"]) == 2)
        now = shown(third)
        assert now["term"] == term + 1
        until(lambda: any(f'"seq":{now["seq"]},' in text for text in stream.envelopes))
        stream.close()


def test_a_node_that_was_away_and_wakes_up_writes_nothing_beside(tmp_path):
    with redis(tmp_path / "redis") as store, nodes(tmp_path, store) as (first, second, third):
        assert first.request("PUT", f"/v1/games/{GAME}", META).status == 200
        begin(first)
        assert post(first, play("1")).status == 200
        first.process.send_signal(signal.SIGSTOP)
        for number in range(2, 12):
            assert post(second, play(f"{number}")).status == 200
        first.process.send_signal(signal.SIGCONT)
        until(lambda: post(first, play("12")).status == 200)
        until(lambda: post(second, play("13")).status == 200)
        # What was just written may be a few milliseconds away.
        until(lambda: shown(first) == shown(second) == shown(third))
        games = [shown(first)]
        assert len(games[0]["plays"]) == 13
        events = third.request("GET", f"/v1/games/{GAME}/events").json["events"]
        assert {event["seq"] for event in events} == set(range(1, games[0]["seq"] + 1))


def test_a_relay_that_is_cut_off_catches_up(tmp_path):
    with redis(tmp_path / "redis") as store, nodes(tmp_path, store) as (first, second, _):
        assert first.request("PUT", f"/v1/games/{GAME}", META).status == 200
        stream = Events(second, f"/v1/events?game={GAME}")
        begin(first)
        for number in range(5):
            store.ask("CLIENT", "KILL", "TYPE", "pubsub")
            assert post(first, play(f"p{number}")).status == 200
        tip = shown(first)["seq"]
        until(lambda: any(f'"seq":{tip},' in text for text in stream.envelopes))
        seen = [json.loads(text) for text in stream.envelopes]
        assert {event["seq"] for event in seen} == set(range(2, tip + 1))
        stream.close()


def test_a_game_that_cannot_be_asked_for_is_not_called_unknown(tmp_path):
    with (
        redis(tmp_path / "redis") as store,
        nodes(tmp_path, store, names=("n1", "n2")) as (home, away),
    ):
        begin(home)
        store.kill()
        for path in (f"/v1/games/{GAME}", f"/v1/games/{GAME}/events", f"/v1/events?game={GAME}"):
            said = away.request("GET", path, token=None)
            assert (said.status, said.json["code"]) == (503, "unavailable")
            assert said.headers["retry-after"] == "1"
        assert post(away, play("1")).status == 503
        # What is known is told from memory.
        assert away.request("GET", "/v1/games").json["games"] == []
        (known,) = home.request("GET", "/v1/games").json["games"]
        assert known["game_id"] == GAME
        store.restart()
        until(lambda: post(away, play("1")).status == 200)
        assert len(shown(away)["plays"]) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[shard]\nnode = "N 1"', "is not 1 to 32 of a-z0-9-"),
        ('[shard]\nnode = "n1"', "needs log.provider redis"),
    ],
)
def test_a_node_without_what_it_needs_does_not_start(text, says):
    from scoreboard.settings.checks import BadSettings
    from scoreboard.settings.reading import parse

    with pytest.raises(BadSettings, match=says):
        parse(text, "x.toml")
