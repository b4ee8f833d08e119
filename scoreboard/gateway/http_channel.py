"""
One connection of HTTP: what comes in before there is a request, and how long it may take.

Rule: a head has bounds and a deadline of its own, a byte now and then does not put it off; and
what is wrong with a head is answered without a word of it. Shell.

Twisted reads the head. What it lacks is an absolute deadline (its own is put off by every
byte, and logged), an answer that says what was too much, and the refusal of what two readers
could take differently: no Host, or two of them, and folded lines.

Source: RFC 9112, 2 to 5; security page, L4, L20, S9 and S10.
"""

from __future__ import annotations

from typing import Any

import attrs
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web import http

from scoreboard.gateway.beats import Beats
from scoreboard.gateway.rejected import Reason, Rejected
from scoreboard.gateway.sockets import finish, untaken
from scoreboard.gateway.upgrade import HeadLimits


@attrs.frozen
class HttpTimes:
    """
    How long a peer may take, in seconds.

    Attributes:
        head_s: for the head of a request.
        body_s: for its body.
        idle_s: until the next request; also to take something of an answer.
    """

    head_s: float = 5.0
    body_s: float = 30.0
    idle_s: float = 10.0


#: Seconds that a peer has to read why its head or body was refused.
_LINGER_S = 2.0

_PHRASES = {400: b"Bad Request", 408: b"Request Timeout", 414: b"URI Too Long"}
_PHRASES[431] = b"Request Header Fields Too Large"


class LimitedChannel(http.HTTPChannel):
    """
    A connection with bounds; made by a site, which has a subclass of its own.

    Attributes:
        beats, times, head, rejected: of the site.
        slot: on the wheel.
    """

    beats: Beats
    times: HttpTimes
    head: HeadLimits
    rejected: Rejected

    slot = 0
    _late: Reason | None = Reason.HEAD_TIME
    _is_idle = False
    _is_over = False
    _left = 0

    def connectionMade(self) -> None:
        """The time for the first head begins."""
        super().connectionMade()
        self._expect(Reason.HEAD_TIME, self.times.head_s)

    def dataReceived(self, data: bytes) -> None:
        """The first bytes after a rest are the beginning of a head."""
        if self._is_idle:
            self._is_idle = False
            self._expect(Reason.HEAD_TIME, self.times.head_s)
        super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:
        """A line of a head."""
        if line[:1] in (b" ", b"\t") and self._receivedHeaderSize:
            self._answer_bad(400)
        else:
            super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """A line that is longer than a head may be."""
        del line
        self._answer_bad(431, Reason.HEAD_BYTES)

    def allHeadersReceived(self) -> None:
        """The head is here: is it one, and what follows it?"""
        if len(self._path) > self.head.uri:
            self._answer_bad(414, Reason.URI)
            return
        hosts = self.requests[-1].requestHeaders.getRawHeaders(b"host") or []
        if len(hosts) > 1 or (not hosts and self._version == b"HTTP/1.1"):
            self._answer_bad(400)
            return
        super().allHeadersReceived()
        if self.length != 0 and not self._is_over:
            self._expect(Reason.BODY_TIME, self.times.body_s)

    def allContentReceived(self) -> None:
        """The request is whole: from here on it is we who take the time."""
        if self._is_over:
            return
        self.beats.drop(self)
        super().allContentReceived()

    def requestDone(self, request: Any) -> None:
        """The answer is written; the next request may have come meanwhile."""
        if self.transport is not None:
            self._rest()
        super().requestDone(request)

    def look(self, _now: float) -> None:
        """It took too long; who only rested is closed in order."""
        transport: Any = self.transport
        if self._late is not None:
            self.rejected[self._late] += 1
            self._respond(408)
            transport.abortConnection()
        elif not self._is_over and not untaken(transport):
            self._is_over = True
            self._expect(None, _LINGER_S)
            self.loseConnection()
        elif not self._is_over and untaken(transport) < self._left:
            self._rest()
        else:
            transport.abortConnection()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """It is over."""
        self.beats.drop(self)
        super().connectionLost(reason)

    def _rest(self) -> None:
        """Wait for the next request, or for what was written to be taken."""
        self._is_idle = True
        self._left = untaken(self.transport)
        self._expect(None, self.times.idle_s)

    def _expect(self, late: Reason | None, seconds: float) -> None:
        self._late = late
        self.beats.put(self, seconds)

    def _respondToBadRequestAndDisconnect(self) -> None:
        """What Twisted does about a head that is none, or that is too much."""
        if self._receivedHeaderSize > self.totalHeadersSize:
            self._answer_bad(431, Reason.HEAD_BYTES)
        elif self._receivedHeaderCount > self.maxHeaders:
            self._answer_bad(431, Reason.HEAD_FIELDS)
        else:
            self._answer_bad(400)

    def _answer_bad(self, status: int, reason: Reason | None = None) -> None:
        """Answer, and read no more."""
        if self._is_over:
            return
        if reason is not None:
            self.rejected[reason] += 1
        self._respond(status)
        self.hang_up()

    def hang_up(self) -> None:
        """
        Read no more, and close when the peer has had time to read what was written.

        To close at once would reset the connection under what the peer still sends, and the
        answer would be lost with it: what comes is dropped unread for a moment.
        """
        self._is_over = True
        self.length = None
        self.dataReceived = _drop  # type: ignore[method-assign, assignment]
        self.lineReceived = _drop  # type: ignore[method-assign, assignment]
        self.rawDataReceived = _drop  # type: ignore[method-assign, assignment]
        self._expect(None, _LINGER_S)
        transport: Any = self.transport
        transport.unregisterProducer()
        finish(transport)

    def _respond(self, status: int) -> None:
        transport: Any = self.transport
        transport.write(
            b"HTTP/1.1 %d %b\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            % (status, _PHRASES[status])
        )


def _drop(_data: bytes) -> None:
    """Takes no notice."""
