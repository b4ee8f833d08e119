"""
Rule X1: how fast a source may send.

Rule: a bucket of tokens per source, for messages and for bytes. A burst that a request may
hold passes, since a feed that comes back sends what was not answered; a request is let in
whole or not at all. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from scoreboard.model.answer import Answer, Outcome
from scoreboard.model.ids import SourceId


@attrs.frozen
class Rate:
    """
    What a source may send.

    Attributes:
        per_s, bytes_per_s: in the long run; 0: as much as it likes. domain.md, X1: 50 messages
            a second, 5 MB a minute.
        burst, bytes_burst: at once, after a silence.
    """

    per_s: float = 50.0
    burst: float = 2_000.0
    bytes_per_s: float = 5_000_000 / 60
    bytes_burst: float = 5_000_000.0

    @property
    def is_limited(self) -> bool:
        """Whether there is anything to be counted."""
        return self.per_s > 0 or self.bytes_per_s > 0


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
    have, wait_s = _filled(bucket.messages, rate.burst, rate.per_s, passed, messages)
    room, more_s = _filled(bucket.octets, rate.bytes_burst, rate.bytes_per_s, passed, octets)
    at_ms = max(now_ms, bucket.at_ms)
    short = max(wait_s, more_s)
    if short > 0:
        return Bucket(have, room, at_ms), int(short * 1000) + 1
    left = max(0.0, have - messages), max(0.0, room - octets)
    return Bucket(*left, at_ms), None


def _filled(
    had: float, most: float, per_s: float, passed: float, wanted: int
) -> tuple[float, float]:
    """What is there after `passed` seconds, and for how many more `wanted` has to wait."""
    if per_s <= 0:
        return most, 0.0
    have = min(most, had + passed * per_s)
    return have, (min(wanted, most) - have) / per_s


def too_fast(rate: Rate, retry_ms: int) -> Answer:
    """X1: the source sends more than it may."""
    return Answer(
        Outcome.REJECTED,
        code="rate",
        rule="X1",
        problem=f"one source may send {_limits(rate)}; nothing of this request was taken",
        hint="wait, and send the same again; who runs the server can set messages_per_s, burst "
        "and bytes_per_min of the feed",
        retry_ms=retry_ms,
    )


def _limits(rate: Rate) -> str:
    messages = f"{rate.per_s:g} messages a second ({rate.burst:.0f} at once)" if rate.per_s else ""
    octets = f"{rate.bytes_per_s * 60:.0f} bytes a minute" if rate.bytes_per_s else ""
    return " and ".join(filter(None, (messages, octets)))


class Paces:
    """
    The buckets of all sources; one that is not limited has none.

    Args:
        rates: by source; one that is not among them is not limited.
    """

    def __init__(self, rates: Mapping[str, Rate]) -> None:
        self._rates = {name: rate for name, rate in rates.items() if rate.is_limited}
        self._buckets: dict[str, Bucket] = {}

    def ask(self, source: SourceId, messages: int, octets: int, now_ms: int) -> Answer | None:
        """
        Whether a request may come in now; what it brings is counted if it may.

        Args:
            messages, octets: of the whole request.
            now_ms: milliseconds.

        Returns:
            None, or the answer that the whole request gets.
        """
        rate = self._rates.get(source)
        if rate is None:
            return None
        bucket = self._buckets.get(source) or full(rate, now_ms)
        self._buckets[source], retry_ms = take(bucket, rate, now_ms, messages, octets)
        return None if retry_ms is None else too_fast(rate, retry_ms)
