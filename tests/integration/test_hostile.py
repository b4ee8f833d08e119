"""Hostile input over real HTTP and WAMP: a clear code each, and nobody else notices."""

from __future__ import annotations

import hashlib
import json
import socket
import struct
from typing import Any

import cbor2
import msgpack
import pytest

from scoreboard.gateway.inbound import BAD_TEXT, TOO_BIG
from scoreboard.gateway.session import BROKEN
from tests.support.hostile import BOMBS, MESSAGES, PLAY, text_of
from tests.support.server import PATIENCE, Server, running
from tests.support.stranger import ABORT, ERROR, RESULT, Stranger

GAME, CALM = "g0000000001", "g0000000002"
PATH = f"/v1/feeds/arena/games/{GAME}/messages"
META = {
    "league": "nba_",
    "ruleset_id": "nba",
    "teams": {"home": {"abbrev": "BOS"}, "away": {"abbrev": "ORL"}},
}
LIVE = {"type": "status", "status": "in_progress", "period_index": 1}
SUBMIT = "scoreboard.v1.feed.submit"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """It must have nothing to complain of at the end."""
    with running(tmp_path_factory.mktemp("server")) as started:
        for game in (GAME, CALM):
            assert started.request("PUT", f"/v1/games/{game}", META).status == 200
            path = f"/v1/feeds/arena/games/{game}/messages"
            assert started.request("POST", path, LIVE).status == 200
        yield started


@pytest.fixture(scope="module")
def bystander(server):
    """Somebody who does no harm, for the whole time."""
    with Stranger(server) as peaceful:
        peaceful.join("arena", "secret")
        numbers = iter(range(1, 100_000))

        def is_well() -> bool:
            said = peaceful.call(next(numbers), SUBMIT, game_id=CALM, message={"type": "heartbeat"})
            return said[0] == RESULT and said[4]["status"] == "accepted"

        yield is_well


@pytest.fixture
def unharmed(server, bystander):
    """After the test all games are there, whole, and others are served."""
    yield
    state = server.request("GET", f"/v1/games/{GAME}").json
    assert state["score"]["home"]["points"] == sum(
        p["points"] for p in state["plays"] if p["points_to"] == state["score"]["home"]["team_id"]
    )
    assert server.request("GET", f"/v1/games/{CALM}").json["seq"] == 2
    assert bystander()


class TestOverHttp:
    @pytest.mark.parametrize("name", BOMBS)
    def test_a_bomb_has_a_code(self, server, unharmed, name):
        reply = server.request("POST", PATH, BOMBS[name], Content_Type="application/json")
        # What is odd and harmless may be taken, and says so.
        if reply.status != 200:
            assert reply.status in {400, 413, 422}
            assert reply.json["code"]
            assert reply.json["hint"]

    @pytest.mark.parametrize("name", BOMBS)
    def test_a_bomb_among_lines_refuses_the_request_or_itself(self, server, unharmed, name):
        body = text_of(MESSAGES[6]) + b"\n" + BOMBS[name].replace(b"\n", b" ") + b"\n"
        reply = server.request("POST", PATH, body, Content_Type="application/x-ndjson")
        assert reply.status in {200, 207, 400, 413}
        assert reply.status > 207 or reply.lines[0]["status"] == "accepted"

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"teams": {"home": {"abbrev": "\ud800"}, "away": {"abbrev": "B"}}}, ""),
            ({"scheduled_start": "0001-01-01T00:00:00+23:59"}, "scheduled_start"),
            ({"game_number": 2**60}, ""),
            ({"provider_refs": {"a": 1}}, "provider_refs"),
            ({"provider_refs": {str(n): "a" for n in range(17)}}, "provider_refs"),
            ({f"f{n}": n for n in range(100)}, ""),
            ({"venue": "x" * 5_000}, "venue"),
        ],
    )
    def test_a_bad_meta_is_named(self, server, unharmed, change, path):
        reply = server.request("PUT", f"/v1/games/{GAME}", text_of(META | change))
        assert (reply.status, reply.json["code"]) == (400, "malformed")
        assert reply.json["detail"].startswith(path)

    @pytest.mark.parametrize("when", ["9" * 5_000, "-1", "%00", "1e3", "%D9%A1", "0x10", "+5", ""])
    def test_a_strange_time_is_refused_or_read(self, server, unharmed, when):
        reply = server.request("GET", f"/v1/games/{GAME}?asof={when}")
        assert reply.status in {200, 400, 404, 414}

    @pytest.mark.parametrize(
        ("term", "said"),
        [
            (0, "shadow"),
            (-1, "shadow"),
            (2**53, "rejected"),
            ("arena", "rejected"),
            (None, "accepted"),
        ],
    )
    def test_a_term_that_is_none_of_ours_moves_nothing(self, server, unharmed, term, said):
        before = server.request("GET", f"/v1/games/{GAME}").json
        reply = server.request("POST", PATH, {"type": "heartbeat", "term": term})
        assert reply.json["status"] == said
        assert server.request("GET", f"/v1/games/{GAME}").json == before

    @pytest.mark.parametrize("field", ["epoch", "seq", "authority", "source"])
    @pytest.mark.parametrize("value", [0, -1, 2**53, "arena", None])
    def test_what_only_the_log_may_say_is_not_taken_from_a_message(
        self, server, unharmed, field, value
    ):
        before = server.request("GET", f"/v1/games/{GAME}").json
        sent = {"type": "heartbeat", field: value}
        reply = server.request("POST", PATH, sent)
        assert (reply.status, reply.json["ignored"]) == (200, [field])
        assert server.request("GET", f"/v1/games/{GAME}").json == before


def header(server: Server, *lines: bytes) -> tuple[int, Any]:
    """A request with these header lines, byte by byte; status and problem."""
    body = text_of({"type": "heartbeat"})
    head = [
        f"POST {PATH} HTTP/1.1".encode(),
        b"Host: x",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        b"Connection: close",
        *lines,
    ]
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE) as sock:
        sock.sendall(b"\r\n".join([*head, b"", body]))
        answer = b""
        while data := sock.recv(65_536):
            answer += data
    start, _, rest = answer.partition(b"\r\n\r\n")
    return int(start.split()[1]), json.loads(rest) if rest else None


class TestTokens:
    @pytest.mark.parametrize(
        "lines",
        [
            [],
            [b"Authorization:"],
            [b"Authorization: Bearer"],
            [b"Authorization: Bearer "],
            [b"Authorization: secret"],
            [b"Authorization: Basic secret"],
            [b"Authorization: Basic YXJlbmE6c2VjcmV0"],
            [b"Authorization: Bearer wrong"],
            [b"Authorization: Bearer secre"],
            [b"Authorization: Bearer secrets"],
            [b"Authorization: Bearer SECRET"],
            [b"Authorization: Bearer secret secret"],
            [b"Authorization: Bearer secret,another"],
            [b'Authorization: Bearer "secret"'],
            [b"Authorization: Bearer " + hashlib.sha256(b"secret").hexdigest().encode()],
            [b"Authorization: Bearer \xff\xfe\xfd"],
            [b"Authorization: Bearer s\xc3\xa9cret"],
            [b"Authorization: Bearer " + b"x" * 7_000],
            [b"Authorization: Bearer secret", b"Authorization: Bearer wrong"],
            [b"Authorization: Bearer wrong", b"Authorization: Bearer secret"],
            [b"X-Authorization: Bearer secret"],
            [b"Cookie: token=secret"],
        ],
        ids=lambda lines: repr(lines)[:60],
    )
    def test_what_is_not_the_token_is_not_let_in(self, server, unharmed, lines):
        status, problem = header(server, *lines)
        assert (status, problem["code"]) == (401, "unauthorized")

    @pytest.mark.parametrize("token", [b"another", b"touchdown"])
    def test_the_token_of_another_feed_is_not_ours(self, server, unharmed, token):
        status, problem = header(server, b"Authorization: Bearer " + token)
        assert (status, problem["code"]) == (403, "forbidden")

    @pytest.mark.parametrize("scheme", [b"Bearer", b"bearer", b"BEARER"])
    def test_the_scheme_is_written_in_any_case(self, server, unharmed, scheme):
        assert header(server, b"Authorization: " + scheme + b" secret")[0] == 200

    @pytest.mark.parametrize("serializer", ["json", "msgpack", "cbor"])
    @pytest.mark.parametrize(
        ("authid", "ticket"),
        [
            ("arena", "wrong"),
            ("arena", "another"),
            ("other", "secret"),
            ("nobody", "secret"),
            ("", "secret"),
            ("arena", ""),
            ("arena", "x" * 10_000),
            ("arena", None),
            ("arena", 7),
            ("arena", ["secret"]),
            ("arena", {"token": "secret"}),
            ("arena", hashlib.sha256(b"secret").hexdigest()),
        ],
    )
    def test_a_wrong_ticket_ends_the_session(self, server, unharmed, serializer, authid, ticket):
        with Stranger(server, serializer) as stranger:
            said = stranger.knock(authid, ticket)
            assert said[0] == ABORT
            assert stranger.hear() == [0]
            assert stranger.closed is not None

    def test_who_has_no_ticket_submits_nothing(self, server, unharmed):
        with Stranger(server) as stranger:
            stranger._socket.sendall(stranger._words.hello())
            assert stranger.hear()[0] == 2
            said = stranger.call(1, SUBMIT, game_id=GAME, message=PLAY)
            assert (said[0], said[4]) == (ERROR, "wamp.error.not_authorized")

    def test_a_call_before_the_ticket_ends_the_session(self, server, unharmed):
        with Stranger(server) as stranger:
            stranger._socket.sendall(stranger._words.feed_hello("arena"))
            assert stranger.hear()[0] == 4
            assert stranger.call(1, SUBMIT, game_id=GAME, message=PLAY)[0] == ABORT

    def test_a_feed_does_not_write_the_leagues_of_others(self, server, unharmed):
        with Stranger(server) as stranger:
            stranger.join("football", "touchdown")
            said = stranger.call(1, SUBMIT, game_id=GAME, message=PLAY)
            assert (said[0], said[4]) == (ERROR, "scoreboard.error.forbidden")


def _call(dumps, value: Any) -> bytes:
    return dumps([48, 1, {}, SUBMIT, [], {"game_id": GAME, "message": value}])


def _spliced(bomb: bytes, dumps) -> bytes:
    """A call whose message is `bomb`, as it stands."""
    hole = "HERE-IT-COMES"
    whole = _call(dumps, hole)
    return whole.replace(dumps(hole), bomb)


def _shared() -> bytes:
    """A few bytes of CBOR that unfold without end: tags 28 and 29."""
    items = [b"\xd8\x1c\x80"]
    for number in range(1, 29):
        share = b"\xd8\x1d" + cbor2.dumps(number - 1)
        items.append(b"\xd8\x1c\x82" + share + share)
    return cbor2.dumps([None] * len(items))[:2] + b"".join(items)


JSON_BOMBS = {name: bomb for name, bomb in BOMBS.items() if bomb and b"\xff" not in bomb}
MSGPACK_BOMBS = {
    "NaN": struct.pack(">Bd", 0xCB, float("nan")),
    "Infinity": struct.pack(">Bd", 0xCB, float("inf")),
    "2**64 - 1": b"\xcf" + b"\xff" * 8,
    "binary": b"\xc4\x03abc",
    "an extension": b"\xd4\x05\x00",
    "a timestamp": b"\xd6\xff\x00\x00\x00\x00",
    "a number as a key": b"\x81\x01\x02",
    "a key twice": b"\x82\xa1a\x01\xa1a\x02",
    "not UTF-8": b"\xa2\xff\xfe",
    "a lone surrogate": b"\xa3\xed\xa0\x80",
    "60,000 lists": b"\x91" * 60_000 + b"\x01",
    "2**32 - 1 elements": b"\xdd\xff\xff\xff\xff",
    "2**32 - 1 pairs": b"\xdf\xff\xff\xff\xff",
    "2**32 - 1 bytes": b"\xdb\xff\xff\xff\xff",
    "nothing": b"\xc1",
}
CBOR_BOMBS = {
    "NaN": b"\xf9\x7e\x00",
    "Infinity": b"\xf9\x7c\x00",
    "2**64 - 1": b"\x1b" + b"\xff" * 8,
    "a bignum": b"\xc2\x5a\x00\x00\x80\x00" + b"\xff" * 0x8000,
    "bytes": b"\x43abc",
    "a date": cbor2.dumps(cbor2.CBORTag(0, "2026-01-01T00:00:00Z")),
    "a regular expression": cbor2.dumps(cbor2.CBORTag(35, "(a+)+$")),
    "shared values": _shared(),
    "a list in itself": b"\xd8\x1c\x81\xd8\x1d\x00",
    "60,000 lists": b"\x81" * 60_000 + b"\x01",
    "2**64 - 1 elements": b"\x9b" + b"\xff" * 8,
    "2**64 - 1 pairs": b"\xbb" + b"\xff" * 8,
    "2**64 - 1 characters": b"\x7b" + b"\xff" * 8,
    "no end": b"\x9f\x01\x02",
    "60,000 without end": b"\x9f" * 60_000,
    "a number as a key": b"\xa1\x01\x02",
    "a key twice": b"\xa2\x61a\x01\x61a\x02",
    "not UTF-8": b"\x62\xff\xfe",
    "a break": b"\xff",
    "a simple value": b"\xf8\xff",
}


class TestOverWamp:
    @staticmethod
    def _becomes(server: Server, serializer: str, data: bytes) -> None:
        """The call is answered with a clear code, or the session is ended."""
        with Stranger(server, serializer) as stranger:
            stranger.join("arena", "secret")
            stranger.send(data)
            said = stranger.hear()
            assert said[0] in {0, ABORT, ERROR, RESULT}
            if said[0] == ERROR:
                assert said[4].startswith(("scoreboard.error.", "wamp.error.invalid_argument"))
            elif said[0] != RESULT:
                assert stranger.hear() == [0]
                assert stranger.closed in {BAD_TEXT, TOO_BIG, BROKEN}

    @pytest.mark.parametrize("name", JSON_BOMBS)
    def test_a_bomb_in_json(self, server, unharmed, name):
        dumps = lambda value: json.dumps(value).encode()  # noqa: E731
        self._becomes(server, "json", _spliced(JSON_BOMBS[name], dumps))

    @pytest.mark.parametrize("name", MSGPACK_BOMBS)
    def test_a_bomb_in_msgpack(self, server, unharmed, name):
        self._becomes(server, "msgpack", _spliced(MSGPACK_BOMBS[name], msgpack.packb))

    @pytest.mark.parametrize("name", CBOR_BOMBS)
    def test_a_bomb_in_cbor(self, server, unharmed, name):
        self._becomes(server, "cbor", _spliced(CBOR_BOMBS[name], cbor2.dumps))

    @pytest.mark.parametrize(
        "arguments",
        [
            {},
            {"game_id": 7},
            {"game_id": GAME},
            {"game_id": GAME, "message": None},
            {"game_id": GAME, "message": []},
            {"game_id": GAME, "message": "play"},
            {"game_id": GAME, "messages": []},
            {"game_id": GAME, "messages": {}},
            {"game_id": GAME, "messages": [1, None, [], {}]},
            {"game_id": GAME, "messages": [{}] * 2_001},
            {"game_id": "g" + "9" * 10, "message": PLAY},
            {"game_id": "\x00", "message": PLAY},
        ],
        ids=lambda value: repr(value)[:50],
    )
    def test_wrong_arguments_are_told(self, server, unharmed, arguments):
        with Stranger(server, "cbor") as stranger:
            stranger.join("arena", "secret")
            said = stranger.call(1, SUBMIT, **arguments)
            if said[0] == RESULT:
                assert {a["code"] for a in said[4]["answers"]} == {"malformed"}
            else:
                assert (said[0], bool(said[5])) == (ERROR, True)
