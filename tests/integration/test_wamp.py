"""WAMP over real sockets: Autobahn's client in every dialect, and clients that misbehave."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import attrs
import pytest
import pytest_twisted
from autobahn.twisted.wamp import ApplicationSession
from autobahn.twisted.websocket import WampWebSocketClientFactory
from autobahn.wamp.auth import AuthTicket
from autobahn.wamp.exception import ApplicationError
from autobahn.wamp.serializer import create_transport_serializer
from autobahn.wamp.types import ComponentConfig, PublishOptions, SubscribeOptions
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import TCP4ClientEndpoint, TCP4ServerEndpoint
from twisted.internet.protocol import Factory, Protocol
from twisted.internet.task import deferLater
from twisted.web.resource import Resource
from twisted.web.server import Site

from scoreboard.gateway.crowd import Crowd, CrowdLimits
from scoreboard.gateway.door import Entrance, SocketResource
from scoreboard.gateway.frames import Wires
from scoreboard.gateway.heartbeat import Patience
from scoreboard.gateway.realm import Caller, Principal, Realm
from scoreboard.gateway.rejected import Rejected
from scoreboard.gateway.serializers import JSON
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.wamp import make_factory
from scoreboard.hub.hub import Hub
from scoreboard.hub.pump import Pump
from scoreboard.hub.ring import RingLimits
from tests.hub.fakes import GAME, OTHER_GAME, published, score

SCORE = f"scoreboard.v1.game.{GAME}.score"
SERIALIZERS = ("json", "msgpack", "cbor", "json.batched", "msgpack.batched", "cbor.batched")
#: How a connection comes to WebSocket.
WAYS = ("alone", "entrance", "below HTTP")
#: Seconds to wait for what must come.
PATIENCE = 10.0
SETTINGS = SocketSettings(
    hello_timeout_s=0.5, close_timeout_s=2.0, max_viewer_bytes=4_096, max_message_bytes=4_096
)


def envelope(publication):
    text = publication.body if isinstance(publication.body, str) else None
    return {"seq": publication.seq, "type": publication.kind, "text": text}


class House:
    """A hub, its pump and a listening port."""

    def __init__(self, port: Any, hub: Hub, pump: Pump, factory: Any, faults: list) -> None:
        self.port = port
        self.hub = hub
        self.pump = pump
        self.factory = factory
        self.faults = faults
        self.number = port.getHost().port

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.number}/ws"


async def open_house(*, way: str, ring: int = 10_000, settings: SocketSettings = SETTINGS) -> House:
    faults: list[Exception] = []
    hub = Hub(RingLimits(ring, 1 << 30), faults.append)
    pump = Pump(reactor, hub)

    def publish(caller: Caller, args: list, kwargs: dict) -> dict:
        pump.publish([score(seq) for seq in args])
        return {"caller": caller.authid}

    realm = Realm(
        hub=hub,
        procedures={
            "test.echo": lambda caller, args, kwargs: {"args": args, **kwargs},
            "test.publish": publish,
        },
        authenticate=lambda authid, ticket: (
            Principal(authid, "feed") if ticket == "right" else None
        ),
    )
    factory = make_factory(reactor, realm, Wires(envelope), settings, faults.append)
    root = Resource()
    root.putChild(b"ws", SocketResource(factory))
    site = Site(root)
    # The entrance of another path sends everybody to HTTP, as a used connection comes.
    served = {
        "alone": factory,
        "entrance": Entrance(b"/ws", factory, site, Crowd(CrowdLimits(), Rejected())),
        "below HTTP": Entrance(b"/no", factory, site, Crowd(CrowdLimits(), Rejected())),
    }[way]
    port = await TCP4ServerEndpoint(reactor, 0, interface="127.0.0.1").listen(served)
    return House(port, hub, pump, factory, faults)


def house(**options: Any):
    """Runs a test in a house, which must be empty and without faults afterwards."""

    def decorate(test: Callable):
        async def run(*args: Any, **kwargs: Any) -> None:
            open_one = await open_house(**({"way": "alone"} | options))
            try:
                await test(open_one, *args, **kwargs)
            finally:
                open_one.factory.goodbye()
                await open_one.port.stopListening()
                await until(lambda: not open_one.factory.channels)
            assert open_one.faults == []
            assert len(open_one.hub) == 0
            assert len(open_one.hub.tree) == 0

        return run

    return decorate


async def until(condition: Callable[[], object]) -> None:
    for _ in range(int(PATIENCE / 0.01)):
        if condition():
            return
        await deferLater(reactor, 0.01, lambda: None)
    raise AssertionError(f"waited {PATIENCE} s in vain")


class Follower(ApplicationSession):
    """Autobahn's client; keeps what it hears."""

    def __init__(self, config: ComponentConfig, ticket: str | None) -> None:
        super().__init__(config)
        self.ticket = ticket
        self.joined: Deferred = Deferred()
        self.left: Deferred = Deferred()
        self.heard: list[tuple[str, int, str | None, bool | None]] = []

    def onConnect(self) -> None:
        if self.ticket is None:
            self.join("scoreboard")
        else:
            self.join("scoreboard", authmethods=["ticket"], authid="console")

    def onChallenge(self, challenge):
        return AuthTicket(ticket=self.ticket).on_challenge(self, challenge)

    def onJoin(self, details) -> None:
        self.joined.callback(details)

    def onLeave(self, details) -> None:
        if not self.joined.called:
            self.joined.errback(ApplicationError(details.reason, details.message))
        self.left.callback(details.reason)
        self.disconnect()

    async def follow(self, uri: str, name: str, **options: Any):
        def hear(details=None, **event):
            self.heard.append((name, event["seq"], details.topic, details.retained))

        return await self.subscribe(
            hear, uri, options=SubscribeOptions(details_arg="details", **options)
        )


async def join(house: House, serializer: str = "json", ticket: str | None = None) -> Follower:
    session = Follower(ComponentConfig("scoreboard"), ticket)
    factory = WampWebSocketClientFactory(
        lambda: session, url=house.url, serializers=[create_transport_serializer(serializer)]
    )
    await TCP4ClientEndpoint(reactor, "127.0.0.1", house.number).connect(factory)
    session.details = await session.joined
    return session


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest_twisted.ensureDeferred
async def test_autobahn_follows_and_calls_in_every_dialect(serializer, way):
    @house(way=way)
    async def test(house: House) -> None:
        session = await join(house, serializer)
        await session.follow(SCORE, "exact")
        await session.follow(f"scoreboard.v1.game.{GAME}", "prefix", match="prefix")
        wide = await session.follow("scoreboard.v1.game..score", "wide", match="wildcard")
        await session.follow("scoreboard.v1.league.nba_.slate", "slate")
        house.pump.publish([score(1), published("league.nba_.slate", 1), score(2)])
        house.pump.publish([score(1, OTHER_GAME)])
        await until(lambda: len(session.heard) == 8)
        # Autobahn fills in the topic of the subscription where the event has none.
        other = f"scoreboard.v1.game.{OTHER_GAME}.score"
        assert session.heard == [
            ("exact", 1, SCORE, None),
            ("prefix", 1, SCORE, None),
            ("wide", 1, SCORE, None),
            ("slate", 1, "scoreboard.v1.league.nba_.slate", None),
            ("exact", 2, SCORE, None),
            ("prefix", 2, SCORE, None),
            ("wide", 2, SCORE, None),
            ("wide", 1, other, None),
        ]
        result = await session.call("test.echo", 1, "é", [None, 1.5], key={"a": True})
        assert result.kwresults == {"args": [1, "é", [None, 1.5]], "key": {"a": True}}
        await wide.unsubscribe()
        house.pump.publish([score(3)])
        await until(lambda: len(session.heard) == 10)
        assert [name for name, *_ in session.heard[8:]] == ["exact", "prefix"]
        session.leave()
        assert await session.left == "wamp.close.goodbye_and_out"

    await test()


@pytest_twisted.ensureDeferred
async def test_what_was_published_before_an_answer_comes_before_it():
    @house()
    async def test(house: House) -> None:
        session = await join(house)
        await session.follow(SCORE, "exact")
        result = await session.call("test.publish", 1, 2, 3)
        assert [seq for _, seq, *_ in session.heard] == [1, 2, 3]
        assert result.kwresults == {"caller": "anonymous"}

    await test()


@pytest_twisted.ensureDeferred
async def test_the_newest_state_is_there_at_once_also_for_patterns():
    @house()
    async def test(house: House) -> None:
        house.pump.publish([score(1, retained=True), score(2, retained=True)])
        session = await join(house, "cbor")
        await session.follow("scoreboard", "all", match="prefix", get_retained=True)
        house.pump.publish([score(3, retained=True)])
        await until(lambda: len(session.heard) == 2)
        assert session.heard == [("all", 2, SCORE, True), ("all", 3, SCORE, None)]

    await test()


@pytest_twisted.ensureDeferred
async def test_a_feed_joins_with_its_ticket_and_nobody_with_another():
    @house()
    async def test(house: House) -> None:
        session = await join(house, "msgpack", ticket="right")
        assert (session.details.authid, session.details.authrole) == ("console", "feed")
        with pytest.raises(ApplicationError) as refused:
            await join(house, "json", ticket="wrong")
        assert refused.value.error == "wamp.error.authentication_failed"

    await test()


@pytest_twisted.ensureDeferred
async def test_nobody_publishes_registers_or_follows_what_is_not_his():
    @house()
    async def test(house: House) -> None:
        session = await join(house)
        options = PublishOptions(acknowledge=True)
        for attempt in (
            lambda: session.publish(SCORE, 99, options=options),
            lambda: session.register(lambda: None, "scoreboard.v1.sync"),
            lambda: session.subscribe(lambda: None, "scoreboard.v1.ops.feed"),
        ):
            with pytest.raises(ApplicationError, match="not_authorized"):
                await attempt()
        with pytest.raises(ApplicationError, match="no_such_procedure"):
            await session.call("no.such")

    await test()


@pytest_twisted.ensureDeferred
async def test_the_server_says_goodbye_when_it_stops():
    @house()
    async def test(house: House) -> None:
        session = await join(house)
        house.factory.goodbye()
        assert await session.left == "wamp.close.system_shutdown"

    await test()


# Clients of another kind


class RawClient(Protocol):
    """Speaks WebSocket by hand; keeps what it was sent."""

    def __init__(self) -> None:
        self.data = b""
        self.lost = False

    def dataReceived(self, data: bytes) -> None:
        self.data += data

    def connectionLost(self, reason=None) -> None:
        self.lost = True

    def send(self, payload: bytes, opcode: int = 1, *, final: bool = True) -> None:
        head = bytes([opcode | (0x80 if final else 0)])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 65_536:
            head += bytes([0xFE]) + len(payload).to_bytes(2, "big")
        else:
            head += bytes([0xFF]) + len(payload).to_bytes(8, "big")
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.transport.write(head + mask + masked)

    def say(self, *message: Any) -> None:
        self.send(JSON.dumps(list(message)))

    @property
    def frames(self) -> list[tuple[int, bytes]]:
        """(opcode, payload) of each whole frame after the HTTP answer."""
        data = self.data.partition(b"\r\n\r\n")[2]
        found = []
        while len(data) >= 2:
            length, at = data[1], 2
            if length >= 126:
                at = 4 if length == 126 else 10
                length = int.from_bytes(data[2:at], "big")
            if len(data) < at + length:
                break
            found.append((data[0] & 0x0F, data[at : at + length]))
            data = data[at + length :]
        return found

    @property
    def heard(self) -> list[Any]:
        return [JSON.loads(payload) for opcode, payload in self.frames if opcode == 1]

    @property
    def close_code(self) -> int | None:
        codes = [payload for opcode, payload in self.frames if opcode == 8]
        return int.from_bytes(codes[0][:2], "big") if codes else None


UPGRADE = (
    "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: {}\r\n\r\n"
)


async def connect(house: House, subprotocol: str = "wamp.2.json") -> RawClient:
    client = await TCP4ClientEndpoint(reactor, "127.0.0.1", house.number).connect(
        Factory.forProtocol(RawClient)
    )
    client.transport.write(UPGRADE.format(subprotocol).encode())
    await until(lambda: b"\r\n\r\n" in client.data)
    return client


async def raw_join(house: House) -> RawClient:
    client = await connect(house)
    client.say(1, "scoreboard", {})
    await until(lambda: client.heard)
    return client


@pytest.mark.parametrize("way", WAYS)
@pytest_twisted.ensureDeferred
async def test_a_slow_reader_costs_nobody_else_and_misses_nothing(way):
    @house(way=way)
    async def test(house: House) -> None:
        slow, quick = await raw_join(house), await join(house)
        slow.say(32, 1, {}, SCORE)
        await quick.follow(SCORE, "exact")
        await until(lambda: len(slow.heard) == 2)
        slow.transport.pauseProducing()
        text = "x" * 20_000
        for seq in range(1, 701):
            house.pump.publish([score(seq, body=text)])
            if seq % 50 == 0:
                await until(lambda seq=seq: len(quick.heard) >= seq - 50)
        await until(lambda: len(quick.heard) == 700)
        assert house.hub.tally.parked >= 1
        (buffered,) = [
            len(channel.transport.dataBuffer) + channel.transport._tempDataLen
            for channel in house.factory.channels
            if not channel.conversation.writable
        ]
        assert buffered < 300_000, "what the transport holds is bounded"
        slow.transport.resumeProducing()
        await until(lambda: len(slow.data) > 14_000_000)
        await until(lambda: len(slow.heard) == 702)
        assert [event[5]["seq"] for event in slow.heard[2:]] == list(range(1, 701))
        slow.transport.loseConnection()
        quick.leave()

    await test()


@pytest_twisted.ensureDeferred
async def test_a_reader_that_the_ring_has_passed_is_told_so():
    @house(ring=100)
    async def test(house: House) -> None:
        slow = await raw_join(house)
        slow.say(32, 1, {}, SCORE)
        await until(lambda: len(slow.heard) == 2)
        slow.transport.pauseProducing()
        text = "x" * 20_000
        for seq in range(1, 1_001):
            house.pump.publish([score(seq, body=text)])
            await deferLater(reactor, 0, lambda: None)
        slow.transport.resumeProducing()
        await until(lambda: slow.close_code is not None)
        assert slow.close_code == 4008
        seqs = [event[5]["seq"] for event in slow.heard[2:]]
        assert seqs == list(range(1, len(seqs) + 1))

    await test()


@pytest.mark.parametrize(
    ("subprotocol", "payload", "opcode", "code"),
    [
        ("wamp.2.json", b'[32,1,{"x":NaN},"a"]', 1, 1002),
        ("wamp.2.json", b"hello", 1, 1002),
        ("wamp.2.json", b"\xff\xfe", 1, 1007),
        ("wamp.2.json", b"[]", 2, 1002),
        ("wamp.2.json", b"[6,{},1]" + b" " * 5_000, 1, 1009),
        ("wamp.2.cbor", b"\xd8\x1c\x81\xd8\x1d\x00", 2, 1002),
        ("wamp.2.msgpack", b"\xd6\xff\x00\x00\x00\x00", 2, 1002),
    ],
)
@pytest_twisted.ensureDeferred
async def test_who_breaks_the_protocol_is_closed_and_nobody_else(
    subprotocol, payload, opcode, code
):
    @house()
    async def test(house: House) -> None:
        other = await join(house)
        client = await connect(house, subprotocol)
        client.send(payload, opcode)
        await until(lambda: client.close_code is not None)
        assert client.close_code == code
        assert (await other.call("test.echo")).kwresults == {"args": []}
        client.transport.loseConnection()

    await test()


@pytest_twisted.ensureDeferred
async def test_undefined_is_nothing_to_stumble_over():
    @house()
    async def test(house: House) -> None:
        for subprotocol, hello, subscribe in (
            (
                "wamp.2.msgpack",
                b"\x93\x01\xaascoreboard\x80",
                b"\x94\x20\x01\x81\xacget_retained\xd4\x00\x00\xa3a.b",
            ),
            (
                "wamp.2.cbor",
                b"\x83\x01\x6ascoreboard\xa0",
                b"\x84\x18\x20\x01\xa1\x6cget_retained\xf7\x63a.b",
            ),
        ):
            client = await connect(house, subprotocol)
            client.send(hello, 2)
            client.send(subscribe, 2)
            await until(lambda client=client: len(client.frames) == 2)
            assert client.frames[1][1][1:-1].endswith(b"\x21\x01"), "SUBSCRIBED"
            client.transport.loseConnection()

    await test()


@pytest_twisted.ensureDeferred
async def test_many_small_fragments_are_too_many():
    @house()
    async def test(house: House) -> None:
        client = await connect(house)
        client.send(b"", 1, final=False)
        for _ in range(100):
            client.send(b"", 0, final=False)
        await until(lambda: client.close_code is not None)
        assert client.close_code == 1009
        client.transport.loseConnection()

    await test()


@pytest_twisted.ensureDeferred
async def test_an_endless_request_is_cut_off():
    @house()
    async def test(house: House) -> None:
        client = await TCP4ClientEndpoint(reactor, "127.0.0.1", house.number).connect(
            Factory.forProtocol(RawClient)
        )
        client.transport.write(b"GET /ws HTTP/1.1\r\nX: " + b"a" * 20_000)
        await until(lambda: client.lost)
        assert client.data.startswith(b"HTTP/1.1 431 ")

    await test()


@pytest_twisted.ensureDeferred
async def test_a_request_without_a_known_subprotocol_is_refused_without_repeating_it():
    @house()
    async def test(house: House) -> None:
        client = await connect(house, "wamp.2.flatbuffers")
        await until(lambda: client.lost)
        assert client.data.startswith(b"HTTP/1.1 400 Bad WebSocket request\r\n")
        assert b"flatbuffers" not in client.data

    await test()


@pytest_twisted.ensureDeferred
async def test_who_connects_and_says_nothing_is_sent_away():
    @house()
    async def test(house: House) -> None:
        client = await connect(house)
        await until(lambda: client.close_code is not None)
        assert client.heard == [[3, {"message": "no HELLO in time"}, "wamp.error.timeout"]]
        assert client.close_code == 1008
        client.transport.loseConnection()

    await test()


@pytest_twisted.ensureDeferred
async def test_who_vanishes_costs_nobody_else():
    @house()
    async def test(house: House) -> None:
        other = await join(house)
        await other.follow(SCORE, "exact")
        for _ in range(3):
            client = await raw_join(house)
            client.say(32, 1, {}, SCORE)
            await until(lambda client=client: len(client.heard) == 2)
            client.transport.abortConnection()
        for seq in range(1, 51):
            house.pump.publish([score(seq, body="x" * 10_000)])
            house.hub.flush()
        await until(lambda: len(other.heard) == 50)
        await until(lambda: len(house.factory.channels) == 1)
        assert len(house.hub) == 1

    await test()


@pytest_twisted.ensureDeferred
async def test_nothing_is_written_after_a_close_frame():
    @house()
    async def test(house: House) -> None:
        client = await raw_join(house)
        client.say(32, 1, {}, SCORE)
        await until(lambda: len(client.heard) == 2)
        client.say(6, {}, "wamp.close.normal")
        client.say(48, 1, {}, "test.publish", [1])
        await until(lambda: client.close_code is not None)
        house.pump.publish([score(2)])
        await deferLater(reactor, 0.05, lambda: None)
        assert [opcode for opcode, _ in client.frames] == [1, 1, 1, 8]
        assert client.heard[2][0] == 6
        client.transport.loseConnection()

    await test()


QUICK = attrs.evolve(SETTINGS, patience=Patience(interval_s=0.5, timeout_s=0.5, stall_s=2.5))


@pytest_twisted.ensureDeferred
async def test_who_answers_pings_stays_and_who_only_has_a_kernel_that_does_goes_later():
    @house(settings=QUICK)
    async def test(house: House) -> None:
        alive, stalled = await join(house), await raw_join(house)
        began = reactor.seconds()
        await until(lambda: stalled.lost)
        assert 2.4 < reactor.seconds() - began < 5.0
        assert [opcode for opcode, _ in stalled.frames] == [1, 9]
        assert (await alive.call("test.echo")).kwresults == {"args": []}

    await test()
