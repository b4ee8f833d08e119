"""
Rule X1: how fast a source may send.

Rule: a bucket of tokens per source, for messages and for bytes. A burst that a request may
hold passes, since a feed that comes back sends what was not answered. Pure.
"""

from __future__ import annotations

import attrs

from scoreboard.model.answer import Answer, Outcome


@attrs.frozen
class Rate:
    """
    What a source may send.

    Attributes:
        per_s, bytes_per_s: in the long run; domain.md, X1: 50 messages a second, 5 MB a minute.
        burst, bytes_burst: at once, after a silence.
    """

    per_s: float = 50.0
    burst: float = 2_000.0
    bytes_per_s: float = 5_000_000 / 60
    bytes_burst: float = 5_000_000.0


@attrs.frozen
class Bucket:
    """What a source may send at once now: messages, bytes, and as of when (milliseconds)."""

    messages: float
    octets: float
    at_ms: int


def full(rate: Rate, now_ms: int) -> Bucket:
    """The bucket of a source that has been silent."""
    return Bucket(rate.burst, rate.bytes_burst, now_ms)


def take(
    bucket: Bucket, rate: Rate, now_ms: int, messages: int, octets: int
) -> tuple[Bucket, int | None]:
    """
    A request with so many messages and bytes.

    Returns:
        The bucket afterwards, and None; or, if it is too much, the bucket without the request
        taken from it, and after how many milliseconds it would pass (at once, if it is more
        than fits into the bucket: nothing could ever pass it, so it passes a full one).
    """
    passed = max(0, now_ms - bucket.at_ms) / 1000
    have = min(rate.burst, bucket.messages + passed * rate.per_s)
    room = min(rate.bytes_burst, bucket.octets + passed * rate.bytes_per_s)
    need, size = min(messages, rate.burst), min(octets, rate.bytes_burst)
    short = max((need - have) / rate.per_s, (size - room) / rate.bytes_per_s)
    at_ms = max(now_ms, bucket.at_ms)
    if short > 0:
        return Bucket(have, room, at_ms), int(short * 1000) + 1
    return Bucket(have - need, room - size, at_ms), None


def too_fast(retry_ms: int) -> Answer:
    """X1: the source sends more than it may."""
    return Answer(
        Outcome.REJECTED,
        code="rate",
        rule="X1",
        problem="more messages or bytes than one source may send",
        hint="wait, and send the same again",
        retry_ms=retry_ms,
    )
