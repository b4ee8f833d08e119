"""
The census: who follows which stream, for people who look.

Rule: counted when somebody asks, from what the hub has anyway; it costs the fan-out
nothing. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import attrs

from scoreboard.hub.cohort import Cohort, Reader
from scoreboard.hub.followers import Followers
from scoreboard.hub.stream import Stream
from scoreboard.hub.subscription import Subscription, covers


@attrs.frozen
class StreamCensus:
    """
    One stream.

    Attributes:
        kept, size: publications in its ring, and bytes of them in encoded form.
        followers: members with a subscription that can match there.
        lagging: of those, who do not keep up.
    """

    name: str
    kept: int
    size: int
    followers: int
    lagging: int


def census(followers: Followers, stalled: Iterable[Reader]) -> list[StreamCensus]:
    """Every stream that there is."""
    wide = followers.wide
    slow = list(stalled)
    named = Counter(name for reader in slow for name in reader.places)
    found = []
    for stream in followers.streams.values():
        roaming = sum(_size(cohort) for cohort in wide if _reaches(cohort.wants, stream.name))
        lagging = named[stream.name] + sum(
            stream.name not in reader.places and _reaches(reader.interest, stream.name)
            for reader in slow
        )
        ring = stream.ring
        found.append(
            StreamCensus(stream.name, len(ring), ring.size, _named(stream) + roaming, lagging)
        )
    return found


def _named(stream: Stream) -> int:
    """Those who named it, without those who are counted among the roaming."""
    return sum(
        _size(cohort)
        for cohort in stream.audience
        if all(subscription.stream is not None for subscription in cohort.wants)
    )


def _size(cohort: Cohort) -> int:
    return len(cohort.single) + len(cohort.several)


def _reaches(wants: Iterable[Subscription], name: str) -> bool:
    """Whether one of `wants` that is wide can match in the stream."""
    return any(one.stream is None and covers(one, name) for one in wants)
