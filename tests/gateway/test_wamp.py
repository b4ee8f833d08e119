"""A connection keeps its client in step, and its faults to itself."""

from __future__ import annotations

import gc
import re

import pytest
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import Clock
from zope.interface.verify import verifyObject

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.pace import ANY, Pace
from scoreboard.gateway.realm import CallError, Realm
from scoreboard.gateway.rejected import Reason
from scoreboard.gateway.serializers import JSON
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.wamp import Connection, House
from scoreboard.hub.standings import LAGGING
from scoreboard.model.errors import RemoteError
from tests.gateway.fakes import WIRES, make_realm, unframed
from tests.hub.fakes import GAME, score

SCORE = f"scoreboard.v1.game.{GAME}.score"


class FakeChannel:
    """A WebSocket connection that keeps what is written."""

    def __init__(self) -> None:
        self.is_live = True
        self.is_reading = True
        self.is_trusted = False
        self.written: list[bytes] = []
        self.closed: tuple[int, str] | None = None

    def write(self, frames: bytes) -> None:
        assert self.is_live
        self.written.append(frames)

    def gather(self) -> None: ...

    def trust(self) -> None:
        self.is_trusted = True

    def close(self, code: int, reason: str) -> None:
        self.is_live = False
        self.closed = (code, reason)

    def pause_reading(self) -> None:
        self.is_reading = False

    def resume_reading(self) -> None:
        self.is_reading = True

    def heard(self) -> list:
        written, self.written = self.written, []
        return [JSON.loads(payload) for data in written for payload in unframed(data)]


class Desk:
    """A connection and what stands around it."""

    def __init__(
        self,
        procedures: dict,
        subprotocol: str = "wamp.2.json",
        settings: SocketSettings | None = None,
    ) -> None:
        self.clock = Clock()
        self.faults: list[Exception] = []
        self.realm: Realm = make_realm(faults=self.faults)
        settings = settings or SocketSettings(hello_timeout_s=10.0)
        self.house = House(
            WIRES,
            self.realm,
            procedures,
            Beats(self.clock),
            settings,
            self.faults.append,
            self.realm.rejected,
        )
        self.channel = FakeChannel()
        self.connection = Connection(self.channel, subprotocol, self.house)

    def wait(self, seconds: float) -> None:
        self.clock.pump([0.25] * int(seconds / 0.25))

    def say(self, *message) -> list:
        self.connection.received(JSON.dumps(list(message)), is_binary=False)
        return self.channel.heard()

    def call(self, uri: str, *args) -> list:
        return self.say(48, 7, {}, uri, list(args))


LATER: list[Deferred] = []


def later(caller, args, kwargs) -> Deferred:
    LATER.append(Deferred())
    return LATER[-1]


async def in_a_coroutine(caller, args, kwargs):
    return {"args": args}


def refuses(caller, args, kwargs):
    raise CallError("scoreboard.error.unknown_game", "no such game")


def finds_fault(caller, args, kwargs):
    raise RemoteError("that is no time")


def fails(caller, args, kwargs):
    raise ZeroDivisionError("secret")


PROCEDURES = {
    "echo": lambda caller, args, kwargs: {"args": args},
    "later": later,
    "coroutine": in_a_coroutine,
    "refuses": refuses,
    "finds.fault": finds_fault,
    "fails": fails,
    "fails.later": lambda *_: fail(ZeroDivisionError("secret")),
    "unspeakable": lambda *_: {"value": object()},
    "refuses.unspeakably": lambda *_: fail(CallError("a.b", object())),
}


@pytest.fixture
def desk():
    LATER.clear()
    desk = Desk(PROCEDURES)
    desk.say(1, "scoreboard", {})
    return desk


def test_a_connection_is_a_push_producer(desk):
    assert verifyObject(IPushProducer, desk.connection)
    desk.connection.stopProducing()


@pytest.mark.parametrize("uri", ["echo", "coroutine"])
def test_a_procedure_may_answer_at_once(desk, uri):
    assert desk.call(uri, 1) == [[50, 7, {}, [], {"args": [1]}]]


def test_a_procedure_may_answer_later(desk):
    assert desk.call("later") == []
    LATER[0].callback(5)
    assert desk.channel.heard() == [[50, 7, {}, [5]]]


@pytest.mark.parametrize(
    ("uri", "error", "args"),
    [
        ("refuses", "scoreboard.error.unknown_game", ["no such game"]),
        ("finds.fault", "wamp.error.invalid_argument", ["that is no time"]),
        ("fails", "wamp.error.runtime_error", ["internal error"]),
        ("fails.later", "wamp.error.runtime_error", ["internal error"]),
        ("unspeakable", "wamp.error.runtime_error", ["internal error"]),
    ],
)
def test_a_procedure_that_fails_tells_the_caller_no_more_than_it_may_know(desk, uri, error, args):
    assert desk.call(uri) == [[8, 48, 7, {}, error, args]]
    assert len(desk.faults) == (error == "wamp.error.runtime_error")
    assert desk.channel.closed is None


def test_an_error_that_cannot_be_told_is_reported(desk):
    assert desk.call("refuses.unspeakably") == []
    assert len(desk.faults) == 1


def test_a_procedure_that_is_given_up_answers_so(desk):
    desk.call("later")
    LATER[0].cancel()
    assert desk.channel.heard()[0][4] == "wamp.error.canceled"


def test_a_fault_that_is_no_exception_is_reported_as_one(desk):
    desk.call("later")
    LATER[0].errback(GeneratorExit())
    assert desk.channel.heard()[0][4] == "wamp.error.runtime_error"
    assert "GeneratorExit" in str(desk.faults[0])


def test_an_answer_after_the_client_has_gone_is_dropped(desk):
    desk.call("later")
    desk.connection.closed()
    LATER[0].callback(5)
    assert desk.channel.heard() == []
    assert desk.realm.sessions == set()


def test_a_fault_of_ours_ends_that_connection_and_is_reported(desk):
    realm = desk.realm
    realm.hub.subscribe = lambda *_: 1 / 0
    said = desk.say(32, 1, {}, "a.b")
    assert said == [[3, {"message": "internal error"}, "wamp.error.runtime_error"]]
    assert desk.channel.closed[0] == 1011
    assert isinstance(desk.faults[0], ZeroDivisionError)


@pytest.mark.parametrize("payload", [b"", b"[1", b"\xff", b"[NaN]"])
def test_what_cannot_be_decoded_ends_the_connection(desk, payload):
    desk.connection.received(payload, is_binary=False)
    assert desk.channel.heard()[0][2] == "wamp.error.protocol_violation"
    assert desk.channel.closed[0] == 1002


def test_text_and_binary_are_not_the_same(desk):
    desk.connection.received(b'[6,{},"a.b"]', is_binary=True)
    assert desk.channel.closed[0] == 1002


def test_what_comes_after_the_connection_was_closed_is_ignored(desk):
    desk.connection.close(1000, "")
    assert desk.say(48, 7, {}, "echo") == []


def test_a_client_that_does_not_take_our_answers_is_not_listened_to(desk):
    desk.connection.pauseProducing()
    assert not desk.channel.is_reading
    assert desk.call("echo", 1) == []
    assert desk.say(48, 8, {}, "echo", [2]) == []
    assert not desk.connection.is_ready
    desk.connection.resumeProducing()
    assert desk.connection.work(8) == 2
    assert desk.connection.is_ready
    assert [message[1] for message in desk.channel.heard()] == [7, 8]
    assert desk.channel.is_reading


def test_a_client_that_stops_taking_in_between_waits_for_the_rest(desk):
    desk.connection.pauseProducing()
    for request in (1, 2):
        desk.say(48, request, {}, "echo")
    written = desk.channel.written

    def full(frames: bytes) -> None:
        written.append(frames)
        desk.connection.pauseProducing()

    desk.channel.write = full
    desk.connection.resumeProducing()
    assert desk.connection.work(8) == 1
    assert len(written) == 1
    assert not desk.channel.is_reading
    desk.connection.resumeProducing()
    assert desk.connection.work(8) == 1
    assert len(written) == 2


def test_no_more_is_done_than_is_asked_for():
    desk = Desk(PROCEDURES, "wamp.2.json.batched")
    desk.connection.received(b'[1,"scoreboard",{}]\x18', is_binary=False)
    desk.connection.received(b'[48,7,{},"echo"]\x18' * 9, is_binary=False)
    assert not desk.connection.is_ready
    assert [desk.connection.work(5) for _ in range(3)] == [5, 3, 0]
    assert desk.connection.is_ready


def test_a_client_that_takes_again_gets_what_it_missed_before_its_answers(desk):
    desk.say(32, 1, {}, SCORE)
    desk.connection.pauseProducing()
    desk.realm.hub.publish([score(1)])
    desk.realm.hub.flush()
    assert desk.call("echo") == []
    desk.connection.resumeProducing()
    desk.connection.work(8)
    assert [message[0] for message in desk.channel.heard()] == [36, 50]


def test_a_batch_is_answered_message_by_message():
    desk = Desk(PROCEDURES, "wamp.2.json.batched")
    desk.connection.received(b'[1,"scoreboard",{}]\x18[48,7,{},"echo",[1]]\x18', is_binary=False)
    desk.connection.work(1)
    welcome, result = (payload for data in desk.channel.written for payload in unframed(data))
    assert welcome.startswith(b"[2,")
    assert result == b'[50,7,{},[],{"args":[1]}]\x18'


def test_the_bytes_of_a_batch_are_counted_once():
    sizes = []
    calls = {"echo": lambda caller, args, kwargs: sizes.append(caller.octets)}
    desk = Desk(calls, "wamp.2.json.batched")
    desk.connection.received(b'[1,"scoreboard",{}]\x18', is_binary=False)
    batch = b'[48,7,{},"echo"]\x18[48,8,{},"echo"]\x18'
    desk.connection.received(batch, is_binary=False)
    desk.connection.work(8)
    assert sizes == [len(batch), 0]


def test_who_does_not_say_hello_in_time_is_sent_away():
    desk = Desk(PROCEDURES)
    desk.wait(10)
    assert desk.channel.closed is None
    desk.wait(0.5)
    assert desk.channel.heard()[0][2] == "wamp.error.timeout"
    assert desk.channel.closed[0] == 1008
    assert desk.clock.getDelayedCalls() == []


def test_who_has_joined_may_stay(desk):
    desk.wait(100)
    assert desk.channel.closed is None
    assert desk.clock.getDelayedCalls() == []


def test_each_newcomer_has_the_same_time():
    desk = Desk(PROCEDURES)
    desk.wait(4)
    second = FakeChannel()
    Connection(second, "wamp.2.json", desk.house)
    desk.wait(6.5)
    assert desk.channel.closed is not None
    assert second.closed is None
    desk.wait(4)
    assert second.closed is not None


def connections() -> int:
    return sum(isinstance(thing, Connection) for thing in gc.get_objects())


def test_a_connection_that_is_gone_leaves_nothing_for_the_garbage_collector():
    gc.collect()
    before = connections()
    desk = Desk(PROCEDURES)
    desk.say(1, "scoreboard", {})
    desk.say(32, 1, {}, SCORE)
    desk.call("echo")
    desk.wait(20)
    gc.disable()
    try:
        desk.connection.closed()
        del desk.connection
        assert connections() == before
    finally:
        gc.enable()


def test_the_server_says_goodbye_and_when_to_come_back(desk):
    desk.connection.goodbye()
    ((code, details, uri),) = desk.channel.heard()
    assert (code, uri) == (6, "wamp.close.system_shutdown")
    assert re.fullmatch(r"the server stops; retry_ms=\d{1,4}", details["message"])
    assert desk.channel.closed == (1012, details["message"])


HELLO, SUBSCRIBE_ID = [1, "scoreboard", {}], 32


def flooding(pace: Pace, subprotocol: str = "wamp.2.json") -> Desk:
    settings = SocketSettings(messages=pace, ticket_messages=ANY)
    return Desk(PROCEDURES, subprotocol, settings)


def test_who_says_too_much_at_once_is_sent_away():
    desk = flooding(Pace.of(1, 4))
    assert desk.say(*HELLO)[0][0] == 2
    for number in range(3):
        assert desk.say(34, number + 1, 1)[0][0] == 8
    said = desk.say(34, 9, 1)
    assert said[0][:1] + said[0][2:] == [3, "scoreboard.error.too_many_messages"]
    assert desk.channel.closed == (1008, "too many messages")
    assert desk.realm.rejected == {Reason.MESSAGE_RATE: 1}
    assert desk.say(34, 10, 1) == []
    assert desk.realm.rejected == {Reason.MESSAGE_RATE: 1}


def test_messages_that_come_in_one_piece_count_each():
    desk = flooding(Pace.of(1, 4), "wamp.2.json.batched")
    hello, other = (JSON.dumps(m) + b"\x1e" for m in (HELLO, [34, 1, 1]))
    desk.connection.received(hello + other * 10, is_binary=False)
    assert desk.channel.closed == (1008, "too many messages")


def test_a_piece_without_a_message_counts_as_one():
    desk = flooding(Pace.of(1, 4), "wamp.2.json.batched")
    for _ in range(5):
        desk.connection.received(b"\x1e", is_binary=False)
    assert desk.channel.closed == (1008, "too many messages")


def test_who_has_shown_a_ticket_may_say_more_and_longer_things():
    desk = flooding(Pace.of(1, 4))
    desk.say(1, "scoreboard", {"authmethods": ["ticket"], "authid": "console"})
    assert not desk.channel.is_trusted
    assert desk.say(5, "right", {})[0][0] == 2
    assert desk.channel.is_trusted
    for number in range(50):
        assert desk.say(34, number + 1, 1)[0][0] == 8


def test_a_viewer_is_not_trusted():
    desk = Desk(PROCEDURES)
    desk.say(*HELLO)
    assert not desk.channel.is_trusted


def test_what_is_not_plain_is_counted():
    desk = Desk(PROCEDURES)
    desk.connection.received(b"[1e999]", is_binary=False)
    assert desk.realm.rejected == {Reason.NOT_PLAIN: 1}


def test_who_does_not_join_in_time_is_counted():
    desk = Desk(PROCEDURES)
    desk.wait(10.5)
    assert desk.realm.rejected == {Reason.HELLO_TIME: 1}


def test_who_takes_nothing_for_too_long_is_counted():
    desk = Desk(PROCEDURES)
    desk.connection.close(LAGGING, "slow; retry_ms=1000")
    desk.connection.close(LAGGING, "slow; retry_ms=1000")
    assert desk.channel.closed == (LAGGING, "slow; retry_ms=1000")
    assert desk.realm.rejected == {Reason.SLOW: 1}


def test_who_is_too_fast_is_so_when_it_comes_in_and_not_when_it_is_heard():
    desk = flooding(Pace.of(1, 4))
    desk.say(*HELLO)
    desk.connection.announced(3)
    assert desk.channel.closed is None
    for number in range(3):
        assert desk.say(34, number + 1, 1)[0][0] == 8
    desk.connection.announced(1)
    assert desk.channel.closed == (1008, "too many messages")
    assert desk.realm.rejected == {Reason.MESSAGE_RATE: 1}
