"""
One HTTP request: its bounds, its answer, and what it costs when it goes wrong.

Rule: a request is answered once, or its peer has gone; whatever a resource raises ends
that request only; and no byte of a body is kept of somebody who may not send one. Shell.

Source: security page, L20.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.logger import Logger
from twisted.web import http
from twisted.web.server import NOT_DONE_YET, Request

from scoreboard.gateway.crowd import Crowd
from scoreboard.gateway.idempotency import Reply
from scoreboard.gateway.last import Last
from scoreboard.gateway.problem import CONTENT_TYPE, Problem, retry_after
from scoreboard.gateway.queries import UnknownGame
from scoreboard.gateway.rejected import Reason
from scoreboard.model.errors import RemoteError

_log = Logger()

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


def failed(failure: Any, request: Request) -> None:
    """Finish `request`, in which something went wrong that nobody thought of."""
    _log.failure("a request failed: {method}", failure, method=request.method)
    refuse(request, Refused(Problem("internal", "our fault; it was logged", "try again")))


def bearer(request: Request) -> str:
    """The token that a request carries; "" if it has none; of two, none is believed."""
    headers = request.requestHeaders.getRawHeaders(b"authorization") or []
    header = headers[0] if len(headers) == 1 else b""
    scheme, _, token = header.decode("utf-8", "replace").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def unauthorized(request: Request, who: str) -> Refused:
    """
    The token of a request is nobody's.

    Args:
        who: whose it should be, for the hint: "the feed's token".
    """
    headers = request.requestHeaders.getRawHeaders(b"authorization") or []
    return Refused(
        Problem(
            "unauthorized",
            "nobody has this token"
            if len(headers) == 1
            else "a token is missing, or there are two",
            f"send 'Authorization: Bearer TOKEN' with {who} from the settings",
        )
    )


def count(request: Request, problem: Problem) -> None:
    """`request` was refused with `problem`."""
    if isinstance(request, LimitedRequest):
        request.keeping.refused[problem.code] += 1


@attrs.frozen(eq=False)
class Doorkeeping:
    """
    What the requests of a site are measured by.

    Attributes:
        max_body: bytes.
        crowd: who is in the house.
        refused: how often what was refused, by the problem's code.
        knows: whether a token is somebody's.
        seconds: the time.
        elsewhere: what those hear who bring something, where nothing is taken; None: it is.
    """

    max_body: int
    crowd: Crowd
    refused: Counter[str]
    knows: Callable[[str], bool]
    seconds: Callable[[], float]
    elsewhere: Problem | None = None


class LimitedRequest(Request):
    """
    A request whose body is refused as soon as it is known to be too long, or nobody's.

    Twisted keeps a whole body in memory before it looks for a resource; the limit has
    to be here, where the length is first known.

    Attributes:
        keeping: of the site, which has a subclass of its own.
    """

    keeping: Doorkeeping
    _known: bool | None = None

    def gotLength(self, length: int | None) -> None:
        """Refuse by the announced length, before a byte of the body is read."""
        keeping = self.keeping
        if length != 0 and not self._is_known():
            keeping.crowd.reject(Reason.NO_TOKEN)
            # It counts as a request; whether it is one too many does not matter any more.
            keeping.crowd.may_ask(self._host(), keeping.seconds())
            self._end(keeping.elsewhere or unauthorized(self, "your token").problem)
        elif length is not None and length > keeping.max_body:
            self._too_large()
        else:
            super().gotLength(length)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:
        """Refuse by what has come: a chunked body announces nothing."""
        if self.content is None:
            return
        if self.content.tell() + len(data) > self.keeping.max_body:
            self._too_large()
            return
        super().handleContentChunk(data)  # type: ignore[no-untyped-call]

    def process(self) -> None:
        """Answer it, unless its address asks too often."""
        keeping = self.keeping
        counts = not self._is_known()
        if keeping.crowd.may_ask(self._host(), keeping.seconds(), counts=counts):
            super().process()  # type: ignore[no-untyped-call]
            return
        # Who goes on asking has to connect anew, and that has a limit of its own.
        self.channel.persistent = 0
        problem = Problem("rate", "your address asks too often", "wait a second, and ask less")
        refuse(self, Refused(problem, [(b"retry-after", b"1"), (b"connection", b"close")]))

    def _is_known(self) -> bool:
        """Whether it has somebody's token; nearly all have none."""
        if self._known is None:
            token = bearer(self)
            self._known = bool(token) and self.keeping.knows(token)
        return self._known

    def _host(self) -> str:
        return getattr(self.client, "host", "")

    def _too_large(self) -> None:
        keeping = self.keeping
        keeping.crowd.reject(Reason.BODY_BYTES)
        problem = f"the body is over {keeping.max_body} bytes"
        self._end(Problem("too_large", problem, "send fewer messages in one request"))

    def _end(self, problem: Problem) -> None:
        """Answer, and hang up."""
        channel: Any = self.channel
        transport = channel.transport
        if transport is None:
            return
        count(self, problem)
        body = problem.body()
        self.content = None
        phrase = http.RESPONSES.get(problem.status, b"")
        more = b"www-authenticate: Bearer\r\n" if problem.status == http.UNAUTHORIZED else b""
        transport.write(
            b"HTTP/1.1 %d %b\r\nconnection: close\r\n%bcontent-type: %b\r\n"
            b"content-length: %d\r\n\r\n%b"
            % (problem.status, phrase, more, CONTENT_TYPE, len(body), body)
        )
        channel.hang_up()


class Leaf(Last):
    """
    A resource whose methods are coroutines; subclasses say which in `methods`.

    Attributes:
        parameters: that its address may have; others are refused, so that no cache between
            keeps the same answer under many names. None: it looks at them itself.
    """

    parameters: frozenset[bytes] | None = None

    #: method -> coroutine function of the request.
    methods: dict[bytes, Callable[[Request], Awaitable[None]]]

    def render(self, request: Request) -> int:
        """Run the method's coroutine; whatever it raises ends this request only."""
        Deferred.fromCoroutine(self._run(request)).addErrback(failed, request)
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
                said = name[:20].decode("ascii", "replace")
                raise RemoteError(f"no parameter {said!r} is known here: {known}")


def _not_allowed(method: bytes, known: list[bytes]) -> Refused:
    allowed = b", ".join(known)
    problem = Problem(
        "method_not_allowed",
        f"{method.decode('ascii', 'replace')[:20]} is not possible here",
        f"use {allowed.decode()}",
    )
    return Refused(problem, [(b"allow", allowed)])
