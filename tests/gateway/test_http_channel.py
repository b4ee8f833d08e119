"""What comes in over HTTP has bounds in size, in time and in number, and each has its answer."""

from __future__ import annotations

import json

import pytest
from twisted.internet.address import IPv4Address
from twisted.internet.task import Clock
from twisted.web.resource import Resource

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.crowd import CrowdLimits
from scoreboard.gateway.nearby_http import Nearby
from scoreboard.gateway.pace import Pace
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.request import Leaf, answer
from tests.gateway.small_site import MAX_BODY, TOKEN, small_site
from tests.gateway.test_websocket import Transport

PHONE = "203.0.113.7"
GET = b"GET /page HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /page HTTP/1.1\r\nHost: a\r\n"
BEARER = b"Authorization: Bearer %b\r\n" % TOKEN.encode()


class Page(Leaf):
    """Says what it was sent."""

    def __init__(self) -> None:
        self.methods = {b"GET": self._get, b"POST": self._post}

    async def _get(self, request) -> None:
        answer(request, 200, b"a page")

    async def _post(self, request) -> None:
        answer(request, 200, request.content.read())


class Visit:
    """A connection to a site with small limits."""

    def __init__(self, root=None, **limits) -> None:
        self.clock = Clock()
        self.rejected = Rejected()
        if root is None:
            root = Resource()
            root.putChild(b"page", Page())
        beats = Beats(self.clock)
        self.site = small_site(self.clock, beats, root, CrowdLimits(**limits), self.rejected)
        self.site.doStart()
        self.connect()

    def connect(self) -> None:
        self.transport = Transport(peerAddress=IPv4Address("TCP", PHONE, 1))
        self.channel = self.site.buildProtocol(None)
        self.channel.makeConnection(self.transport)

    def say(self, data: bytes) -> bytes:
        self.channel.dataReceived(data)
        return self.written()

    def written(self) -> bytes:
        written = self.transport.value()
        self.transport.clear()
        return written

    def wait(self, seconds: float) -> bytes:
        self.clock.pump([0.25] * int(seconds / 0.25))
        return self.written()

    @property
    def ended(self) -> str:
        return self.transport.ended


def status(said: bytes) -> int:
    return int(said.split()[1])


def test_a_request_in_pieces_is_answered_and_another_one_after_it():
    visit = Visit()
    said = b"".join(visit.say(bytes([byte])) for byte in GET + b"\r\n")
    assert status(said) == 200
    assert said.endswith(b"a page")
    assert status(visit.say(GET + b"\r\n")) == 200
    assert visit.ended == ""


def test_requests_that_came_together_are_answered_in_turn():
    said = Visit().say((GET + b"\r\n") * 3)
    assert said.count(b"HTTP/1.1 200 OK") == 3


@pytest.mark.parametrize(
    ("wire", "code", "reason"),
    [
        (GET + b"X: " + b"a" * 2_000, 431, Reason.HEAD_BYTES),
        (GET + b"X: " + b"a" * 900 + b"\r\nY: " + b"a" * 200 + b"\r\n\r\n", 431, Reason.HEAD_BYTES),
        (GET + b"X: a\r\n" * 11 + b"\r\n", 431, Reason.HEAD_FIELDS),
        (b"GET /page?" + b"a" * 100 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414, Reason.URI),
        (b"GET /page HTTP/1.1\r\n\r\n", 400, None),
        (GET + b"Host: b\r\n\r\n", 400, None),
        (GET + b"X: a\r\n b\r\n\r\n", 400, None),
        (GET + b"no colon\r\n\r\n", 400, None),
        (b"\x16\x03\x01\r\n\r\n", 400, None),
        (b"A" * 2_000, 431, Reason.HEAD_BYTES),
    ],
)
def test_a_head_that_is_wrong_is_answered_without_a_word_of_it_and_the_connection_ends(
    wire, code, reason
):
    visit = Visit()
    said = visit.say(wire)
    assert status(said) == code
    assert b"aaa" not in said
    assert said.count(b"HTTP/1.1") == 1
    assert visit.say(b"a" * 5_000 + b"\r\n\r\n" + GET + b"\r\n") == b""
    assert dict(visit.rejected) == ({} if reason is None else {reason: 1})
    assert visit.ended == "closed"
    visit.wait(2.5)
    assert visit.ended == "aborted"


def test_http_1_0_needs_no_host():
    assert status(Visit().say(b"GET /page HTTP/1.0\r\n\r\n")) == 200


def test_a_head_has_a_time_that_no_byte_puts_off():
    visit = Visit()
    for byte in b"GET /page":
        assert visit.say(bytes([byte])) == b""
        visit.wait(0.5)
    assert visit.ended == ""
    assert status(visit.wait(1)) == 408
    assert visit.ended == "aborted"
    assert visit.rejected == {Reason.HEAD_TIME: 1}


def test_the_next_head_has_its_own_time():
    visit = Visit()
    visit.say(GET + b"\r\n")
    visit.wait(9)
    visit.say(GET)
    visit.wait(4.5)
    assert visit.ended == ""
    assert status(visit.wait(1)) == 408


def test_a_body_has_a_time():
    visit = Visit()
    visit.say(POST + BEARER + b"Content-Length: 100\r\n\r\n")
    for _ in range(29):
        visit.say(b"a")
        visit.wait(1)
    assert visit.ended == ""
    assert status(visit.wait(2)) == 408
    assert visit.rejected == {Reason.BODY_TIME: 1}


def test_who_asks_nothing_more_is_closed():
    visit = Visit()
    visit.say(GET + b"\r\n")
    visit.wait(9.5)
    assert visit.ended == ""
    visit.wait(1)
    assert visit.ended == "closed"
    assert visit.rejected == {}


def test_who_leaves_is_forgotten():
    visit = Visit()
    visit.say(GET)
    visit.channel.connectionLost()
    visit.wait(60)
    assert visit.ended == ""


def test_a_body_of_somebody_with_a_token_is_read():
    wire = POST + BEARER + b"Content-Length: 5\r\n\r\nhello"
    assert Visit().say(wire).endswith(b"\r\n\r\nhello")


@pytest.mark.parametrize("method", [b"POST", b"GET", b"PUT", b"BREW"])
@pytest.mark.parametrize("size", [b"Content-Length: 5", b"Transfer-Encoding: chunked"])
@pytest.mark.parametrize("token", [b"", b"Authorization: Bearer wrong\r\n", BEARER * 2])
def test_no_byte_of_a_body_is_taken_from_somebody_without_a_token(method, size, token):
    visit = Visit()
    head = method + b" /page HTTP/1.1\r\nHost: a\r\n" + token + size + b"\r\n\r\n"
    said = visit.say(head + b"5\r\nhello\r\n0\r\n\r\n")
    assert status(said) == 401
    assert said.count(b"HTTP/1.1") == 1
    assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "unauthorized"
    assert visit.rejected[Reason.NO_TOKEN] == 1
    assert visit.say(GET + b"\r\n") == b""
    visit.wait(2.5)
    assert visit.ended == "aborted"


@pytest.mark.parametrize(
    "rest",
    [
        b"Content-Length: 201\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nc9\r\n" + b"a" * 201 + b"\r\n0\r\n\r\n",
    ],
)
def test_a_body_that_is_too_long_is_refused(rest):
    visit = Visit()
    said = visit.say(POST + BEARER + rest)
    assert (MAX_BODY, status(said)) == (200, 413)
    assert said.count(b"HTTP/1.1") == 1
    assert visit.rejected == {Reason.BODY_BYTES: 1}


def test_an_address_that_asks_too_often_is_told_to_wait_and_hung_up_on():
    visit = Visit(requests=Pace.of(1, 3))
    assert [status(visit.say(GET + b"\r\n")) for _ in range(4)] == [200, 200, 200, 429]
    assert visit.ended == "closed"
    visit.connect()
    said = visit.say(GET + b"\r\n")
    assert status(said) == 429
    assert b"retry-after: 1" in said.lower()
    assert json.loads(said.partition(b"\r\n\r\n")[2])["code"] == "rate"
    visit.wait(2)
    visit.connect()
    assert status(visit.say(GET + b"\r\n")) == 200
    assert visit.rejected == {Reason.REQUEST_RATE: 2}


def test_who_has_a_token_may_ask_as_often_as_he_likes():
    visit = Visit(requests=Pace.of(1, 3))
    wire = POST + BEARER + b"Content-Length: 1\r\n\r\na"
    assert {status(visit.say(wire)) for _ in range(50)} == {200}


def test_who_guesses_tokens_asks_like_everybody():
    visit = Visit(requests=Pace.of(1, 3))
    wire = POST + b"Authorization: Bearer x\r\nContent-Length: 1\r\n\r\na"
    for _ in range(3):
        visit.connect()
        assert status(visit.say(wire)) == 401
    visit.connect()
    assert status(visit.say(GET + b"\r\n")) == 429


def test_a_method_that_is_not_is_not_allowed():
    for method in (b"TRACE", b"BREW", b"PROPFIND", b"X" * 100):
        said = Visit().say(method + b" /page HTTP/1.1\r\nHost: a\r\n\r\n")
        assert status(said) == 405


def test_a_fault_while_games_are_brought_ends_that_request_only():
    async def near(_games) -> None:
        raise ValueError("a fault of ours")

    root = Resource()
    root.putChild(b"page", Nearby(Page(), None, near, near))
    visit = Visit(root)
    for _ in range(2):
        said = visit.say(GET + b"\r\n")
        assert status(said) == 500
        assert b"our fault" in said
    assert visit.ended == ""
