"""
The server, as a replay sees it: two requests, and what their answers mean.

Rule: an answer is read or the request is sent again; a request that is refused as a
whole is an error that names the server's code. Shell.
"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import attrs
import treq.client
from twisted.internet import error
from twisted.internet.defer import Deferred, succeed
from twisted.internet.defer import TimeoutError as TimedOut
from twisted.internet.interfaces import IConsumer, IReactorTime
from twisted.web.client import (
    Agent,
    HTTPConnectionPool,
    PartialDownloadError,
    RequestTransmissionFailed,
    ResponseFailed,
)
from twisted.web.http_headers import Headers
from twisted.web.iweb import IAgent, IBodyProducer
from zope.interface import implementer

from scoreboard.codec.json_text import NotJson, read_json
from scoreboard.model.errors import RemoteError

#: A server that says nothing for so long is taken for gone, seconds.
TIMEOUT_S = 30.0

#: And one that does not accept a connection for so long, seconds.
_CONNECT_S = 5.0
#: How long a connection is kept for the next request, seconds.
_KEPT_S = 5

#: Statuses that pass: the server, or a proxy in front of it, asks to come back.
_PASSING = (502, 503, 504)

#: What a connection that breaks, or cannot be made, raises.
_BROKEN = (
    error.ConnectError,
    error.ConnectionClosed,
    error.ConnectingCancelledError,
    RequestTransmissionFailed,
    ResponseFailed,
    PartialDownloadError,
    TimedOut,
    OSError,
)


class Unreachable(RemoteError):
    """The request was perhaps not heard: send it again. `retry_ms`: the wait that is asked for."""

    def __init__(self, why: str, retry_ms: int | None = None) -> None:
        super().__init__(why)
        self.retry_ms = retry_ms


class TooFast(Unreachable):
    """The server lets the feed send so much and no more (rule X1); nothing was taken."""


class RefusedRequest(RemoteError):
    """The request as a whole is refused, and would be again; the text names the code."""


def connections(reactor: Any, number: int) -> HTTPConnectionPool:
    """A pool that keeps `number` connections."""
    pool = HTTPConnectionPool(reactor, persistent=True)
    pool.maxPersistentPerHost = number
    # Shorter than a server waits for a next request ([http] idle_s): otherwise it may close
    # the connection just as one is sent.
    pool.cachedConnectionTimeout = _KEPT_S
    # Requests are repeated by us, with a wait; the pool would do it behind our back.
    pool.retryAutomatically = False
    return pool


def agent_of(reactor: Any, pool: HTTPConnectionPool) -> IAgent:
    """An agent over real connections."""
    return Agent(reactor, connectTimeout=_CONNECT_S, pool=pool)


@implementer(IBodyProducer)
class _Body:
    """A body that is in memory, written at once: a producer of its own would need turns."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.length = len(data)

    def startProducing(self, consumer: IConsumer) -> Deferred[None]:
        """Write it."""
        consumer.write(self._data)
        return succeed(None)

    def pauseProducing(self) -> None:
        """Nothing is left to be written."""

    def resumeProducing(self) -> None:
        """Nothing is left to be written."""

    def stopProducing(self) -> None:
        """Nothing is left to be written."""


@attrs.frozen
class _Reply:
    status: int
    content_type: str
    body: bytes
    retry_ms: int | None


class ScoreServer:
    """
    One server and the source that writes to it.

    Args:
        clock: for the time limit of a request.
        agent: makes the requests.
        to: its address without a slash at the end, the source, its token.
    """

    def __init__(self, clock: IReactorTime, agent: IAgent, to: tuple[str, str, str]) -> None:
        address, source, token = to
        self._clock = clock
        self._base = address
        self._source = quote(source, safe="")
        self._authorization = f"Bearer {token}"
        self._client = treq.client.HTTPClient(agent, data_to_body_producer=_Body)

    async def put_game(self, game_id: str, meta: bytes) -> None:
        """
        Create a game.

        Raises:
            Unreachable, RefusedRequest.
        """
        url = f"{self._base}/v1/games/{game_id}"
        self._accepted(await self._request("PUT", url, meta, "application/json"))

    async def post_messages(self, game_id: str, lines: Sequence[bytes]) -> list[dict[str, Any]]:
        """
        Send messages of a game, one a line.

        Returns:
            The answers, one a message, in order.

        Raises:
            Unreachable, RefusedRequest.
        """
        url = f"{self._base}/v1/feeds/{self._source}/games/{game_id}/messages"
        body = b"".join(line + b"\n" for line in lines)
        reply = self._accepted(await self._request("POST", url, body, "application/x-ndjson"))
        try:
            answers = [read_json(line) for line in reply.body.split(b"\n") if line.strip()]
        except NotJson as why:
            raise RefusedRequest(f"the server's answer is not NDJSON: {why}") from why
        if len(answers) != len(lines) or not all(isinstance(item, dict) for item in answers):
            raise RefusedRequest(f"{len(answers)} answers to {len(lines)} messages")
        return answers

    async def _request(self, method: str, url: str, body: bytes, content_type: str) -> _Reply:
        asked: Deferred[_Reply] = Deferred.fromCoroutine(
            self._exchange(method, url, body, content_type)
        )
        asked.addTimeout(TIMEOUT_S, self._clock)
        try:
            return await asked
        except _BROKEN as why:
            raise Unreachable(_words(why)) from why

    async def _exchange(self, method: str, url: str, body: bytes, content_type: str) -> _Reply:
        headers = Headers()
        headers.addRawHeader("authorization", self._authorization)
        headers.addRawHeader("content-type", content_type)
        response = await self._client.request(method, url, headers=headers, data=body)
        content = await treq.content(response)
        after = (response.headers.getRawHeaders("retry-after") or [""])[0]
        kind = (response.headers.getRawHeaders("content-type") or [""])[0]
        return _Reply(
            status=response.code,
            content_type=kind.partition(";")[0].strip(),
            body=content,
            retry_ms=_wait_ms(content, after),
        )

    @staticmethod
    def _accepted(reply: _Reply) -> _Reply:
        """The reply if it holds answers. Raises: Unreachable, RefusedRequest."""
        if reply.status == HTTPStatus.TOO_MANY_REQUESTS:
            raise TooFast(f"the server answers {_problem(reply)}", reply.retry_ms)
        if reply.status in _PASSING:
            raise Unreachable(f"the server answers {_problem(reply)}", reply.retry_ms)
        if reply.status >= 400 or not 200 <= reply.status < 300:
            raise RefusedRequest(_problem(reply))
        return reply


def _said(body: bytes) -> dict[str, Any] | None:
    """The JSON object that a body is, if it is one."""
    try:
        said = read_json(body)
    except NotJson:
        return None
    return said if isinstance(said, dict) else None


def _wait_ms(body: bytes, after: str) -> int | None:
    """The wait that is asked for: to the millisecond if the body says it."""
    if not after.isdigit():
        return None
    exact = (_said(body) or {}).get("retry_ms")
    return exact if isinstance(exact, int) else int(after) * 1000


def _problem(reply: _Reply) -> str:
    """Status, code, sentence and hint of a refused request."""
    said = _said(reply.body)
    if said is None:
        return f"HTTP {reply.status}"
    words = [str(said[name]) for name in ("code", "detail", "problem") if said.get(name)]
    hint = f" ({said['hint']})" if said.get("hint") else ""
    return f"HTTP {reply.status} {': '.join(words)}{hint}".rstrip()


def _words(why: BaseException) -> str:
    """Why a connection broke, in one short line."""
    reasons = getattr(why, "reasons", None)
    inner = getattr(reasons[0], "value", why) if reasons else why
    if isinstance(inner, TimedOut):
        return f"no answer within {TIMEOUT_S:.0f} s"
    text = str(inner).strip().rstrip(".") or type(inner).__name__
    return text.splitlines()[0]
