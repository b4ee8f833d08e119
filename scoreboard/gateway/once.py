"""
A request with an `Idempotency-Key` is done once, however often it is sent.

Rule: who sends the same while it is being done waits for that answer. Shell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from scoreboard.gateway.idempotency import MAX_KEY, Replies, Reply, Turn, is_key
from scoreboard.gateway.problem import Problem
from scoreboard.gateway.request import Refused

#: Does the request; the answer, and whether it stands (an answer "try again" does not).
Do = Callable[[], Awaitable[tuple[Reply, bool]]]

#: Says that the answer is one that was given before.
_REPLAYED = (b"idempotency-replayed", b"true")


class Once:
    """Requests by their keys."""

    def __init__(self, clock: IReactorTime, replies: Replies) -> None:
        self._clock = clock
        self._replies = replies

    async def run(self, source: str, key: str | None, digest: bytes, do: Do) -> Reply:
        """
        The answer to a request.

        Args:
            key: None: it has none and is simply done.
            digest: of all that it asks for.

        Raises:
            Refused: the key is none, or belongs to another request; whatever `do` raises.
        """
        if key is None:
            return (await do())[0]
        if not is_key(key):
            hint = f"1 to {MAX_KEY} visible ASCII characters, for instance a UUID"
            raise Refused(Problem("malformed", "Idempotency-Key is not a key", hint))
        while True:
            earlier: Deferred[Reply | None] = Deferred()
            turn, reply = self._replies.begin(
                source, key, digest, self._clock.seconds(), earlier.callback
            )
            if turn is Turn.FIRST:
                return await self._first(source, key, do)
            if turn is Turn.WAITS:
                reply = await earlier
            elif turn is not Turn.ANSWERED:
                raise _refused(turn)
            if reply is not None:
                return Reply(
                    reply.status, reply.content_type, reply.body, (*reply.headers, _REPLAYED)
                )

    async def _first(self, source: str, key: str, do: Do) -> Reply:
        try:
            reply, stands = await do()
        except BaseException:
            self._replies.abandon(source, key)
            raise
        self._replies.finish(source, key, reply, self._clock.seconds(), keep=stands)
        return reply


def _refused(turn: Turn) -> Refused:
    if turn is Turn.FULL:
        problem = "too many requests with keys are being done at the same time"
        return Refused(Problem("busy", problem, "send it again a little later"))
    return Refused(
        Problem(
            "key_reused",
            "this Idempotency-Key was used for a request with other content",
            "take a new key for every new request",
        )
    )
