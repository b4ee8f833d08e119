"""
What strangers may try at the front door: each attack is answered as `docs/limits.md` says, costs
little, and ends; `scripts/campaign-attacks` makes them longer. With `-rP` the numbers are shown.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter

import pytest

from scoreboard.gateway.rejected import Reason
from tests.integration.test_hostile import CBOR_BOMBS, JSON_BOMBS, MSGPACK_BOMBS
from tests.integration.test_ops import get, ops_port, scraped
from tests.support import attacks
from tests.support.attacks import REQUESTS, Size, frame, handshake
from tests.support.server import TWISTED, Server, running
from tests.support.siege import GAME, Attacker, Followers, Outcome, begin, besiege, measured

#: Short times, so that the suite is; those of the defaults are the campaign's.
SETTINGS = """
[ops]
port = 0
[limits]
max_unusual = 200
[websocket]
handshake_timeout_s = 1.0
message_timeout_s = 1.0
max_pinned_bytes = 262144
ping_interval_s = 2.0
ping_timeout_s = 3.0
stall_s = 3.0
"""

#: Mebibytes that an attack may leave behind: an allocator's rounding, and what followers cost.
SLACK_KIB = 12 * 1024


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """It must have nothing to complain of at the end."""
    with running(tmp_path_factory.mktemp("server"), more=SETTINGS) as started:
        begin(started)
        yield started


@pytest.fixture(scope="module")
def ops(server):
    return ops_port(server)


@pytest.fixture
def followers(server):
    """They must not notice."""
    with Followers(server, 24) as them:
        yield them
    assert them.lost == 0
    assert them.refused == 0
    assert them.late_ms


@pytest.fixture
def suffer(server, followers, ops):
    """Runs an attack; gives what it did, and which limits it met."""

    def run(name: str, attack: attacks.Attack, size: Size) -> tuple[Outcome, dict[str, float]]:
        before = rejected(ops)
        done = measured(server, followers, name, lambda: attack(server.port, size), 0.3)
        print("  ".join(done.cells))
        assert done.rss_kib < SLACK_KIB
        met = rejected(ops) - before
        return done, dict(met)

    return run


def rejected(port: int) -> Counter[str]:
    """How often each limit was met."""
    name = "scoreboard_rejected_total "
    found = {k.removeprefix(name): int(v) for k, v in scraped(port).items() if k.startswith(name)}
    return Counter(found)


START = {"WebSocket": b"GET /ws", "HTTP": b"GET /v1/games"}


class TestHeads:
    @pytest.mark.parametrize("over", START)
    def test_a_head_without_end_is_cut_at_once(self, suffer, over):
        done, met = suffer(f"S1 endless, {over}", attacks.endless_head(START[over]), Size(10, 3))
        assert sum(done.ended[how] for how in ("431", "reset", "closed")) == 10
        assert done.slowest_s < 3
        assert met == {Reason.HEAD_BYTES: 10}

    @pytest.mark.parametrize("over", START)
    def test_a_slow_head_has_a_deadline(self, suffer, over):
        done, met = suffer(f"S1 slow, {over}", attacks.slow_head(START[over]), Size(50, 5))
        assert sum(done.ended[how] for how in ("408", "reset", "closed")) == 50
        assert done.slowest_s < 4
        assert met == {Reason.HEAD_TIME: 50}

    def test_who_says_nothing_has_a_deadline(self, suffer):
        done, met = suffer("S1 silent", attacks.silent, Size(50, 5))
        assert sum(done.ended[how] for how in ("reset", "closed")) == 50
        assert met == {Reason.HEAD_TIME: 50}


class TestMessages:
    @pytest.mark.parametrize("mebibytes", [8, 128])
    def test_a_bomb_does_not_unfold(self, suffer, mebibytes):
        attack = attacks.deflate_bomb(mebibytes)
        done, met = suffer(f"S2 bomb of {mebibytes} MiB", attack, Size(5, 5))
        assert set(done.ended) <= {"1009", "reset"}
        assert met == {Reason.MESSAGE_BYTES: 5}

    @pytest.mark.parametrize("payload", [b"", b"a"])
    def test_fragments_are_counted_the_empty_ones_too(self, suffer, payload):
        done, met = suffer(f"S3 fragments {payload!r}", attacks.fragments(payload), Size(5, 5))
        assert set(done.ended) <= {"1009", "reset"}
        assert met == {Reason.FRAGMENTS: 5}

    def test_unfinished_messages_are_bounded_in_number_and_time(self, suffer, server):
        done, met = suffer("S3 unfinished", attacks.unfinished, Size(40, 6, 15_000))
        # Seventeen of them fill what may be kept of all.
        assert done.ended == {"1013": 40 - 17, "1008": 17}
        assert met == {Reason.PINNED_BYTES: 40 - 17, Reason.MESSAGE_TIME: 17}
        assert done.slowest_s < 5

    def test_a_flood_of_pings_is_ended(self, suffer):
        done, met = suffer("S4 pings", attacks.ping_flood, Size(10, 3))
        assert set(done.ended) <= {"1008", "reset", "closed"}
        assert met == {Reason.CONTROL_RATE: 10}

    def test_a_flood_of_messages_is_ended(self, suffer):
        done, met = suffer("L9 messages", attacks.message_flood, Size(5, 3))
        assert set(done.ended) <= {"1008", "reset", "closed"}
        assert met == {Reason.MESSAGE_RATE: 5}

    def test_who_asks_as_much_at_once_as_it_may_is_answered_to_the_last(self, suffer, server):
        last: list[bool] = []

        def attack(port: int, size: Size) -> list[Attacker]:
            found = attacks.bursts("scoreboard.v1.slate.get")(port, size)
            last.extend(b"[50,190," in one.heard for one in found)
            return found

        done, met = suffer("L9 bursts", attack, Size(20, 2, 190))
        assert done.ended == {"left": 20}
        assert met == {}
        assert last == [True] * 20

    def test_who_does_not_read_is_ended(self, suffer):
        done, _ = suffer("S5 slow readers", attacks.slow_readers, Size(30, 8))
        assert "" not in done.ended

    def test_a_flood_of_subscriptions_is_ended(self, suffer):
        done, met = suffer("S6 subscriptions", attacks.subscription_flood, Size(5, 3))
        assert set(done.ended) <= {"1008", "reset", "closed"}
        assert met[Reason.MESSAGE_RATE] == 5

    def test_topics_that_are_not_there_are_bounded(self, suffer, server, ops):
        done, met = suffer("S6 topics", attacks.topics, Size(10, 0.5, 100))
        assert done.ended == {"left": 10}
        assert met == {Reason.TOPICS: 10 * 100 - 200}
        until = time.monotonic() + 10
        while scraped(ops)["scoreboard_unusual_subscriptions"] and time.monotonic() < until:
            time.sleep(0.05)
        assert scraped(ops)["scoreboard_unusual_subscriptions"] == 0

    def test_a_corpus_of_bombs_is_taken_apart(self, suffer):
        corpus = {"json": JSON_BOMBS, "msgpack": MSGPACK_BOMBS, "cbor": CBOR_BOMBS}
        done, _ = suffer("S7 bombs", attacks.bombs(corpus), Size(1, 5))
        assert set(done.ended) <= {"1002", "1007", "1009"}
        assert sum(done.ended.values()) == done.many == sum(map(len, corpus.values()))


class TestRequests:
    @pytest.mark.parametrize("name", REQUESTS)
    def test_a_request_that_is_wrong_is_refused(self, server, name):
        wire, status = REQUESTS[name]
        one = Attacker(server.port, first=wire)
        besiege([one], None, 5)
        assert one.ended == status
        assert b"aaaa" not in one.heard
        assert one.heard.count(b"HTTP/1.1 ") == 1

    def test_a_slow_body_has_a_deadline(self, tmp_path):
        more = "\n[http]\nbody_timeout_s = 1.0\n"
        head = (
            f"POST /v1/feeds/arena/games/{GAME}/messages HTTP/1.1\r\nHost: x\r\n"
            "Authorization: Bearer secret\r\nContent-Length: 1000\r\n\r\n"
        )
        with running(tmp_path, more=more) as other:
            one = Attacker(other.port, first=head.encode())
            besiege([one], lambda: b"a", 5, pause_s=0.25)
            assert one.ended in {"408", "reset"}
            assert 0.9 < one.took_s < 3


def test_a_log_is_neither_forged_nor_filled(tmp_path):
    more = SETTINGS + '[logs]\nformat = "json"\n'
    with running(tmp_path, more=more) as started:
        before = sum(map(len, started.output))
        many = attacks.bad_handshakes(started.port, Size(1_000, 2))
        assert {one.ended for one in many} <= {"400", "426"}
        assert not any(word in one.heard for one in many for word in attacks.HOSTILE[:-1])
        assert started.stop() == 0
        written = "".join(started.output)
        print(f"S17: {len(written) - before} bytes of log for 1,000 bad handshakes")
        assert len(written) - before < 20_000
        for line in written.splitlines():
            json.loads(line)
            assert min(line) >= " "


#: The addresses of loopback are clients here.
STRANGERS = """
[ops]
port = 0
[limits]
trusted = []
address_connections = 5
address_arrivals_burst = 8
requests_burst = 10
requests_per_s = 1.0
"""


class TestAddresses:
    @pytest.fixture(scope="class")
    def server(self, tmp_path_factory):
        with running(tmp_path_factory.mktemp("server"), more=STRANGERS) as started:
            yield started

    @pytest.fixture(scope="class")
    def ops(self, server):
        return ops_port(server)

    def test_an_address_has_so_many_connections(self, server, ops):
        before = rejected(ops)
        many = [Attacker(server.port, "127.0.0.2", first=handshake()) for _ in range(7)]
        besiege(many, None, 0.5)
        assert Counter(one.ended for one in many) == {"": 5, "reset": 2} or Counter(
            one.ended for one in many
        ) == {"": 5, "closed": 2}
        assert rejected(ops) - before == {Reason.ADDRESS_CONNECTIONS: 2}
        other = Attacker(server.port, "127.0.0.3", first=handshake())
        besiege([other], None, 0.2)
        assert other.ended == ""
        for one in (*many, other):
            one.leave()

    def test_an_address_comes_so_often(self, server, ops):
        before = rejected(ops)
        for _ in range(20):
            one = Attacker(server.port, "127.0.0.4", first=handshake())
            besiege([one], None, 0.01)
            one.leave()
        met = rejected(ops) - before
        assert set(met) <= {Reason.ADDRESS_ARRIVALS, Reason.ADDRESS_CONNECTIONS}
        assert met[Reason.ADDRESS_ARRIVALS] >= 8

    def test_an_address_asks_so_often(self, server, ops):
        before = rejected(ops)
        page = b"GET /v1/games HTTP/1.1\r\nHost: x\r\n\r\n"
        one = Attacker(server.port, "127.0.0.5", first=page * 12)
        besiege([one], None, 2)
        assert (one.heard.count(b"HTTP/1.1 200"), one.heard.count(b"HTTP/1.1 429")) == (10, 1)
        assert rejected(ops) - before == {Reason.REQUEST_RATE: 1}


def test_who_comes_too_fast_waits(tmp_path):
    more = "\n[ops]\nport = 0\n[limits]\narrivals_per_s = 100.0\narrivals_burst = 50\n"
    with running(tmp_path, more=more) as server:
        port = ops_port(server)
        began = time.monotonic()
        many = [Attacker(server.port, first=handshake()) for _ in range(400)]
        while time.monotonic() < began + 20 and not all(one.heard for one in many):
            besiege([one for one in many if not one.heard], None, 0.1)
        took = time.monotonic() - began
        print(f"L3: 400 connections at 100 a second came in within {took:.1f} s")
        assert all(bytes(one.heard).startswith(b"HTTP/1.1 101") for one in many)
        # Those of one look at the port are let in together.
        assert took > 1
        assert rejected(port)[Reason.ARRIVALS] > 0
        for one in many:
            one.leave()


def test_a_house_that_is_full_says_when_to_come_back(tmp_path):
    more = "\n[ops]\nport = 0\n[limits]\nmax_connections = 10\n"
    with running(tmp_path, more=more) as server:
        inside = [Attacker(server.port, first=handshake()) for _ in range(10)]
        besiege(inside, None, 0.2)
        web = Attacker(server.port, first=b"GET /v1/games HTTP/1.1\r\nHost: x\r\n\r\n")
        late = [Attacker(server.port, first=handshake()) for _ in range(3)]
        besiege([web, *late], None, 2)
        assert web.ended == "503"
        assert int(re.search(rb"Retry-After: (\d+)", web.heard)[1]) >= 1
        assert [one.ended for one in late] == ["1013"] * 3
        assert json.loads(bytes(late[0].heard).rpartition(b"{")[2].join([b"{", b""]))["retry_ms"]
        for one in inside:
            one.leave()
        wait_for_room(server)
        assert server.request("GET", "/v1/games").status == 200


def wait_for_room(server: Server, seconds: float = 5.0) -> float:
    """Until somebody may come in again; how long that took."""
    began = time.monotonic()
    while time.monotonic() < began + seconds:
        one = Attacker(server.port, first=handshake())
        besiege([one], None, 0.3)
        one.leave()
        if one.ended == "left" and b" 101 " in one.heard[:20]:
            return time.monotonic() - began
    raise AssertionError("nobody may come in")


def test_when_the_descriptors_are_used_up_the_feed_and_the_watchers_are_served(tmp_path):
    few = ("sh", "-c", 'ulimit -n 350; exec "$@"', "sh", *TWISTED)
    server = Server(tmp_path, more="\n[ops]\nport = 0\n", program=few)
    try:
        port = ops_port(server)
        assert any("only 94 connections" in line for line in server.output)
        begin(server)
        with Followers(server, 10) as followers:
            # The feed must be in the house before the others.
            while not followers.mark():
                time.sleep(0.01)
            mark = followers.mark()
            many = [Attacker(server.port) for _ in range(500)]
            besiege(many, None, 2.0)
            assert get(port, "/healthz")[0] == 200
            assert get(port, "/readyz")[0] == 200
            time.sleep(0.5)
            print(
                f"S21: 500 connections on 350 descriptors: p99 {followers.p99_ms(mark):.0f} ms, "
                f"{Counter(one.ended or 'inside' for one in many)}"
            )
            assert followers.mark() > mark
            for one in many:
                one.leave()
            took = wait_for_room(server)
            print(f"S21: room again after {took:.2f} s")
        assert (followers.lost, followers.refused) == (0, 0)
        assert server.stop() == 0
        assert server.complaints == [], "".join(server.output)
        assert not any("EMFILE" in line for line in server.output)
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


def test_a_page_of_another_origin_is_not_let_in(tmp_path):
    more = '\n[websocket]\nallowed_origins = ["https://scores.example"]\n'
    with running(tmp_path, more=more) as server:
        for origin, ended in {
            "https://scores.example": "",
            "https://scores.example:443": "",
            "https://scores.example.evil": "403",
            "https://evil-scores.example": "403",
            "http://scores.example": "403",
            "https://scores.example:8443": "403",
            "https://user@scores.example": "403",
            "null": "403",
        }.items():
            one = Attacker(server.port, first=handshake(more=f"Origin: {origin}\r\n"))
            besiege([one], None, 0.15)
            assert one.ended == ended, origin
            one.leave()


def test_the_frame_of_these_tests_is_one():
    assert frame(0x1, b"abc") == b"\x81\x83\0\0\0\0abc"
