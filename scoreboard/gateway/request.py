"""
One HTTP request: its bounds, its answer, and what it costs when it goes wrong.

Rule: a request is answered once, or its peer has gone; whatever a resource raises ends
that request only. Shell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.web import http
from twisted.web.resource import IResource
from twisted.web.server import NOT_DONE_YET, Request
from zope.interface import implementer

from scoreboard.gateway.idempotency import Reply
from scoreboard.gateway.problem import CONTENT_TYPE, Problem, retry_after
from scoreboard.gateway.queries import UnknownGame
from scoreboard.model.errors import RemoteError

JSON = b"application/json"
NDJSON = b"application/x-ndjson"

#: What a browser lets a page of another origin see of a head, besides what it always does.
EXPOSED = b"etag, retry-after, x-seq"

#: What a browser asks before it lets such a page send a tag: reads are open to everybody.
_PREFLIGHT = (
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"if-none-match, accept-encoding"),
    (b"access-control-max-age", b"86400"),
)

#: Seconds that a peer has to read why its body was refused.
_LINGER_S = 2.0


class Refused(Exception):
    """Carries the problem that a request ends with."""

    def __init__(self, problem: Problem, headers: Sequence[tuple[bytes, bytes]] = ()) -> None:
        super().__init__(problem.detail)
        self.problem = problem
        self.headers = headers


def answer(
    request: Request,
    status: int,
    body: bytes,
    content_type: bytes = JSON,
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Finish `request`, unless its peer has gone."""
    if request.finished or request._disconnected:  # noqa: SLF001
        return
    request.setResponseCode(status)
    request.setHeader(b"content-type", content_type)
    request.setHeader(b"content-length", b"%d" % len(body))
    request.setHeader(b"access-control-allow-origin", b"*")
    request.setHeader(b"access-control-expose-headers", EXPOSED)
    for name, value in headers:
        request.setHeader(name, value)
    if request.method != b"HEAD":
        request.write(body)
    request.finish()


def send(request: Request, reply: Reply) -> None:
    """Finish `request` with an answer that is made."""
    answer(request, reply.status, reply.body, reply.content_type, reply.headers)


def refuse(request: Request, refused: Refused) -> None:
    """Finish `request` with a problem."""
    problem = refused.problem
    count(request, problem)
    headers = list(refused.headers)
    if problem.retry_ms is not None:
        headers.append(retry_after(problem.retry_ms))
    elif problem.status == http.SERVICE_UNAVAILABLE:
        headers.append((b"retry-after", b"1"))
    if problem.status == http.UNAUTHORIZED:
        headers.append((b"www-authenticate", b'Bearer realm="scoreboard"'))
    answer(request, problem.status, problem.body(), CONTENT_TYPE, headers)


def count(request: Request, problem: Problem) -> None:
    """`request` was refused with `problem`."""
    if isinstance(request, LimitedRequest) and request.refused is not None:
        request.refused[problem.code] += 1


class LimitedRequest(Request):
    """
    A request whose body is refused as soon as it is known to be too long.

    Twisted keeps a whole body in memory before it looks for a resource; the limit has
    to be here, where the length is first known.

    Attributes:
        max_body: bytes.
        refused: how often what was refused, by the problem's code; shared by a site.
    """

    max_body = 512 * 1024
    refused: Counter[str] | None = None

    def gotLength(self, length: int | None) -> None:
        """Refuse by the announced length, before a byte of the body is read."""
        if length is not None and length > self.max_body:
            self._too_large()
            return
        super().gotLength(length)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:
        """Refuse by what has come: a chunked body announces nothing."""
        if self.content is None:
            return
        if self.content.tell() + len(data) > self.max_body:
            self._too_large()
            return
        super().handleContentChunk(data)  # type: ignore[no-untyped-call]

    def _too_large(self) -> None:
        """Answer, and hang up when the peer has had time to read the answer."""
        channel = self.channel
        transport: Any = channel.transport
        if transport is None:
            return
        problem = Problem(
            "too_large",
            f"the body is over {self.max_body} bytes",
            "send fewer messages in one request",
        )
        count(self, problem)
        body = problem.body()
        self.content = None
        transport.write(
            b"HTTP/1.1 413 Request Entity Too Large\r\nconnection: close\r\n"
            b"content-type: %s\r\ncontent-length: %d\r\n\r\n%s" % (CONTENT_TYPE, len(body), body)
        )
        # To close at once would reset the connection under what the peer still sends, and
        # the answer would be lost with it: what comes is dropped unread for a moment.
        channel.dataReceived = _drop  # type: ignore[method-assign]
        transport.loseWriteConnection()
        channel.callLater(_LINGER_S, transport.abortConnection)


def _drop(_data: bytes) -> None:
    """Takes no notice."""


@implementer(IResource)
class Leaf:
    """
    A resource whose methods are coroutines; subclasses say which in `methods`.

    Attributes:
        parameters: that its address may have; others are refused, so that no cache between
            keeps the same answer under many names. None: it looks at them itself.
    """

    isLeaf = True
    _log = Logger()
    parameters: frozenset[bytes] | None = None

    #: method -> coroutine function of the request.
    methods: dict[bytes, Callable[[Request], Awaitable[None]]]

    def getChildWithDefault(self, name: bytes, request: Request) -> IResource:
        """Not asked: a leaf answers for all that is below it."""
        del name, request
        return self

    def putChild(self, path: bytes, child: IResource) -> None:
        """Not possible: the tree is fixed."""
        raise NotImplementedError

    def render(self, request: Request) -> int:
        """Run the method's coroutine; whatever it raises ends this request only."""
        Deferred.fromCoroutine(self._run(request)).addErrback(self._failed, request)
        return NOT_DONE_YET

    async def _run(self, request: Request) -> None:
        method = b"GET" if request.method == b"HEAD" else request.method
        serve = self.methods.get(method)
        try:
            if method == b"OPTIONS" and serve is None and b"GET" in self.methods:
                answer(request, http.NO_CONTENT, b"", headers=_PREFLIGHT)
                return
            if serve is None:
                raise _not_allowed(request.method, sorted(self.methods))
            self._known(request)
            await serve(request)
        except Refused as refused:
            refuse(request, refused)
        except UnknownGame as why:
            refuse(request, Refused(Problem("unknown_game", str(why), "GET /v1/games")))
        except RemoteError as why:
            refuse(request, Refused(Problem("malformed", str(why), "mend it and try again")))

    def _known(self, request: Request) -> None:
        """Raises: RemoteError: the address has a parameter that means nothing here."""
        if self.parameters is None:
            return
        for name in request.args or ():
            if name not in self.parameters:
                known = ", ".join(sorted(one.decode() for one in self.parameters)) or "none"
                raise RemoteError(f"no parameter {name[:20]!r} is known here: {known}")

    def _failed(self, failure: Any, request: Request) -> None:
        self._log.failure("{method} {path} failed", failure, method=request.method, path="")
        refuse(request, Refused(Problem("internal", "our fault; it was logged", "try again")))


def _not_allowed(method: bytes, known: list[bytes]) -> Refused:
    allowed = b", ".join(known)
    problem = Problem(
        "method_not_allowed",
        f"{method.decode('ascii', 'replace')[:20]} is not possible here",
        f"use {allowed.decode()}",
    )
    return Refused(problem, [(b"allow", allowed)])
