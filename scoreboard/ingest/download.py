"""
Fetching a document over HTTP, within bounds of time and size.

Rule: an answer is a document, or nothing new, or an error that names the address and the
reason; a host that is slow is waited for by nobody but its own. Shell.

# Note [Hosts]

Connections are pooled by host, and at most `PER_HOST` requests are under way at one. Who
waits for a host waits in that host's queue; there is no queue that all share, and a request
ends after its time whatever the host does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs
import treq.client
from twisted.internet import error
from twisted.internet.defer import CancelledError, Deferred, DeferredSemaphore
from twisted.internet.defer import TimeoutError as TimedOut
from twisted.internet.error import SSLError
from twisted.internet.interfaces import IReactorTime
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure
from twisted.web.client import (
    Agent,
    HTTPConnectionPool,
    RedirectAgent,
    RequestTransmissionFailed,
    ResponseDone,
    ResponseFailed,
)
from twisted.web.error import SchemeNotSupported
from twisted.web.http import PotentialDataLoss
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent

from scoreboard.ingest.polling import Meaning, Validators, meaning, retry_after_s, validators
from scoreboard.model.errors import RemoteError
from scoreboard.model.source import host_of

#: Requests under way at one host.
PER_HOST = 8
#: Redirects that are followed.
_REDIRECTS = 5
#: Seconds until a host must have accepted a connection.
_CONNECT_S = 5.0

_BROKEN = (
    error.ConnectError,
    error.ConnectionClosed,
    error.ConnectingCancelledError,
    error.DNSLookupError,
    RequestTransmissionFailed,
    ResponseFailed,
    SchemeNotSupported,
    SSLError,
    TimedOut,
    CancelledError,
    OSError,
    ValueError,
)


class CannotFetch(RemoteError):
    """There is no document now; the text names the address. `retry_s`: what the host asks."""

    def __init__(self, why: str, retry_s: float | None = None) -> None:
        super().__init__(why)
        self.retry_s = retry_s


@attrs.frozen
class Page:
    """What an address gave last: the document, and how to ask whether it has changed."""

    body: bytes
    marks: Validators


class Downloads:
    """
    All requests of all sources.

    Args:
        clock: for time limits.
        agent: makes the requests.
    """

    def __init__(self, clock: IReactorTime, agent: IAgent) -> None:
        self._clock = clock
        self._client = treq.client.HTTPClient(RedirectAgent(agent, _REDIRECTS))
        self._hosts: dict[str, DeferredSemaphore] = {}

    async def get(self, url: str, last: Page | None, timeout_s: float, max_bytes: int) -> Page:
        """
        What is at `url` now; `last` itself if that still stands.

        Raises:
            CannotFetch
        """
        host = self._hosts.setdefault(host_of(url), DeferredSemaphore(PER_HOST))
        await host.acquire()
        try:
            asked = Deferred.fromCoroutine(self._exchange(url, last, max_bytes))
            asked.addTimeout(timeout_s, self._clock)
            return await asked
        except _BROKEN as why:
            raise CannotFetch(f"{url}: {_words(why, timeout_s)}") from why
        finally:
            host.release()

    async def _exchange(self, url: str, last: Page | None, max_bytes: int) -> Page:
        marks = Validators() if last is None else last.marks
        asking = Headers({name: [value] for name, value in marks.headers().items()})
        response: Any = await self._client.request(
            "GET", url, headers=asking, allow_redirects=False, unbuffered=True
        )
        means = meaning(response.code)
        headers = _headers(response)
        if means is Meaning.DOCUMENT:
            return Page(await _body(response, url, max_bytes), validators(headers))
        response.deliverBody(_Unread())
        if means is Meaning.SAME and last is not None:
            return last
        retry_s = retry_after_s(headers.get("retry-after"), self._clock.seconds())
        wait = "" if retry_s is None else f", retry after {retry_s:.0f} s"
        raise CannotFetch(f"{url}: HTTP {response.code}: {means.value}{wait}", retry_s)


def _headers(response: Any) -> Mapping[str, str]:
    return {
        name.decode("ascii", "replace").lower(): values[0].decode("latin-1")
        for name, values in response.headers.getAllRawHeaders()
        if values
    }


class _Collected(Protocol):
    """Collects a body; one that is too long is given up at once."""

    def __init__(self, whole: Deferred[bytes], url: str, most: int) -> None:
        self._whole = whole
        self._url = url
        self._most = most
        self._parts: list[bytes] = []
        self._size = 0
        self._over = False

    def dataReceived(self, data: bytes) -> None:
        """Some more of it."""
        if self._over:
            return
        self._size += len(data)
        if self._size > self._most:
            self._over = True
            self._parts.clear()
            self.stop()
            return
        self._parts.append(data)

    def stop(self) -> None:
        """Hang up: the rest is not wanted."""
        transport: Any = self.transport
        if transport is not None:
            transport.loseConnection()

    def connectionLost(self, reason: Failure | None = None) -> None:
        """All of it, or no more of it."""
        if self._whole.called:
            return
        if self._over:
            self._whole.errback(CannotFetch(f"{self._url}: the body is over {self._most} bytes"))
        elif reason is None or reason.check(ResponseDone, PotentialDataLoss):
            self._whole.callback(b"".join(self._parts))
        else:
            self._whole.errback(reason)


def _body(response: Any, url: str, most: int) -> Deferred[bytes]:
    whole: Deferred[bytes] = Deferred(lambda _: collected.stop())
    collected = _Collected(whole, url, most)
    response.deliverBody(collected)
    return whole


class _Unread(Protocol):
    """Reads the body of an answer that says all by its status, so that the connection lives."""

    def __init__(self) -> None:
        self._left = 64 * 1024

    def dataReceived(self, data: bytes) -> None:
        """Up to a bound."""
        self._left -= len(data)
        transport: Any = self.transport
        if self._left < 0 and transport is not None:
            transport.loseConnection()


def _words(why: BaseException, timeout_s: float) -> str:
    """Why there was no answer, in one short line."""
    reasons = getattr(why, "reasons", None)
    inner = getattr(reasons[0], "value", why) if reasons else why
    if isinstance(inner, TimedOut | CancelledError):
        return f"no answer within {timeout_s:g} s"
    text = str(inner).strip().rstrip(".") or type(inner).__name__
    return text.splitlines()[0][:200]


def connections(reactor: Any) -> tuple[IAgent, HTTPConnectionPool]:
    """An agent over real connections, and the pool to close at the end."""
    pool = HTTPConnectionPool(reactor, persistent=True)
    pool.maxPersistentPerHost = PER_HOST
    # A request is repeated by us, with a wait; the pool would do it behind our back.
    pool.retryAutomatically = False
    return Agent(reactor, connectTimeout=_CONNECT_S, pool=pool), pool
