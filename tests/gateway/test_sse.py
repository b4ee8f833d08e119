"""Event streams over transports in memory: how they begin, live and end."""

from __future__ import annotations

import gc

import pytest
from twisted.internet.interfaces import IProtocol, IPushProducer
from twisted.web.http import HTTPChannel
from twisted.web.resource import IResource
from twisted.web.server import Request
from zope.interface.verify import verifyObject

from scoreboard.codec.shape import envelope
from scoreboard.gateway.rejected import Reason
from scoreboard.gateway.sse import Events, EventSettings, EventStream
from scoreboard.hub.lagging import REASON
from tests.gateway.node import shot
from tests.gateway.sse_street import Follower, Street, game
from tests.gateway.test_sockets import FakeConnection
from tests.support.games import EPOCH

FIRST, SECOND = game(1), game(2)
ONE = {"game": FIRST.game_id}
BOTH = {"game": f"{FIRST.game_id},{SECOND.game_id}"}


@pytest.fixture
def street():
    street = Street()
    for about in (FIRST, SECOND):
        street.node.send(shot(1), about=about)
    return street


def kinds(events):
    return [event.kind for event in events]


def test_a_stream_has_the_interfaces_of_what_it_stands_for(street):
    stream = street.follow(**ONE).stream
    assert type(stream) is EventStream
    assert verifyObject(IProtocol, stream)
    assert verifyObject(IPushProducer, stream)
    assert verifyObject(IResource, Events(street.streams))


def test_the_head_says_what_comes_and_that_nobody_may_keep_it(street):
    head = street.follow(**ONE).head.decode().split("\r\n")
    assert head[0] == "HTTP/1.1 200 OK"
    assert {line.partition(":")[0] for line in head[1:3]} == {"Server", "Date"}
    assert head[3:] == [
        "Content-Type: text/event-stream",
        "Cache-Control: no-store",
        "X-Accel-Buffering: no",
        "Access-Control-Allow-Origin: *",
        "Connection: close",
    ]


def test_a_stream_begins_with_the_game_and_goes_on_with_what_happens(street):
    follower = street.follow(**ONE)
    (snapshot,) = follower.heard()
    assert (snapshot.kind, snapshot.data["seq"]) == ("snapshot", 2)
    assert 1_000 <= follower.reader.retry_ms < 6_000
    street.node.send(shot(2), about=SECOND)
    street.node.send(shot(2), about=FIRST)
    published = [p for p in street.node.told if p.game_id == FIRST.game_id and p.seq == 3]
    of_the_game = [envelope(p) for p in published if p.stream.startswith("game")]
    assert [event.data for event in follower.heard()] == of_the_game


def test_who_comes_back_is_told_what_was_missed(street):
    follower = street.follow(**BOTH)
    assert len(follower.heard()) == 2
    follower.wire.lose()
    street.node.send(shot(2), about=FIRST)
    street.node.send(shot(2), about=SECOND)
    again = street.follow(follower.reader, **BOTH)
    assert kinds(again.heard()) == ["play", "score", "shot", "stats", "clock"] * 2
    assert street.node.hub.stalled == 0


def test_the_id_may_stand_in_the_address_and_the_header_is_stronger(street):
    last = f"{EPOCH}:2"
    assert street.follow(last_event_id=last, **ONE).heard() == []
    wire, _ = street.ask(f"game={FIRST.game_id}&last_event_id={last}", Last_Event_ID="x")
    assert b"event: snapshot" in wire.took()


def test_kinds_are_all_that_comes(street):
    follower = street.follow(kinds="score", **ONE)
    follower.heard()
    street.node.send(shot(2), about=FIRST)
    assert kinds(follower.heard()) == ["score"]


def test_followers_of_the_same_are_written_the_same_bytes(street):
    streams = [street.follow(**BOTH).stream for _ in range(2)]
    streams += [street.follow(**ONE).stream for _ in range(2)]
    written = []
    for stream in streams:
        stream.transport.write = written.append
    street.node.send(shot(2), about=FIRST)
    several = [data for data in written if b"id: a-" in data]
    one = [data for data in written if b"id: a-" not in data]
    assert (len(several), len(one)) == (2, 2)
    assert several[0] is several[1]
    assert one[0] is one[1]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", b"400"),
        ("game=x", b"400"),
        ("team=x", b"400"),
        (f"game={FIRST.game_id}&kinds=dance", b"400"),
        ("game=%ff%fe", b"400"),
        ("%ff=1", b"400"),
        (f"game={game(9).game_id}", b"404"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_wrong_request_hears_what_is_wrong(street, query, status, method):
    wire, head = street.ask(query, method)
    assert head.split()[1] == status
    assert b"Content-Type: application/problem+json" in head
    assert b"Access-Control-Allow-Origin: *" in head
    assert (b'"hint"' in wire.took()) is (method == "GET")
    assert street.streams.streams == set()


def test_head_is_answered_with_the_head_and_the_connection_can_be_used_again(street):
    wire, head = street.ask(f"game={FIRST.game_id}", "HEAD")
    assert head.startswith(b"HTTP/1.1 200 OK")
    assert b"Content-Type: text/event-stream" in head
    assert (wire.took(), street.streams.streams) == (b"", set())
    wire.protocol.dataReceived(
        b"GET /v1/events?game=%b HTTP/1.1\r\nHost: a\r\n\r\n" % FIRST.game_id.encode()
    )
    assert b"event: snapshot" in wire.took()


def test_a_page_may_ask_whether_it_may_send_an_id(street):
    _, head = street.ask("", "OPTIONS")
    assert head.startswith(b"HTTP/1.1 204 ")
    assert b"Access-Control-Allow-Headers: Last-Event-ID, Cache-Control" in head


def test_other_methods_are_refused(street):
    _, head = street.ask(f"game={FIRST.game_id}", "PUT")
    assert head.split()[1] == b"405"
    assert b"Allow: GET, OPTIONS" in head


def test_an_older_http_is_refused(street):
    _, head = street.ask(f"game={FIRST.game_id}", version="1.0")
    assert head.split()[1] == b"505"


def test_streams_are_bounded():
    street = Street(settings=EventSettings(max_streams=1))
    street.node.send(shot(1), about=FIRST)
    follower = street.follow(**ONE)
    _, head = street.ask(f"game={FIRST.game_id}")
    assert head.split()[1] == b"503"
    assert b"Retry-After: 1" in head
    assert street.streams.rejected == {Reason.STREAMS: 1}
    follower.wire.lose()
    street.follow(**ONE)


def alive(kind):
    gc.collect()
    return sum(isinstance(one, kind) for one in gc.get_objects())


def test_nothing_of_http_is_kept_for_a_stream(street):
    before = alive(Request), alive(HTTPChannel)
    followers = [street.follow(**ONE) for _ in range(3)]
    assert (alive(Request), alive(HTTPChannel)) == before
    assert len(followers) == 3


def test_a_stream_that_is_over_is_free_at_once(street):
    follower = street.follow(**ONE)
    before = alive(EventStream)
    gc.disable()
    try:
        follower.wire.lose()
        del follower.wire.protocol
        follower.wire.producer = None
        assert sum(isinstance(one, EventStream) for one in gc.get_objects()) == before - 1
    finally:
        gc.enable()


# Those who do not take what they are sent


def test_who_takes_nothing_is_written_nothing_and_then_what_is_owed(street):
    follower = street.follow(**ONE)
    follower.heard()
    follower.stream.pauseProducing()
    for number in range(2, 6):
        street.node.send(shot(number), about=FIRST)
    assert follower.wire.took() == b""
    assert street.node.hub.stalled == 1
    follower.stream.resumeProducing()
    events = follower.heard()
    assert kinds(events).count("play") == 4
    assert [event.data["merged"] for event in events if event.kind == "clock"] == [3]
    assert street.node.hub.stalled == 0


def test_a_long_game_is_written_as_it_is_taken_and_what_is_live_comes_behind_it():
    street = Street(settings=EventSettings(write_buffer_bytes=1_000))
    street.node.send(*(shot(number) for number in range(1, 40)), about=FIRST)
    follower = street.follow(room=1_000, **ONE)
    street.node.send(shot(40), about=FIRST)
    events, writes = follower.heard(), 0
    while not events:
        follower.wire.open(3_000)
        written = follower.wire.took()
        assert 0 < len(written) < 5_000
        events += follower.heard(written)
        writes += 1
    assert writes > 5
    follower.wire.open(None)
    events += follower.heard()
    assert kinds(events) == ["snapshot", "play", "score", "shot", "stats", "clock"]


def test_who_takes_nothing_for_too_long_is_gone(street):
    follower = street.follow(**ONE)
    follower.stream.pauseProducing()
    street.wait(59)
    assert (follower.wire.ended, b": hb" in follower.wire.took()) == ("", False)
    street.wait(18)
    assert follower.wire.ended == "aborted"


def test_who_the_hub_gives_up_is_told_and_may_come_back(street):
    follower = street.follow(**ONE)
    follower.heard()
    follower.stream.close(4008, REASON)
    (event,) = follower.heard()
    assert (event.kind, event.data["reason"]) == ("goodbye", "slow")
    assert event.data["retry_ms"] == follower.reader.retry_ms >= 1_000
    assert (follower.wire.ended, follower.wire.producer) == ("closed", None)
    street.node.send(shot(2), about=FIRST)
    assert follower.wire.took() == b""
    again = street.follow(follower.reader, **ONE)
    assert kinds(again.heard())[:2] == ["play", "score"]


def test_who_does_not_take_the_goodbye_is_gone(street):
    follower = street.follow(**ONE)
    follower.stream.goodbye("the server stops")
    follower.stream.goodbye("the server stops")
    follower.stream.pauseProducing()
    follower.stream.resumeProducing()
    street.wait(6)
    assert follower.wire.ended == "aborted"
    follower.wire.lose()


def test_who_is_in_the_middle_of_a_game_hears_no_goodbye(street):
    follower = street.follow(**ONE)
    follower.heard()
    follower.stream._opening = iter([b"the rest"])
    follower.stream.goodbye("the server stops")
    assert (follower.wire.took(), follower.wire.ended) == (b"", "closed")


# Signs of life


def test_a_quiet_stream_shows_life(street):
    follower = street.follow(**ONE)
    follower.heard()
    street.wait(120)
    assert follower.wire.took() in (b": hb\n\n" * 8, b": hb\n\n" * 9)
    assert follower.wire.ended == ""


def on_a_socket(follower: Follower, silent_ms: int) -> None:
    """The stream's transport becomes a plain socket, whose peer is silent for so long."""
    connection = FakeConnection(1_000_000)
    connection.socket.getsockopt = lambda *_: bytes(56) + silent_ms.to_bytes(4, "little")
    connection.abortConnection = follower.wire.abortConnection
    follower.stream.transport = connection


@pytest.mark.parametrize(("silent_ms", "ended"), [(10, ""), (15_500, ""), (29_000, "aborted")])
def test_a_machine_that_does_not_answer_is_gone(street, silent_ms, ended):
    follower = street.follow(**ONE)
    on_a_socket(follower, silent_ms)
    street.wait(35)
    assert follower.wire.ended == ended


def test_who_says_a_little_more_is_not_listened_to_and_who_says_much_is_gone(street):
    follower = street.follow(**ONE)
    follower.stream.dataReceived(b"GET / HTTP/1.1\r\n\r\n")
    assert follower.wire.ended == ""
    follower.stream.dataReceived(bytes(20_000))
    assert follower.wire.ended == "aborted"
    follower.stream.stopProducing()


# The end of the server


def test_a_server_that_stops_says_goodbye_and_begins_no_stream(street):
    followers = [street.follow(**ONE), street.follow(**BOTH)]
    for follower in followers:
        follower.heard()
    street.streams.goodbye()
    assert [kinds(follower.heard()) for follower in followers] == [["goodbye"]] * 2
    assert [follower.wire.ended for follower in followers] == ["closed"] * 2
    assert len(street.node.hub) == 0
    _, head = street.ask(f"game={FIRST.game_id}")
    assert head.split()[1] == b"503"
