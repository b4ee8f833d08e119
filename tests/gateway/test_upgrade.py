"""Who asks rightly is let in; who does not hears nothing of what he said."""

from __future__ import annotations

import pytest
from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from autobahn.websocket.types import ConnectionDeny
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport

from scoreboard.gateway.upgrade import Doorman, Refusal, Upgrade

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
SPOKEN = ("wamp.2.json", "wamp.2.cbor")

REQUEST = "GET /ws HTTP/1.1"
FIELDS = {
    "Host": "example.com:8080",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "wamp.2.json",
}


def head(request: str = REQUEST, more: str = "", **fields: str | None) -> bytes:
    """A request's head; a field that is None is left out."""
    changed = {name.replace("_", "-"): value for name, value in fields.items()}
    every = {**FIELDS, **changed}
    lines = [request, *(f"{name}: {value}" for name, value in every.items() if value is not None)]
    return ("\r\n".join(lines) + more).encode("latin-1")


def answer(data: bytes, *origins: str) -> Upgrade | Refusal:
    return Doorman(SPOKEN, origins or ("*",)).answer(data)


def test_the_handshake_of_the_specification_is_answered_as_it_says():
    said = answer(head())
    assert isinstance(said, Upgrade)
    assert said.subprotocol == "wamp.2.json"
    assert said.answer.startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    assert b"Sec-WebSocket-Accept: " + ACCEPT + b"\r\n" in said.answer
    assert b"Sec-WebSocket-Protocol: wamp.2.json\r\n" in said.answer
    assert said.answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize("offered", ["nonsense, wamp.2.cbor", "wamp.2.cbor ,wamp.2.json"])
def test_the_first_of_the_clients_subprotocols_that_we_speak_is_taken(offered):
    said = answer(head(Sec_WebSocket_Protocol=offered))
    assert isinstance(said, Upgrade)
    assert said.subprotocol == "wamp.2.cbor"


def test_compression_is_agreed_to_if_it_is_offered_and_wanted():
    offered = head(Sec_WebSocket_Extensions="x-unknown, permessage-deflate; client_max_window_bits")
    said = Doorman(SPOKEN, ("*",), deflates=True).answer(offered)
    assert isinstance(said, Upgrade)
    assert said.deflates
    line = b"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; "
    assert line + b"client_no_context_takeover\r\n\r\n" in said.answer
    for plain in (answer(offered), Doorman(SPOKEN, ("*",), deflates=True).answer(head())):
        assert isinstance(plain, Upgrade)
        assert not plain.deflates
        assert b"Extensions" not in plain.answer


GOOD = [
    head(),
    head("GET /ws?a=b HTTP/1.1"),
    head("GET ws://example.com/ws HTTP/1.1"),
    head(Upgrade="h2c, WebSocket"),
    head(Connection="keep-alive, upgrade"),
    head(Host="[::1]:8080"),
    head(Host="example.com"),
    head(Origin="http://example.com"),
    head(Origin="null"),
    head(Origin="file:///x"),
    head(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"),
    head(Sec_WebSocket_Protocol="x", more="\r\nSec-WebSocket-Protocol: wamp.2.json"),
    head(User_Agent="caf\xe9"),
]

BAD = [
    (400, b""),
    (400, b"GET /ws"),
    (400, head("GET /ws#there HTTP/1.1")),
    (400, head("GET /w s HTTP/1.1")),
    (405, head("POST /ws HTTP/1.1")),
    (505, head("GET /ws HTTP/1.0")),
    (400, head(Host=None)),
    (400, head(Host="example.com:port")),
    (400, head(more="\r\nHost: other.com")),
    (426, head(Upgrade=None)),
    (400, head(Upgrade="h2c")),
    (400, head(Connection=None)),
    (400, head(Connection="keep-alive")),
    (400, head(Sec_WebSocket_Version=None)),
    (426, head(Sec_WebSocket_Version="12")),
    (426, head(Sec_WebSocket_Version="x")),
    (400, head(Sec_WebSocket_Key=None)),
    (400, head(Sec_WebSocket_Key=KEY[:-1])),
    (400, head(Sec_WebSocket_Key="&" + KEY[1:])),
    (400, head(more=f"\r\nSec-WebSocket-Key: {KEY}")),
    (400, head(Sec_WebSocket_Protocol=None)),
    (400, head(Sec_WebSocket_Protocol="wamp.2.flatbuffers")),
    (400, head(Sec_WebSocket_Protocol="wamp.2.json, wamp.2.json")),
    (400, head(Origin="example.com")),
    (400, head(Origin="http://example.com:port")),
    (400, head(more="\r\nno colon")),
    (400, head(more="\r\nSpaced : out")),
    (400, head(more="\r\nFolded: a\r\n b")),
]


@pytest.mark.parametrize("data", GOOD)
def test_what_may_be_different_may_be_different(data):
    assert isinstance(answer(data), Upgrade)


@pytest.mark.parametrize(("status", "data"), BAD)
def test_what_is_wrong_is_refused_without_repeating_it(status, data):
    said = answer(data)
    assert isinstance(said, Refusal)
    assert said.status == status
    assert said.answer.startswith(b"HTTP/1.1 %d Bad WebSocket request\r\n" % status)
    assert said.answer.endswith(b"\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    assert b"example" not in said.answer


ALLOWED = (
    "https://good.com:443",
    "https://*.pages.net:*",
    "http://plain.com",
    "https://[::1]:8443",
    "app://score",
    "null",
)


@pytest.mark.parametrize(
    ("origin", "is_good"),
    [
        ("https://good.com", True),
        ("HTTPS://Good.com:443", True),
        ("http://good.com", False),
        ("https://good.com:8443", False),
        ("https://evil-good.com", False),
        ("https://good.com.evil.com", False),
        ("https://good.com@evil.com", False),
        ("https://user@good.com", False),
        ("https://good.com/", False),
        ("https://good.com?evil.com", False),
        ("http://plain.com", True),
        ("http://plain.com:80", True),
        ("https://plain.com", False),
        ("https://[::1]:8443", True),
        ("app://score", True),
        ("https://a.pages.net:1234", True),
        ("https://a.b.pages.net", True),
        ("https://pages.net", False),
        ("null", False),
        ("file:///x", False),
        ("app://good.com", False),
    ],
)
def test_only_pages_of_the_origins_that_are_allowed_are_let_in(origin, is_good):
    said = answer(head(Origin=origin), *ALLOWED)
    assert isinstance(said, Upgrade) is is_good
    assert is_good or said.status == 403


def test_a_program_that_is_no_browser_has_no_origin():
    assert isinstance(answer(head(), "https://good.com:443"), Upgrade)


class Oracle(WebSocketServerProtocol):
    def onConnect(self, request):
        for name in request.protocols:
            if name in SPOKEN:
                return name
        raise ConnectionDeny(400)


#: Where Autobahn takes what we refuse.
STRICTER = [head(more=f"\r\n{line}") for line in ("no colon", "Spaced : out", "Folded: a\r\n b")]


@pytest.mark.parametrize("data", [*GOOD, *(data for _, data in BAD if data not in STRICTER)])
def test_autobahn_would_let_the_same_in_with_the_same_answer(data):
    factory = WebSocketServerFactory(protocols=list(SPOKEN), reactor=Clock())
    factory.setProtocolOptions(allowNullOrigin=True, webStatus=False, openHandshakeTimeout=0)
    factory.protocol = Oracle
    protocol = factory.buildProtocol(None)
    transport = StringTransport()
    transport.abortConnection = transport.loseConnection
    transport.registerProducer(protocol, streaming=True)
    protocol.makeConnection(transport)
    protocol.dataReceived(data + b"\r\n\r\n")
    theirs = transport.value()
    said = answer(data)
    assert isinstance(said, Upgrade) is theirs.startswith(b"HTTP/1.1 101 ")
    assert not isinstance(said, Upgrade) or (ACCEPT in theirs and ACCEPT in said.answer)
