"""
Rule X1: how fast a source may send.

Rule: a bucket of tokens per source, for messages and for bytes. A burst that a request may
hold passes, since a feed that comes back sends what was not answered; a request is let in
whole or not at all. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

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


class Bucket(NamedTuple):
    """
    What a source may send at once now: messages, bytes, and as of when (milliseconds).

    One is made for every request of a source, and a tuple is made in a third of the time.
    """

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
    passed = (now_ms - bucket.at_ms) / 1000 if now_ms > bucket.at_ms else 0.0
    have, room = rate.burst, rate.bytes_burst
    short = 0.0
    if rate.per_s > 0:
        have = min(have, bucket.messages + passed * rate.per_s)
        if messages > have:
            short = (min(messages, rate.burst) - have) / rate.per_s
    if rate.bytes_per_s > 0:
        room = min(room, bucket.octets + passed * rate.bytes_per_s)
        if octets > room:
            short = max(short, (min(octets, rate.bytes_burst) - room) / rate.bytes_per_s)
    at_ms = max(now_ms, bucket.at_ms)
    if short > 0:
        return Bucket(have, room, at_ms), int(short * 1000) + 1
    return Bucket(max(0.0, have - messages), max(0.0, room - octets), at_ms), None


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
