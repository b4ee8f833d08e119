"""
WebSocket connections: one small object for each.

Rule: nothing of WAMP or of scores is known here. What is written is whole frames, straight
to the socket, and never after the close frame. Shell.

Why this is not Autobahn's protocol: `docs/decisions/0007-session-costs.md`.

Source: RFC 6455; security page, limits L4 to L9, L17 and L18.
"""

from __future__ import annotations

import math
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, Protocol

from twisted.internet.interfaces import IProtocol
from twisted.internet.protocol import Factory
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.floor import Floor
from scoreboard.gateway.heartbeat import SHARES, Act, beat
from scoreboard.gateway.inbound import (
    BINARY,
    CLOSE,
    PING,
    PONG,
    PROTOCOL_ERROR,
    TEXT,
    Broken,
    Inbound,
    check_close,
    control,
    messages_in,
)
from scoreboard.gateway.phase import Input, State, after
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.socket_settings import SocketSettings
from scoreboard.gateway.sockets import acknowledges, finish, send
from scoreboard.gateway.upgrade import Doorman, Refusal, Upgrade, refusal

_log = Logger()

#: RFC 6455, 5.5.1 and 5.5: a control frame holds 125 bytes, 2 of them the close code.
_MAX_REASON = 123

#: RFC 6455, 7.4.1: against our policy; and IANA's registry: try again later.
POLICY, TRY_AGAIN = 1008, 1013

#: Milliseconds: the least that who meets a limit of all connections is told to wait, and over
#: how much that is spread.
_LEAST_RETRY_MS, _SPREAD_MS = 1_000, 4_000

_END_OF_HEAD = b"\r\n\r\n"

_PING = control(PING, b"")

#: Closing with these fails a connection (RFC 6455, 7.1.7): whatever else the peer says does not
#: count, and nothing of it is kept.
_FAILS = frozenset({PROTOCOL_ERROR, POLICY})

#: Bytes that are read from a peer whose last frame was read, or that was refused: enough that
#: what was on its way does not reset the connection under our last words.
_MAX_IGNORED = 256 * 1024

#: Bytes of answers that are put together, at most; beyond, it must show whether the peer
#: takes them.
_MAX_ANSWERS = 4 * 1024


class Conversation(Protocol):
    """What is said over a connection. Also a push producer (`IPushProducer`)."""

    def received(self, payload: bytes, is_binary: bool) -> None:
        """A whole message; text is UTF-8."""

    def announced(self, count: int) -> None:
        """So many messages more have come in, and wait for their turn."""

    @property
    def is_ready(self) -> bool:
        """Whether it can take the next message now."""

    def work(self, most: int) -> int:
        """Do so much of what is left of the last message; how much that was."""

    @property
    def is_viewer(self) -> bool:
        """Whether it only follows: then it is among the first to go when the server stops."""

    def goodbye(self, retry_ms: int | None = None, where: str = "") -> None:
        """
        The server stops; end the conversation in order.

        Args:
            retry_ms: that the peer should stay away; None: drawn.
            where: it should come back; "" for the same place.
        """

    def closed(self) -> None:
        """The connection is gone; said once."""


@implementer(IProtocol)
class Channel:
    """
    One WebSocket connection. Costs nothing that an idle one does not need.

    Args:
        share: which part of the heartbeat's spread it has.

    Attributes:
        conversation: None until the handshake is over.
        slot: on the wheel.
    """

    __slots__ = (
        "_answers",
        "_asked",
        "_controls",
        "_factory",
        "_head",
        "_heard",
        "_ignored",
        "_inbound",
        "_share",
        "_waiting",
        "conversation",
        "slot",
        "state",
        "transport",
    )

    def __init__(self, factory: ChannelFactory, share: int) -> None:
        self.conversation: Conversation | None = None
        self.slot = 0
        self.state = State.OPENING
        self.transport: Any = None
        self._factory = factory
        self._share = share
        self._head = b""
        # What is written while we read, or gather, so that many small answers are one write.
        self._answers: bytes | None = None
        self._ignored = 0
        # Until when the pace of control frames is used up.
        self._controls = 0.0
        self._inbound: Inbound | None = None
        # What came in and waits for its turn; see Note [Bursts] in `floor`.
        self._waiting: Iterator[tuple[int, bytes]] | None = None
        self._heard = self._asked = factory.beats.now

    @property
    def is_live(self) -> bool:
        """Whether what is written now will be sent: no close frame was sent or received."""
        return self.state is State.OPEN

    def write(self, frames: bytes) -> None:
        """Send whole frames; silently nothing if the connection is closing."""
        if self.state is State.OPEN:
            if self._answers is None:
                send(self.transport, frames)
            else:
                self._answers += frames
                if len(self._answers) > _MAX_ANSWERS:
                    send(self.transport, self._answers)
                    self._answers = b""

    def gather(self) -> None:
        """What is written from now on in this turn of the reactor is one write at its end."""
        if self._answers is None and self.state is State.OPEN:
            self._answers = b""
            self._factory.gathers(self)

    def let_go(self) -> None:
        """Write what was gathered."""
        answers, self._answers = self._answers, None
        if answers and self.transport is not None:
            send(self.transport, answers)

    def close(self, code: int, reason: str) -> None:
        """Send a close frame, once; the connection is dropped if it is not answered."""
        if self.state is State.OPEN:
            why = reason.encode()[:_MAX_REASON].decode(errors="ignore").encode()
            self._last(control(CLOSE, code.to_bytes(2, "big") + why))
            if code in _FAILS:
                self._hang_up()
            # The answer, or the end, must be heard even if we had stopped listening.
            self.resume_reading()

    def trust(self) -> None:
        """The peer has shown a ticket: it may say longer things."""
        if self._inbound is not None:
            self._inbound.max_bytes = self._factory.settings.max_message_bytes

    def pause_reading(self) -> None:
        """Take nothing in for now; what has not come in whole may wait as long."""
        if self._inbound is not None:
            self._inbound.since = math.inf
        self.transport.pauseProducing()

    def resume_reading(self) -> None:
        """Take in again, but first what came in and was not heard."""
        if self._waiting is not None:
            self._factory.floor.ask(self)
            return
        if self._inbound is not None:
            self._inbound.since = self._factory.beats.now
        self.transport.resumeProducing()

    # Called by the floor

    def go_on(self, most: int) -> bool:
        """Hear so many more messages of those that wait; whether there are more."""
        inbound, talk, frames = self._inbound, self.conversation, self._waiting
        if inbound is None or talk is None or frames is None:
            return False
        if self._answers is None:
            self._answers = b""
        try:
            most -= talk.work(most)
            if talk.is_ready or self.state is not State.OPEN:
                self._waiting = None
                self._hear_all(inbound, frames, most)
        except Exception:
            _log.failure("what a peer has said met a fault")
            if self.transport is not None:
                self.transport.abortConnection()
            return False
        finally:
            self.let_go()
        if self._waiting is not None:
            # Who does not take our answers asks again when it does.
            return most <= 0 or talk.is_ready
        if self._inbound is not None and (talk.is_ready or self.state is not State.OPEN):
            self.resume_reading()
        return False

    # Called by the wheel

    def look(self, now: float) -> None:
        """A deadline is over: that of a phase, or the heartbeat's."""
        if self.state is State.OPEN:
            if self._takes_too_long(now):
                self.reject(POLICY, "a message did not come in whole", Reason.MESSAGE_TIME)
                return
            act, wait = beat(
                self._factory.settings.patience,
                self._share,
                now - self._heard,
                asked=self._asked > self._heard,
                answers=lambda: acknowledges(self.transport, now - self._asked),
            )
            if act is not Act.DROP:
                self._factory.beats.put(self, wait)
                if act is Act.ASK:
                    self._asked = now
                    self.write(_PING)
                return
        if self.state is State.OPENING:
            self._factory.rejected[Reason.HEAD_TIME] += 1
        if self.state is not State.CLOSED:
            self.transport.abortConnection()

    def _takes_too_long(self, now: float) -> bool:
        inbound = self._inbound
        if inbound is None or inbound.unfinished is None:
            return False
        return now - inbound.since >= self._factory.settings.message_timeout_s

    # Called by the transport

    def makeConnection(self, transport: Any) -> None:
        """The transport is there."""
        self.transport = transport
        self.connectionMade()

    def connectionMade(self) -> None:
        """The time for the handshake begins."""
        self._factory.beats.put(self, self._factory.settings.handshake_timeout_s)

    def dataReceived(self, data: bytes) -> None:
        """Bytes came in; after the last frame of the peer they mean nothing."""
        self._heard = self._factory.beats.now
        if self._inbound is not None:
            self._read(self._inbound, data)
        elif self.state is State.OPENING:
            self._knock(data)
        else:
            self._ignored += len(data)
            if self._ignored > _MAX_IGNORED:
                self.transport.abortConnection()

    def connectionLost(self, _reason: Failure | None = None) -> None:
        """The transport is gone, perhaps before the handshake was over."""
        self._move(Input.LOST)
        self._factory.beats.drop(self)
        self._factory.channels.discard(self)
        conversation, self.conversation = self.conversation, None
        self._deaf()
        self.transport = None
        if conversation is not None:
            conversation.closed()

    # The handshake

    def _knock(self, data: bytes) -> None:
        head = self._head + data
        most = self._factory.settings.head.octets
        end = head.find(_END_OF_HEAD, max(0, len(self._head) - len(_END_OF_HEAD)))
        if end > most or (end < 0 and len(head) > most):
            self._refuse(refusal(431, reason=Reason.HEAD_BYTES))
            return
        if end < 0:
            self._head = head
            return
        self._head = b""
        answer = self._factory.doorman.answer(head[:end])
        if isinstance(answer, Refusal):
            self._refuse(answer)
            return
        self._open(answer)
        rest = head[end + len(_END_OF_HEAD) :]
        if rest and self._inbound is not None:
            self._read(self._inbound, rest)

    def _refuse(self, why: Refusal) -> None:
        self._head = b""
        self._factory.refused[why.status] += 1
        if why.reason is not None:
            self._factory.rejected[why.reason] += 1
        self._last(why.answer)
        self._hang_up()

    def _open(self, agreed: Upgrade) -> None:
        factory, settings = self._factory, self._factory.settings
        send(self.transport, agreed.answer)
        self._move(Input.UPGRADE)
        self._inbound = Inbound(
            settings.max_viewer_bytes, settings.max_fragments, inflates=agreed.deflates
        )
        self.transport.bufferSize = settings.write_buffer_bytes
        self.conversation = factory.converse(self, agreed.subprotocol, agreed.deflates)
        self.transport.registerProducer(self.conversation, True)
        factory.channels.add(self)
        patience = settings.patience
        factory.beats.put(self, patience.interval_s - patience.early_s(self._share))

    # Frames

    def _read(self, inbound: Inbound, data: bytes) -> None:
        if self._waits():
            self._waiting = chain(self._waiting or (), inbound.read(data))
            return
        if self._answers is None:
            self._answers = b""
        try:
            self._hear_all(inbound, inbound.read(data), self._factory.floor.at_once)
            if self._waits() and self.conversation is not None:
                # Who is too fast is so when it says it, and not when it is heard.
                self.conversation.announced(messages_in(data[len(data) - inbound.left :]))
            if self._waits():
                self.pause_reading()
                self._factory.floor.ask(self)
        finally:
            self.let_go()

    def _waits(self) -> bool:
        return self._waiting is not None

    def _hear_all(self, inbound: Inbound, frames: Iterator[tuple[int, bytes]], most: int) -> None:
        """Hear what came in, up to so many messages; the rest waits."""
        before = inbound.unfinished
        try:
            self._hear(inbound, frames, most)
        finally:
            if inbound.unfinished is not None or before is not None:
                self._keep(inbound, before)

    def _hear(self, inbound: Inbound, frames: Iterator[tuple[int, bytes]], most: int) -> None:
        try:
            for opcode, payload in frames:
                if opcode in (TEXT, BINARY):
                    talk = self.conversation
                    if self.state is State.OPEN and talk is not None:
                        talk.received(payload, opcode == BINARY)
                        most -= 1
                        if (inbound.left and most <= 0) or not talk.is_ready:
                            self._waiting = None if self._inbound is None else frames
                            return
                elif opcode == CLOSE:
                    self._answer_close(payload)
                    return
                elif self._is_too_fast():
                    raise Broken(POLICY, "too many control frames", Reason.CONTROL_RATE)
                elif opcode == PING:
                    self.write(control(PONG, payload))
        except Broken as why:
            self.reject(why.code, str(why), why.reason)
            self._hang_up()

    def _is_too_fast(self) -> bool:
        """Whether another control frame is one too many."""
        used = self._factory.settings.controls.more(self._controls, self._heard)
        if used is None:
            return True
        self._controls = used
        return False

    def _keep(self, inbound: Inbound, before: object | None) -> None:
        """Some of what came in was kept, or is kept no longer."""
        factory, settings = self._factory, self._factory.settings
        if self._inbound is None:
            return
        factory.pinned += inbound.pinned - inbound.counted
        inbound.counted = inbound.pinned
        if inbound.unfinished is not None and inbound.unfinished is not before:
            inbound.since = self._heard
            if self.state is State.OPEN:
                factory.beats.put(self, settings.message_timeout_s)
        if factory.pinned > settings.max_pinned_bytes and self.state is State.OPEN:
            wait_ms = _LEAST_RETRY_MS + secrets.randbelow(_SPREAD_MS)
            self.reject(TRY_AGAIN, f'{{"retry_ms":{wait_ms}}}', Reason.PINNED_BYTES)
            self._hang_up()

    def reject(self, code: int, why: str, reason: Reason | None) -> None:
        """Close because of a limit, or of what the peer has broken."""
        if reason is not None and self.state is State.OPEN:
            self._factory.rejected[reason] += 1
        self.close(code, why)

    def _deaf(self) -> None:
        """Nothing is read any more, and nothing kept of what was."""
        inbound, self._inbound = self._inbound, None
        self._waiting = None
        if inbound is not None:
            self._factory.pinned -= inbound.counted

    def _answer_close(self, payload: bytes) -> None:
        """The peer's last frame. Raises: Broken."""
        check_close(payload)
        if self.state is State.OPEN:
            self._last(control(CLOSE, payload[:2]))
        self._hang_up()

    # The end

    def _last(self, data: bytes) -> None:
        """Write the last that is written; what must follow has the time to close."""
        send(self.transport, (self._answers or b"") + data)
        if self._answers is not None:
            self._answers = b""
        self._move(Input.CLOSE)
        self._factory.beats.put(self, self._factory.settings.close_timeout_s)

    def _hang_up(self) -> None:
        """Close the connection after what was written; nothing if that was done."""
        if self.conversation is not None and self._inbound is None:
            return
        self._deaf()
        transport = self.transport
        if transport is None:
            return
        if self.conversation is not None:
            transport.unregisterProducer()
        finish(transport)

    def _move(self, step: Input) -> None:
        self.state = after(self.state, step)


Converse = Callable[[Channel, str, bool], Conversation]


class ChannelFactory(Factory):
    """
    Makes connections; to be listened with, or behind an `Entrance`.

    Args:
        subprotocols: that are spoken; one of them is demanded.
        converse: begins a conversation in the given subprotocol, compressed or not, over an
            open connection.
        rejected: where it is counted who met a limit.

    Attributes:
        channels: those that are open.
        pinned: bytes of messages that have not come in whole, over all of them.
        floor: where those wait that have said much at once.
        refused: handshakes by the HTTP status that they were refused with.
    """

    noisy = False

    def __init__(
        self,
        beats: Beats,
        subprotocols: Sequence[str],
        converse: Converse,
        settings: SocketSettings,
        rejected: Rejected | None = None,
    ) -> None:
        self.beats = beats
        self.converse = converse
        self.settings = settings
        self.rejected = Rejected() if rejected is None else rejected
        self.pinned = 0
        self.doorman = Doorman(
            subprotocols, settings.allowed_origins, settings.head, deflates=settings.deflates
        )
        self.channels: set[Channel] = set()
        self.refused: Counter[int] = Counter()
        self.floor = Floor(beats.soon, beats.seconds)
        self._gathering: list[Channel] = []
        self._made = 0

    def buildProtocol(self, addr: object = None) -> Channel:  # type: ignore[override]
        """A connection that has not been opened yet, from wherever."""
        del addr
        self._made += 1
        return Channel(self, self._made % SHARES)

    def viewers(self) -> list[Conversation]:
        """Those over open connections that only follow."""
        return [talk for talk in self._talks() if talk.is_viewer]

    def writers(self) -> list[Conversation]:
        """Those who have shown a ticket."""
        return [talk for talk in self._talks() if not talk.is_viewer]

    def _talks(self) -> list[Conversation]:
        talks = [channel.conversation for channel in self.channels]
        return [talk for talk in talks if talk is not None]

    def gathers(self, channel: Channel) -> None:
        """Have `channel` write at the end of this turn what it has gathered."""
        if not self._gathering:
            self.beats.soon(self._let_go)
        self._gathering.append(channel)

    def _let_go(self) -> None:
        channels, self._gathering = self._gathering, []
        for channel in channels:
            channel.let_go()

    def goodbye(self) -> None:
        """The server stops: end every conversation in order."""
        for channel in list(self.channels):
            if channel.conversation is not None:
                channel.conversation.goodbye()
