"""A connection opens, speaks, beats and closes as RFC 6455 says; time is a fake clock's."""

from __future__ import annotations

import json

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.interfaces import IProtocol
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from zope.interface.verify import verifyObject

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.floor import SHARE
from scoreboard.gateway.heartbeat import Patience
from scoreboard.gateway.inbound import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, control
from scoreboard.gateway.phase import TRANSITIONS, Input, State, after
from scoreboard.gateway.rejected import Reason
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.websocket import ChannelFactory
from scoreboard.model.errors import LocalError
from tests.gateway.test_inbound import sent
from tests.gateway.test_upgrade import head

REQUEST = head() + b"\r\n\r\n"
SETTINGS = SocketSettings(
    patience=Patience(20.0, 10.0, 60.0), handshake_timeout_s=10.0, max_fragments=4
)


class FakeConversation:
    """Keeps what was said."""

    def __init__(self) -> None:
        self.heard: list[tuple[bytes, bool]] = []
        self.ended = 0
        self.goodbyes = 0

    def received(self, payload: bytes, is_binary: bool) -> None:
        self.heard.append((payload, is_binary))

    is_ready = True

    def announced(self, count: int) -> None:
        self.told = count

    def work(self, _most: int) -> int:
        return 0

    def goodbye(self) -> None:
        self.goodbyes += 1

    def closed(self) -> None:
        self.ended += 1

    def pauseProducing(self) -> None: ...

    def resumeProducing(self) -> None: ...

    def stopProducing(self) -> None: ...


class Transport(StringTransport):
    """Keeps how it was ended."""

    ended = ""

    def loseConnection(self) -> None:
        self.ended = self.ended or "closed"

    def abortConnection(self) -> None:
        self.ended = "aborted"


class Line:
    """A connection and what stands around it."""

    def __init__(self, settings: SocketSettings = SETTINGS) -> None:
        self.clock = Clock()
        self.conversation = FakeConversation()
        self.subprotocol = ""
        self.factory = ChannelFactory(
            Beats(self.clock), ["wamp.2.json", "wamp.2.cbor"], self._converse, settings
        )
        # The share 0 of the heartbeat's spread is that of the 64th.
        for _ in range(63):
            self.factory.buildProtocol()
        self.channel = self.factory.buildProtocol()
        self.transport = Transport()
        self.channel.makeConnection(self.transport)

    def _converse(self, _channel, subprotocol: str, _deflates: bool) -> FakeConversation:
        self.subprotocol = subprotocol
        return self.conversation

    @classmethod
    def opened(cls) -> Line:
        line = cls()
        line.say(REQUEST)
        line.written()
        return line

    def say(self, data: bytes) -> bytes:
        """The answers to `data`, also to what is heard in the next turn."""
        self.channel.dataReceived(data)
        self.clock.advance(0)
        return self.written()

    def written(self) -> bytes:
        written = self.transport.value()
        self.transport.clear()
        return written

    def wait(self, seconds: float) -> bytes:
        self.clock.pump([0.25] * int(seconds / 0.25))
        return self.written()


def closing(code: int, why: bytes = b"") -> bytes:
    return bytes([0x88, 2 + len(why)]) + code.to_bytes(2, "big") + why


def test_a_channel_is_a_protocol():
    assert verifyObject(IProtocol, Line().channel)


@pytest.mark.parametrize("step", Input)
@pytest.mark.parametrize("state", State)
def test_a_connection_moves_as_its_table_says(state, step):
    following = TRANSITIONS.get((state, step))
    if following is None:
        with pytest.raises(LocalError):
            after(state, step)
    else:
        assert after(state, step) is following


def test_a_request_in_pieces_opens_the_connection_and_what_follows_it_is_heard():
    line = Line()
    wire = REQUEST + sent(TEXT, b"hello")
    for at in range(0, len(wire), 7):
        line.channel.dataReceived(wire[at : at + 7])
    assert line.written().startswith(b"HTTP/1.1 101 ")
    assert line.subprotocol == "wamp.2.json"
    assert line.conversation.heard == [(b"hello", False)]
    assert line.transport.producer is line.conversation
    assert line.factory.channels == {line.channel}


def test_all_at_once_is_fine_too():
    line = Line()
    line.say(REQUEST + sent(BINARY, b"hello") + sent(TEXT, b"again"))
    assert line.conversation.heard == [(b"hello", True), (b"again", False)]


def test_a_request_that_is_wrong_is_refused_and_no_conversation_begins():
    line = Line()
    assert line.say(b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert line.transport.ended == "closed"
    assert line.say(REQUEST) == b""
    line.channel.connectionLost()
    assert line.conversation.ended == 0


@pytest.mark.parametrize("size", [8 * 1024 + 1, 100_000])
def test_a_request_that_is_too_long_is_refused(size):
    line = Line()
    line.channel.dataReceived(b"GET / HTTP/1.1\r\nX: ")
    assert line.say(b"a" * size).startswith(b"HTTP/1.1 431 ")
    line = Line()
    assert line.say(b"a" * size + b"\r\n\r\n").startswith(b"HTTP/1.1 431 ")


def test_who_does_not_finish_the_handshake_in_time_is_cut_off():
    line = Line()
    line.wait(9.75)
    line.say(REQUEST[:-1])
    assert line.transport.ended == ""
    line.wait(0.5)
    assert line.transport.ended == "aborted"


def test_a_ping_is_answered_with_what_it_brought():
    line = Line.opened()
    assert line.say(sent(PING, b"a") + sent(PONG, b"x") + sent(PING, b"")) == b"\x8a\x01a\x8a\x00"


def test_what_is_answered_to_what_came_together_is_written_together():
    line = Line.opened()
    writes = []
    line.transport.write = writes.append
    line.conversation.received = lambda payload, _: line.channel.write(payload)
    line.say(sent(TEXT, b"a") + sent(PING, b"") + sent(TEXT, b"b" * 5_000) + sent(TEXT, b"c"))
    assert writes == [b"a\x8a\x00" + b"b" * 5_000, b"c"]
    line.channel.write(b"d")
    assert writes[2:] == [b"d"]
    line.say(sent(TEXT, b"e") + sent(CLOSE, b"") + sent(TEXT, b"f"))
    assert writes[3:] == [b"e\x88\x00"]


def test_a_close_frame_is_answered_and_the_connection_closed():
    line = Line.opened()
    assert line.say(sent(CLOSE, b"\x03\xe8bye") + sent(PING, b"?")) == closing(1000)
    assert not line.channel.is_live
    assert line.transport.ended == "closed"
    line.channel.write(b"late")
    line.channel.close(1001, "late")
    assert line.say(sent(TEXT, b"late")) == b""
    assert line.conversation.heard == []


@pytest.mark.parametrize(
    ("wire", "code"),
    [
        (b"\xff\xff", 1002),
        (sent(TEXT, b"\xff"), 1007),
        (sent(BINARY, b"x" * 70_000), 1009),
        (sent(BINARY, b"", final=False) + sent(0, b"", final=False) * 4, 1009),
        (sent(CLOSE, b"\x03"), 1002),
    ],
)
def test_who_breaks_the_protocol_is_told_so_and_not_listened_to_any_more(wire, code):
    line = Line.opened()
    said = line.say(sent(TEXT, b"good") + wire)
    assert said[:4] == b"\x88" + bytes([said[1]]) + code.to_bytes(2, "big")
    assert line.conversation.heard == [(b"good", False)]
    assert line.say(sent(TEXT, b"more")) == b""
    assert line.transport.ended == "closed"


def test_who_goes_on_sending_after_he_was_refused_is_cut_off():
    line = Line.opened()
    line.say(b"\xff\xff")
    line.say(b"x" * 256 * 1024)
    assert line.transport.ended == "closed"
    line.say(b"x")
    assert line.transport.ended == "aborted"


def test_a_close_of_ours_waits_for_its_answer():
    line = Line.opened()
    line.channel.pause_reading()
    line.channel.close(4008, "é" * 100)
    assert line.written() == closing(4008, "é".encode() * 61)
    assert line.transport.producerState == "producing"
    line.channel.write(b"nothing follows")
    assert line.say(sent(PING, b"?") + sent(TEXT, b"late")) == b""
    assert line.transport.ended == ""
    assert line.say(sent(CLOSE, b"\x0f\xa8")) == b""
    assert line.transport.ended == "closed"
    assert line.conversation.heard == []


def test_a_close_that_is_not_answered_is_enforced():
    line = Line.opened()
    line.channel.close(1001, "")
    line.wait(5.0)
    assert line.transport.ended == ""
    line.wait(0.5)
    assert line.transport.ended == "aborted"


def test_a_peer_that_is_silent_is_asked_and_dropped():
    line = Line.opened()
    assert line.wait(20.0) == b""
    assert line.wait(0.5) == b"\x89\x00"
    assert line.wait(10.0) == b""
    line.wait(0.5)
    assert line.transport.ended == "aborted"


@pytest.mark.parametrize("sign", [sent(PONG, b""), sent(TEXT, b"hello"), b"\x82"])
def test_any_traffic_is_a_sign_of_life(sign):
    line = Line.opened()
    assert line.wait(20.5) == b"\x89\x00"
    line.wait(8)
    line.channel.dataReceived(sign)
    assert line.wait(19.5) == b""
    assert line.wait(1.0) == b"\x89\x00"
    assert line.transport.ended == ""


def test_a_server_that_was_busy_reads_before_it_judges():
    line = Line.opened()
    assert line.wait(20.5) == b"\x89\x00"
    line.clock.advance(15.0)
    line.channel.dataReceived(sent(PONG, b""))
    line.wait(5.0)
    assert line.transport.ended == ""


def test_a_connection_that_is_gone_is_forgotten():
    line = Line.opened()
    line.channel.connectionLost()
    assert line.conversation.ended == 1
    assert line.factory.channels == set()
    assert line.channel.transport is None
    line.channel.write(b"late")
    line.channel.close(1000, "late")
    line.wait(60.0)
    assert line.clock.getDelayedCalls() == []


def test_a_fault_at_one_deadline_does_not_cost_the_others():
    line = Line.opened()
    other = line.factory.buildProtocol()
    line.channel.conversation = None
    line.channel.transport.abortConnection = lambda: 1 / 0
    line.channel.close(1001, "")
    other.makeConnection(transport := Transport())
    line.clock.pump([0.25] * 60)
    assert transport.ended == "aborted"


def test_the_server_says_goodbye_to_those_who_are_there():
    line = Line.opened()
    line.factory.goodbye()
    assert line.conversation.goodbyes == 1


@given(st.lists(st.binary(max_size=40), max_size=10), st.booleans())
def test_whatever_comes_costs_no_more_than_the_connection(chunks, opened):
    line = Line.opened() if opened else Line()
    for chunk in chunks:
        line.channel.dataReceived(chunk)
    assert line.channel.is_live or not opened or line.transport.ended == "closed"
    line.channel.connectionLost()
    assert line.factory.channels == set()


def test_a_connection_has_no_dict_of_its_own():
    assert not hasattr(Line.opened().channel, "__dict__")


def test_what_is_gathered_is_one_write_at_the_end_of_the_turn():
    line = Line.opened()
    for number in (b"1", b"2"):
        line.channel.gather()
        line.channel.write(number)
    assert line.written() == b""
    line.clock.advance(0)
    assert line.written() == b"12"
    line.channel.write(b"3")
    assert line.written() == b"3"


def test_what_was_gathered_goes_out_before_what_is_heard_meanwhile_is_answered():
    line = Line.opened()
    line.channel.gather()
    line.channel.write(b"1")
    assert line.say(sent(PING, b"x")) == b"1" + control(PONG, b"x")
    line.clock.advance(0)
    assert line.written() == b""


def test_what_was_gathered_precedes_the_close_frame_and_is_lost_with_the_connection():
    line = Line.opened()
    line.channel.gather()
    line.channel.write(b"1")
    line.channel.close(1001, "")
    assert line.written() == b"1" + closing(1001)
    line.channel.connectionLost()
    line.clock.advance(0)
    other = Line.opened()
    other.channel.gather()
    other.channel.write(b"1")
    other.channel.connectionLost()
    other.clock.advance(0)
    assert other.written() == b""


def test_a_message_that_does_not_come_in_whole_costs_the_connection():
    line = Line.opened()
    line.say(sent(TEXT, b"a", final=False))
    line.wait(3)
    line.say(sent(CONTINUATION, b"b", final=False) + sent(PING, b""))
    assert line.wait(1.75) == b""
    assert line.wait(0.5) == closing(1008, b"a message did not come in whole")
    assert line.factory.rejected == {Reason.MESSAGE_TIME: 1}


def test_half_a_frame_is_half_a_message():
    line = Line.opened()
    line.say(sent(BINARY, b"x" * 100)[:50])
    assert line.factory.pinned == 50 - 6
    assert line.wait(5.5) == closing(1008, b"a message did not come in whole")
    assert line.factory.pinned == 0
    line.channel.connectionLost()
    assert line.factory.pinned == 0


@pytest.mark.parametrize(("code", "ended"), [(1002, "closed"), (1008, "closed"), (1001, "")])
def test_nothing_is_kept_of_whoever_was_closed_for_a_limit_or_a_fault(code, ended):
    line = Line.opened()
    line.say(sent(BINARY, b"x" * 100)[:50])
    line.channel.close(code, "why")
    assert line.written() == closing(code, b"why")
    assert (line.transport.ended, bool(line.factory.pinned)) == (ended, not ended)
    line.say(sent(BINARY, b"y" * 100))
    assert (line.conversation.heard, line.written()) == ([], b"")


def test_each_message_has_its_own_time():
    line = Line.opened()
    for _ in range(10):
        line.say(sent(TEXT, b"a", final=False))
        assert line.wait(4) == b""
        line.say(sent(CONTINUATION, b"b"))
    assert len(line.conversation.heard) == 10
    assert line.factory.pinned == 0
    assert line.wait(10) == b""


def test_as_long_as_we_do_not_read_a_message_may_take_its_time():
    line = Line.opened()
    line.say(sent(TEXT, b"a", final=False))
    line.channel.pause_reading()
    assert line.wait(10) == b""
    line.channel.resume_reading()
    line.say(sent(CONTINUATION, b"b"))
    assert line.conversation.heard == [(b"ab", False)]


def test_what_all_keep_unfinished_is_bounded_and_who_is_over_it_comes_back_later():
    line = Line(attrs.evolve(SETTINGS, max_pinned_bytes=100))
    line.say(REQUEST)
    line.written()
    line.factory.pinned = 60
    assert line.say(sent(TEXT, b"a" * 40, final=False)) == b""
    said = line.say(sent(CONTINUATION, b"a", final=False))
    assert (said[0], int.from_bytes(said[2:4])) == (0x88, 1013)
    assert 1_000 <= json.loads(said[4:])["retry_ms"] < 5_000
    assert line.factory.rejected == {Reason.PINNED_BYTES: 1}
    assert line.factory.pinned == 60
    assert line.transport.ended == "closed"


def test_what_is_kept_is_given_back_when_the_message_breaks_a_limit():
    line = Line.opened()
    line.say(sent(TEXT, b"a" * 50, final=False))
    assert line.factory.pinned == 50
    assert line.say(sent(CONTINUATION, b"", final=False) * 4) == closing(
        1009, b"too many fragments"
    )
    assert line.factory.pinned == 0
    assert line.factory.rejected == {Reason.FRAGMENTS: 1}


def test_a_flood_of_control_frames_costs_the_connection():
    line = Line.opened()
    said = line.say(sent(PING, b"") * 5 + sent(PONG, b"") * 5)
    assert said == b"\x8a\x00" * 5
    assert line.say(sent(PING, b"")) == closing(1008, b"too many control frames")
    assert line.transport.ended == "closed"
    assert line.say(sent(PING, b"")) == b""
    assert line.factory.rejected == {Reason.CONTROL_RATE: 1}


def test_control_frames_now_and_then_are_fine():
    line = Line.opened()
    for _ in range(30):
        assert line.say(sent(PING, b"a") + sent(PONG, b"")) == b"\x8a\x01a"
        line.wait(1)


def test_who_has_shown_a_ticket_may_say_longer_things():
    line = Line.opened()
    line.channel.trust()
    line.say(sent(TEXT, b"a" * 20_000))
    assert len(line.conversation.heard) == 1
    line = Line.opened()
    assert line.say(sent(TEXT, b"a" * 20_000)) == closing(1009, b"the message is too big")
    assert line.factory.rejected == {Reason.MESSAGE_BYTES: 1}
    line.channel.trust()


@pytest.mark.parametrize(
    ("request_", "code", "reason"),
    [
        (head(request="GET /" + "a" * 1_024 + " HTTP/1.1"), 414, Reason.URI),
        (head(more="\r\nX: a" * 40), 431, Reason.HEAD_FIELDS),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9_000, 431, Reason.HEAD_BYTES),
    ],
)
def test_a_head_that_is_too_much_is_refused_and_counted(request_, code, reason):
    line = Line()
    assert line.say(request_ + b"\r\n\r\n").startswith(b"HTTP/1.1 %d " % code)
    assert line.factory.rejected == {reason: 1}
    assert line.factory.refused == {code: 1}


def test_a_page_of_another_origin_is_refused_and_counted():
    line = Line(attrs.evolve(SETTINGS, allowed_origins=("https://scores.example",)))
    request = head(Origin="https://scores.example.evil") + b"\r\n\r\n"
    assert line.say(request).startswith(b"HTTP/1.1 403 ")
    assert line.factory.rejected == {Reason.ORIGIN: 1}


def test_a_handshake_that_is_not_ended_is_counted():
    line = Line()
    line.say(REQUEST[:-1])
    line.wait(10.5)
    assert line.factory.rejected == {Reason.HEAD_TIME: 1}


class Talker(FakeConversation):
    """Hears a number of things, and says each back; stops hearing when it is told to."""

    def __init__(self, line: Line) -> None:
        super().__init__()
        self.line = line
        self.left = 0

    @property
    def is_ready(self) -> bool:
        return not self.left and self.line.takes

    def received(self, payload: bytes, is_binary: bool) -> None:
        super().received(payload, is_binary)
        self.line.channel.write(b"<" + payload + b">")
        if payload.startswith(b"batch"):
            self.left = 11

    def work(self, most: int) -> int:
        done = min(self.left, most) if self.line.takes else 0
        self.left -= done
        for _ in range(done):
            self.line.channel.write(b".")
        return done


class Talk(Line):
    """An open connection over which much is said at once."""

    def __init__(self) -> None:
        super().__init__()
        self.takes = True
        self.conversation = Talker(self)
        self.say(REQUEST)

    def say(self, data: bytes) -> bytes:
        """The answers to `data` at once."""
        self.channel.dataReceived(data)
        return self.written()

    def turn(self) -> bytes:
        self.clock.advance(0)
        return self.written()

    @property
    def is_reading(self) -> bool:
        return self.transport.producerState == "producing"


def much(first: int, last: int) -> bytes:
    return b"".join(sent(TEXT, b"%d" % number) for number in range(first, last + 1))


def echoes(first: int, last: int) -> bytes:
    return b"".join(b"<%d>" % number for number in range(first, last + 1))


def test_of_much_that_is_said_at_once_a_share_is_answered_at_once_and_the_rest_in_turn():
    line = Talk()
    assert line.say(much(1, 30) + sent(PING, b"") + sent(TEXT, b"part")[:-1]) == echoes(1, SHARE)
    assert not line.is_reading
    assert line.conversation.told == 30 - SHARE
    assert line.turn() == echoes(SHARE + 1, 30) + control(PONG, b"")
    assert line.is_reading


def test_who_is_closed_for_what_waits_is_not_heard_on():
    line = Talk()
    line.conversation.announced = lambda _: line.channel.close(1008, "too much")
    said = line.say(much(1, 30))
    assert said.startswith(echoes(1, SHARE) + b"\x88")
    line.turn()
    assert len(line.conversation.heard) == SHARE


def test_who_says_no_more_than_a_share_is_never_kept_from_being_read():
    line = Talk()
    assert line.say(much(1, SHARE)) == echoes(1, SHARE)
    assert line.is_reading
    assert line.factory.floor._waiting == {}


def test_what_follows_is_heard_in_order_the_close_at_the_end():
    line = Talk()
    wire = much(1, 10) + sent(PING, b"?") + much(11, 11) + sent(CLOSE, b"")
    assert line.say(wire) == echoes(1, SHARE)
    assert line.turn() == echoes(9, 10) + control(PONG, b"?") + echoes(11, 11) + control(CLOSE, b"")
    assert line.transport.ended == "closed"


def test_what_comes_in_though_it_was_not_to_be_read_is_heard_behind_what_waits():
    line = Talk()
    assert line.say(much(1, 10)) == echoes(1, SHARE)
    assert line.say(much(11, 12)) == b""
    assert line.turn() == echoes(9, 12)


def test_what_breaks_the_protocol_is_met_when_it_is_its_turn():
    line = Talk()
    assert line.say(much(1, 10) + b"\xff\xff") == echoes(1, SHARE)
    said = line.turn()
    assert said.startswith(echoes(9, 10) + b"\x88")
    assert line.transport.ended == "closed"
    assert line.turn() == b""


def test_a_message_that_has_much_in_it_is_done_in_turn_with_what_follows_it():
    line = Talk()
    assert line.say(sent(TEXT, b"batch") + much(1, 2)) == b"<batch>"
    assert line.turn() == b"." * 11 + echoes(1, 2)
    assert line.is_reading


def test_who_does_not_take_answers_is_heard_on_when_it_does():
    line = Talk()
    assert line.say(much(1, 12)) == echoes(1, SHARE)
    line.takes = False
    line.channel.pause_reading()
    assert line.turn() == b""
    assert [line.turn() for _ in range(3)] == [b""] * 3
    assert not line.is_reading
    line.takes = True
    line.channel.resume_reading()
    assert line.turn() == echoes(9, 12)
    assert line.is_reading


def test_who_is_closed_by_us_is_read_to_its_close():
    line = Talk()
    line.say(much(1, 30) + sent(CLOSE, b""))
    line.channel.close(1008, "")
    line.turn()
    assert line.transport.ended == "closed"
    assert len(line.conversation.heard) == SHARE


def test_who_is_gone_is_heard_no_more():
    line = Talk()
    line.say(much(1, 12))
    line.channel.connectionLost()
    assert line.turn() == b""
    assert len(line.conversation.heard) == SHARE


def test_a_fault_while_somebody_is_heard_on_costs_that_connection():
    line = Talk()
    line.say(much(1, 12))
    line.conversation.received = lambda *_: 1 / 0
    line.turn()
    assert line.transport.ended == "aborted"


def test_an_unfinished_message_behind_much_that_was_said_has_its_time_from_when_it_was_met():
    line = Talk()
    line.say(much(1, 10) + sent(TEXT, b"unfinished")[:-2])
    assert line.turn() == echoes(9, 10)
    assert line.factory.pinned == 8
    said = line.wait(line.factory.settings.message_timeout_s + 1)
    assert said[:1] == b"\x88"
