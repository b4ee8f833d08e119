"""
Answers kept for `Idempotency-Key`: a request that is sent again is answered, not done, again.

Rule: what is kept is bounded in number, in bytes and in time; the same key with other
content is an error, never an answer; an answer that says "try again" is not kept. Pure.

Source: IETF draft-ietf-httpapi-idempotency-key-header.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from enum import Enum, auto

import attrs

#: Longest key, characters.
MAX_KEY = 255


@attrs.frozen
class Reply:
    """An answer as it was sent."""

    status: int
    content_type: bytes
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Turn(Enum):
    """What becomes of a request with a key."""

    FIRST = auto()  #: it is the first one: do it, then `finish` or `abandon`
    WAITS = auto()  #: the first one is being done; `wake` will be called
    ANSWERED = auto()  #: it has been done: here is the answer
    CONFLICT = auto()  #: the key was used for something else
    FULL = auto()  #: too many are being done at the same time


#: Is called with the answer to the first request; None: it failed, so this one is the first now
#: if it asks again.
Wake = Callable[[Reply | None], None]


@attrs.frozen
class _Begun:
    digest: bytes
    waiting: list[Wake] = attrs.field(factory=list)


@attrs.frozen
class _Done:
    digest: bytes
    reply: Reply
    expires_s: float


def digest(*parts: bytes) -> bytes:
    """Hash of what a request asks for: its address, type and body."""
    found = hashlib.blake2b(digest_size=16)
    for part in parts:
        found.update(b"%d:" % len(part) + part)
    return found.digest()


def is_key(key: str) -> bool:
    """Whether that is a key: 1 to `MAX_KEY` visible ASCII characters."""
    return 0 < len(key) <= MAX_KEY and all("!" <= letter <= "~" for letter in key)


class Replies:
    """
    The answers that are kept.

    Args:
        ttl_s: how long, seconds.
        most: keys, done and being done.
        most_bytes: of all answers together.
    """

    def __init__(self, ttl_s: float, most: int, most_bytes: int) -> None:
        self._ttl_s = ttl_s
        self._most = most
        self._most_bytes = most_bytes
        self._size = 0
        self._under_way: dict[tuple[str, str], _Begun] = {}
        # In the order in which they were done, which is that in which they expire.
        self._done: dict[tuple[str, str], _Done] = {}

    def __len__(self) -> int:
        return len(self._under_way) + len(self._done)

    def begin(
        self, source: str, key: str, digest: bytes, now_s: float, wake: Wake
    ) -> tuple[Turn, Reply | None]:
        """
        A request with a key has come.

        Args:
            source: keys are each source's own.
            now_s: seconds, never decreasing.
            wake: is called later if it has to wait.

        Returns:
            What to do; with `ANSWERED`, the answer.
        """
        self._expire(now_s)
        name = (source, key)
        known = self._done.get(name) or self._under_way.get(name)
        if known is None:
            if not self._room_for_one():
                return Turn.FULL, None
            self._under_way[name] = _Begun(digest)
            return Turn.FIRST, None
        if known.digest != digest:
            return Turn.CONFLICT, None
        if isinstance(known, _Done):
            return Turn.ANSWERED, known.reply
        known.waiting.append(wake)
        return Turn.WAITS, None

    def finish(self, source: str, key: str, reply: Reply, now_s: float, *, keep: bool) -> None:
        """
        The first request has been answered; those that wait get the same answer.

        Args:
            keep: whether the answer stands; otherwise the next request is a first one.
        """
        begun = self._under_way.pop((source, key))
        if keep:
            self._done[source, key] = _Done(begun.digest, reply, now_s + self._ttl_s)
            self._size += len(reply.body)
            while self._size > self._most_bytes:
                self._drop_oldest()
        for wake in begun.waiting:
            wake(reply)

    def abandon(self, source: str, key: str) -> None:
        """The first request failed without an answer; those that wait ask again."""
        for wake in self._under_way.pop((source, key)).waiting:
            wake(None)

    def _expire(self, now_s: float) -> None:
        while self._done and next(iter(self._done.values())).expires_s <= now_s:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        done = self._done.pop(next(iter(self._done)))
        self._size -= len(done.reply.body)

    def _room_for_one(self) -> bool:
        if len(self) < self._most:
            return True
        if not self._done:
            return False
        self._drop_oldest()
        return True
